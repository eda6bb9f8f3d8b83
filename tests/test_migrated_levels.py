"""Who approved more access than somebody had is told of what was approved before an upgrade too."""

import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import DatabaseError

from app import create_app, migrate_with
from app.core.db import db
from tests.conftest import DIALECTS
from tests.databases import database_url, settings_for
from tests.migrating import insert, insert_account

FIRST, SECOND = datetime(2027, 3, 1, 12, tzinfo=UTC), datetime(2027, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_was_approved_names_who_did(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """What was lowered or came with a file names nobody; the rows cannot be changed afterwards, as before."""
    with database_url(dialect, f"probity_levels_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0043")
            with db.engine.begin() as connection:
                approver = _insert(connection)
            upgrade(revision="0044")
            rows = sa.table(
                "access_level_change", sa.column("new", sa.Text), sa.column("approved_by_id", sa.Uuid), sa.column("advice")
            )
            with db.engine.connect() as connection:
                found = {row.new: (row.approved_by_id, row.advice) for row in connection.execute(sa.select(rows))}
            assert found == {"admin": (approver, "Yes"), "viewer": (None, "")}
            with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
                connection.execute(sa.text("UPDATE access_level_change SET advice = ''"))
            downgrade(revision="0043")
            with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
                connection.execute(sa.text("DELETE FROM access_level_change"))
            db.engine.dispose()


def _insert(connection: sa.Connection) -> uuid.UUID:
    holder, approver = uuid.uuid4(), uuid.uuid4()
    for person in (holder, approver):
        insert(connection, "person", {
            "id": person, "name": "Somebody", "person_kind": "employee", "post": "", "mail_choice": "daily",
            "left_at_once": False, "version": 1,
        })  # fmt: skip
    account, grant = insert_account(connection, "Museum", FIRST, {"platform_key": "x"}), uuid.uuid4()
    insert(connection, "access_grant", {
        "id": grant, "account_id": account, "person_id": holder, "level": "viewer", "login_mode": "individual",
        "starts_on": date(2027, 1, 5), "approved_at": FIRST, "advice": "", "end_follows": False, "version": 1,
    })  # fmt: skip
    insert(connection, "access_request", {
        "id": uuid.uuid4(), "account_id": account, "person_id": holder, "status": "approved", "level": "admin",
        "login_mode": "individual", "starts_on": date(2027, 3, 1), "reason": "To add people", "asked_by_id": holder,
        "asked_at": FIRST, "advise_by": date(2027, 3, 8), "due_on": date(2027, 3, 8), "advice": "Yes",
        "decided_by_id": approver, "decided_at": FIRST, "words": "", "grant_id": grant, "old_level": "editor", "version": 1,
    })  # fmt: skip
    for at, old, new in ((FIRST, "editor", "admin"), (SECOND, "admin", "viewer")):
        insert(connection, "access_level_change", {
            "id": uuid.uuid4(), "grant_id": grant, "changed_at": at, "old": old, "new": new,
        })  # fmt: skip
    return approver
