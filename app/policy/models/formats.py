"""Requests for the policy in large print or in another format (council policy, back page)."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.statuses import HasStatus, TransitionTable
from app.people.models import HR_OFFICERS, Person
from app.policy.models.versions import PolicyVersion


class Format(StrEnum):
    """In which form somebody needs it."""

    LARGE_PRINT = "large_print"
    BRAILLE = "braille"
    AUDIO = "audio"
    EASY_READ = "easy_read"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The format in words."""
        return {"large_print": "Large print on paper", "easy_read": "Easy read"}.get(self.value, self.value.capitalize())


class FormatStatus(StrEnum):
    """Where a request is."""

    REQUESTED = "requested"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


FORMAT_TRANSITIONS = TransitionTable(
    FormatStatus, {FormatStatus.REQUESTED: (FormatStatus.SENT, FormatStatus.WITHDRAWN)}
)


class FormatRequest(Identified, Versioned, HasStatus, Base):
    """That somebody needs a version of the policy in another format, by when they get it, and when it was sent."""

    __tablename__ = "format_request"
    __table_args__ = (
        one_of("status", FormatStatus),
        one_of("format", Format),
        sa.CheckConstraint("format <> 'other' OR words <> ''", name="says_which"),
        sa.CheckConstraint("(status = 'requested') = (ended_at IS NULL)", name="ended_has_a_moment"),
        sa.Index(None, "status", "due_on"),
        sa.Index(None, "person_id"),
    )
    transitions = FORMAT_TRANSITIONS

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("policy_version.id"))
    format: Mapped[Format] = enum_column(Format)
    # Which other format, for whom, or where it should go.
    words: Mapped[str] = mapped_column(sa.String(300), default="")
    status: Mapped[FormatStatus] = enum_column(FormatStatus, default=FormatStatus.REQUESTED)
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    how_sent: Mapped[str] = mapped_column(sa.String(300), default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
    version_asked: Mapped[PolicyVersion] = relationship(foreign_keys=[version_id])

    def is_sent_by(self, person: Person) -> bool:
        """Whether it is for this person to send it: Human Resources keeps the policy (council policy, front page)."""
        return person.holds(*HR_OFFICERS)

    def can_be_sent_by(self, person: Person) -> bool:
        """Whether this person may record now that it was sent."""
        return self.status is FormatStatus.REQUESTED and self.is_sent_by(person)

    def can_be_withdrawn_by(self, person: Person) -> bool:
        """Whether this person may take it back now: whoever asked."""
        return self.status is FormatStatus.REQUESTED and person.id == self.person_id

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may open it."""
        return person.id == self.person_id or self.is_sent_by(person)
