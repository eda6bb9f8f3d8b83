"""Device permissions that are renewed and confirmed, and use for work that is told."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


TABLE = "device_permission_request"
OLD_CHECKS = {
    "status_known": "status IN ('submitted', 'returned', 'approved', 'refused', 'withdrawn', 'revoked')",
    "decision_has_a_moment": "status NOT IN ('approved', 'refused', 'revoked') OR decided_at IS NOT NULL",
    "approval_ends": "status NOT IN ('approved', 'revoked') OR expires_on IS NOT NULL",
    "ended_has_a_moment": "(status IN ('withdrawn', 'revoked')) = (ended_at IS NOT NULL)",
}
NEW_CHECKS = {
    "status_known": "status IN ('submitted', 'returned', 'approved', 'refused', 'withdrawn', 'revoked', 'renewed')",
    "decision_has_a_moment": "status NOT IN ('approved', 'refused', 'revoked', 'renewed') OR decided_at IS NOT NULL",
    "approval_ends": "status NOT IN ('approved', 'revoked', 'renewed') OR expires_on IS NOT NULL",
    "ended_has_a_moment": "(status IN ('withdrawn', 'revoked', 'renewed')) = (ended_at IS NOT NULL)",
}
ADDED_CHECKS = {
    "end_is_announced": "(expires_on IS NULL) = (renew_from IS NULL)",
    "renews_another": "renews_id IS NULL OR renews_id <> id",
    "confirmation_asked_for": "(confirm_due_on IS NULL) = (confirm_asked_at IS NULL)",
    "confirmed_by_somebody": "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)",
    "not_own_confirmer": "confirmed_by_id IS NULL OR confirmed_by_id <> person_id",
}
OLD_KINDS = "kind IN ('password_changed', 'device_permission')"
NEW_KINDS = "kind IN ('password_changed', 'device_permission', 'work_use')"


def replace_checks(table: str, checks: dict[str, str], added: dict[str, str] | None = None) -> None:
    """Let these checks take the place of those with the same names, and add others."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        for name in checks:
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
        for name, condition in {**checks, **(added or {})}.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{name}"), condition)


def announce_ends() -> None:
    """From when the holders of permissions that stand are asked whether they need them longer: about 20 working days."""
    permissions = sa.table(TABLE, sa.column("id", sa.Uuid()), sa.column("expires_on", sa.Date()), sa.column("renew_from", sa.Date()))
    bind = op.get_bind()
    for row in bind.execute(sa.select(permissions.c.id, permissions.c.expires_on).where(permissions.c.expires_on.is_not(None))).all():
        bind.execute(permissions.update().where(permissions.c.id == row.id).values(renew_from=row.expires_on - timedelta(days=28)))


def upgrade() -> None:
    op.create_table('work_use',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('council', sa.Boolean(), nullable=False),
    sa.Column('home_computer', sa.Boolean(), nullable=False),
    sa.Column('phone', sa.Boolean(), nullable=False),
    sa.Column('tablet', sa.Boolean(), nullable=False),
    sa.Column('other_own', sa.Boolean(), nullable=False),
    sa.Column('using_since', sa.Date(), nullable=True),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('council OR home_computer OR phone OR tablet OR other_own', name=op.f('ck_work_use_says_on_what')),
    sa.CheckConstraint('ended_at IS NULL OR ended_at >= declared_at', name=op.f('ck_work_use_ends_after_it_was_told')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_work_use_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_use'))
    )
    with op.batch_alter_table('work_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_work_use_declared_at_id'), ['declared_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_work_use_person_id_declared_at_id'), ['person_id', 'declared_at', 'id'], unique=False)

    op.create_table('work_place',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('work_use_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('platform', sa.String(length=120), nullable=False),
    sa.CheckConstraint("account_id IS NOT NULL OR platform <> ''", name=op.f('ck_work_place_says_what')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_work_place_account_id')),
    sa.ForeignKeyConstraint(['work_use_id'], ['work_use.id'], name=op.f('fk_work_place_work_use_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_place')),
    sa.UniqueConstraint('work_use_id', 'position', name=op.f('uq_work_place_work_use_id_position'))
    )
    with op.batch_alter_table('work_place', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_work_place_account_id'), ['account_id'], unique=False)

    with op.batch_alter_table('device_permission_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('renews_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('renew_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('let_end_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('confirm_asked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('confirm_asked_of_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('confirm_due_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_device_permission_request_renews_id'), ['renews_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_device_permission_request_confirmed_by_id'), 'person', ['confirmed_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_device_permission_request_confirm_asked_of_id'), 'person', ['confirm_asked_of_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_device_permission_request_renews_id'), 'device_permission_request', ['renews_id'], ['id'])
    announce_ends()
    replace_checks(TABLE, NEW_CHECKS, ADDED_CHECKS)
    replace_checks("keeper_notice", {"kind_known": NEW_KINDS})



def downgrade() -> None:
    bind = op.get_bind()
    bind.execute(sa.text("DELETE FROM keeper_notice WHERE kind = 'work_use'"))
    replace_checks("keeper_notice", {"kind_known": OLD_KINDS})
    bind.execute(sa.text(f"UPDATE {TABLE} SET status = 'withdrawn' WHERE status = 'renewed'"))
    replace_checks(TABLE, OLD_CHECKS)
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        for name in ADDED_CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_{TABLE}_{name}"), type_="check")
    with op.batch_alter_table('device_permission_request', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_device_permission_request_renews_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_device_permission_request_confirm_asked_of_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_device_permission_request_confirmed_by_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_device_permission_request_renews_id'))
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('confirmed_by_id')
        batch_op.drop_column('confirm_due_on')
        batch_op.drop_column('confirm_asked_of_id')
        batch_op.drop_column('confirm_asked_at')
        batch_op.drop_column('let_end_at')
        batch_op.drop_column('renew_from')
        batch_op.drop_column('renews_id')

    with op.batch_alter_table('work_place', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_work_place_account_id'))

    op.drop_table('work_place')
    with op.batch_alter_table('work_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_work_use_person_id_declared_at_id'))
        batch_op.drop_index(batch_op.f('ix_work_use_declared_at_id'))

    op.drop_table('work_use')
