"""What a manager decided before Human Resources advised is kept beside what they decide after it."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0052"
down_revision = "0045"
branch_labels = None
depends_on = None

STEP = "declaration_earlier_step"


def upgrade() -> None:
    with op.batch_alter_table(STEP) as batch_op:
        batch_op.add_column(sa.Column("action", sa.String(length=40), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f(f"ck_{STEP}_action_known"), "action IN ('unlink', 'may_stay', 'refer')"
        )
        batch_op.create_check_constraint(
            batch_op.f(f"ck_{STEP}_only_managers_decide"), "step_of = 'manager' OR action IS NULL"
        )
    _made_anew(STEP)


def _made_anew(table: str) -> None:
    """SQLite makes a table anew to change it, and its triggers do not come along."""
    if op.get_bind().dialect.name == "sqlite":
        types.create_append_only_triggers(op.get_bind(), table)


def downgrade() -> None:
    with op.batch_alter_table(STEP) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{STEP}_only_managers_decide"), type_="check")
        batch_op.drop_constraint(batch_op.f(f"ck_{STEP}_action_known"), type_="check")
        batch_op.drop_column("action")
    _made_anew(STEP)
