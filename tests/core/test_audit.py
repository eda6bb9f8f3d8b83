"""The chain of acts: gapless, unalterable unseen, and never without its act."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.core.audit import (
    ActorKind,
    AuditEvent,
    AuditHead,
    ReadEvent,
    ReadHead,
    event_kind,
    record,
    record_read,
    verify_chain,
)
from app.core.db import begin_writing, db
from tests.conftest import NOW
from tests.factories import Factory

TRIED = event_kind("test:tried", "tried something with {about}")


def _record(count: int) -> None:
    begin_writing()
    for number in range(count):
        record(TRIED, Factory.id(), by=Factory.id(), at=NOW, facts={"count": number, "day": NOW.date()})
    db.session.commit()


def test_events_are_numbered_without_gaps_and_the_chain_is_whole(app: Flask) -> None:
    """Each event holds the hash of the one before."""
    _record(3)
    _record(2)
    rows = db.session.execute(sa.select(AuditEvent).order_by(AuditEvent.number)).scalars().all()
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert verify_chain().broken_at is None
    assert verify_chain().events == len(rows)


def test_a_refused_act_leaves_no_event_and_no_gap(app: Flask) -> None:
    """What is rolled back was never written down."""
    _record(1)
    before = verify_chain().events
    begin_writing()
    record(TRIED, Factory.id(), by=ActorKind.SYSTEM, at=NOW)
    db.session.rollback()
    _record(1)
    assert verify_chain().events == before + 1


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET act = 'x'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_or_delete_events(app: Flask, statement: str) -> None:
    """Append-only by trigger, on both databases."""
    _record(1)
    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("act", "'test:other'"),
        ("facts", "'{}'"),
        ("hash", "previous_hash"),
        ("actor_id", "NULL"),
        ("number", "number + 100"),
    ],
)
def test_verification_finds_an_event_altered_behind_our_back(app: Flask, column: str, value: str) -> None:
    """Even whoever can switch the triggers off cannot alter an event unseen."""
    _record(3)
    first = db.session.execute(sa.select(sa.func.min(AuditEvent.number))).scalar_one()
    if db.engine.dialect.name == "sqlite":
        db.session.execute(sa.text("DROP TRIGGER audit_event_no_update"))
    else:
        db.session.execute(sa.text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
    db.session.execute(sa.text(f"UPDATE audit_event SET {column} = {value} WHERE number = {first + 1}"))
    assert verify_chain().broken_at is not None


def test_verification_finds_events_cut_off_the_end(app: Flask) -> None:
    """The head tells how many there must be."""
    _record(3)
    db.session.execute(sa.text("UPDATE audit_head SET number = number + 1"))
    assert verify_chain().broken_at is not None


def test_reads_have_a_chain_of_their_own_written_at_once(app: Flask) -> None:
    """A reading is on record before the request goes on, whatever becomes of it."""
    record_read(TRIED, Factory.id(), by=Factory.id(), at=NOW)
    db.session.rollback()
    assert verify_chain(ReadEvent, ReadHead).events >= 1
    assert verify_chain(ReadEvent, ReadHead).broken_at is None
    assert verify_chain(AuditEvent, AuditHead).broken_at is None


def test_a_read_cannot_be_slipped_into_the_middle_of_an_act(app: Flask) -> None:
    """A short write inside an act would commit the half of it."""
    begin_writing()
    with pytest.raises(RuntimeError):
        record_read(TRIED, Factory.id(), by=Factory.id(), at=NOW)


def test_facts_take_no_free_objects(app: Flask) -> None:
    """Facts are ids, enum values, dates and counts."""
    with pytest.raises(TypeError):
        record(TRIED, Factory.id(), by=ActorKind.SYSTEM, at=NOW, facts={"who": object()})


def test_a_kind_is_declared_once() -> None:
    """Two acts cannot share a name by accident."""
    with pytest.raises(ValueError, match="twice"):
        event_kind("test:tried", "again")
