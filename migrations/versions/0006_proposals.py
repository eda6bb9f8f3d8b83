"""Proposals for accounts, with their risk assessments and evaluation plans; the Chair as somebody who approves."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


ROLES = (
    "'sca', 'deputy_sca', 'hr_intake', 'hr_case_owner', 'hr_manager', 'investigator', 'decision_maker', 'appeal_officer', 'independent', 'whistleblowing_officer', 'safeguarding_lead', 'ict', 'dpo', 'auditor', 'administrator'"
)


def _roles_may_be(roles: str) -> None:
    with op.batch_alter_table('role_assignment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_role_assignment_role_known'), type_='check')
        batch_op.create_check_constraint('role_known', f"role IN ({roles})")


def upgrade() -> None:
    _roles_may_be(f"{ROLES}, 'chair'")
    op.create_table('account_proposal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('proposer_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('platform', sa.String(length=80), nullable=False),
    sa.Column('handle', sa.String(length=120), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=True),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('target_group', sa.Text(), nullable=False),
    sa.Column('benefit', sa.Text(), nullable=False),
    sa.Column('cost', sa.Text(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('supported_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lapses_on', sa.Date(), nullable=True),
    sa.Column('ended_by_id', sa.Uuid(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status IN ('withdrawn', 'registered')) = (ended_at IS NOT NULL)", name=op.f('ck_account_proposal_ended_has_a_moment')),
    sa.CheckConstraint("kind IN ('new_platform', 'new_account') OR (account_id IS NOT NULL AND change <> '')", name=op.f('ck_account_proposal_change_names_its_account')),
    sa.CheckConstraint("kind IN ('new_platform', 'new_account', 'expansion', 'operational_change', 'major_change', 'closure')", name=op.f('ck_account_proposal_kind_known')),
    sa.CheckConstraint("name <> '' AND platform <> '' AND purpose <> ''", name=op.f('ck_account_proposal_says_what_and_why')),
    sa.CheckConstraint("status <> 'registered' OR account_id IS NOT NULL", name=op.f('ck_account_proposal_registered_as_an_account')),
    sa.CheckConstraint("status IN ('proposed', 'returned', 'with_sca', 'assessing', 'approval', 'approved', 'registered', 'declined', 'refused', 'withdrawn')", name=op.f('ck_account_proposal_status_known')),
    sa.CheckConstraint("status NOT IN ('approved', 'registered') OR lapses_on IS NOT NULL", name=op.f('ck_account_proposal_approval_lapses')),
    sa.CheckConstraint("status NOT IN ('approved', 'registered', 'refused', 'declined') OR decided_at IS NOT NULL", name=op.f('ck_account_proposal_decision_has_a_moment')),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by_id IS NULL)', name=op.f('ck_account_proposal_decided_by_somebody')),
    sa.CheckConstraint('(ended_at IS NULL) = (ended_by_id IS NULL)', name=op.f('ck_account_proposal_ended_by_somebody')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> proposer_id', name=op.f('ck_account_proposal_not_own_decider')),
    sa.CheckConstraint('supported_by_id IS NULL OR supported_by_id <> proposer_id', name=op.f('ck_account_proposal_not_own_supporter')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_proposal_account_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_account_proposal_decided_by_id')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['person.id'], name=op.f('fk_account_proposal_ended_by_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_account_proposal_owner_id')),
    sa.ForeignKeyConstraint(['proposer_id'], ['person.id'], name=op.f('fk_account_proposal_proposer_id')),
    sa.ForeignKeyConstraint(['supported_by_id'], ['person.id'], name=op.f('fk_account_proposal_supported_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_proposal')),
    sa.UniqueConstraint('reference', name=op.f('uq_account_proposal_reference'))
    )
    with op.batch_alter_table('account_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_proposal_account_id_submitted_at'), ['account_id', 'submitted_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_proposal_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_proposal_proposer_id_submitted_at_id'), ['proposer_id', 'submitted_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_proposal_status_submitted_at_id'), ['status', 'submitted_at', 'id'], unique=False)

    op.create_table('monitoring_plan',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('proposal_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('planned_by_id', sa.Uuid(), nullable=False),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('objectives', sa.Text(), nullable=False),
    sa.Column('measures', sa.Text(), nullable=False),
    sa.Column('responsible_id', sa.Uuid(), nullable=False),
    sa.Column('frequency', sa.String(length=40), nullable=False),
    sa.Column('evaluation_on', sa.Date(), nullable=False),
    sa.CheckConstraint("frequency IN ('weekly', 'monthly', 'quarterly', 'yearly')", name=op.f('ck_monitoring_plan_frequency_known')),
    sa.CheckConstraint("measures <> ''", name=op.f('ck_monitoring_plan_has_a_measure')),
    sa.CheckConstraint('proposal_id IS NOT NULL OR account_id IS NOT NULL', name=op.f('ck_monitoring_plan_about_something')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_monitoring_plan_account_id')),
    sa.ForeignKeyConstraint(['planned_by_id'], ['person.id'], name=op.f('fk_monitoring_plan_planned_by_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['account_proposal.id'], name=op.f('fk_monitoring_plan_proposal_id')),
    sa.ForeignKeyConstraint(['responsible_id'], ['person.id'], name=op.f('fk_monitoring_plan_responsible_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_monitoring_plan'))
    )
    with op.batch_alter_table('monitoring_plan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_monitoring_plan_account_id_planned_at'), ['account_id', 'planned_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_monitoring_plan_proposal_id_planned_at'), ['proposal_id', 'planned_at'], unique=False)

    op.create_table('proposal_remark',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('advice', sa.String(length=40), nullable=True),
    sa.Column('said_by_id', sa.Uuid(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.CheckConstraint("(kind = 'advice') = (advice IS NOT NULL)", name=op.f('ck_proposal_remark_advice_is_given')),
    sa.CheckConstraint("advice IN ('go_ahead', 'with_changes', 'against')", name=op.f('ck_proposal_remark_advice_known')),
    sa.CheckConstraint("kind IN ('supported', 'question', 'answer', 'declined', 'advice', 'sent_back', 'risk_accepted', 'approved', 'refused')", name=op.f('ck_proposal_remark_kind_known')),
    sa.CheckConstraint("kind IN ('supported', 'risk_accepted', 'approved') OR words <> ''", name=op.f('ck_proposal_remark_has_words')),
    sa.ForeignKeyConstraint(['proposal_id'], ['account_proposal.id'], name=op.f('fk_proposal_remark_proposal_id')),
    sa.ForeignKeyConstraint(['said_by_id'], ['person.id'], name=op.f('fk_proposal_remark_said_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_remark')),
    sa.UniqueConstraint('proposal_id', 'position', name=op.f('uq_proposal_remark_proposal_id_position'))
    )
    types.create_append_only_triggers(op.get_bind(), 'proposal_remark')
    with op.batch_alter_table('proposal_remark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_remark_said_by_id'), ['said_by_id'], unique=False)

    op.create_table('risk_assessment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('proposal_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('assessed_by_id', sa.Uuid(), nullable=False),
    sa.Column('assessed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('review_on', sa.Date(), nullable=False),
    sa.Column('highest_score', sa.Integer(), nullable=False),
    sa.Column('accepted_by_id', sa.Uuid(), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(accepted_at IS NULL) = (accepted_by_id IS NULL)', name=op.f('ck_risk_assessment_accepted_by_somebody')),
    sa.CheckConstraint('accepted_by_id IS NULL OR accepted_by_id <> assessed_by_id', name=op.f('ck_risk_assessment_not_own_acceptance')),
    sa.CheckConstraint('proposal_id IS NOT NULL OR account_id IS NOT NULL', name=op.f('ck_risk_assessment_about_something')),
    sa.ForeignKeyConstraint(['accepted_by_id'], ['person.id'], name=op.f('fk_risk_assessment_accepted_by_id')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_risk_assessment_account_id')),
    sa.ForeignKeyConstraint(['assessed_by_id'], ['person.id'], name=op.f('fk_risk_assessment_assessed_by_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['account_proposal.id'], name=op.f('fk_risk_assessment_proposal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_assessment'))
    )
    with op.batch_alter_table('risk_assessment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_risk_assessment_account_id_assessed_at'), ['account_id', 'assessed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_risk_assessment_proposal_id_assessed_at'), ['proposal_id', 'assessed_at'], unique=False)

    op.create_table('risk_row',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('assessment_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('heading', sa.String(length=160), nullable=False),
    sa.Column('risk', sa.Text(), nullable=False),
    sa.Column('likelihood', sa.Integer(), nullable=False),
    sa.Column('impact', sa.Integer(), nullable=False),
    sa.Column('control', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("control <> ''", name=op.f('ck_risk_row_has_a_control')),
    sa.CheckConstraint('impact BETWEEN 1 AND 5', name=op.f('ck_risk_row_impact_in_range')),
    sa.CheckConstraint('likelihood BETWEEN 1 AND 5', name=op.f('ck_risk_row_likelihood_in_range')),
    sa.ForeignKeyConstraint(['assessment_id'], ['risk_assessment.id'], name=op.f('fk_risk_row_assessment_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_risk_row_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_row')),
    sa.UniqueConstraint('assessment_id', 'position', name=op.f('uq_risk_row_assessment_id_position'))
    )


def downgrade() -> None:
    _roles_may_be(ROLES)
    op.drop_table('risk_row')
    with op.batch_alter_table('risk_assessment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_risk_assessment_proposal_id_assessed_at'))
        batch_op.drop_index(batch_op.f('ix_risk_assessment_account_id_assessed_at'))

    op.drop_table('risk_assessment')
    with op.batch_alter_table('proposal_remark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proposal_remark_said_by_id'))

    op.drop_table('proposal_remark')
    with op.batch_alter_table('monitoring_plan', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_monitoring_plan_proposal_id_planned_at'))
        batch_op.drop_index(batch_op.f('ix_monitoring_plan_account_id_planned_at'))

    op.drop_table('monitoring_plan')
    with op.batch_alter_table('account_proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_proposal_status_submitted_at_id'))
        batch_op.drop_index(batch_op.f('ix_account_proposal_proposer_id_submitted_at_id'))
        batch_op.drop_index(batch_op.f('ix_account_proposal_owner_id'))
        batch_op.drop_index(batch_op.f('ix_account_proposal_account_id_submitted_at'))

    op.drop_table('account_proposal')
