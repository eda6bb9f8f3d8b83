"""Whoever is told that something is late with somebody else can open it, and whoever cannot open it is not told."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask

from app.breach_reports.models import Route
from app.breach_reports.queries import open_to_officers
from app.core import clock
from app.core.db import db
from app.core.registries import Registries
from app.credential_rotation.queries import open_when_late, rotation_by_id
from app.device_permissions.queries import open_to_stand_ins, request_by_reference
from app.hr_cases.models import CaseStatus
from app.hr_cases.queries import open_to_managers
from app.matters.models import Capacity, MatterParty
from app.people.models import Person, Role
from app.policy.queries import due_within
from tests.breach_reports.factories import a_report, decided, in_triage
from tests.conftest import NOW
from tests.credential_rotation.factories import account, grant, leave, started
from tests.device_permissions.factories import submitted
from tests.factories import Factory
from tests.hr_cases.factories import case_at
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
TODAY = NOW.date()


def _late(key_of_period: str) -> datetime:
    """Ten in the morning of the day after a period that began now."""
    return clock.at_local(due_within(key_of_period, TODAY) + timedelta(days=1), 10)


# ---- a request to use a device, once it is late, comes to the manager's manager ----


class Line:
    """Somebody who asks, with two managers above and a head of service."""

    def __init__(self, make: Factory) -> None:
        self.above = make.person("Above")
        self.head = make.person("Head", manager=self.above)
        self.manager = make.person("Manager", manager=self.above)
        self.asks = make.person("Asks", manager=self.manager, service="Libraries")
        self.stranger = make.person("Stranger")
        make.service("Libraries", head=self.head)
        self.reference = submitted(self.asks).reference

    def people(self) -> list[Person]:
        return [self.above, self.head, self.manager, self.asks, self.stranger]


def test_who_stands_in_once_it_is_late_asked_of_the_thing_and_of_the_query(app: Flask, make: Factory) -> None:
    line = Line(make)
    late = _late("device_decision_working_days")
    for moment, manager_left in ((NOW, False), (late, False), (late, True)):
        line.manager.last_working_day = TODAY if manager_left else None
        make.keep(line.manager)
        with clock.set_to(moment):
            request = request_by_reference(line.reference)
            assert request is not None
            asked = {person.id for person in line.people() if request.is_stand_in(person)}
            found = open_to_stand_ins([p.id for p in line.people()], [line.reference], clock.local_day(moment))
            assert {row.person_id for row in db.session.execute(found)} == asked
            assert asked == ({line.above.id} if moment == late else set())
            assert not request.is_stand_in(line.asks)


def test_the_managers_manager_decides_a_late_request(app: Flask, make: Factory, client_of: ClientOf) -> None:
    line = Line(make)
    path = f"/device-permissions/requests/{line.reference}"
    refusal = {"decision": "refuse", "reasons": "Not with that computer"}
    client_of(line.above).get(path, status=403)
    client_of(line.above).post(f"{path}/decide", refusal, status=403)
    with clock.set_to(_late("device_decision_working_days")):
        client_of(line.stranger).get(path, status=403)
        client_of(line.above).get(path)
        client_of(line.above).post(f"{path}/decide", refusal)
        late = client_of(line.manager).post(f"{path}/decide", refusal, status=409)
        assert "Above" in late.text
    request = request_by_reference(line.reference)
    assert request is not None
    assert request.decided_by_id == line.above.id


def test_who_comes_after_it_was_decided_in_time_has_no_say(app: Flask, make: Factory, client_of: ClientOf) -> None:
    line = Line(make)
    path = f"/device-permissions/requests/{line.reference}"
    client_of(line.manager).post(f"{path}/decide", {"decision": "refuse", "reasons": "Not with that computer"})
    with clock.set_to(_late("device_decision_working_days")):
        client_of(line.above).get(path, status=403)


# ---- a password that is late ----


def test_who_may_read_a_late_rotation_asked_of_the_thing_and_of_the_query(
    app: Flask, make: Factory, client_of: ClientOf
) -> None:
    sca, deputy = make.person("Sca", Role.SCA), make.person("Deputy", Role.DEPUTY_SCA)
    head, manager, stranger = make.person("Head"), make.person("Manager"), make.person("Stranger")
    owner = make.person("Owner", manager=manager, service="Libraries")
    make.service("Libraries", head=head)
    other_head = make.person("Another head")
    make.service("Parks", head=other_head)
    rotation = started(account(make, "Libraries", owner), sca)
    people = [sca, deputy, head, manager, stranger, other_head]
    found = db.session.execute(open_when_late([p.id for p in people], [_key(rotation.id)], TODAY))
    rows = [(row.key, row.person_id) for row in found]
    assert {key for key, _ in rows} == {_key(rotation.id)}
    assert {person_id for _, person_id in rows} == {p.id for p in (sca, deputy, head, manager)}
    loaded = rotation_by_id(rotation.id)
    assert loaded is not None
    assert {p.id for p in people if loaded.can_be_seen_by(p)} == {p.id for p in (sca, deputy, head, manager)}
    for person in people:
        status = 200 if person.id in {row[1] for row in rows} else 403
        client_of(person).get(f"/credential-rotation/rotations/{rotation.id}", status=status)
    page = client_of(head).get(f"/credential-rotation/rotations/{rotation.id}")
    assert not page.has_button("Mark as changed"), "to see is not to act"


def test_a_head_because_of_whom_it_changes_is_not_told(app: Flask, make: Factory, client_of: ClientOf) -> None:
    hr, head, deputy = make.person("Hana", Role.HR_INTAKE), make.person("Head"), make.person("Dee", Role.DEPUTY_SCA)
    owner = make.person("Owner", service="Libraries")
    make.service("Libraries", head=head)
    libraries = account(make, "Libraries", owner)
    grant(make, libraries, head)
    leave(head, hr, day=TODAY + timedelta(days=30), immediate=False)
    rotations = [_key(row.id) for row in db.session.execute(db.text("SELECT id FROM credential_rotation"))]
    keys = [key.replace("-", "") if db.engine.dialect.name == "sqlite" else key for key in rotations]
    assert len(keys) == 1
    rows = db.session.execute(open_when_late([head.id, deputy.id], keys, TODAY)).all()
    assert [row.person_id for row in rows] == [deputy.id]
    where = f"/credential-rotation/rotations/{uuid.UUID(keys[0])}"
    client_of(head).get(where, status=404)  # planned further ahead than others may know
    with clock.set_to(clock.at_local(TODAY + timedelta(days=30), 9)):
        client_of(head).get(where, status=403)


def _key(rotation_id: object) -> str:
    """An id as the database writes it as text."""
    value = rotation_id if isinstance(rotation_id, uuid.UUID) else uuid.UUID(str(rotation_id))
    return value.hex if db.engine.dialect.name == "sqlite" else str(value)


# ---- reports and cases ----


def test_hr_is_told_of_reports_it_may_read_and_of_no_others(app: Flask, make: Factory, client_of: ClientOf) -> None:
    reporter, intake = make.person("Reporter"), make.person("Ivo", Role.HR_INTAKE)
    free, walled = make.person("Free", Role.HR_MANAGER), make.person("Walled", Role.HR_MANAGER)
    stranger = make.person("Stranger", Role.INVESTIGATOR)
    make.person("Wynn", Role.WHISTLEBLOWING_OFFICER)
    report = a_report(reporter)
    sealed = decided(in_triage(reporter, intake), intake, Route.WHISTLEBLOWING)
    make.keep(MatterParty(matter_id=report.matter_id, person_id=walled.id, capacity=Capacity.WITNESS, since=NOW))
    references = [report.reference, sealed.reference]
    people = [reporter, intake, free, walled, stranger]
    rows = db.session.execute(open_to_officers([p.id for p in people], references, TODAY))
    assert sorted(tuple(row) for row in rows) == sorted((references[0], p.id) for p in (intake, free))
    for person in (intake, free, walled):
        status = 200 if person.id != walled.id else 404
        client_of(person).get(f"/breach-reports/{references[0]}", status=status)
        client_of(person).get(f"/breach-reports/{references[1]}", status=404)


def test_the_hr_manager_is_told_of_cases_unless_walled_off(app: Flask, make: Factory, client_of: ClientOf) -> None:
    world = case_at(make, CaseStatus.INVESTIGATING)
    walled, intake = make.person("Walled", Role.HR_MANAGER), make.person("Ivo", Role.HR_INTAKE)
    make.keep(MatterParty(matter_id=world.case.matter_id, person_id=walled.id, capacity=Capacity.WITNESS, since=NOW))
    people, reference = [world.manager, walled, intake], world.case.reference
    rows = db.session.execute(open_to_managers([p.id for p in people], [reference], TODAY))
    assert [tuple(row) for row in rows] == [(reference, world.manager.id)]
    for person in people:
        client_of(person).get(f"/hr-cases/{reference}", status=200 if person is world.manager else 404)


def test_every_kind_that_opens_for_others_says_so_in_the_columns_the_chase_reads(app: Flask) -> None:
    registries: Registries = app.extensions["registries"]
    opening = [kind for kind in registries.due.values() if kind.opens is not None]
    assert len(opening) >= 20
    for kind in opening:
        assert kind.opens is not None
        keys = [str(uuid.UUID(int=7))] if kind.argument.endswith("_id") else ["CCCC-CCCC-CCCC"]
        assert db.session.execute(kind.opens([uuid.UUID(int=7)], keys, TODAY)).all() == []
