"""What an upgrade makes of proposals that waited for an answer or their risk assessment without a day; and back."""

import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from app import create_app, migrate_with
from app.core.db import db
from tests.conftest import DIALECTS
from tests.databases import database_url, settings_for
from tests.migrating import insert

SENT, ASKED, ASKED_AGAIN = (datetime(2027, 3, day, 10, tzinfo=UTC) for day in (1, 2, 8))
SAID: dict[str, tuple[tuple[str, datetime], ...]] = {
    "proposed": (), "returned": (("question", ASKED), ("answer", ASKED), ("question", ASKED_AGAIN)),
    "assessing": (("supported", SENT), ("advice", ASKED)),
}  # fmt: skip
BEFORE = {"proposed": "2027-03-08", "returned": None, "assessing": None}
AFTER = {**BEFORE, "returned": "2027-03-15", "assessing": "2027-03-16"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_waited_without_a_day_waits_by_one_after_the_upgrade(dialect: str, tmp_path: Path, worker_id: str) -> None:
    with database_url(dialect, f"probity_proposals_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0051")
            with db.engine.begin() as connection:
                _insert(connection)
            upgrade(revision="0052")
            assert _days() == AFTER
            downgrade(revision="0051")
            assert _days() == BEFORE
            db.engine.dispose()


def _days() -> dict[str, Any]:
    with db.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT status, due_on FROM account_proposal"))
        return {status: str(due_on) if due_on else None for status, due_on in rows}


def _insert(connection: sa.Connection) -> None:
    person = uuid.uuid4()
    insert(connection, "person", {
        "id": person, "name": "Pat Proposer", "person_kind": "employee", "post": "", "mail_choice": "daily",
        "left_at_once": False, "version": 1,
    })  # fmt: skip
    for status, said in SAID.items():
        proposal = uuid.uuid4()
        insert(connection, "account_proposal", {
            "id": proposal, "version": 1, "reference": status, "kind": "new_platform", "status": status,
            "proposer_id": person, "owner_id": person, "name": "Youth voice", "platform": "Instagram", "change": "",
            "purpose": "News", "target_group": "Youth", "benefit": "", "cost": "", "submitted_at": SENT,
            "due_on": date.fromisoformat(BEFORE[status]) if BEFORE[status] else None,
        })  # fmt: skip
        for position, (kind, at) in enumerate(said):
            insert(connection, "proposal_remark", {
                "id": uuid.uuid4(), "proposal_id": proposal, "position": position, "kind": kind,
                "advice": "go_ahead" if kind == "advice" else None, "said_by_id": person, "said_at": at, "words": "So",
            })  # fmt: skip
