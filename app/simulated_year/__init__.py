"""A year in the life of a council of some hundred people, lived day by day on a set clock, and checked every morning.

`flask simulate-year` and the tests live it. Each morning the jobs run as they do in production; then it is checked that
nobody was reminded twice of one thing, that nothing due was missed, that nobody was told of what they may not know, and
that no mail says what must not be said. Then people do what waits for them, soon, slowly or hardly ever. A room that
brings a new kind of duty brings the act that answers it (acts.py), and so joins the year.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app

from app.core import clock
from app.core.jobs import run_due_jobs
from app.simulated_year.apart import looking_since
from app.simulated_year.checks import Checks
from app.simulated_year.life import Life
from app.simulated_year.organisation import make_organisation
from app.simulated_year.reading import asking

MORNING = 7


@dataclass(frozen=True)
class Year:
    """What happened: what was checked, and what people did."""

    checks: Checks
    life: Life


def live(
    *,
    people: int,
    first: date,
    days: int,
    seed: int,
    say: Callable[[str], None] = lambda _line: None,
    happens: Callable[[date, Year], None] = lambda _day, _year: None,
) -> Year:
    """Make the organisation in an empty database and live so many days of it, telling the first day of each month.

    `happens` is asked on each day, after what is checked in the morning, what happens on it beside what the dice say.
    """
    chance = random.Random(seed)
    with clock.set_to(clock.at_local(first - timedelta(days=1), 12)):
        make_organisation(people, chance, clock.now())
        looked_until = clock.now() - timedelta(days=1)
    with looking_since(looked_until) as checks, asking() as ask:
        year = Year(checks, Life(chance, ask))
        for number in range(days):
            day = first + timedelta(days=number)
            morning(day, year.checks)
            happens(day, year)
            year.life.day(day)
            if day.day == 1:
                say(f"{day:%B %Y}: {_told(year.checks)}")
    return year


def summary(year: Year) -> list[str]:
    """The year in a few lines, faults first."""
    return [
        *year.checks.faults,
        f"In all: {_told(year.checks)}.",
        "Done: " + ", ".join(f"{name} {count}" for name, count in sorted(year.life.done.items())),
    ]


def morning(day: date, checks: Checks) -> None:
    """The jobs run as they do in production, and what they did is looked at."""
    with clock.set_to(clock.at_local(day, MORNING)):
        for outcome in run_due_jobs(current_app.extensions["registries"].jobs.values()):
            if outcome.error:
                checks.faults.append(f"{day}: the job {outcome.name} failed: {outcome.error}")
        checks.morning(day)


def _told(checks: Checks) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(checks.counted.items())) + f", {len(checks.faults)} faults"
