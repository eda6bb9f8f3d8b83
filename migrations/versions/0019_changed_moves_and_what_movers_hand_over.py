"""Moves whose day changes or that are withdrawn, and what movers hand over."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

STATUSES = "'recorded', 'withdrawn'"
ONLY_RECORDED = sa.text("status = 'recorded'")


def upgrade() -> None:
    op.create_table('move_hand_over',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('move_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('hand_over', sa.String(length=40), nullable=False),
    sa.Column('hand_over_by', sa.Date(), nullable=False),
    sa.CheckConstraint("hand_over IN ('owner', 'only_administrator', 'both')", name=op.f('ck_move_hand_over_hand_over_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_move_hand_over_account_id')),
    sa.ForeignKeyConstraint(['move_id'], ['move.id'], name=op.f('fk_move_hand_over_move_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_move_hand_over')),
    sa.UniqueConstraint('move_id', 'account_id', name=op.f('uq_move_hand_over_move_id_account_id'))
    )
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.add_column(sa.Column("changed_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("status", sa.String(length=40), nullable=False, server_default="recorded"))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.drop_constraint(batch_op.f("uq_move_person_id_kind_last_day"), type_="unique")
        batch_op.create_foreign_key(batch_op.f("fk_move_changed_by_id"), "person", ["changed_by_id"], ["id"])
        batch_op.create_check_constraint("status_known", f"status IN ({STATUSES})")
        batch_op.create_check_constraint(
            "not_changed_by_themselves", "changed_by_id IS NULL OR changed_by_id <> person_id"
        )
        batch_op.create_check_constraint("changed_by_somebody", "(changed_by_id IS NULL) = (changed_at IS NULL)")
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.alter_column("status", server_default=None)
        batch_op.alter_column("version", server_default=None)
        batch_op.create_index(
            "uq_move_recorded", ["person_id", "kind", "last_day"], unique=True, sqlite_where=ONLY_RECORDED,
            postgresql_where=ONLY_RECORDED,
        )  # fmt: skip


def downgrade() -> None:
    withdrawn = "SELECT id FROM move WHERE status = 'withdrawn'"
    op.get_bind().execute(sa.text(f"DELETE FROM move_holding WHERE move_id IN ({withdrawn})"))
    op.drop_table("move_hand_over")
    op.get_bind().execute(sa.text("DELETE FROM move WHERE status = 'withdrawn'"))
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.drop_index("uq_move_recorded")
        for name in ("status_known", "not_changed_by_themselves", "changed_by_somebody"):
            batch_op.drop_constraint(batch_op.f(f"ck_move_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_move_changed_by_id"), type_="foreignkey")
        for name in ("version", "status", "changed_at", "changed_by_id"):
            batch_op.drop_column(name)
        batch_op.create_unique_constraint(
            batch_op.f("uq_move_person_id_kind_last_day"), ["person_id", "kind", "last_day"]
        )
