"""Work that happens by itself: jobs, reminders, messages, mail; closed days; from when dates were counted."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('job',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('next_run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_count', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_failed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.String(length=200), nullable=True),
    sa.CheckConstraint('failures >= 0', name=op.f('ck_job_failures_counted')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_job'))
    )
    op.create_table('mail',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('to_person_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('maybe_sent', sa.Boolean(), nullable=False),
    sa.Column('give_up_after', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('given_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.String(length=80), nullable=True),
    sa.CheckConstraint('attempts >= 0', name=op.f('ck_mail_attempts_counted')),
    sa.CheckConstraint('sent_at IS NULL OR given_up_at IS NULL', name=op.f('ck_mail_sent_or_given_up')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail'))
    )
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.create_index('ix_mail_open', ['next_try_at'], unique=False, sqlite_where=sa.text('sent_at IS NULL AND given_up_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND given_up_at IS NULL'))

    op.create_table('closed_day',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=80), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_by_id', sa.Uuid(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_reason', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason = '')", name=op.f('ck_closed_day_withdrawn_with_a_reason')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_closed_day_says_why')),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)', name=op.f('ck_closed_day_withdrawn_by_somebody')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_closed_day_recorded_by_id')),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['person.id'], name=op.f('fk_closed_day_withdrawn_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closed_day'))
    )
    with op.batch_alter_table('closed_day', schema=None) as batch_op:
        batch_op.create_index('uq_closed_day_standing', ['day'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.create_table('reminder',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('to_person_id', sa.Uuid(), nullable=False),
    sa.Column('escalated', sa.Boolean(), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.Column('settled_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('settled_on IS NULL OR escalated', name=op.f('ck_reminder_only_escalated_are_settled')),
    sa.ForeignKeyConstraint(['to_person_id'], ['person.id'], name=op.f('fk_reminder_to_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('kind', 'key', 'due_on', 'to_person_id', 'step', name=op.f('uq_reminder_kind_key_due_on_to_person_id_step')),
    sa.UniqueConstraint('kind', 'key', 'to_person_id', 'sent_on', name=op.f('uq_reminder_kind_key_to_person_id_sent_on'))
    )
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.create_index('ix_reminder_escalated', ['to_person_id'], unique=False, sqlite_where=sa.text('escalated AND settled_on IS NULL'), postgresql_where=sa.text('escalated AND settled_on IS NULL'))

    with op.batch_alter_table('case_pause', schema=None) as batch_op:
        batch_op.add_column(sa.Column('step_counted_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('step_period', sa.String(length=80), nullable=True))

    with op.batch_alter_table('hr_case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('step_counted_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('step_period', sa.String(length=80), nullable=True))

    # Messages of before name their occasion differently and do not know whose wall holds for them. What still waits stands
    # on home pages all the same.
    op.execute("DELETE FROM outbox_message")
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('matter_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('mail_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('read_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f('ix_outbox_message_unsent'), sqlite_where=sa.text('sent_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_outbox_message_mail_id'), ['mail_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_message_to_person_id_created_at_id'), ['to_person_id', 'created_at', 'id'], unique=False)
        batch_op.create_index('ix_outbox_message_unread', ['to_person_id'], unique=False, sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))
        batch_op.create_index('ix_outbox_message_unsettled', ['created_at'], unique=False, sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_outbox_message_mail_id'), 'mail', ['mail_id'], ['id'])
        batch_op.drop_column('sent_at')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mail_choice', sa.String(length=40), nullable=False, server_default='at_once'))
        batch_op.create_check_constraint('mail_choice_known', "mail_choice IN ('at_once', 'daily')")

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.alter_column('mail_choice', existing_type=sa.String(length=40), server_default=None)

    with op.batch_alter_table('rotation_cause', schema=None) as batch_op:
        batch_op.add_column(sa.Column('due_counted_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('due_period', sa.String(length=80), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('rotation_cause', schema=None) as batch_op:
        batch_op.drop_column('due_period')
        batch_op.drop_column('due_counted_from')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_constraint('mail_choice_known', type_='check')
        batch_op.drop_column('mail_choice')

    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f('fk_outbox_message_mail_id'), type_='foreignkey')
        batch_op.drop_index('ix_outbox_message_unsettled', sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))
        batch_op.drop_index('ix_outbox_message_unread', sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_outbox_message_to_person_id_created_at_id'))
        batch_op.drop_index(batch_op.f('ix_outbox_message_mail_id'))
        batch_op.create_index(batch_op.f('ix_outbox_message_unsent'), ['created_at'], unique=False, sqlite_where=sa.text('sent_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL'))
        batch_op.drop_column('read_at')
        batch_op.drop_column('mail_id')
        batch_op.drop_column('settled_at')
        batch_op.drop_column('matter_id')

    with op.batch_alter_table('hr_case', schema=None) as batch_op:
        batch_op.drop_column('step_period')
        batch_op.drop_column('step_counted_from')

    with op.batch_alter_table('case_pause', schema=None) as batch_op:
        batch_op.drop_column('step_period')
        batch_op.drop_column('step_counted_from')

    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.drop_index('ix_reminder_escalated', sqlite_where=sa.text('escalated AND settled_on IS NULL'), postgresql_where=sa.text('escalated AND settled_on IS NULL'))

    op.drop_table('reminder')
    with op.batch_alter_table('closed_day', schema=None) as batch_op:
        batch_op.drop_index('uq_closed_day_standing', sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.drop_table('closed_day')
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_open', sqlite_where=sa.text('sent_at IS NULL AND given_up_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND given_up_at IS NULL'))

    op.drop_table('mail')
    op.drop_table('job')
