"""Who was asked to agree to the policy, and how they agreed."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


CHECKS = {
    'method_known': "method IN ('online', 'paper', 'briefing')",
    'attested_unless_online': "(method = 'online') = (attested_by_id IS NULL)",
    'day_unless_online': "(method = 'online') = (agreed_on IS NULL)",
    'not_own_witness': 'attested_by_id IS NULL OR attested_by_id <> person_id',
}


def guard_acknowledgements() -> None:
    """SQLite makes a changed table anew, without its triggers."""
    if op.get_bind().dialect.name == 'sqlite':
        types.create_append_only_triggers(op.get_bind(), 'acknowledgement')


def upgrade() -> None:
    op.create_table('policy_ask',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.CheckConstraint('due_on >= asked_on', name=op.f('ck_policy_ask_due_after_asking')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_policy_ask_person_id')),
    sa.ForeignKeyConstraint(['version_id'], ['policy_version.id'], name=op.f('fk_policy_ask_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_ask')),
    sa.UniqueConstraint('person_id', 'version_id', name=op.f('uq_policy_ask_person_id_version_id'))
    )
    types.create_append_only_triggers(op.get_bind(), 'policy_ask')
    with op.batch_alter_table('policy_ask', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_policy_ask_version_id'), ['version_id'], unique=False)

    with op.batch_alter_table('acknowledgement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('method', sa.String(length=40), nullable=False, server_default='online'))
        batch_op.add_column(sa.Column('agreed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('statement', sa.String(length=300), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('attested_by_id', sa.Uuid(), nullable=True))
    with op.batch_alter_table('acknowledgement', schema=None) as batch_op:
        batch_op.alter_column('method', existing_type=sa.String(length=40), server_default=None)
        batch_op.alter_column('statement', existing_type=sa.String(length=300), server_default=None)
        batch_op.create_foreign_key(batch_op.f('fk_acknowledgement_attested_by_id'), 'person', ['attested_by_id'], ['id'])
        for name, check in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f'ck_acknowledgement_{name}'), check)
    guard_acknowledgements()


def downgrade() -> None:
    with op.batch_alter_table('acknowledgement', schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f'ck_acknowledgement_{name}'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_acknowledgement_attested_by_id'), type_='foreignkey')
        batch_op.drop_column('attested_by_id')
        batch_op.drop_column('statement')
        batch_op.drop_column('agreed_on')
        batch_op.drop_column('method')
    guard_acknowledgements()

    with op.batch_alter_table('policy_ask', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_policy_ask_version_id'))

    op.drop_table('policy_ask')
