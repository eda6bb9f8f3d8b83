"""What people were called before, and at which address. Nothing is known of changes before this."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_former_name_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name")),
    )
    with op.batch_alter_table("former_name") as batch_op:
        batch_op.create_index(batch_op.f("ix_former_name_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_former_name_email"), ["email"], unique=False)
    types.create_append_only_triggers(op.get_bind(), "former_name")


def downgrade() -> None:
    op.drop_table("former_name")
