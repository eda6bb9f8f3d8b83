"""That somebody moves to other work or is away for long, and which access they keep."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models import AccessGrant
from app.core.db import Base, Identified, enum_column, one_of
from app.credential_rotation.models.rotations import RotationCause, Trigger
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


class Move(Identified, Base):
    """That somebody takes other work or is away for long, as HR or a line manager told it. It is told once and stands."""

    __tablename__ = "move"
    __table_args__ = (
        one_of("kind", MoveKind),
        sa.CheckConstraint("recorded_by_id <> person_id", name="not_by_themselves"),
        sa.CheckConstraint("back_on IS NULL OR kind = 'long_absence'", name="only_the_absent_come_back"),
        sa.CheckConstraint("back_on IS NULL OR back_on > last_day", name="back_after_they_go"),
        sa.UniqueConstraint("person_id", "kind", "last_day"),
        sa.Index(None, "last_day", "id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[MoveKind] = enum_column(MoveKind)
    last_day: Mapped[date]
    back_on: Mapped[date | None]
    new_post: Mapped[str] = mapped_column(sa.String(120), default="")
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    holdings: Mapped[list["MoveHolding"]] = relationship(back_populates="move")


class MoveHolding(Identified, Base):
    """What was decided about one access of somebody who moves: it goes on, or it ends and its password changes."""

    __tablename__ = "move_holding"
    __table_args__ = (
        sa.UniqueConstraint("move_id", "grant_id"),
        sa.CheckConstraint("cause_id IS NULL OR NOT goes_on", name="what_goes_on_changes_nothing"),
    )

    move_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("move.id"))
    grant_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("access_grant.id"))
    goes_on: Mapped[bool]
    cause_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("rotation_cause.id"))

    move: Mapped[Move] = relationship(back_populates="holdings")
    grant: Mapped[AccessGrant] = relationship()
    cause: Mapped[RotationCause | None] = relationship()
