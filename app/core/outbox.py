"""Messages to people, written in the transaction of the act they tell of, and sent after it.

A message never carries content: whoever gets it is told that something waits in Probity, and signs in to see it.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Identified, db

NEUTRAL_TEXT = "You have something to do in Probity"


class OutboxMessage(Identified, Base):
    """One message waiting to be sent, or sent. `occasion` says why in our own words and never leaves the database."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        sa.UniqueConstraint("to_person_id", "occasion", "subject_id"),
        sa.Index("ix_outbox_message_unsent", "created_at", sqlite_where=sa.text("sent_at IS NULL"),
                 postgresql_where=sa.text("sent_at IS NULL")),
    )

    to_person_id: Mapped[uuid.UUID]
    occasion: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


def notify(to_person_id: uuid.UUID, occasion: str, subject_id: uuid.UUID, *, at: datetime) -> None:
    """Put a neutral message for one person in the outbox; the same occasion about the same thing only once."""
    known = sa.select(OutboxMessage.id).where(
        OutboxMessage.to_person_id == to_person_id,
        OutboxMessage.occasion == occasion,
        OutboxMessage.subject_id == subject_id,
    )
    if db.session.execute(known).first() is None:
        db.session.add(
            OutboxMessage(to_person_id=to_person_id, occasion=occasion, subject_id=subject_id, created_at=at)
        )
