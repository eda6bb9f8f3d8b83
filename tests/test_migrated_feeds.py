"""What feeds told of leavers before it was kept: taken from the notices and their acts where that is certain."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from app import create_app, migrate_with
from app.core.db import UtcDateTime, db
from tests.conftest import DIALECTS
from tests.databases import database_url, settings_for
from tests.migrating import insert

AT, HOUR = datetime(2027, 3, 1, 12, 0, 0, 123456, tzinfo=UTC), timedelta(hours=1)
FRIDAY, LATER = date(2027, 3, 5), date(2027, 3, 31)
TOLD = sa.table(
    "told_by_feed", sa.column("person_id", sa.Uuid()), sa.column("source", sa.String()),
    sa.column("last_working_day", sa.Date()), sa.column("immediate", sa.Boolean()), sa.column("told_at", UtcDateTime()),
    sa.column("acted_at", UtcDateTime()), sa.column("against_id", sa.Uuid()),
)  # fmt: skip
NUMBERS = count(1)
Acts = list[tuple[str, str, date]]
BY_ITSELF: Acts = [("recorded", "installation", FRIDAY)]
BY_HR: Acts = [("recorded", "person", FRIDAY)]
PUT_OFF = ("day-changed", "person", LATER)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_was_told_is_taken_where_it_is_known(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """Of the staff directory whatever people recorded since; of a file only where nobody changed the day."""
    with database_url(dialect, f"probity_feeds_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0062")
            downgrade(revision="-1")
            with db.engine.begin() as connection:
                known, unknown = _insert(connection)
            upgrade(revision="0062")
            with db.engine.connect() as connection:
                rows = connection.execute(sa.select(TOLD)).all()
            found = {row.person_id: row[1:] for row in rows}
            assert len(rows) == len(found) == len(known)
            assert not found.keys() & set(unknown)
            for person, (source, day, at) in known.items():
                assert found[person] == (source, day, False, at, at, None)
            db.engine.dispose()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_of_a_feed_alone_is_taken_where_it_is_known(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """Where the directory recorded it and nobody changed it; of no file, for HR may have selected it on the page."""
    with database_url(dialect, f"probity_alone_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0065")
            with db.engine.begin() as connection:
                hr = _person(connection)
                alone = {
                    _told(connection, _notice(connection, hr, "directory", BY_ITSELF, {}), "directory"): True,
                    _told(connection, _notice(connection, hr, "directory", [*BY_ITSELF, PUT_OFF], {}), "directory"): False,
                    _told(connection, _notice(connection, hr, "hr", BY_HR, {}), "directory"): False,
                    _told(connection, _notice(connection, hr, "file", BY_HR, {}), "file"): False,
                    _told(connection, _person(connection), "directory"): False,
                }
            upgrade(revision="0066")
            with db.engine.connect() as connection:
                rows = connection.execute(sa.select(TOLD.c.person_id, sa.column("alone", sa.Boolean()))).all()
            assert {row.person_id: row.alone for row in rows} == alone
            downgrade(revision="-1")
            db.engine.dispose()


def _told(connection: sa.Connection, person: uuid.UUID, source: str) -> uuid.UUID:
    insert(connection, "told_by_feed", {
        "id": uuid.uuid4(), "version": 1, "person_id": person, "source": source, "last_working_day": FRIDAY,
        "immediate": False, "told_at": AT, "acted_at": AT,
    })  # fmt: skip
    return person


def _insert(connection: sa.Connection) -> tuple[dict[uuid.UUID, Any], list[uuid.UUID]]:
    hr = _person(connection)

    def told(source: str, acts: Acts, **values: Any) -> uuid.UUID:
        return _notice(connection, hr, source, acts, values)

    later: Acts = [*BY_ITSELF, PUT_OFF, ("day-changed", "installation", LATER)]
    known = {
        told("directory", BY_ITSELF): ("directory", FRIDAY, AT),
        told("directory", [*BY_ITSELF, PUT_OFF], last_working_day=LATER, by=hr): ("directory", FRIDAY, AT),
        told("directory", BY_ITSELF, status="withdrawn", by=hr): ("directory", FRIDAY, AT),
        told("directory", [*BY_HR, *later[1:]], last_working_day=LATER): ("directory", LATER, AT + 2 * HOUR),
        told("file", BY_HR): ("file", FRIDAY, AT),
        told("file", BY_HR, status="withdrawn", by=hr): ("file", FRIDAY, AT),
    }
    unknown = [
        told("hr", BY_HR),
        told("manager", [*BY_HR, PUT_OFF], last_working_day=LATER, by=hr),
        told("directory", BY_HR, status="withdrawn"),  # a manager's, which the directory withdrew
        told("directory", BY_ITSELF, status="withdrawn"),
        told("file", [*BY_HR, PUT_OFF], last_working_day=LATER, by=hr),
        told("file", BY_HR, immediate=True),
    ]
    first = told("directory", BY_ITSELF, status="withdrawn", by=hr)
    _notice(connection, hr, "hr", BY_HR, {"person_id": first, "notified_at": AT + HOUR})
    return known, [*unknown, first]


def _person(connection: sa.Connection) -> uuid.UUID:
    person = uuid.uuid4()
    insert(connection, "person", {
        "id": person, "name": "Somebody", "person_kind": "employee", "post": "", "mail_choice": "daily",
        "left_at_once": False, "version": 1,
    })  # fmt: skip
    return person


def _notice(connection: sa.Connection, hr: uuid.UUID, source: str, acts: Acts, values: dict[str, Any]) -> uuid.UUID:
    person, notice, by = values.pop("person_id", None) or _person(connection), uuid.uuid4(), values.pop("by", None)
    insert(connection, "leaver_notice", {
        "id": notice, "person_id": person, "last_working_day": FRIDAY, "immediate": False, "source": source,
        "notified_by_id": hr if acts[0][1] == "person" else None, "notified_at": AT, "status": "notified", "version": 1,
        "changed_by_id": by, "changed_at": AT + HOUR if by or len(acts) > 1 or "status" in values else None, **values,
    })  # fmt: skip
    for later, (act, kind, day) in enumerate(acts):
        insert(connection, "audit_event", {
            "number": next(NUMBERS), "at": AT + later * HOUR, "actor_kind": kind,
            "actor_id": hr if kind == "person" else None, "act": f"leaver:{act}", "subject_id": notice, "about_id": person,
            "facts": json.dumps({"last_working_day": day.isoformat()}), "previous_hash": b"", "hash": b"",
        })  # fmt: skip
    return person
