"""What was decided before Human Resources advised is kept; an agreement that is disputed is settled by a day."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

STEP = "declaration_earlier_step"
NOTE = "acknowledgement_note"


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
    _settle_disputes()


def _settle_disputes() -> None:
    """What was disputed before is to be settled a week after that."""
    with op.batch_alter_table(NOTE) as batch_op:
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.drop_constraint(batch_op.f(f"ck_{NOTE}_kind_known"), type_="check")
        batch_op.drop_constraint(batch_op.f(f"ck_{NOTE}_taken_back_for_a_reason"), type_="check")
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    week = "CAST(at AS DATE) + 7" if is_postgresql else "date(at, '+7 days')"
    if is_postgresql:
        op.execute(f"ALTER TABLE {NOTE} DISABLE TRIGGER USER")
    op.execute(f"UPDATE {NOTE} SET due_on = {week} WHERE kind = 'disputed'")
    if is_postgresql:
        op.execute(f"ALTER TABLE {NOTE} ENABLE TRIGGER USER")
    with op.batch_alter_table(NOTE) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f(f"ck_{NOTE}_kind_known"), "kind IN ('disputed', 'taken_back', 'upheld')"
        )
        batch_op.create_check_constraint(batch_op.f(f"ck_{NOTE}_settled_for_a_reason"), "kind = 'disputed' OR reason <> ''")
        batch_op.create_check_constraint(
            batch_op.f(f"ck_{NOTE}_settled_by_a_day"), "(kind = 'disputed') = (due_on IS NOT NULL)"
        )
    _made_anew(NOTE)


def _made_anew(table: str) -> None:
    """SQLite makes a table anew to change it, and its triggers do not come along."""
    if op.get_bind().dialect.name == "sqlite":
        types.create_append_only_triggers(op.get_bind(), table)


def downgrade() -> None:
    """Refused by the database where it was recorded of an agreement that it is right."""
    with op.batch_alter_table(NOTE) as batch_op:
        for name in ("kind_known", "settled_for_a_reason", "settled_by_a_day"):
            batch_op.drop_constraint(batch_op.f(f"ck_{NOTE}_{name}"), type_="check")
        batch_op.drop_column("due_on")
        batch_op.create_check_constraint(batch_op.f(f"ck_{NOTE}_kind_known"), "kind IN ('disputed', 'taken_back')")
        batch_op.create_check_constraint(
            batch_op.f(f"ck_{NOTE}_taken_back_for_a_reason"), "kind <> 'taken_back' OR reason <> ''"
        )
    _made_anew(NOTE)
    with op.batch_alter_table(STEP) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{STEP}_only_managers_decide"), type_="check")
        batch_op.drop_constraint(batch_op.f(f"ck_{STEP}_action_known"), type_="check")
        batch_op.drop_column("action")
    _made_anew(STEP)
