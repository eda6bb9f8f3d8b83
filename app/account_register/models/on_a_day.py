"""The register as it stood on a day."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from app.account_register.models.access import AccessLevel
from app.account_register.models.account import Account
from app.account_register.models.approvals import Approval
from app.people.models import Person

WHO_COULD_GET_IN = "account:who-could-get-in"
"""What the register asks a room higher up, for a day and for one account (None: for all): a list of `WayIn`."""


class WayIn(Protocol):
    """That somebody could get in on a day, as what, and how in words: by access, or by a shared password they knew.

    Or, where it `waits`, that they could not yet: access ran, and they had not agreed to the policy.
    """

    @property
    def account(self) -> Account:
        """What they could get into."""
        ...

    @property
    def person(self) -> Person:
        """Who could get in."""
        ...

    @property
    def level(self) -> AccessLevel | None:
        """What they could do on that day by that access."""
        ...

    @property
    def approval(self) -> Approval | None:
        """On whose approval they could do that."""
        ...

    @property
    def since(self) -> date:
        """From when on they had access, or knew the password."""
        ...

    @property
    def runs(self) -> bool:
        """Whether their access ran on that day."""
        ...

    @property
    def waits(self) -> bool:
        """Whether they could not get in yet by access that ran."""
        ...

    @property
    def words(self) -> str:
        """How they could get in."""
        ...


@dataclass(frozen=True)
class AccountOnDay:
    """One account as the register had it on a day."""

    id: uuid.UUID
    name: str
    platform: str
    handle: str
    service: str
    owner: str
    status: str
    # That it was gone by then, as two people had said, and since when; empty where it was not.
    gone: str
    login_mode: str
    two_step: str
    on_register_since: date
    ways_in: list[Any]
    # Those who had been given access and could not use it yet, because they had not agreed to the policy.
    awaited: list[Any]
    last_review: date | None
    # What was wrong with it, in words, worst first.
    health: list[str]

    @property
    def status_in_full(self) -> str:
        """Its state, and that it was gone."""
        return f"{self.status}. {self.gone}" if self.gone else self.status
