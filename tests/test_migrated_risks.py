"""Which high risks of accounts an upgrade asks for again: those of the assessment that counts, and of no other."""

import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from app import create_app, migrate_with
from app.core.db import db
from tests.conftest import DIALECTS
from tests.databases import database_url, settings_for
from tests.migrating import insert, insert_account

FIRST, SECOND = datetime(2027, 3, 1, 12, tzinfo=UTC), datetime(2027, 3, 3, 12, tzinfo=UTC)
SET = date(2027, 3, 10)
# What each row is, and by when it is to be accepted before and after.
ROWS: dict[str, tuple[datetime, dict[str, Any], date | None, date | None]] = {
    "stuck": (SECOND, {}, None, SECOND.date()),
    "waits": (SECOND, {}, SET, SET),
    "accepted": (SECOND, {"accepted_at": SECOND}, None, None),
    "medium": (SECOND, {"impact": 2}, None, None),
    "replaced": (FIRST, {}, SET, None),
    "replaced and settled": (FIRST, {}, None, None),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_high_risks_of_what_counts_are_asked_for(dialect: str, tmp_path: Path, worker_id: str) -> None:
    with database_url(dialect, f"probity_risks_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0036")
            with db.engine.begin() as connection:
                _insert(connection)
            upgrade(revision="0041")
            rows = sa.table("risk_row", sa.column("risk", sa.Text), sa.column("accept_by", sa.Date))
            with db.engine.connect() as connection:
                found = {row.risk: row.accept_by for row in connection.execute(sa.select(rows))}
            assert found == {name: after for name, (_, _, _, after) in ROWS.items()}
            db.engine.dispose()


def _insert(connection: sa.Connection) -> None:
    people = [uuid.uuid4() for _ in range(2)]
    for person in people:
        insert(connection, "person", {
            "id": person, "name": "Somebody", "person_kind": "employee", "post": "", "mail_choice": "daily",
            "left_at_once": False, "version": 1,
        })  # fmt: skip
    account = insert_account(connection, "Museum", FIRST, {"platform_key": "x"})
    made = {FIRST: uuid.uuid4(), SECOND: uuid.uuid4()}
    for at, assessment in made.items():
        insert(connection, "risk_assessment", {
            "id": assessment, "account_id": account, "assessed_by_id": people[0], "assessed_at": at, "review_on": SET,
            "highest_score": 25, "version": 1,
        })  # fmt: skip
    for position, (name, (at, values, before, _)) in enumerate(ROWS.items()):
        insert(connection, "risk_row", {
            "id": uuid.uuid4(), "assessment_id": made[at], "position": position, "heading": "Security", "risk": name,
            "likelihood": 5, "impact": 5, "control": "None yet", "owner_id": people[0], "rated_by_id": people[0],
            "rated_at": at, "accept_by": before, **values,
            **({"accepted_by_id": people[1]} if "accepted_at" in values else {}),
        })  # fmt: skip
