"""Who did what to what, and when: append-only, hash-chained, written in the same transaction as the act.

An act calls `record`; the rows are written as the last thing before the commit, under a lock on the one-row head, so
numbers have no gaps and the chain is in the order of the commits. Facts are opaque ids, enum values and dates, never
content. Reads of case content have a log and a chain of their own.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base, append_only, db, enum_column, one_of, short_write


class ActorKind(StrEnum):
    """Who acted, where it was not simply a person who signed in."""

    PERSON = "person"
    SYSTEM = "system"
    INSTALLATION = "installation"
    CONFIDENTIAL_REPORTER = "confidential_reporter"
    ANONYMOUS = "anonymous"


Actor = uuid.UUID | ActorKind
"""A person by id, or what acted where it was not simply a person."""


@dataclass(frozen=True)
class EventKind:
    """A kind of event, declared once beside the act that writes it.

    `name` is `subject:act`. `reads` is its line on a timeline; it may use `{about}` (the person concerned) and the
    facts' names. `neutral` is the line for those who may not know the cause; None means that they see nothing of it.
    `unnamed` means that they do not read who did it either, because that would tell them the cause.
    """

    name: str
    reads: str
    neutral: str | None = None
    unnamed: bool = False


_kinds: dict[str, EventKind] = {}


def event_kind(name: str, reads: str, *, neutral: str | None = None, unnamed: bool = False) -> EventKind:
    """Declare a kind of event. The same name twice is an error at import."""
    if name in _kinds:
        raise ValueError(f"event kind {name} is declared twice")
    _kinds[name] = EventKind(name, reads, neutral, unnamed)
    return _kinds[name]


def kind_named(name: str) -> EventKind:
    """The declared kind of a stored event."""
    return _kinds[name]


class _Chained:
    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_kind: Mapped[ActorKind] = enum_column(ActorKind)
    actor_id: Mapped[uuid.UUID | None]
    act: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[uuid.UUID]
    about_id: Mapped[uuid.UUID | None]
    facts: Mapped[str]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]


class _Head:
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    hash: Mapped[bytes] = mapped_column(default=bytes(32))


class AuditEvent(_Chained, Base):
    """One act, as it stands in the chain of acts."""

    __tablename__ = "audit_event"
    __table_args__ = (one_of("actor_kind", ActorKind), sa.Index(None, "subject_id", "number"))


class AuditHead(_Head, Base):
    """The last number and hash of the chain of acts; its one row is the lock that orders commits."""

    __tablename__ = "audit_head"


class ReadEvent(_Chained, Base):
    """One reading of case content, as it stands in the chain of reads."""

    __tablename__ = "read_event"
    __table_args__ = (one_of("actor_kind", ActorKind), sa.Index(None, "subject_id", "number"))


class ReadHead(_Head, Base):
    """The last number and hash of the chain of reads."""

    __tablename__ = "read_head"


append_only(AuditEvent)
append_only(ReadEvent)


def record(
    kind: EventKind,
    subject_id: uuid.UUID,
    *,
    by: uuid.UUID | ActorKind,
    at: datetime,
    about: uuid.UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write an act down with the transaction that carries it out.

    `by` is the id of the person who acted, or a kind of actor without a person. `facts` hold ids, enum values, dates
    and counts only.
    """
    pending = db.session.info.setdefault("pending_audit_events", [])
    pending.append(_row(kind, subject_id, by=by, at=at, about=about, facts=facts or {}))


def record_read(
    kind: EventKind, subject_id: uuid.UUID, *, by: uuid.UUID, at: datetime, facts: Mapping[str, Any] | None = None
) -> None:
    """Write a reading of case content down, before any of it leaves, in a short transaction of its own.

    If it cannot be written the error goes up and the page is refused.
    """
    with short_write() as session:
        _append(session, ReadEvent, ReadHead, [_row(kind, subject_id, by=by, at=at, about=None, facts=facts or {})])


def _row(
    kind: EventKind,
    subject_id: uuid.UUID,
    *,
    by: uuid.UUID | ActorKind,
    at: datetime,
    about: uuid.UUID | None,
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    is_person = isinstance(by, uuid.UUID)
    return {
        "at": at,
        "actor_kind": ActorKind.PERSON if is_person else by,
        "actor_id": by if is_person else None,
        "act": kind.name,
        "subject_id": subject_id,
        "about_id": about,
        "facts": json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain),
    }


def _plain(value: Any) -> str:
    if isinstance(value, uuid.UUID | StrEnum):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"a fact of an audit event cannot be {type(value).__name__}")


def chain_hash(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """SHA-256 over the previous hash and every field of a row, in a fixed order and with lengths."""
    fields = [
        str(row["number"]),
        row["at"].astimezone(UTC).isoformat(),
        str(row["actor_kind"]),
        str(row["actor_id"] or ""),
        row["act"],
        str(row["subject_id"]),
        str(row["about_id"] or ""),
        row["facts"],
    ]
    digest = hashlib.sha256(previous)
    for field in fields:
        encoded = field.encode()
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.digest()


def _append(
    session: Session, table: type[_Chained], head_table: type[_Head], rows: list[dict[str, Any]]
) -> None:
    tables: Any = (table, head_table)
    read_head, add, write_head = _statements(*tables)
    number, previous = session.execute(read_head).one()
    for row in rows:
        number += 1
        row.update(number=number, previous_hash=previous)
        previous = row["hash"] = chain_hash(previous, row)
    session.execute(add, rows)
    session.execute(write_head, {"number": number, "hash": previous})


@cache
def _statements(table: type[Any], head_table: type[Any]) -> tuple[sa.Select[Any], sa.Insert, sa.Update]:
    """To read and lock the head, to add events, to write the head: made once, since every act of everybody asks them."""
    events, head = table.__table__, head_table.__table__
    read_head = sa.select(head.c.number, head.c.hash).where(head.c.id == 1).with_for_update()
    return read_head, sa.insert(events), sa.update(head).where(head.c.id == 1)


@event.listens_for(Session, "before_commit")
def _write_pending(session: Session) -> None:
    pending = session.info.pop("pending_audit_events", None)
    if pending:
        session.flush()
        _append(session, AuditEvent, AuditHead, pending)


@event.listens_for(Session, "after_rollback")
def _forget_pending(session: Session) -> None:
    session.info.pop("pending_audit_events", None)


@dataclass(frozen=True)
class ChainReport:
    """What a verification found: how many events, and the first that does not fit (None if the chain is whole)."""

    events: int
    head: bytes
    broken_at: int | None


def verify_chain(table: type[_Chained] = AuditEvent, head_table: type[_Head] = AuditHead) -> ChainReport:
    """Recompute a chain from its first event to its head."""
    previous, expected = bytes(32), 0
    columns = [getattr(table, c) for c in _Chained.__annotations__]
    with db.session.execute(sa.select(*columns).order_by(table.number).execution_options(yield_per=1000)) as rows:
        for row in rows.mappings():
            expected += 1
            computed = chain_hash(previous, dict(row))
            if row["number"] != expected or row["previous_hash"] != previous or row["hash"] != computed:
                return ChainReport(expected, previous, expected)
            previous = computed
    head = db.session.execute(sa.select(head_table.number, head_table.hash).where(head_table.id == 1)).one()
    whole = (head.number, head.hash) == (expected, previous)
    return ChainReport(expected, previous, None if whole else expected)


@event.listens_for(ReadHead.__table__, "after_create")
def _first_read_head(_table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    connection.execute(sa.insert(ReadHead).values(id=1, number=0, hash=bytes(32)))


@event.listens_for(AuditHead.__table__, "after_create")
def _first_audit_head(_table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    connection.execute(sa.insert(AuditHead).values(id=1, number=0, hash=bytes(32)))
