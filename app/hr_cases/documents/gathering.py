"""Builds a case report from the records."""

import uuid
from datetime import date, datetime
from typing import Any

from app.core.presentation import uk_date
from app.hr_cases.documents.chronology import chronology_of, place_of
from app.hr_cases.documents.contents import (
    AllegationPart,
    CaseReport,
    Exhibit,
    Investigation,
    LetterLine,
    PersonConcerned,
    PolicyLine,
    StatementPart,
)
from app.hr_cases.documents.exhibits import bearing_on, exhibits_of
from app.hr_cases.documents.gathering_afterwards import afterwards_of, last_decided_at
from app.hr_cases.documents.records import CaseRecords, first_investigator, records_of
from app.hr_cases.documents.words import words_for
from app.hr_cases.models import Allegation, Case, CaseStatus, ReportState
from app.people.models import Person
from app.policy.models import PolicyVersion, Precision
from app.policy.queries import installation, pack

HR_COPY = "Copy 1: Human Resources. The reporter is not named"

_STAGES = {
    CaseStatus.OPENED: "Opened",
    CaseStatus.PLANNING: "Being planned",
    CaseStatus.INVESTIGATING: "Under investigation",
    CaseStatus.PAUSED: "Paused",
    CaseStatus.REPORT_REVIEW: "Report under review",
    CaseStatus.ACCEPTED: "Report accepted",
    CaseStatus.INFORMAL: "Being dealt with informally",
    CaseStatus.HEARING_SET_UP: "Hearing being set up",
    CaseStatus.NOTIFIED: "Notice of the hearing given",
    CaseStatus.HEARD: "Heard",
    CaseStatus.DECIDED: "Outcome decided",
    CaseStatus.APPEALED: "Under appeal",
    CaseStatus.FINAL: "Final",
    CaseStatus.CLOSED: "Closed",
}


COPIES = (
    (Case.is_owned_by, HR_COPY),
    (Case.is_managed_by, HR_COPY),
    (Case.is_decided_by, "Copy 2: decision maker. The reporter is not named"),
    (Case.is_appeal_heard_by, "Copy 3: appeal officer. The reporter is not named"),
)


def copy_of_report_for(reader: Person, case: Case, *, at: datetime) -> CaseReport:
    """The report as this reader may have it: everything for HR and for those who decide; for the investigator the
    investigation only, without what followed from it (domain 3.11).
    """
    for is_reader, line in COPIES:
        if is_reader(case, reader):
            return case_report(case, at=at, copy_line=line)
    line = "Copy 4: investigator. The reporter is not named"
    return case_report(case, at=at, copy_line=line, only_investigation=True)


def case_report(case: Case, *, at: datetime, copy_line: str = HR_COPY, only_investigation: bool = False) -> CaseReport:
    """What the report of a case says now, read from its records and its sealed files.

    It is the investigation report until something was decided on it; afterwards the whole case, with all that followed
    in a part of its own. It is a draft until the investigation report is accepted. Whoever reported the matter is
    "the reporter" throughout (domain 3.11: redacted by default). ``at`` is printed as the time of making; the date of
    the document is its recorded issue. ``only_investigation`` leaves out all that followed the acceptance of the
    report, for readers who may know no more (domain 3.11).
    """
    records = records_of(case)
    exhibits = exhibits_of(records)
    until = records.accepted_at if only_investigation else None
    here, settings, appointed = installation(), pack(), first_investigator(case)
    investigator = records.report.author_id if records.report else appointed.person_id if appointed else None
    return CaseReport(
        reference=case.reference,
        organisation=here.organisation_name,
        marking=settings.marking.value,
        handling_line=settings.handling_line.value,
        copy_line=copy_line,
        generated_at=at,
        issued_at=until or last_decided_at(records),
        stage=_STAGES[CaseStatus.ACCEPTED if until else case.status],
        person=_person(records),
        investigator=records.name(investigator),
        commissioned_by=records.name(records.commissioned_by_id),
        commissioned_at=appointed.since if appointed else None,
        terms=records.masked(case.terms),
        plan=records.masked(case.plan),
        policy_title=case.policy_version.title,
        policy_label=case.policy_version.label,
        policy_in_force=_in_force(case.policy_version),
        report_reference=case.report.reference,
        received_at=case.report.received_at,
        allegations=tuple(_allegation(records, allegation, exhibits) for allegation in case.allegations),
        paragraphs=_paragraphs(case),
        chronology=tuple(row for row in chronology_of(records) if not _after(place_of(row), until)),
        exhibits=exhibits,
        statements=_statements(records),
        letters=tuple(
            LetterLine(words_for(letter.kind), letter.issued_at, letter.fingerprint)
            for letter in records.letters
            if not _after(letter.issued_at, until)
        ),
        investigation=_investigation(records),
        afterwards=None if only_investigation else afterwards_of(records),
    )


def _after(when: datetime, until: datetime | None) -> bool:
    """Whether something came after the moment up to which a document tells; never, if it tells all."""
    return until is not None and when > until


def _person(records: CaseRecords) -> PersonConcerned:
    subject = records.case.subject
    return PersonConcerned(
        name=subject.name,
        post=subject.post,
        service=subject.service.name if subject.service else "",
        line_manager=subject.line_manager.name if subject.line_manager else "",
        kind=subject.person_kind.words.capitalize(),
        started=subject.started,
        acknowledged_at=records.acknowledged_at,
        told_at=records.case.told_subject_at,
    )


def _in_force(version: PolicyVersion) -> str:
    """From when to when a version held, as exactly as the document gives it."""
    month_only = version.effective_precision is Precision.MONTH
    words = f"From {version.effective_on:%B %Y}" if month_only else f"From {uk_date(version.effective_on)}"
    return words if version.superseded_on is None else f"{words} until {uk_date(version.superseded_on)}"


def _paragraphs(case: Case) -> tuple[PolicyLine, ...]:
    """Every paragraph that an allegation relies on, once, in the order of the policy."""
    found: dict[Any, Any] = {
        link.paragraph_id: link.paragraph for allegation in case.allegations for link in allegation.paragraphs
    }
    inorder = sorted(found.values(), key=lambda paragraph: paragraph.position)
    return tuple(PolicyLine(paragraph.cite, paragraph.heading, paragraph.summary) for paragraph in inorder)


def _allegation(records: CaseRecords, allegation: Allegation, exhibits: tuple[Exhibit, ...]) -> AllegationPart:
    paragraphs = sorted((link.paragraph for link in allegation.paragraphs), key=lambda paragraph: paragraph.position)
    found = records.report.findings if records.report else []
    finding = next((finding for finding in found if finding.allegation_id == allegation.id), None)
    return AllegationPart(
        number=allegation.number,
        category=_category(allegation.category),
        wording=records.masked(allegation.wording),
        happened_on=allegation.happened_on,
        capacity=words_for(allegation.capacity),
        cites=tuple(paragraph.cite for paragraph in paragraphs),
        evidence_for=bearing_on(exhibits, "For", allegation.number),
        evidence_against=bearing_on(exhibits, "Against", allegation.number),
        finding=words_for(finding.finding) if finding else "",
        basis=words_for(finding.basis) if finding else "",
        reasons=records.masked(finding.reasons) if finding else "",
    )


def _category(code: str) -> str:
    """The label of a category; a code that today's pack no longer has is printed as it is."""
    return next((category.label for category in pack().categories if category.code == code), code)


def _statements(records: CaseRecords) -> tuple[StatementPart, ...]:
    masked = records.masked
    return tuple(
        StatementPart(
            label=statement.label,
            person=records.name(statement.person_id),
            kind=words_for(statement.kind),
            taken_on=statement.taken_on,
            state=_state(words_for(statement.state), statement.checked_on),
            present=masked(statement.present),
            words=masked(statement.words),
            amendments=masked(statement.amendments),
            part=_part_of(records, statement.person_id),
        )
        for statement in records.statements
    )


def _part_of(records: CaseRecords, person_id: uuid.UUID) -> str:
    """Who somebody is in the case, without their name."""
    if person_id in records.reporter_ids:
        return "reporter"
    return "person concerned" if person_id == records.case.subject.id else "witness"


def _state(words: str, checked_on: date | None) -> str:
    return f"{words} on {uk_date(checked_on)}" if checked_on else words


def _investigation(records: CaseRecords) -> Investigation | None:
    report, masked = records.report, records.masked
    if report is None:
        return None
    accepted = report.status is ReportState.ACCEPTED
    return Investigation(
        version=report.number,
        status=words_for(report.status),
        author=records.name(report.author_id),
        fingerprint=report.fingerprint or "",
        submitted_at=report.submitted_at,
        accepted_at=records.accepted_at,
        accepted_by=records.name(report.reviewed_by_id) if accepted else "",
        background=masked(report.background),
        process=masked(report.process),
        mitigation=masked(report.mitigation),
        equality=masked(report.equality),
        recommendation=words_for(report.recommendation),
        recommendation_reasons=masked(report.recommendation_reasons),
        other_matters=masked(report.other_matters),
    )
