"""“How was this worked out?”: what it says of a date that was set, also when the settings have changed since."""

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from flask import Flask

from app.core import clock
from app.core.worked_out import WorkedOut
from app.people.models import Role
from app.policy.explaining import counted_from, counted_from_receipt, lasting_months, notice_before, notice_given
from app.policy.models import ClosedDay
from app.policy.pack import Setting
from app.policy.queries import due_after_receipt, due_within
from app.policy.queries import notice_before as last_day_before
from app.policy.queries import settings as queries
from tests.factories import Factory
from tests.policy.test_closed_days import closed

TRIAGE, REFERRAL = "triage_working_days", "whistleblowing_referral_working_days"
HEARING = "hearing_notice_working_days"
WEDNESDAY = date(2027, 3, 3)


def test_a_period_names_its_start_its_setting_and_every_day(app: Flask) -> None:
    how = counted_from(TRIAGE, date(2027, 3, 24), date(2027, 4, 2), since="It arrived")
    assert how == WorkedOut(
        (
            "It arrived on Wednesday 24 March 2027. That day does not count.",
            "The time for it is 5 working days (local setting).",
        ),
        (
            "Thursday 25 March 2027: working day 1",
            "Friday 26 March 2027: Good Friday, not counted",
            "Saturday 27 and Sunday 28 March 2027: weekend, not counted",
            "Monday 29 March 2027: Easter Monday, not counted",
            "Tuesday 30 March to Friday 2 April 2027: working days 2 to 5",
        ),
        "So it is Friday 2 April 2027.",
    )
    assert date(2027, 4, 2) == due_within(TRIAGE, date(2027, 3, 24))


def test_a_date_set_under_another_setting_is_explained_as_it_was(app: Flask) -> None:
    """The days it really got, and what the time is today."""
    how = counted_from(TRIAGE, WEDNESDAY, date(2027, 3, 5), since="It arrived")
    assert how is not None
    assert how.sentences[1] == (
        "By the closed days known today it got 2 working days, and the time for it is 5 working days (local setting). It "
        "was worked out by the rules and closed days as they stood then, and a date that was set stays as it is."
    )


def test_a_date_set_before_a_closed_day_was_recorded_keeps_its_date(make: Factory) -> None:
    due = due_within(TRIAGE, WEDNESDAY)
    closed(date(2027, 3, 4), make.person(None, Role.ADMINISTRATOR), "Closed for a move")
    how = counted_from(TRIAGE, WEDNESDAY, due, since="It arrived")
    assert how is not None
    assert how.sentences[1].startswith("By the closed days known today it got 4 working days, and")
    assert how.days[0] == "Thursday 4 March 2027: Closed for a move, not counted"
    assert how.result == "So it is Wednesday 10 March 2027."


@pytest.mark.parametrize(
    ("start", "due", "said"),
    [
        (WEDNESDAY, WEDNESDAY, "It is due on the same day (local setting)."),
        (date(2027, 3, 6), date(2027, 3, 8), "or on the next working day where that is not one."),
    ],
)
def test_a_period_of_no_days(app: Flask, start: date, due: date, said: str) -> None:
    how = counted_from(REFERRAL, start, due, since="It arrived")
    assert how is not None
    assert how.sentences[-1].endswith(said)
    assert due == due_within(REFERRAL, start)


def test_what_came_after_hours_says_from_when_it_counts(app: Flask) -> None:
    friday_evening = clock.at_local(date(2027, 3, 5), 18, 30)
    due = due_after_receipt(TRIAGE, friday_evening)
    assert due == date(2027, 3, 15)
    how = counted_from_receipt(TRIAGE, friday_evening, due, since="It arrived")
    assert how is not None
    assert how.sentences[0] == (
        "It arrived on 5 March 2027 at 6:30pm. Since that was after the close of business, it counts from "
        "Monday 8 March 2027 (local setting). That day does not count."
    )
    in_hours = counted_from_receipt(TRIAGE, clock.at_local(WEDNESDAY, 10), date(2027, 3, 10), since="It arrived")
    assert in_hours is not None
    assert in_hours.sentences[0] == "It arrived on Wednesday 3 March 2027. That day does not count."


def test_what_came_after_hours_before_the_setting_counts_as_it_did(app: Flask) -> None:
    """A stored date that was counted from the day itself is explained from that day."""
    how = counted_from_receipt(TRIAGE, clock.at_local(date(2027, 3, 5), 18), date(2027, 3, 12), since="It arrived")
    assert how is not None
    assert how.sentences[0] == "It arrived on Friday 5 March 2027. That day does not count."
    assert how.sentences[1] == "The time for it is 5 working days (local setting)."


@pytest.mark.parametrize("recorded", [date(2027, 3, 10), date(2027, 3, 8), date(2027, 3, 5)])
def test_a_closed_day_recorded_later_does_not_change_from_which_day_it_was_counted(make: Factory, recorded: date) -> None:
    """Also one on the very day on which it came, or from which it counts."""
    friday_evening, administrator = clock.at_local(date(2027, 3, 5), 18, 30), make.person(None, Role.ADMINISTRATOR)
    with clock.set_to(friday_evening):
        due = due_after_receipt(TRIAGE, friday_evening)
    before = counted_from_receipt(TRIAGE, friday_evening, due, since="It arrived")
    with clock.set_to(friday_evening + timedelta(hours=1)):
        make.keep(ClosedDay(day=recorded, reason="Depot day", recorded_by_id=administrator.id, recorded_at=clock.now()))
        queries.closed_days.forget()
        assert due != due_after_receipt(TRIAGE, friday_evening) or recorded == date(2027, 3, 5)
        assert counted_from_receipt(TRIAGE, friday_evening, due, since="It arrived") == before
    assert before is not None
    assert "after the close of business, it counts from Monday 8 March 2027" in before.sentences[0]


def test_a_date_that_no_rule_of_today_gives_is_not_explained_by_one(app: Flask) -> None:
    friday_evening = clock.at_local(date(2027, 3, 5), 18, 30)
    how = counted_from_receipt(TRIAGE, friday_evening, date(2027, 3, 11), since="It arrived")
    assert how == WorkedOut(
        (
            "It arrived on 5 March 2027 at 6:30pm. The date was worked out by the rules and closed days as they stood then, "
            "and a date that was set stays as it is.",
            "By those of today, since that was after the close of business, it would count from Monday 8 March 2027 and be "
            "Monday 15 March 2027.",
        ),
        (),
        "The date that was set is Thursday 11 March 2027.",
    )


def test_what_stopped_on_its_last_day_had_no_day_left(app: Flask) -> None:
    last, friday, saturday = date(2027, 3, 10), date(2027, 3, 19), date(2027, 3, 20)
    calendar = queries.working_calendar()
    for went_on, due in ((friday, friday), (saturday, date(2027, 3, 22))):
        assert calendar.resumed(last, last, went_on).due == due
        how = counted_from(TRIAGE, WEDNESDAY, due, since="It began", pauses=[(last, went_on)])
        assert how is not None
        assert how.sentences[2].startswith("It stopped on its last day. With no day left it is due on")
        assert how.sentences[3] == "The time for it is 5 working days (local setting)."
    assert how.days[-1] == "Monday 22 March 2027: no day was left to count, not counted"
    how = counted_from(TRIAGE, WEDNESDAY, date(2027, 3, 22), since="It began", pauses=[(date(2027, 3, 9), saturday)])
    assert how is not None
    assert how.sentences[2] == "The time for it is 5 working days (local setting)."
    assert how.days[-1] == "Monday 22 March 2027: working day 5"


def test_the_setting_can_be_switched_off(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = queries.pack()
    name = "received_after_hours_counts_from_next_working_day"
    off = MappingProxyType({**pack.switches, name: Setting(False, ("local setting",))})
    monkeypatch.setattr(queries, "pack", lambda: replace(pack, switches=off))
    assert due_after_receipt(TRIAGE, clock.at_local(date(2027, 3, 5), 18)) == date(2027, 3, 12)


def test_a_stand_still_is_told_with_its_days(app: Flask) -> None:
    how = counted_from(
        TRIAGE, WEDNESDAY, date(2027, 3, 17), since="It began", pauses=[(date(2027, 3, 5), date(2027, 3, 12))]
    )
    assert how is not None
    assert how.sentences[1] == (
        "It stood still from Friday 5 March 2027 to Friday 12 March 2027. The working days that were left then run on "
        "from there."
    )
    assert how.sentences[2] == "The time for it is 5 working days (local setting)."
    assert how.days[1] == "Saturday 6 to Friday 12 March 2027: it stood still, not counted"


def test_notice_is_told_backwards_and_forwards(app: Flask) -> None:
    hearing = date(2027, 3, 9)
    papers = last_day_before("hearing_papers_working_days", hearing)
    how = notice_before("hearing_papers_working_days", papers, hearing, what="the hearing")
    assert how is not None
    assert how.sentences[0] == "It is counted backwards from the hearing on Tuesday 9 March 2027. That day does not count."
    assert how.result == "So it is Friday 5 March 2027."
    given = notice_given(HEARING, clock.at_local(date(2027, 3, 1), 11), hearing)
    assert given is not None
    assert given.result == "That makes 6 working days, the day itself included."


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_notice_counts_the_days_known_when_it_was_given(make: Factory, is_withdrawn: bool) -> None:
    """A day on which the organisation turns out to be closed, or not to be closed, makes it no shorter and no longer."""
    given_at, administrator = clock.at_local(date(2027, 3, 1), 11), make.person(None, Role.ADMINISTRATOR)
    before, after = given_at - timedelta(hours=1), given_at + timedelta(days=1)
    snow = ClosedDay(day=date(2027, 3, 4), reason="Snow", recorded_by_id=administrator.id, recorded_at=after)
    if is_withdrawn:
        snow.recorded_at, snow.withdrawn_at = before, after
        snow.withdrawn_by_id, snow.withdrawn_reason = administrator.id, "Thaw"
    make.keep(snow)
    queries.closed_days.forget()
    how = notice_given(HEARING, given_at, date(2027, 3, 8))
    assert how is not None
    made, makes = ("4 working days", "5 working days") if is_withdrawn else ("5 working days", "4 working days")
    assert how.result == (
        f"That made {made} by the closed days known when it was given, the day itself included. By the closed days known "
        f"today it makes {makes}; a day that was set stays as it is."
    )
    assert ("Thursday 4 March 2027: Snow, not counted" in how.days) is is_withdrawn


@pytest.mark.parametrize(
    ("issued", "months", "last", "why"),
    [
        (date(1992, 1, 29), 12, date(1993, 1, 28), "The 29th of the month comes round again on 29 January 1993"),
        (date(2026, 8, 31), 6, date(2027, 2, 28), "February 2027 has no 31st, so it ends with that month."),
        (date(2027, 3, 1), 12, date(2028, 2, 29), "The 1st of the month comes round again on 1 March 2028"),
        (date(2027, 3, 3), 12, date(2027, 6, 3), "12 months would end on 2 March 2028; it was set to end sooner."),
        (date(2027, 3, 3), 1, date(2027, 6, 3), "1 month would end on 2 April 2027; it was set to end later."),
    ],
)  # fmt: skip
def test_months_say_why_they_end(issued: date, months: int, last: date, why: str) -> None:
    how = lasting_months(issued, months, last, since="The letter was issued", source="local setting")
    assert how.sentences[1].startswith(why)
    assert how.result.startswith("So the last day is ")


def test_beyond_the_data_it_is_said_that_it_is_an_estimate(app: Flask) -> None:
    """And of notice the page shows the date alone rather than fail."""
    beyond = date(2029, 1, 10)
    for name, start in ((TRIAGE, date(2028, 12, 28)), (REFERRAL, beyond)):
        said = " ".join(counted_from(name, start, beyond, since="It arrived").sentences)
        assert "Bank holidays after 31 December 2028 are not known here yet" in said
    late = clock.at_local(date(2028, 12, 28), 18)
    said = " ".join(counted_from_receipt(TRIAGE, late, beyond, since="It arrived").sentences)
    assert "It arrived on 28 December 2028" in said
    assert "not known here yet" in said
    assert notice_before("hearing_papers_working_days", date(2028, 12, 29), beyond, what="the hearing") is None
    assert notice_given(HEARING, late, beyond) is None
