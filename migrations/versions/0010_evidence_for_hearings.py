"""Who may be meant by a report; what the person concerned gets of a file of the report."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

FIRST = "'reporter', 'subject'"
OTHERS = (
    "'witness', 'companion', 'triage_officer', 'second_officer', 'case_owner', 'investigator', 'note_taker', "
    "'decision_maker', 'panel_member', 'hr_adviser', 'appeal_officer', 'need_to_know'"
)


def _parts_may_be(capacities: str) -> None:
    for table in ('matter_party', 'case_reappointment'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f'ck_{table}_capacity_known'), type_='check')
            batch_op.create_check_constraint('capacity_known', f"capacity IN ({capacities})")
    if op.get_bind().dialect.name == 'sqlite':
        types.create_append_only_triggers(op.get_bind(), 'case_reappointment')


def upgrade() -> None:
    _parts_may_be(f"{FIRST}, 'possible_subject', {OTHERS}")
    op.create_table('evidence_disclosure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('manner', sa.String(length=40), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Uuid(), nullable=False),
    sa.Column('stored_as', sa.String(length=40), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('media_type', sa.String(length=60), nullable=True),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("(manner = 'copy') = (stored_as IS NOT NULL)", name=op.f('ck_evidence_disclosure_copy_has_a_file')),
    sa.CheckConstraint("manner IN ('file', 'copy', 'words', 'withheld', 'not_relied_on')", name=op.f('ck_evidence_disclosure_manner_known')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_evidence_disclosure_decided_by_id')),
    sa.ForeignKeyConstraint(['item_id'], ['evidence_item.id'], name=op.f('fk_evidence_disclosure_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_disclosure')),
    sa.UniqueConstraint('item_id', 'number', name=op.f('uq_evidence_disclosure_item_id_number')),
    sa.UniqueConstraint('stored_as', name=op.f('uq_evidence_disclosure_stored_as'))
    )
    op.execute(
        "INSERT INTO evidence_disclosure (id, item_id, number, manner, decided_at, decided_by_id) "
        "SELECT item_id, item_id, 1, 'file', released_at, released_by_id FROM evidence_release"
    )
    types.create_append_only_triggers(op.get_bind(), 'evidence_disclosure')
    op.drop_table('evidence_release')


def downgrade() -> None:
    op.create_table('evidence_release',
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_by_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['evidence_item.id'], name=op.f('fk_evidence_release_item_id')),
    sa.ForeignKeyConstraint(['released_by_id'], ['person.id'], name=op.f('fk_evidence_release_released_by_id')),
    sa.PrimaryKeyConstraint('item_id', name=op.f('pk_evidence_release'))
    )
    op.execute(
        "INSERT INTO evidence_release (item_id, released_at, released_by_id) "
        "SELECT item_id, decided_at, decided_by_id FROM evidence_disclosure AS given WHERE manner = 'file' AND number = "
        "(SELECT MIN(number) FROM evidence_disclosure WHERE item_id = given.item_id AND manner = 'file')"
    )
    types.create_append_only_triggers(op.get_bind(), 'evidence_release')
    op.drop_table('evidence_disclosure')
    # Whoever may be meant stays walled off: the older service knows only subjects.
    op.execute("UPDATE matter_party SET capacity = 'subject' WHERE capacity = 'possible_subject'")
    _parts_may_be(f"{FIRST}, {OTHERS}")
