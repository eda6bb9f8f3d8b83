"""An installation filled for benchmarks, kept in a folder so that a second run finds it again."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.config import Settings
from app.core import clock
from app.core.db import db
from app.core.sealing import Keyring, ensure_index_key
from app.make_data import make_data
from app.people.models import Person, PersonKind, Role, RoleAssignment
from app.policy.operations import set_up_installation
from tests.databases import create_schema, settings_for

KEYS = Keyring.parse(f"benchmark:{base64.b64encode(bytes(32)).decode()}")  # the same in every process
CAST = {
    "owner": (Role.HR_INTAKE, Role.HR_CASE_OWNER),
    "manager": (Role.HR_MANAGER,),
    "keeper": (Role.SCA,),
    "employee": (),
}


def settings_of(url: str, folder: Path) -> Settings:
    """The settings of a benchmark's installation."""
    return replace(settings_for(url, folder), data_keys=KEYS)


def sqlite_url(folder: Path) -> str:
    """The database file in a folder."""
    return f"sqlite:///{folder / 'probity.sqlite'}"


@contextmanager
def house(url: str, folder: Path, cases: int) -> Iterator[Flask]:
    """An application with this many cases; made now if its database is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(settings_of(url, folder))
    with app.app_context():
        if not sa.inspect(db.engine).has_table("person"):
            create_schema()
            _fill(cases)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _fill(cases: int) -> None:
    ensure_index_key(clock.now())
    set_up_installation("council", at=clock.now())
    for name, roles in CAST.items():
        person = Person(
            name=name.title(), email=f"{name}@demo.example", person_kind=PersonKind.EMPLOYEE, started=date(2020, 1, 6)
        )
        person.roles += [RoleAssignment(role=role, since=date(2020, 1, 6)) for role in roles]
        db.session.add(person)
    db.session.commit()
    if cases:
        make_data(cases)
    if db.engine.dialect.name == "postgresql":  # its server would do so by itself, a minute later
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def one_of_cast(name: str) -> Person:
    """Somebody of the cast."""
    return db.session.execute(sa.select(Person).where(Person.email == f"{name}@demo.example")).scalar_one()


def more_people(count: int) -> list[Person]:
    """People who have done nothing yet."""
    made = [Person(name=f"Writer {number}", person_kind=PersonKind.EMPLOYEE) for number in range(count)]
    db.session.add_all(made)
    db.session.commit()
    return made
