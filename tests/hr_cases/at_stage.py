"""A case at any stage with everybody in it, for tests of pages."""

from datetime import date, datetime, timedelta

from app.core.db import db
from app.core.registries import Registries
from app.hr_cases.due import register_due
from app.hr_cases.models import CaseStatus, CaseToAnswer
from app.hr_cases.queries import records
from app.people.models import Person
from tests.factories import Factory
from tests.hr_cases import stages
from tests.hr_cases.factories import REACHED, World, case_at

S = CaseStatus
READERS = ("owner", "manager", "investigator", "decision_maker", "appeal_officer")
TABS = ("", "/allegations", "/evidence", "/people", "/meetings", "/letters", "/timeline")


def world_at(make: Factory, stage: CaseStatus, **values: object) -> World:
    """A case at a stage; `world.at` is a moment at which its next act may be done."""
    if stage in REACHED:
        return case_at(make, stage, **values)  # type: ignore[arg-type]
    world = case_at(make, S.ACCEPTED, **values)  # type: ignore[arg-type]
    _AFTER[stage](world)
    db.session.commit()
    assert world.case.status is stage
    return world


def _informal(world: World) -> None:
    stages.with_decision(world.case, world, CaseToAnswer.INFORMAL)  # type: ignore[arg-type]


def _set_up(world: World) -> None:
    stages.with_decision(world.case, world)  # type: ignore[arg-type]


def _notified(world: World) -> None:
    stages.notified(world.case, world)  # type: ignore[arg-type]


def _heard(world: World) -> None:
    world.at = stages.heard(world.case, world)  # type: ignore[arg-type]


def _decided(world: World) -> None:
    world.at = stages.decided(world.case, world).decided_at  # type: ignore[arg-type]


def _appealed(world: World) -> None:
    world.at = stages.with_appeal_officer(world.case, world).received_at  # type: ignore[arg-type]


def _final(world: World) -> None:
    world.at = stages.final(world.case, world)  # type: ignore[arg-type]


def _closed(world: World) -> None:
    world.at = stages.closed(world.case, world)  # type: ignore[arg-type]


_AFTER = {
    S.INFORMAL: _informal,
    S.HEARING_SET_UP: _set_up,
    S.NOTIFIED: _notified,
    S.HEARD: _heard,
    S.DECIDED: _decided,
    S.APPEALED: _appealed,
    S.FINAL: _final,
    S.CLOSED: _closed,
}


def address(world: World, page: str = "") -> str:
    """An address of the case."""
    return f"/hr-cases/{world.case.reference}{page}"


def own_address(world: World, page: str = "") -> str:
    """An address of the person concerned."""
    return f"/hr-cases/about-me/{world.case.reference}{page}"


def after_appeal_window(world: World) -> datetime:
    """The first moment after the last day to appeal."""
    outcome = records.outcome(world.case)
    assert outcome is not None
    return stages.end_of_day(outcome.appeal_by) + timedelta(hours=9)


def days_of(person: Person, day: date) -> dict[str, date]:
    """By when each duty of somebody is due, by the kind of duty."""
    registries = Registries()
    register_due(registries)
    selects = (kind.select(person, day) for kind in registries.due.values())
    rows = [row for select in selects if select is not None for row in db.session.execute(select)]
    return {row.name: row.due_on for row in rows}
