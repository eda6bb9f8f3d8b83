"""That somebody was reminded of a duty, or told that it is late with somebody else."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Identified


class Reminder(Identified, Base):
    """One reminder to one person of one thing: a duty's kind and key, with the due day it had.

    `step` is how many working days after the due day it was to be sent (below 0 before it). `escalated` tells that the
    duty is another's. `settled_on` is the day on which an escalated one was found done. The database itself refuses to
    remind anybody twice of one thing on one day, or twice of one step.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint("kind", "key", "due_on", "to_person_id", "step"),
        sa.UniqueConstraint("kind", "key", "to_person_id", "sent_on"),
        sa.CheckConstraint("settled_on IS NULL OR escalated", name="only_escalated_are_settled"),
        sa.Index(
            "ix_reminder_escalated",
            "to_person_id",
            sqlite_where=sa.text("escalated AND settled_on IS NULL"),
            postgresql_where=sa.text("escalated AND settled_on IS NULL"),
        ),
    )

    kind: Mapped[str] = mapped_column(sa.String(60))
    key: Mapped[str] = mapped_column(sa.String(80))
    due_on: Mapped[date]
    step: Mapped[int]
    to_person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    escalated: Mapped[bool]
    sent_on: Mapped[date]
    settled_on: Mapped[date | None]
    created_at: Mapped[datetime]
