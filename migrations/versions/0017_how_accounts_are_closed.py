"""Where the archive of a closed account is kept and what tells people where to go; accounts found by their deputy."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("archive_kept", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("redirect_notice", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_account_deputy_id"), ["deputy_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_deputy_id"))
        batch_op.drop_column("redirect_notice")
        batch_op.drop_column("archive_kept")
