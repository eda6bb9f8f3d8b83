"""What was reported to HR, with its evidence, and what HR decided should happen with it."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.core.statuses import HasStatus, TransitionTable
from app.matters.models import Capacity as Part
from app.matters.models import Matter
from app.people.models import HR_OFFICERS, Person, Role

TRIAGE_ROLES = (*HR_OFFICERS, Role.INDEPENDENT)
"""Who may deal with a report that they may see; the independent person sees one only where no HR officer may."""


class ReportStatus(StrEnum):
    """Where a report is on its way to a recorded disposition (domain 3.6); every report gets one (policy 7.10)."""

    RECEIVED = "received"
    TRIAGE = "triage"
    CLOSING = "closing"
    ROUTED = "routed"
    CLOSED = "closed"
    CASE_OPENED = "case_opened"

    @property
    def label(self) -> str:
        """The status as HR reads it."""
        return _STATUS_WORDS[self]


_STATUS_WORDS = {
    ReportStatus.RECEIVED: "New",
    ReportStatus.TRIAGE: "To be decided",
    ReportStatus.CLOSING: "Waits for a second officer",
    ReportStatus.ROUTED: "Passed on",
    ReportStatus.CLOSED: "Closed",
    ReportStatus.CASE_OPENED: "Case opened",
}
OPEN_STATUSES = (ReportStatus.RECEIVED, ReportStatus.TRIAGE, ReportStatus.CLOSING)


REPORT_TRANSITIONS = TransitionTable(
    ReportStatus,
    {
        ReportStatus.RECEIVED: (ReportStatus.TRIAGE,),
        ReportStatus.TRIAGE: (ReportStatus.CLOSING, ReportStatus.ROUTED, ReportStatus.CASE_OPENED),
        # "Closing" waits for the second officer, who agrees or sends it back (no further action takes two).
        ReportStatus.CLOSING: (ReportStatus.CLOSED, ReportStatus.TRIAGE),
        # Back from the safeguarding lead: the hold is over and HR decides what else is to be done.
        ReportStatus.ROUTED: (ReportStatus.TRIAGE,),
    },
)


class YesNoUnknown(StrEnum):
    """An answer that may not be known."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The answer in words."""
        return {"yes": "Yes", "no": "No", "unknown": "I do not know"}[self.value]


class Capacity(StrEnum):
    """In which capacity somebody acted online (policy 5.3, 6.1 first paragraph)."""

    OFFICIAL = "official"
    PERSONAL = "personal"
    NAMED_THE_COUNCIL = "named_the_council"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The answer in words."""
        return _CAPACITY_WORDS[self]


_CAPACITY_WORDS = {
    Capacity.OFFICIAL: "On an official account, as part of their work",
    Capacity.PERSONAL: "On their own account, as a private person",
    Capacity.NAMED_THE_COUNCIL: "On their own account, but saying whom they work for",
    Capacity.UNKNOWN: "I do not know",
}


class Route(StrEnum):
    """What HR decides should happen with a report (domain 3.6, rows of Triage; 3.7 by person kind)."""

    CASE = "case"
    WHISTLEBLOWING = "whistleblowing"
    SAFEGUARDING = "safeguarding"
    GRIEVANCE = "grievance"
    MONITORING_OFFICER = "monitoring_officer"
    EMPLOYER = "employer"
    SCHOOL = "school"
    BOARD = "board"
    PLACEMENT = "placement"
    PROBLEM_SOLVING = "problem_solving"
    SEPARATE_PROCEDURE = "separate_procedure"
    ADVICE = "advice"
    DUPLICATE = "duplicate"
    NO_FURTHER_ACTION = "no_further_action"


NEEDS_SECOND_OFFICER = (Route.NO_FURTHER_ACTION, Route.DUPLICATE)
REFERRED_TO = {
    Route.WHISTLEBLOWING: Role.WHISTLEBLOWING_OFFICER,
    Route.SAFEGUARDING: Role.SAFEGUARDING_LEAD,
}
"""Referrals to somebody who takes them up here; all other routes are carried out by HR itself."""


class BreachReport(Identified, Versioned, HasStatus, Base):
    """What somebody told HR. Words and addresses are sealed; dates, categories and people stay clear for the wall."""

    __tablename__ = "breach_report"
    __table_args__ = (
        one_of("status", ReportStatus),
        one_of("capacity", Capacity),
        one_of("in_working_hours", YesNoUnknown),
        one_of("malpractice", YesNoUnknown),
        one_of("person_at_risk", YesNoUnknown),
        one_of("personal_data_exposed", YesNoUnknown),
        one_of("reporter_harmed", YesNoUnknown),
        one_of("route", Route),
        sa.Index(None, "next_due", "received_at", "id"),
        sa.Index(None, "status", "next_due", "received_at", "id"),
        sa.Index(None, "category", "next_due", "received_at", "id"),
        sa.Index(None, "status", "received_at", "id"),
        sa.Index(None, "category", "received_at", "id"),
        sa.Index(None, "received_at", "id"),
        sa.Index(None, "address_index"),
    )
    transitions = REPORT_TRANSITIONS

    reference: Mapped[str] = mapped_column(sa.String(14), unique=True)
    matter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"), unique=True)
    status: Mapped[ReportStatus] = enum_column(ReportStatus, default=ReportStatus.RECEIVED)
    category: Mapped[str] = mapped_column(sa.String(40))
    platform: Mapped[str] = mapped_column(sa.String(80))
    """One that the policy knows, or nothing; what somebody typed in its place is sealed."""
    happened_on: Mapped[date | None]
    capacity: Mapped[Capacity] = enum_column(Capacity)
    in_working_hours: Mapped[YesNoUnknown] = enum_column(YesNoUnknown)
    malpractice: Mapped[YesNoUnknown] = enum_column(YesNoUnknown)
    person_at_risk: Mapped[YesNoUnknown] = enum_column(YesNoUnknown)
    personal_data_exposed: Mapped[YesNoUnknown] = enum_column(YesNoUnknown)
    reporter_harmed: Mapped[YesNoUnknown] = enum_column(YesNoUnknown)
    received_at: Mapped[datetime]
    acknowledge_by: Mapped[date]
    triage_by: Mapped[date]
    next_due: Mapped[date | None]
    """When the next step of triage is due; empty once a report is no longer open, so that the queue reads one index."""
    route: Mapped[Route | None] = enum_column(Route)
    """What was decided last and still stands."""
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]

    what_happened_sealed: Mapped[bytes | None]
    address_sealed: Mapped[bytes | None]
    who_sealed: Mapped[bytes | None]
    roughly_when_sealed: Mapped[bytes | None]
    other_platform_sealed: Mapped[bytes | None]
    address_index: Mapped[str | None] = mapped_column(sa.String(64))

    matter: Mapped[Matter] = relationship(lazy="joined", innerjoin=True)
    acknowledged_by: Mapped[Person | None] = relationship()
    evidence: Mapped[list["ReportEvidence"]] = relationship(back_populates="report", order_by="ReportEvidence.number")
    decisions: Mapped[list["TriageDecision"]] = relationship(
        back_populates="report", order_by="TriageDecision.number", foreign_keys="TriageDecision.report_id"
    )

    what_happened = SealedText()
    address = SealedText()
    who = SealedText()
    roughly_when = SealedText()
    other_platform = SealedText()

    @property
    def where_seen(self) -> str:
        """The website or app: one that the policy knows, or as the reporter typed it."""
        return self.platform or self.other_platform

    @property
    def data_key(self) -> DataKey:
        """The key that everything said in this report is sealed with."""
        return self.matter.data_key

    @property
    def subject(self) -> Person | None:
        """Whom the report is about, where that is known."""
        return next(iter(self.matter.people_as(Part.SUBJECT)), None)

    @property
    def possible_subjects(self) -> list[Person]:
        """Whom the reporter may have meant, where nobody was chosen; the report is closed to all of them until HR says."""
        return self.matter.people_as(Part.POSSIBLE_SUBJECT)

    @property
    def reporter(self) -> Person | None:
        """Who told HR."""
        return next(iter(self.matter.people_as(Part.REPORTER)), None)

    @property
    def also_reported_by(self) -> list[Person]:
        """Who made reports that were closed since they repeat this one."""
        return self.matter.people_as(Part.ALSO_REPORTED)

    @property
    def waiting_decision(self) -> "TriageDecision | None":
        """The last decision, while it waits for somebody else's answer."""
        last = self.decisions[-1] if self.decisions else None
        return last if last is not None and last.second_by_id is None and last.taken_back_at is None else None

    @property
    def repeats(self) -> "BreachReport | None":
        """The report that this one repeats, as far as that was proposed or agreed and still stands."""
        return self.decisions[-1].repeats if self.route == Route.DUPLICATE and self.decisions else None

    @property
    def safeguarding_was_asked(self) -> bool:
        """Whether the safeguarding lead has had this report and answered."""
        return any(d.route == Route.SAFEGUARDING and d.second_by_id is not None for d in self.decisions)

    def is_work_of(self, person: Person) -> bool:
        """Whether somebody who may see this report may also deal with it: an officer who takes no part in it.

        Whether they may see it is asked of the database (`queries.may_see`), where the whole wall is one condition.
        """
        return person.holds(*TRIAGE_ROLES) and not self.matter.walls_off(person)

    def can_be_acknowledged_by(self, person: Person) -> bool:
        """Whether this person may confirm now that the report has arrived."""
        return self.status == ReportStatus.RECEIVED and self.is_work_of(person)

    def can_be_triaged_by(self, person: Person) -> bool:
        """Whether this person may decide now where the report belongs."""
        return self.status == ReportStatus.TRIAGE and self.is_work_of(person)

    def can_name_subject(self, person: Person) -> bool:
        """Whether this person may record now whom the report is about: until it is passed on, or its case is opened."""
        return self.can_be_triaged_by(person)

    def can_be_seconded_by(self, person: Person) -> bool:
        """Whether this person may agree to the closing or send it back: an officer who did not propose it."""
        waiting = self.waiting_decision
        return (
            self.status == ReportStatus.CLOSING
            and self.is_work_of(person)
            and waiting is not None
            and waiting.decided_by_id != person.id
        )

    def can_be_answered_by(self, person: Person, *, stands_in: bool = False) -> bool:
        """Whether this person, to whom the report was referred, may answer now; never who referred it.

        `stands_in` is whether it has fallen to them because nobody of the role is left (`queries.has_fallen_to`).
        """
        waiting, role = self.waiting_decision, REFERRED_TO.get(self.route) if self.route else None
        return (
            self.status == ReportStatus.ROUTED
            and role is not None
            and (stands_in or person.holds(role))
            and waiting is not None
            and waiting.decided_by_id != person.id
        )

    def can_be_taken_back_by(self, person: Person) -> bool:
        """Whether this person may take a referral back that nobody is left to answer (`queries.nobody_answers`).

        Only what was referred to the safeguarding lead: a disclosure stays closed to HR, and falls to the independent
        person.
        """
        is_held = self.status == ReportStatus.ROUTED and self.route == Route.SAFEGUARDING
        return is_held and self.waiting_decision is not None and self.is_work_of(person)

    def can_become_case_by(self, person: Person) -> bool:
        """Whether this person may open a case from it now: HR decided so, with reasons."""
        return self.can_be_triaged_by(person) and self.route == Route.CASE


class ReportEvidence(Identified, Base):
    """A file that came with a report; the original is sealed on disk and never changes."""

    __tablename__ = "report_evidence"
    __table_args__ = (sa.UniqueConstraint("report_id", "number"),)

    report_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("breach_report.id"))
    number: Mapped[int]
    stored_as: Mapped[str] = mapped_column(sa.String(40), unique=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(60))
    added_at: Mapped[datetime]
    added_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    file_name_sealed: Mapped[bytes | None]
    description_sealed: Mapped[bytes | None]

    report: Mapped[BreachReport] = relationship(back_populates="evidence")
    file_name = SealedText()
    description = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the report."""
        return self.report.data_key


append_only(ReportEvidence)


class WaitingEvidence(Identified, Base):
    """A file that waits for its report to be sent. It is sealed under the key that the report will have.

    Sending moves it to the report's evidence; until then its owner may remove it.
    """

    __tablename__ = "waiting_evidence"
    __table_args__ = (sa.UniqueConstraint("owner_id", "number"),)

    owner_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    matter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"))
    number: Mapped[int]
    stored_as: Mapped[str] = mapped_column(sa.String(40), unique=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(60))
    added_at: Mapped[datetime]
    file_name_sealed: Mapped[bytes | None]
    description_sealed: Mapped[bytes | None]

    matter: Mapped[Matter] = relationship(lazy="joined", innerjoin=True)
    file_name = SealedText()
    description = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key that the report will have."""
        return self.matter.data_key


class TriageDecision(Identified, Versioned, Base):
    """One recorded disposition of a report with its reasons; two officers where nothing further is to happen."""

    __tablename__ = "triage_decision"
    __table_args__ = (
        one_of("route", Route),
        sa.CheckConstraint("second_by_id IS NULL OR second_by_id <> decided_by_id", name="second_is_another"),
        sa.CheckConstraint("(second_by_id IS NULL) = (second_at IS NULL)", name="second_has_a_time"),
        sa.CheckConstraint("(second_by_id IS NULL) = (second_agreed IS NULL)", name="second_has_an_answer"),
        sa.CheckConstraint("(taken_back_by_id IS NULL) = (taken_back_at IS NULL)", name="taken_back_by_somebody"),
        sa.CheckConstraint("taken_back_at IS NULL OR second_at IS NULL", name="not_answered_and_taken_back"),
        sa.CheckConstraint("repeats_id IS NULL OR route = 'duplicate'", name="only_a_repeat_repeats"),
        sa.CheckConstraint("repeats_id IS NULL OR repeats_id <> report_id", name="repeats_another"),
        sa.UniqueConstraint("report_id", "number"),
        sa.Index(None, "repeats_id"),
    )

    report_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("breach_report.id"))
    number: Mapped[int] = mapped_column(default=1)
    route: Mapped[Route] = enum_column(Route)
    decided_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    second_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    second_at: Mapped[datetime | None]
    second_agreed: Mapped[bool | None]
    # A referral that nobody was left to answer: HR took it back, with reasons, to refer or decide it again.
    taken_back_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    taken_back_at: Mapped[datetime | None]
    repeats_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("breach_report.id"))
    """Which report this one repeats. Of what was closed before that was asked it is not known."""
    reasons_sealed: Mapped[bytes | None]
    second_reasons_sealed: Mapped[bytes | None]
    taken_back_reasons_sealed: Mapped[bytes | None]

    report: Mapped[BreachReport] = relationship(back_populates="decisions", foreign_keys=[report_id])
    repeats: Mapped[BreachReport | None] = relationship(foreign_keys=[repeats_id])
    decided_by: Mapped[Person] = relationship(foreign_keys=[decided_by_id])
    second_by: Mapped[Person | None] = relationship(foreign_keys=[second_by_id])
    taken_back_by: Mapped[Person | None] = relationship(foreign_keys=[taken_back_by_id])
    reasons = SealedText()
    second_reasons = SealedText()
    taken_back_reasons = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the report."""
        return self.report.data_key
