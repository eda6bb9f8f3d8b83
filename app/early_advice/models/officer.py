"""What the data protection officer was told of an alert, and what they found (UK GDPR, Article 33)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, append_only, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.people.models import Person


class BreachAnswer(StrEnum):
    """What the data protection officer found (UK GDPR, Article 33)."""

    REPORTED = "reported"
    NOT_REPORTABLE = "not_reportable"
    NO_BREACH = "no_breach"

    @property
    def label(self) -> str:
        """The answer in words."""
        return {
            "reported": "A personal data breach, reported to the regulator",
            "not_reportable": "A personal data breach that need not be reported, recorded with the reasons",
            "no_breach": "Not a personal data breach",
        }[self.value]


class OfficerStep(Identified, Base):
    """What the officer was told, or found, before something later took its place. It stays as it was recorded, as the law
    asks for (UK GDPR, Article 33(5)).
    """

    __tablename__ = "alert_officer_step"
    __table_args__ = (one_of("answer", BreachAnswer), sa.Index(None, "alert_id", "at", "id"))

    alert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("mistake_alert.id"))
    data_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("data_key.id"))
    # What was found; nothing where somebody told the officer of it.
    answer: Mapped[BreachAnswer | None] = enum_column(BreachAnswer)
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    words_sealed: Mapped[bytes | None]

    by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    data_key: Mapped[DataKey] = relationship(lazy="joined", innerjoin=True)

    words = SealedText()


append_only(OfficerStep)


@dataclass(frozen=True)
class OfficerNote:
    """One thing that the officer was told, or found where there is an answer, by whom and when."""

    by: Person
    at: datetime
    words: str
    answer: BreachAnswer | None = None
    stands: bool = True
    """Whether nothing later took its place."""
