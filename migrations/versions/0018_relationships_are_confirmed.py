"""A close relationship counts once another person has confirmed it, and until another confirmed that it is over."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('declared_relationship', schema=None) as batch_op:
        batch_op.add_column(sa.Column('declared_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('said_over_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_by_id', sa.Uuid(), nullable=True))
        batch_op.alter_column('since', existing_type=sa.Date(), nullable=True)
        batch_op.create_foreign_key(batch_op.f('fk_declared_relationship_confirmed_by_id'), 'person', ['confirmed_by_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_declared_relationship_confirmed_by_another'), 'confirmed_by_id NOT IN (person_id, other_id, recorded_by_id)')
    # What stands counts on as it did: only what is said from now on waits for somebody else.
    op.execute("UPDATE declared_relationship SET declared_on = since WHERE recorded_by_id IS NOT NULL")


def downgrade() -> None:
    # What nobody confirmed never counted.
    op.execute("DELETE FROM declared_relationship WHERE since IS NULL")
    with op.batch_alter_table('declared_relationship', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_declared_relationship_confirmed_by_another'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_declared_relationship_confirmed_by_id'), type_='foreignkey')
        batch_op.alter_column('since', existing_type=sa.Date(), nullable=False)
        batch_op.drop_column('confirmed_by_id')
        batch_op.drop_column('said_over_on')
        batch_op.drop_column('declared_on')
