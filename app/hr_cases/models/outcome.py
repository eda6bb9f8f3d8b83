"""Findings at the hearing, the outcome, the appeal, letters, and what must be answered before a case is closed."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.hr_cases.models.another_way import CameBy, MayComeAnotherWay, recorded_whole
from app.hr_cases.models.case import Allegation, Case
from app.people.models import Person

if TYPE_CHECKING:
    from app.hr_cases.models.relying import ReliedOnWarning
    from app.hr_cases.models.sending import LetterSending


class Proof(StrEnum):
    """What the decision maker found on an allegation, on the balance of probabilities."""

    PROVED = "proved"
    PARTLY = "partly"
    NOT_PROVED = "not_proved"


class Outcome(Identified, Base):
    """What was decided after the hearing. The length of a warning is mandatory; the day of issue is its first live day."""

    __tablename__ = "outcome"
    __table_args__ = (
        sa.UniqueConstraint("case_id"),
        sa.CheckConstraint("(months IS NULL) = (last_live_day IS NULL)", name="length_has_an_end"),
        sa.CheckConstraint("last_live_day IS NULL OR last_live_day >= issued_on", name="ends_after_issue"),
        sa.CheckConstraint("employment_ends_on IS NULL OR employment_ends_on >= issued_on", name="employed_until_issue"),
        sa.CheckConstraint("told_on IS NULL OR told_on >= issued_on", name="told_after_issue"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    issued_on: Mapped[date]
    months: Mapped[int | None]
    last_live_day: Mapped[date | None]
    appeal_by: Mapped[date]
    # On which day the letter was sent where it went another way than through Probity: the time to appeal counts from then.
    told_on: Mapped[date | None]
    # Of a dismissal only; one that was decided before this was asked has none.
    employment_ends_on: Mapped[date | None]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))

    reasons_sealed: Mapped[bytes | None]
    length_reasons_sealed: Mapped[bytes | None]
    mitigation_sealed: Mapped[bytes | None]
    change_required_sealed: Mapped[bytes | None]
    equality_sealed: Mapped[bytes | None]
    notice_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship()
    decided_by: Mapped[Person] = relationship()
    findings: Mapped[list["HearingFinding"]] = relationship(back_populates="outcome")
    relied_on: Mapped[list["ReliedOnWarning"]] = relationship(
        back_populates="outcome", foreign_keys="ReliedOnWarning.outcome_id", order_by="ReliedOnWarning.issued_on"
    )
    reasons = SealedText()
    length_reasons = SealedText()
    mitigation = SealedText()
    change_required = SealedText()
    equality = SealedText()
    notice = SealedText()

    @property
    def appeal_counts_from(self) -> date:
        """From which day the time to appeal counts: that of the issue, or that on which the letter went another way."""
        return self.told_on or self.issued_on

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key


class HearingFinding(Identified, Base):
    """Whether one allegation was proved, and why."""

    __tablename__ = "hearing_finding"
    __table_args__ = (one_of("proof", Proof), sa.UniqueConstraint("outcome_id", "allegation_id"))

    outcome_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("outcome.id"))
    allegation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("allegation.id"))
    proof: Mapped[Proof] = enum_column(Proof)
    reasons_sealed: Mapped[bytes | None]

    outcome: Mapped[Outcome] = relationship(back_populates="findings")
    allegation: Mapped[Allegation] = relationship()
    reasons = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.outcome.case.data_key


class AppealResult(StrEnum):
    """What came of an appeal; it never increases a sanction (pack default)."""

    DISMISSED = "dismissed"
    ALLOWED = "allowed"
    ALLOWED_IN_PART = "allowed_in_part"


class Appeal(MayComeAnotherWay, Identified, Versioned, Base):
    """One appeal against an outcome. `received_at` is when it came into Probity, also where it had come another way."""

    __tablename__ = "appeal"
    __table_args__ = (
        one_of("result", AppealResult),
        one_of("came_by", CameBy),
        recorded_whole(),
        sa.UniqueConstraint("case_id"),
        sa.CheckConstraint("(result IS NULL) = (decided_at IS NULL)", name="result_has_a_time"),
        sa.CheckConstraint("(new_months IS NULL) = (new_last_live_day IS NULL)", name="new_length_has_an_end"),
        sa.CheckConstraint("late_accepted_by_id IS NULL OR late_judged_at IS NOT NULL", name="accepted_when_judged"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    received_at: Mapped[datetime]
    in_time: Mapped[bool]
    late_judged_at: Mapped[datetime | None]
    late_accepted_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    heard_by: Mapped[date]
    result: Mapped[AppealResult | None] = enum_column(AppealResult)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # What stands after the appeal, where it changed the outcome.
    new_kind: Mapped[str | None] = mapped_column(sa.String(40))
    new_months: Mapped[int | None]
    new_last_live_day: Mapped[date | None]
    new_employment_ends_on: Mapped[date | None]

    grounds_sealed: Mapped[bytes | None]
    late_reasons_sealed: Mapped[bytes | None]
    result_reasons_sealed: Mapped[bytes | None]
    new_notice_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship(back_populates="appeal")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    grounds = SealedText()
    late_reasons = SealedText()
    result_reasons = SealedText()
    new_notice = SealedText()

    @property
    def waits_for_judgement(self) -> bool:
        """Whether it came late and nobody decided yet if it is accepted all the same."""
        return not self.in_time and self.late_judged_at is None

    @property
    def replaces_outcome(self) -> bool:
        """Whether another outcome stands in place of the first: `new_kind`, for `new_months` up to `new_last_live_day`."""
        return self.new_kind is not None

    @property
    def is_going_ahead(self) -> bool:
        """Whether it is to be heard: it came in time, or came late and was accepted."""
        return self.in_time or self.late_accepted_by_id is not None

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key


@dataclass(frozen=True)
class StandingOutcome:
    """The outcome that counts: that of the hearing, or the one that stands in its place since the appeal."""

    kind: str
    months: int | None
    last_live_day: date | None
    employment_ends_on: date | None
    is_of_appeal: bool

    @classmethod
    def of(cls, outcome: Outcome, appeal: Appeal | None) -> "StandingOutcome":
        """What counts of an outcome and the appeal against it, if there is one."""
        if appeal is not None and appeal.new_kind is not None:
            return cls(
                appeal.new_kind, appeal.new_months, appeal.new_last_live_day, appeal.new_employment_ends_on, True
            )
        return cls(outcome.kind, outcome.months, outcome.last_live_day, outcome.employment_ends_on, False)


class LetterKind(StrEnum):
    """What a letter tells the person concerned."""

    INVESTIGATION = "investigation"
    NO_CASE = "no_case"
    INFORMAL = "informal"
    HEARING = "hearing"
    POSTPONED = "postponed"
    OUTCOME = "outcome"
    APPEAL_RECEIVED = "appeal_received"
    APPEAL_RESULT = "appeal_result"
    REAPPOINTMENT = "reappointment"
    ENDED = "ended"


_TO_SEND = sa.text("send_by IS NOT NULL")


class Letter(Identified, Base):
    """A letter as it was issued; it never changes.

    Whoever cannot sign in when it is issued is told of it only once it is recorded that it was sent another way, which is
    due by `send_by`.
    """

    __tablename__ = "letter"
    __table_args__ = (
        one_of("kind", LetterKind),
        sa.Index(None, "case_id", "issued_at"),
        # The few that wait, or waited, to be sent another way are found among all of closed cases.
        sa.Index("ix_letter_to_send", "case_id", sqlite_where=_TO_SEND, postgresql_where=_TO_SEND),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    kind: Mapped[LetterKind] = enum_column(LetterKind)
    to_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    send_by: Mapped[date | None]
    words_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship()
    to: Mapped[Person] = relationship(foreign_keys=[to_id])
    sending: Mapped["LetterSending | None"] = relationship(back_populates="letter")
    words = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key


append_only(Letter)


class ClosingAnswer(StrEnum):
    """How an item of the closing list was answered."""

    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


class ClosingItem(Identified, Base):
    """One answered item of the closing list (domain 3.6, row Final)."""

    __tablename__ = "closing_item"
    __table_args__ = (one_of("answer", ClosingAnswer), sa.UniqueConstraint("case_id", "code"))

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    answer: Mapped[ClosingAnswer] = enum_column(ClosingAnswer)
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    note_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship()
    note = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key
