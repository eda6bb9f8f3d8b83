"""Cases that are closed cost nothing: what SQLite does for a case page and a first page stays the same with many of them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import current_app

from app.core.db import db
from app.duties.queries.desk import desk_of
from app.hr_cases.models import CaseStatus
from app.hr_cases.queries import find_case
from tests.factories import Factory
from tests.hr_cases.factories import case_at
from tests.hr_cases.test_queries import TODAY, many


def steps_of(read: Callable[[], Any]) -> int:
    """How many hundreds of steps SQLite takes for what is read."""
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
    if db.session.get_bind().dialect.name != "sqlite":
        return  # PostgreSQL counts no steps; its plans change with the statistics
    world = case_at(make, CaseStatus.PLANNING)
    reference, person = world.case.reference, getattr(world, name)
    of_case, of_first_page = [], []
    for more in (20, 1000):
        many(world, more, closed=more)
        with current_app.test_request_context():
            of_first_page.append(steps_of(lambda: desk_of(person, TODAY)))
        of_case.append(steps_of(lambda: find_case(reference, person, on=TODAY)))
    assert of_case[1] <= of_case[0] * 1.2 + 5, of_case
    assert of_first_page[1] <= of_first_page[0] + 50, of_first_page  # five steps for a closed case: an entry of an index
