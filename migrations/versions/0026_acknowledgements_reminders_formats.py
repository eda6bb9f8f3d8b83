"""Who was asked to agree to the policy and how they agreed; reminders to teams; other formats."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0026'
down_revision = '0025'
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
    op.create_table('format_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('format', sa.String(length=40), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.Uuid(), nullable=True),
    sa.Column('how_sent', sa.String(length=300), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'requested') = (ended_at IS NULL)", name=op.f('ck_format_request_ended_has_a_moment')),
    sa.CheckConstraint("format <> 'other' OR words <> ''", name=op.f('ck_format_request_says_which')),
    sa.CheckConstraint("format IN ('large_print', 'braille', 'audio', 'easy_read', 'other')", name=op.f('ck_format_request_format_known')),
    sa.CheckConstraint("status IN ('requested', 'sent', 'withdrawn')", name=op.f('ck_format_request_status_known')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['person.id'], name=op.f('fk_format_request_ended_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_format_request_person_id')),
    sa.ForeignKeyConstraint(['version_id'], ['policy_version.id'], name=op.f('fk_format_request_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_format_request'))
    )
    with op.batch_alter_table('format_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_format_request_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_format_request_status_due_on'), ['status', 'due_on'], unique=False)

    op.create_table('team_reminder',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('manager_id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('method', sa.String(length=40), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("method IN ('message', 'briefing')", name=op.f('ck_team_reminder_method_known')),
    sa.CheckConstraint("words <> ''", name=op.f('ck_team_reminder_says_something')),
    sa.ForeignKeyConstraint(['manager_id'], ['person.id'], name=op.f('fk_team_reminder_manager_id')),
    sa.ForeignKeyConstraint(['version_id'], ['policy_version.id'], name=op.f('fk_team_reminder_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_reminder'))
    )
    types.create_append_only_triggers(op.get_bind(), 'team_reminder')
    with op.batch_alter_table('team_reminder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_reminder_manager_id_given_on'), ['manager_id', 'given_on'], unique=False)

    op.create_table('reminder_turn',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('manager_id', sa.Uuid(), nullable=False),
    sa.Column('counted_from', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('shown_from', sa.Date(), nullable=False),
    sa.Column('done_by_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('due_on >= counted_from', name=op.f('ck_reminder_turn_due_after_start')),
    sa.ForeignKeyConstraint(['done_by_id'], ['team_reminder.id'], name=op.f('fk_reminder_turn_done_by_id')),
    sa.ForeignKeyConstraint(['manager_id'], ['person.id'], name=op.f('fk_reminder_turn_manager_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_turn'))
    )
    with op.batch_alter_table('reminder_turn', schema=None) as batch_op:
        batch_op.create_index('uq_reminder_turn_open', ['manager_id'], unique=True, sqlite_where=sa.text('done_by_id IS NULL'), postgresql_where=sa.text('done_by_id IS NULL'))

    op.create_table('team_reminder_to',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reminder_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_team_reminder_to_person_id')),
    sa.ForeignKeyConstraint(['reminder_id'], ['team_reminder.id'], name=op.f('fk_team_reminder_to_reminder_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_reminder_to')),
    sa.UniqueConstraint('reminder_id', 'person_id', name=op.f('uq_team_reminder_to_reminder_id_person_id'))
    )
    types.create_append_only_triggers(op.get_bind(), 'team_reminder_to')
    with op.batch_alter_table('team_reminder_to', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_reminder_to_person_id'), ['person_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('team_reminder_to', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_team_reminder_to_person_id'))

    op.drop_table('team_reminder_to')
    with op.batch_alter_table('reminder_turn', schema=None) as batch_op:
        batch_op.drop_index('uq_reminder_turn_open', sqlite_where=sa.text('done_by_id IS NULL'), postgresql_where=sa.text('done_by_id IS NULL'))

    op.drop_table('reminder_turn')
    with op.batch_alter_table('team_reminder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_team_reminder_manager_id_given_on'))

    op.drop_table('team_reminder')
    with op.batch_alter_table('format_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_format_request_status_due_on'))
        batch_op.drop_index(batch_op.f('ix_format_request_person_id'))

    op.drop_table('format_request')
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
