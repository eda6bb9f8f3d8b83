"""When things happened in the demo: working days back from today, in office hours."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from app.core import clock
from app.core.db import begin_writing, commit
from app.policy.queries import working_calendar

OFFICE_OPENS = 9


def working_days_ago(days: int, today: date) -> date:
    """The working day this many working days before today; with 0 the last one that is over or today itself."""
    calendar, day = working_calendar(), today
    day = calendar.last_working_day_on_or_before(day)
    for _ in range(days):
        day = calendar.last_working_day_on_or_before(day - timedelta(days=1))
    return day


@contextmanager
def act_at(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at a moment and carry one act out there, committed as a request would commit it."""
    with clock.set_to(moment):
        begin_writing()
        yield moment
        commit()
