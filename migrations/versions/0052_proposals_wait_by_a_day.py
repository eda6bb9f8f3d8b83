"""Proposals wait by a day at each step: what waited without one is to be answered a week after it was asked, and assessed
two weeks after it was advised on or sent back.
"""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

WEEKS = {"returned": 1, "assessing": 2}


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for status, weeks in WEEKS.items():
        later = 7 * weeks
        # A step began with the last thing that was said.
        day = f"CAST(max(said_at) AS DATE) + {later}" if is_postgresql else f"date(max(said_at), '+{later} days')"
        op.execute(
            f"UPDATE account_proposal SET due_on = (SELECT {day} FROM proposal_remark "
            f"WHERE proposal_id = account_proposal.id) WHERE status = '{status}' AND due_on IS NULL"
        )


def downgrade() -> None:
    for status in WEEKS:
        op.execute(f"UPDATE account_proposal SET due_on = NULL WHERE status = '{status}'")
