"""What an upgrade makes of alerts that had one outcome only, the data protection officer's look among them; and back."""

import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from app import create_app, migrate_with
from app.core.db import Base, db
from app.core.sealing import new_data_key
from tests.conftest import DIALECTS
from tests.databases import database_url, settings_for
from tests.migrating import insert

SENT, DECIDED, ANSWERED = (datetime(2027, 3, 3, hour, tzinfo=UTC) for hour in (10, 11, 12))
DAY, LATER = date(2027, 3, 4), date(2027, 3, 6)
ALERTS: dict[str, dict[str, Any]] = {
    "waits": {"status": "sent"},
    "comes down": {"status": "taking_down", "outcome": "take_down", "step_due_on": DAY},
    "with the officer": {"status": "with_dpo", "outcome": "personal_data_breach", "step_due_on": LATER},
    "judged": {
        "status": "closed", "outcome": "personal_data_breach", "step_due_on": LATER, "closed_at": ANSWERED,
        "breach_answer": "reported", "answered_at": ANSWERED,
    },
}  # fmt: skip
RENAMED = {"step_due_on": "take_down_by"}
CLEAR = ("status", "outcome")  # some of whose words the models of today no longer know
SHOWN = "status, outcome, take_down_by, officer_due_on, officer_asked_by_id IS NOT NULL, closed_at IS NOT NULL"
NOW = {
    "waits": ("sent", None, None, None, 0, 0),
    "comes down": ("taking_down", "take_down", str(DAY), None, 0, 0),
    "with the officer": ("closed", "settled", None, str(LATER), 1, 1),
    "judged": ("closed", "settled", None, str(LATER), 1, 1),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_officers_look_stands_beside_the_outcome_after_the_upgrade(dialect: str, tmp_path: Path, worker_id: str) -> None:
    with database_url(dialect, f"probity_alerts_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0032")
            with db.engine.begin() as connection:
                _insert(connection)
            upgrade(revision="0033")
            assert _read(SHOWN) == NOW
            with db.engine.begin() as connection:  # what could not be before: it comes down, and the officer looks at it
                asked = "officer_asked_at = decided_at, officer_asked_by_id = decided_by_id, officer_due_on = take_down_by"
                connection.execute(sa.text(f"UPDATE mistake_alert SET {asked} WHERE reference = 'comes down'"))
            downgrade(revision="0032")
            assert _read("status, outcome, step_due_on, closed_at IS NOT NULL") == {
                "waits": ("sent", None, None, 0),
                "comes down": ("with_dpo", "personal_data_breach", str(DAY), 0),
                "with the officer": ("with_dpo", "personal_data_breach", str(LATER), 0),
                "judged": ("closed", "personal_data_breach", str(LATER), 1),
            }
            db.engine.dispose()


def _read(columns: str) -> dict[str, tuple[Any, ...]]:
    with db.engine.connect() as connection:
        rows = connection.execute(sa.text(f"SELECT reference, {columns} FROM mistake_alert"))
        plain = {row[0]: [str(one) if isinstance(one, date) else one for one in row[1:]] for row in rows}
    return {name: tuple(int(one) if isinstance(one, bool) else one for one in row) for name, row in plain.items()}


def _insert(connection: sa.Connection) -> None:
    author, reader = uuid.uuid4(), uuid.uuid4()
    for person, name in ((author, "Author"), (reader, "Reader")):
        insert(connection, "person", {
            "id": person, "name": name, "person_kind": "employee", "post": "", "mail_choice": "daily",
            "left_at_once": False, "version": 1,
        })  # fmt: skip
    for reference, values in ALERTS.items():
        key = new_data_key(SENT)
        key_row = {"id": key.id, "wrapped": key.wrapped, "wrapped_by": key.wrapped_by, "created_at": SENT}
        insert(connection, "data_key", key_row)
        decided = {"decided_by_id": reader, "decided_at": DECIDED} if "outcome" in values else {}
        answered = {"answered_by_id": reader} if "breach_answer" in values else {}
        row = {
            "id": uuid.uuid4(), "reference": reference, "author_id": author, "data_key_id": key.id, "platform": "",
            "personal_data": "yes", "noticed_on": DAY, "sent_at": SENT, "due_on": DAY, "same_day": False, "version": 1,
            **decided, **answered, **values,
        }  # fmt: skip
        types = Base.metadata.tables["mistake_alert"].c
        columns = (sa.column(name, types[RENAMED.get(name, name)].type if name not in CLEAR else sa.String) for name in row)
        connection.execute(sa.table("mistake_alert", *columns).insert().values(row))
