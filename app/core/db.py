"""The database: its base class, its types, and when a transaction reads and when it writes.

SQLite runs in WAL mode with synchronous=FULL, so an answer of success means that the change is on disk. Reading
transactions begin plainly; writing ones take the write lock at once (BEGIN IMMEDIATE), so that two writers queue
instead of failing half-way.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, declared_attr, mapped_column, registry
from sqlalchemy.orm.exc import StaleDataError

from app.core import clock
from app.core.plain_letters import plain_letters

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware moment. Refuses a naive one, stores UTC, gives UTC back on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its time zone was about to be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def ago(time: timedelta) -> sa.BindParameter[datetime]:
    """The moment that lies so long before a statement is asked, however long ago it was put together."""
    return sa.bindparam(None, callable_=lambda: clock.now() - time, type_=UtcDateTime())


class EnumText(sa.TypeDecorator[StrEnum]):
    """A StrEnum stored as its value, in plain text that a reader of the database understands.

    The set of allowed values is held by a named check constraint on the table (see `one_of`), so that the database
    refuses nonsense and a migration shows every change of the set.
    """

    impl = sa.String(40)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: StrEnum | str | None, _dialect: sa.Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, _dialect: sa.Dialect) -> StrEnum | None:
        return None if value is None else self.enum(value)

    def coerce_compared_value(self, _op: Any, _value: Any) -> "EnumText":
        return self


def enum_column(enum: type[StrEnum], **options: Any) -> Any:
    """A mapped column holding one of an enum's values."""
    return mapped_column(EnumText(enum), **options)


def one_of(column: str, enum: type[StrEnum]) -> sa.CheckConstraint:
    """The named check constraint by which the database itself knows an enum's values."""
    values = ", ".join(f"'{member.value}'" for member in enum)
    return sa.CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")


class Base(DeclarativeBase):
    """Every table: naming convention for constraints, aware moments, unguessable ids."""

    __allow_unmapped__ = True  # an opened key or a session's token is kept beside a row, never in it

    metadata = sa.MetaData(naming_convention=NAMING)
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            datetime: UtcDateTime(),
            date: sa.Date(),
            uuid.UUID: sa.Uuid(as_uuid=True),
            bytes: sa.LargeBinary(),
            str: sa.Text(),
        },
    )


# What was loaded stays readable after a commit: nothing is loaded twice only to be shown.
db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})


def new_id() -> uuid.UUID:
    """An id made by us and not guessable (RFC 9562, version 4); version 7 would tell when a report was made."""
    return uuid.uuid4()


@cache
def named(model: type[Any], name: str) -> Any:
    """A table under a second name, for conditions that ask for it inside another query; each place has a name of its own.

    Made once: to make the name anew with every query costs more than to ask it.
    """
    return aliased(model, name=name)


class Identified:
    """A row with an unguessable id, known before it is stored, so that sealed values can be bound to it."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-10)

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"id": new_id(), **values})


class Versioned:
    """A row whose simultaneous changes are noticed: the second writer gets StaleDataError, shown as 409."""

    version: Mapped[int] = mapped_column(default=1, sort_order=90)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


def begin_writing(*things: Any) -> None:
    """End the reading transaction and begin to write, with each of `things` locked and read again.

    On SQLite this takes the one write lock; on PostgreSQL it locks the rows named. What was loaded before is read
    afresh on its next use, so an act that asks its predicates again asks them of the present state. Raises StaleDataError
    where somebody else has taken one of the things away.
    """
    session = db.session
    session.rollback()
    session.expire_all()  # a reading that ended with a short write leaves nothing to roll back, and what it read as it was
    session.info["writing"] = True
    session.connection(execution_options={"probity_writes": True})
    for thing in things:
        _lock(thing)
    for thing in things:
        session.refresh(thing)


def _lock(thing: Any) -> None:
    """Wait for a row and keep it, and read nothing else: what PostgreSQL joins to a row that a statement waits for is what
    was there before it waited. So whatever belongs to the row is read by a later statement.
    """
    state: Any = sa.inspect(thing)
    keys = state.mapper.primary_key
    itself = (key == value for key, value in zip(keys, state.identity, strict=True))
    if db.session.execute(sa.select(*keys).where(*itself).with_for_update()).first() is None:
        raise StaleDataError(f"one {type(thing).__name__} was taken away by somebody else")


def commit() -> None:
    """The one commit of a request, called in its route as the last step before the answer."""
    db.session.commit()


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _no_longer_writing(session: Session) -> None:
    session.info.pop("writing", None)


def _plain_letters(text: str | None) -> str | None:
    return None if text is None else plain_letters(text)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=15000")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
        connection.create_function("plain_letters", 1, _plain_letters, deterministic=True)


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """All records fit into memory, where a row costs the same wherever it stands. Told so, PostgreSQL looks up the few who
    stand above somebody instead of reading everybody at each step.
    """
    if type(connection).__module__.startswith("psycopg"):
        connection.execute("SET random_page_cost = 1.1")
        connection.commit()


@event.listens_for(Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("probity_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def short_write() -> Iterator[Session]:
    """A short writing transaction of its own, apart from the request's: session touch, throttle counters, read log.

    The request's reading transaction is ended first, since on SQLite it would hold an older snapshot. Refuses to run while
    the request itself is writing: there is one writer, and what it began must not be committed by the way.
    """
    if db.session.info.get("writing"):
        raise RuntimeError("a short write was asked for in the middle of an act")
    db.session.commit()
    with Session(db.engine, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        session.connection(execution_options={"probity_writes": True})
        yield session
        session.commit()


def insert_or_update(
    session: Session, table: type[Base], values: dict[str, Any], *, key: str, changes: dict[str, Any]
) -> None:
    """Insert a row, or change the one that has the same key, in one statement that two writers cannot both lose."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(table).values(values).on_conflict_do_update(index_elements=[key], set_=changes))


def insert_if_missing(session: Session, table: type[Base], values: dict[str, Any], *, key: str) -> None:
    """Insert a row, or leave the one that has the same key as it is, in one statement that two writers cannot both lose."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(table).values(values).on_conflict_do_nothing(index_elements=[key]))


def append_only(model: type[Base]) -> None:
    """Let the database itself refuse to change or delete rows of a table, by triggers, on both databases."""
    table = cast(sa.Table, model.__table__)
    for dialect, statements in _append_only_statements(table.name).items():
        for statement in statements:
            ddl = sa.DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
    table.info["append_only"] = True


def create_append_only_triggers(connection: sa.Connection, table_name: str) -> None:
    """The same triggers for a migration, where tables are made without their events."""
    for statement in _append_only_statements(table_name)[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _append_only_statements(name: str) -> dict[str, list[str]]:
    sqlite = [
        f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    function = (
        f"CREATE OR REPLACE FUNCTION {name}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{name} is append-only'; END $$"
    )
    rows = (
        f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}_append_only()"
    )
    truncate = (
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_append_only()"
    )
    return {"sqlite": sqlite, "postgresql": [function, rows, truncate]}
