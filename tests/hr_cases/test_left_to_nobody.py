"""What is closed to all of HR and to the independent person: the administrator is told that something waits, and no more."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from app.breach_reports.models import BreachReport, Route
from app.core.db import commit, db
from app.core.jobs import Job, run_due_jobs
from app.core.outbox import OutboxMessage
from app.core.registries import Registries
from app.duties.queries import desk_of
from app.hr_cases.models import CaseStatus
from app.hr_cases.operations.left_to_nobody import tell_of_work_left_to_nobody
from app.matters.models import Capacity
from app.matters.operations import add_party
from app.people.models import Person, RelationshipKind, Role, RoleAssignment
from app.people.relating import relate
from tests.breach_reports.factories import a_report, decided, in_triage
from tests.conftest import NOW
from tests.factories import Factory
from tests.hr_cases.factories import case_at
from tests.pages import PageClient, counted_queries

LINE = "Appoint another HR manager, from outside if need be: HR work waits that nobody may see"
MESSAGE = "HR work waits that nobody may see: appoint another HR manager"


def _told() -> list[object]:
    asked = sa.select(OutboxMessage.to_person_id).where(OutboxMessage.occasion == "hr:left-to-nobody")
    return list(db.session.execute(asked).scalars())


def _lines(person: Person) -> list[str]:
    with current_app.test_request_context():
        return [item.text for item in desk_of(person, NOW.date()).needs if item.text == LINE]


def _walled_off(report: BreachReport, *people: Person) -> None:
    for person in people:
        add_party(report.matter, person, Capacity.WITNESS, at=NOW)
    commit()


def test_a_report_that_nobody_may_see_is_told_without_a_word_of_it(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """Only once the last officer and the last independent person are kept from it; on the first page and in messages."""
    admin, reporter, subject = make.person("Ada", Role.ADMINISTRATOR), make.person("Rae"), make.person("Sam")
    officer, ines = make.person("Olga", Role.HR_INTAKE), make.person("Ines", Role.INDEPENDENT)
    report = a_report(reporter, subject=subject)
    commit()
    for also in ((), (officer,)):
        _walled_off(report, *also)
        assert tell_of_work_left_to_nobody(NOW) == 0
    _walled_off(report, ines)
    assert tell_of_work_left_to_nobody(NOW) == 1
    assert tell_of_work_left_to_nobody(NOW) == 0
    commit()
    assert _told() == [admin.id]
    assert _lines(admin) == [LINE]
    assert _lines(officer) == _lines(ines) == []
    browser = client_of(admin)
    for page in (browser.get("/"), browser.get("/messages"), browser.get("/people/roles?role=hr_manager")):
        assert report.reference not in page.text
        assert "Sam" not in page.text.replace("Same", "")
    assert MESSAGE in browser.get("/messages").text
    make.person("From outside", Role.HR_MANAGER)
    assert _lines(admin) == []


def test_neither_how_much_waits_nor_that_it_does_stands_with_the_jobs(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """The page of jobs is open to an administrator whom the reports concern; who may be told is told once for all."""
    sam, ada = make.person("Sam", Role.ADMINISTRATOR), make.person("Ada", Role.ADMINISTRATOR)
    for number in range(3):
        a_report(make.person(f"Rae {number}"), subject=sam)
    commit()
    registries: Registries = current_app.extensions["registries"]
    run_due_jobs([registries.jobs["tell-left-to-nobody"]])
    assert _told() == [ada.id]
    line = next(row for row in client_of(sam).get("/duties/jobs").soup.select("tbody tr") if "HR work" in row.text)
    assert "done" not in line.text
    assert db.session.get_one(Job, "tell-left-to-nobody").last_count == 0


def test_an_owner_who_is_no_longer_one_does_not_read_it(make: Factory) -> None:
    make.person("Ada", Role.ADMINISTRATOR)
    world = case_at(make, CaseStatus.PLANNING)
    add_party(world.case.matter, world.manager, Capacity.WITNESS, at=NOW)
    commit()
    assert tell_of_work_left_to_nobody(NOW) == 0
    db.session.execute(sa.delete(RoleAssignment).where(RoleAssignment.person_id == world.owner.id))
    commit()
    assert tell_of_work_left_to_nobody(NOW) == 1


def test_an_administrator_to_whom_it_is_closed_is_not_told(make: Factory) -> None:
    """Neither the person concerned, nor their manager, nor whoever is close to them."""
    boss = make.person("Boss", Role.ADMINISTRATOR)
    subject, friend = make.person("Sam", Role.ADMINISTRATOR, manager=boss), make.person("Fay", Role.ADMINISTRATOR)
    other = make.person("Ada", Role.ADMINISTRATOR)
    relate(friend, subject, RelationshipKind.FAMILY, by=None, at=NOW)
    a_report(make.person("Rae", Role.ADMINISTRATOR), subject=subject)
    commit()
    assert tell_of_work_left_to_nobody(NOW) == 1
    commit()
    assert _told() == [other.id]
    assert [bool(_lines(one)) for one in (boss, subject, friend, other)] == [False, False, False, True]


def test_a_disclosure_that_falls_to_nobody(make: Factory) -> None:
    """The whistleblowing officer has left, and there is no independent person: HR may never see it."""
    admin, hr = make.person(None, Role.ADMINISTRATOR), make.person(None, Role.HR_INTAKE)
    wynn = make.person("Wynn", Role.WHISTLEBLOWING_OFFICER)
    decided(in_triage(make.person("Rae"), hr, subject=make.person("Sam")), hr, Route.WHISTLEBLOWING)
    commit()
    assert tell_of_work_left_to_nobody(NOW) == 0
    wynn.last_working_day = NOW.date() - timedelta(days=1)
    commit()
    assert tell_of_work_left_to_nobody(NOW) == 1
    commit()
    assert _told() == [admin.id]


def test_a_case_is_told_of_only_where_its_owner_does_not_read_it_either(make: Factory) -> None:
    """On its page the owner reads whom to ask; nobody else is left to, once they are gone."""
    world = case_at(make, CaseStatus.INVESTIGATING)
    make.person(None, Role.ADMINISTRATOR)
    for manager in db.session.execute(sa.select(Person).where(Person.roles.any(role=Role.HR_MANAGER))).scalars():
        add_party(world.case.matter, manager, Capacity.WITNESS, at=NOW)
    commit()
    assert tell_of_work_left_to_nobody(NOW) == 0
    world.owner.last_working_day = NOW.date() - timedelta(days=1)
    commit()
    assert tell_of_work_left_to_nobody(NOW) == 1


def test_the_first_page_takes_no_more_queries_for_it(make: Factory, client_of: Callable[..., PageClient]) -> None:
    admin, counts = make.person(None, Role.ADMINISTRATOR), []
    browser = client_of(admin)
    for more in (0, 3):
        for _ in range(more):
            a_report(make.person(), subject=make.person())
        commit()
        assert tell_of_work_left_to_nobody(NOW) == min(more, 1)
        commit()
        with counted_queries() as queries:
            browser.get("/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
