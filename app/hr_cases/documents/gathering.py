"""Builds a case report from the records."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from app.core.clock import local_day
from app.core.errors import NothingHere
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
from app.hr_cases.documents.ending import ending_of
from app.hr_cases.documents.exhibits import bearing_on, exhibits_of
from app.hr_cases.documents.gathering_afterwards import afterwards_of, last_decided_at
from app.hr_cases.documents.leavings import leavings_of
from app.hr_cases.documents.records import CaseRecords, investigators_of, records_of
from app.hr_cases.documents.words import letter_name, words_for
from app.hr_cases.models import Allegation, Case, CaseStatus, Letter, Reader, ReportState, Section
from app.matters.models import MatterParty
from app.people.models import Person
from app.policy.models import Acknowledgement, AgreedBy, PolicyVersion, Precision
from app.policy.queries import installation, pack

HR_COPY = "Copy 1: Human Resources. The reporter is not named"
_COPIES = {
    Reader.OWNER: HR_COPY,
    Reader.MANAGER: HR_COPY,
    Reader.DECISION_MAKER: "Copy 2: decision maker. The reporter is not named",
    Reader.APPEAL_OFFICER: "Copy 3: appeal officer. The reporter is not named",
    Reader.INVESTIGATOR: "Copy 4: investigator. The reporter is not named",
}

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


def case_report(case: Case, *, at: datetime, reader: Person, waiting: Collection[Letter] = ()) -> CaseReport:
    """What the report of a case says now to one of its readers, read from its records and its sealed files.

    It is the investigation report until something was decided on it; afterwards the whole case, with all that followed
    in a part of its own, for those who see that (`Case.shows`); for the investigator the investigation and how it ended.
    It is a draft until the investigation report is accepted. Whoever reported the matter is "the reporter" in every copy
    (domain 3.11: redacted by default), because a document travels. ``at`` is printed as the time of making; the date of
    the document is its recorded issue. ``waiting`` are the letters that wait to be sent another way: they told nobody yet.
    """
    records = records_of(case, reader, waiting=waiting)
    until = records.accepted_at if case.has_ended_for(reader) else None
    shows_all, shows_ending = case.shows(Section.AFTERWARDS, reader), case.shows(Section.ENDING, reader)
    exhibits = exhibits_of(records, lambda item: item.file_for(reader))
    here, settings = installation(), pack()
    investigators = _investigators(records)
    investigator = investigators[0] if investigators else None
    return CaseReport(
        reference=case.reference,
        organisation=here.organisation_name,
        marking=settings.marking.value,
        handling_line=settings.handling_line.value,
        copy_line=_copy_line(case, reader),
        generated_at=at,
        issued_at=_issued_at(records, until, shows_ending),
        stage=_STAGES[case.stage_for(reader)],
        person=_person(records, at),
        investigator=records.name(investigator.person_id) if investigator else "",
        commissioned_by=records.name(records.commissioned_by_id),
        commissioned_at=investigator.since if investigator else None,
        investigated_before=tuple((records.name(one.person_id), one.since, one.until) for one in investigators[1:]),
        terms=records.masked(case.terms),
        plan=records.masked(case.plan),
        policy_name=case.policy_name,
        policy_in_force=_policy_in_force(records),
        report_reference=case.report.reference,
        received_at=case.report.received_at,
        allegations=tuple(_allegation(records, allegation, exhibits) for allegation in case.allegations),
        paragraphs=_paragraphs(case),
        chronology=tuple(row for row in chronology_of(records) if not _after(place_of(row), until)),
        exhibits=exhibits,
        statements=_statements(records),
        letters=tuple(
            LetterLine(letter_name(letter, records.appeal), letter.issued_at, letter.fingerprint)
            for letter in records.letters
            if not _after(letter.issued_at, until)
        ),
        investigation=_investigation(records),
        afterwards=afterwards_of(records, reader) if shows_all else None,
        ending=ending_of(case, records.decision, records.outcome, records.appeal) if until and shows_ending else (),
        leavings=leavings_of(records, until),
    )


def _investigators(records: CaseRecords) -> list[MatterParty]:
    """The part of whoever wrote the report, or investigates now; then those of others who investigated, from the first."""
    parts = investigators_of(records.case)
    writer = records.report.author_id if records.report else None
    writes = [one for one in parts if one.person_id == writer] or parts
    return [*writes[-1:], *(one for one in parts if one is not writes[-1])]


def _copy_line(case: Case, reader: Person) -> str:
    """Whose copy it is; nobody else gets one."""
    part = case.read_as(reader)
    if part not in _COPIES:
        raise NothingHere(secret=True)
    return _COPIES[part]


def _issued_at(records: CaseRecords, until: datetime | None, shows_ending: bool) -> datetime | None:
    """The recorded moment of the newest thing that the copy tells."""
    if until is None:
        return last_decided_at(records)
    case = records.case
    return (case.final_at or case.closed_at or until) if shows_ending else until


def _after(when: datetime, until: datetime | None) -> bool:
    """Whether something came after the moment up to which a document tells; never, if it tells all."""
    return until is not None and when > until


def _person(records: CaseRecords, at: datetime) -> PersonConcerned:
    subject = records.case.subject
    sent = records.report.submitted_at if records.report else None
    return PersonConcerned(
        name=subject.name,
        post=subject.post,
        service=subject.service.name if subject.service else "",
        line_manager=subject.line_manager.name if subject.line_manager else "",
        kind=subject.person_kind.words.capitalize(),
        started=subject.started,
        acknowledged=acknowledged_words(
            records.agreements, [one.happened_on for one in records.case.allegations], until=sent or at
        ),
        told_at=records.case.told_subject_at,
    )


def acknowledged_words(agreed: Iterable[Acknowledgement], happened_on: Collection[date], *, until: datetime) -> str:
    """Whether somebody had agreed to the policy when what is alleged happened, by what was on record until a moment.

    `agreed` is what counts for the version of the case, so also a version before it since which no rule has changed. An
    agreement that came later says nothing of what they knew then, so it is never printed as if it did. What was taken back
    by then as a mistake counts for nothing, and is said where nothing else counts. What the person disputes is printed with
    that, unless they had also agreed in a way that they do not dispute when all of it happened.
    """
    known = sorted((one for one in agreed if one.at <= until), key=lambda one: (one.day, one.at))
    mistaken = [one for one in known if one.taken_back is not None and one.taken_back.at <= until]
    counting = [one for one in known if one not in mistaken]
    clear = [one for one in counting if not _dispute_words(one, until) and all(one.day <= day for day in happened_on)]
    first = next(iter(clear or counting), None)
    if first is None:
        return "Not on record when it happened" + _mistaken_words(mistaken) if happened_on else ""
    before = [happened for happened in happened_on if first.day <= happened]
    if len(before) == len(happened_on):
        return _agreed_words(first) + _dispute_words(first, until)
    after = "some of it" if before else "it"
    return f"Not when {after} happened; {_agreed_words(first)}{_dispute_words(first, until)}"


def _mistaken_words(mistaken: Sequence[Acknowledgement]) -> str:
    if not mistaken or mistaken[0].taken_back is None:
        return ""
    back = uk_date(local_day(mistaken[0].taken_back.at))
    return f" (a record of {_agreed_words(mistaken[0])}, was a mistake and was taken back on {back})"


def _agreed_words(agreed: Acknowledgement) -> str:
    """To which version, on which day and how; where somebody attested it, when that was recorded, but not by whom: whoever
    did may be the reporter.
    """
    said = f"{agreed.version.label} on {uk_date(agreed.day)}"
    if agreed.method is AgreedBy.ONLINE:
        return said
    return f"{said}, {agreed.method.label.lower()}, recorded on {uk_date(local_day(agreed.at))}"


def _dispute_words(agreed: Acknowledgement, until: datetime) -> str:
    """That they said by then that they did not agree, and that Human Resources found it to be right, if it had."""
    if agreed.disputed is None or agreed.disputed.at > until:
        return ""
    said = f". They said on {uk_date(local_day(agreed.disputed.at))} that they did not agree"
    if agreed.upheld is None or agreed.upheld.at > until:
        return said
    return f"{said}; Human Resources found on {uk_date(local_day(agreed.upheld.at))} that it is right"


def _policy_in_force(records: CaseRecords) -> str:
    """When the version held; where that of the day is not recorded, what was chosen instead and why."""
    case = records.case
    held = "" if case.relies_on_code_only else _in_force(case.policy_version)
    if not case.policy_note:
        return held
    note = f"{case.policy_note[0].upper()}{case.policy_note[1:]}. {records.masked(case.policy_reason)}"
    return f"{held}\n{note}".strip()


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
            words=masked.read(statement, "words"),
            amendments=masked.read(statement, "amendments"),
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
