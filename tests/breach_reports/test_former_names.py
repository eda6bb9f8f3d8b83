"""Whoever is called otherwise by now, or has another address, is meant by what they were called before (domain 3.11, 6)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.breach_reports.queries import QueueFilter, count_queue, people_called, people_named, people_possibly_meant
from app.core.audit import ActorKind
from app.core.db import db
from app.core.outbox import OutboxMessage
from app.people.models import Person, Role
from app.people.renaming import change_email, forget_former_name, keep_former_name
from tests.breach_reports.factories import a_report
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

ClientOf = Callable[..., PageClient]
TODAY = NOW.date()


def was(person: Person, name: str | None = None, email: str | None = None) -> Person:
    """Somebody who was called otherwise, or had another address, until today."""
    now = person.name, person.email
    person.name, person.email = name or person.name, email or person.email
    db.session.flush()
    if now[1] != person.email:
        change_email(person, str(now[1]), by=ActorKind.INSTALLATION, at=NOW)
    if now[0] != person.name:
        keep_former_name(person, at=NOW)
        person.name = now[0]
    db.session.commit()
    return person


@pytest.fixture
def lucja(make: Factory) -> Person:
    """An officer who married, and has another address by now."""
    person = make.person("Łucja Hartley-Webb", Role.HR_MANAGER, Role.HR_INTAKE, email="l.hartley@demo.example")
    return was(person, "Łucja Nowińska", "hr@demo.example")


IN_FULL = "Łucja Nowińska of HR shared it."
BY_SURNAME = "Ms Nowinska of HR shared it."
BY_ADDRESS = "It came from HR@Demo.example."


@pytest.mark.parametrize(
    ("is_chosen", "said", "sees"),
    [
        (False, {"named": "Łucja Nowińska"}, False),
        (False, {"named": "nowinska, lucja"}, False),
        (False, {"named": "Ms Nowinska"}, False),
        (False, {"named": "Nowinska-Hartley"}, False),
        (False, {"named": "Lucja"}, False),
        (False, {"named": "hr@demo.example"}, False),
        (False, {"named": "HR <HR@Demo.Example>"}, False),
        (False, {"who": "Somebody in HR called Nowińska"}, False),
        (False, {"who": "Whoever reads hr@demo.example"}, False),
        (False, {"who": "Somebody in HR", "what_happened": IN_FULL}, False),
        (False, {"who": "Somebody in HR", "what_happened": BY_ADDRESS}, False),
        (False, {"who": "Somebody in HR", "address": "https://x.com/lucja.nowinska/status/1"}, False),
        (False, {"who": "Somebody in HR", "what_happened": BY_SURNAME}, True),
        (False, {"who": "Somebody in HR", "what_happened": "Ms Hartley shared it."}, True),
        (False, {"named": "Tomasz Wójcicki"}, True),
        (False, {"named": "nobody@demo.example"}, True),
        (True, {"what_happened": IN_FULL}, False),
        (True, {"what_happened": BY_ADDRESS}, False),
        (True, {"address": "lucja.nowinska@demo.example"}, False),
        (True, {"what_happened": BY_SURNAME}, True),
        (True, {"named": "Łucja Nowińska", "who": "hr"}, True),
    ],
)
def test_who_is_kept_out_of_a_report_that_says_a_former_name(
    make: Factory, client_of: ClientOf, lucja: Person, is_chosen: bool, said: dict[str, Any], sees: bool
) -> None:
    """As by the name of today: whole or as an address anywhere, by one word only where somebody is described."""
    other = make.person("Hana Intake", Role.HR_INTAKE)
    chosen = make.person("Tomasz Chosen") if is_chosen else None
    report = a_report(make.person("Rita Reporter"), subject=chosen, **said)
    address = f"/breach-reports/{report.reference}"
    client_of(lucja).get(address, status=200 if sees else 404)
    client_of(other).get(address)
    assert count_queue(lucja, TODAY, QueueFilter()).all == int(sees)
    told = db.session.execute(sa.select(OutboxMessage.to_person_id)).scalars().all()
    assert (lucja.id in told) is sees


def test_a_name_that_never_was_theirs_keeps_nobody_out(make: Factory, lucja: Person) -> None:
    for what in ("Lucja Nowinska", "hr@demo.example"):
        forget_former_name(lucja, what, reason="The rows were shifted.", by=None, at=NOW + timedelta(days=1))
    db.session.commit()
    assert people_possibly_meant("Ms Nowinska", "hr@demo.example", [IN_FULL, BY_ADDRESS], TODAY) == []
    assert [row.name for row in people_called("nowinska", TODAY)] == []
    assert people_possibly_meant("", "", ["Łucja Hartley-Webb"], TODAY) == [lucja]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Lucja Nowinska", ["Łucja Hartley-Webb"]),
        ("nowinska", ["Łucja Hartley-Webb"]),
        ("Ms Nowinska-Brown", ["Łucja Hartley-Webb"]),
        ("hr@demo.example", ["New Namesake", "Łucja Hartley-Webb"]),
        ("l.hartley@demo.example", ["Łucja Hartley-Webb"]),
    ],
)
def test_whoever_reports_finds_somebody_by_what_they_were_called(
    make: Factory, lucja: Person, typed: str, found: list[str]
) -> None:
    """By a former name, a part of it, and a former address, also where somebody else has that by now."""
    make.person("New Namesake", email="hr@demo.example")
    make.person("Brenda Bystander")
    assert sorted(row.name for row in people_called(typed, TODAY)) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Łucja Nowińska", {"Łucja Hartley-Webb"}),
        ("Nowinska", {"Łucja Hartley-Webb"}),
        ("hr@demo.example", {"Łucja Hartley-Webb"}),
        ("taken@demo.example", {"Has It Now"}),
        ("Jo Bell", {"Jo Bell"}),
        ("Łucja Webb Nowińska", set()),
    ],
)
def test_who_is_meant_by_a_former_name_or_address(make: Factory, lucja: Person, typed: str, found: set[str]) -> None:
    """Whoever has the name or the address today comes first: two are not meant by one name."""
    was(make.person("Joanna Smith"), "Jo Bell")
    make.person("Jo Bell")
    was(make.person("Had It Before", email="other@demo.example"), email="taken@demo.example")
    make.person("Has It Now", email="taken@demo.example")
    assert {person.name for person in people_named(typed, TODAY)} == found
    assert {person.name for person in people_named(typed, TODAY, in_full=True)} == found - (
        {"Łucja Hartley-Webb"} if typed == "Nowinska" else set()
    )


def test_who_may_be_meant_takes_no_query_for_each_officer(make: Factory, lucja: Person) -> None:
    for number in range(5):
        was(make.person(f"Officer {number}", Role.HR_INTAKE), f"Number {number}")
    db.session.expunge_all()
    with counted_queries() as asked:
        people_possibly_meant("Nowinska", "hr@demo.example", [IN_FULL], TODAY)
    assert len(asked) == 2
