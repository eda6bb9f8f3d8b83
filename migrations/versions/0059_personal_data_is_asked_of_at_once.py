"""Where somebody says that a mistake showed details about others, the data protection officer is asked by nobody, at once."""

from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

ASKED_BY = "officer_asked_by_somebody"
ASKED_AT_ONCE = "officer_asked_by_somebody_or_at_once"
# What was asked at once counts from then on as asked by whoever decided or answered; else it waits to be asked again.
BY_SOMEBODY = """
    UPDATE mistake_alert SET officer_asked_by_id = COALESCE(decided_by_id, answered_by_id)
    WHERE officer_asked_at IS NOT NULL AND officer_asked_by_id IS NULL
"""
NOT_ASKED = "UPDATE mistake_alert SET officer_asked_at = NULL, officer_due_on = NULL WHERE officer_asked_by_id IS NULL"


def upgrade() -> None:
    with op.batch_alter_table("mistake_alert") as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_mistake_alert_{ASKED_BY}"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f(f"ck_mistake_alert_{ASKED_AT_ONCE}"),
            "(officer_asked_at IS NULL) = (officer_asked_by_id IS NULL) "
            "OR (officer_asked_by_id IS NULL AND personal_data = 'yes')",
        )


def downgrade() -> None:
    op.execute(BY_SOMEBODY)
    op.execute(NOT_ASKED)
    with op.batch_alter_table("mistake_alert") as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_mistake_alert_{ASKED_AT_ONCE}"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f(f"ck_mistake_alert_{ASKED_BY}"), "(officer_asked_at IS NULL) = (officer_asked_by_id IS NULL)"
        )
