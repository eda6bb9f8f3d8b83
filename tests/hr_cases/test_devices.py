"""The page of an allegation says whether a device permission was in force on the day, and asks nobody to find that out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.audit import ReadEvent
from app.core.db import begin_writing, commit, db
from app.core.outbox import OutboxMessage
from app.device_permissions import operations as devices
from tests.device_permissions.factories import ANSWERS
from tests.factories import Factory
from tests.hr_cases.factories import HAPPENED, World, draft, opened, people_and_report
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
DAY = timedelta(days=1)


def _permitted(world: World, from_day: int, until: int) -> None:
    """From and until so many days before or after the day of the conduct."""
    at = clock.at_local(HAPPENED + from_day * DAY, 10)
    with clock.set_to(at):
        begin_writing(world.subject)
        made = devices.submit_device_request(ANSWERS, by=world.subject, at=at)
        devices.approve_device_request(
            made, by=world.line_manager, at=at, expires_on=HAPPENED + until * DAY, conditions="Update it first"
        )
        commit()


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, "None was in force on that day."),
        ((-9, -1), "None was in force on that day."),
        ((1, 90), "None was in force on that day."),
        ((-9, 0), "Home computer (my laptop), for Facebook: from 15 February 2027 until 24 February 2027, "
                  "breaks and time off only. Conditions: Update it first"),
        ((0, 90), "Home computer (my laptop), for Facebook: from 24 February 2027 until 25 May 2027"),
    ],
)  # fmt: skip
def test_what_was_in_force_on_the_day(
    make: Factory, client_of: ClientOf, days: tuple[int, int] | None, said: str
) -> None:
    """For those who read the case; the reading is written down, and neither manager nor keeper is told."""
    world = people_and_report(make)
    if days is not None:
        _permitted(world, *days)
    opened(world, draft("6.2(3)"), draft())
    where = f"/hr-cases/{world.case.reference}/allegations"
    told = sa.select(sa.func.count()).select_from(OutboxMessage)
    before = db.session.execute(told).scalar_one()
    page = client_of(world.owner).get(f"{where}/1")
    assert "Device permissions on 24 February 2027" in page.text
    assert said in page.text
    assert db.session.execute(told).scalar_one() == before
    reads = sa.select(ReadEvent.actor_id).where(ReadEvent.subject_id == world.case.id)
    assert set(db.session.execute(reads).scalars()) == {world.owner.id}
    assert "Device permissions on" not in client_of(world.owner).get(f"{where}/2").text
