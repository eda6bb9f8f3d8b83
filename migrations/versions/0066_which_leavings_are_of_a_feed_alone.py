"""Whether a notice is of a feed alone, so that it is withdrawn once the feed tells no last day any more.

Of what was told before, that is known where the staff directory recorded it and nobody changed it, nor the directory itself. Of
files it is not known which notices HR recorded from one that they selected on the page. What is not known stands.
"""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

OF_THE_DIRECTORY_ALONE = """
    UPDATE told_by_feed SET alone = true WHERE source = 'directory' AND EXISTS (
        SELECT 1 FROM leaver_notice WHERE leaver_notice.person_id = told_by_feed.person_id
        AND leaver_notice.notified_by_id IS NULL AND leaver_notice.changed_at IS NULL
        AND leaver_notice.notified_at = told_by_feed.acted_at
    )
"""


def upgrade() -> None:
    with op.batch_alter_table("told_by_feed") as batch_op:
        batch_op.add_column(sa.Column("alone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(OF_THE_DIRECTORY_ALONE)
    with op.batch_alter_table("told_by_feed") as batch_op:
        batch_op.alter_column("alone", server_default=None)


def downgrade() -> None:
    op.drop_column("told_by_feed", "alone")
