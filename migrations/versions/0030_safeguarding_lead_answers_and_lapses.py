"""The safeguarding lead takes over declarations; a time to answer a question about a device; who was told of a lapse."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('declaration_of_interest', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lead_due_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('lead_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('lead_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('lead_words_sealed', sa.LargeBinary(), nullable=True))
    # What was passed on before waits to be taken over since the day by which HR had to look at it.
    op.execute("UPDATE declaration_of_interest SET lead_due_on = hr_due_on WHERE hr_answer = 'passed_on'")
    with op.batch_alter_table('declaration_of_interest', schema=None) as batch_op:
        batch_op.create_foreign_key(batch_op.f('fk_declaration_of_interest_lead_by_id'), 'person', ['lead_by_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_declaration_of_interest_passed_on_has_a_date'), "(COALESCE(hr_answer, '') = 'passed_on') = (lead_due_on IS NOT NULL)")
        batch_op.create_check_constraint(batch_op.f('ck_declaration_of_interest_taken_over_by_somebody'), '(lead_at IS NULL) = (lead_by_id IS NULL)')
        batch_op.create_check_constraint(batch_op.f('ck_declaration_of_interest_taken_over_when_passed_on'), 'lead_at IS NULL OR lead_due_on IS NOT NULL')
        batch_op.create_check_constraint(batch_op.f('ck_declaration_of_interest_not_own_lead'), 'lead_by_id IS NULL OR lead_by_id <> person_id')

    with op.batch_alter_table('device_question', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answer_by', sa.Date(), nullable=True))
    op.execute(
        "UPDATE device_question SET answer_by = "
        "(SELECT due_on FROM device_permission_request WHERE device_permission_request.id = device_question.request_id)"
    )
    with op.batch_alter_table('device_question', schema=None) as batch_op:
        batch_op.alter_column('answer_by', existing_type=sa.Date(), nullable=False)

    with op.batch_alter_table('device_permission_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lapse_told_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('device_permission_request', schema=None) as batch_op:
        batch_op.drop_column('lapse_told_at')

    with op.batch_alter_table('device_question', schema=None) as batch_op:
        batch_op.drop_column('answer_by')

    with op.batch_alter_table('declaration_of_interest', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_declaration_of_interest_not_own_lead'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_declaration_of_interest_taken_over_when_passed_on'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_declaration_of_interest_taken_over_by_somebody'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_declaration_of_interest_passed_on_has_a_date'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_declaration_of_interest_lead_by_id'), type_='foreignkey')
        batch_op.drop_column('lead_words_sealed')
        batch_op.drop_column('lead_at')
        batch_op.drop_column('lead_by_id')
        batch_op.drop_column('lead_due_on')
