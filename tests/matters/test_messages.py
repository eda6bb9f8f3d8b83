"""The wall holds for messages: whoever is walled off from a matter loses its messages too, and their number."""

from datetime import date, timedelta

import pytest

from app.core.db import db
from app.core.outbox import message_kind, notify
from app.matters.models import Capacity, Matter, MatterKind, MatterParty
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role
from app.people.signing_in import person_of_session, start_session
from tests.conftest import NOW
from tests.factories import Factory

TOLD = message_kind("tests:told", "Something for tests", "home.index")


def _unread(person: Person) -> int:
    """The number behind the bell, found as every page finds it."""
    start_session(person, at=NOW)
    db.session.commit()
    found = person_of_session(person.get_id(), at=NOW)
    assert found is not None
    return found.unread_messages


@pytest.fixture
def officer(make: Factory) -> Person:
    return make.person("Officer", Role.HR_INTAKE)


@pytest.fixture
def matter(make: Factory) -> Matter:
    return make.keep(Matter.new(MatterKind.CASE, at=NOW))


def _told_of(matter: Matter, officer: Person) -> None:
    notify(officer.id, TOLD, matter.id, at=NOW, matter_id=matter.id)
    notify(officer.id, TOLD, Factory.id(), at=NOW)
    db.session.commit()


def test_an_officer_who_is_not_conflicted_counts_both(matter: Matter, officer: Person) -> None:
    _told_of(matter, officer)
    assert _unread(officer) == 2


@pytest.mark.parametrize("capacity", [Capacity.SUBJECT, Capacity.REPORTER, Capacity.WITNESS, Capacity.COMPANION])
def test_whoever_becomes_a_party_loses_the_message_about_it(
    make: Factory, matter: Matter, officer: Person, capacity: Capacity
) -> None:
    _told_of(matter, officer)
    make.keep(MatterParty(matter=matter, person=officer, capacity=capacity, since=NOW))
    assert _unread(officer) == 1


@pytest.mark.parametrize(("ended", "left"), [(None, 1), (NOW.date() - timedelta(days=1), 2)])
def test_whoever_is_close_to_a_party_loses_it_as_long_as_they_are(
    make: Factory, matter: Matter, officer: Person, ended: date | None, left: int
) -> None:
    _told_of(matter, officer)
    subject = make.person("Subject")
    make.keep(MatterParty(matter=matter, person=subject, capacity=Capacity.SUBJECT, since=NOW))
    make.keep(
        DeclaredRelationship(
            person_id=subject.id, other_id=officer.id, kind=RelationshipKind.FAMILY, since=date(2020, 1, 1), until=ended
        )
    )
    assert _unread(officer) == left
