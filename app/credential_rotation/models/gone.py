"""That an account no longer exists on its platform, or is lost for good: one person says so, another confirms it.

Whoever gets into an account no more cannot change its password. So that nobody has to say that they did, what is gone is
recorded as gone (domain 3.2: "all grants ended, rotated or deleted").
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models import SEES_ACCOUNTS, Account, EndReason, Gone
from app.core import clock
from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.statuses import HasStatus, TransitionTable
from app.credential_rotation.models.rotation_states import OPEN_ROTATION
from app.credential_rotation.models.rotations import CredentialRotation
from app.people.models import KEEPERS, Person, Role
from app.people.queries import holders_of


class GoneStatus(StrEnum):
    """Whether a second person has confirmed it."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    TAKEN_BACK = "taken_back"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {"waiting": "To be confirmed", "confirmed": "Confirmed"}.get(self.value, "Taken back")


GONE_TRANSITIONS = TransitionTable(
    GoneStatus, {GoneStatus.WAITING: (GoneStatus.CONFIRMED, GoneStatus.TAKEN_BACK)}
)


class AccountGone(Identified, Versioned, HasStatus, Base):
    """What somebody said of an account that is gone, and what a second person said to it."""

    __tablename__ = "account_gone"
    __table_args__ = (
        one_of("what", Gone),
        one_of("status", GoneStatus),
        sa.CheckConstraint("reason <> ''", name="says_why"),
        sa.CheckConstraint("(status = 'waiting') = (settled_at IS NULL)", name="settled_or_waiting"),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_somebody"),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_why = '')", name="settled_with_a_reason"),
        sa.CheckConstraint("status <> 'confirmed' OR settled_by_id <> recorded_by_id", name="confirmed_by_another"),
        sa.Index(
            "uq_account_gone_standing",
            "account_id",
            unique=True,
            sqlite_where=sa.text("status <> 'taken_back'"),
            postgresql_where=sa.text("status <> 'taken_back'"),
        ),
        sa.Index(None, "status", "confirm_by"),
        sa.Index(None, "status", "close_by"),
    )
    transitions = GONE_TRANSITIONS

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    what: Mapped[Gone] = enum_column(Gone)
    since: Mapped[date]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    confirm_by: Mapped[date]
    status: Mapped[GoneStatus] = enum_column(GoneStatus, default=GoneStatus.WAITING)
    # Who confirmed it or took it back, and how they know.
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    settled_why: Mapped[str] = mapped_column(default="")
    # By when a keeper of the register closes the account, once it is confirmed.
    close_by: Mapped[date | None]

    account: Mapped[Account] = relationship()
    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])
    # What is still to be done about its password: they who are the reason for that cannot say that nothing is.
    open_rotations: Mapped[list[CredentialRotation]] = relationship(
        primaryjoin=lambda: sa.and_(
            sa.orm.foreign(CredentialRotation.account_id) == AccountGone.account_id,
            CredentialRotation.status.in_(OPEN_ROTATION),
        ),
        order_by=lambda: (CredentialRotation.due_on, CredentialRotation.id),
        uselist=True,
        viewonly=True,
    )

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has confirmed it or taken it back."""
        return self.status is GoneStatus.WAITING

    @property
    def in_words(self) -> str:
        """What is said of the account, to follow its name or "it"."""
        return "no longer exists on the platform" if self.what is Gone.DELETED else "is lost for good"

    @property
    def waits_to_be_closed(self) -> bool:
        """Whether it is confirmed, and no keeper of the register has closed the account."""
        return self.status is GoneStatus.CONFIRMED and not self.account.is_closed

    def account_can_be_closed_by(self, person: Person) -> bool:
        """Whether it is for this person to close the account now: a keeper of the register."""
        return self.waits_to_be_closed and self.account.can_be_changed_by(person)

    def _is_left_out(self, person_id: uuid.UUID) -> bool:
        """Whether somebody takes no part: who said it, and those because of whom a password is still to be changed."""
        return person_id == self.recorded_by_id or any(
            cause.person_id == person_id for one in self.open_rotations for cause in one.causes
        )

    def is_confirmer(self, person: Person) -> bool:
        """Whether this person may confirm it: the account's owner, a keeper of the register or whoever has access, or had it
        until it was confirmed: who comes second is told so.
        """
        today = clock.today()
        holds = any(
            grant.person_id == person.id and (grant.runs_on(today) or grant.end_reason is EndReason.ACCOUNT_GONE)
            for grant in self.account.grants
        )
        return not self._is_left_out(person.id) and (
            person.holds(*KEEPERS) or person.id == self.account.owner_id or holds
        )

    def can_be_confirmed_by(self, person: Person) -> bool:
        """Whether this person may confirm it now."""
        return self.is_waiting and self.is_confirmer(person)

    def is_taken_back_by(self, person: Person) -> bool:
        """Whether it is for this person to say that it is not so: who said it, and who could say or confirm it."""
        return person.id == self.recorded_by_id or may_say_gone(self.account, person) or self.is_confirmer(person)

    def can_be_taken_back_by(self, person: Person) -> bool:
        """Whether this person may take it back now."""
        return self.is_waiting and self.is_taken_back_by(person)

    @property
    def lacks_confirmer(self) -> bool:
        """Whether it waits and nobody is asked: neither a keeper of the register nor the owner can confirm it. Others who
        have access may, but are not asked.
        """
        today = clock.today()
        asked = [self.account.owner, *holders_of(KEEPERS, today)]
        return self.is_waiting and not any(
            one is not None and one.is_here_on(today) and not self._is_left_out(one.id) for one in asked
        )

    def confirmer_is_found_by(self, person: Person) -> bool:
        """Whether it is for this person to find somebody who confirms it: the administrator, who appoints keepers."""
        return person.holds(Role.ADMINISTRATOR) and self.lacks_confirmer

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may read it: who sees every account, who looks after it or said so, and who may confirm it."""
        return (
            person.holds(*SEES_ACCOUNTS) or person.id in (self.account.owner_id, self.account.deputy_id)
            or person.id in (self.recorded_by_id, self.settled_by_id) or self.is_confirmer(person)
            or self.confirmer_is_found_by(person)
        )  # fmt: skip


def may_say_gone(account: Account, person: Person) -> bool:
    """Whether this person may record that an account is gone: a keeper of the register, and its accountable owner."""
    return person.holds(*KEEPERS) or account.owner_id == person.id


@dataclass(frozen=True)
class GoneReport:
    """What somebody knows of an account that is gone."""

    what: Gone
    since: date
    reason: str
