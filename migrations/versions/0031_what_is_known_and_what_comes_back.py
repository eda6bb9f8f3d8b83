"""Passwords that movers know without access, ends of access that come back, and causes that are kept."""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

REASONS = "'no_longer_needed', 'left', 'moved', 'withdrawn', 'account_closed', 'lapsed', 'called_off'"
WITHOUT_ACCESS = sa.text("grant_id IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("move_holding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account_id", sa.Uuid(), nullable=True))
        batch_op.alter_column("grant_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_foreign_key(batch_op.f("fk_move_holding_account_id"), "account", ["account_id"], ["id"])
        batch_op.create_check_constraint("only_access_goes_on", "grant_id IS NOT NULL OR NOT goes_on")
    op.get_bind().execute(
        sa.text(
            "UPDATE move_holding SET account_id = "
            "(SELECT access_grant.account_id FROM access_grant WHERE access_grant.id = move_holding.grant_id)"
        )
    )
    with op.batch_alter_table("move_holding", schema=None) as batch_op:
        batch_op.alter_column("account_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.create_index(
            "uq_move_holding_known_password", ["move_id", "account_id"], unique=True, sqlite_where=WITHOUT_ACCESS,
            postgresql_where=WITHOUT_ACCESS,
        )  # fmt: skip
    _add_ends()
    with op.batch_alter_table("rotation_cause", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stood_down_at", sa.DateTime(timezone=True), nullable=True))


def _add_ends() -> None:
    op.create_table('access_end_set_aside',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('grant_id', sa.Uuid(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('follows', sa.Boolean(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f('ck_access_end_set_aside_reason_known')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['person.id'], name=op.f('fk_access_end_set_aside_ended_by_id')),
    sa.ForeignKeyConstraint(['grant_id'], ['access_grant.id'], name=op.f('fk_access_end_set_aside_grant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_end_set_aside'))
    )
    with op.batch_alter_table('access_end_set_aside', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_end_set_aside_grant_id'), ['grant_id'], unique=False)
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("end_follows", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_check_constraint("only_an_end_follows", "NOT end_follows OR ends_on IS NOT NULL")
    ended_by_move = "SELECT grant_id FROM move_holding WHERE NOT goes_on"
    op.get_bind().execute(
        sa.text(
            "UPDATE access_grant SET end_follows = true WHERE end_reason = 'left' OR "
            f"(end_reason IN ('moved', 'no_longer_needed') AND id IN ({ended_by_move}))"
        )
    )
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.alter_column("end_follows", server_default=None)


def downgrade() -> None:
    op.get_bind().execute(sa.text("DELETE FROM rotation_cause WHERE stood_down_at IS NOT NULL"))
    with op.batch_alter_table("rotation_cause", schema=None) as batch_op:
        batch_op.drop_column("stood_down_at")
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_access_grant_only_an_end_follows"), type_="check")
        batch_op.drop_column("end_follows")
    op.drop_table("access_end_set_aside")
    op.get_bind().execute(sa.text("DELETE FROM move_holding WHERE grant_id IS NULL"))
    with op.batch_alter_table("move_holding", schema=None) as batch_op:
        batch_op.drop_index("uq_move_holding_known_password")
        batch_op.drop_constraint(batch_op.f("ck_move_holding_only_access_goes_on"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_move_holding_account_id"), type_="foreignkey")
        batch_op.alter_column("grant_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("account_id")
