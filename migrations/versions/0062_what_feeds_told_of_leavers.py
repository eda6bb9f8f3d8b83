"""What a feed told last of when somebody leaves, so that what it only repeats is no news.

What was told before is taken from the last notice of each person. By the staff directory: the last day that was recorded by
the installation itself; so it is known also where people changed or withdrew the notice since. By a file: the day of the
notice, where the day was never changed, also of those that were withdrawn. Where the day of a notice from a file was changed
it is not known whether a later file said so or a person did, so nothing is taken: the first file after this is heard as news.
Nor is it known which files HR selected on the page: they are taken like those that the command imported, but for exits at
once, of which only that page tells. Notices that the staff directory withdrew by itself are left out: it told the contrary
last.
"""

import json
import uuid
from datetime import date, datetime

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

NOTICE = sa.table(
    "leaver_notice", sa.column("id", sa.Uuid()), sa.column("person_id", sa.Uuid()),
    sa.column("last_working_day", sa.Date()), sa.column("immediate", sa.Boolean()), sa.column("source", sa.String()),
    sa.column("notified_at", types.UtcDateTime()), sa.column("changed_by_id", sa.Uuid()), sa.column("status", sa.String()),
)  # fmt: skip
EVENT = sa.table(
    "audit_event", sa.column("number", sa.BigInteger()), sa.column("at", types.UtcDateTime()),
    sa.column("actor_kind", sa.String()), sa.column("act", sa.String()), sa.column("subject_id", sa.Uuid()),
    sa.column("facts", sa.Text()),
)  # fmt: skip
SOURCES = "'hr', 'manager', 'file', 'directory'"
RECORDED, CHANGED = "leaver:recorded", "leaver:day-changed"


def upgrade() -> None:
    op.create_table(
        "told_by_feed",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("last_working_day", sa.Date(), nullable=True),
        sa.Column("immediate", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("against_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"source IN ({SOURCES})", name=op.f("ck_told_by_feed_source_known")),
        sa.ForeignKeyConstraint(["against_id"], ["leaver_notice.id"], name=op.f("fk_told_by_feed_against_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_told_by_feed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_by_feed")),
        sa.UniqueConstraint("person_id", "source", name=op.f("uq_told_by_feed_person_id_source")),
    )
    with op.batch_alter_table("told_by_feed") as batch_op:
        batch_op.create_index(batch_op.f("ix_told_by_feed_against_id"), ["against_id"], unique=False)
    _take_what_was_told()


def _take_what_was_told() -> None:
    bind, told = op.get_bind(), sa.table(
        "told_by_feed", sa.column("id", sa.Uuid()), sa.column("version", sa.Integer()), sa.column("person_id", sa.Uuid()),
        sa.column("source", sa.String()), sa.column("last_working_day", sa.Date()), sa.column("immediate", sa.Boolean()),
        sa.column("told_at", types.UtcDateTime()), sa.column("acted_at", types.UtcDateTime()),
    )  # fmt: skip
    notices = bind.execute(sa.select(NOTICE).order_by(NOTICE.c.notified_at, NOTICE.c.id.desc())).all()
    for notice in {one.person_id: one for one in notices}.values():
        if notice.source not in ("file", "directory") or (found := _told(notice)) is None:
            continue
        day, at = found
        values = {"person_id": notice.person_id, "source": notice.source, "last_working_day": day, "immediate": False}
        bind.execute(told.insert().values(id=uuid.uuid4(), version=1, told_at=at, acted_at=at, **values))


def _told(notice: sa.Row) -> tuple[date, datetime] | None:
    """The day that a feed told, and when it was recorded; None where that is not known."""
    its = sa.select(EVENT).where(EVENT.c.subject_id == notice.id, EVENT.c.act.in_((RECORDED, CHANGED)))
    events = op.get_bind().execute(its.order_by(EVENT.c.number)).all()
    if notice.source == "file":
        is_known = not notice.immediate and all(one.act == RECORDED for one in events)
        return (notice.last_working_day, notice.notified_at) if is_known else None
    by_itself = [one for one in events if one.actor_kind == "installation"]
    if not by_itself or (notice.status == "withdrawn" and notice.changed_by_id is None):
        return None
    return date.fromisoformat(json.loads(by_itself[-1].facts)["last_working_day"]), by_itself[-1].at


def downgrade() -> None:
    op.drop_table("told_by_feed")
