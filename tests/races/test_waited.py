"""What an act reads once it has waited for another: everything as that one left it, on both databases."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.credential_rotation import operations
from app.credential_rotation.models import Trigger
from app.credential_rotation.queries import incident_by_id, rotation_by_id
from app.device_permissions.models import DeviceLapse, DevicePermissionRequest, Lapse
from app.hr_cases.models import CaseLeaving
from app.hr_cases.queries import find_case
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation import factories as rotations
from tests.credential_rotation.incidents import happened
from tests.device_permissions import factories as devices
from tests.factories import Factory
from tests.hr_cases.at_stage import world_at
from tests.hr_cases.test_routes_acts import S

WAIT = 0.7


@dataclass
class Wait:
    """Two who want one thing: how the page of both reads it, what the first does to it, and what the second finds then."""

    read: Callable[[], Any]
    change: Callable[[Any], object]
    find: Callable[[Any], object]
    found: object


def _note_of_incident(make: Factory) -> Wait:
    """Joined by its page: what many wrote, with who did."""
    incident_id = happened(rotations.account(make, "News", make.person()), make.person("Keeper", Role.SCA)).id

    def add(incident: Any) -> None:
        operations.add_note(incident, "They rang again.", by=incident.recorded_by, at=NOW)
        incident.recorded_by.name = "Keeper of old"

    return Wait(
        lambda: incident_by_id(incident_id), add,
        lambda incident: ([note.text for note in incident.notes], incident.recorded_by.name),
        (["They rang again."], "Keeper of old"),
    )  # fmt: skip


def _cause_of_rotation(make: Factory) -> Wait:
    keeper = make.person("Keeper", Role.SCA)
    due = rotations.started(rotations.account(make, "News", make.person()), keeper)
    due_id, keeper_id = due.id, keeper.id

    def add(rotation: Any) -> None:
        keeper = db.session.get_one(Person, keeper_id)
        operations.start_rotation(rotation.account, trigger=Trigger.COMPROMISE, by=keeper, at=NOW)

    return Wait(
        lambda: rotation_by_id(due_id), add,
        lambda rotation: {cause.trigger for cause in rotation.causes}, {Trigger.SCHEDULED, Trigger.COMPROMISE},
    )  # fmt: skip


def _lapse_of_permission(make: Factory) -> Wait:
    """Joined wherever a permission is read, and none was there."""
    manager = make.person()
    permission_id = devices.approved(make.person(manager=manager), manager).id

    def lapse(permission: Any) -> None:
        permission.lapsed = DeviceLapse(lapsed_on=NOW.date(), why=Lapse.OTHER_POST, recorded_at=NOW)

    return Wait(
        lambda: db.session.get_one(DevicePermissionRequest, permission_id), lapse,
        lambda permission: permission.lapsed is not None, True,
    )  # fmt: skip


def _leaving_of_case(make: Factory) -> Wait:
    world = world_at(make, S.INVESTIGATING)
    reference, owner_id = world.case.reference, world.owner.id

    def ask(case: Any) -> None:
        case.leavings.append(CaseLeaving(case_id=case.id, last_working_day=NOW.date(), asked_at=NOW, due_on=NOW.date()))

    return Wait(
        lambda: find_case(reference, db.session.get_one(Person, owner_id), on=NOW.date()), ask,
        lambda case: [one.last_working_day for one in case.leavings], [NOW.date()],
    )  # fmt: skip


@pytest.mark.parametrize("start", [_note_of_incident, _cause_of_rotation, _lapse_of_permission, _leaving_of_case])
def test_whoever_waited_reads_what_was_done_meanwhile(racing_app: Flask, start: Callable[[Factory], Wait]) -> None:
    """The second has read all of it and waits for it; the first adds to it, and is done."""
    with racing_app.app_context(), clock.set_to(NOW):
        wait = start(Factory())
        db.session.remove()
    holds, comes, found, faults = threading.Event(), threading.Event(), list[object](), list[BaseException]()

    def first() -> None:
        thing = wait.read()
        begin_writing(thing)
        holds.set()
        comes.wait(20)
        threading.Event().wait(WAIT)  # long enough for the other to stand waiting
        wait.change(thing)
        commit()

    def second() -> None:
        holds.wait(20)
        thing = wait.read()
        wait.find(thing)
        comes.set()
        begin_writing(thing)
        found.append(wait.find(thing))
        db.session.rollback()

    def run(act: Callable[[], None]) -> None:
        with racing_app.app_context():
            try:
                act()
            except BaseException as fault:
                faults.append(fault)

    threads = [threading.Thread(target=run, args=(act,), daemon=True) for act in (first, second)]
    with clock.set_to(NOW):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert faults == []
    assert found == [wait.found]
