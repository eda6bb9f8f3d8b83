"""Reviews of who has access to an account."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('access_review',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reviewed_by_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_review_account_id')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['person.id'], name=op.f('fk_access_review_reviewed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_review'))
    )
    types.create_append_only_triggers(op.get_bind(), 'access_review')
    with op.batch_alter_table('access_review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_review_account_id_reviewed_at'), ['account_id', 'reviewed_at'], unique=False)

    op.create_table('access_review_answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('review_id', sa.Uuid(), nullable=False),
    sa.Column('grant_id', sa.Uuid(), nullable=False),
    sa.Column('stays', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['grant_id'], ['access_grant.id'], name=op.f('fk_access_review_answer_grant_id')),
    sa.ForeignKeyConstraint(['review_id'], ['access_review.id'], name=op.f('fk_access_review_answer_review_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_review_answer')),
    sa.UniqueConstraint('review_id', 'grant_id', name=op.f('uq_access_review_answer_review_id_grant_id'))
    )
    types.create_append_only_triggers(op.get_bind(), 'access_review_answer')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('access_review_due_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('access_review_from', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_account_access_review_from'), ['access_review_from'], unique=False)

    # Accounts that are on the register already are asked about in a quarter, as new ones are.
    due = datetime.now(UTC).date() + timedelta(days=92)
    op.get_bind().execute(
        sa.text("UPDATE account SET access_review_due_on = :due, access_review_from = :since WHERE status <> 'closed'"),
        {"due": due, "since": due - timedelta(days=14)},
    )


def downgrade() -> None:
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_access_review_from'))
        batch_op.drop_column('access_review_from')
        batch_op.drop_column('access_review_due_on')

    op.drop_table('access_review_answer')
    with op.batch_alter_table('access_review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_review_account_id_reviewed_at'))

    op.drop_table('access_review')
