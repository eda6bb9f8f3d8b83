"""The data protection officer's look at an alert stands beside what comes of it, with a day of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NEW_CHECKS = {
    "status_known": "status IN ('sent', 'seen', 'taking_down', 'closed')",
    "outcome_known": "outcome IN ('corrected', 'take_down', 'advice', 'settled')",
    "taken_down_by_a_day": "(COALESCE(outcome, '') = 'take_down') = (take_down_by IS NOT NULL)",
    "officer_asked_by_somebody": "(officer_asked_at IS NULL) = (officer_asked_by_id IS NULL)",
    "officer_has_a_day": "(officer_asked_at IS NULL) = (officer_due_on IS NULL)",
    "not_own_asking": "officer_asked_by_id IS NULL OR officer_asked_by_id <> author_id",
    "answered_when_asked": "breach_answer IS NULL OR officer_asked_at IS NOT NULL",
}
OLD_CHECKS = {
    "status_known": "status IN ('sent', 'seen', 'taking_down', 'with_dpo', 'closed')",
    "outcome_known": "outcome IN ('corrected', 'take_down', 'advice', 'personal_data_breach', 'settled')",
    "only_a_breach_is_answered": "breach_answer IS NULL OR outcome = 'personal_data_breach'",
}
# Whoever sent it to the data protection officer had settled it with that, and the officer's look was all that was to come.
ASKED = """
    UPDATE mistake_alert SET officer_asked_at = decided_at, officer_asked_by_id = decided_by_id, officer_due_on = take_down_by,
        take_down_by = NULL, outcome = 'settled', status = 'closed', closed_at = COALESCE(closed_at, decided_at)
    WHERE outcome = 'personal_data_breach'
"""
# An alert had one outcome only: the officer's look is the one that must not be lost.
ONE_OUTCOME = """
    UPDATE mistake_alert SET outcome = 'personal_data_breach', take_down_by = officer_due_on,
        decided_at = COALESCE(decided_at, officer_asked_at), decided_by_id = COALESCE(decided_by_id, officer_asked_by_id),
        status = CASE WHEN breach_answer IS NULL THEN 'with_dpo' ELSE 'closed' END,
        closed_at = CASE WHEN breach_answer IS NULL THEN NULL ELSE answered_at END
    WHERE officer_asked_at IS NOT NULL
"""


def upgrade() -> None:
    with op.batch_alter_table("mistake_alert", schema=None) as batch_op:
        for name in OLD_CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_mistake_alert_{name}"), type_="check")
        batch_op.alter_column("step_due_on", new_column_name="take_down_by", existing_type=sa.Date(), existing_nullable=True)
        batch_op.add_column(sa.Column("officer_asked_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("officer_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("officer_due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("for_officer_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("why_no_officer_sealed", sa.LargeBinary(), nullable=True))
    op.execute(ASKED)
    with op.batch_alter_table("mistake_alert", schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f("fk_mistake_alert_officer_asked_by_id"), "person", ["officer_asked_by_id"], ["id"]
        )
        for name, says in NEW_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_mistake_alert_{name}"), says)


def downgrade() -> None:
    with op.batch_alter_table("mistake_alert", schema=None) as batch_op:
        for name in NEW_CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_mistake_alert_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_mistake_alert_officer_asked_by_id"), type_="foreignkey")
    op.execute(ONE_OUTCOME)
    with op.batch_alter_table("mistake_alert", schema=None) as batch_op:
        for column in (
            "why_no_officer_sealed", "for_officer_sealed", "officer_due_on", "officer_asked_at", "officer_asked_by_id",
        ):  # fmt: skip
            batch_op.drop_column(column)
        batch_op.alter_column("take_down_by", new_column_name="step_due_on", existing_type=sa.Date(), existing_nullable=True)
        for name, says in OLD_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_mistake_alert_{name}"), says)
