"""How the dates of a report were worked out: by when HR confirms that it arrived, and by when it decides."""

from datetime import date

from app.breach_reports.models import BreachReport, Route, YesNoUnknown
from app.core import clock
from app.core.worked_out import WorkedOut
from app.core.working_days import HolidayDataEnds
from app.policy.explaining import counted_from, counted_from_receipt
from app.policy.queries import due_after_receipt, due_within

ACKNOWLEDGEMENT = "report_acknowledgement_working_days"
TRIAGE = "triage_working_days"
SAFEGUARDING = "safeguarding_referral_working_days"
WHISTLEBLOWING = "whistleblowing_referral_working_days"
IT_ARRIVED = "The report arrived"


def next_step_worked_out(report: BreachReport) -> WorkedOut | None:
    """How the date of the next step came about; None where nothing is due."""
    if report.next_due is None:
        return None
    return confirming_worked_out(report) if report.acknowledged_at is None else deciding_worked_out(report)


def confirming_worked_out(report: BreachReport) -> WorkedOut | None:
    """How the date came about by which HR confirms that the report arrived."""
    return _since_it_arrived(report, report.acknowledge_by, (ACKNOWLEDGEMENT, *_to_decide(report)))


def deciding_worked_out(report: BreachReport) -> WorkedOut | None:
    """How the date came about by which HR decides: anew once the safeguarding lead has answered."""
    answered = [
        one.second_at for one in report.decisions if one.route is Route.SAFEGUARDING and one.second_at is not None
    ]
    if answered:
        return counted_from(TRIAGE, clock.local_day(answered[-1]), report.triage_by, since="The safeguarding lead answered")
    return _since_it_arrived(report, report.triage_by, _to_decide(report))


def told_to_reporter(report: BreachReport) -> dict[str, WorkedOut | None]:
    """How the dates came about that the reporter was told, as far as that follows from what they reported themselves.

    When somebody to whom it was referred answered is not theirs to know, so nothing else is explained.
    """
    own = any(_counts(name, report) == report.triage_by for name in _to_decide(report))
    return {
        "confirm": confirming_worked_out(report),
        "decide": _since_it_arrived(report, report.triage_by, _to_decide(report)) if own else None,
    }


def _to_decide(report: BreachReport) -> tuple[str, ...]:
    """The settings that may have given the date: the shortest of those that the reporter's answers call for."""
    asked = {WHISTLEBLOWING: report.malpractice, SAFEGUARDING: report.person_at_risk}
    return (*(name for name, answer in asked.items() if answer == YesNoUnknown.YES), TRIAGE)


def _since_it_arrived(report: BreachReport, due: date, names: tuple[str, ...]) -> WorkedOut | None:
    name = next((name for name in names if _counts(name, report) == due), names[0])
    if name == SAFEGUARDING:
        return counted_from(name, clock.local_day(report.received_at), due, since=IT_ARRIVED)
    return counted_from_receipt(name, report.received_at, due, since=IT_ARRIVED)


def _counts(name: str, report: BreachReport) -> date | None:
    """What this setting would give today; None beyond the bank holidays known here."""
    try:
        if name == SAFEGUARDING:
            return due_within(name, clock.local_day(report.received_at))
        return due_after_receipt(name, report.received_at)
    except HolidayDataEnds:
        return None
