"""HR is asked who manages somebody until that is recorded, whatever became of their request to use a device.

Of what was decided before, nobody knows any more whether HR had been asked.
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("device_permission_request") as batch_op:
        batch_op.add_column(sa.Column("manager_due_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("device_permission_request") as batch_op:
        batch_op.drop_column("manager_due_on")
