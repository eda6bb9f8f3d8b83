"""When the end of an access was recorded, and until when it was open where that was after its last day."""

import json
import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.core.clock import local_day

revision = "0026"
down_revision = "0019"
branch_labels = None
depends_on = None

GRANT = sa.table(
    "access_grant", sa.column("id", sa.Uuid), sa.column("ends_on", sa.Date), sa.column("end_reason", sa.String),
    sa.column("ended_at", sa.DateTime(timezone=True)), sa.column("open_until", sa.Date),
)  # fmt: skip
EVENT = sa.table(
    "audit_event", sa.column("number", sa.BigInteger), sa.column("act", sa.String), sa.column("facts", sa.Text),
    sa.column("at", sa.DateTime(timezone=True)),
)  # fmt: skip
NEVER_USED = ("called_off", "lapsed")


def upgrade() -> None:
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("open_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("correction", sa.Text(), nullable=True))
        batch_op.create_check_constraint(
            "recorded_after_its_last_day", "open_until IS NULL OR (ends_on IS NOT NULL AND open_until > ends_on)"
        )
        batch_op.create_check_constraint(
            "only_a_past_day_is_corrected", "correction IS NULL OR (correction <> '' AND open_until IS NOT NULL)"
        )
    _say_when_ends_were_recorded(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        for name in ("only_a_past_day_is_corrected", "recorded_after_its_last_day"):
            batch_op.drop_constraint(batch_op.f(f"ck_access_grant_{name}"), type_="check")
        for name in ("correction", "open_until", "ended_at"):
            batch_op.drop_column(name)


def _say_when_ends_were_recorded(connection: sa.Connection) -> None:
    """By the record of what happened: access was open until somebody wrote down that it had ended."""
    ended_at: dict[uuid.UUID, Any] = {}
    open_until: dict[uuid.UUID, date] = {}
    acts = ("access:ended", "access:end-moved", "access:called-off", "access:goes-on")
    for event in connection.execute(sa.select(EVENT).where(EVENT.c.act.in_(acts)).order_by(EVENT.c.number)):
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
