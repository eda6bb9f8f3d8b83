"""Which live warnings of the same person an outcome relied on, as they stood on that day."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

TABLE = "relied_on_warning"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("warning_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("last_live_day", sa.Date(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("outcome_id <> warning_id", name=op.f(f"ck_{TABLE}_relies_on_another")),
        sa.CheckConstraint("last_live_day >= issued_on", name=op.f(f"ck_{TABLE}_ends_after_issue")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f(f"fk_{TABLE}_outcome_id")),
        sa.ForeignKeyConstraint(["warning_id"], ["outcome.id"], name=op.f(f"fk_{TABLE}_warning_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("outcome_id", "warning_id", name=op.f(f"uq_{TABLE}_outcome_id_warning_id")),
    )
    op.create_index(op.f(f"ix_{TABLE}_warning_id"), TABLE, ["warning_id"])


def downgrade() -> None:
    op.drop_table(TABLE)
