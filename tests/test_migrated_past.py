"""What an upgrade reads back from the record of what happened, for a time that kept only the last state of everything."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from app import create_app, migrate_with
from app.core.db import db
from tests.conftest import DIALECTS
from tests.databases import database_url, settings_for
from tests.migrating import insert, insert_account


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_was_recorded_of_the_past_is_read_by_the_upgrade(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """From the record of what happened: when ends were recorded, what holders could do, how accounts stood before."""
    with database_url(dialect, f"probity_past_{worker_id}", tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        migrate_with(app)
        with app.app_context():
            upgrade(revision="0021")
            with db.engine.begin() as connection:
                past = _Past(connection)
            upgrade(revision="0022")
            with db.engine.connect() as connection:
                grants = {row.id: row for row in connection.execute(sa.select(_GRANT))}
                rows = {name: grants[grant] for name, grant in past.grants.items()}
                assert {name: (_day(row.ended_at), _day(row.open_until)) for name, row in rows.items()} == past.ends
                levels = connection.execute(sa.select(_LEVELS).order_by(_LEVELS.c.changed_at)).all()
                assert [(row.grant_id, row.old, row.new, _day(row.changed_at)) for row in levels] == past.levels
                changes = connection.execute(sa.select(_CHANGES).order_by(_CHANGES.c.changed_at)).all()
                said = [(row.account_id, row.detail, row.old, row.new, row.changed_by_id) for row in changes]
                assert said == past.statuses
                keys = connection.execute(sa.text("SELECT platform_key FROM account ORDER BY name")).scalars().all()
                assert list(keys) == past.platform_keys
            downgrade(revision="0021")
            db.engine.dispose()


_GRANT = sa.table(
    "access_grant", sa.column("id", sa.Uuid), sa.column("ended_at", sa.DateTime(timezone=True)),
    sa.column("open_until", sa.Date),
)  # fmt: skip
_LEVELS = sa.table(
    "access_level_change", sa.column("grant_id", sa.Uuid), sa.column("old", sa.String), sa.column("new", sa.String),
    sa.column("changed_at", sa.DateTime(timezone=True)),
)  # fmt: skip
_CHANGES = sa.table(
    "account_change", sa.column("account_id", sa.Uuid), sa.column("detail", sa.String), sa.column("old", sa.Text),
    sa.column("new", sa.Text), sa.column("changed_by_id", sa.Uuid), sa.column("changed_at", sa.DateTime(timezone=True)),
)  # fmt: skip


def _day(moment: Any) -> str | None:
    return str(moment)[:10] if moment is not None else None


class _Past:
    """Accounts and access of a time that kept only the last state of each, with the record of what happened to them."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection, self.number = connection, 0
        self.keeper, self.grants, self.ends = uuid.uuid4(), dict[str, uuid.UUID](), dict[str, Any]()
        self.people, self.levels = dict[str, uuid.UUID](), list[Any]()
        insert(connection, "person", {
            "id": self.keeper, "name": "Keeper", "person_kind": "employee", "post": "", "mail_choice": "daily",
            "left_at_once": False, "version": 1,
        })  # fmt: skip
        self._accounts()
        self._ended()
        self._levels()
        self._statuses()

    def _accounts(self) -> None:
        """Two on one platform by names that only look different, with one handle; the later keeps the name it has."""
        names = ("Other: PeerTube", "Other:  peer\u200btube", "X")
        first = datetime(2026, 1, 1, 12, tzinfo=UTC)
        self.accounts = [
            insert_account(self.connection, f"A{number}", first + timedelta(hours=number), {
                "platform": name, "handle": "films", "handle_key": "films", "status": "live",
            })
            for number, name in enumerate(names)
        ]  # fmt: skip
        self.platform_keys = ["other: peertube", names[1], "x"]

    def _event(self, day: int, act: str, subject: uuid.UUID, about: uuid.UUID | None, **facts: Any) -> None:
        self.number += 1
        insert(self.connection, "audit_event", {
            "number": self.number, "at": datetime(2026, 3, day, 12, tzinfo=UTC), "actor_kind": "person",
            "actor_id": self.keeper, "act": act, "subject_id": subject, "about_id": about,
            "facts": json.dumps({name: str(value) if value is not None else None for name, value in facts.items()}),
            "previous_hash": b"", "hash": self.number.to_bytes(32),
        })  # fmt: skip

    def _grant(self, name: str, first: int = 1, last: int | None = None, reason: str = "no_longer_needed") -> uuid.UUID:
        """Access from a day in March, that has ended on another."""
        person, grant = self.people.get(name[:3], uuid.uuid4()), uuid.uuid4()
        if name[:3] not in self.people:
            insert(self.connection, "person", {
                "id": person, "name": name, "person_kind": "employee", "post": "", "mail_choice": "daily",
                "left_at_once": False, "version": 1,
            })  # fmt: skip
        self.people[name[:3]], self.grants[name], self.ends[name] = person, grant, (None, None)
        insert(self.connection, "access_grant", {
            "id": grant, "account_id": self.accounts[0], "person_id": person, "level": "admin", "login_mode": "shared",
            "starts_on": date(2026, 3, first), "ends_on": date(2026, 3, last) if last else None,
            "end_reason": reason if last else None, "approved_at": datetime(2026, 3, 1, tzinfo=UTC), "advice": "",
            "version": 1,
        })  # fmt: skip
        return grant

    def _end(
        self, name: str, *told: tuple[int, str, int | None], reason: str = "no_longer_needed", last: int | None
    ) -> None:
        """What was recorded of an end: on which day, which act, and the last day that it named."""
        grant = self._grant(name, last=last, reason=reason)
        for day, act, ends_on in told:
            fact = date(2026, 3, ends_on) if ends_on else None
            self._event(day, f"access:{act}", self.accounts[0], self.people[name[:3]], grant=grant, ends_on=fact)

    def _ended(self) -> None:
        ended, moved, on = "ended", "end-moved", "goes-on"
        self._end("In time", (5, ended, 9), last=9)
        self._end("Late", (9, ended, 5), last=5)
        self._end("Brought forward late", (3, ended, 20), (9, ended, 5), last=5)
        self._end("Was over before it was corrected", (3, ended, 6), (9, ended, 5), last=5)
        self._end("Moved on", (3, ended, 5), (4, moved, 8), last=8)
        self._end("Goes on, then late", (3, ended, 5), (4, on, None), (9, ended, 7), last=7)
        self._end("Lapsed", (9, ended, 5), last=5, reason="lapsed")
        self._end("Unrecorded", last=5)
        self._end("Still runs", (3, ended, 5), (4, on, None), last=None)
        self.ends |= {
            "In time": ("2026-03-05", None), "Late": ("2026-03-09", "2026-03-09"),
            "Brought forward late": ("2026-03-09", "2026-03-09"),
            "Was over before it was corrected": ("2026-03-09", "2026-03-06"), "Moved on": ("2026-03-04", None),
            "Goes on, then late": ("2026-03-09", "2026-03-09"), "Lapsed": ("2026-03-09", None),
        }  # fmt: skip

    def _levels(self) -> None:
        """Two changes of one access; one of somebody with two accesses, told of the one that ran; one never given."""
        once, again = self._grant("Zoe once", last=10), self._grant("Zoe again", first=11)
        found, on = self._grant("Ann found"), self.accounts[0]
        self._grant("Unknown")
        zoe, ann, nobody = self.people["Zoe"], self.people["Ann"], self.people["Unk"]
        self._event(1, "access:given", on, zoe, grant=once, level="viewer")
        self._event(1, "access:found-in-use", on, ann, grant=found, level="editor")
        self._event(11, "access:given", on, zoe, grant=again, level="responder")
        self._event(5, "access:level-changed", on, zoe, level="editor")
        self._event(6, "access:level-changed", on, zoe, level="admin")
        self._event(7, "access:level-changed", on, ann, level="admin")
        self._event(8, "access:level-changed", on, nobody, level="admin")
        self._event(12, "access:level-changed", on, zoe, level="admin")
        self.levels = [
            (once, "viewer", "editor", "2026-03-05"), (once, "editor", "admin", "2026-03-06"),
            (found, "editor", "admin", "2026-03-07"), (again, "responder", "admin", "2026-03-12"),
        ]  # fmt: skip

    def _statuses(self) -> None:
        """One was paused, live again and closed; of one it is not known what it was before it went live; one only closed."""
        first, second, third = self.accounts
        changed, closed = "account:status-changed", "account:closed"
        for day, act, account, status in (
            (14, changed, first, "paused"), (15, changed, first, "live"), (16, changed, first, "closing"),
            (17, closed, first, None), (18, changed, second, "live"), (19, closed, third, None),
        ):  # fmt: skip
            self._event(day, act, account, None, **({"status": status} if status else {}))
        self.statuses = [
            (account, "status", old, new, self.keeper)
            for account, old, new in (
                (first, "Live", "Paused"), (first, "Paused", "Live"), (first, "Live", "Closing"),
                (first, "Closing", "Closed"), (second, "Not recorded", "Live"), (third, "Closing", "Closed"),
            )
        ]  # fmt: skip
