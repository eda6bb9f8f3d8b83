"""“How was this worked out?”: a deadline in sentences, with every day that was counted or skipped, and why."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.core.presentation import uk_date, uk_weekday_date
from app.core.working_days import Deadline

WEEKEND = ("Saturday", "Sunday")


@dataclass(frozen=True)
class WorkedOut:
    """The answer: sentences, then the days in runs, then what they come to."""

    sentences: tuple[str, ...]
    days: tuple[str, ...] = ()
    result: str = ""


def days_in_words(deadline: Deadline) -> tuple[str, ...]:
    """Every day of a count in its order, those of one kind that follow each other in one line.

    "Monday 8 to Friday 12 March 2027: working days 2 to 6", "Friday 26 March 2027: Good Friday, not counted".
    """
    why = dict(deadline.skipped)
    numbers = {day: number for number, day in enumerate(deadline.counted, 1)}
    backwards = deadline.due < deadline.start
    in_order = sorted({*why, *numbers}, reverse=backwards)
    runs = groupby(in_order, key=lambda day: _kind(why.get(day)))
    return tuple(_line(kind, sorted(days), numbers, backwards=backwards) for kind, days in runs)


def _kind(reason: str | None) -> str:
    return "" if reason is None else "weekend" if reason in WEEKEND else reason


def _line(kind: str, days: list[date], numbers: dict[date, int], *, backwards: bool) -> str:
    span = span_in_words(days[0], days[-1])
    if kind:
        return f"{span}: {kind}, not counted"
    if backwards and len(days) > 1:
        span = f"{uk_weekday_date(days[-1])} back to {uk_weekday_date(days[0])}"
    first, last = sorted((numbers[days[0]], numbers[days[-1]]))
    if first == last:
        return f"{span}: working day {first}"
    return f"{span}: working days {first} {'and' if last == first + 1 else 'to'} {last}"


def span_in_words(first: date, last: date) -> str:
    """Days that follow each other, as short as they can be said: "Monday 8 to Friday 12 March 2027"."""
    if first == last:
        return uk_weekday_date(first)
    joined = "and" if (last - first).days == 1 else "to"
    if (first.year, first.month) == (last.year, last.month):
        begins = f"{first:%A} {first.day}"
    elif first.year == last.year:
        begins = f"{first:%A} {first.day} {first:%B}"
    else:
        begins = f"{first:%A} {uk_date(first)}"
    return f"{begins} {joined} {uk_weekday_date(last)}"
