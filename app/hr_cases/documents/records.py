"""The records that a case report is built from, read in a constant number of queries."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from app.breach_reports.models import BreachReport, TriageDecision
from app.core.audit import AuditEvent
from app.core.db import Base, db
from app.hr_cases.documents.masking import Masking
from app.hr_cases.models import (
    Allegation,
    AllegationParagraph,
    Appeal,
    Case,
    CaseToAnswerDecision,
    CaseToAnswerReason,
    ClosingItem,
    EvidenceItem,
    Hearing,
    HearingFinding,
    HearingNotice,
    InvestigationReport,
    Letter,
    LetterKind,
    Outcome,
    Reappointment,
    ReportState,
    Statement,
)
from app.matters.models import Capacity, Matter, MatterParty
from app.people.models import Person
from app.policy.models import Acknowledgement
from app.policy.queries import agreements_that_count

Row = TypeVar("Row", bound=Base)


APPOINTED_BY = {
    Capacity.CASE_OWNER: "case:owner-appointed",
    Capacity.INVESTIGATOR: "case:investigator-appointed",
    Capacity.DECISION_MAKER: "case:decision-maker-appointed",
    Capacity.APPEAL_OFFICER: "case:appeal-officer-appointed",
}
# A case is closed by its closing list, by a decision that there is nothing for a hearing, or because somebody left.
CLOSED_BY = ("case:closed", "case:informal-completed", "case:case-to-answer-decided", "case:leaving-decided")
ONLY_IN_THE_AUDIT = (
    *APPOINTED_BY.values(),
    "case:plan-approved", "case:subject-told", "case:resumed", "case:made-final", *CLOSED_BY,
)  # fmt: skip
"""Acts of which no record but the audit keeps who did them."""


class Deed(NamedTuple):
    """An act that the audit alone keeps: which, when, and about whom where it is about somebody in particular."""

    act: str
    at: datetime
    about_id: uuid.UUID | None


@dataclass(frozen=True)
class CaseRecords:
    """A case with all that its report tells, each list in its order."""

    case: Case
    evidence: list[EvidenceItem]
    statements: list[Statement]
    reports: list[InvestigationReport]
    triage: list[TriageDecision]
    letters: list[Letter]
    waiting: frozenset[uuid.UUID]
    """The letters that wait to be sent another way: they have told nobody anything yet."""
    notices: list[HearingNotice]
    closing_items: list[ClosingItem]
    decision: CaseToAnswerDecision | None
    hearings: list[Hearing]
    reappointments: list[Reappointment]
    outcome: Outcome | None
    appeal: Appeal | None
    deeds: Mapping[Deed, uuid.UUID | None]
    agreements: list[Acknowledgement]
    names: Mapping[uuid.UUID, str]
    reporter_ids: frozenset[uuid.UUID]
    masked: Masking

    @property
    def report(self) -> InvestigationReport | None:
        """The version that counts: the accepted one, else the latest."""
        accepted = [report for report in self.reports if report.status is ReportState.ACCEPTED]
        counting = accepted or self.reports
        return counting[-1] if counting else None

    def letter(self, kind: LetterKind) -> Letter | None:
        """The first letter of a kind."""
        return next((letter for letter in self.letters if letter.kind is kind), None)

    @property
    def accepted_at(self) -> datetime | None:
        """When the investigation report was accepted, if it was."""
        report = self.report
        return report.reviewed_at or report.submitted_at if report and report.status is ReportState.ACCEPTED else None

    @property
    def commissioned_by_id(self) -> uuid.UUID | None:
        """Who appointed the first investigator."""
        first = next(iter(investigators_of(self.case)), None)
        return self.deeds.get(Deed(APPOINTED_BY[first.capacity], first.since, first.person_id)) if first else None

    def actor(self, acts: Collection[str], at: datetime, *, about_id: uuid.UUID | None = None) -> str:
        """Who did one of these acts at a moment, as it may be printed; `about_id` where it is about one person of many."""
        for deed, by in self.deeds.items():
            if deed.act in acts and deed.at == at and about_id in (None, deed.about_id):
                return self.name(by)
        return ""

    def name(self, person_id: uuid.UUID | None) -> str:
        """A person's name as it may be printed; nothing for nobody."""
        if person_id is None:
            return ""
        return "The reporter" if person_id in self.reporter_ids else self.names.get(person_id, "")


def records_of(case: Case, reader: Person | None = None, *, waiting: Collection[Letter] = ()) -> CaseRecords:
    """Everything recorded of a case, for a reader: what they wrote themselves stands as they wrote it.

    ``waiting`` are the letters that wait to be sent another way, of which the query knows.
    """
    _load(case)
    reports = _of(case, InvestigationReport, InvestigationReport.number, selectinload(InvestigationReport.findings))
    decisions = _of(
        case,
        CaseToAnswerDecision,
        CaseToAnswerDecision.decided_at,
        selectinload(CaseToAnswerDecision.reasons).joinedload(CaseToAnswerReason.allegation),
    )
    outcomes = _of(case, Outcome, Outcome.decided_at, selectinload(Outcome.findings).joinedload(HearingFinding.allegation))
    appeals = _of(case, Appeal, Appeal.received_at)
    masking = Masking.of(case, reader)
    return CaseRecords(
        case=case,
        evidence=_of(
            case, EvidenceItem, EvidenceItem.number,
            selectinload(EvidenceItem.bearings), selectinload(EvidenceItem.disclosures),
        ),
        statements=_of(case, Statement, Statement.number),
        reports=reports,
        triage=sorted(case.report.decisions, key=lambda decision: (decision.decided_at, decision.id)),
        letters=_of(case, Letter, Letter.issued_at, joinedload(Letter.sending)),
        waiting=frozenset(letter.id for letter in waiting),
        notices=_of(case, HearingNotice, HearingNotice.number),
        closing_items=_of(case, ClosingItem, ClosingItem.code),
        decision=decisions[-1] if decisions else None,
        hearings=_of(case, Hearing, Hearing.recorded_at),
        reappointments=_of(case, Reappointment, Reappointment.made_at),
        outcome=outcomes[-1] if outcomes else None,
        appeal=appeals[-1] if appeals else None,
        deeds=_deeds(case),
        agreements=agreements_that_count(case.subject.id, case.policy_version),
        names=_names(case),
        reporter_ids=masking.hidden,
        masked=masking,
    )


def _load(case: Case) -> None:
    """Load what hangs on the case itself into the objects at hand."""
    db.session.execute(
        sa.select(Case)
        .where(Case.id == case.id)
        .options(
            joinedload(Case.policy_version),
            joinedload(Case.report).selectinload(BreachReport.decisions),
            selectinload(Case.pauses),
            selectinload(Case.leavings),
            selectinload(Case.allegations).selectinload(Allegation.paragraphs).joinedload(AllegationParagraph.paragraph),
            joinedload(Case.matter)
            .selectinload(Matter.parties)
            .joinedload(MatterParty.person)
            .options(joinedload(Person.service), joinedload(Person.line_manager), joinedload(Person.former_names)),
        )
    ).unique().scalar_one()


def _of(case: Case, kind: type[Row], order: InstrumentedAttribute[Any], *options: Any) -> list[Row]:
    """The rows of one kind that belong to a case."""
    table: Any = kind
    found = db.session.execute(
        sa.select(table).where(table.case_id == case.id).order_by(order, table.id).options(*options)
    ).scalars()
    return list(found)


def _deeds(case: Case) -> dict[Deed, uuid.UUID | None]:
    """Who did what the audit alone keeps."""
    event = AuditEvent
    asked = sa.select(event.act, event.at, event.about_id, event.actor_id).where(
        event.subject_id == case.id, event.act.in_(ONLY_IN_THE_AUDIT)
    )
    rows = db.session.execute(asked.order_by(event.number))
    return {Deed(row.act, row.at, row.about_id): row.actor_id for row in rows}


def investigators_of(case: Case) -> list[MatterParty]:
    """The parts of all who were appointed to investigate, one after the other."""
    found = [party for party in case.matter.parties if party.capacity is Capacity.INVESTIGATOR]
    return sorted(found, key=lambda party: party.since)


def _names(case: Case) -> dict[uuid.UUID, str]:
    rows = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(_everybody(case))))
    return {row.id: row.name for row in rows}


def _everybody(case: Case) -> sa.Select[tuple[uuid.UUID]]:
    """The ids of all who acted in a case or are part of it, as a subquery."""
    columns: list[tuple[Any, Any]] = [
        (MatterParty.person_id, MatterParty.matter_id == case.matter_id),
        (AuditEvent.actor_id, AuditEvent.subject_id == case.id),
        (TriageDecision.decided_by_id, TriageDecision.report_id == case.report_id),
        (BreachReport.acknowledged_by_id, BreachReport.id == case.report_id),
        (Case.opened_by_id, Case.id == case.id),
        (InvestigationReport.author_id, InvestigationReport.case_id == case.id),
        (InvestigationReport.reviewed_by_id, InvestigationReport.case_id == case.id),
        (EvidenceItem.added_by_id, EvidenceItem.case_id == case.id),
        (Statement.person_id, Statement.case_id == case.id),
        (HearingNotice.issued_by_id, HearingNotice.case_id == case.id),
        (HearingNotice.postponed_by_id, HearingNotice.case_id == case.id),
        (CaseToAnswerDecision.decided_by_id, CaseToAnswerDecision.case_id == case.id),
        (Hearing.recorded_by_id, Hearing.case_id == case.id),
        (Outcome.decided_by_id, Outcome.case_id == case.id),
        (Appeal.decided_by_id, Appeal.case_id == case.id),
        (Appeal.late_accepted_by_id, Appeal.case_id == case.id),
        (Appeal.recorded_by_id, Appeal.case_id == case.id),
        (HearingNotice.recorded_by_id, HearingNotice.case_id == case.id),
        (Reappointment.made_by_id, Reappointment.case_id == case.id),
        (Letter.issued_by_id, Letter.case_id == case.id),
    ]
    return sa.select(sa.union(*(sa.select(column.label("id")).where(where) for column, where in columns)).subquery().c.id)
