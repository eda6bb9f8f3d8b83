"""What people tell and ask early: mistakes, questions before posting, declarations, looks at their own profile."""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('advice_question',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('data_key_id', sa.Uuid(), nullable=False),
    sa.Column('seat', sa.String(length=40), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('verdict', sa.String(length=40), nullable=True),
    sa.Column('answered_by_id', sa.Uuid(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('post_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('where_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('doubt_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('answer_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'answered') = (answered_at IS NOT NULL)", name=op.f('ck_advice_question_answered_has_a_moment')),
    sa.CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f('ck_advice_question_withdrawn_has_a_moment')),
    sa.CheckConstraint("seat IN ('manager', 'sca', 'chair')", name=op.f('ck_advice_question_seat_known')),
    sa.CheckConstraint("status IN ('asked', 'answered', 'withdrawn')", name=op.f('ck_advice_question_status_known')),
    sa.CheckConstraint("verdict IN ('go_ahead', 'change_first', 'do_not_post')", name=op.f('ck_advice_question_verdict_known')),
    sa.CheckConstraint('(answered_at IS NULL) = (answered_by_id IS NULL)', name=op.f('ck_advice_question_answered_by_somebody')),
    sa.CheckConstraint('(answered_at IS NULL) = (verdict IS NULL)', name=op.f('ck_advice_question_answered_with_something')),
    sa.CheckConstraint('answered_by_id IS NULL OR answered_by_id <> author_id', name=op.f('ck_advice_question_not_own_answer')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_advice_question_answered_by_id')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_advice_question_author_id')),
    sa.ForeignKeyConstraint(['data_key_id'], ['data_key.id'], name=op.f('fk_advice_question_data_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_advice_question')),
    sa.UniqueConstraint('reference', name=op.f('uq_advice_question_reference'))
    )
    with op.batch_alter_table('advice_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_advice_question_author_id_asked_at_id'), ['author_id', 'asked_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_advice_question_status_asked_at_id'), ['status', 'asked_at', 'id'], unique=False)

    op.create_table('declaration_of_interest',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('data_key_id', sa.Uuid(), nullable=False),
    sa.Column('connection', sa.String(length=40), nullable=False),
    sa.Column('at_risk', sa.String(length=40), nullable=False),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('review_by', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=True),
    sa.Column('reviewed_by_id', sa.Uuid(), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('act_by', sa.Date(), nullable=True),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('again_on', sa.Date(), nullable=True),
    sa.Column('again_from', sa.Date(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hr_asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hr_due_on', sa.Date(), nullable=True),
    sa.Column('hr_answer', sa.String(length=40), nullable=True),
    sa.Column('hr_by_id', sa.Uuid(), nullable=True),
    sa.Column('hr_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('where_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('marker_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('reasons_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('hr_words_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name=op.f('ck_declaration_of_interest_ended_has_a_moment')),
    sa.CheckConstraint("(status = 'in_place') = (again_on IS NOT NULL)", name=op.f('ck_declaration_of_interest_agreed_is_asked_again')),
    sa.CheckConstraint("action IN ('unlink', 'may_stay', 'refer')", name=op.f('ck_declaration_of_interest_action_known')),
    sa.CheckConstraint("at_risk IN ('yes', 'no', 'unknown')", name=op.f('ck_declaration_of_interest_at_risk_known')),
    sa.CheckConstraint("connection IN ('current', 'former', 'family')", name=op.f('ck_declaration_of_interest_connection_known')),
    sa.CheckConstraint("hr_answer IN ('no_concern', 'advice', 'passed_on')", name=op.f('ck_declaration_of_interest_hr_answer_known')),
    sa.CheckConstraint("status <> 'declared' OR reviewed_at IS NULL", name=op.f('ck_declaration_of_interest_declared_is_unreviewed')),
    sa.CheckConstraint("status <> 'to_do' OR act_by IS NOT NULL", name=op.f('ck_declaration_of_interest_to_do_has_a_date')),
    sa.CheckConstraint("status IN ('declared', 'to_do', 'in_place', 'ended')", name=op.f('ck_declaration_of_interest_status_known')),
    sa.CheckConstraint("status NOT IN ('to_do', 'in_place') OR reviewed_at IS NOT NULL", name=op.f('ck_declaration_of_interest_agreed_was_reviewed')),
    sa.CheckConstraint('(again_on IS NULL) = (again_from IS NULL)', name=op.f('ck_declaration_of_interest_asked_again_from_a_day')),
    sa.CheckConstraint('(hr_answer IS NULL) = (hr_at IS NULL)', name=op.f('ck_declaration_of_interest_answer_has_a_moment')),
    sa.CheckConstraint('(hr_answer IS NULL) = (hr_by_id IS NULL)', name=op.f('ck_declaration_of_interest_answered_by_somebody')),
    sa.CheckConstraint('(hr_asked_at IS NULL) = (hr_due_on IS NULL)', name=op.f('ck_declaration_of_interest_hr_has_a_date')),
    sa.CheckConstraint('(reviewed_at IS NULL) = (action IS NULL)', name=op.f('ck_declaration_of_interest_reviewed_with_an_action')),
    sa.CheckConstraint('(reviewed_at IS NULL) = (reviewed_by_id IS NULL)', name=op.f('ck_declaration_of_interest_reviewed_by_somebody')),
    sa.CheckConstraint('hr_answer IS NULL OR hr_asked_at IS NOT NULL', name=op.f('ck_declaration_of_interest_answered_when_asked')),
    sa.CheckConstraint('hr_by_id IS NULL OR hr_by_id <> person_id', name=op.f('ck_declaration_of_interest_not_own_hr')),
    sa.CheckConstraint('reviewed_by_id IS NULL OR reviewed_by_id <> person_id', name=op.f('ck_declaration_of_interest_not_own_reviewer')),
    sa.ForeignKeyConstraint(['data_key_id'], ['data_key.id'], name=op.f('fk_declaration_of_interest_data_key_id')),
    sa.ForeignKeyConstraint(['hr_by_id'], ['person.id'], name=op.f('fk_declaration_of_interest_hr_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_declaration_of_interest_person_id')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['person.id'], name=op.f('fk_declaration_of_interest_reviewed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declaration_of_interest')),
    sa.UniqueConstraint('reference', name=op.f('uq_declaration_of_interest_reference'))
    )
    with op.batch_alter_table('declaration_of_interest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_declaration_of_interest_person_id_declared_at_id'), ['person_id', 'declared_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_declaration_of_interest_status_declared_at_id'), ['status', 'declared_at', 'id'], unique=False)

    op.create_table('profile_check',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('data_key_id', sa.Uuid(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('again_on', sa.Date(), nullable=True),
    sa.Column('again_from', sa.Date(), nullable=True),
    sa.Column('found_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint('(again_on IS NULL) = (again_from IS NULL)', name=op.f('ck_profile_check_asked_again_from_a_day')),
    sa.ForeignKeyConstraint(['data_key_id'], ['data_key.id'], name=op.f('fk_profile_check_data_key_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_profile_check_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_profile_check'))
    )
    with op.batch_alter_table('profile_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_profile_check_again_from_person_id'), ['again_from', 'person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_profile_check_person_id_checked_at_id'), ['person_id', 'checked_at', 'id'], unique=False)

    op.create_table('mistake_alert',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('data_key_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('platform', sa.String(length=80), nullable=False),
    sa.Column('personal_data', sa.String(length=40), nullable=False),
    sa.Column('noticed_on', sa.Date(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('step_due_on', sa.Date(), nullable=True),
    sa.Column('same_day', sa.Boolean(), nullable=False),
    sa.Column('breach_answer', sa.String(length=40), nullable=True),
    sa.Column('answered_by_id', sa.Uuid(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('what_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('address_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('done_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('other_platform_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('taken_down_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('breach_words_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_mistake_alert_closed_has_a_moment')),
    sa.CheckConstraint("(status IN ('sent', 'seen')) = (outcome IS NULL)", name=op.f('ck_mistake_alert_open_is_undecided')),
    sa.CheckConstraint("breach_answer IN ('reported', 'not_reportable', 'no_breach')", name=op.f('ck_mistake_alert_breach_answer_known')),
    sa.CheckConstraint("breach_answer IS NULL OR outcome = 'personal_data_breach'", name=op.f('ck_mistake_alert_only_a_breach_is_answered')),
    sa.CheckConstraint("outcome IN ('corrected', 'take_down', 'advice', 'personal_data_breach', 'settled')", name=op.f('ck_mistake_alert_outcome_known')),
    sa.CheckConstraint("personal_data IN ('yes', 'no', 'unknown')", name=op.f('ck_mistake_alert_personal_data_known')),
    sa.CheckConstraint("status IN ('sent', 'seen', 'taking_down', 'with_dpo', 'closed')", name=op.f('ck_mistake_alert_status_known')),
    sa.CheckConstraint('(breach_answer IS NULL) = (answered_by_id IS NULL)', name=op.f('ck_mistake_alert_answered_by_somebody')),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by_id IS NULL)', name=op.f('ck_mistake_alert_decided_by_somebody')),
    sa.CheckConstraint('(decided_at IS NULL) = (outcome IS NULL)', name=op.f('ck_mistake_alert_decided_on_something')),
    sa.CheckConstraint('answered_by_id IS NULL OR answered_by_id <> author_id', name=op.f('ck_mistake_alert_not_own_answer')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> author_id', name=op.f('ck_mistake_alert_not_own_decider')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mistake_alert_account_id')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_mistake_alert_answered_by_id')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_mistake_alert_author_id')),
    sa.ForeignKeyConstraint(['data_key_id'], ['data_key.id'], name=op.f('fk_mistake_alert_data_key_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_mistake_alert_decided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mistake_alert')),
    sa.UniqueConstraint('reference', name=op.f('uq_mistake_alert_reference'))
    )
    with op.batch_alter_table('mistake_alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mistake_alert_author_id_sent_at_id'), ['author_id', 'sent_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mistake_alert_status_sent_at_id'), ['status', 'sent_at', 'id'], unique=False)

    op.create_table('alert_receipt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('alert_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('seat', sa.String(length=40), nullable=False),
    sa.Column('seen_by_id', sa.Uuid(), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("seat IN ('manager', 'sca', 'chair')", name=op.f('ck_alert_receipt_seat_known')),
    sa.CheckConstraint('(seen_at IS NULL) = (seen_by_id IS NULL)', name=op.f('ck_alert_receipt_seen_by_somebody')),
    sa.ForeignKeyConstraint(['alert_id'], ['mistake_alert.id'], name=op.f('fk_alert_receipt_alert_id')),
    sa.ForeignKeyConstraint(['seen_by_id'], ['person.id'], name=op.f('fk_alert_receipt_seen_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_receipt')),
    sa.UniqueConstraint('alert_id', 'seat', name=op.f('uq_alert_receipt_alert_id_seat'))
    )
    with op.batch_alter_table('alert_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_receipt_seen_at_alert_id'), ['seen_at', 'alert_id'], unique=False)

    op.create_table('alert_report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('alert_id', sa.Uuid(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('reported_by_id', sa.Uuid(), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['mistake_alert.id'], name=op.f('fk_alert_report_alert_id')),
    sa.ForeignKeyConstraint(['report_id'], ['breach_report.id'], name=op.f('fk_alert_report_report_id')),
    sa.ForeignKeyConstraint(['reported_by_id'], ['person.id'], name=op.f('fk_alert_report_reported_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_report')),
    sa.UniqueConstraint('alert_id', 'reported_by_id', name=op.f('uq_alert_report_alert_id_reported_by_id'))
    )
    with op.batch_alter_table('alert_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_report_report_id'), ['report_id'], unique=False)

    op.create_table('told_early',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('alert_id', sa.Uuid(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('counted_by_id', sa.Uuid(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_back_by_id', sa.Uuid(), nullable=True),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(taken_back_at IS NULL) = (taken_back_by_id IS NULL)', name=op.f('ck_told_early_taken_back_by_somebody')),
    sa.ForeignKeyConstraint(['alert_id'], ['mistake_alert.id'], name=op.f('fk_told_early_alert_id')),
    sa.ForeignKeyConstraint(['counted_by_id'], ['person.id'], name=op.f('fk_told_early_counted_by_id')),
    sa.ForeignKeyConstraint(['report_id'], ['breach_report.id'], name=op.f('fk_told_early_report_id')),
    sa.ForeignKeyConstraint(['taken_back_by_id'], ['person.id'], name=op.f('fk_told_early_taken_back_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_told_early')),
    sa.UniqueConstraint('alert_id', 'report_id', name=op.f('uq_told_early_alert_id_report_id'))
    )
    with op.batch_alter_table('told_early', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_told_early_report_id'), ['report_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('told_early', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_told_early_report_id'))

    op.drop_table('told_early')
    with op.batch_alter_table('alert_report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_report_report_id'))

    op.drop_table('alert_report')
    with op.batch_alter_table('alert_receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_receipt_seen_at_alert_id'))

    op.drop_table('alert_receipt')
    with op.batch_alter_table('mistake_alert', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mistake_alert_status_sent_at_id'))
        batch_op.drop_index(batch_op.f('ix_mistake_alert_author_id_sent_at_id'))

    op.drop_table('mistake_alert')
    with op.batch_alter_table('profile_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_profile_check_person_id_checked_at_id'))
        batch_op.drop_index(batch_op.f('ix_profile_check_again_from_person_id'))

    op.drop_table('profile_check')
    with op.batch_alter_table('declaration_of_interest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_declaration_of_interest_status_declared_at_id'))
        batch_op.drop_index(batch_op.f('ix_declaration_of_interest_person_id_declared_at_id'))

    op.drop_table('declaration_of_interest')
    with op.batch_alter_table('advice_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_advice_question_status_asked_at_id'))
        batch_op.drop_index(batch_op.f('ix_advice_question_author_id_asked_at_id'))

    op.drop_table('advice_question')
