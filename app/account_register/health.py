"""What is wrong with an account on the register, in words, worst first: worked out when it is read, never stored.

Sources: domain 1C (A01, A02, A16) and 3.1; that two people should hold access is a local setting.
"""

from datetime import date
from enum import StrEnum
from typing import Protocol

import sqlalchemy as sa

from app.account_register.models import AccessGrant, Account, AccountKind, AccountStatus, TwoStep
from app.people.models import Person
from app.policy.queries import pack

NAMED_BY_HANDLE = (AccountKind.SOCIAL, AccountKind.LINKED_GROUP)


class Health(StrEnum):
    """One thing that is wrong, in the order in which it is mended."""

    NO_OWNER = "no_owner"
    OWNER_LEFT = "owner_left"
    NO_TWO_STEP = "no_two_step"
    TWO_STEP_NOT_RECORDED = "two_step_not_recorded"
    ONE_HOLDER = "one_holder"
    REVIEW_OVERDUE = "review_overdue"
    NO_HANDLE = "no_handle"
    NOBODY = "nobody"

    @property
    def label(self) -> str:
        """The line that people read."""
        return _WORDS[self]


_WORDS = {
    Health.NO_OWNER: "No owner",
    Health.OWNER_LEFT: "Owner has left",
    Health.NO_TWO_STEP: "No 2-step verification",
    Health.TWO_STEP_NOT_RECORDED: "Not recorded whether 2-step verification is on",
    Health.ONE_HOLDER: "Only one person has access",
    Health.REVIEW_OVERDUE: "Review of access is overdue",
    Health.NO_HANDLE: "No handle recorded (incomplete)",
    Health.NOBODY: "Nobody has access",
}


class Facts(Protocol):
    """What health is worked out from: an account, or one row of a list."""

    @property
    def status(self) -> AccountStatus:
        """Closed accounts have no health."""

    @property
    def kind(self) -> AccountKind:
        """Blogs and website tools have no handle."""

    @property
    def two_step(self) -> TwoStep:
        """Whether signing in takes a second step."""

    @property
    def handle(self) -> str | None:
        """The name on the platform."""

    @property
    def access_review_due_on(self) -> date | None:
        """By when somebody looks at who has access."""


def one_is_too_few() -> bool:
    """Whether a single holder is a single point of failure here."""
    return pack().numbers["recommended_account_holders"].value > 1


def health_of(facts: Facts, *, has_owner: bool, owner_left_on: date | None, holders: int, day: date) -> list[Health]:
    """Everything that is wrong with an account on a day, worst first; nothing for a closed one."""
    if facts.status == AccountStatus.CLOSED:
        return []
    found = {
        Health.NO_OWNER: not has_owner,
        Health.OWNER_LEFT: owner_left_on is not None and owner_left_on < day,
        Health.NO_TWO_STEP: facts.two_step == TwoStep.OFF,
        Health.TWO_STEP_NOT_RECORDED: facts.two_step == TwoStep.NOT_RECORDED,
        Health.ONE_HOLDER: holders == 1 and one_is_too_few(),
        Health.REVIEW_OVERDUE: facts.access_review_due_on is not None and facts.access_review_due_on < day,
        Health.NO_HANDLE: facts.handle is None and facts.kind in NAMED_BY_HANDLE,
        Health.NOBODY: holders == 0,
    }
    return [health for health, is_wrong in found.items() if is_wrong]


def runs(day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """`AccessGrant.runs_on` as a condition of a query."""
    return sa.and_(
        AccessGrant.starts_on <= day, sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on >= day)
    )


def holders_on(day: date | sa.BindParameter[date]) -> sa.ScalarSelect[int]:
    """How many people have access to the account of the row on a day."""
    return (
        sa.select(sa.func.count())
        .select_from(AccessGrant)
        .where(AccessGrant.account_id == Account.id, runs(day))
        .correlate(Account)
        .scalar_subquery()
    )


def needs_attention(day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """That `health_of` finds something, as a condition of a query that has joined the owner."""
    enough = 2 if one_is_too_few() else 1
    return sa.and_(
        Account.status != AccountStatus.CLOSED,
        sa.or_(
            Account.owner_id.is_(None),
            Person.last_working_day < day,
            Account.two_step != TwoStep.ON,
            Account.access_review_due_on < day,
            sa.and_(Account.handle.is_(None), Account.kind.in_(NAMED_BY_HANDLE)),
            holders_on(day) < enough,
        ),
    )
