"""What was asked before a request to use a device was changed."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('device_request_before',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('device_kind', sa.String(length=40), nullable=False),
    sa.Column('device_words', sa.String(length=120), nullable=False),
    sa.Column('used_for', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('using_since', sa.Date(), nullable=True),
    sa.Column('locked', sa.Boolean(), nullable=False),
    sa.Column('updated', sa.Boolean(), nullable=False),
    sa.Column('two_step', sa.Boolean(), nullable=False),
    sa.Column('no_saved_password', sa.Boolean(), nullable=False),
    sa.Column('separate_profile', sa.Boolean(), nullable=False),
    sa.Column('asks_for_working_hours', sa.Boolean(), nullable=False),
    sa.CheckConstraint("device_kind IN ('home_computer', 'phone', 'tablet', 'other')", name=op.f('ck_device_request_before_device_kind_known')),
    sa.ForeignKeyConstraint(['request_id'], ['device_permission_request.id'], name=op.f('fk_device_request_before_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_request_before')),
    sa.UniqueConstraint('request_id', 'number', name=op.f('uq_device_request_before_request_id_number'))
    )
    types.create_append_only_triggers(op.get_bind(), 'device_request_before')


def downgrade() -> None:
    op.drop_table('device_request_before')
