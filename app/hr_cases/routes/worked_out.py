"""How the dates of a case were worked out, each from what the case keeps, as its pages show it."""

from collections.abc import Sequence
from datetime import date

from app.core.clock import local_day
from app.core.worked_out import WorkedOut
from app.core.working_days import HolidayDataEnds
from app.hr_cases.models import (
    Appeal,
    Case,
    CaseLeaving,
    CasePause,
    CaseStatus,
    HearingNotice,
    Letter,
    Outcome,
    StandingOutcome,
    Statement,
)
from app.hr_cases.operations.appeals import APPEAL_HEARING
from app.hr_cases.operations.appeals import counted_from as appeal_counts_from
from app.hr_cases.operations.hearing import HEARING_PAPERS, POSTPONEMENT, latest_day_by_right, notice_period
from app.hr_cases.operations.investigating import STATEMENT_CHECK
from app.hr_cases.operations.step_dates import (
    AFTER_LEAVING,
    APPEAL_APPOINTMENT,
    APPEAL_WINDOW,
    COMPANION_DECISION,
    LATE_APPEAL_DECISION,
    LETTER_SENDING,
)
from app.matters.models import Capacity
from app.policy.explaining import chosen, counted_from, counted_from_receipt, lasting_months, notice_before, notice_given

_S = CaseStatus
BEGAN = {
    _S.OPENED: "The case was opened",
    _S.PLANNING: "The investigator was appointed",
    _S.INVESTIGATING: "The report was sent back for more work",
    _S.PAUSED: "The case was paused",
    _S.REPORT_REVIEW: "The report was submitted",
    _S.ACCEPTED: "The report was accepted",
    _S.INFORMAL: "Informal steps were decided",
    _S.HEARING_SET_UP: "The hearing was to be set up from then on, as decided",
    _S.HEARD: "The hearing was held",
    _S.DECIDED: "The time to appeal was set to end",
    _S.APPEALED: "The appeal was taken",
    _S.FINAL: "The outcome became final",
}
"""What happened on the day from which the step of each stage is counted."""
_AFTER_OUTCOME = (_S.DECIDED, _S.APPEALED)
_FROM_RECEIPT = (APPEAL_APPOINTMENT, LATE_APPEAL_DECISION)
LATE_APPEAL_HEARD = "It was decided to hear the late appeal"
LATE_APPEAL_REFUSED = "It was decided not to hear the late appeal"
OUTCOME_ISSUED = "The letter with the outcome was issued"
OUTCOME_SENT = "The letter with the outcome was sent another way"


_WHOSE_STEP = {
    _S.PLANNING: Capacity.INVESTIGATOR,
    _S.INVESTIGATING: Capacity.INVESTIGATOR,
    _S.ACCEPTED: Capacity.DECISION_MAKER,
}
"""Whose step is counted anew when somebody else is appointed to it."""


def step_worked_out(case: Case, pauses: Sequence[CasePause]) -> WorkedOut | None:
    """How the date of the next step came about; None for a day that somebody set, and where nothing is due."""
    start, due = case.step_counted_from, case.step_due_on
    if case.step_period is None or start is None or due is None:
        return None
    if case.step_period in _FROM_RECEIPT and case.appeal is not None and not case.appeal.late_judged_at:
        what = "The appeal" if case.appeal.in_time else "The late appeal"
        since = f"{what} was {'recorded' if case.appeal.is_recorded else 'received'}"
        return counted_from_receipt(case.step_period, case.appeal.received_at, due, since=since)
    since = _began(case, start)
    still = [
        (local_day(pause.started_at), local_day(pause.ended_at))
        for pause in pauses
        if pause.ended_at is not None and start <= local_day(pause.started_at) <= due and case.status is not _S.PAUSED
    ]
    return counted_from(case.step_period, start, due, since=since, pauses=still)


def _began(case: Case, start: date) -> str:
    part = _WHOSE_STEP.get(case.status)
    if any(one.capacity is part and one.until and local_day(one.until) == start for one in case.matter.parties):
        return "Somebody else was appointed"
    decides = (one for one in case.matter.parties if one.capacity is Capacity.DECISION_MAKER)
    if case.status is _S.ACCEPTED and any(local_day(one.since) == start for one in decides):
        return "The decision maker was appointed"
    if case.status is _S.INVESTIGATING and case.plan_approved_at and local_day(case.plan_approved_at) == start:
        return "The plan was written down and the investigation began"
    judged_at = case.appeal.late_judged_at if case.status in _AFTER_OUTCOME and case.appeal is not None else None
    if judged_at is not None and local_day(judged_at) == start:
        return LATE_APPEAL_HEARD if case.status is _S.APPEALED else LATE_APPEAL_REFUSED
    return BEGAN[case.status]


def notice_worked_out(notice: HearingNotice) -> dict[str, WorkedOut | None]:
    """How a hearing's date keeps to the least notice, and how the last day for papers came about; and while HR decides
    about a companion, the day for that.
    """
    day = local_day(notice.hearing_at)
    return {
        "companion": _companion_worked_out(notice, day),
        "notice": notice_given(notice_period(notice.dismissal_possible), notice.issued_at, day),
        "papers": notice_before(HEARING_PAPERS, notice.papers_by, day, what="the hearing"),
    }


def _companion_worked_out(notice: HearingNotice, hearing_on: date) -> WorkedOut | None:
    due, at = notice.companion_decide_by, notice.replied_at
    if not notice.companion_waits or due is None or at is None:
        return None
    if due == hearing_on:
        return chosen(due, by="whoever gave notice of the hearing", at=notice.issued_at, when="set the hearing for it")
    since = "The answer was recorded" if notice.is_recorded else "The answer came"
    return counted_from_receipt(COMPANION_DECISION, at, due, since=since)


def latest_day_worked_out(notice: HearingNotice) -> tuple[date, WorkedOut | None] | None:
    """The last day to which a hearing can be moved by right, with how it came about; None beyond the bank holidays known."""
    day = local_day(notice.hearing_at)
    try:
        latest = latest_day_by_right(day)
    except HolidayDataEnds:
        return None
    return latest, counted_from(POSTPONEMENT, day, latest, since="The hearing was to be held")


def outcome_worked_out(outcome: Outcome | None, appeal: Appeal | None = None) -> dict[str, WorkedOut | None]:
    """How the last live day, the last day to appeal and the day by which an appeal is heard came about."""
    if outcome is None:
        return {}
    how: dict[str, WorkedOut | None] = {
        "appeal": counted_from(
            APPEAL_WINDOW, outcome.appeal_counts_from, outcome.appeal_by,
            since=OUTCOME_SENT if outcome.told_on else OUTCOME_ISSUED,
        )
    }
    stands = StandingOutcome.of(outcome, appeal)
    if stands.months is not None and stands.last_live_day is not None:
        how["live"] = lasting_months(
            outcome.issued_on, stands.months, stands.last_live_day, since=OUTCOME_ISSUED, source="as was decided"
        )
    if appeal is not None and appeal.is_going_ahead:
        since = "The appeal was received" if appeal.in_time else LATE_APPEAL_HEARD
        how["heard"] = counted_from(APPEAL_HEARING, appeal_counts_from(appeal), appeal.heard_by, since=since)
    return how


def informal_review_worked_out(case: Case) -> WorkedOut | None:
    """How the day came about on which what was agreed informally is looked at again."""
    if case.informal_review_on is None:
        return None
    return chosen(case.informal_review_on, by="the case owner", at=case.closed_at, when="recorded what was agreed")


def sending_worked_out(letter: Letter) -> WorkedOut | None:
    """How the day came about by which a letter is sent another way; None where its reader could read it at first."""
    if letter.send_by is None:
        return None
    return counted_from(LETTER_SENDING, local_day(letter.issued_at), letter.send_by, since="The letter was issued")


def leaving_worked_out(leaving: CaseLeaving) -> WorkedOut | None:
    """How the day came about by which it is decided what becomes of a case whose person concerned leaves."""
    start = leaving.counted_from
    if start is None:
        return None
    gone = start == leaving.last_working_day
    since = "The last working day of the person concerned is" if gone else "It became known that the person concerned left"
    return counted_from(AFTER_LEAVING, start, leaving.due_on, since=since)


def statement_worked_out(statement: Statement) -> WorkedOut | None:
    """How the day came about by which somebody is asked to check their statement."""
    start = local_day(statement.added_at)
    return counted_from(STATEMENT_CHECK, start, statement.check_by, since="The statement was sent to be checked")


def first_answer_worked_out(given: Sequence[Statement]) -> list[tuple[date, WorkedOut | None]]:
    """The first day on which the answer to one of these statements is expected, and how it came about; the others explain
    theirs on their own pages.
    """
    waiting = [one for one in given if one.waits_for_answer]
    return [(one.check_by, statement_worked_out(one)) for one in sorted(waiting, key=lambda one: one.check_by)[:1]]


def earliest_worked_out(today: date, earliest: tuple[date, date]) -> tuple[WorkedOut | None, WorkedOut | None]:
    """How the earliest days of a hearing come about whose notice is given today: without and with possible dismissal."""
    since = "The notice would be given"
    first, second = (
        counted_from(notice_period(possible), today, day, since=since)
        for possible, day in zip((False, True), earliest, strict=True)
    )
    return first, second
