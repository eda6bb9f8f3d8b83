"""A second process looks at a morning while the first goes on with the day, where the database lets it see that morning.

That is PostgreSQL: a transaction of REPEATABLE READ sees what stood in the records when it began, whatever people do
meanwhile, and lends what it sees to another process that comes to it later. Elsewhere, and in tests of the checks
themselves, each morning is looked at before the day goes on.
"""

import traceback
import warnings
from collections import deque
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
MOST_BEHIND = 4
"""How many mornings wait at most: on weekends and holidays more is looked at than done."""


@dataclass
class ChecksApart(Checks):
    """What another process finds; it is told which mornings to look at, and looks at them in turn."""

    looks: Connection | None = None
    seeing: sa.Engine | None = None
    """Connections of their own, so that the first process goes on with the one that knows the plans of its questions."""
    kept: deque[sa.Connection] = field(default_factory=deque, init=False)
    """For each morning that waits to be looked at, what still sees it."""

    def morning(self, day: date) -> None:
        """Let the morning be looked at as it is now. What is found is known later, at the end at the latest."""
        assert self.looks is not None
        assert self.seeing is not None
        while self.kept and (len(self.kept) >= MOST_BEHIND or self.looks.poll()):
            self._take_in()
        sees = self.seeing.connect()
        self.kept.append(sees)
        self.looks.send((day, clock.now(), sees.execute(sa.select(sa.func.pg_export_snapshot())).scalar_one()))

    def take_in_all(self) -> None:
        """Wait until every morning was looked at."""
        while self.kept:
            self._take_in()

    def let_go(self) -> None:
        """See no morning any more, looked at or not."""
        while self.kept:
            self.kept.popleft().close()

    def _take_in(self) -> None:
        assert self.looks is not None
        found, self.counted = self.looks.recv()
        self.faults += found
        self.kept.popleft().close()


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
    seeing = sa.create_engine(db.engine.url, isolation_level="REPEATABLE READ", pool_size=MOST_BEHIND)
    checks = ChecksApart(looks=here, seeing=seeing)
    try:
        yield checks
        checks.take_in_all()
    finally:
        here.close()
        other.join(STOPS_WITHIN)
        other.terminate()
        checks.let_go()
        seeing.dispose()


def _look(orders: Connection, others: Connection, looked_until: datetime) -> None:
    """Look at each morning that is asked for, until nobody asks any more."""
    others.close()
    db.engine.dispose(close=False)
    checks = Checks(looked_until=looked_until)
    while True:
        try:
            day, moment, seen = orders.recv()
        except EOFError:
            return
        here = db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        here.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{seen}'")
        faults = len(checks.faults)
        with clock.set_to(moment):
            try:
                checks.morning(day)
            except Exception:  # whatever it is, it is no year without a fault
                checks.faults.append(f"{day}: could not be looked at: {traceback.format_exc()}")
                db.session.rollback()
        orders.send((checks.faults[faults:], checks.counted))
