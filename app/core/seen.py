"""What a page showed: a form on a page that was opened earlier must not undo what somebody else saved since.

A form carries a mark of what its page showed (`SeenForm`). Its act compares that, once it writes, with the mark of what is
there now. The mark comes back from the browser, so it proves nothing: without one nothing is compared.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from app.core.errors import InvalidInput
from app.core.presentation import uk_datetime


class ChangedSince(InvalidInput):
    """What the page showed has been changed since it was opened (409), so that nobody acts on what they did not read.

    The page is sent back with all that was typed, and shows what is there now.
    """

    status = 409


class ChangedBySomebody(ChangedSince):
    """The same where it is known who changed it and what it says now.

    `did` is what `who` did, in words that follow the name; `mark` is that of what is there now, and `says` what that is,
    by what it is called, where the page does not show it anyway.
    """

    def __init__(
        self, mark: str, *, who: str, when: datetime | None, did: str = "changed this", says: Mapping[str, str] | None = None
    ) -> None:
        moment = f" on {uk_datetime(when)}" if when else ""
        super().__init__(
            f"{who} {did}{moment}, after you opened this page. Nothing that you entered is saved yet. Read what it says "
            "now, then send it again if it still holds"
        )
        self.mark, self.who, self.when, self.did, self.says = mark, who, when, did, says or {}


def mark_of(*shown: object) -> str:
    """Equal for two looks at the same values, different for two looks between which one of them changed."""
    return hashlib.sha256(json.dumps([None if one is None else str(one) for one in shown]).encode()).hexdigest()[:32]


def is_older(seen: str, mark: str) -> bool:
    """Whether a page showed something else than what is there now."""
    return bool(seen) and seen != mark
