"""What is watched outside the register: accounts found in use, accounts that look like ours, what is new."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('horizon_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=False),
    sa.Column('next_look_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_horizon_item_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_horizon_item')),
    sa.UniqueConstraint('key', name=op.f('uq_horizon_item_key'))
    )
    with op.batch_alter_table('horizon_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_horizon_item_next_look_on'), ['next_look_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_horizon_item_recorded_at_id'), ['recorded_at', 'id'], unique=False)

    op.create_table('look_alike',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('platform', sa.String(length=80), nullable=False),
    sa.Column('handle', sa.String(length=120), nullable=True),
    sa.Column('handle_key', sa.String(length=120), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=True),
    sa.Column('pretends', sa.Text(), nullable=False),
    sa.Column('noticed_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('reported_on', sa.Date(), nullable=True),
    sa.Column('reported_by_id', sa.Uuid(), nullable=True),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_look_alike_closed_has_a_moment')),
    sa.CheckConstraint("outcome IN ('removed', 'changed', 'left', 'harmless')", name=op.f('ck_look_alike_outcome_known')),
    sa.CheckConstraint("outcome IS NULL OR outcome = 'harmless' OR reported_on IS NOT NULL", name=op.f('ck_look_alike_platform_was_asked')),
    sa.CheckConstraint("status <> 'reported' OR reported_on IS NOT NULL", name=op.f('ck_look_alike_reported_has_a_day')),
    sa.CheckConstraint("status IN ('found', 'reported', 'closed')", name=op.f('ck_look_alike_status_known')),
    sa.CheckConstraint('(closed_at IS NULL) = (closed_by_id IS NULL)', name=op.f('ck_look_alike_closed_by_somebody')),
    sa.CheckConstraint('(closed_at IS NULL) = (outcome IS NULL)', name=op.f('ck_look_alike_closed_has_an_outcome')),
    sa.CheckConstraint('(handle IS NULL) = (handle_key IS NULL)', name=op.f('ck_look_alike_handle_has_a_key')),
    sa.CheckConstraint('(reported_on IS NULL) = (reported_by_id IS NULL)', name=op.f('ck_look_alike_reported_by_somebody')),
    sa.CheckConstraint('handle IS NOT NULL OR url IS NOT NULL', name=op.f('ck_look_alike_can_be_found')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_look_alike_closed_by_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_look_alike_recorded_by_id')),
    sa.ForeignKeyConstraint(['reported_by_id'], ['person.id'], name=op.f('fk_look_alike_reported_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_look_alike'))
    )
    with op.batch_alter_table('look_alike', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_look_alike_recorded_by_id'), ['recorded_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_look_alike_status_recorded_at_id'), ['status', 'recorded_at', 'id'], unique=False)
        batch_op.create_index('uq_look_alike_open', ['platform', 'handle_key'], unique=True, sqlite_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"), postgresql_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"))

    op.create_table('horizon_look',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('looked_by_id', sa.Uuid(), nullable=False),
    sa.Column('result', sa.String(length=40), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('next_look_on', sa.Date(), nullable=True),
    sa.CheckConstraint("result IN ('watch', 'guidance', 'propose', 'not_for_us')", name=op.f('ck_horizon_look_result_known')),
    sa.ForeignKeyConstraint(['item_id'], ['horizon_item.id'], name=op.f('fk_horizon_look_item_id')),
    sa.ForeignKeyConstraint(['looked_by_id'], ['person.id'], name=op.f('fk_horizon_look_looked_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_horizon_look'))
    )
    types.create_append_only_triggers(op.get_bind(), 'horizon_look')
    with op.batch_alter_table('horizon_look', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_horizon_look_item_id_looked_at'), ['item_id', 'looked_at'], unique=False)

    op.create_table('discovered_account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('platform', sa.String(length=80), nullable=False),
    sa.Column('handle', sa.String(length=120), nullable=True),
    sa.Column('handle_key', sa.String(length=120), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=True),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('how_found', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('asked_id', sa.Uuid(), nullable=True),
    sa.Column('proposal_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status IN ('registered', 'closed')) = (settled_at IS NOT NULL)", name=op.f('ck_discovered_account_settled_has_a_moment')),
    sa.CheckConstraint("status <> 'closed' OR outcome <> ''", name=op.f('ck_discovered_account_closed_has_an_outcome')),
    sa.CheckConstraint("status <> 'proposed' OR proposal_id IS NOT NULL", name=op.f('ck_discovered_account_proposed_by_a_proposal')),
    sa.CheckConstraint("status <> 'registered' OR account_id IS NOT NULL", name=op.f('ck_discovered_account_registered_as_an_account')),
    sa.CheckConstraint("status IN ('found', 'proposed', 'registered', 'closed')", name=op.f('ck_discovered_account_status_known')),
    sa.CheckConstraint('(handle IS NULL) = (handle_key IS NULL)', name=op.f('ck_discovered_account_handle_has_a_key')),
    sa.CheckConstraint('(settled_at IS NULL) = (settled_by_id IS NULL)', name=op.f('ck_discovered_account_settled_by_somebody')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_discovered_account_account_id')),
    sa.ForeignKeyConstraint(['asked_id'], ['person.id'], name=op.f('fk_discovered_account_asked_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['account_proposal.id'], name=op.f('fk_discovered_account_proposal_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_discovered_account_recorded_by_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_discovered_account_service_id')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_discovered_account_settled_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_discovered_account'))
    )
    with op.batch_alter_table('discovered_account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_discovered_account_asked_id'), ['asked_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_discovered_account_recorded_by_id'), ['recorded_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_discovered_account_status_recorded_at_id'), ['status', 'recorded_at', 'id'], unique=False)
        batch_op.create_index('uq_discovered_account_found', ['platform', 'handle_key'], unique=True, sqlite_where=sa.text("status = 'found' AND handle_key IS NOT NULL"), postgresql_where=sa.text("status = 'found' AND handle_key IS NOT NULL"))



def downgrade() -> None:
    with op.batch_alter_table('discovered_account', schema=None) as batch_op:
        batch_op.drop_index('uq_discovered_account_found', sqlite_where=sa.text("status = 'found' AND handle_key IS NOT NULL"), postgresql_where=sa.text("status = 'found' AND handle_key IS NOT NULL"))
        batch_op.drop_index(batch_op.f('ix_discovered_account_status_recorded_at_id'))
        batch_op.drop_index(batch_op.f('ix_discovered_account_recorded_by_id'))
        batch_op.drop_index(batch_op.f('ix_discovered_account_asked_id'))

    op.drop_table('discovered_account')
    with op.batch_alter_table('horizon_look', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_horizon_look_item_id_looked_at'))

    op.drop_table('horizon_look')
    with op.batch_alter_table('look_alike', schema=None) as batch_op:
        batch_op.drop_index('uq_look_alike_open', sqlite_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"), postgresql_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"))
        batch_op.drop_index(batch_op.f('ix_look_alike_status_recorded_at_id'))
        batch_op.drop_index(batch_op.f('ix_look_alike_recorded_by_id'))

    op.drop_table('look_alike')
    with op.batch_alter_table('horizon_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_horizon_item_recorded_at_id'))
        batch_op.drop_index(batch_op.f('ix_horizon_item_next_look_on'))

    op.drop_table('horizon_item')
