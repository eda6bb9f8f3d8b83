"""The installation, and the days on which the organisation is closed."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned
from app.people.models import Person, Role

KEEP_CLOSED_DAYS = (Role.ADMINISTRATOR, Role.HR_MANAGER)
"""Who says on which days the organisation is closed (local setting)."""


class Installation(Base):
    """The one organisation that this installation serves, and the pack it runs."""

    __tablename__ = "installation"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    organisation_name: Mapped[str] = mapped_column(sa.String(120))
    pack_name: Mapped[str] = mapped_column(sa.String(60))
    set_up_at: Mapped[datetime]


class ClosedDay(Identified, Versioned, Base):
    """A day on which the organisation is closed, so that it counts for no deadline (local setting, dated and signed).

    It is never deleted: one that was recorded by mistake is withdrawn. What was set while it stood keeps its date.
    """

    __tablename__ = "closed_day"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="says_why"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason = '')", name="withdrawn_with_a_reason"),
        sa.Index(
            "uq_closed_day_standing",
            "day",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    day: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(80))
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    withdrawn_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(sa.String(200), default="")

    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    withdrawn_by: Mapped[Person | None] = relationship(foreign_keys=[withdrawn_by_id])

    def can_be_withdrawn_by(self, person: Person, today: date) -> bool:
        """Whether this person may take it back: it stands, and is not past."""
        return self.withdrawn_at is None and self.day >= today and may_keep_closed_days(person)


def may_keep_closed_days(person: Person) -> bool:
    """Whether it is for this person to say on which days the organisation is closed."""
    return person.holds(*KEEP_CLOSED_DAYS)
