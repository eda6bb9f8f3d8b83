"""By when the next step of a case is due, and from which day that was counted: kept together, so it can be explained."""

from datetime import date, datetime

from app.core.clock import local_day
from app.hr_cases.models import Case, CasePause, CaseStatus
from app.policy.queries import due_within, working_calendar

APPEAL_WINDOW = "appeal_window_working_days"
APPEAL_APPOINTMENT = "appeal_officer_appointment_working_days"
MAKING_FINAL = "outcome_final_working_days"
LATE_APPEAL_DECISION = "late_appeal_decision_working_days"
COMPANION_DECISION = "companion_decision_working_days"
LETTER_SENDING = "letter_another_way_working_days"
PAUSE_REVIEW = "pause_review_working_days"
AFTER_LEAVING = "case_after_leaving_working_days"
HEARING_SET_UP = "case_to_answer_working_days"


def count_step(case: Case, period: str, start: date, *, due_on: date | None = None) -> None:
    """The next step is due within a period counted from a day; `due_on` where that has been counted already."""
    case.step_due_on = due_within(period, start) if due_on is None else due_on
    case.step_period, case.step_counted_from = period, start


def begin_step_anew(case: Case, *stages: CaseStatus, at: datetime) -> None:
    """At one of these stages somebody new has the step to do, and the whole time for it from today."""
    if case.status in stages and case.step_period is not None:
        count_step(case, case.step_period, local_day(at))


def set_step(case: Case, day: date | None) -> None:
    """The next step has a day of its own that was not counted, or there is no further step."""
    case.step_due_on, case.step_period, case.step_counted_from = day, None, None


def stop_step(case: Case, pause: CasePause) -> None:
    """The case stands still: its step keeps what it was counted from, and until it goes on the pause is looked at again."""
    pause.step_was_due_on = case.step_due_on
    pause.step_period, pause.step_counted_from = case.step_period, case.step_counted_from
    count_step(case, PAUSE_REVIEW, local_day(pause.started_at), due_on=pause.review_on)


def resume_step(case: Case, pause: CasePause, at: datetime) -> None:
    """The case goes on: the working days that were left when it stopped run on from today; what was late stays late."""
    today, was_due = local_day(at), pause.step_was_due_on or local_day(pause.started_at)
    case.step_due_on = working_calendar().resumed(was_due, local_day(pause.started_at), today).due
    case.step_period, case.step_counted_from = pause.step_period, pause.step_counted_from
