"""An appeal, and an answer to the notice of a hearing, that came another way and that HR recorded."""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

WAYS = "'letter', 'email', 'by_hand', 'spoken', 'passed_on'"
TABLES = ("appeal", "hearing_notice")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("came_on", sa.Date(), nullable=True))
            batch_op.add_column(sa.Column("came_by", sa.String(length=40), nullable=True))
            batch_op.add_column(sa.Column("recorded_by_id", sa.Uuid(), nullable=True))
            batch_op.create_foreign_key(batch_op.f(f"fk_{table}_recorded_by_id"), "person", ["recorded_by_id"], ["id"])
            batch_op.create_check_constraint("came_by_known", f"came_by IN ({WAYS})")
            batch_op.create_check_constraint(
                "recorded_whole",
                "(came_on IS NULL) = (came_by IS NULL) AND (came_on IS NULL) = (recorded_by_id IS NULL)",
            )


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_recorded_whole"), type_="check")
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_came_by_known"), type_="check")
            batch_op.drop_constraint(batch_op.f(f"fk_{table}_recorded_by_id"), type_="foreignkey")
            for name in ("recorded_by_id", "came_by", "came_on"):
                batch_op.drop_column(name)
