"""A case, its allegations and its pauses (domain 3.6)."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.breach_reports.models import BreachReport
from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.core.statuses import HasStatus
from app.hr_cases.models.permissions import CasePermissions
from app.hr_cases.models.stages import CASE_TRANSITIONS, CaseStatus
from app.matters.models import Capacity, Matter
from app.people.models import Person
from app.policy.models import PolicyParagraph, PolicyVersion

if TYPE_CHECKING:
    from app.hr_cases.models.leaving import CaseLeaving
    from app.hr_cases.models.outcome import Appeal


class ConductCapacity(StrEnum):
    """In which capacity the conduct alleged took place (policy 5.3, 6.1 first paragraph)."""

    OFFICIAL = "official"
    PERSONAL = "personal"
    NAMED_THE_COUNCIL = "named_the_council"


class UnrecordedPolicy(StrEnum):
    """What a case relies on where no version of the policy is recorded for the day of the conduct (domain 3.6)."""

    EARLIEST = "earliest"
    CODE_OF_CONDUCT = "code_of_conduct"


CODE_ONLY = "Code of conduct only"
_OPEN = sa.text("closed_at IS NULL")
_CLOSED = sa.text("closed_at IS NOT NULL")


class Case(CasePermissions, Identified, Versioned, HasStatus, Base):
    """One person's case, opened from a report by a recorded decision; its texts are sealed with a key of its own."""

    __tablename__ = "hr_case"
    __table_args__ = (
        one_of("status", CaseStatus),
        one_of("unrecorded_policy", UnrecordedPolicy),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_time"),
        # Every open case waits for somebody by a day; each list below is read in the order of an index.
        sa.CheckConstraint("closed_at IS NOT NULL OR step_due_on IS NOT NULL", name="open_has_a_due_day"),
        sa.Index("ix_hr_case_status_due", "status", "step_due_on", "id"),
        sa.Index("ix_hr_case_open_due", "step_due_on", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_hr_case_owner_due", "owner_id", "step_due_on", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_hr_case_closed", "closed_at", "id", sqlite_where=_CLOSED, postgresql_where=_CLOSED),
        sa.Index(
            "ix_hr_case_owner_closed", "owner_id", "closed_at", "id", sqlite_where=_CLOSED, postgresql_where=_CLOSED
        ),
    )
    transitions = CASE_TRANSITIONS

    reference: Mapped[str] = mapped_column(sa.String(14), unique=True)
    matter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"), unique=True)
    report_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("breach_report.id"), unique=True)
    policy_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("policy_version.id"))
    # What HR chose where the version of the day is not recorded; the case then has the earliest that is.
    unrecorded_policy: Mapped[UnrecordedPolicy | None] = enum_column(UnrecordedPolicy)
    status: Mapped[CaseStatus] = enum_column(CaseStatus, default=CaseStatus.OPENED)
    step_due_on: Mapped[date | None]
    # From which day and by which setting that was counted; empty for a day that somebody set, such as the hearing's.
    step_counted_from: Mapped[date | None]
    step_period: Mapped[str | None] = mapped_column(sa.String(80))
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    # The owner stands here too, beside their part in the matter, so that their own list is read from one index.
    owner_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    told_subject_at: Mapped[datetime | None]
    plan_approved_at: Mapped[datetime | None]
    decided_without_hearing_at: Mapped[datetime | None]
    informal_review_on: Mapped[date | None]
    final_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    policy_reason_sealed: Mapped[bytes | None]
    terms_sealed: Mapped[bytes | None]
    plan_sealed: Mapped[bytes | None]
    informal_note_sealed: Mapped[bytes | None]
    lessons_sealed: Mapped[bytes | None]

    matter: Mapped[Matter] = relationship(lazy="joined", innerjoin=True)
    # Every case has both. An outer join would make SQLite put all reports together with their matters first.
    report: Mapped[BreachReport] = relationship(innerjoin=True)
    policy_version: Mapped[PolicyVersion] = relationship(innerjoin=True)
    allegations: Mapped[list["Allegation"]] = relationship(back_populates="case", order_by="Allegation.number")
    appeal: Mapped["Appeal | None"] = relationship(back_populates="case")
    pauses: Mapped[list["CasePause"]] = relationship(back_populates="case", order_by="CasePause.started_at")
    leavings: Mapped[list["CaseLeaving"]] = relationship(back_populates="case", order_by="CaseLeaving.asked_at")

    policy_reason = SealedText()
    terms = SealedText()
    plan = SealedText()
    informal_note = SealedText()
    lessons = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key that everything in this case is sealed with."""
        return self.matter.data_key

    @property
    def relies_on_code_only(self) -> bool:
        """Whether the case cites no paragraph of the policy, only the code of conduct."""
        return self.unrecorded_policy is UnrecordedPolicy.CODE_OF_CONDUCT

    @property
    def policy_title(self) -> str:
        """What the case relies on, by its name."""
        return CODE_ONLY if self.relies_on_code_only else self.policy_version.title

    @property
    def policy_name(self) -> str:
        """The same with the version."""
        return CODE_ONLY if self.relies_on_code_only else f"{self.policy_version.title}, {self.policy_version.label}"

    @property
    def policy_note(self) -> str:
        """That the version of the day is not recorded, as the end of a citation; empty where it is."""
        if self.unrecorded_policy is None:
            return ""
        not_recorded = "the version of the policy of that day is not recorded"
        return not_recorded if self.relies_on_code_only else f"the earliest version on record is used: {not_recorded}"

    def _one(self, capacity: Capacity) -> Person | None:
        people = self.matter.people_as(capacity)
        return people[0] if people else None

    def alleges(self, wording: str, *, but: "Allegation | None" = None) -> bool:
        """Whether this is alleged already, in these very words; `but` leaves out the allegation that is being changed."""
        words = wording.split()
        return any(one.wording.split() == words for one in self.allegations if one is not but)

    @property
    def subject(self) -> Person:
        """The person concerned; one for each case."""
        return self.matter.people_as(Capacity.SUBJECT)[0]

    @property
    def late_appeal_waits(self) -> bool:
        """Whether an appeal came late and nobody has decided yet if it is heard all the same."""
        return self.appeal is not None and self.appeal.waits_for_judgement

    @property
    def time_to_appeal_waits(self) -> bool:
        """Whether the outcome was issued to somebody who could not sign in, and has not been sent to them another way."""
        return self.status is CaseStatus.DECIDED and self.step_counted_from is None

    @property
    def has_appeal(self) -> bool:
        """Whether an appeal came, in time or late; there is one."""
        return self.appeal is not None

    @property
    def leaving(self) -> "CaseLeaving | None":
        """That the person concerned leaves, as it stands today, with what was decided because of it."""
        return next((one for one in self.leavings if one.stands), None)

    @property
    def ended_by_leaving(self) -> "CaseLeaving | None":
        """The decision that ended the case because the person concerned had left, if one did."""
        if self.status is not CaseStatus.CLOSED:
            return None
        return next((one for one in self.leavings if one.stands and one.closed_the_case), None)

    @property
    def owner(self) -> Person | None:
        """The HR officer who owns the case."""
        return self._one(Capacity.CASE_OWNER)

    @property
    def investigator(self) -> Person | None:
        """Who investigates now."""
        return self._one(Capacity.INVESTIGATOR)

    @property
    def decision_maker(self) -> Person | None:
        """Who decides whether there is a case to answer, and hears it."""
        return self._one(Capacity.DECISION_MAKER)

    @property
    def appeal_officer(self) -> Person | None:
        """Who hears the appeal."""
        return self._one(Capacity.APPEAL_OFFICER)


class Allegation(Identified, Versioned, Base):
    """One thing that is alleged, tied to paragraphs of the policy version in force when it happened.

    Its wording is frozen once the person concerned has been told.
    """

    __tablename__ = "allegation"
    __table_args__ = (one_of("capacity", ConductCapacity), sa.UniqueConstraint("case_id", "number"))

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    number: Mapped[int]
    category: Mapped[str] = mapped_column(sa.String(40))
    happened_on: Mapped[date]
    capacity: Mapped[ConductCapacity] = enum_column(ConductCapacity)
    frozen_at: Mapped[datetime | None]
    wording_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship(back_populates="allegations")
    paragraphs: Mapped[list["AllegationParagraph"]] = relationship(
        back_populates="allegation", cascade="all, delete-orphan"
    )
    wording = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key


class AllegationParagraph(Base):
    """A paragraph of the policy that an allegation relies on."""

    __tablename__ = "allegation_paragraph"

    allegation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("allegation.id"), primary_key=True)
    paragraph_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("policy_paragraph.id"), primary_key=True)

    allegation: Mapped[Allegation] = relationship(back_populates="paragraphs")
    paragraph: Mapped[PolicyParagraph] = relationship()


class PauseReason(StrEnum):
    """Why a case stands still (domain 3.6; Acas Code paragraph 46 for grievances)."""

    POLICE = "police"
    SAFEGUARDING = "safeguarding"
    GRIEVANCE = "grievance"
    SICKNESS = "sickness"
    COMPANION = "companion"
    OTHER = "other"


class CasePause(Identified, Base):
    """A time in which a case stood still, with its reason and when that must be looked at again."""

    __tablename__ = "case_pause"
    __table_args__ = (
        one_of("reason", PauseReason),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ends_after_start"),
        sa.Index(None, "case_id", "started_at"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    reason: Mapped[PauseReason] = enum_column(PauseReason)
    started_at: Mapped[datetime]
    started_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    review_on: Mapped[date]
    # The step that stood still: by when it was due, and how that was counted.
    step_was_due_on: Mapped[date | None]
    step_counted_from: Mapped[date | None]
    step_period: Mapped[str | None] = mapped_column(sa.String(80))
    ended_at: Mapped[datetime | None]
    note_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship(back_populates="pauses")
    note = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key
