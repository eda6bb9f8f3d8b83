"""Refusals: each carries the sentence the reader will see, which says what to do next."""

from datetime import datetime
from typing import Any, Protocol, TypeVar


class Refusal(Exception):
    """An act was refused. `str(refusal)` is a plain sentence for the person who asked."""

    status = 500

    def __init__(self, sentence: str, *, what_now: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.what_now = what_now


class NotAllowed(Refusal):
    """This person may not do this, and that the thing exists is no secret (403)."""

    status = 403


class NothingHere(Refusal):
    """There is no such thing, or none that this person may know of: the two are never told apart (404)."""

    status = 404

    def __init__(self, sentence: str = "Nothing here.", *, secret: bool = False) -> None:
        super().__init__(sentence)
        self.secret = secret


class AlreadyDone(Refusal):
    """A click came late, or the state does not allow the act (409). Says who did what, and when, where that is known.

    `did` is what `who` did, in words that follow the name; empty where it is the very act that was asked for. A route may
    say where the page leads, and in which words.
    """

    status = 409
    back_href = ""
    back_text = ""

    def __init__(
        self,
        sentence: str,
        *,
        who: str | None = None,
        when: datetime | None = None,
        did: str = "",
        what_now: str = "",
    ) -> None:
        super().__init__(sentence, what_now=what_now)
        self.who = who
        self.when = when
        self.did = did


class GoneForGood(Refusal):
    """It was here and has been destroyed under the retention rules (410)."""

    status = 410


class InvalidInput(Refusal):
    """What was entered cannot be taken (422). `field` names the form field that the sentence belongs to."""

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class TooLarge(InvalidInput):
    """What was sent is larger than allowed (413)."""

    status = 413


class TooOften(Refusal):
    """Too many tries in too short a time (429)."""

    status = 429


def demand(allowed: bool, sentence: str, *, what_now: str = "") -> None:
    """Refuse with a sentence (403) unless the predicate said yes."""
    if not allowed:
        raise NotAllowed(sentence, what_now=what_now)


class OpenToSome(Protocol):
    """What only some people may read, though that it exists is no secret."""

    def can_be_seen_by(self, person: Any, /) -> bool:
        """Whether this person may read it."""


Found = TypeVar("Found", bound=OpenToSome)


def seen_or_nothing(found: Found | None, viewer: Any, sentence: str, *, what_now: str) -> Found:
    """What was asked for: where there is none the answer is 404, where it is not for this person the sentence (403)."""
    if found is None:
        raise NothingHere
    demand(found.can_be_seen_by(viewer), sentence, what_now=what_now)
    return found
