"""High risks that stopped being asked for, though the assessment that counts names them, are asked for again.

A change that was carried out took a row's day, while an assessment that was written later went on counting.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

NEWER = (
    "SELECT 1 FROM risk_assessment AS newer WHERE newer.account_id = risk_assessment.account_id AND "
    "(newer.assessed_at > risk_assessment.assessed_at OR "
    "(newer.assessed_at = risk_assessment.assessed_at AND newer.id > risk_assessment.id))"
)
COUNTS = f"SELECT id FROM risk_assessment WHERE account_id IS NOT NULL AND NOT EXISTS ({NEWER})"


def upgrade() -> None:
    day = "CAST(rated_at AS DATE)" if op.get_bind().dialect.name == "postgresql" else "date(rated_at)"
    for change in (
        f"SET accept_by = NULL WHERE accept_by IS NOT NULL AND assessment_id NOT IN ({COUNTS})",
        f"SET accept_by = {day} WHERE accept_by IS NULL AND accepted_at IS NULL AND likelihood * impact >= 15 "
        f"AND assessment_id IN ({COUNTS})",
    ):
        op.get_bind().execute(sa.text(f"UPDATE risk_row {change}"))


def downgrade() -> None:
    """What was asked for stays asked for."""
