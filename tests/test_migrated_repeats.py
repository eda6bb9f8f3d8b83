"""Whoever reported the same stays walled off also where an upgrade is taken back; what was closed before stays as it is."""

import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from app import create_app, migrate_with
from app.core.db import db
from tests.conftest import DIALECTS
from tests.databases import database_url, settings_for
from tests.migrating import insert

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
PARTS = sa.table("matter_party", sa.column("capacity", sa.Text), sa.column("person_id", sa.Uuid))
DECISIONS = sa.table("triage_decision", sa.column("route", sa.Text), sa.column("repeats_id", sa.Uuid))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_there_and_back(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """Nobody is made a reporter of what a repeat said in free words that it repeats; on the way back they are witnesses."""
    with database_url(dialect, f"probity_repeats_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0058")
            downgrade(revision="-1")
            with db.engine.begin() as connection:
                matter, reporter, again = _insert(connection)
            upgrade(revision="0058")
            with db.engine.begin() as connection:
                assert connection.execute(sa.select(DECISIONS)).one() == ("duplicate", None)
                assert connection.execute(sa.select(PARTS)).one() == ("reporter", reporter)
                for capacity in ("also_reported", "witness"):
                    _part(connection, matter, again, capacity)
                _part(connection, matter, other := _person(connection), "also_reported")
            downgrade(revision="-1")
            with db.engine.connect() as connection:
                found = sorted((row.capacity, row.person_id) for row in connection.execute(sa.select(PARTS)))
            assert found == sorted([("reporter", reporter), ("witness", again), ("witness", other)])
            db.engine.dispose()


def _person(connection: sa.Connection) -> uuid.UUID:
    person = uuid.uuid4()
    insert(connection, "person", {
        "id": person, "name": "Somebody", "person_kind": "employee", "post": "", "mail_choice": "daily",
        "left_at_once": False, "version": 1,
    })  # fmt: skip
    return person


def _part(connection: sa.Connection, matter: uuid.UUID, person: uuid.UUID, capacity: str) -> None:
    values = {"id": uuid.uuid4(), "matter_id": matter, "person_id": person, "capacity": capacity, "since": AT}
    insert(connection, "matter_party", values)


def _insert(connection: sa.Connection) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    key, matter, report, reporter, again = uuid.uuid4(), uuid.uuid4(), uuid.uuid4(), _person(connection), _person(connection)
    insert(connection, "data_key", {"id": key, "wrapped_by": "x", "wrapped": b"x", "created_at": AT})
    insert(connection, "matter", {"id": matter, "kind": "report", "data_key_id": key})
    answers = dict.fromkeys(
        ("in_working_hours", "malpractice", "person_at_risk", "personal_data_exposed", "reporter_harmed"), "no"
    )
    insert(connection, "breach_report", {
        **answers, "id": report, "reference": "K7MQ-4DXW-9PTR", "matter_id": matter, "status": "closed", "category": "",
        "platform": "", "capacity": "unknown", "received_at": AT, "acknowledge_by": date(2027, 3, 2),
        "triage_by": date(2027, 3, 8), "route": "duplicate", "version": 1,
    })  # fmt: skip
    insert(connection, "triage_decision", {
        "id": uuid.uuid4(), "report_id": report, "number": 1, "route": "duplicate", "decided_by_id": reporter,
        "decided_at": AT, "version": 1,
    })  # fmt: skip
    _part(connection, matter, reporter, "reporter")
    return matter, reporter, again
