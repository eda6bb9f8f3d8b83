"""A reminder that was to be given while the manager had no team waits for one, and is counted anew from then."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reminder_turn") as batch_op:
        batch_op.add_column(sa.Column("waits_since", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("reminder_turn") as batch_op:
        batch_op.drop_column("waits_since")
