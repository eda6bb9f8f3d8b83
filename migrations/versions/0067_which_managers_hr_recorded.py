"""On which day HR recorded who manages somebody. Of those recorded before, it is not known who did."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("manager_recorded_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "manager_recorded_on")
