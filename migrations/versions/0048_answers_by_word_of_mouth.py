"""An answer about a device says who wrote it down; what came of an alert before it had to come down after all is kept."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

QUESTION = "device_question"
OUTCOME = "alert_earlier_outcome"


def upgrade() -> None:
    with op.batch_alter_table(QUESTION) as batch_op:
        batch_op.add_column(sa.Column("written_down_by_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f(f"fk_{QUESTION}_written_down_by_id"), "person", ["written_down_by_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f(f"ck_{QUESTION}_answer_written_down"), "written_down_by_id IS NULL OR answered_at IS NOT NULL"
        )
    _keep_outcomes()


def _keep_outcomes() -> None:
    op.create_table(
        OUTCOME,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("data_key_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("taken_down_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('corrected', 'take_down', 'advice', 'settled')", name=op.f(f"ck_{OUTCOME}_outcome_known")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["mistake_alert.id"], name=op.f(f"fk_{OUTCOME}_alert_id")),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name=op.f(f"fk_{OUTCOME}_data_key_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f(f"fk_{OUTCOME}_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{OUTCOME}")),
    )
    op.create_index(op.f(f"ix_{OUTCOME}_alert_id_decided_at_id"), OUTCOME, ["alert_id", "decided_at", "id"])
    types.create_append_only_triggers(op.get_bind(), OUTCOME)


def downgrade() -> None:
    op.drop_table(OUTCOME)
    with op.batch_alter_table(QUESTION) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{QUESTION}_answer_written_down"), type_="check")
        batch_op.drop_constraint(batch_op.f(f"fk_{QUESTION}_written_down_by_id"), type_="foreignkey")
        batch_op.drop_column("written_down_by_id")
