"""Appointing somebody else in place of an officer of a case; a second hearing where somebody else decides."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

LETTERS = "'investigation', 'no_case', 'informal', 'hearing', 'postponed', 'outcome', 'appeal_received', 'appeal_result'"


def upgrade() -> None:
    op.create_table('case_reappointment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('capacity', sa.String(length=40), nullable=False),
    sa.Column('former_id', sa.Uuid(), nullable=False),
    sa.Column('successor_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=False),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("capacity IN ('reporter', 'subject', 'witness', 'companion', 'triage_officer', 'second_officer', 'case_owner', 'investigator', 'note_taker', 'decision_maker', 'panel_member', 'hr_adviser', 'appeal_officer', 'need_to_know')", name=op.f('ck_case_reappointment_capacity_known')),
    sa.CheckConstraint("reason IN ('leaving', 'away', 'conflict', 'other')", name=op.f('ck_case_reappointment_reason_known')),
    sa.CheckConstraint('former_id <> successor_id', name=op.f('ck_case_reappointment_by_somebody_else')),
    sa.ForeignKeyConstraint(['case_id'], ['hr_case.id'], name=op.f('fk_case_reappointment_case_id')),
    sa.ForeignKeyConstraint(['former_id'], ['person.id'], name=op.f('fk_case_reappointment_former_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_case_reappointment_made_by_id')),
    sa.ForeignKeyConstraint(['successor_id'], ['person.id'], name=op.f('fk_case_reappointment_successor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_reappointment'))
    )
    types.create_append_only_triggers(op.get_bind(), 'case_reappointment')
    with op.batch_alter_table('case_reappointment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_reappointment_case_id_made_at'), ['case_id', 'made_at'], unique=False)

    with op.batch_alter_table('hearing', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_hearing_case_id'), type_='unique')
        batch_op.create_index(batch_op.f('ix_hearing_case_id_recorded_at'), ['case_id', 'recorded_at'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_hearing_notice_id'), ['notice_id'])

    _letters_may_be(f"{LETTERS}, 'reappointment'")


def _letters_may_be(kinds: str) -> None:
    """What letters there are. SQLite makes the table anew for that, without the triggers that keep letters as they are."""
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_letter_kind_known'), type_='check')
        batch_op.create_check_constraint('kind_known', f"kind IN ({kinds})")
    if op.get_bind().dialect.name == 'sqlite':
        types.create_append_only_triggers(op.get_bind(), 'letter')


def downgrade() -> None:
    _letters_may_be(LETTERS)
    with op.batch_alter_table('hearing', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_hearing_notice_id'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_hearing_case_id_recorded_at'))
        batch_op.create_unique_constraint(batch_op.f('uq_hearing_case_id'), ['case_id'])

    with op.batch_alter_table('case_reappointment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_reappointment_case_id_made_at'))

    op.drop_table('case_reappointment')
