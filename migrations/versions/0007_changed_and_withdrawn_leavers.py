"""Leavers whose last day changed or who stay after all; rotations that are not needed any more."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

NOTICES, ROTATIONS = "'notified', 'complete'", "'due', 'to_verify', 'complete'"


def _states_may_be(notices: str, rotations: str, not_done: str) -> None:
    with op.batch_alter_table('leaver_notice', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_leaver_notice_status_known'), type_='check')
        batch_op.create_check_constraint('status_known', f"status IN ({notices})")
    with op.batch_alter_table('credential_rotation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_credential_rotation_status_known'), type_='check')
        batch_op.create_check_constraint('status_known', f"status IN ({rotations})")
        batch_op.drop_constraint(batch_op.f('ck_credential_rotation_done_unless_due'), type_='check')
        batch_op.create_check_constraint('done_unless_due', f"({not_done}) = (done_at IS NULL)")


def upgrade() -> None:
    _states_may_be(f"{NOTICES}, 'withdrawn'", f"{ROTATIONS}, 'stood_down'", "status IN ('due', 'stood_down')")
    with op.batch_alter_table('leaver_notice', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changed_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_leaver_notice_changed_by_id'), 'person', ['changed_by_id'], ['id'])
        batch_op.create_check_constraint('not_changed_by_the_leaver', "changed_by_id IS NULL OR changed_by_id <> person_id")
        batch_op.create_check_constraint('changed_by_somebody', "(changed_by_id IS NULL) = (changed_at IS NULL)")


def downgrade() -> None:
    with op.batch_alter_table('leaver_notice', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_leaver_notice_changed_by_somebody'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_leaver_notice_not_changed_by_the_leaver'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_leaver_notice_changed_by_id'), type_='foreignkey')
        batch_op.drop_column('changed_at')
        batch_op.drop_column('changed_by_id')
    _states_may_be(NOTICES, ROTATIONS, "status = 'due'")
