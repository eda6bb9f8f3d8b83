"""The investigation report: written, submitted, sent back or accepted, never changed by its reviewer (domain 3.6)."""

import hashlib
import json
import re
from datetime import date, datetime
from typing import Any

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import notify
from app.hr_cases.models import (
    Allegation,
    Basis,
    Case,
    CaseStatus,
    Finding,
    InvestigationFinding,
    InvestigationReport,
    Recommendation,
    ReportState,
)
from app.hr_cases.operations import messages
from app.hr_cases.operations.common import needs_equality_check
from app.hr_cases.operations.guards import ask_stage, ask_who, need
from app.hr_cases.operations.owners import tell_owner
from app.hr_cases.operations.step_dates import count_step
from app.hr_cases.queries.records import exhibits, last_report, statements
from app.hr_cases.queries.sending import is_told
from app.matters.queries import holders_not_kept_from
from app.people.models import Person, Role

REPORT_BEGUN = event_kind("case:report-begun", "began version {version} of the investigation report")
FINDING_RECORDED = event_kind("case:finding-recorded", "recorded a finding on allegation {allegation}")
REPORT_WRITTEN = event_kind("case:report-written", "wrote the investigation report")
SUBMITTED = event_kind("case:report-submitted", "submitted version {version} of the investigation report")
RETURNED = event_kind("case:report-returned", "sent version {version} of the investigation report back")
ACCEPTED = event_kind("case:report-accepted", "accepted version {version} of the investigation report")

TEXTS = (
    "background", "process", "mitigation", "equality", "recommendation_reasons", "other_matters",
)  # fmt: skip
_LABEL = re.compile(r"(?<![\w/-])([ES])([1-9]\d{0,3})(?![\w/-])(?!\s+\d[A-Z]{2}\b)")
_NAMED = re.compile(r"\b(?:exhibits?|statements?)\s+$", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:,|;|&|\band\b|\bor\b|\bto\b|,\s*and\b)\s*")
_SLIPPED_BY = 3
"""How far beyond the last exhibit a number may be and still be taken for a slip; beyond that it is a postcode or a room."""


def report_in_progress(case: Case, *, by: Person, at: datetime) -> InvestigationReport:
    """The version that is being written; made if there is none, beginning with all that a returned one said."""
    _ask_writer(case, by, at)
    last = last_report(case)
    if last is not None and last.status is ReportState.DRAFT:
        return last
    report = InvestigationReport(
        case=case,
        case_id=case.id,
        number=last.number + 1 if last else 1,
        status=ReportState.DRAFT,
        author=by,
        author_id=by.id,
    )
    if last is not None:
        _begin_with(report, last)
    db.session.add(report)
    record(REPORT_BEGUN, case.id, by=by.id, at=at, facts={"version": report.number})
    return report


def _begin_with(report: InvestigationReport, last: InvestigationReport) -> None:
    report.recommendation = last.recommendation
    for text in TEXTS:
        setattr(report, text, getattr(last, text))
    for old in last.findings:
        finding = InvestigationFinding(
            report=report, allegation=old.allegation, allegation_id=old.allegation_id, finding=old.finding, basis=old.basis
        )
        finding.reasons = old.reasons


def _ask_writer(case: Case, by: Person, at: datetime) -> None:
    ask_who(case, case.is_investigated_by(by), by=by, at=at, whose="the investigator")
    standing = "The case stands still. Its owner must let it go on first."
    ended = "The report is written while the case is investigated."
    ask_stage(
        case,
        case.can_write_report(by),
        doing=SUBMITTED,
        sentence=standing if case.status is CaseStatus.PAUSED else ended,
    )


def _ask_draft(report: InvestigationReport, by: Person, at: datetime) -> None:
    _ask_writer(report.case, by, at)
    if report.status is not ReportState.DRAFT:
        raise AlreadyDone(
            f"Version {report.number} was submitted and does not change any more.",
            who=report.author.name,
            when=report.submitted_at,
            what_now="Open the report again to write the next version.",
        )


def record_finding(
    report: InvestigationReport,
    allegation: Allegation,
    *,
    finding: Finding,
    basis: Basis,
    reasons: str,
    by: Person,
    at: datetime,
) -> InvestigationFinding:
    """Record what was found on one allegation, on the balance of probabilities, on which basis, and why."""
    _ask_draft(report, by, at)
    if allegation.case_id != report.case_id:
        raise InvalidInput("Select an allegation of this case")
    reasons = need(reasons, "Enter the reasons for your finding", "reasons")
    found = next((one for one in report.findings if one.allegation_id == allegation.id), None)
    if found is None:
        found = InvestigationFinding(
            report=report, report_id=report.id, allegation=allegation, allegation_id=allegation.id,
            finding=finding, basis=basis,
        )  # fmt: skip
        db.session.add(found)
    found.finding, found.basis, found.reasons = finding, basis, reasons
    record(FINDING_RECORDED, report.case_id, by=by.id, at=at, facts={"allegation": allegation.number})
    return found


def write_report(
    report: InvestigationReport,
    *,
    background: str,
    process: str,
    mitigation: str,
    equality: str,
    recommendation: Recommendation | None,
    recommendation_reasons: str,
    other_matters: str,
    by: Person,
    at: datetime,
) -> None:
    """Keep the texts of the version in progress, complete or not. There is no place for a sanction."""
    _ask_draft(report, by, at)
    report.background, report.process = background.strip(), process.strip()
    report.mitigation, report.equality = mitigation.strip(), equality.strip()
    report.recommendation = recommendation
    report.recommendation_reasons, report.other_matters = recommendation_reasons.strip(), other_matters.strip()
    record(REPORT_WRITTEN, report.case_id, by=by.id, at=at, facts={"version": report.number})


def what_is_missing(report: InvestigationReport, today: date) -> list[str]:
    """What a version still needs before it can be submitted, each as the end of "The report needs ..."."""
    by_allegation = {finding.allegation_id: finding for finding in report.findings}
    missing = [
        f"a finding with reasons on allegation {allegation.number}"
        for allegation in report.case.allegations
        if allegation.id not in by_allegation or not by_allegation[allegation.id].reasons
    ]
    established = any(finding.finding is Finding.ESTABLISHED for finding in report.findings)
    if established and not is_told(report.case, today):
        missing.append("the person concerned to have been told and asked for their side, as something is established")
    if not report.background:
        missing.append("the background")
    if not report.process:
        missing.append("what you did")
    if report.recommendation is None:
        missing.append("a recommendation")
    if not report.recommendation_reasons:
        missing.append("the reasons for the recommendation")
    if not report.equality and needs_equality_check(report.case.allegations):
        missing.append("how equality and human rights were weighed")
    return missing + _unknown_labels(report)


def _unknown_labels(report: InvestigationReport) -> list[str]:
    """The exhibits and statements that the report cites and that do not exist, as far as nothing else can be meant.

    E16 and S10 are districts of towns too. A number is taken for a citation where the word stands before it ("exhibit
    E16"), where it is near those that exist, and in a list with such ("E1 and S9"); never before the end of a postcode.
    """
    known = {"E": {item.number for item in exhibits(report.case)}, "S": {one.number for one in statements(report.case)}}
    unknown: set[tuple[str, int]] = set()
    for said in [*(getattr(report, text) for text in TEXTS), *(finding.reasons for finding in report.findings)]:
        cited_until = -1
        for found in _LABEL.finditer(said):
            kind, number = found[1], int(found[2])
            named = _NAMED.search(said[max(found.start() - 30, 0) : found.start()]) is not None
            listed = cited_until >= 0 and _LISTED.fullmatch(said[cited_until : found.start()]) is not None
            is_cited = named or listed or number <= max(known[kind], default=0) + _SLIPPED_BY
            cited_until = found.end() if is_cited else -1
            if is_cited and number not in known[kind]:
                unknown.add((kind, number))
    return [f"{kind}{number} to exist, or not to be named" for kind, number in sorted(unknown)]


def submit_report(report: InvestigationReport, *, by: Person, at: datetime) -> None:
    """Submit the report to the owner. From now on this version never changes; its fingerprint is kept.

    Refuses (422) with a list of all that is missing.
    """
    _ask_draft(report, by, at)
    missing = what_is_missing(report, clock.local_day(at))
    if missing:
        raise InvalidInput(f"The report needs {'; '.join(missing)}.")
    case = report.case
    report.move_to(ReportState.SUBMITTED)
    report.submitted_at = at
    report.fingerprint = fingerprint_of(report)
    case.move_to(CaseStatus.REPORT_REVIEW)
    count_step(case, "report_review_working_days", clock.local_day(at))
    record(SUBMITTED, case.id, by=by.id, at=at, facts={"version": report.number, "report": report.id})
    tell_owner(case, messages.REPORT, case.id, at=at, number=report.number)


def fingerprint_of(report: InvestigationReport) -> str:
    """SHA-256 (hex) of all that a version says, in a fixed order."""
    numbers = {allegation.id: allegation.number for allegation in report.case.allegations}
    findings = [
        [numbers[one.allegation_id], one.finding.value, one.basis.value, one.reasons]
        for one in sorted(report.findings, key=lambda one: numbers[one.allegation_id])
    ]
    said: dict[str, Any] = {text: getattr(report, text) for text in TEXTS}
    said |= {
        "case": str(report.case_id),
        "version": report.number,
        "author": str(report.author_id),
        "submitted_at": report.submitted_at.isoformat() if report.submitted_at else None,
        "recommendation": report.recommendation.value if report.recommendation else None,
        "findings": findings,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def return_report(
    report: InvestigationReport, *, reasons: str, by: Person, at: datetime, version_seen: str | None = None
) -> None:
    """Send a report back for more work, with reasons; its words stay as they were submitted.

    `version_seen` is the version that the page showed: nobody judges one that they have not read.
    """
    _ask_reviewer(report, by, at, "sent back", version_seen)
    report.review_reasons = need(reasons, "Enter what is missing", "reasons")
    _reviewed(report, ReportState.RETURNED, CaseStatus.INVESTIGATING, "investigation_report_working_days", by, at)
    record(RETURNED, report.case_id, by=by.id, at=at, facts={"version": report.number})
    matter_id = report.case.matter_id
    notify(report.author_id, messages.RETURNED, report.case_id, at=at, number=report.number, matter_id=matter_id)


def accept_report(report: InvestigationReport, *, by: Person, at: datetime, version_seen: str | None = None) -> None:
    """Accept a report as complete; next somebody is appointed who decides whether there is a case to answer.

    `version_seen` as with `return_report`.
    """
    _ask_reviewer(report, by, at, "accepted", version_seen)
    _reviewed(report, ReportState.ACCEPTED, CaseStatus.ACCEPTED, "case_to_answer_working_days", by, at)
    record(ACCEPTED, report.case_id, by=by.id, at=at, facts={"version": report.number})
    day = clock.local_day(at)
    for manager in holders_not_kept_from(report.case.matter, [Role.HR_MANAGER], day):
        if manager.id != by.id:
            notify(manager.id, messages.ACCEPTED, report.case_id, at=at, matter_id=report.case.matter_id)


def _ask_reviewer(report: InvestigationReport, by: Person, at: datetime, done: str, version_seen: str | None) -> None:
    case = report.case
    ask_who(case, case.is_owned_by(by), by=by, at=at, whose="the owner of the case")
    if report.author_id == by.id:
        raise NotAllowed("Nobody reviews a report that they wrote themselves.")
    doing = RETURNED if report.status is ReportState.RETURNED else ACCEPTED
    ask_stage(
        case,
        case.can_review_report(by) and report.status is ReportState.SUBMITTED,
        doing=doing,
        sentence=f"This report does not wait for a review any more, so it cannot be {done}.",
    )
    ask_stage(
        case,
        version_seen in (None, str(report.number)),
        doing=SUBMITTED,
        sentence=f"Another version of the report was submitted in the meantime: version {report.number}.",
    )


def _reviewed(
    report: InvestigationReport, state: ReportState, stage: CaseStatus, period: str, by: Person, at: datetime
) -> None:
    report.move_to(state)
    report.reviewed_at, report.reviewed_by, report.reviewed_by_id = at, by, by.id
    report.case.move_to(stage)
    count_step(report.case, period, clock.local_day(at))
