"""Core, people and policy."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def insert_head(table: str) -> None:
    """Every chain starts from a head of nothing."""
    op.get_bind().execute(sa.text(f"INSERT INTO {table} (id, number, hash) VALUES (1, 0, :hash)"), {"hash": bytes(32)})


def upgrade() -> None:
    op.create_table('audit_event',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=40), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('act', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('about_id', sa.Uuid(), nullable=True),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('previous_hash', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("actor_kind IN ('person', 'system', 'installation', 'confidential_reporter', 'anonymous')", name=op.f('ck_audit_event_actor_kind_known')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_event'))
    )
    types.create_append_only_triggers(op.get_bind(), 'audit_event')
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_event_subject_id_number'), ['subject_id', 'number'], unique=False)

    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    insert_head('audit_head')
    op.create_table('data_key',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=True),
    sa.Column('wrapped_by', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('destroyed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_key'))
    )
    op.create_table('installation',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('organisation_name', sa.String(length=120), nullable=False),
    sa.Column('pack_name', sa.String(length=60), nullable=False),
    sa.Column('set_up_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_installation_only_one')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_installation'))
    )
    op.create_table('outbox_message',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('to_person_id', sa.Uuid(), nullable=False),
    sa.Column('occasion', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_message')),
    sa.UniqueConstraint('to_person_id', 'occasion', 'subject_id', name=op.f('uq_outbox_message_to_person_id_occasion_subject_id'))
    )
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_message_unsent', ['created_at'], unique=False, sqlite_where=sa.text('sent_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL'))

    op.create_table('policy_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('guardian', sa.String(length=120), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('effective_precision', sa.String(length=40), nullable=False),
    sa.Column('effective_note', sa.Text(), nullable=False),
    sa.Column('next_review_on', sa.Date(), nullable=True),
    sa.Column('next_review_precision', sa.String(length=40), nullable=True),
    sa.Column('superseded_on', sa.Date(), nullable=True),
    sa.CheckConstraint("effective_precision IN ('day', 'month')", name=op.f('ck_policy_version_effective_precision_known')),
    sa.CheckConstraint("next_review_precision IN ('day', 'month')", name=op.f('ck_policy_version_next_review_precision_known')),
    sa.CheckConstraint('superseded_on IS NULL OR superseded_on >= effective_on', name=op.f('ck_policy_version_superseded_after_effective')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_version')),
    sa.UniqueConstraint('slug', 'label', name=op.f('uq_policy_version_slug_label'))
    )
    op.create_table('read_event',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=40), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('act', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('about_id', sa.Uuid(), nullable=True),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('previous_hash', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("actor_kind IN ('person', 'system', 'installation', 'confidential_reporter', 'anonymous')", name=op.f('ck_read_event_actor_kind_known')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_read_event'))
    )
    types.create_append_only_triggers(op.get_bind(), 'read_event')
    with op.batch_alter_table('read_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_read_event_subject_id_number'), ['subject_id', 'number'], unique=False)

    op.create_table('read_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_read_head'))
    )
    insert_head('read_head')
    op.create_table('service',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('head_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['head_id'], ['person.id'], name=op.f('fk_service_head_id'), use_alter=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service')),
    sa.UniqueConstraint('name', name=op.f('uq_service_name'))
    )
    op.create_table('sign_in_throttle',
    sa.Column('bucket', sa.String(length=64), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('bucket', name=op.f('pk_sign_in_throttle'))
    )
    op.create_table('draft',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('data_key_id', sa.Uuid(), nullable=False),
    sa.Column('content_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['data_key_id'], ['data_key.id'], name=op.f('fk_draft_data_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft')),
    sa.UniqueConstraint('owner_id', 'kind', name=op.f('uq_draft_owner_id_kind'))
    )
    op.create_table('person',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('person_kind', sa.String(length=40), nullable=False),
    sa.Column('employing_body', sa.String(length=120), nullable=True),
    sa.Column('post', sa.String(length=120), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('line_manager_id', sa.Uuid(), nullable=True),
    sa.Column('started', sa.Date(), nullable=True),
    sa.Column('last_working_day', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("person_kind IN ('employee', 'agency', 'volunteer', 'student', 'partner', 'partnership_member', 'board_member', 'councillor', 'school_staff', 'chief_officer', 'statutory_officer')", name=op.f('ck_person_person_kind_known')),
    sa.CheckConstraint('last_working_day IS NULL OR last_working_day >= started', name=op.f('ck_person_leaves_after_start')),
    sa.CheckConstraint('line_manager_id IS NULL OR line_manager_id <> id', name=op.f('ck_person_not_own_manager')),
    sa.ForeignKeyConstraint(['line_manager_id'], ['person.id'], name=op.f('fk_person_line_manager_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_person_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('email', name=op.f('uq_person_email'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_line_manager_id'), ['line_manager_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_name_id'), ['name', 'id'], unique=False)

    if op.get_bind().dialect.name == "postgresql":  # a circle of two tables: SQLite makes it at once, PostgreSQL after
        op.create_foreign_key("fk_service_head_id", "service", "person", ["head_id"], ["id"])

    op.create_table('policy_paragraph',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('cite', sa.String(length=80), nullable=False),
    sa.Column('anchor', sa.String(length=40), nullable=False),
    sa.Column('section', sa.String(length=120), nullable=False),
    sa.Column('heading', sa.String(length=160), nullable=False),
    sa.Column('parent', sa.String(length=20), nullable=True),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['policy_version.id'], name=op.f('fk_policy_paragraph_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_paragraph')),
    sa.UniqueConstraint('version_id', 'anchor', name=op.f('uq_policy_paragraph_version_id_anchor')),
    sa.UniqueConstraint('version_id', 'number', name=op.f('uq_policy_paragraph_version_id_number'))
    )
    types.create_append_only_triggers(op.get_bind(), 'policy_paragraph')
    op.create_table('acknowledgement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_acknowledgement_person_id')),
    sa.ForeignKeyConstraint(['version_id'], ['policy_version.id'], name=op.f('fk_acknowledgement_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acknowledgement')),
    sa.UniqueConstraint('person_id', 'version_id', name=op.f('uq_acknowledgement_person_id_version_id'))
    )
    types.create_append_only_triggers(op.get_bind(), 'acknowledgement')
    op.create_table('credential',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_credential_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_credential'))
    )
    op.create_table('declared_relationship',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('other_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.CheckConstraint("kind IN ('family', 'close_friend', 'business', 'former_line_manager')", name=op.f('ck_declared_relationship_kind_known')),
    sa.CheckConstraint('person_id <> other_id', name=op.f('ck_declared_relationship_two_people')),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name=op.f('fk_declared_relationship_other_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_declared_relationship_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declared_relationship')),
    sa.UniqueConstraint('person_id', 'other_id', 'kind', name=op.f('uq_declared_relationship_person_id_other_id_kind'))
    )
    with op.batch_alter_table('declared_relationship', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_declared_relationship_other_id'), ['other_id'], unique=False)

    op.create_table('role_assignment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('appointed_by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("role IN ('sca', 'deputy_sca', 'hr_intake', 'hr_case_owner', 'hr_manager', 'investigator', 'decision_maker', 'appeal_officer', 'independent', 'whistleblowing_officer', 'safeguarding_lead', 'ict', 'dpo', 'auditor', 'administrator')", name=op.f('ck_role_assignment_role_known')),
    sa.CheckConstraint('appointed_by_id IS NULL OR appointed_by_id <> person_id', name=op.f('ck_role_assignment_no_self_appointment')),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_role_assignment_ends_after_start')),
    sa.ForeignKeyConstraint(['appointed_by_id'], ['person.id'], name=op.f('fk_role_assignment_appointed_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_role_assignment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_assignment'))
    )
    with op.batch_alter_table('role_assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_assignment_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_role_assignment_role'), ['role'], unique=False)

    op.create_table('sign_in_session',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_session_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sign_in_session'))
    )
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_session_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_service_head_id", "service", type_="foreignkey")
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_session_person_id'))

    op.drop_table('sign_in_session')
    with op.batch_alter_table('role_assignment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_role_assignment_role'))
        batch_op.drop_index(batch_op.f('ix_role_assignment_person_id'))

    op.drop_table('role_assignment')
    with op.batch_alter_table('declared_relationship', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_declared_relationship_other_id'))

    op.drop_table('declared_relationship')
    op.drop_table('credential')
    op.drop_table('acknowledgement')
    op.drop_table('policy_paragraph')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_name_id'))
        batch_op.drop_index(batch_op.f('ix_person_line_manager_id'))

    op.drop_table('person')
    op.drop_table('draft')
    op.drop_table('sign_in_throttle')
    op.drop_table('service')
    op.drop_table('read_head')
    with op.batch_alter_table('read_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_read_event_subject_id_number'))

    op.drop_table('read_event')
    op.drop_table('policy_version')
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_message_unsent', sqlite_where=sa.text('sent_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL'))

    op.drop_table('outbox_message')
    op.drop_table('installation')
    op.drop_table('data_key')
    op.drop_table('audit_head')
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_event_subject_id_number'))

    op.drop_table('audit_event')
