"""Questions about a device that were not answered can be closed; when and why permissions lapsed is recorded.

What has lapsed before is recorded by the job of the next morning, with the day on which it did.
"""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

REASONS = "'ran_out', 'left', 'other_post', 'accounts_closed', 'not_confirmed'"
WAITS = (
    "FROM device_question WHERE device_question.request_id = device_permission_request.id "
    "AND device_question.answered_at IS NULL AND device_question.answer_by > device_permission_request.due_on"
)


def upgrade() -> None:
    with op.batch_alter_table("device_question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint("closed_without_answer", "closed_at IS NULL OR answered_at IS NULL")
    # What waits for an answer is not to be decided before the day of the answer.
    op.get_bind().execute(
        sa.text(
            f"UPDATE device_permission_request SET due_on = (SELECT max(device_question.answer_by) {WAITS}) "
            f"WHERE status = 'returned' AND EXISTS (SELECT 1 {WAITS})"
        )
    )
    op.create_table(
        "device_lapse",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("lapsed_on", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"why IN ({REASONS})", name=op.f("ck_device_lapse_why_known")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["device_permission_request.id"], name=op.f("fk_device_lapse_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_lapse")),
        sa.UniqueConstraint("request_id", name=op.f("uq_device_lapse_request_id")),
    )
    types.create_append_only_triggers(op.get_bind(), "device_lapse")


def downgrade() -> None:
    op.drop_table("device_lapse")
    with op.batch_alter_table("device_question", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_device_question_closed_without_answer"), type_="check")
        batch_op.drop_column("closed_at")
