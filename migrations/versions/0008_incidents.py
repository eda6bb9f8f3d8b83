"""What happens to accounts: incidents with the steps of a plan, notes, and the causes of changes they gave."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account_incident',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('noticed_on', sa.Date(), nullable=False),
    sa.Column('what_happened', sa.Text(), nullable=False),
    sa.Column('by_whom', sa.String(length=200), nullable=False),
    sa.Column('what_was_said', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('lessons', sa.Text(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_account_incident_closed_has_a_moment')),
    sa.CheckConstraint("kind <> 'media_interest' OR by_whom <> ''", name=op.f('ck_account_incident_media_interest_says_who')),
    sa.CheckConstraint("kind IN ('compromise', 'media_interest', 'online_attack', 'other')", name=op.f('ck_account_incident_kind_known')),
    sa.CheckConstraint("status <> 'closed' OR outcome <> ''", name=op.f('ck_account_incident_closed_has_an_outcome')),
    sa.CheckConstraint("status IN ('open', 'closed')", name=op.f('ck_account_incident_status_known')),
    sa.CheckConstraint('(closed_at IS NULL) = (closed_by_id IS NULL)', name=op.f('ck_account_incident_closed_by_somebody')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_incident_account_id')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_account_incident_closed_by_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_account_incident_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_incident'))
    )
    with op.batch_alter_table('account_incident', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_incident_account_id_recorded_at'), ['account_id', 'recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_incident_status_due_on'), ['status', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_incident_status_recorded_at_id'), ['status', 'recorded_at', 'id'], unique=False)
        batch_op.create_index('uq_account_incident_compromise', ['account_id'], unique=True, sqlite_where=sa.text("status = 'open' AND kind = 'compromise'"), postgresql_where=sa.text("status = 'open' AND kind = 'compromise'"))

    op.create_table('incident_note',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('incident_id', sa.Uuid(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['incident_id'], ['account_incident.id'], name=op.f('fk_incident_note_incident_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['person.id'], name=op.f('fk_incident_note_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_note'))
    )
    types.create_append_only_triggers(op.get_bind(), 'incident_note')
    with op.batch_alter_table('incident_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_note_incident_id_written_at'), ['incident_id', 'written_at'], unique=False)

    op.create_table('incident_step',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('incident_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_by_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("kind <> 'credentials' OR outcome = 'done'", name=op.f('ck_incident_step_credentials_are_changed')),
    sa.CheckConstraint("kind IN ('declared', 'informed', 'platform', 'credentials', 'recovery', 'administrators', 'connected_tools', 'forwarding', 'evidence', 'content', 'statement', 'police', 'reference', 'lessons')", name=op.f('ck_incident_step_kind_known')),
    sa.CheckConstraint("outcome = 'done' OR reason <> ''", name=op.f('ck_incident_step_not_applicable_has_a_reason')),
    sa.CheckConstraint("outcome IN ('done', 'not_applicable')", name=op.f('ck_incident_step_outcome_known')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_incident_step_answered_by_id')),
    sa.ForeignKeyConstraint(['incident_id'], ['account_incident.id'], name=op.f('fk_incident_step_incident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_step')),
    sa.UniqueConstraint('incident_id', 'kind', name=op.f('uq_incident_step_incident_id_kind'))
    )
    op.create_table('incident_cause',
    sa.Column('incident_id', sa.Uuid(), nullable=False),
    sa.Column('cause_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['cause_id'], ['rotation_cause.id'], name=op.f('fk_incident_cause_cause_id')),
    sa.ForeignKeyConstraint(['incident_id'], ['account_incident.id'], name=op.f('fk_incident_cause_incident_id')),
    sa.PrimaryKeyConstraint('incident_id', 'cause_id', name=op.f('pk_incident_cause'))
    )
    with op.batch_alter_table('incident_cause', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_cause_cause_id'), ['cause_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('incident_cause', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_cause_cause_id'))

    op.drop_table('incident_cause')
    op.drop_table('incident_step')
    with op.batch_alter_table('incident_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_note_incident_id_written_at'))

    op.drop_table('incident_note')
    with op.batch_alter_table('account_incident', schema=None) as batch_op:
        batch_op.drop_index('uq_account_incident_compromise', sqlite_where=sa.text("status = 'open' AND kind = 'compromise'"), postgresql_where=sa.text("status = 'open' AND kind = 'compromise'"))
        batch_op.drop_index(batch_op.f('ix_account_incident_status_recorded_at_id'))
        batch_op.drop_index(batch_op.f('ix_account_incident_status_due_on'))
        batch_op.drop_index(batch_op.f('ix_account_incident_account_id_recorded_at'))

    op.drop_table('account_incident')
