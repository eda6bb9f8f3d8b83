"""What the pages of a case cost with everything in it: at most eight SELECTs, at every stage and for every reader."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.hr_cases import queries
from app.hr_cases.models import CaseStatus, CompanionKind
from app.hr_cases.operations import answer_notice
from tests.factories import Factory
from tests.hr_cases.at_stage import READERS, TABS, address, own_address, world_at
from tests.hr_cases.factories import World
from tests.pages import PageClient, counted_queries

MOST = 8
S = CaseStatus
ClientOf = Callable[..., PageClient]
PLACES = (*TABS, "/access", "/allegations/1", "/evidence/1", "/meetings/statements/1", "/live-warnings")
OWN_PLACES = ("", "/papers", "/answer", "/appeal")


def with_everything(make: Factory, stage: CaseStatus) -> World:
    """A case at a stage with files that came with the report, officers who leave, and a companion to be judged."""
    world = world_at(make, stage, files=2)
    for name in ("investigator", "decision_maker", "appeal_officer"):
        world.everybody()[name].last_working_day = world.at.date() + timedelta(days=1)
    db.session.commit()
    if stage is S.NOTIFIED:
        notice = queries.notices(world.case)[-1]
        said = {"companion_kind": CompanionKind.OTHER, "companion": "My aunt", "reply": "I will come."}
        answer_notice(notice, **said, by=world.subject, at=world.at)  # type: ignore[arg-type]
        db.session.commit()
    return world


def places_of(world: World) -> Iterator[tuple[str, str]]:
    """Who reads the case, and every page of it; last the person concerned with their own."""
    for name in READERS:
        if world.case.can_be_read_by(world.everybody()[name]):
            yield from ((name, address(world, place)) for place in PLACES)
    yield "subject", "/hr-cases/about-me"
    yield from (("subject", own_address(world, place)) for place in OWN_PLACES)


@pytest.mark.parametrize("stage", list(S))
def test_every_page_costs_at_most_eight_at_every_stage(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    """For owner, HR manager, investigator, decision maker, appeal officer and the person concerned."""
    world = with_everything(make, stage)
    costs: dict[tuple[str, str], int] = {}
    with clock.set_to(world.at):
        browsers = {name: client_of(world.everybody()[name]) for name in (*READERS, "subject")}
        for name, path in places_of(world):
            with counted_queries() as asked:
                status = browsers[name].look(path).status
            assert status in (200, 404, 409), (name, path, status)
            if status == 200:
                costs[name, path] = len(asked)
    assert len(costs) >= len(TABS)
    assert {place: cost for place, cost in costs.items() if cost > MOST} == {}
