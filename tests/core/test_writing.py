"""Beginning to write: what is read afterwards is as it is now, whatever was read before."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from app.core.db import begin_writing, commit, db, short_write
from app.core.drafts import Draft, keep_draft
from app.people.models import Person
from tests.conftest import NOW
from tests.factories import Factory


def _another_renames(person: Person, name: str) -> None:
    table = sa.inspect(Person).local_table
    with short_write() as session:
        session.execute(sa.update(table).where(table.c.id == person.id).values(name=name))


def test_what_was_read_before_is_read_again_though_it_is_not_locked(make: Factory) -> None:
    """Also where the reading had ended already, as after a reading was logged."""
    person, other = make.person("Ann"), make.person("Bob", manager=make.person("Cleo"))
    assert (person.name, other.name, other.line_manager.name) == ("Ann", "Bob", "Cleo")  # type: ignore[union-attr]
    for one in (other, other.line_manager):
        assert one is not None
        _another_renames(one, f"{one.name} now")
    begin_writing(person)
    assert (person.name, other.name, other.line_manager.name) == ("Ann", "Bob now", "Cleo now")  # type: ignore[union-attr]


def test_a_thing_that_is_no_more_is_told_as_a_change_by_somebody_else(make: Factory) -> None:
    """That is the page that says so (409), and no fault."""
    person = make.person()
    begin_writing()
    draft = keep_draft(person.id, "tests", {"a": "b"}, at=NOW)
    commit()
    with short_write() as session:
        session.execute(sa.delete(sa.inspect(Draft).local_table))
    with pytest.raises(StaleDataError):
        begin_writing(draft)
    db.session.rollback()
