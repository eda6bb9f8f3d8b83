"""HR says that a close relationship which it recorded is over or was a mistake; who said so stands beside it."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('declared_relationship', schema=None) as batch_op:
        batch_op.add_column(sa.Column('said_over_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('over_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('was_mistake', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('over_reason_sealed', sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_declared_relationship_said_over_by_id'), 'person', ['said_over_by_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_declared_relationship_not_said_over_by_the_other'), 'said_over_by_id <> other_id')
    # Until now only who declared it could say so.
    op.execute("UPDATE declared_relationship SET said_over_by_id = person_id WHERE said_over_on IS NOT NULL")
    with op.batch_alter_table('declared_relationship', schema=None) as batch_op:
        batch_op.alter_column('was_mistake', server_default=None)


def downgrade() -> None:
    # What HR said and nobody confirmed was never said: it goes on to count.
    op.execute(
        "UPDATE declared_relationship SET said_over_on = NULL WHERE until IS NULL AND said_over_by_id <> person_id"
    )
    with op.batch_alter_table('declared_relationship', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_declared_relationship_not_said_over_by_the_other'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_declared_relationship_said_over_by_id'), type_='foreignkey')
        batch_op.drop_column('over_reason_sealed')
        batch_op.drop_column('was_mistake')
        batch_op.drop_column('over_from')
        batch_op.drop_column('said_over_by_id')
