"""Importing people, and appointing them."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.audit import ActorKind
from app.core.db import db
from app.core.errors import InvalidInput, NotAllowed
from app.people.models import Person, Role
from app.people.operations import (
    PEOPLE_HEADERS,
    PeoplePlan,
    add_first_administrator,
    appoint,
    import_people,
    plan_people_import,
    set_last_working_day,
)
from app.people.queries import has_begun, holders_of, person_by_email
from tests.conftest import NOW
from tests.factories import Factory

HEAD = "email,name,post,service,person_kind,manager_email,started,last_working_day\n"


def _plan(rows: str) -> PeoplePlan:
    return plan_people_import((HEAD + rows).encode(), today=NOW.date())


def _import(rows: str) -> None:
    import_people(_plan(rows), by=ActorKind.INSTALLATION, at=NOW)
    db.session.commit()


def test_a_file_adds_people_with_managers_in_any_order(app: Flask) -> None:
    """Somebody's manager may stand on a later line."""
    _import("a@x.example,Ada,Officer,Libraries,employee,b@x.example,2020-01-06,\nb@x.example,Bo,Head,Libraries,,,,\n")
    ada = person_by_email("A@X.example")
    assert ada is not None
    assert ada.line_manager is not None
    assert (ada.line_manager.name, ada.service.name if ada.service else "") == ("Bo", "Libraries")


def test_the_same_file_twice_changes_nothing(app: Flask) -> None:
    """A second import finds everybody as they were."""
    rows = "a@x.example,Ada,Officer,Libraries,employee,b@x.example,2020-01-06,\nb@x.example,Bo,Head,Libraries,,,,\n"
    _import(rows)
    plan = _plan(rows)
    assert (plan.added, plan.changed, plan.unchanged) == ([], [], 2)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("nobody,Ada,,,employee,,,", "line 2: email must be"),
        ("a@x.example,,,,employee,,,", "line 2: name is missing"),
        ("a@x.example,Ada,,,wizard,,,", "line 2: person_kind “wizard”"),
        ("a@x.example,Ada,,,employee,,31/02/2027,", "line 2: started: “31/02/2027” must be a real date"),
        ("a@x.example,Ada,,,employee,,2028-03-04,", "line 2: started: 4 March 2028 is more than 12 months ahead."),
        ("a@x.example,Ada,,,employee,,2199-01-01,", "line 2: started: 1 January 2199 is more than 12 months ahead"),
        ("a@x.example,Ada,,,employee,,2027-03-02,2027-03-01", "line 2: last_working_day is before started"),
        ("a@x.example,Ada,,,employee,z@x.example,,", "line 2: manager_email z@x.example is nobody we know"),
        ("a@x.example,Ada,,,employee,a@x.example,,", "line 2: the line of managers comes back"),
        ("a@x.example,Ada,,,employee,,,\na@x.example,Bo,,,employee,,,", "line 3: a@x.example is on an earlier line too"),
        ("a@x.example," + "A" * 121 + ",,,employee,,,", "line 2: name is longer than 120"),
        (
            "a@x.example,Ada,,,employee,b@x.example,,\nb@x.example,Bo,,,employee,a@x.example,,",
            "line 2: the line of managers",
        ),
    ],
)
def test_a_bad_line_refuses_the_whole_file_with_its_number(app: Flask, row: str, words: str) -> None:
    """Nothing is half imported."""
    plan = _plan(row + "\nok@x.example,Fine,,,employee,,,\n")
    assert any(f"line {problem.number}: {problem.sentence}".startswith(words) for problem in plan.problems), plan.problems
    with pytest.raises(InvalidInput):
        import_people(plan, by=ActorKind.INSTALLATION, at=NOW)
    assert db.session.execute(sa.select(Person.id).where(Person.email == "ok@x.example")).first() is None


def test_all_that_is_wrong_with_a_line_is_told_at_once(app: Flask) -> None:
    """Its manager too; and nobody is called unknown whose own line is on file and wrong."""
    plan = _plan(
        "a@x.example,,,,wizard,z@x.example,2199-01-01,\n"
        "b@x.example,,,,,b@x.example,,\n"
        "c@x.example,Cy,,,employee,a@x.example,,\n"
    )
    assert [(problem.number, problem.sentence.split("; ")[0][:30]) for problem in plan.problems] == [
        (2, "name is missing"),
        (2, "person_kind “wizard” is not on"),
        (2, "started: 1 January 2199 is mor"),
        (2, "manager_email z@x.example is n"),
        (3, "name is missing"),
        (3, "the line of managers comes bac"),
    ]


def test_somebody_is_announced_up_to_a_year_ahead(app: Flask) -> None:
    """They are on record, and appointed, from then on; who is asked and counted has begun."""
    _import("a@x.example,Ada,,,employee,,2028-03-03,\n")
    ada = person_by_email("a@x.example")
    assert ada is not None
    assert ada.started == date(2028, 3, 3)
    for day, begun in ((NOW.date(), False), (date(2028, 3, 2), False), (date(2028, 3, 3), True)):
        found = db.session.execute(sa.select(Person.id).where(Person.id == ada.id, has_begun(day))).first()
        assert (found is not None) is begun


def test_who_employs_somebody_is_told_by_a_column_that_need_not_be_there(app: Flask) -> None:
    headers = ",".join((*PEOPLE_HEADERS, "employing_body"))

    def plan(employer: str | None) -> PeoplePlan:
        line = "a@x.example,Ada,,,school_staff,,,"
        lines = [",".join(PEOPLE_HEADERS), line] if employer is None else [headers, f"{line},{employer}"]
        return plan_people_import("\n".join(lines).encode(), today=NOW.date())

    for employer, changes, recorded in (
        ("Northmere Primary", True, "Northmere Primary"), ("Northmere Primary", False, "Northmere Primary"),
        (None, False, "Northmere Primary"), ("", True, None), (None, False, None),
    ):  # fmt: skip
        planned = plan(employer)
        assert bool(planned.added or planned.changed) is changes
        import_people(planned, by=ActorKind.INSTALLATION, at=NOW)
        ada = person_by_email("a@x.example")
        assert ada is not None
        assert ada.employing_body == recorded
    assert [one.sentence for one in plan("x" * 121).problems] == ["employing_body is longer than 120 characters"]


@pytest.mark.parametrize(
    "address",
    [
        "nobody", "@x.example", "a@", "a@b@c.example", "x;y@example.org", "a b@example.org", "a@b c.example", "a@example",
        ".a@example.org", "a.@example.org", "a..b@example.org", "a@.example.org", "a@example..org", "a@-x.example.org",
        "a,b@example.org", "<a@example.org>", "Ada <a@example.org>", "a" * 65 + "@example.org", "a@" + "x" * 64 + ".org",
        "a@" + "x." * 130 + "org", "ä@example.org", "a@[127.0.0.1]", '"a b"@example.org',
    ],
)  # fmt: skip
def test_an_address_that_no_mail_could_reach_refuses_its_line(app: Flask, address: str) -> None:
    cell = '"' + address.replace('"', '""') + '"'
    problems = _plan(f"{cell},Ada,,,employee,,,\nok@x.example,Fine,,,employee,,,\n").problems
    assert {problem.number for problem in problems} == {2}
    problem = problems[0]
    assert problem.sentence.startswith("email must be an e-mail address: ")
    assert not problem.sentence.endswith("..")
    with pytest.raises(InvalidInput, match="administrator's name and work e-mail"):
        add_first_administrator("Ada", address, at=NOW)


@pytest.mark.parametrize(
    "address", ["a.b+c@sub.example.org", "o'neil@council.gov.uk", "a_b-1@x-y.example", "a" * 64 + "@x.example"]
)
def test_an_unusual_address_is_taken(app: Flask, address: str) -> None:
    assert _plan(f"{address},Ada,,,employee,,,\n").problems == []


def test_nobody_appoints_themselves(make: Factory) -> None:
    """Not in the act, and not in the database."""
    admin = make.person("Ada", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        appoint(admin, Role.HR_INTAKE, by=admin, since=NOW.date(), at=NOW)


def test_roles_are_held_within_their_dates(make: Factory) -> None:
    """A role that has not begun, or has ended, is not held; list and predicate agree."""
    for since, until, held in [
        (date(2027, 3, 3), None, True),
        (date(2027, 3, 4), None, False),
        (date(2020, 1, 1), date(2027, 3, 3), True),
        (date(2020, 1, 1), date(2027, 3, 2), False),
    ]:
        person = make.person()
        assignment = appoint(person, Role.DPO, by=None, since=since, at=NOW)
        assignment.until = until
        make.keep(person)
        assert person.holds(Role.DPO) is held
        assert (person in holders_of([Role.DPO], NOW.date())) is held


def test_a_leaver_is_here_up_to_their_last_day(make: Factory) -> None:
    """The last working day is the last on which somebody is here."""
    ada = make.person("Ada")
    set_last_working_day(ada, date(2027, 3, 3), by=ActorKind.SYSTEM, at=NOW)
    make.keep(ada)
    assert ada.is_here_on(date(2027, 3, 3))
    assert not ada.is_here_on(date(2027, 3, 4))


def test_nobody_leaves_before_they_started(make: Factory) -> None:
    """A last day before the first is refused."""
    with pytest.raises(InvalidInput):
        set_last_working_day(make.person(started=date(2027, 3, 3)), date(2027, 3, 2), by=ActorKind.SYSTEM, at=NOW)
