"""That somebody looked through their own profile (policy 7.8). It is theirs alone: nobody else reads it or counts it."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified
from app.core.sealing import DataKey, SealedText
from app.people.models import Person


class ProfileLine(StrEnum):
    """What a profile is looked through for (policy 7.8, and 6.3 for what it says of the work)."""

    ACCURATE = "accurate"
    NOTHING_CONFIDENTIAL = "nothing_confidential"
    RESPECTFUL = "respectful"
    CONSISTENT = "consistent"


class ProfileCheck(Identified, Base):
    """One look at a profile. What was found is sealed; the next day is clear, so that its owner can be reminded."""

    __tablename__ = "profile_check"
    __table_args__ = (
        sa.CheckConstraint("(again_on IS NULL) = (again_from IS NULL)", name="asked_again_from_a_day"),
        sa.Index(None, "person_id", "checked_at", "id"),
        sa.Index(None, "again_from", "person_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    data_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("data_key.id"))
    checked_at: Mapped[datetime]
    # Empty once there is a later look, or its owner wants no reminder.
    again_on: Mapped[date | None]
    again_from: Mapped[date | None]
    found_sealed: Mapped[bytes | None]
    note_sealed: Mapped[bytes | None]

    person: Mapped[Person] = relationship()
    data_key: Mapped[DataKey] = relationship(lazy="joined", innerjoin=True)
    found = SealedText()
    note = SealedText()

    @property
    def to_put_right(self) -> list[ProfileLine]:
        """What its owner did not find as it should be."""
        fine = (self.found or "").split()
        return [line for line in ProfileLine if line.value not in fine]
