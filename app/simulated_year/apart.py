"""A second process looks at a morning while the first goes on with the day, where the database lets it see that morning.

That is PostgreSQL: a transaction of REPEATABLE READ sees what stood in the records when it began, whatever people do
meanwhile. Elsewhere, and in tests of the checks themselves, each morning is looked at before the day goes on.
"""

import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.simulated_year.checks import Checks

STOPS_WITHIN = 60


@dataclass
class ChecksApart(Checks):
    """What another process finds; it is told which morning to look at, and looks at one at a time."""

    looks: Connection | None = None
    is_looking: bool = field(default=False, init=False)

    def morning(self, day: date) -> None:
        """Let the morning be looked at as it is now. What is found is known by the next one."""
        self.take_in()
        assert self.looks is not None
        self.looks.send((day, clock.now()))
        self.looks.recv()  # from here on it sees this morning, whatever happens
        self.is_looking = True

    def take_in(self) -> None:
        """Wait for what was found on the last morning."""
        if self.is_looking:
            assert self.looks is not None
            found, looked_at = self.looks.recv()
            self.faults += found
            self.counted = looked_at
            self.is_looking = False


@contextmanager
def looking_since(looked_until: datetime) -> Iterator[Checks]:
    """Checks of all mornings after a moment, by a second process where that can be."""
    if db.engine.dialect.name != "postgresql":
        yield Checks(looked_until=looked_until)
        return
    db.session.remove()
    db.engine.dispose()  # no connection is shared
    processes = get_context("fork")
    here, there = processes.Pipe()
    other = processes.Process(target=_look, args=(there, here, looked_until), daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on, where whoever runs this has threads
        other.start()
    there.close()
    checks = ChecksApart(looks=here)
    try:
        yield checks
        checks.take_in()
    finally:
        here.close()
        other.join(STOPS_WITHIN)
        other.terminate()


def _look(orders: Connection, others: Connection, looked_until: datetime) -> None:
    """Look at each morning that is asked for, until nobody asks any more."""
    others.close()
    db.engine.dispose(close=False)
    checks = Checks(looked_until=looked_until)
    while True:
        try:
            day, moment = orders.recv()
        except EOFError:
            return
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        db.session.execute(sa.select(1))  # what stands now is what it sees
        orders.send(None)
        faults = len(checks.faults)
        with clock.set_to(moment):
            try:
                checks.morning(day)
            except Exception:  # whatever it is, it is no year without a fault
                checks.faults.append(f"{day}: could not be looked at: {traceback.format_exc()}")
                db.session.rollback()
        orders.send((checks.faults[faults:], checks.counted))
