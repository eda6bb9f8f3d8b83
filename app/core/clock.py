"""The one place that asks for the time.

Times are kept in UTC and shown in Europe/London. Tests and the demo set the clock; nothing else may.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_set_to: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC, to the second (what people are shown and what deadlines are counted from)."""
    return (_set_to or datetime.now(UTC)).replace(microsecond=0)


def today() -> date:
    """The calendar day it is now for people in the United Kingdom."""
    return local_day(now())


def stopwatch() -> float:
    """Seconds that only ever go on, to measure how long something takes."""
    return time.monotonic()


def local_day(moment: datetime) -> date:
    """The calendar day on which an aware moment falls in Europe/London."""
    return moment.astimezone(LONDON).date()


def at_local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The UTC moment at which the clocks of Europe/London show this hour on this day."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def is_earlier(typed: datetime, kept: datetime) -> bool:
    """Whether a time that somebody typed is before a moment that was kept.

    People type minutes and moments are kept to the second, so the two are compared by the minute: what happened within
    one minute counts as having happened in the order in which it was told.
    """
    return typed < kept.replace(second=0, microsecond=0)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment, for tests and for the making of demo data."""
    global _set_to
    before, _set_to = _set_to, moment.astimezone(UTC)
    try:
        yield
    finally:
        _set_to = before
