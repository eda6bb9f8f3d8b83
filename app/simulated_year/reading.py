"""How the simulated year asks the same long questions every day: on PostgreSQL planned once, not once a day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from app.core.db import db

PLANS_KEPT = 1000
"""More than there are questions: with fewer, asking all in turn forgets each before it is asked again."""

Ask = Callable[[sa.Executable, Mapping[str, Any]], Sequence[Any]]


def ask_in_session(statement: sa.Executable, parameters: Mapping[str, Any]) -> Sequence[Any]:
    """The rows, asked within the session as everything else is."""
    return db.session.execute(statement, parameters).all()


@contextmanager
def asking() -> Iterator[Ask]:
    """A way to ask for what is committed, for as long as a year lasts.

    PostgreSQL plans what waits for whom longer than it looks for it, and the driver forgets every plan with each rollback.
    So the year asks on a connection of its own that has nothing to roll back.
    """
    if db.engine.dialect.name != "postgresql":
        yield ask_in_session
        return
    engine = sa.create_engine(db.engine.url, isolation_level="AUTOCOMMIT", connect_args={"prepare_threshold": 0})
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("SET plan_cache_mode = force_generic_plan"))
            connection.connection.driver_connection.prepared_max = PLANS_KEPT  # type: ignore[union-attr]
            yield lambda statement, parameters: connection.execute(statement, parameters).all()
    finally:
        engine.dispose()
