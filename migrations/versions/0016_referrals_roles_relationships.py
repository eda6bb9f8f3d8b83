"""Referrals that nobody can answer, roles that end, close relationships that somebody declares or HR records."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


# Of two appointments to one role that both have no end, the first stays; the other ends on the day it began.
ONE_OPEN_ROLE = """
    UPDATE role_assignment SET until = since WHERE until IS NULL AND EXISTS (
        SELECT 1 FROM role_assignment AS earlier
        WHERE earlier.person_id = role_assignment.person_id AND earlier.role = role_assignment.role
        AND earlier.until IS NULL AND (
            earlier.since < role_assignment.since
            OR (earlier.since = role_assignment.since AND earlier.id < role_assignment.id)
        )
    )
"""
# A referral that waits for its answer stays due, as the open step of its report.
REFERRALS_ARE_DUE = """
    UPDATE breach_report SET next_due = triage_by
    WHERE status = 'routed' AND route IN ('whistleblowing', 'safeguarding') AND closed_at IS NULL AND next_due IS NULL
"""
REFERRALS_ARE_NOT_DUE = """
    UPDATE breach_report SET next_due = NULL WHERE status = 'routed' AND route IN ('whistleblowing', 'safeguarding')
"""


def upgrade() -> None:
    op.execute(ONE_OPEN_ROLE)
    op.execute(REFERRALS_ARE_DUE)
    with op.batch_alter_table('declared_relationship', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recorded_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('data_key_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('reason_sealed', sa.LargeBinary(), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_declared_relationship_person_id_other_id_kind'), type_='unique')
        batch_op.create_index('uq_declared_relationship_open', ['person_id', 'other_id', 'kind', 'recorded_by_id'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_declared_relationship_data_key_id'), 'data_key', ['data_key_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_declared_relationship_recorded_by_id'), 'person', ['recorded_by_id'], ['id'])

    with op.batch_alter_table('role_assignment', schema=None) as batch_op:
        batch_op.create_index('uq_role_assignment_open', ['person_id', 'role'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    with op.batch_alter_table('triage_decision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('taken_back_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('taken_back_reasons_sealed', sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_triage_decision_taken_back_by_id'), 'person', ['taken_back_by_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_triage_decision_taken_back_by_somebody'), '(taken_back_by_id IS NULL) = (taken_back_at IS NULL)')
        batch_op.create_check_constraint(batch_op.f('ck_triage_decision_not_answered_and_taken_back'), 'taken_back_at IS NULL OR second_at IS NULL')


def downgrade() -> None:
    with op.batch_alter_table('triage_decision', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_triage_decision_not_answered_and_taken_back'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_triage_decision_taken_back_by_somebody'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_triage_decision_taken_back_by_id'), type_='foreignkey')
        batch_op.drop_column('taken_back_reasons_sealed')
        batch_op.drop_column('taken_back_at')
        batch_op.drop_column('taken_back_by_id')

    with op.batch_alter_table('role_assignment', schema=None) as batch_op:
        batch_op.drop_index('uq_role_assignment_open', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    with op.batch_alter_table('declared_relationship', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_declared_relationship_recorded_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_declared_relationship_data_key_id'), type_='foreignkey')
        batch_op.drop_index('uq_declared_relationship_open', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_declared_relationship_person_id_other_id_kind'), ['person_id', 'other_id', 'kind'])
        batch_op.drop_column('reason_sealed')
        batch_op.drop_column('data_key_id')
        batch_op.drop_column('recorded_by_id')
    op.execute(REFERRALS_ARE_NOT_DUE)
