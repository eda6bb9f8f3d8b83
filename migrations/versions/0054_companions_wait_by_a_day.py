"""Whether a companion may come who has no right to is decided by a day of its own.

For answers that wait already the day of the hearing stays the day, as they were told.
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hearing_notice") as batch_op:
        batch_op.add_column(sa.Column("companion_decide_by", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("hearing_notice") as batch_op:
        batch_op.drop_column("companion_decide_by")
