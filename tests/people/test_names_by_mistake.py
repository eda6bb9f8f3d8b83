"""A former name or address that was kept by mistake: said to be one, by whom and why, and asked for no more."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.audit import ActorKind, AuditEvent
from app.core.db import db
from app.core.errors import InvalidInput
from app.hr_cases.documents.names import Name
from app.people.models import FormerName, FormerNameMistake, Person
from app.people.naming import everybody_called, named_in
from app.people.queries import former_addresses
from app.people.renaming import NEVER_THEIRS, change_email, forget_former_name, keep_former_name
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import counted_queries

WHY = "The rows of the file were shifted."


@pytest.fixture
def ada(make: Factory) -> Person:
    """Somebody whom a file called Delyth Crwys-Hughes for a day, and who had another address on that day."""
    person = make.person("Ada Lovelace", email="ada@x.example")
    rename(person, "Delyth Crwys-Hughes")
    change_email(person, "ada.lovelace@x.example", by=ActorKind.INSTALLATION, at=NOW)
    rename(person, "Ada Lovelace")
    return person


def rename(person: Person, name: str) -> None:
    keep_former_name(person, at=NOW)
    person.name = name
    db.session.commit()


def forget(person: Person, what: str, *, by: Person | None = None, reason: str = WHY) -> None:
    forget_former_name(person, what, reason=reason, by=by, at=NOW + timedelta(days=1))
    db.session.commit()


def test_nobody_is_masked_or_found_by_it_any_more(ada: Person) -> None:
    """The address that they had while they were called so stays theirs."""
    assert everybody_called("delyth crwys-hughes") == [ada]
    assert named_in("Run by Delyth Crwys-Hughes.") == "Delyth Crwys-Hughes"
    forget(ada, "DELYTH Crwys Hughes")
    assert set(ada.names) == {"Ada Lovelace"}
    assert {one.full for one in Name.all_of(ada)} == {"ada lovelace"}
    assert {one.address for one in Name.all_of(ada)} == {"ada@x.example", "ada.lovelace@x.example"}
    assert everybody_called("delyth crwys-hughes") == []
    assert named_in("Run by Delyth Crwys-Hughes.") is None
    assert former_addresses()["ada@x.example"].person == ada


def test_a_former_address_by_mistake(ada: Person) -> None:
    """The name of then stays."""
    forget(ada, "Ada@x.example")
    assert former_addresses() == {}
    assert "Delyth Crwys-Hughes" in ada.names


def test_who_said_so_when_and_why_is_kept(make: Factory, ada: Person) -> None:
    """Nothing is deleted; the record of acts holds no name."""
    hana, before = make.person("Hana"), db.session.execute(sa.select(FormerName.id)).scalars().all()
    forget(ada, "Delyth Crwys-Hughes", by=hana, reason=f" {WHY} ")
    said = db.session.execute(sa.select(FormerNameMistake)).scalars().all()
    assert {(one.by_id, one.at, one.reason) for one in said} == {(hana.id, NOW + timedelta(days=1), WHY)}
    kept = db.session.execute(sa.select(FormerName.id)).scalars().all()
    assert {one.former_name_id for one in said} < set(before) < set(kept)
    event = db.session.execute(sa.select(AuditEvent).where(AuditEvent.act == NEVER_THEIRS.name)).scalar_one()
    assert (event.actor_id, event.subject_id, event.facts) == (hana.id, ada.id, "{}")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(sa.delete(FormerNameMistake))


@pytest.mark.parametrize(
    ("what", "reason", "told"),
    [
        ("Ada Lovelace", WHY, "Ada Lovelace has Ada Lovelace today. Change that first"),
        ("ADA.lovelace@x.example", WHY, "today. Change that first"),
        ("Somebody Else", WHY, "What is kept of before: Delyth Crwys-Hughes, ada@x.example. Enter"),
        ("Delyth", WHY, "Enter one of these"),
        ("Delyth Crwys-Hughes", " ", "Enter why it never was theirs"),
        ("Delyth Crwys-Hughes", "x" * 501, "at most 500 characters"),
    ],
)
def test_what_is_refused(ada: Person, what: str, reason: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        forget(ada, what, reason=reason)
    assert db.session.execute(sa.select(FormerNameMistake)).first() is None


def test_once_is_enough(make: Factory, ada: Person) -> None:
    """Neither twice, nor of somebody of whom nothing is kept."""
    forget(ada, "Delyth Crwys-Hughes")
    with pytest.raises(InvalidInput, match="Nobody recorded that Ada Lovelace had Delyth Crwys-Hughes"):
        forget(ada, "Delyth Crwys-Hughes")
    with pytest.raises(InvalidInput, match="Nothing is kept of before"):
        forget(make.person("Bo"), "Delyth Crwys-Hughes")


def test_names_come_with_people_in_one_query(app: Flask, ada: Person) -> None:
    """Joined to two people at once, without what was a mistake."""
    forget(ada, "Delyth Crwys-Hughes")
    db.session.expunge_all()
    query = sa.select(Person).options(sa.orm.joinedload(Person.former_names)).where(Person.id == ada.id)
    with counted_queries() as asked:
        found = db.session.execute(query).unique().scalar_one()
        assert set(found.names) == {"Ada Lovelace"}
    assert len(asked) == 1
