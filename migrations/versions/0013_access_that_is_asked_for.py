"""Access that is asked for."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('access_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('level', sa.String(length=40), nullable=False),
    sa.Column('login_mode', sa.String(length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('trained_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by_id', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('advise_by', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('advice', sa.Text(), nullable=False),
    sa.Column('advised_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('grant_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'asked') = (decided_at IS NULL)", name=op.f('ck_access_request_decision_has_a_moment')),
    sa.CheckConstraint("advised_by_id IS NULL OR advice <> ''", name=op.f('ck_access_request_advice_has_words')),
    sa.CheckConstraint("level IN ('admin', 'editor', 'responder', 'viewer')", name=op.f('ck_access_request_level_known')),
    sa.CheckConstraint("login_mode IN ('shared', 'individual', 'delegated')", name=op.f('ck_access_request_login_mode_known')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_access_request_says_why')),
    sa.CheckConstraint("status <> 'approved' OR decided_by_id <> person_id", name=op.f('ck_access_request_not_own_approver')),
    sa.CheckConstraint("status <> 'approved' OR decided_by_id IS NOT NULL", name=op.f('ck_access_request_approved_by_somebody')),
    sa.CheckConstraint("status <> 'refused' OR words <> ''", name=op.f('ck_access_request_refusal_has_reasons')),
    sa.CheckConstraint("status IN ('asked', 'approved', 'refused', 'withdrawn', 'overtaken')", name=op.f('ck_access_request_status_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_request_account_id')),
    sa.ForeignKeyConstraint(['advised_by_id'], ['person.id'], name=op.f('fk_access_request_advised_by_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_access_request_asked_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_access_request_decided_by_id')),
    sa.ForeignKeyConstraint(['grant_id'], ['access_grant.id'], name=op.f('fk_access_request_grant_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_access_request_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_request'))
    )
    with op.batch_alter_table('access_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_request_account_id_asked_at'), ['account_id', 'asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_request_asked_by_id'), ['asked_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_request_person_id_asked_at'), ['person_id', 'asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_request_status_asked_at_id'), ['status', 'asked_at', 'id'], unique=False)
        batch_op.create_index('uq_access_request_open', ['account_id', 'person_id'], unique=True, sqlite_where=sa.text("status = 'asked'"), postgresql_where=sa.text("status = 'asked'"))


def downgrade() -> None:
    with op.batch_alter_table('access_request', schema=None) as batch_op:
        batch_op.drop_index('uq_access_request_open', sqlite_where=sa.text("status = 'asked'"), postgresql_where=sa.text("status = 'asked'"))
        batch_op.drop_index(batch_op.f('ix_access_request_status_asked_at_id'))
        batch_op.drop_index(batch_op.f('ix_access_request_person_id_asked_at'))
        batch_op.drop_index(batch_op.f('ix_access_request_asked_by_id'))
        batch_op.drop_index(batch_op.f('ix_access_request_account_id_asked_at'))

    op.drop_table('access_request')
