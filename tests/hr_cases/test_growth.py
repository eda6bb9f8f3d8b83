"""Cases that are closed cost nothing: what a database reads for a case and a first page stays the same with many of them."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from app.core.db import db
from app.duties.queries.desk import desk_of
from app.hr_cases.models import CaseStatus
from app.hr_cases.queries import find_case
from tests.factories import Factory
from tests.hr_cases.factories import case_at
from tests.hr_cases.test_queries import TODAY, many

FOR_A_CLOSED_CASE = {"sqlite": 0.05, "postgresql": 1.1}
"""What a first page may cost more for each: an entry of an index, which is five steps, or one row."""
_ROWS_READ = sa.text("SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables")


def _know_the_tables() -> None:
    """Let the database choose by what is there: a table that is small, or unknown to it, is read from end to end in one go.

    PostgreSQL may find that cheaper for a thousand rows, depending on what other tests left: it is asked for its indexes.
    """
    db.session.execute(sa.text("ANALYZE"))
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))


def cost_of(read: Callable[[], Any]) -> int:
    """What a database does for what is read: on SQLite hundreds of steps of its machine, on PostgreSQL rows of tables."""
    if db.engine.dialect.name == "postgresql":
        before = db.session.execute(_ROWS_READ).scalar_one()
        read()
        after = db.session.execute(_ROWS_READ).scalar_one()
        return int(after - before)
    raw: Any = db.session.connection().connection.driver_connection
    taken = [0]

    def count() -> None:
        taken[0] += 1

    raw.set_progress_handler(count, 100)
    try:
        read()
    finally:
        raw.set_progress_handler(None, 0)
    return taken[0]


@pytest.mark.parametrize("name", ["manager", "owner"])
def test_a_case_and_the_first_page_cost_the_same_however_many_are_closed(make: Factory, name: str) -> None:
    """The wall is asked of the one case; duties are looked for among the open ones."""
    world = case_at(make, CaseStatus.PLANNING)
    reference, person = world.case.reference, getattr(world, name)
    of_case, of_first_page = [], []
    for more in (20, 1000):
        many(world, more, closed=more)
        _know_the_tables()
        with current_app.test_request_context():
            of_first_page.append(cost_of(lambda: desk_of(person, TODAY)))
        of_case.append(cost_of(lambda: find_case(reference, person, on=TODAY)))
    assert of_case[1] <= of_case[0] * 1.2 + 20, of_case
    assert of_first_page[1] <= of_first_page[0] + 1000 * FOR_A_CLOSED_CASE[db.engine.dialect.name], of_first_page
