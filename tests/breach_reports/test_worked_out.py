"""By when HR confirms and decides: over holidays, after hours, where somebody is at risk; and how that is explained."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from app.breach_reports.models import Route, YesNoUnknown
from app.breach_reports.operations import answer_referral
from app.breach_reports.queries import next_step_worked_out, told_to_reporter
from app.core import clock
from app.core.db import db
from app.people.models import Role
from app.policy.queries import due_at_once
from tests.breach_reports.factories import a_report, decided, in_triage
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient
from tests.policy.test_closed_days import closed

YES = YesNoUnknown.YES


def local(day: date, hour: int = 10) -> datetime:
    return clock.at_local(day, hour)


@pytest.mark.parametrize(
    ("at", "said", "acknowledge_by", "triage_by"),
    [
        (local(date(2027, 3, 3)), {}, date(2027, 3, 5), date(2027, 3, 10)),
        (local(date(2027, 3, 3), 18), {}, date(2027, 3, 8), date(2027, 3, 11)),
        (local(date(2027, 3, 6)), {}, date(2027, 3, 10), date(2027, 3, 15)),  # a Saturday counts as Monday
        (local(date(2027, 3, 24)), {}, date(2027, 3, 30), date(2027, 4, 2)),  # over Easter
        (local(date(2026, 12, 24), 9), {}, date(2026, 12, 30), date(2027, 1, 5)),
        # safeguarding counts from the day it came, whatever the hour: the shorter reading
        (local(date(2027, 3, 3), 18), {"person_at_risk": YES}, date(2027, 3, 4), date(2027, 3, 4)),
        (local(date(2027, 3, 6)), {"person_at_risk": YES}, date(2027, 3, 8), date(2027, 3, 8)),
        (local(date(2027, 3, 26)), {"person_at_risk": YES}, date(2027, 3, 30), date(2027, 3, 30)),
        (local(date(2027, 3, 3)), {"malpractice": YES}, date(2027, 3, 3), date(2027, 3, 3)),
        (local(date(2027, 3, 3), 18), {"malpractice": YES}, date(2027, 3, 4), date(2027, 3, 4)),
    ],
)
def test_dates_of_a_report_by_hand(
    make: Factory, at: datetime, said: dict[str, YesNoUnknown], acknowledge_by: date, triage_by: date
) -> None:
    report = a_report(make.person(), at=at, **said)
    assert (report.acknowledge_by, report.triage_by) == (acknowledge_by, triage_by)
    how = next_step_worked_out(report)
    assert how is not None
    assert "Today the time" not in " ".join(how.sentences)
    told = told_to_reporter(report)
    assert told["decide"] is not None
    assert told["confirm"] is not None


def test_a_closed_day_is_left_out_and_named(make: Factory, client_of: Callable[..., PageClient]) -> None:
    closed(date(2027, 3, 5), make.person(None, Role.ADMINISTRATOR))
    reporter, officer = make.person(), make.person(None, Role.HR_INTAKE)
    report = a_report(reporter)
    assert report.acknowledge_by == date(2027, 3, 8)
    page = client_of(officer).get(f"/breach-reports/{report.reference}")
    assert "The report arrived on Wednesday 3 March 2027. That day does not count." in page.text
    assert "Friday 5 March 2027: Closed for a move, not counted" in page.text
    receipt = client_of(reporter).get(f"/breach-reports/sent/{report.reference}")
    assert receipt.text.count("How was this worked out?") == 2


def test_after_the_safeguarding_lead_answered_it_counts_from_then_but_the_reporter_learns_nothing_of_it(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    reporter, officer = make.person(), make.person(None, Role.HR_INTAKE)
    lead = make.person(None, Role.SAFEGUARDING_LEAD)
    report = decided(in_triage(reporter, officer, person_at_risk=YES), officer, Route.SAFEGUARDING)
    answer_referral(report, reasons="You may talk to them.", by=lead, at=local(date(2027, 3, 9)))
    db.session.commit()
    assert report.triage_by == date(2027, 3, 16)
    page = client_of(officer).get(f"/breach-reports/{report.reference}")
    assert "The safeguarding lead answered on Tuesday 9 March 2027. That day does not count." in page.text
    receipt = client_of(reporter).get(f"/breach-reports/sent/{report.reference}")
    assert "safeguarding" not in receipt.text.lower()
    assert "9 March" not in receipt.text


def test_beyond_the_data_a_report_is_taken_in_all_the_same(make: Factory) -> None:
    """Nobody is sent away because bank holidays are not known yet; Monday to Friday count then."""
    report = a_report(make.person(), at=local(date(2028, 12, 29)))
    assert report.acknowledge_by == due_at_once("report_acknowledgement_working_days", date(2028, 12, 29))
    assert report.acknowledge_by > date(2028, 12, 31)


def test_a_report_whose_time_was_changed_since_says_what_it_got(make: Factory) -> None:
    report = a_report(make.person(), at=NOW)
    report.acknowledge_by = date(2027, 3, 9)
    how = next_step_worked_out(report)
    assert how is not None
    assert "worked out by the rules and closed days as they stood then" in how.sentences[0]
    assert how.sentences[1] == "By those of today, it would count from Wednesday 3 March 2027 and be Friday 5 March 2027."
