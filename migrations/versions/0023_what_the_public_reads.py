"""What the public reads of an account, switches of the pack that are set in service, and why there is no 2-step."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('local_setting',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('switch', sa.String(length=60), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('set_by_id', sa.Uuid(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_local_setting_says_why')),
    sa.ForeignKeyConstraint(['set_by_id'], ['person.id'], name=op.f('fk_local_setting_set_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_local_setting')),
    sa.UniqueConstraint('switch', 'number', name=op.f('uq_local_setting_switch_number'))
    )
    types.create_append_only_triggers(op.get_bind(), 'local_setting')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('two_step_waiver', sa.String(length=300), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('listed_publicly', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('public_words', sa.String(length=200), nullable=False, server_default=''))
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.alter_column('two_step_waiver', existing_type=sa.String(length=300), server_default=None)
        batch_op.alter_column('listed_publicly', existing_type=sa.Boolean(), server_default=None)
        batch_op.alter_column('public_words', existing_type=sa.String(length=200), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_column('public_words')
        batch_op.drop_column('listed_publicly')
        batch_op.drop_column('two_step_waiver')

    op.drop_table('local_setting')
