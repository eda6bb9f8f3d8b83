"""The rooms of the first full run: register, leavers, devices, reports and cases."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('matter',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('data_key_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("kind IN ('report', 'case')", name=op.f('ck_matter_kind_known')),
    sa.ForeignKeyConstraint(['data_key_id'], ['data_key.id'], name=op.f('fk_matter_data_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_matter'))
    )
    op.create_table('account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('platform', sa.String(length=80), nullable=False),
    sa.Column('handle', sa.String(length=120), nullable=True),
    sa.Column('handle_key', sa.String(length=120), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('login_mode', sa.String(length=40), nullable=False),
    sa.Column('two_step', sa.String(length=40), nullable=False),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('last_access_review_on', sa.Date(), nullable=True),
    sa.Column('status_since', sa.Date(), nullable=True),
    sa.Column('status_reason', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name=op.f('ck_account_closed_has_a_day')),
    sa.CheckConstraint("kind IN ('social', 'blog', 'website_tool', 'linked_group')", name=op.f('ck_account_kind_known')),
    sa.CheckConstraint("login_mode IN ('shared', 'individual', 'delegated')", name=op.f('ck_account_login_mode_known')),
    sa.CheckConstraint("status IN ('live', 'paused', 'dormant', 'compromised', 'closing', 'closed')", name=op.f('ck_account_status_known')),
    sa.CheckConstraint("two_step IN ('on', 'off', 'not_recorded')", name=op.f('ck_account_two_step_known')),
    sa.CheckConstraint('(handle IS NULL) = (handle_key IS NULL)', name=op.f('ck_account_handle_has_a_key')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_account_owner_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['account.id'], name=op.f('fk_account_parent_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_account_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_name_platform_id'), ['name', 'platform', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_platform_name_id'), ['platform', 'name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_service_id_name_platform_id'), ['service_id', 'name', 'platform', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_status_name_platform_id'), ['status', 'name', 'platform', 'id'], unique=False)
        batch_op.create_index('uq_account_open_handle', ['platform', 'handle_key'], unique=True, sqlite_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"), postgresql_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"))

    op.create_table('breach_report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=14), nullable=False),
    sa.Column('matter_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('category', sa.String(length=40), nullable=False),
    sa.Column('platform', sa.String(length=80), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=True),
    sa.Column('capacity', sa.String(length=40), nullable=False),
    sa.Column('in_working_hours', sa.String(length=40), nullable=False),
    sa.Column('malpractice', sa.String(length=40), nullable=False),
    sa.Column('person_at_risk', sa.String(length=40), nullable=False),
    sa.Column('personal_data_exposed', sa.String(length=40), nullable=False),
    sa.Column('reporter_harmed', sa.String(length=40), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('acknowledge_by', sa.Date(), nullable=False),
    sa.Column('triage_by', sa.Date(), nullable=False),
    sa.Column('next_due', sa.Date(), nullable=True),
    sa.Column('route', sa.String(length=40), nullable=True),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_by_id', sa.Uuid(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('what_happened_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('address_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('who_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('roughly_when_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('address_index', sa.String(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("capacity IN ('official', 'personal', 'named_the_council', 'unknown')", name=op.f('ck_breach_report_capacity_known')),
    sa.CheckConstraint("in_working_hours IN ('yes', 'no', 'unknown')", name=op.f('ck_breach_report_in_working_hours_known')),
    sa.CheckConstraint("malpractice IN ('yes', 'no', 'unknown')", name=op.f('ck_breach_report_malpractice_known')),
    sa.CheckConstraint("person_at_risk IN ('yes', 'no', 'unknown')", name=op.f('ck_breach_report_person_at_risk_known')),
    sa.CheckConstraint("personal_data_exposed IN ('yes', 'no', 'unknown')", name=op.f('ck_breach_report_personal_data_exposed_known')),
    sa.CheckConstraint("reporter_harmed IN ('yes', 'no', 'unknown')", name=op.f('ck_breach_report_reporter_harmed_known')),
    sa.CheckConstraint("route IN ('case', 'whistleblowing', 'safeguarding', 'grievance', 'monitoring_officer', 'employer', 'school', 'board', 'placement', 'problem_solving', 'separate_procedure', 'advice', 'duplicate', 'no_further_action')", name=op.f('ck_breach_report_route_known')),
    sa.CheckConstraint("status IN ('received', 'triage', 'closing', 'routed', 'closed', 'case_opened')", name=op.f('ck_breach_report_status_known')),
    sa.ForeignKeyConstraint(['acknowledged_by_id'], ['person.id'], name=op.f('fk_breach_report_acknowledged_by_id')),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_breach_report_matter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_breach_report')),
    sa.UniqueConstraint('matter_id', name=op.f('uq_breach_report_matter_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_breach_report_reference'))
    )
    with op.batch_alter_table('breach_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_breach_report_address_index'), ['address_index'], unique=False)
        batch_op.create_index(batch_op.f('ix_breach_report_category_next_due_received_at_id'), ['category', 'next_due', 'received_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_breach_report_category_received_at_id'), ['category', 'received_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_breach_report_next_due_received_at_id'), ['next_due', 'received_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_breach_report_received_at_id'), ['received_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_breach_report_status_next_due_received_at_id'), ['status', 'next_due', 'received_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_breach_report_status_received_at_id'), ['status', 'received_at', 'id'], unique=False)

    op.create_table('device_permission_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('device_kind', sa.String(length=40), nullable=False),
    sa.Column('device_words', sa.String(length=120), nullable=False),
    sa.Column('device_key', sa.String(length=170), nullable=False),
    sa.Column('platforms_key', sa.String(length=400), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('using_since', sa.Date(), nullable=True),
    sa.Column('locked', sa.Boolean(), nullable=False),
    sa.Column('updated', sa.Boolean(), nullable=False),
    sa.Column('two_step', sa.Boolean(), nullable=False),
    sa.Column('no_saved_password', sa.Boolean(), nullable=False),
    sa.Column('separate_profile', sa.Boolean(), nullable=False),
    sa.Column('undertaken', sa.Boolean(), nullable=False),
    sa.Column('asks_for_working_hours', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refusal_reasons', sa.Text(), nullable=False),
    sa.Column('conditions', sa.Text(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('covers_working_hours', sa.Boolean(), nullable=True),
    sa.Column('post_at_approval', sa.String(length=120), nullable=True),
    sa.Column('manager_at_approval_id', sa.Uuid(), nullable=True),
    sa.Column('ended_by_id', sa.Uuid(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reasons', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status IN ('withdrawn', 'revoked')) = (ended_at IS NOT NULL)", name=op.f('ck_device_permission_request_ended_has_a_moment')),
    sa.CheckConstraint("device_kind <> 'other' OR device_words <> ''", name=op.f('ck_device_permission_request_other_device_named')),
    sa.CheckConstraint("device_kind IN ('home_computer', 'phone', 'tablet', 'other')", name=op.f('ck_device_permission_request_device_kind_known')),
    sa.CheckConstraint("status <> 'refused' OR refusal_reasons <> ''", name=op.f('ck_device_permission_request_refusal_has_reasons')),
    sa.CheckConstraint("status <> 'revoked' OR end_reasons <> ''", name=op.f('ck_device_permission_request_revoking_has_reasons')),
    sa.CheckConstraint("status IN ('submitted', 'returned', 'approved', 'refused', 'withdrawn', 'revoked')", name=op.f('ck_device_permission_request_status_known')),
    sa.CheckConstraint("status NOT IN ('approved', 'refused', 'revoked') OR decided_at IS NOT NULL", name=op.f('ck_device_permission_request_decision_has_a_moment')),
    sa.CheckConstraint("status NOT IN ('approved', 'revoked') OR expires_on IS NOT NULL", name=op.f('ck_device_permission_request_approval_ends')),
    sa.CheckConstraint("status NOT IN ('submitted', 'returned') OR decided_at IS NULL", name=op.f('ck_device_permission_request_open_is_undecided')),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by_id IS NULL)', name=op.f('ck_device_permission_request_decided_by_somebody')),
    sa.CheckConstraint('(ended_at IS NULL) = (ended_by_id IS NULL)', name=op.f('ck_device_permission_request_ended_by_somebody')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> person_id', name=op.f('ck_device_permission_request_not_own_decider')),
    sa.CheckConstraint('undertaken', name=op.f('ck_device_permission_request_undertaken')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_device_permission_request_decided_by_id')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['person.id'], name=op.f('fk_device_permission_request_ended_by_id')),
    sa.ForeignKeyConstraint(['manager_at_approval_id'], ['person.id'], name=op.f('fk_device_permission_request_manager_at_approval_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_device_permission_request_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_permission_request')),
    sa.UniqueConstraint('reference', name=op.f('uq_device_permission_request_reference'))
    )
    with op.batch_alter_table('device_permission_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_device_permission_request_person_id_submitted_at_id'), ['person_id', 'submitted_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_device_permission_request_status_submitted_at_id'), ['status', 'submitted_at', 'id'], unique=False)
        batch_op.create_index('uq_device_permission_request_open', ['person_id', 'device_key', 'platforms_key'], unique=True, sqlite_where=sa.text("status IN ('submitted', 'returned')"), postgresql_where=sa.text("status IN ('submitted', 'returned')"))

    op.create_table('leaver_notice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('last_working_day', sa.Date(), nullable=False),
    sa.Column('immediate', sa.Boolean(), nullable=False),
    sa.Column('notified_by_id', sa.Uuid(), nullable=False),
    sa.Column('notified_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'complete') = (completed_at IS NOT NULL)", name=op.f('ck_leaver_notice_complete_has_a_moment')),
    sa.CheckConstraint("status IN ('notified', 'complete')", name=op.f('ck_leaver_notice_status_known')),
    sa.CheckConstraint('notified_by_id <> person_id', name=op.f('ck_leaver_notice_not_by_the_leaver')),
    sa.ForeignKeyConstraint(['notified_by_id'], ['person.id'], name=op.f('fk_leaver_notice_notified_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_leaver_notice_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leaver_notice'))
    )
    with op.batch_alter_table('leaver_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leaver_notice_last_working_day_id'), ['last_working_day', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_leaver_notice_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_leaver_notice_open', ['person_id'], unique=True, sqlite_where=sa.text("status = 'notified'"), postgresql_where=sa.text("status = 'notified'"))

    op.create_table('matter_party',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('matter_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('capacity', sa.String(length=40), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("capacity IN ('reporter', 'subject', 'witness', 'companion', 'triage_officer', 'second_officer', 'case_owner', 'investigator', 'note_taker', 'decision_maker', 'panel_member', 'hr_adviser', 'appeal_officer', 'need_to_know')", name=op.f('ck_matter_party_capacity_known')),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_matter_party_ends_after_start')),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_matter_party_matter_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_matter_party_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_matter_party'))
    )
    with op.batch_alter_table('matter_party', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_matter_party_matter_id_capacity'), ['matter_id', 'capacity'], unique=False)
        batch_op.create_index(batch_op.f('ix_matter_party_person_id_capacity_matter_id'), ['person_id', 'capacity', 'matter_id'], unique=False)
        batch_op.create_index('uq_matter_party_current', ['matter_id', 'person_id', 'capacity'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    op.create_table('waiting_evidence',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('matter_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('stored_as', sa.String(length=40), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('file_name_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('description_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_waiting_evidence_matter_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_waiting_evidence_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting_evidence')),
    sa.UniqueConstraint('owner_id', 'number', name=op.f('uq_waiting_evidence_owner_id_number')),
    sa.UniqueConstraint('stored_as', name=op.f('uq_waiting_evidence_stored_as'))
    )
    op.create_table('access_grant',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('level', sa.String(length=40), nullable=False),
    sa.Column('login_mode', sa.String(length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('approved_by_id', sa.Uuid(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('required_version_id', sa.Uuid(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.String(length=40), nullable=True),
    sa.Column('ended_by_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("end_reason IN ('no_longer_needed', 'left', 'moved', 'withdrawn', 'account_closed')", name=op.f('ck_access_grant_end_reason_known')),
    sa.CheckConstraint("level IN ('admin', 'editor', 'responder', 'viewer')", name=op.f('ck_access_grant_level_known')),
    sa.CheckConstraint("login_mode IN ('shared', 'individual', 'delegated')", name=op.f('ck_access_grant_login_mode_known')),
    sa.CheckConstraint('(ends_on IS NULL) = (end_reason IS NULL)', name=op.f('ck_access_grant_end_has_a_reason')),
    sa.CheckConstraint('approved_by_id IS NULL OR approved_by_id <> person_id', name=op.f('ck_access_grant_not_own_approver')),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_access_grant_ends_after_start')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_grant_account_id')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['person.id'], name=op.f('fk_access_grant_approved_by_id')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['person.id'], name=op.f('fk_access_grant_ended_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_access_grant_person_id')),
    sa.ForeignKeyConstraint(['required_version_id'], ['policy_version.id'], name=op.f('fk_access_grant_required_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_grant'))
    )
    with op.batch_alter_table('access_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_grant_account_id_ends_on'), ['account_id', 'ends_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_grant_person_id_account_id'), ['person_id', 'account_id'], unique=False)
        batch_op.create_index('uq_access_grant_open', ['account_id', 'person_id'], unique=True, sqlite_where=sa.text('ends_on IS NULL'), postgresql_where=sa.text('ends_on IS NULL'))

    op.create_table('account_word',
    sa.Column('word', sa.String(length=160).with_variant(sa.String(length=160, collation='C'), 'postgresql'), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_word_account_id')),
    sa.PrimaryKeyConstraint('word', 'account_id', name=op.f('pk_account_word'))
    )
    with op.batch_alter_table('account_word', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_word_account_id'), ['account_id'], unique=False)

    op.create_table('credential_rotation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('permitted_by_id', sa.Uuid(), nullable=True),
    sa.Column('permitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('emergency_reason', sa.Text(), nullable=False),
    sa.Column('done_by_id', sa.Uuid(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verify_by', sa.Date(), nullable=True),
    sa.Column('verified_by_id', sa.Uuid(), nullable=True),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('saw', sa.String(length=40), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'complete') = (verified_at IS NOT NULL)", name=op.f('ck_credential_rotation_complete_is_verified')),
    sa.CheckConstraint("(status = 'due') = (done_at IS NULL)", name=op.f('ck_credential_rotation_done_unless_due')),
    sa.CheckConstraint("saw IN ('vault_date', 'no_sessions', 'signed_in')", name=op.f('ck_credential_rotation_saw_known')),
    sa.CheckConstraint("status IN ('due', 'to_verify', 'complete')", name=op.f('ck_credential_rotation_status_known')),
    sa.CheckConstraint('(done_at IS NULL) = (changed_at IS NULL)', name=op.f('ck_credential_rotation_done_says_when_changed')),
    sa.CheckConstraint('(done_at IS NULL) = (done_by_id IS NULL)', name=op.f('ck_credential_rotation_done_by_somebody')),
    sa.CheckConstraint('(permitted_at IS NULL) = (permitted_by_id IS NULL)', name=op.f('ck_credential_rotation_permitted_by_somebody')),
    sa.CheckConstraint('(verified_at IS NULL) = (saw IS NULL)', name=op.f('ck_credential_rotation_verifier_saw_something')),
    sa.CheckConstraint('(verified_at IS NULL) = (verified_by_id IS NULL)', name=op.f('ck_credential_rotation_verified_by_somebody')),
    sa.CheckConstraint('changed_at IS NULL OR changed_at <= done_at', name=op.f('ck_credential_rotation_changed_before_it_was_told')),
    sa.CheckConstraint('permitted_by_id IS NULL OR permitted_by_id <> done_by_id', name=op.f('ck_credential_rotation_permitted_by_another')),
    sa.CheckConstraint('verified_by_id IS NULL OR verified_by_id <> done_by_id', name=op.f('ck_credential_rotation_verified_by_another')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_credential_rotation_account_id')),
    sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_credential_rotation_done_by_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_credential_rotation_owner_id')),
    sa.ForeignKeyConstraint(['permitted_by_id'], ['person.id'], name=op.f('fk_credential_rotation_permitted_by_id')),
    sa.ForeignKeyConstraint(['verified_by_id'], ['person.id'], name=op.f('fk_credential_rotation_verified_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credential_rotation'))
    )
    with op.batch_alter_table('credential_rotation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_credential_rotation_account_id_status'), ['account_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_credential_rotation_owner_id_status'), ['owner_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_credential_rotation_status_due_on_id'), ['status', 'due_on', 'id'], unique=False)
        batch_op.create_index('uq_credential_rotation_due', ['account_id'], unique=True, sqlite_where=sa.text("status = 'due'"), postgresql_where=sa.text("status = 'due'"))

    op.create_table('device_question',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('asked_by_id', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f('ck_device_question_answered_in_words')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_device_question_asked_by_id')),
    sa.ForeignKeyConstraint(['request_id'], ['device_permission_request.id'], name=op.f('fk_device_question_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_question'))
    )
    with op.batch_alter_table('device_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_device_question_request_id'), ['request_id'], unique=False)

    op.create_table('device_use',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('platform', sa.String(length=120), nullable=False),
    sa.CheckConstraint("account_id IS NOT NULL OR platform <> ''", name=op.f('ck_device_use_says_what')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_device_use_account_id')),
    sa.ForeignKeyConstraint(['request_id'], ['device_permission_request.id'], name=op.f('fk_device_use_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_use')),
    sa.UniqueConstraint('request_id', 'position', name=op.f('uq_device_use_request_id_position'))
    )
    with op.batch_alter_table('device_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_device_use_account_id'), ['account_id'], unique=False)

    op.create_table('hr_case',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=14), nullable=False),
    sa.Column('matter_id', sa.Uuid(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('policy_version_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('step_due_on', sa.Date(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('told_subject_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('plan_approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_without_hearing_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('informal_review_on', sa.Date(), nullable=True),
    sa.Column('final_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('terms_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('plan_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('informal_note_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('lessons_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_hr_case_closed_has_a_time')),
    sa.CheckConstraint("status IN ('opened', 'planning', 'investigating', 'paused', 'report_review', 'accepted', 'informal', 'hearing_set_up', 'notified', 'heard', 'decided', 'appealed', 'final', 'closed')", name=op.f('ck_hr_case_status_known')),
    sa.CheckConstraint('closed_at IS NOT NULL OR step_due_on IS NOT NULL', name=op.f('ck_hr_case_open_has_a_due_day')),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_hr_case_matter_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_hr_case_opened_by_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_hr_case_owner_id')),
    sa.ForeignKeyConstraint(['policy_version_id'], ['policy_version.id'], name=op.f('fk_hr_case_policy_version_id')),
    sa.ForeignKeyConstraint(['report_id'], ['breach_report.id'], name=op.f('fk_hr_case_report_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hr_case')),
    sa.UniqueConstraint('matter_id', name=op.f('uq_hr_case_matter_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_hr_case_reference')),
    sa.UniqueConstraint('report_id', name=op.f('uq_hr_case_report_id'))
    )
    with op.batch_alter_table('hr_case', schema=None) as batch_op:
        batch_op.create_index('ix_hr_case_closed', ['closed_at', 'id'], unique=False, sqlite_where=sa.text('closed_at IS NOT NULL'), postgresql_where=sa.text('closed_at IS NOT NULL'))
        batch_op.create_index('ix_hr_case_open_due', ['step_due_on', 'id'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index('ix_hr_case_owner_closed', ['owner_id', 'closed_at', 'id'], unique=False, sqlite_where=sa.text('closed_at IS NOT NULL'), postgresql_where=sa.text('closed_at IS NOT NULL'))
        batch_op.create_index('ix_hr_case_owner_due', ['owner_id', 'step_due_on', 'id'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index('ix_hr_case_status_due', ['status', 'step_due_on', 'id'], unique=False)

    op.create_table('keeper_notice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('about_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('noted_by_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('password_changed', 'device_permission')", name=op.f('ck_keeper_notice_kind_known')),
    sa.CheckConstraint('(noted_at IS NULL) = (noted_by_id IS NULL)', name=op.f('ck_keeper_notice_noted_by_somebody')),
    sa.ForeignKeyConstraint(['about_id'], ['person.id'], name=op.f('fk_keeper_notice_about_id')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_keeper_notice_account_id')),
    sa.ForeignKeyConstraint(['noted_by_id'], ['person.id'], name=op.f('fk_keeper_notice_noted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_keeper_notice')),
    sa.UniqueConstraint('kind', 'subject_id', name=op.f('uq_keeper_notice_kind_subject_id'))
    )
    with op.batch_alter_table('keeper_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_keeper_notice_noted_at_due_on_id'), ['noted_at', 'due_on', 'id'], unique=False)

    op.create_table('report_evidence',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('stored_as', sa.String(length=40), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Uuid(), nullable=True),
    sa.Column('file_name_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('description_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_report_evidence_added_by_id')),
    sa.ForeignKeyConstraint(['report_id'], ['breach_report.id'], name=op.f('fk_report_evidence_report_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_evidence')),
    sa.UniqueConstraint('report_id', 'number', name=op.f('uq_report_evidence_report_id_number')),
    sa.UniqueConstraint('stored_as', name=op.f('uq_report_evidence_stored_as'))
    )
    types.create_append_only_triggers(op.get_bind(), 'report_evidence')
    op.create_table('triage_decision',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('route', sa.String(length=40), nullable=False),
    sa.Column('decided_by_id', sa.Uuid(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('second_by_id', sa.Uuid(), nullable=True),
    sa.Column('second_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('second_agreed', sa.Boolean(), nullable=True),
    sa.Column('reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('second_reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("route IN ('case', 'whistleblowing', 'safeguarding', 'grievance', 'monitoring_officer', 'employer', 'school', 'board', 'placement', 'problem_solving', 'separate_procedure', 'advice', 'duplicate', 'no_further_action')", name=op.f('ck_triage_decision_route_known')),
    sa.CheckConstraint('(second_by_id IS NULL) = (second_agreed IS NULL)', name=op.f('ck_triage_decision_second_has_an_answer')),
    sa.CheckConstraint('(second_by_id IS NULL) = (second_at IS NULL)', name=op.f('ck_triage_decision_second_has_a_time')),
    sa.CheckConstraint('second_by_id IS NULL OR second_by_id <> decided_by_id', name=op.f('ck_triage_decision_second_is_another')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_triage_decision_decided_by_id')),
    sa.ForeignKeyConstraint(['report_id'], ['breach_report.id'], name=op.f('fk_triage_decision_report_id')),
    sa.ForeignKeyConstraint(['second_by_id'], ['person.id'], name=op.f('fk_triage_decision_second_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triage_decision')),
    sa.UniqueConstraint('report_id', 'number', name=op.f('uq_triage_decision_report_id_number'))
    )
    op.create_table('allegation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(length=40), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('capacity', sa.String(length=40), nullable=False),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wording_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("capacity IN ('official', 'personal', 'named_the_council')", name=op.f('ck_allegation_capacity_known')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_allegation_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allegation')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_allegation_case_id_number'))
    )
    op.create_table('appeal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('in_time', sa.Boolean(), nullable=False),
    sa.Column('late_judged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('late_accepted_by_id', sa.Uuid(), nullable=True),
    sa.Column('heard_by', sa.Date(), nullable=False),
    sa.Column('result', sa.String(length=40), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('new_kind', sa.String(length=40), nullable=True),
    sa.Column('new_months', sa.Integer(), nullable=True),
    sa.Column('new_last_live_day', sa.Date(), nullable=True),
    sa.Column('grounds_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('late_reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('result_reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("result IN ('dismissed', 'allowed', 'allowed_in_part')", name=op.f('ck_appeal_result_known')),
    sa.CheckConstraint('(new_months IS NULL) = (new_last_live_day IS NULL)', name=op.f('ck_appeal_new_length_has_an_end')),
    sa.CheckConstraint('(result IS NULL) = (decided_at IS NULL)', name=op.f('ck_appeal_result_has_a_time')),
    sa.CheckConstraint('late_accepted_by_id IS NULL OR late_judged_at IS NOT NULL', name=op.f('ck_appeal_accepted_when_judged')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_appeal_case_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_appeal_decided_by_id')),
    sa.ForeignKeyConstraint(['late_accepted_by_id'], ['person.id'], name=op.f('fk_appeal_late_accepted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal')),
    sa.UniqueConstraint('case_id', name=op.f('uq_appeal_case_id'))
    )
    op.create_table('case_pause',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_by_id', sa.Uuid(), nullable=False),
    sa.Column('review_on', sa.Date(), nullable=False),
    sa.Column('step_was_due_on', sa.Date(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("reason IN ('police', 'safeguarding', 'grievance', 'sickness', 'companion', 'other')", name=op.f('ck_case_pause_reason_known')),
    sa.CheckConstraint('ended_at IS NULL OR ended_at >= started_at', name=op.f('ck_case_pause_ends_after_start')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_case_pause_case_id')),
    sa.ForeignKeyConstraint(['started_by_id'], ['person.id'], name=op.f('fk_case_pause_started_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_pause'))
    )
    with op.batch_alter_table('case_pause', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_pause_case_id_started_at'), ['case_id', 'started_at'], unique=False)

    op.create_table('case_to_answer_decision',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('decision', sa.String(length=40), nullable=False),
    sa.Column('decided_by_id', sa.Uuid(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('equality_sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("decision IN ('no_case', 'informal', 'case_to_answer')", name=op.f('ck_case_to_answer_decision_decision_known')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_case_to_answer_decision_case_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_case_to_answer_decision_decided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_to_answer_decision')),
    sa.UniqueConstraint('case_id', name=op.f('uq_case_to_answer_decision_case_id'))
    )
    op.create_table('closing_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('answer', sa.String(length=40), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_by_id', sa.Uuid(), nullable=False),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("answer IN ('done', 'not_applicable')", name=op.f('ck_closing_item_answer_known')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_closing_item_answered_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_closing_item_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closing_item')),
    sa.UniqueConstraint('case_id', 'code', name=op.f('uq_closing_item_case_id_code'))
    )
    op.create_table('evidence_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('captured_on', sa.Date(), nullable=True),
    sa.Column('visibility', sa.String(length=40), nullable=False),
    sa.Column('attribution', sa.String(length=40), nullable=False),
    sa.Column('special_category', sa.Boolean(), nullable=False),
    sa.Column('third_party_data', sa.Boolean(), nullable=False),
    sa.Column('from_report_evidence_id', sa.Uuid(), nullable=True),
    sa.Column('stored_as', sa.String(length=40), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('media_type', sa.String(length=60), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Uuid(), nullable=False),
    sa.Column('title_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('address_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('captured_by_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('lawful_source_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('transcript_sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("attribution IN ('presumed', 'admitted', 'disputed', 'rebutted', 'not_applicable')", name=op.f('ck_evidence_item_attribution_known')),
    sa.CheckConstraint("kind IN ('post', 'comment', 'repost', 'image', 'message', 'log', 'document')", name=op.f('ck_evidence_item_kind_known')),
    sa.CheckConstraint("visibility IN ('public', 'members', 'friends', 'supplied', 'not_known')", name=op.f('ck_evidence_item_visibility_known')),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_evidence_item_added_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_evidence_item_case_id')),
    sa.ForeignKeyConstraint(['from_report_evidence_id'], ['report_evidence.id'], name=op.f('fk_evidence_item_from_report_evidence_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_item')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_evidence_item_case_id_number')),
    sa.UniqueConstraint('stored_as', name=op.f('uq_evidence_item_stored_as'))
    )
    types.create_append_only_triggers(op.get_bind(), 'evidence_item')
    op.create_table('evidence_release',
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_by_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['evidence_item.id'], name=op.f('fk_evidence_release_item_id')),
    sa.ForeignKeyConstraint(['released_by_id'], ['person.id'], name=op.f('fk_evidence_release_released_by_id')),
    sa.PrimaryKeyConstraint('item_id', name=op.f('pk_evidence_release'))
    )
    types.create_append_only_triggers(op.get_bind(), 'evidence_release')
    op.create_table('hearing_notice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_by_id', sa.Uuid(), nullable=False),
    sa.Column('hearing_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('papers_by', sa.Date(), nullable=False),
    sa.Column('dismissal_possible', sa.Boolean(), nullable=False),
    sa.Column('pack_fingerprint', sa.String(length=64), nullable=False),
    sa.Column('companion_kind', sa.String(length=40), nullable=True),
    sa.Column('companion_allowed', sa.Boolean(), nullable=True),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('postponed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('postponed_by_id', sa.Uuid(), nullable=True),
    sa.Column('proposed_day', sa.Date(), nullable=True),
    sa.Column('place_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('companion_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('reply_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('postponed_reason_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("companion_kind IN ('fellow_worker', 'union_representative', 'union_official', 'other')", name=op.f('ck_hearing_notice_companion_kind_known')),
    sa.CheckConstraint('postponed_at IS NULL OR postponed_by_id IS NOT NULL', name=op.f('ck_hearing_notice_postponed_by_somebody')),
    sa.CheckConstraint('proposed_day IS NULL OR postponed_at IS NOT NULL', name=op.f('ck_hearing_notice_proposed_when_postponed')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_hearing_notice_case_id')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['person.id'], name=op.f('fk_hearing_notice_issued_by_id')),
    sa.ForeignKeyConstraint(['postponed_by_id'], ['person.id'], name=op.f('fk_hearing_notice_postponed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hearing_notice')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_hearing_notice_case_id_number'))
    )
    op.create_table('investigation_report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('recommendation', sa.String(length=40), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fingerprint', sa.String(length=64), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewed_by_id', sa.Uuid(), nullable=True),
    sa.Column('background_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('process_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('mitigation_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('equality_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('recommendation_reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('other_matters_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('review_reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("recommendation IN ('formal', 'informal', 'no_further_action')", name=op.f('ck_investigation_report_recommendation_known')),
    sa.CheckConstraint("status = 'draft' OR fingerprint IS NOT NULL", name=op.f('ck_investigation_report_submitted_has_a_fingerprint')),
    sa.CheckConstraint("status = 'draft' OR submitted_at IS NOT NULL", name=op.f('ck_investigation_report_submitted_has_a_time')),
    sa.CheckConstraint("status IN ('draft', 'submitted', 'returned', 'accepted')", name=op.f('ck_investigation_report_status_known')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_investigation_report_author_id')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_investigation_report_case_id')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['person.id'], name=op.f('fk_investigation_report_reviewed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_investigation_report')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_investigation_report_case_id_number'))
    )
    op.create_table('letter',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('to_id', sa.Uuid(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_by_id', sa.Uuid(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("kind IN ('investigation', 'no_case', 'informal', 'hearing', 'postponed', 'outcome', 'appeal_received', 'appeal_result')", name=op.f('ck_letter_kind_known')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_letter_case_id')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['person.id'], name=op.f('fk_letter_issued_by_id')),
    sa.ForeignKeyConstraint(['to_id'], ['person.id'], name=op.f('fk_letter_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter'))
    )
    types.create_append_only_triggers(op.get_bind(), 'letter')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_case_id_issued_at'), ['case_id', 'issued_at'], unique=False)

    op.create_table('outcome',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=True),
    sa.Column('last_live_day', sa.Date(), nullable=True),
    sa.Column('appeal_by', sa.Date(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Uuid(), nullable=False),
    sa.Column('reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('length_reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('mitigation_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('change_required_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('equality_sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint('(months IS NULL) = (last_live_day IS NULL)', name=op.f('ck_outcome_length_has_an_end')),
    sa.CheckConstraint('last_live_day IS NULL OR last_live_day >= issued_on', name=op.f('ck_outcome_ends_after_issue')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_outcome_case_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_outcome_decided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outcome')),
    sa.UniqueConstraint('case_id', name=op.f('uq_outcome_case_id'))
    )
    op.create_table('rotation_cause',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('rotation_id', sa.Uuid(), nullable=False),
    sa.Column('trigger', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('counts_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.CheckConstraint("trigger IN ('leaver', 'access_ended', 'compromise', 'mover', 'long_absence', 'suspension', 'withdrawal', 'scheduled')", name=op.f('ck_rotation_cause_trigger_known')),
    sa.CheckConstraint("trigger NOT IN ('leaver', 'access_ended') OR person_id IS NOT NULL", name=op.f('ck_rotation_cause_names_who')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_rotation_cause_person_id')),
    sa.ForeignKeyConstraint(['rotation_id'], ['credential_rotation.id'], name=op.f('fk_rotation_cause_rotation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rotation_cause'))
    )
    with op.batch_alter_table('rotation_cause', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rotation_cause_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rotation_cause_rotation_id'), ['rotation_id'], unique=False)

    op.create_table('rotation_step',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('rotation_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind <> 'password' OR outcome = 'done'", name=op.f('ck_rotation_step_password_is_changed')),
    sa.CheckConstraint("kind IN ('password', 'sessions', 'recovery', 'second_factor', 'backup_codes', 'connected_tools')", name=op.f('ck_rotation_step_kind_known')),
    sa.CheckConstraint("outcome = 'done' OR reason <> ''", name=op.f('ck_rotation_step_not_applicable_has_a_reason')),
    sa.CheckConstraint("outcome IN ('done', 'not_applicable')", name=op.f('ck_rotation_step_outcome_known')),
    sa.ForeignKeyConstraint(['rotation_id'], ['credential_rotation.id'], name=op.f('fk_rotation_step_rotation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rotation_step')),
    sa.UniqueConstraint('rotation_id', 'kind', name=op.f('uq_rotation_step_rotation_id_kind'))
    )
    op.create_table('statement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('taken_on', sa.Date(), nullable=False),
    sa.Column('check_by', sa.Date(), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Uuid(), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('present_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('amendments_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('interview', 'written', 'subject_reply')", name=op.f('ck_statement_kind_known')),
    sa.CheckConstraint("state IN ('sent_for_checking', 'agreed', 'agreed_with_amendments', 'not_agreed')", name=op.f('ck_statement_state_known')),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_statement_added_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_statement_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_statement_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_statement_case_id_number'))
    )
    op.create_table('allegation_paragraph',
    sa.Column('allegation_id', sa.Uuid(), nullable=False),
    sa.Column('paragraph_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['allegation_id'], ['allegation.id'], name=op.f('fk_allegation_paragraph_allegation_id')),
    sa.ForeignKeyConstraint(['paragraph_id'], ['policy_paragraph.id'], name=op.f('fk_allegation_paragraph_paragraph_id')),
    sa.PrimaryKeyConstraint('allegation_id', 'paragraph_id', name=op.f('pk_allegation_paragraph'))
    )
    op.create_table('case_to_answer_reason',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('decision_id', sa.Uuid(), nullable=False),
    sa.Column('allegation_id', sa.Uuid(), nullable=False),
    sa.Column('to_answer', sa.Boolean(), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['allegation_id'], ['allegation.id'], name=op.f('fk_case_to_answer_reason_allegation_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['case_to_answer_decision.id'], name=op.f('fk_case_to_answer_reason_decision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_to_answer_reason')),
    sa.UniqueConstraint('decision_id', 'allegation_id', name=op.f('uq_case_to_answer_reason_decision_id_allegation_id'))
    )
    op.create_table('evidence_bearing',
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('allegation_id', sa.Uuid(), nullable=False),
    sa.Column('bearing', sa.String(length=40), nullable=False),
    sa.CheckConstraint("bearing IN ('for', 'against')", name=op.f('ck_evidence_bearing_bearing_known')),
    sa.ForeignKeyConstraint(['allegation_id'], ['allegation.id'], name=op.f('fk_evidence_bearing_allegation_id')),
    sa.ForeignKeyConstraint(['item_id'], ['evidence_item.id'], name=op.f('fk_evidence_bearing_item_id')),
    sa.PrimaryKeyConstraint('item_id', 'allegation_id', name=op.f('pk_evidence_bearing'))
    )
    op.create_table('hearing',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('notice_id', sa.Uuid(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('in_absence', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=False),
    sa.Column('present_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('minutes_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('absence_reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_hearing_case_id')),
    sa.ForeignKeyConstraint(['notice_id'], ['hearing_notice.id'], name=op.f('fk_hearing_notice_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_hearing_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hearing')),
    sa.UniqueConstraint('case_id', name=op.f('uq_hearing_case_id'))
    )
    op.create_table('hearing_finding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('outcome_id', sa.Uuid(), nullable=False),
    sa.Column('allegation_id', sa.Uuid(), nullable=False),
    sa.Column('proof', sa.String(length=40), nullable=False),
    sa.Column('reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("proof IN ('proved', 'partly', 'not_proved')", name=op.f('ck_hearing_finding_proof_known')),
    sa.ForeignKeyConstraint(['allegation_id'], ['allegation.id'], name=op.f('fk_hearing_finding_allegation_id')),
    sa.ForeignKeyConstraint(['outcome_id'], ['outcome.id'], name=op.f('fk_hearing_finding_outcome_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hearing_finding')),
    sa.UniqueConstraint('outcome_id', 'allegation_id', name=op.f('uq_hearing_finding_outcome_id_allegation_id'))
    )
    op.create_table('investigation_finding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('allegation_id', sa.Uuid(), nullable=False),
    sa.Column('finding', sa.String(length=40), nullable=False),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("basis IN ('uncontested', 'contested', 'unsubstantiated')", name=op.f('ck_investigation_finding_basis_known')),
    sa.CheckConstraint("finding IN ('established', 'not_established', 'unable')", name=op.f('ck_investigation_finding_finding_known')),
    sa.ForeignKeyConstraint(['allegation_id'], ['allegation.id'], name=op.f('fk_investigation_finding_allegation_id')),
    sa.ForeignKeyConstraint(['report_id'], ['investigation_report.id'], name=op.f('fk_investigation_finding_report_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_investigation_finding')),
    sa.UniqueConstraint('report_id', 'allegation_id', name=op.f('uq_investigation_finding_report_id_allegation_id'))
    )
    op.create_table('leaver_holding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('notice_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('grant_id', sa.Uuid(), nullable=True),
    sa.Column('cause_id', sa.Uuid(), nullable=True),
    sa.Column('hand_over', sa.String(length=40), nullable=True),
    sa.Column('hand_over_by', sa.Date(), nullable=True),
    sa.CheckConstraint("hand_over IN ('owner', 'only_administrator', 'both')", name=op.f('ck_leaver_holding_hand_over_known')),
    sa.CheckConstraint('(hand_over IS NULL) = (hand_over_by IS NULL)', name=op.f('ck_leaver_holding_hand_over_has_a_day')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_leaver_holding_account_id')),
    sa.ForeignKeyConstraint(['cause_id'], ['rotation_cause.id'], name=op.f('fk_leaver_holding_cause_id')),
    sa.ForeignKeyConstraint(['grant_id'], ['access_grant.id'], name=op.f('fk_leaver_holding_grant_id')),
    sa.ForeignKeyConstraint(['notice_id'], ['leaver_notice.id'], name=op.f('fk_leaver_holding_notice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leaver_holding')),
    sa.UniqueConstraint('notice_id', 'account_id', name=op.f('uq_leaver_holding_notice_id_account_id'))
    )
    with op.batch_alter_table('leaver_holding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leaver_holding_cause_id'), ['cause_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('leaver_holding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_leaver_holding_cause_id'))

    op.drop_table('leaver_holding')
    op.drop_table('investigation_finding')
    op.drop_table('hearing_finding')
    op.drop_table('hearing')
    op.drop_table('evidence_bearing')
    op.drop_table('case_to_answer_reason')
    op.drop_table('allegation_paragraph')
    op.drop_table('statement')
    op.drop_table('rotation_step')
    with op.batch_alter_table('rotation_cause', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rotation_cause_rotation_id'))
        batch_op.drop_index(batch_op.f('ix_rotation_cause_person_id'))

    op.drop_table('rotation_cause')
    op.drop_table('outcome')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letter_case_id_issued_at'))

    op.drop_table('letter')
    op.drop_table('investigation_report')
    op.drop_table('hearing_notice')
    op.drop_table('evidence_release')
    op.drop_table('evidence_item')
    op.drop_table('closing_item')
    op.drop_table('case_to_answer_decision')
    with op.batch_alter_table('case_pause', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_pause_case_id_started_at'))

    op.drop_table('case_pause')
    op.drop_table('appeal')
    op.drop_table('allegation')
    op.drop_table('triage_decision')
    op.drop_table('report_evidence')
    with op.batch_alter_table('keeper_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_keeper_notice_noted_at_due_on_id'))

    op.drop_table('keeper_notice')
    with op.batch_alter_table('hr_case', schema=None) as batch_op:
        batch_op.drop_index('ix_hr_case_status_due')
        batch_op.drop_index('ix_hr_case_owner_due', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_hr_case_owner_closed', sqlite_where=sa.text('closed_at IS NOT NULL'), postgresql_where=sa.text('closed_at IS NOT NULL'))
        batch_op.drop_index('ix_hr_case_open_due', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_hr_case_closed', sqlite_where=sa.text('closed_at IS NOT NULL'), postgresql_where=sa.text('closed_at IS NOT NULL'))

    op.drop_table('hr_case')
    with op.batch_alter_table('device_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_device_use_account_id'))

    op.drop_table('device_use')
    with op.batch_alter_table('device_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_device_question_request_id'))

    op.drop_table('device_question')
    with op.batch_alter_table('credential_rotation', schema=None) as batch_op:
        batch_op.drop_index('uq_credential_rotation_due', sqlite_where=sa.text("status = 'due'"), postgresql_where=sa.text("status = 'due'"))
        batch_op.drop_index(batch_op.f('ix_credential_rotation_status_due_on_id'))
        batch_op.drop_index(batch_op.f('ix_credential_rotation_owner_id_status'))
        batch_op.drop_index(batch_op.f('ix_credential_rotation_account_id_status'))

    op.drop_table('credential_rotation')
    with op.batch_alter_table('account_word', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_word_account_id'))

    op.drop_table('account_word')
    with op.batch_alter_table('access_grant', schema=None) as batch_op:
        batch_op.drop_index('uq_access_grant_open', sqlite_where=sa.text('ends_on IS NULL'), postgresql_where=sa.text('ends_on IS NULL'))
        batch_op.drop_index(batch_op.f('ix_access_grant_person_id_account_id'))
        batch_op.drop_index(batch_op.f('ix_access_grant_account_id_ends_on'))

    op.drop_table('access_grant')
    op.drop_table('waiting_evidence')
    with op.batch_alter_table('matter_party', schema=None) as batch_op:
        batch_op.drop_index('uq_matter_party_current', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.drop_index(batch_op.f('ix_matter_party_person_id_capacity_matter_id'))
        batch_op.drop_index(batch_op.f('ix_matter_party_matter_id_capacity'))

    op.drop_table('matter_party')
    with op.batch_alter_table('leaver_notice', schema=None) as batch_op:
        batch_op.drop_index('uq_leaver_notice_open', sqlite_where=sa.text("status = 'notified'"), postgresql_where=sa.text("status = 'notified'"))
        batch_op.drop_index(batch_op.f('ix_leaver_notice_person_id'))
        batch_op.drop_index(batch_op.f('ix_leaver_notice_last_working_day_id'))

    op.drop_table('leaver_notice')
    with op.batch_alter_table('device_permission_request', schema=None) as batch_op:
        batch_op.drop_index('uq_device_permission_request_open', sqlite_where=sa.text("status IN ('submitted', 'returned')"), postgresql_where=sa.text("status IN ('submitted', 'returned')"))
        batch_op.drop_index(batch_op.f('ix_device_permission_request_status_submitted_at_id'))
        batch_op.drop_index(batch_op.f('ix_device_permission_request_person_id_submitted_at_id'))

    op.drop_table('device_permission_request')
    with op.batch_alter_table('breach_report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_breach_report_status_received_at_id'))
        batch_op.drop_index(batch_op.f('ix_breach_report_status_next_due_received_at_id'))
        batch_op.drop_index(batch_op.f('ix_breach_report_received_at_id'))
        batch_op.drop_index(batch_op.f('ix_breach_report_next_due_received_at_id'))
        batch_op.drop_index(batch_op.f('ix_breach_report_category_received_at_id'))
        batch_op.drop_index(batch_op.f('ix_breach_report_category_next_due_received_at_id'))
        batch_op.drop_index(batch_op.f('ix_breach_report_address_index'))

    op.drop_table('breach_report')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index('uq_account_open_handle', sqlite_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"), postgresql_where=sa.text("status <> 'closed' AND handle_key IS NOT NULL"))
        batch_op.drop_index(batch_op.f('ix_account_status_name_platform_id'))
        batch_op.drop_index(batch_op.f('ix_account_service_id_name_platform_id'))
        batch_op.drop_index(batch_op.f('ix_account_platform_name_id'))
        batch_op.drop_index(batch_op.f('ix_account_owner_id'))
        batch_op.drop_index(batch_op.f('ix_account_name_platform_id'))

    op.drop_table('account')
    op.drop_table('matter')
