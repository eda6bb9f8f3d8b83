"""Former names and addresses that were kept by mistake: who said so, when, and why."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_name_mistake",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("former_name_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", types.UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["former_name_id"], ["former_name.id"], name=op.f("fk_former_name_mistake_former_name_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_former_name_mistake_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name_mistake")),
        sa.UniqueConstraint("former_name_id", name=op.f("uq_former_name_mistake_former_name_id")),
    )
    types.create_append_only_triggers(op.get_bind(), "former_name_mistake")


def downgrade() -> None:
    op.drop_table("former_name_mistake")
