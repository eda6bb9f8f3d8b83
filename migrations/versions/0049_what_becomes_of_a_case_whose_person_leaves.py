"""Whether a case goes on whose person concerned leaves is asked of its owner, and decided with reasons."""

import uuid
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

BEFORE_OUTCOME = (
    "opened", "planning", "investigating", "paused", "report_review", "accepted", "informal", "hearing_set_up", "notified",
    "heard",
)  # fmt: skip
STAGES = (*BEFORE_OUTCOME, "decided", "appealed", "final", "closed")
LETTERS = (
    "investigation", "no_case", "informal", "hearing", "postponed", "outcome", "appeal_received", "appeal_result",
    "reappointment",
)  # fmt: skip
A_WEEK = timedelta(days=7)


def _among(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    op.create_table(
        "case_leaving",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("last_working_day", sa.Date(), nullable=False),
        sa.Column("asked_at", types.UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=True),
        sa.Column("ended_at", types.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("stage", sa.String(length=40), nullable=True),
        sa.Column("decided_at", types.UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("reasons_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("no_finding_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("decision IN ('go_on', 'close')", name=op.f("ck_case_leaving_decision_known")),
        sa.CheckConstraint(_among("stage", STAGES), name=op.f("ck_case_leaving_stage_known")),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by_id IS NULL) AND "
            "(decision IS NULL) = (stage IS NULL)",
            name=op.f("ck_case_leaving_decided_whole"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["hr_case.id"], name=op.f("fk_case_leaving_case_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_case_leaving_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_leaving")),
    )
    stands = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_case_leaving_standing", "case_leaving", ["case_id"], unique=True, sqlite_where=stands, postgresql_where=stands
    )
    op.create_index(op.f("ix_case_leaving_case_id_asked_at"), "case_leaving", ["case_id", "asked_at"])
    _letters_may_be((*LETTERS, "ended"))
    _ask_of_those_who_leave()


def _letters_may_be(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letter_kind_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_letter_kind_known"), _among("kind", kinds))
    if op.get_bind().dialect.name == "sqlite":  # it makes a table anew to change it, and its triggers do not come along
        types.create_append_only_triggers(op.get_bind(), "letter")


def _ask_of_those_who_leave() -> None:
    """Of each open case whose person concerned leaves or has left: within a week from when they are gone, or from today."""
    now = datetime.now(UTC)
    rows = op.get_bind().execute(
        sa.text(
            "SELECT hr_case.id, person.last_working_day FROM hr_case "
            "JOIN matter_party ON matter_party.matter_id = hr_case.matter_id AND matter_party.until IS NULL "
            "AND matter_party.capacity = 'subject' JOIN person ON person.id = matter_party.person_id "
            f"WHERE person.last_working_day IS NOT NULL AND {_among('hr_case.status', BEFORE_OUTCOME)}"
        ).columns(sa.column("id", sa.Uuid()), sa.column("last_working_day", sa.Date()))
    )
    asked = [_asked(row.id, row.last_working_day, now) for row in rows]
    if asked:
        op.bulk_insert(_CASE_LEAVING, asked)


def _asked(case_id: uuid.UUID, day: date, now: datetime) -> dict[str, object]:
    due_on = max(day, now.date()) + A_WEEK
    return {"id": uuid.uuid4(), "case_id": case_id, "last_working_day": day, "asked_at": now, "due_on": due_on}


_CASE_LEAVING = sa.table(
    "case_leaving", sa.column("id", sa.Uuid()), sa.column("case_id", sa.Uuid()), sa.column("last_working_day", sa.Date()),
    sa.column("asked_at", types.UtcDateTime()), sa.column("due_on", sa.Date()),
)  # fmt: skip


def downgrade() -> None:
    """Refused by the database where a case was ended because somebody left."""
    _letters_may_be(LETTERS)
    op.drop_table("case_leaving")
