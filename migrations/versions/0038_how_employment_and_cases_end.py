"""A dismissal has a day on which employment ends; a case that closes without a finding says why none can be reached."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.add_column(sa.Column("employment_ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("notice_sealed", sa.LargeBinary(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_outcome_employed_until_issue"), "employment_ends_on IS NULL OR employment_ends_on >= issued_on"
        )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("new_employment_ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("new_notice_sealed", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("case_to_answer_decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("no_finding_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("case_to_answer_decision", schema=None) as batch_op:
        batch_op.drop_column("no_finding_sealed")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_column("new_notice_sealed")
        batch_op.drop_column("new_employment_ends_on")
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_outcome_employed_until_issue"), type_="check")
        batch_op.drop_column("notice_sealed")
        batch_op.drop_column("employment_ends_on")
