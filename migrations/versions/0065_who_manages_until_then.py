"""Who manages somebody until their line manager begins, and from when HR's days to record a missing manager are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

NOT_OWN = "manager_until_then_id IS NULL OR manager_until_then_id <> id"


def upgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("manager_until_then_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_person_manager_until_then_id"), "person", ["manager_until_then_id"], ["id"]
        )
        batch_op.create_check_constraint("not_own_manager_until_then", NOT_OWN)
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
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_person_not_own_manager_until_then"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_person_manager_until_then_id"), type_="foreignkey")
        batch_op.drop_column("manager_until_then_id")
