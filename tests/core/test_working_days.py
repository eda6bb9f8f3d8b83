"""Deadlines: what counts, what is skipped, and where the product refuses to guess."""

from datetime import date

import pytest

from app.core.working_days import HolidayDataEnds, calendar_for, last_live_day

CALENDAR = calendar_for()


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 12, 24), 1, date(2026, 12, 29)),  # Boxing Day falls on a Saturday: Monday 28th is a substitute
        (date(2027, 3, 25), 1, date(2027, 3, 30)),  # Good Friday 26th, Easter Monday 29th
        (date(2027, 3, 3), 5, date(2027, 3, 10)),
        (date(2027, 3, 6), 0, date(2027, 3, 8)),  # a Saturday with no days: the next working day
        (date(2027, 3, 5), 0, date(2027, 3, 5)),
        (date(2027, 12, 24), 1, date(2027, 12, 29)),
        (date(2028, 1, 1), 1, date(2028, 1, 4)),  # New Year's Day on a Saturday: Monday 3rd
    ],
)
def test_within_n_working_days_leaves_the_first_day_out(start: date, days: int, due: date) -> None:
    """Excludes the day it starts from and ends with the last counted."""
    assert CALENDAR.add(start, days) == due


def test_the_working_out_names_every_day() -> None:
    """For any date shown, the days counted and skipped can be listed with why."""
    worked = CALENDAR.within(2, date(2027, 3, 25))
    assert worked.counted == (date(2027, 3, 30), date(2027, 3, 31))
    assert dict(worked.skipped) == {
        date(2027, 3, 26): "Good Friday",
        date(2027, 3, 27): "Saturday",
        date(2027, 3, 28): "Sunday",
        date(2027, 3, 29): "Easter Monday",
    }


def test_beyond_the_end_of_the_data_it_refuses_to_count() -> None:
    """No guess where the holidays are not known."""
    with pytest.raises(HolidayDataEnds):
        CALENDAR.add(CALENDAR.ends, 5)


def test_what_cannot_wait_counts_weekdays_beyond_the_data() -> None:
    """An estimate: early by the holidays that are not known, never late."""
    friday = date(2040, 1, 6)
    assert CALENDAR.estimating().add(friday, 5) == date(2040, 1, 13)
    assert CALENDAR.estimating().between(friday, date(2040, 1, 13)) == 5
    assert CALENDAR.estimating().add(date(2027, 3, 25), 1) == CALENDAR.add(date(2027, 3, 25), 1)


def test_closed_days_of_our_own_are_skipped_with_their_name() -> None:
    """The organisation's closed days count like holidays."""
    calendar = calendar_for(closed_days=[(date(2027, 3, 4), "Closed for stocktaking")])
    assert calendar.add(date(2027, 3, 3), 1) == date(2027, 3, 5)
    assert calendar.why_not_worked(date(2027, 3, 4)) == "Closed for stocktaking"


def test_scotland_works_on_easter_monday() -> None:
    """Other divisions come with the pack."""
    assert calendar_for("scotland").is_working_day(date(2027, 3, 29))


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (date(1992, 1, 29), 12, date(1993, 1, 28)),  # Bevan Ashford v Malin
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2027, 1, 1), 6, date(2027, 6, 30)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
    ],
)
def test_the_day_of_issue_counts_as_the_first_live_day(issued: date, months: int, last: date) -> None:
    """A warning for twelve months from 29 January is spent at the end of 28 January."""
    assert last_live_day(issued, months) == last


def test_between_counts_working_days_only() -> None:
    """How late something is, in working days."""
    assert CALENDAR.between(date(2027, 3, 25), date(2027, 3, 31)) == 2
    assert CALENDAR.between(date(2027, 3, 5), date(2027, 3, 5)) == 0
