"""Working days and periods of months: how every date in the product is worked out.

"Within n working days of X" leaves X out, counts n working days and ends with the last of them. Working days are
Monday to Friday less the bank holidays of the division and the organisation's own closed days. Beyond the end of the
holiday data it refuses to count rather than guess. Sources: domain notes 2.12; Bevan Ashford v Malin [1994] for months.
"""

import calendar as month_lengths
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from app.core.errors import Refusal

ENGLAND_AND_WALES = "england-and-wales"


class HolidayDataEnds(Refusal):
    """A date lies beyond the shipped bank holidays: the product refuses to count rather than guess."""

    status = 422


@dataclass(frozen=True)
class Deadline:
    """A date with its working-out: `counted` working days in order, and `skipped` days each with why."""

    due: date
    start: date
    counted: tuple[date, ...]
    skipped: tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class WorkingCalendar:
    """Bank holidays by date with their names, and the last day the data speak for."""

    holidays: dict[date, str]
    ends: date

    def why_not_worked(self, day: date) -> str | None:
        """Why nobody works on this day ("Saturday", "Good Friday"), or None on a working day."""
        if day > self.ends:
            raise HolidayDataEnds(
                f"Bank holidays are known only up to {self.ends:%d %B %Y}, so this date cannot be worked out.",
                what_now="Ask the administrator to update the bank holidays.",
            )
        if day.weekday() >= 5:
            return "Saturday" if day.weekday() == 5 else "Sunday"
        return self.holidays.get(day)

    def is_working_day(self, day: date) -> bool:
        """Whether this is a working day."""
        return self.why_not_worked(day) is None

    def within(self, days: int, start: date) -> Deadline:
        """The last day of a period of `days` working days (0 or more) after `start`, which itself does not count.

        With 0 days: `start` itself if it is worked, else the next working day.
        """
        counted: list[date] = []
        skipped: list[tuple[date, str]] = []
        day = start if days else start - timedelta(days=1)
        while len(counted) < max(days, 1):
            day += timedelta(days=1)
            reason = self.why_not_worked(day)
            if reason:
                skipped.append((day, reason))
            else:
                counted.append(day)
        return Deadline(day, start, tuple(counted), tuple(skipped))

    def add(self, start: date, days: int) -> date:
        """The due date alone of `within`."""
        return self.within(days, start).due

    def last_working_day_on_or_before(self, day: date) -> date:
        """`day` itself if it is worked, else the working day before it."""
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def between(self, earlier: date, later: date) -> int:
        """How many working days lie after `earlier` up to and including `later`; 0 when `later` is not after."""
        if later <= earlier:
            return 0
        self.why_not_worked(later)  # beyond the data it refuses, as every count does
        free = bisect_right(self._free_weekdays, later) - bisect_right(self._free_weekdays, earlier)
        return _weekdays_up_to(later) - _weekdays_up_to(earlier) - free

    @cached_property
    def _free_weekdays(self) -> list[date]:
        return sorted(day for day in self.holidays if day.weekday() < 5)


def _weekdays_up_to(day: date) -> int:
    """How many days from Monday to Friday there were since the first day of the calendar, which was a Monday."""
    weeks, days = divmod(day.toordinal(), 7)
    return weeks * 5 + min(days, 5)


@lru_cache(maxsize=8)
def _shipped(division: str) -> tuple[dict[date, str], date]:
    events = BankHolidays(use_cached_holidays=True).get_holidays(division=division)
    holidays = {event["date"]: str(event["title"]) for event in events}
    return holidays, date(max(holidays).year, 12, 31)


def calendar_for(division: str = ENGLAND_AND_WALES, closed_days: Iterable[tuple[date, str]] = ()) -> WorkingCalendar:
    """The working calendar of a division from the data shipped in `govuk-bank-holidays`, with closed days of our own."""
    return _calendar(division, tuple(closed_days))


@lru_cache(maxsize=8)
def _calendar(division: str, closed_days: tuple[tuple[date, str], ...]) -> WorkingCalendar:
    holidays, ends = _shipped(division)
    return WorkingCalendar({**dict(closed_days), **holidays}, ends)


def last_live_day(issued: date, months: int) -> date:
    """The last day on which something given for `months` months is live; the day of issue counts as its first.

    Where the target month has no such day, the last live day is that month's last; else it is the day before.
    29 January 1992 and 12 months give 28 January 1993; 31 August 2026 and 6 give 28 February 2027.
    """
    year, month = divmod(issued.month - 1 + months, 12)
    year, month = issued.year + year, month + 1
    length = month_lengths.monthrange(year, month)[1]
    if issued.day > length:
        return date(year, month, length)
    return date(year, month, issued.day) - timedelta(days=1)
