"""From when HR's days to record a missing manager are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device_permission_request", sa.Column("manager_missing_since", sa.Date(), nullable=True))
    op.create_table(
        "missing_manager",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("missing_since", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_missing_manager_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missing_manager")),
        sa.UniqueConstraint("duty", "person_id", name=op.f("uq_missing_manager_duty_person_id")),
    )
    with op.batch_alter_table("missing_manager") as batch_op:
        batch_op.create_index(batch_op.f("ix_missing_manager_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("missing_manager")
    op.drop_column("device_permission_request", "manager_missing_since")
