"""The one deadline engine: working days, months, elapsed hours, pauses, extensions, notice; how each date is worked out.

"Within n working days of X" leaves X out, counts n working days and ends with the last of them. Working days are
Monday to Friday less the bank holidays of the division and the organisation's own closed days. Beyond the end of the
holiday data it refuses to count rather than guess, but for what people send in and for reminders, which never wait.
Every count is a `Deadline` that names each day it counted and each it skipped, with why. Sources: domain notes 2.12;
Bevan Ashford v Malin [1994] for months.
"""

import calendar as month_lengths
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from app.core import clock
from app.core.errors import InvalidInput

ENGLAND_AND_WALES = "england-and-wales"
STOOD_STILL = "it stood still"
Pause = tuple[date, date]
"""The day on which something stopped, and the day on which it went on: the days after the first up to the second."""


class HolidayDataEnds(InvalidInput):
    """A date lies beyond the shipped bank holidays: the product refuses to count rather than guess."""

    def __init__(self, ends: date) -> None:
        super().__init__(
            f"Bank holidays are known only up to {ends.day} {ends:%B %Y}, so this date cannot be worked out. "
            "Ask the administrator to update Probity."
        )


@dataclass(frozen=True)
class Deadline:
    """A date with its working-out: `counted` working days in the order of the count, `skipped` days each with why."""

    due: date
    start: date
    counted: tuple[date, ...]
    skipped: tuple[tuple[date, str], ...]

    def without(self, day: date, why: str) -> "Deadline":
        """The same with one day that was not counted after all, if it is among those that were."""
        if day not in self.counted:
            return self
        counted = tuple(one for one in self.counted if one != day)
        return replace(self, counted=counted, skipped=(*self.skipped, (day, why)))


@dataclass(frozen=True)
class Receipt:
    """When something came, and the day from which it counts; `why` it counts from a later day than it came, if it does."""

    at: datetime
    day: date
    why: str


@dataclass(frozen=True)
class WorkingCalendar:
    """Bank holidays by date with their names, and the last day the data speak for."""

    holidays: dict[date, str]
    ends: date

    def estimating(self) -> "WorkingCalendar":
        """The same calendar for what cannot wait for new data: after their end every Monday to Friday counts as worked.

        Its dates may come out early by the bank holidays that are not known yet, never late.
        """
        return replace(self, ends=date.max)

    def why_not_worked(self, day: date) -> str | None:
        """Why nobody works on this day ("Saturday", "Good Friday"), or None on a working day."""
        if day > self.ends:
            raise HolidayDataEnds(self.ends)
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
            if day >= self.ends:
                raise HolidayDataEnds(self.ends)
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

    def next_working_day(self, day: date) -> date:
        """The first working day after a day."""
        return self.within(1, day).due

    def before(self, days: int, day: date) -> Deadline:
        """Notice, counted backwards: the last day that leaves `days` working days up to `day`, which is the last of them.

        Papers due two working days before a hearing on a Tuesday are due on the Friday before.
        """
        counted: list[date] = []
        skipped: list[tuple[date, str]] = []
        found = day
        while len(counted) < days:
            found -= timedelta(days=1)
            reason = self.why_not_worked(found)
            if reason:
                skipped.append((found, reason))
            else:
                counted.append(found)
        return Deadline(found, day, tuple(counted), tuple(skipped))

    def received(self, at: datetime, closes_at_hour: int | None) -> Receipt:
        """The day from which something counts that came at a moment.

        With an hour of closing, what comes at that hour or later, or on a day that is not worked, counts as having come
        on the next working day. Without one it counts from the day on which it came.
        """
        day = clock.local_day(at)
        if closes_at_hour is None:
            return Receipt(at, day, "")
        reason = self.why_not_worked(day)
        if reason:
            return Receipt(at, self.next_working_day(day), f"that day is not a working day ({reason})")
        if at >= clock.at_local(day, closes_at_hour):
            return Receipt(at, self.next_working_day(day), "that was after the close of business")
        return Receipt(at, day, "")

    def resumed(self, due: date, paused_on: date, resumed_on: date) -> Deadline:
        """What is left of a period that stood still: its working days run on from the day on which it goes on.

        The day of the pause still counted; the day on which it goes on does not count. What was late already when it
        stopped stays late: its day does not move.
        """
        if due < paused_on:
            return Deadline(due, paused_on, (), ())
        return self.within(self.between(paused_on, due), resumed_on)

    def extended(self, due: date, days: int) -> Deadline:
        """A date put off: so many working days more, counted from the date that was set, which itself does not count."""
        return self.within(days, due)

    def explain(self, start: date, due: date, pauses: Iterable[Pause] = ()) -> Deadline:
        """Any stored date from the day it was counted from: the days after `start` up to `due` that were counted.

        It says how many days the date really got, whatever the settings are by now. A date before its start is notice:
        the days are counted backwards.
        """
        step = timedelta(days=1 if due >= start else -1)
        still = tuple(pauses)
        counted: list[date] = []
        skipped: list[tuple[date, str]] = []
        day = start
        while day != due:
            day += step
            paused = any(stopped < day <= went_on for stopped, went_on in still)
            reason = STOOD_STILL if paused else self.why_not_worked(day)
            if reason:
                skipped.append((day, reason))
            else:
                counted.append(day)
        return Deadline(due, start, tuple(counted), tuple(skipped))

    def days_off(self, first: date, last: date) -> list[tuple[date, str]]:
        """Every weekday between two days, both included, that does not count, with why."""
        return [(day, self.holidays[day]) for day in self._free_weekdays if first <= day <= last]

    @property
    def begins(self) -> date:
        """The first day that is known not to be worked: before its year nothing is known."""
        return min(self.holidays)

    @property
    def warns_from(self) -> date:
        """The day from which somebody must see to new holiday data: half a year before it ends."""
        return date(self.ends.year, 7, 1)  # the data always end with a year

    @property
    def update_by(self) -> date:
        """The day by which new holiday data must be there: a quarter of a year before it ends. What has to be exact and lies
        further ahead than that is refused sooner; what people send in, reminders and reviews never are.
        """
        return date(self.ends.year, 9, 30)

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


def elapsed_hours(since: datetime, until: datetime) -> int:
    """The full hours that really went by between two moments, also where the clocks changed; 0 where none did."""
    return max(0, (until.astimezone(UTC) - since.astimezone(UTC)) // timedelta(hours=1))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, month_lengths.monthrange(year, month)[1]))


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
