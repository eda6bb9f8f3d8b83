"""The investigation report: findings on fact with reasons, and a recommendation without any sanction."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.core.statuses import HasStatus, TransitionTable
from app.hr_cases.models.case import Allegation, Case
from app.people.models import Person


class Finding(StrEnum):
    """What the investigator found, on the balance of probabilities (Acas guide to investigations)."""

    ESTABLISHED = "established"
    NOT_ESTABLISHED = "not_established"
    UNABLE = "unable"


class Basis(StrEnum):
    """Whether the facts were agreed, argued over and resolved, or left without support."""

    UNCONTESTED = "uncontested"
    CONTESTED = "contested"
    UNSUBSTANTIATED = "unsubstantiated"


class Recommendation(StrEnum):
    """What the investigator recommends: one of three, never a sanction (Acas, step 5)."""

    FORMAL = "formal"
    INFORMAL = "informal"
    NO_FURTHER_ACTION = "no_further_action"


class ReportState(StrEnum):
    """Where a version of the report is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


REPORT_TRANSITIONS = TransitionTable(
    ReportState,
    {
        ReportState.DRAFT: (ReportState.SUBMITTED,),
        ReportState.SUBMITTED: (ReportState.RETURNED, ReportState.ACCEPTED),
    },
)


class InvestigationReport(Identified, Versioned, HasStatus, Base):
    """One version of the report. A submitted version never changes; what is sent back begins a new one."""

    __tablename__ = "investigation_report"
    __table_args__ = (
        one_of("status", ReportState),
        one_of("recommendation", Recommendation),
        sa.UniqueConstraint("case_id", "number"),
        sa.CheckConstraint("status = 'draft' OR submitted_at IS NOT NULL", name="submitted_has_a_time"),
        sa.CheckConstraint("status = 'draft' OR fingerprint IS NOT NULL", name="submitted_has_a_fingerprint"),
    )
    transitions = REPORT_TRANSITIONS

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    number: Mapped[int]
    status: Mapped[ReportState] = enum_column(ReportState, default=ReportState.DRAFT)
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    recommendation: Mapped[Recommendation | None] = enum_column(Recommendation)
    submitted_at: Mapped[datetime | None]
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64))
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    background_sealed: Mapped[bytes | None]
    process_sealed: Mapped[bytes | None]
    mitigation_sealed: Mapped[bytes | None]
    equality_sealed: Mapped[bytes | None]
    recommendation_reasons_sealed: Mapped[bytes | None]
    other_matters_sealed: Mapped[bytes | None]
    review_reasons_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    reviewed_by: Mapped[Person | None] = relationship(foreign_keys=[reviewed_by_id])
    findings: Mapped[list["InvestigationFinding"]] = relationship(back_populates="report")

    background = SealedText()
    process = SealedText()
    mitigation = SealedText()
    equality = SealedText()
    recommendation_reasons = SealedText()
    other_matters = SealedText()
    review_reasons = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key

    def can_be_read_by(self, person: Person) -> bool:
        """A draft is its author's alone; a submitted version is for everybody who may read the case (3.11)."""
        if self.status is ReportState.DRAFT:
            return self.author_id == person.id and self.case.is_investigated_by(person)
        return self.case.can_be_read_by(person)


class InvestigationFinding(Identified, Versioned, Base):
    """What the investigator found on one allegation, on which basis, and why."""

    __tablename__ = "investigation_finding"
    __table_args__ = (
        one_of("finding", Finding),
        one_of("basis", Basis),
        sa.UniqueConstraint("report_id", "allegation_id"),
    )

    report_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("investigation_report.id"))
    allegation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("allegation.id"))
    finding: Mapped[Finding] = enum_column(Finding)
    basis: Mapped[Basis] = enum_column(Basis)
    reasons_sealed: Mapped[bytes | None]

    report: Mapped[InvestigationReport] = relationship(back_populates="findings")
    allegation: Mapped[Allegation] = relationship()
    reasons = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.report.case.data_key
