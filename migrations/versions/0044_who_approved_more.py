"""What a holder may do says who approved it where that is more; a high risk says since when it waits for acceptance."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

TABLE = "access_level_change"


def upgrade() -> None:
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.add_column(sa.Column("approved_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("advice", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(batch_op.f("fk_access_level_change_approved_by_id"), "person", ["approved_by_id"], ["id"])
        batch_op.create_check_constraint("advice_on_an_approval", "approved_by_id IS NOT NULL OR advice = ''")
    _say_who_approved()
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.alter_column("advice", server_default=None)
    _guard()
    _say_since_when_risks_are_high()


def _say_since_when_risks_are_high() -> None:
    with op.batch_alter_table("risk_row", schema=None) as batch_op:
        batch_op.add_column(sa.Column("high_since", sa.Date(), nullable=True))
    day = "CAST(rated_at AS DATE)" if op.get_bind().dialect.name == "postgresql" else "date(rated_at)"
    op.execute(sa.text(f"UPDATE risk_row SET high_since = {day} WHERE accept_by IS NOT NULL"))
    with op.batch_alter_table("risk_row", schema=None) as batch_op:
        batch_op.create_check_constraint("counted_from_a_day", "(accept_by IS NULL) = (high_since IS NULL)")


def _say_who_approved() -> None:
    """What was approved until now stands in the request: approved at the moment of the change, of the same access."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER"))
    asked = (
        f"FROM access_request WHERE access_request.grant_id = {TABLE}.grant_id AND access_request.status = 'approved' "
        f"AND access_request.old_level IS NOT NULL AND access_request.decided_at = {TABLE}.changed_at"
    )
    op.execute(
        sa.text(
            f"UPDATE {TABLE} SET approved_by_id = (SELECT decided_by_id {asked}), advice = (SELECT advice {asked}) "
            f"WHERE EXISTS (SELECT 1 {asked})"
        )
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER"))


def _guard() -> None:
    """SQLite makes a changed table anew, without its triggers."""
    if op.get_bind().dialect.name == "sqlite":
        types.create_append_only_triggers(op.get_bind(), TABLE)


def downgrade() -> None:
    with op.batch_alter_table("risk_row", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_risk_row_counted_from_a_day"), type_="check")
        batch_op.drop_column("high_since")
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_access_level_change_advice_on_an_approval"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_access_level_change_approved_by_id"), type_="foreignkey")
        batch_op.drop_column("advice")
        batch_op.drop_column("approved_by_id")
    _guard()
