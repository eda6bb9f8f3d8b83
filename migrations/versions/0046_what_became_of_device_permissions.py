"""Questions about a device that were not answered can be closed, so that the request is decided all the same."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0041"
branch_labels = None
depends_on = None

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


def downgrade() -> None:
    with op.batch_alter_table("device_question", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_device_question_closed_without_answer"), type_="check")
        batch_op.drop_column("closed_at")
