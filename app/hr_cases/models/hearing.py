"""Whether there is a case to answer; the notice of the hearing, and the hearing."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.presentation import uk_date
from app.core.sealing import DataKey, SealedText
from app.hr_cases.models.another_way import CameBy, MayComeAnotherWay, recorded_whole
from app.hr_cases.models.case import Allegation, Case
from app.hr_cases.models.stages import CaseStatus
from app.people.models import Person


class CaseToAnswer(StrEnum):
    """What is decided on an accepted report."""

    NO_CASE = "no_case"
    INFORMAL = "informal"
    CASE_TO_ANSWER = "case_to_answer"


class CaseToAnswerDecision(Identified, Base):
    """The decision on an accepted report, by somebody other than the investigator."""

    __tablename__ = "case_to_answer_decision"
    __table_args__ = (one_of("decision", CaseToAnswer), sa.UniqueConstraint("case_id"))

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    decision: Mapped[CaseToAnswer] = enum_column(CaseToAnswer)
    decided_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    equality_sealed: Mapped[bytes | None]
    no_finding_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship()
    decided_by: Mapped[Person] = relationship()
    reasons: Mapped[list["CaseToAnswerReason"]] = relationship(back_populates="decision")
    equality = SealedText()
    no_finding = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key


class CaseToAnswerReason(Identified, Base):
    """Whether there is a case to answer on one allegation, and why."""

    __tablename__ = "case_to_answer_reason"
    __table_args__ = (sa.UniqueConstraint("decision_id", "allegation_id"),)

    decision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("case_to_answer_decision.id"))
    allegation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("allegation.id"))
    to_answer: Mapped[bool]
    words_sealed: Mapped[bytes | None]

    decision: Mapped[CaseToAnswerDecision] = relationship(back_populates="reasons")
    allegation: Mapped[Allegation] = relationship()
    words = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.decision.case.data_key


class CompanionKind(StrEnum):
    """Who may come with somebody to a hearing as of right (Acas Code paragraph 14), and others at HR's discretion."""

    FELLOW_WORKER = "fellow_worker"
    UNION_REPRESENTATIVE = "union_representative"
    UNION_OFFICIAL = "union_official"
    OTHER = "other"


class UnionStanding(StrEnum):
    """Whether somebody represents a trade union; special category, so it is kept sealed (Acas Code paragraph 30)."""

    REPRESENTATIVE = "representative"
    NOT_REPRESENTATIVE = "not_representative"
    NOT_KNOWN = "not_known"


class HearingNotice(MayComeAnotherWay, Identified, Versioned, Base):
    """One notice of a hearing, and what the person concerned answered to it. A postponement needs a new notice."""

    __tablename__ = "hearing_notice"
    __table_args__ = (
        one_of("companion_kind", CompanionKind),
        one_of("came_by", CameBy),
        recorded_whole(),
        sa.UniqueConstraint("case_id", "number"),
        sa.CheckConstraint("postponed_at IS NULL OR postponed_by_id IS NOT NULL", name="postponed_by_somebody"),
        sa.CheckConstraint("proposed_day IS NULL OR postponed_at IS NOT NULL", name="proposed_when_postponed"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    number: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    hearing_at: Mapped[datetime]
    papers_by: Mapped[date]
    dismissal_possible: Mapped[bool]
    pack_fingerprint: Mapped[str] = mapped_column(sa.String(64))
    companion_kind: Mapped[CompanionKind | None] = enum_column(CompanionKind)
    companion_allowed: Mapped[bool | None]
    # By when HR decides whether a companion may come who has no right to: never after the hearing.
    companion_decide_by: Mapped[date | None]
    replied_at: Mapped[datetime | None]
    postponed_at: Mapped[datetime | None]
    postponed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    # The day the person concerned proposed because their companion could not come; only where that was their right.
    proposed_day: Mapped[date | None]

    place_sealed: Mapped[bytes | None]
    companion_sealed: Mapped[bytes | None]
    reply_sealed: Mapped[bytes | None]
    postponed_reason_sealed: Mapped[bytes | None]
    # Whether the person concerned represents a union, and which official of it HR asked on which day. Sealed whole.
    union_standing_sealed: Mapped[bytes | None]
    union_official_sealed: Mapped[bytes | None]
    union_consulted_on_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship()
    place = SealedText()
    companion = SealedText()
    reply = SealedText()
    postponed_reason = SealedText()
    union_standing = SealedText()
    union_official = SealedText()
    union_consulted_on = SealedText()

    @property
    def union_words(self) -> str:
        """What HR said of a union when it gave the notice, for the officers of the case; empty before it was asked."""
        if self.union_standing == UnionStanding.REPRESENTATIVE:
            asked_on = uk_date(date.fromisoformat(self.union_consulted_on))
            return f"A representative. {self.union_official} was asked on {asked_on}"
        said: dict[str, str] = {
            UnionStanding.NOT_REPRESENTATIVE: "Not a representative", UnionStanding.NOT_KNOWN: "Not known",
        }  # fmt: skip
        return said.get(self.union_standing, "")

    @property
    def is_ahead(self) -> bool:
        """Whether this notice stands and its hearing is still to come."""
        return self.case.status is CaseStatus.NOTIFIED and self.postponed_at is None

    @property
    def answered_by(self) -> Person:
        """Who sent the answer: the person concerned, or whoever recorded one of theirs that came another way."""
        return self.recorded_by or self.case.subject

    @property
    def companion_waits(self) -> bool:
        """Whether HR still has to decide about a companion who has no right to come."""
        is_for_hr = self.companion_kind is CompanionKind.OTHER and self.companion_allowed is None
        return is_for_hr and self.postponed_at is None

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key


class Hearing(Identified, Base):
    """What happened at a hearing; one that went ahead without the person concerned says why.

    A case has another only where somebody else came to decide: the last one is that on which the outcome rests.
    """

    __tablename__ = "hearing"
    __table_args__ = (sa.UniqueConstraint("notice_id"), sa.Index(None, "case_id", "recorded_at"))

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    notice_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hearing_notice.id"))
    held_on: Mapped[date]
    in_absence: Mapped[bool]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))

    present_sealed: Mapped[bytes | None]
    minutes_sealed: Mapped[bytes | None]
    absence_reasons_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship()
    notice: Mapped[HearingNotice] = relationship()
    present = SealedText()
    minutes = SealedText()
    absence_reasons = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key
