"""When the end of an access was recorded and until when it was open; what holders could do, and how accounts stood, before."""

import json
import unicodedata
import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.core import db as types
from app.core.clock import local_day
from app.core.db import new_id

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

GRANT = sa.table(
    "access_grant", sa.column("id", sa.Uuid), sa.column("account_id", sa.Uuid), sa.column("person_id", sa.Uuid),
    sa.column("starts_on", sa.Date), sa.column("ends_on", sa.Date), sa.column("end_reason", sa.String),
    sa.column("ended_at", sa.DateTime(timezone=True)), sa.column("open_until", sa.Date),
)  # fmt: skip
EVENT = sa.table(
    "audit_event", sa.column("number", sa.BigInteger), sa.column("act", sa.String), sa.column("facts", sa.Text),
    sa.column("at", sa.DateTime(timezone=True)), sa.column("subject_id", sa.Uuid), sa.column("about_id", sa.Uuid),
    sa.column("actor_id", sa.Uuid),
)  # fmt: skip
LEVEL_CHANGE = sa.table(
    "access_level_change", sa.column("id", sa.Uuid), sa.column("grant_id", sa.Uuid), sa.column("old", sa.String),
    sa.column("new", sa.String), sa.column("changed_at", sa.DateTime(timezone=True)),
)  # fmt: skip
CHANGE = sa.table(
    "account_change", sa.column("id", sa.Uuid), sa.column("account_id", sa.Uuid), sa.column("detail", sa.String),
    sa.column("old", sa.Text), sa.column("new", sa.Text), sa.column("changed_by_id", sa.Uuid),
    sa.column("changed_at", sa.DateTime(timezone=True)),
)  # fmt: skip
OPEN_TO_LEAVER = "leaves_on IS NOT NULL AND end_reason = 'left'"
OPEN_HANDLE = "status <> 'closed' AND handle_key IS NOT NULL"
LEVELS = "'admin', 'editor', 'responder', 'viewer'"
NEVER_USED = ("called_off", "lapsed")


def upgrade() -> None:
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leaves_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("open_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("correction", sa.Text(), nullable=True))
        batch_op.create_check_constraint(
            "recorded_after_its_last_day", "open_until IS NULL OR (ends_on IS NOT NULL AND open_until > ends_on)"
        )
        batch_op.create_check_constraint(
            "only_a_past_day_is_corrected", "correction IS NULL OR (correction <> '' AND open_until IS NOT NULL)"
        )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("uq_account_open_handle")
        batch_op.add_column(sa.Column("platform_key", sa.String(length=80), nullable=False, server_default=""))
    _say_which_platforms_are_the_same(op.get_bind())
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column("platform_key", server_default=None)
        batch_op.create_index(
            "uq_account_open_handle", ["platform_key", "handle_key"], unique=True, sqlite_where=sa.text(OPEN_HANDLE),
            postgresql_where=sa.text(OPEN_HANDLE),
        )  # fmt: skip
    op.create_index(
        "uq_access_grant_open_to_leaver", "access_grant", ["account_id", "person_id", "leaves_on"], unique=True,
        sqlite_where=sa.text(OPEN_TO_LEAVER), postgresql_where=sa.text(OPEN_TO_LEAVER),
    )  # fmt: skip
    op.create_table(
        "access_level_change",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old", sa.String(length=40), nullable=False),
        sa.Column("new", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(f"old IN ({LEVELS})", name=op.f("ck_access_level_change_old_known")),
        sa.CheckConstraint(f"new IN ({LEVELS})", name=op.f("ck_access_level_change_new_known")),
        sa.ForeignKeyConstraint(["grant_id"], ["access_grant.id"], name=op.f("fk_access_level_change_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_level_change")),
    )
    types.create_append_only_triggers(op.get_bind(), "access_level_change")
    op.create_index(op.f("ix_access_level_change_changed_at"), "access_level_change", ["changed_at"])
    op.create_index(op.f("ix_access_level_change_grant_id_changed_at"), "access_level_change", ["grant_id", "changed_at"])
    op.create_index(op.f("ix_account_change_changed_at"), "account_change", ["changed_at"])
    _say_when_ends_were_recorded(op.get_bind())
    _say_what_levels_were(op.get_bind())
    _say_what_statuses_were(op.get_bind())


def downgrade() -> None:
    op.drop_index(op.f("ix_account_change_changed_at"), table_name="account_change")
    op.drop_table("access_level_change")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("uq_account_open_handle")
        batch_op.drop_column("platform_key")
        batch_op.create_index(
            "uq_account_open_handle", ["platform", "handle_key"], unique=True, sqlite_where=sa.text(OPEN_HANDLE),
            postgresql_where=sa.text(OPEN_HANDLE),
        )  # fmt: skip
    op.drop_index("uq_access_grant_open_to_leaver", table_name="access_grant")
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        for name in ("only_a_past_day_is_corrected", "recorded_after_its_last_day"):
            batch_op.drop_constraint(batch_op.f(f"ck_access_grant_{name}"), type_="check")
        for name in ("correction", "open_until", "leaves_on"):
            batch_op.drop_column(name)


def _say_which_platforms_are_the_same(connection: sa.Connection) -> None:
    """By a folded name. Where two are on the register already by names that only look different, the later keeps its own."""
    account = sa.table(
        "account", sa.column("id", sa.Uuid), sa.column("platform", sa.String), sa.column("platform_key", sa.String),
        sa.column("handle_key", sa.String), sa.column("status", sa.String), sa.column("registered_at", sa.DateTime),
    )  # fmt: skip
    taken: set[tuple[str, str]] = set()
    for row in connection.execute(sa.select(account).order_by(account.c.registered_at, account.c.id)).all():
        seen = "".join(one for one in unicodedata.normalize("NFKC", row.platform) if unicodedata.category(one) != "Cf")
        key = " ".join(seen.casefold().split())[:80]
        if row.status != "closed" and row.handle_key is not None:
            key = row.platform if (key, row.handle_key) in taken else key
            taken.add((key, row.handle_key))
        connection.execute(account.update().where(account.c.id == row.id).values(platform_key=key))


def _say_when_ends_were_recorded(connection: sa.Connection) -> None:
    """By the record of what happened: access was open until somebody wrote down that it had ended."""
    ended_at: dict[uuid.UUID, Any] = {}
    open_until: dict[uuid.UUID, date] = {}
    acts = ("access:ended", "access:end-moved", "access:called-off", "access:goes-on")
    for event in _events(connection, *acts):
        facts = json.loads(event.facts)
        grant, last = uuid.UUID(facts["grant"]), facts.get("ends_on")
        if last is None:
            open_until.pop(grant, None)
        else:
            recorded_on = local_day(event.at)
            open_until[grant] = max(date.fromisoformat(last), min(open_until.get(grant, recorded_on), recorded_on))
        ended_at[grant] = event.at
    for grant in connection.execute(sa.select(GRANT).where(GRANT.c.ends_on.is_not(None))).all():
        until = open_until.get(grant.id)
        is_late = until is not None and until > grant.ends_on and grant.end_reason not in NEVER_USED
        values = {"ended_at": ended_at.get(grant.id), "open_until": until if is_late else None}
        connection.execute(GRANT.update().where(GRANT.c.id == grant.id).values(values))


def _say_what_levels_were(connection: sa.Connection) -> None:
    """By the record too: as what each access was given, and what it became."""
    known: dict[uuid.UUID, str] = {}
    for event in _events(connection, "access:given", "access:found-in-use", "access:level-changed"):
        facts = json.loads(event.facts)
        if event.act != "access:level-changed":
            known[uuid.UUID(facts["grant"])] = facts["level"]
            continue
        day, it = local_day(event.at), GRANT.c
        held = connection.execute(
            sa.select(it.id)
            .where(
                it.account_id == event.subject_id, it.person_id == event.about_id, it.starts_on <= day,
                sa.or_(it.ends_on.is_(None), it.ends_on >= day),
            )
            .order_by(it.starts_on.desc(), it.id)
            .limit(1)
        ).scalar_one_or_none()  # fmt: skip
        if held in known:
            values = {"id": new_id(), "grant_id": held, "changed_at": event.at, "old": known[held], "new": facts["level"]}
            connection.execute(LEVEL_CHANGE.insert().values(values))
            known[held] = facts["level"]


def _say_what_statuses_were(connection: sa.Connection) -> None:
    """Each change of status was written down, and with what it became; before the first, an account was live."""
    was: dict[uuid.UUID, str] = {}
    for event in _events(connection, "account:status-changed", "account:closed"):
        now = json.loads(event.facts).get("status", "closed").capitalize()
        old = was.get(event.subject_id, "Not recorded" if now == "Live" else "Closing" if now == "Closed" else "Live")
        values = {
            "id": new_id(), "account_id": event.subject_id, "detail": "status", "old": old, "new": now,
            "changed_by_id": event.actor_id, "changed_at": event.at,
        }  # fmt: skip
        connection.execute(CHANGE.insert().values(values))
        was[event.subject_id] = now


def _events(connection: sa.Connection, *acts: str) -> list[Any]:
    return list(connection.execute(sa.select(EVENT).where(EVENT.c.act.in_(acts)).order_by(EVENT.c.number)))
