"""A question asked before posting, and the answer that is kept (policy 6.3, 7.10)."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.core.statuses import HasStatus, TransitionTable
from app.early_advice.models.seats import Seat, sits_in
from app.people.models import Person


class QuestionStatus(StrEnum):
    """Where a question is."""

    ASKED = "asked"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The status in words."""
        return {"asked": "Waiting for an answer"}.get(self.value, self.value.capitalize())


QUESTION_TRANSITIONS = TransitionTable(
    QuestionStatus, {QuestionStatus.ASKED: (QuestionStatus.ANSWERED, QuestionStatus.WITHDRAWN)}
)


class Verdict(StrEnum):
    """The answer in one word, before its reasons."""

    GO_AHEAD = "go_ahead"
    CHANGE_FIRST = "change_first"
    DO_NOT_POST = "do_not_post"

    @property
    def label(self) -> str:
        """The answer as the asker reads it."""
        return {
            "go_ahead": "Go ahead", "change_first": "Change something first", "do_not_post": "Please do not post it",
        }[self.value]  # fmt: skip


class AdviceQuestion(Identified, Versioned, HasStatus, Base):
    """What somebody wants to post and is not sure about. The words are sealed: they may be the very thing that is secret."""

    __tablename__ = "advice_question"
    __table_args__ = (
        one_of("seat", Seat),
        one_of("status", QuestionStatus),
        one_of("verdict", Verdict),
        sa.CheckConstraint("(status = 'answered') = (answered_at IS NOT NULL)", name="answered_has_a_moment"),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by_somebody"),
        sa.CheckConstraint("(answered_at IS NULL) = (verdict IS NULL)", name="answered_with_something"),
        sa.CheckConstraint("answered_by_id IS NULL OR answered_by_id <> author_id", name="not_own_answer"),
        sa.CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_a_moment"),
        sa.Index(None, "author_id", "asked_at", "id"),
        sa.Index(None, "status", "asked_at", "id"),
    )
    transitions = QUESTION_TRANSITIONS

    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    data_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("data_key.id"))
    seat: Mapped[Seat] = enum_column(Seat)
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    status: Mapped[QuestionStatus] = enum_column(QuestionStatus, default=QuestionStatus.ASKED)
    verdict: Mapped[Verdict | None] = enum_column(Verdict)
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    post_sealed: Mapped[bytes | None]
    where_sealed: Mapped[bytes | None]
    doubt_sealed: Mapped[bytes | None]
    answer_sealed: Mapped[bytes | None]

    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
    data_key: Mapped[DataKey] = relationship(lazy="joined", innerjoin=True)

    post = SealedText()
    where = SealedText()
    doubt = SealedText()
    answer = SealedText()

    def is_adviser(self, person: Person) -> bool:
        """Whether it is for this person to answer: who sits in the place that was asked; never who asked."""
        return sits_in(self.seat, person, self.author, clock.today())

    @property
    def waits_for_nothing(self) -> bool:
        """Whether it was never answered and whoever asked has left: nothing will be posted."""
        return self.status is QuestionStatus.ASKED and self.author.has_left_on(clock.today())

    def can_be_answered_by(self, person: Person) -> bool:
        """Whether this person may answer now."""
        return self.status is QuestionStatus.ASKED and not self.waits_for_nothing and self.is_adviser(person)

    def can_be_withdrawn_by(self, person: Person) -> bool:
        """Whether this person may take the question back now."""
        return self.author_id == person.id and self.can_move_to(QuestionStatus.WITHDRAWN)

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may read it: who asked, who answered, and while it waits who is asked. Whoever comes to sit
        in that place later does not read what another answered.
        """
        is_open = self.status is QuestionStatus.ASKED
        return person.id in (self.author_id, self.answered_by_id) or (is_open and self.is_adviser(person))


@dataclass(frozen=True)
class QuestionAnswers:
    """What somebody asks before posting."""

    seat: Seat
    post: str
    doubt: str
    where: str = ""
