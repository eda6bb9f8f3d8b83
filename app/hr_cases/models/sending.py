"""That a letter went to the person concerned another way than through Probity: by post, by hand or by e-mail.

Whoever has left, or never could sign in, is told by a letter only once it has gone to them: HR records how and on which
day, and what depends on the letter counts from that day (Acas Code paragraphs 4, 9, 21 and 26).
"""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, append_only, enum_column, one_of
from app.core.presentation import uk_date
from app.core.sealing import DataKey, SealedText
from app.hr_cases.models.outcome import Letter
from app.people.models import Person


class SentBy(StrEnum):
    """How a letter went to somebody without Probity."""

    POST = "post"
    BY_HAND = "by_hand"
    EMAIL = "email"

    @property
    def words(self) -> str:
        """How it went, as pages and papers say it."""
        return {SentBy.POST: "by post", SentBy.BY_HAND: "by hand", SentBy.EMAIL: "by e-mail"}[self]


class LetterSending(Identified, Base):
    """How and on which day one letter was sent another way, as the owner recorded it; it never changes."""

    __tablename__ = "letter_sending"
    __table_args__ = (one_of("sent_by", SentBy), sa.UniqueConstraint("letter_id"))

    letter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("letter.id"))
    sent_on: Mapped[date]
    sent_by: Mapped[SentBy] = enum_column(SentBy)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    note_sealed: Mapped[bytes | None]

    letter: Mapped[Letter] = relationship(back_populates="sending")
    recorded_by: Mapped[Person] = relationship()
    note = SealedText()

    @property
    def words(self) -> str:
        """How and when it was sent, as the end of a sentence."""
        return f"{self.sent_by.words} on {uk_date(self.sent_on)}"

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.letter.case.data_key


append_only(LetterSending)
