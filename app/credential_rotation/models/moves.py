"""That somebody moves to other work or is away for long, and which access they keep."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models import AccessGrant, Account, EndReason
from app.core import clock
from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.statuses import HasStatus, TransitionTable
from app.credential_rotation.models.leavers import HandOver
from app.credential_rotation.models.rotation_states import Trigger
from app.credential_rotation.models.rotations import RotationCause
from app.people.models import Person


class MoveKind(StrEnum):
    """Why somebody needs less access, though they stay."""

    MOVED = "moved"
    LONG_ABSENCE = "long_absence"

    @property
    def label(self) -> str:
        """The words that those read who may know."""
        return {"moved": "Other work", "long_absence": "Long absence"}[self.value]

    @property
    def trigger(self) -> Trigger:
        """What it is called as a cause of a password change."""
        return Trigger.MOVED if self is MoveKind.MOVED else Trigger.LONG_ABSENCE

    @property
    def end_reason(self) -> EndReason:
        """Why access that they do not need any more ends."""
        return EndReason.MOVED if self is MoveKind.MOVED else EndReason.NO_LONGER_NEEDED


class MoveStatus(StrEnum):
    """Whether what was told of a move stands, or they go on as before after all."""

    RECORDED = "recorded"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The words that those read who may know."""
        return {"recorded": "Recorded"}.get(self.value, "Withdrawn: they go on as before")


MOVE_TRANSITIONS = TransitionTable(MoveStatus, {MoveStatus.RECORDED: (MoveStatus.WITHDRAWN,)})


class Move(Identified, Versioned, HasStatus, Base):
    """That somebody takes other work or is away for long, as HR or a line manager told it."""

    __tablename__ = "move"
    __table_args__ = (
        one_of("kind", MoveKind),
        sa.CheckConstraint("recorded_by_id <> person_id", name="not_by_themselves"),
        sa.CheckConstraint("back_on IS NULL OR kind = 'long_absence'", name="only_the_absent_come_back"),
        sa.CheckConstraint("back_on IS NULL OR back_on > last_day", name="back_after_they_go"),
        one_of("status", MoveStatus),
        sa.CheckConstraint("changed_by_id IS NULL OR changed_by_id <> person_id", name="not_changed_by_themselves"),
        sa.CheckConstraint("(changed_by_id IS NULL) = (changed_at IS NULL)", name="changed_by_somebody"),
        sa.Index(
            "uq_move_recorded",
            "person_id",
            "kind",
            "last_day",
            unique=True,
            sqlite_where=sa.text("status = 'recorded'"),
            postgresql_where=sa.text("status = 'recorded'"),
        ),
        sa.Index(None, "last_day", "id"),
    )
    transitions = MOVE_TRANSITIONS

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[MoveKind] = enum_column(MoveKind)
    last_day: Mapped[date]
    back_on: Mapped[date | None]
    new_post: Mapped[str] = mapped_column(sa.String(120), default="")
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    # Who changed or withdrew it last, if anybody did.
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    changed_at: Mapped[datetime | None]
    status: Mapped[MoveStatus] = enum_column(MoveStatus, default=MoveStatus.RECORDED)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    changed_by: Mapped[Person | None] = relationship(foreign_keys=[changed_by_id])
    holdings: Mapped[list["MoveHolding"]] = relationship(back_populates="move")
    hand_overs: Mapped[list["MoveHandOver"]] = relationship(back_populates="move")

    @property
    def is_withdrawn(self) -> bool:
        """Whether they go on as before after all."""
        return self.status is MoveStatus.WITHDRAWN

    @property
    def told_at(self) -> datetime:
        """When it was told as it stands now."""
        return self.changed_at or self.recorded_at

    @property
    def ends_on(self) -> date:
        """The last day of access that does not go on: it runs until it is recorded, however early it was needed last."""
        return max(self.last_day, clock.local_day(self.told_at))

    @property
    def told_by(self) -> Person:
        """Who told it as it stands now."""
        return self.changed_by or self.recorded_by

    @property
    def let_go(self) -> list[Account]:
        """The accounts of which it was said that somebody else takes over as owner."""
        return [one.account for one in self.hand_overs if one.hand_over is not HandOver.ONLY_ADMINISTRATOR]

    def keeps(self, account: Account) -> bool:
        """Whether they go on with an account after it, as things stand: they own it and do not let it go, or have access
        that does not end by then. Then they may know its password.
        """
        theirs = [one for one in account.grants if one.person_id == self.person_id and not one.is_called_off]
        has_access = any(one.ends_on is None or one.ends_on > self.ends_on for one in theirs)
        return has_access or (account.owner_id == self.person_id and account not in self.let_go)


class MoveHolding(Identified, Base):
    """What was decided about one access of somebody who moves: it goes on, or it ends and its password changes. Without a
    grant: that they knew a password they are not to know any more, because they had changed it or signed in with it.
    """

    __tablename__ = "move_holding"
    __table_args__ = (
        sa.UniqueConstraint("move_id", "grant_id"),
        sa.Index(
            "uq_move_holding_known_password",
            "move_id",
            "account_id",
            unique=True,
            sqlite_where=sa.text("grant_id IS NULL"),
            postgresql_where=sa.text("grant_id IS NULL"),
        ),
        sa.CheckConstraint("grant_id IS NOT NULL OR NOT goes_on", name="only_access_goes_on"),
        sa.CheckConstraint("cause_id IS NULL OR NOT goes_on", name="what_goes_on_changes_nothing"),
    )

    move_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("move.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    grant_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("access_grant.id"))
    goes_on: Mapped[bool]
    cause_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("rotation_cause.id"))

    move: Mapped[Move] = relationship(back_populates="holdings")
    account: Mapped[Account] = relationship()
    grant: Mapped[AccessGrant | None] = relationship()
    cause: Mapped[RotationCause | None] = relationship()


@dataclass(frozen=True)
class MoveQuestions:
    """Of what it is to be decided whether it goes on: each access, and each account that somebody answers for. `alone`
    are the accounts that nobody else administers; `known` those whose password they know because they changed it or signed
    in with it, which changes unless access or ownership goes on there.
    """

    grants: Sequence[AccessGrant]
    owned: Sequence[Account]
    alone: frozenset[uuid.UUID]
    known: Sequence[Account]

    @property
    def only_known(self) -> list[Account]:
        """Those whose password they know and of which nothing else is to be decided: it changes whatever is answered."""
        asked_of = {*(grant.account_id for grant in self.grants), *(account.id for account in self.owned)}
        return [account for account in self.known if account.id not in asked_of]


class MoveHandOver(Identified, Base):
    """One account of somebody who moves that somebody else must take over: they own it, or alone can let others in."""

    __tablename__ = "move_hand_over"
    __table_args__ = (
        one_of("hand_over", HandOver),
        sa.UniqueConstraint("move_id", "account_id"),
    )

    move_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("move.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    hand_over: Mapped[HandOver] = enum_column(HandOver)
    hand_over_by: Mapped[date]

    move: Mapped[Move] = relationship(back_populates="hand_overs")
    account: Mapped[Account] = relationship()
