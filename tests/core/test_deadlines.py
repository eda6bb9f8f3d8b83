"""The deadline engine, against tables worked out by hand from a printed calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock
from app.core.errors import InvalidInput
from app.core.worked_out import days_in_words
from app.core.working_days import HolidayDataEnds, WorkingCalendar, calendar_for, elapsed_hours, last_live_day

CALENDAR = calendar_for()
CLOSED = calendar_for(closed_days=[(date(2027, 3, 4), "Closed for a move"), (date(2027, 12, 29), "Closed at Christmas")])
DAYS = st.dates(date(2020, 1, 1), date(2028, 6, 30))
NUMBERS = st.integers(0, 60)
CALENDARS = st.sampled_from([CALENDAR, CLOSED, calendar_for("scotland"), calendar_for("northern-ireland")])


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # Easter 2027: Good Friday 26 March, Easter Monday 29 March
        (date(2027, 3, 24), 1, date(2027, 3, 25)),
        (date(2027, 3, 24), 2, date(2027, 3, 30)),
        (date(2027, 3, 25), 5, date(2027, 4, 5)),
        (date(2027, 3, 26), 0, date(2027, 3, 30)),
        (date(2027, 3, 28), 1, date(2027, 3, 30)),
        # Christmas 2026: Friday 25 December, Boxing Day on a Saturday, so Monday 28 as well; New Year's Day a Friday
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2026, 12, 24), 3, date(2026, 12, 31)),
        (date(2026, 12, 24), 4, date(2027, 1, 4)),
        (date(2026, 12, 18), 5, date(2026, 12, 29)),
        # Christmas 2027: Saturday and Sunday, so Monday 27 and Tuesday 28; New Year's Day 2028 on a Saturday, so Monday 3
        (date(2027, 12, 24), 1, date(2027, 12, 29)),
        (date(2027, 12, 24), 3, date(2027, 12, 31)),
        (date(2027, 12, 24), 4, date(2028, 1, 4)),
        # Christmas 2028: Monday 25 and Tuesday 26
        (date(2028, 12, 22), 1, date(2028, 12, 27)),
        (date(2028, 12, 22), 3, date(2028, 12, 29)),
        # 29 February 2028 is a Tuesday like any other
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2028, 2, 28), 2, date(2028, 3, 1)),
        (date(2028, 2, 22), 5, date(2028, 2, 29)),
        # ends of months and of the year
        (date(2027, 4, 30), 1, date(2027, 5, 4)),  # Early May bank holiday on Monday 3
        (date(2027, 8, 27), 1, date(2027, 8, 31)),  # Summer bank holiday on Monday 30
        (date(2027, 5, 28), 10, date(2027, 6, 14)),  # Spring bank holiday on Monday 31
    ],
)  # fmt: skip
def test_within_working_days_by_hand(start: date, days: int, due: date) -> None:
    assert CALENDAR.add(start, days) == due
    assert CALENDAR.within(days, start).due == due


@pytest.mark.parametrize(
    ("day", "days", "last"),
    [
        (date(2027, 3, 10), 2, date(2027, 3, 8)),
        (date(2027, 3, 9), 2, date(2027, 3, 5)),  # over a weekend
        (date(2027, 3, 31), 2, date(2027, 3, 25)),  # over Easter
        (date(2026, 12, 30), 2, date(2026, 12, 24)),  # over Christmas
        (date(2027, 3, 9), 0, date(2027, 3, 9)),
    ],
)
def test_notice_is_counted_backwards_by_hand(day: date, days: int, last: date) -> None:
    notice = CALENDAR.before(days, day)
    assert notice.due == last
    assert len(notice.counted) == days
    assert CALENDAR.between(last, day) == days


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (date(1992, 1, 29), 12, date(1993, 1, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 6, date(2028, 8, 28)),
        (date(2027, 5, 31), 1, date(2027, 6, 30)),
        (date(2027, 6, 30), 1, date(2027, 7, 29)),
        (date(2027, 12, 1), 1, date(2027, 12, 31)),
    ],
)
def test_months_by_hand(issued: date, months: int, last: date) -> None:
    assert last_live_day(issued, months) == last


@pytest.mark.parametrize(
    ("at", "day", "why"),
    [
        (clock.at_local(date(2027, 3, 3), 16, 59), date(2027, 3, 3), ""),
        (clock.at_local(date(2027, 3, 3), 17), date(2027, 3, 4), "that was after the close of business"),
        (clock.at_local(date(2027, 3, 3), 0, 1), date(2027, 3, 3), ""),
        (clock.at_local(date(2027, 3, 5), 18), date(2027, 3, 8), "that was after the close of business"),
        (clock.at_local(date(2027, 3, 6), 9), date(2027, 3, 8), "that day is not a working day (Saturday)"),
        (clock.at_local(date(2027, 3, 25), 17), date(2027, 3, 30), "that was after the close of business"),
        (clock.at_local(date(2027, 3, 26), 9), date(2027, 3, 30), "that day is not a working day (Good Friday)"),
        (datetime(2027, 7, 1, 16, 30, tzinfo=UTC), date(2027, 7, 2), "that was after the close of business"),  # 5:30pm
        (datetime(2027, 1, 5, 16, 30, tzinfo=UTC), date(2027, 1, 5), ""),  # 4:30pm
    ],
)
def test_what_comes_after_hours_counts_from_the_next_working_day(at: datetime, day: date, why: str) -> None:
    receipt = CALENDAR.received(at, 17)
    assert (receipt.day, receipt.why) == (day, why)
    assert CALENDAR.received(at, None).day == clock.local_day(at)


def test_the_rest_of_a_period_runs_on_after_a_pause() -> None:
    """Ten working days from Wednesday 3 March end on the 17th; after five of them it stood still over Easter."""
    due = CALENDAR.add(date(2027, 3, 3), 10)
    assert due == date(2027, 3, 17)
    resumed = CALENDAR.resumed(due, date(2027, 3, 10), date(2027, 3, 26))
    assert resumed.due == date(2027, 4, 5)
    assert [(day.day, day.month) for day in resumed.counted] == [(30, 3), (31, 3), (1, 4), (2, 4), (5, 4)]


def test_a_pause_on_the_last_day_leaves_the_day_on_which_it_goes_on() -> None:
    assert CALENDAR.resumed(date(2027, 3, 10), date(2027, 3, 10), date(2027, 3, 13)).due == date(2027, 3, 15)


def test_a_date_is_put_off_by_working_days_and_each_is_told() -> None:
    """A hearing on the Tuesday before Easter, moved by five working days; one set for a day off moves from there."""
    moved = calendar_for().extended(date(2027, 3, 23), 5)
    assert moved.due == date(2027, 4, 1)
    assert days_in_words(moved) == (
        "Wednesday 24 and Thursday 25 March 2027: working days 1 and 2",
        "Friday 26 March 2027: Good Friday, not counted",
        "Saturday 27 and Sunday 28 March 2027: weekend, not counted",
        "Monday 29 March 2027: Easter Monday, not counted",
        "Tuesday 30 March to Thursday 1 April 2027: working days 3 to 5",
    )
    assert calendar_for().extended(date(2027, 3, 27), 1).due == date(2027, 3, 30)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ((2027, 3, 27, 12), (2027, 3, 28, 12), 23),  # in spring a day has 23 hours
        ((2027, 10, 30, 12), (2027, 10, 31, 12), 25),  # in autumn 25
        ((2027, 3, 28, 0), (2027, 3, 28, 2), 1),
        ((2027, 10, 31, 0), (2027, 10, 31, 3), 4),
        ((2027, 3, 3, 10), (2027, 3, 5, 10), 48),
        ((2027, 3, 5, 10), (2027, 3, 3, 10), 0),
    ],
)
def test_hours_are_those_that_went_by_whatever_the_clocks_show(
    since: tuple[int, ...], until: tuple[int, ...], hours: int
) -> None:
    first, last = (datetime(*one, tzinfo=clock.LONDON) for one in (since, until))  # type: ignore[arg-type, misc]
    assert elapsed_hours(first, last) == hours
    assert elapsed_hours(first.astimezone(UTC), last.astimezone(UTC)) == hours
    assert elapsed_hours(first, last.astimezone(UTC) - timedelta(seconds=1)) == max(0, hours - 1)


def test_what_was_late_before_it_stood_still_stays_late() -> None:
    for paused_on, ends in ((date(2027, 3, 10), date(2027, 3, 22)), (date(2027, 3, 11), date(2027, 3, 10))):
        assert CALENDAR.resumed(date(2027, 3, 10), paused_on, date(2027, 3, 22)).due == ends


def test_days_in_runs_with_why_they_do_not_count() -> None:
    assert days_in_words(CALENDAR.within(5, date(2027, 3, 24))) == (
        "Thursday 25 March 2027: working day 1",
        "Friday 26 March 2027: Good Friday, not counted",
        "Saturday 27 and Sunday 28 March 2027: weekend, not counted",
        "Monday 29 March 2027: Easter Monday, not counted",
        "Tuesday 30 March to Friday 2 April 2027: working days 2 to 5",
    )
    assert days_in_words(CALENDAR.within(3, date(2026, 12, 30)))[:2] == (
        "Thursday 31 December 2026: working day 1",
        "Friday 1 January 2027: New Year’s Day, not counted",
    )


def test_days_of_notice_are_told_backwards() -> None:
    assert days_in_words(CALENDAR.before(2, date(2027, 3, 9))) == (
        "Monday 8 March 2027: working day 1",
        "Saturday 6 and Sunday 7 March 2027: weekend, not counted",
        "Friday 5 March 2027: working day 2",
    )


def test_a_stand_still_is_one_run_over_the_weekends() -> None:
    worked = CALENDAR.explain(date(2027, 3, 3), date(2027, 3, 17), [(date(2027, 3, 4), date(2027, 3, 15))])
    assert days_in_words(worked) == (
        "Thursday 4 March 2027: working day 1",
        "Friday 5 to Monday 15 March 2027: it stood still, not counted",
        "Tuesday 16 and Wednesday 17 March 2027: working days 2 and 3",
    )


def test_the_calendar_names_its_free_weekdays() -> None:
    assert CLOSED.days_off(date(2027, 3, 1), date(2027, 3, 31)) == [
        (date(2027, 3, 4), "Closed for a move"), (date(2027, 3, 26), "Good Friday"), (date(2027, 3, 29), "Easter Monday")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("division", "works", "rests"),
    [
        ("england-and-wales", date(2027, 1, 4), date(2027, 8, 30)),
        ("scotland", date(2027, 8, 30), date(2027, 1, 4)),  # 2 January on a Saturday: Monday 4
        ("scotland", date(2027, 3, 29), date(2027, 11, 30)),  # works on Easter Monday, rests on St Andrew's Day
        ("northern-ireland", date(2027, 11, 30), date(2027, 3, 17)),  # St Patrick's Day
        ("northern-ireland", date(2027, 8, 2), date(2027, 7, 12)),  # Battle of the Boyne
    ],
)
def test_each_division_has_its_own_holidays(division: str, works: date, rests: date) -> None:
    calendar = calendar_for(division)
    assert calendar.is_working_day(works)
    assert not calendar.is_working_day(rests)


def test_it_warns_for_half_a_year_and_then_refuses() -> None:
    """The last day that can be counted is the last of the data; the refusal says so in a sentence."""
    year = CALENDAR.ends.year
    assert (CALENDAR.warns_from, CALENDAR.update_by) == (date(year, 7, 1), date(year, 9, 30))
    assert CALENDAR.explain(CALENDAR.ends - timedelta(days=7), CALENDAR.ends).due == CALENDAR.ends
    for count in (
        lambda: CALENDAR.add(CALENDAR.ends, 1),
        lambda: CALENDAR.between(CALENDAR.ends, CALENDAR.ends + timedelta(days=1)),
        lambda: CALENDAR.before(1, CALENDAR.ends + timedelta(days=3)),
        lambda: CALENDAR.received(clock.at_local(CALENDAR.ends + timedelta(days=1), 9), 17),
    ):
        with pytest.raises(HolidayDataEnds, match="Bank holidays are known only up to 31 December") as refused:
            count()
        assert isinstance(refused.value, InvalidInput)  # forms show it with what was typed


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_between_is_the_inverse_of_within(calendar: WorkingCalendar, start: date, days: int) -> None:
    due = calendar.add(start, days)
    assert calendar.between(start, due) == days
    assert calendar.is_working_day(due)
    assert calendar.explain(start, due) == calendar.within(days, start)


@given(CALENDARS, DAYS, NUMBERS, NUMBERS)
def test_more_days_and_later_starts_never_end_sooner(calendar: WorkingCalendar, start: date, less: int, more: int) -> None:
    first, second = sorted((less, more))
    assert calendar.add(start, first) <= calendar.add(start, second)
    assert calendar.add(start, first) <= calendar.add(start + timedelta(days=1), first)


@given(CALENDARS, DAYS, NUMBERS)
def test_every_day_on_the_way_is_counted_or_skipped(calendar: WorkingCalendar, start: date, days: int) -> None:
    worked = calendar.within(days, start)
    named = sorted([*worked.counted, *(day for day, _ in worked.skipped)])
    first = start + timedelta(days=1 if days else 0)
    assert named == [first + timedelta(days=n) for n in range((worked.due - first).days + 1)]


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_notice_is_the_inverse_of_counting_to_a_worked_day(calendar: WorkingCalendar, start: date, days: int) -> None:
    day = calendar.next_working_day(start)
    notice = calendar.before(days, day)
    assert calendar.between(notice.due, day) == days
    assert calendar.explain(day, notice.due) == notice


@given(CALENDARS, DAYS, st.integers(1, 40), st.integers(0, 60), st.integers(0, 90))
def test_a_pause_neither_takes_nor_gives_a_day(
    calendar: WorkingCalendar, start: date, days: int, until_pause: int, stood: int
) -> None:
    """A period paused before its end has, when it goes on, exactly its working days."""
    due = calendar.add(start, days)
    paused_on = start + timedelta(days=until_pause)
    resumed_on = paused_on + timedelta(days=stood)
    ends = calendar.resumed(due, paused_on, resumed_on).due
    assert ends >= due
    if due < paused_on:
        assert ends == due
    if paused_on < due:
        assert len(calendar.explain(start, ends, [(paused_on, resumed_on)]).counted) == days
