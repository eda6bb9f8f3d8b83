"""The chronology: what happened in a case, from the report to its closing, each line from a record."""

from collections.abc import Iterator
from datetime import datetime, time

from app.core.clock import LONDON
from app.core.presentation import uk_date, uk_datetime
from app.hr_cases.documents.contents import THE_REPORTER, ChronologyRow
from app.hr_cases.documents.leavings import leaving_rows
from app.hr_cases.documents.records import APPOINTED_BY, CLOSED_BY, CaseRecords
from app.hr_cases.documents.words import ROUTES, letter_name, words_for
from app.hr_cases.models import Appeal, InvestigationReport, LetterKind, ReportState
from app.matters.models import Capacity


def chronology_of(records: CaseRecords) -> tuple[ChronologyRow, ...]:
    """All rows in the order of time; a day without a time of day stands where it was written down, or ends its day.

    A letter stands behind the act that issued it, at the same moment.
    """
    rows = [
        *_before_the_case(records), *_investigation(records), *_afterwards(records), *leaving_rows(records),
        *_letters(records),
    ]  # fmt: skip
    return tuple(sorted(rows, key=place_of))


def place_of(row: ChronologyRow) -> datetime:
    """Where a row stands among others: at its moment. What is known to the day only happened before it was written down
    and before that day ended, so it stands at the earlier of the two: after what came before it on the same day.
    """
    if isinstance(row.when, datetime):
        return row.when
    ends = datetime.combine(row.when, time.max, tzinfo=LONDON)
    return min(ends, row.noted_at) if row.noted_at else ends


def _before_the_case(records: CaseRecords) -> Iterator[ChronologyRow]:
    case, report = records.case, records.case.report
    yield ChronologyRow(report.received_at, "Report received by Human Resources", THE_REPORTER)
    if report.acknowledged_at is not None:
        yield ChronologyRow(report.acknowledged_at, "Report acknowledged", records.name(report.acknowledged_by_id))
    for decision in records.triage:
        what = f"Triage decision: {ROUTES[decision.route]}"
        yield ChronologyRow(decision.decided_at, what, records.name(decision.decided_by_id))
    yield ChronologyRow(case.opened_at, "Case opened", records.name(case.opened_by_id))


_APPOINTED = {
    Capacity.CASE_OWNER: "Case owner named",
    Capacity.INVESTIGATOR: "Investigator appointed",
    Capacity.DECISION_MAKER: "Decision maker appointed",
    Capacity.APPEAL_OFFICER: "Appeal officer appointed",
}


def _investigation(records: CaseRecords) -> Iterator[ChronologyRow]:
    case = records.case
    # People who came at the same moment stand in the order of their capacities, so that the same records read the same.
    order = list(_APPOINTED)
    appointed = [party for party in case.matter.parties if party.capacity in _APPOINTED]
    came_later = {(change.capacity, change.successor_id, change.made_at): change for change in records.reappointments}
    for party in sorted(appointed, key=lambda one: (one.since, order.index(one.capacity), one.id)):
        what = f"{_APPOINTED[party.capacity]}: {records.name(party.person_id)}"
        change = came_later.get((party.capacity, party.person_id, party.since))
        if change is not None:
            what = f"{what}, in place of {records.name(change.former_id)}"
            yield ChronologyRow(party.since, what, records.name(change.made_by_id))
            continue
        by = records.actor((APPOINTED_BY[party.capacity],), party.since, about_id=party.person_id)
        yield ChronologyRow(party.since, what, by)
    if case.plan_approved_at is not None:
        by = records.actor(("case:plan-approved",), case.plan_approved_at)
        yield ChronologyRow(case.plan_approved_at, "Investigation plan approved", by)
    if case.told_subject_at is not None:
        yield _told(records, case.told_subject_at)
    for item in records.evidence:
        yield ChronologyRow(item.added_at, f"Exhibit {item.label} added to the case", records.name(item.added_by_id))
    for statement in records.statements:
        what = f"Statement {statement.label} taken: {records.name(statement.person_id)}"
        yield ChronologyRow(statement.taken_on, what, records.name(statement.added_by_id), noted_at=statement.added_at)
    yield from _pauses(records)
    for report in records.reports:
        yield from _versions(records, report)


def _told(records: CaseRecords, issued_at: datetime) -> ChronologyRow:
    """When the person concerned was told: by the letter in Probity, or on the day on which it was sent another way."""
    letter, told = records.letter(LetterKind.INVESTIGATION), "Person concerned told of the investigation"
    if letter is not None and letter.sending is not None:
        by, sent = records.name(letter.sending.recorded_by_id), letter.sending
        return ChronologyRow(sent.sent_on, f"{told} {sent.sent_by.words}", by, noted_at=sent.recorded_at)
    by = records.actor(("case:subject-told",), issued_at)
    if letter is not None and letter.id in records.waiting:
        return ChronologyRow(issued_at, "Letter about the investigation issued; it waits to be sent another way", by)
    return ChronologyRow(issued_at, told, by)


def _letters(records: CaseRecords) -> Iterator[ChronologyRow]:
    for letter in records.letters:
        what = f"Letter issued: {letter_name(letter, records.appeal)}"
        yield ChronologyRow(letter.issued_at, what, records.name(letter.issued_by_id))
        sending = letter.sending
        if sending is not None:
            what = f"Letter sent {sending.sent_by.words}: {letter_name(letter, records.appeal)}"
            by = records.name(sending.recorded_by_id)
            yield ChronologyRow(sending.sent_on, what, by, noted_at=sending.recorded_at)


def _pauses(records: CaseRecords) -> Iterator[ChronologyRow]:
    for pause in sorted(records.case.pauses, key=lambda one: (one.started_at, one.id)):
        note = f": {records.masked(pause.note)}" if pause.note else ""
        yield ChronologyRow(
            pause.started_at,
            f"Case paused {words_for(pause.reason)}{note}; to be looked at again on {uk_date(pause.review_on)}",
            records.name(pause.started_by_id),
        )
        if pause.ended_at is not None:
            yield ChronologyRow(pause.ended_at, "Case resumed", records.actor(("case:resumed",), pause.ended_at))


def _versions(records: CaseRecords, report: InvestigationReport) -> Iterator[ChronologyRow]:
    name = f"Investigation report, version {report.number}"
    if report.submitted_at is not None:
        yield ChronologyRow(report.submitted_at, f"{name}, submitted", records.name(report.author_id))
    if report.reviewed_at is not None:
        done = "accepted" if report.status is ReportState.ACCEPTED else "returned with reasons"
        yield ChronologyRow(report.reviewed_at, f"{name}, {done}", records.name(report.reviewed_by_id))


def _afterwards(records: CaseRecords) -> Iterator[ChronologyRow]:
    case, decision, outcome = records.case, records.decision, records.outcome
    if decision is not None:
        what = f"Decision on the report: {words_for(decision.decision).lower()}"
        yield ChronologyRow(decision.decided_at, what, records.name(decision.decided_by_id))
    for notice in records.notices:
        what = f"Notice issued of a hearing on {uk_datetime(notice.hearing_at)}"
        yield ChronologyRow(notice.issued_at, what, records.name(notice.issued_by_id))
        if notice.came_on is not None and notice.came_by is not None:
            what = (
                f"Notice of the hearing answered {notice.came_by.words}, recorded by Human Resources on "
                f"{uk_date(notice.replied_at)}"
            )
            yield ChronologyRow(
                notice.came_on, what, records.name(notice.recorded_by_id), noted_at=notice.replied_at
            )
        if notice.postponed_at is not None:
            yield ChronologyRow(notice.postponed_at, "Hearing postponed", records.name(notice.postponed_by_id))
    for hearing in records.hearings:
        by = records.name(hearing.recorded_by_id)
        yield ChronologyRow(hearing.held_on, "Hearing held", by, noted_at=hearing.recorded_at)
    if outcome is not None:
        yield ChronologyRow(outcome.decided_at, "Outcome decided", records.name(outcome.decided_by_id))
    yield from _appeal(records)
    if case.final_at is not None:
        yield ChronologyRow(case.final_at, "Outcome final", records.actor(("case:made-final",), case.final_at))
    if case.closed_at is not None:
        yield ChronologyRow(case.closed_at, "Case closed", records.actor(CLOSED_BY, case.closed_at))


def _appeal_received(records: CaseRecords, appeal: Appeal) -> ChronologyRow:
    if appeal.came_on is None or appeal.came_by is None:
        return ChronologyRow(appeal.received_at, "Appeal received", records.name(records.case.subject.id))
    what = f"Appeal received {appeal.came_by.words}, recorded by Human Resources on {uk_date(appeal.received_at)}"
    return ChronologyRow(appeal.came_on, what, records.name(appeal.recorded_by_id), noted_at=appeal.received_at)


def _appeal(records: CaseRecords) -> Iterator[ChronologyRow]:
    appeal = records.appeal
    if appeal is not None:
        yield _appeal_received(records, appeal)
        if appeal.decided_at is not None:
            what = f"Appeal decided: {words_for(appeal.result).lower()}"
            yield ChronologyRow(appeal.decided_at, what, records.name(appeal.decided_by_id))
