"""An answer to a question about a device says who wrote it down, where that was not who answered."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0047"
branch_labels = None
depends_on = None

QUESTION = "device_question"


def upgrade() -> None:
    with op.batch_alter_table(QUESTION) as batch_op:
        batch_op.add_column(sa.Column("written_down_by_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f(f"fk_{QUESTION}_written_down_by_id"), "person", ["written_down_by_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f(f"ck_{QUESTION}_answer_written_down"), "written_down_by_id IS NULL OR answered_at IS NOT NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table(QUESTION) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{QUESTION}_answer_written_down"), type_="check")
        batch_op.drop_constraint(batch_op.f(f"fk_{QUESTION}_written_down_by_id"), type_="foreignkey")
        batch_op.drop_column("written_down_by_id")
