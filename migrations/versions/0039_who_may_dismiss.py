"""Who may dismiss; whether somebody represents a union; making an outcome final is due after the last day to appeal."""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None

CASE = sa.table(
    "hr_case", sa.column("id", sa.Uuid()), sa.column("status", sa.String()), sa.column("step_due_on", sa.Date()),
    sa.column("step_counted_from", sa.Date()), sa.column("step_period", sa.String()),
)
OUTCOME = sa.table(
    "outcome", sa.column("case_id", sa.Uuid()), sa.column("appeal_by", sa.Date()), sa.column("issued_on", sa.Date())
)
MAKING_FINAL, APPEAL_WINDOW = "outcome_final_working_days", "appeal_window_working_days"


ROLES = (
    "sca", "deputy_sca", "hr_intake", "hr_case_owner", "hr_manager", "investigator", "decision_maker", "dismissal_authority",
    "appeal_officer", "independent", "whistleblowing_officer", "safeguarding_lead", "ict", "dpo", "auditor",
    "administrator", "chair",
)
UNION = ("union_standing_sealed", "union_official_sealed", "union_consulted_on_sealed")


def upgrade() -> None:
    _known(ROLES)
    with op.batch_alter_table("hearing_notice", schema=None) as batch_op:
        for name in UNION:
            batch_op.add_column(sa.Column(name, sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("hr_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unrecorded_policy", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("policy_reason_sealed", sa.LargeBinary(), nullable=True))
        batch_op.create_check_constraint(
            "unrecorded_policy_known", "unrecorded_policy IN ('earliest', 'code_of_conduct')"
        )
    for case_id, outcome in _decided():
        _set_step(case_id, _next_weekday(outcome.appeal_by), outcome.appeal_by, MAKING_FINAL)


def downgrade() -> None:
    for case_id, outcome in _decided():
        _set_step(case_id, outcome.appeal_by, outcome.issued_on, APPEAL_WINDOW)
    with op.batch_alter_table("hr_case", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_hr_case_unrecorded_policy_known"), type_="check")
        batch_op.drop_column("policy_reason_sealed")
        batch_op.drop_column("unrecorded_policy")
    with op.batch_alter_table("hearing_notice", schema=None) as batch_op:
        for name in UNION:
            batch_op.drop_column(name)
    op.execute("DELETE FROM role_assignment WHERE role = 'dismissal_authority'")
    _known(tuple(role for role in ROLES if role != "dismissal_authority"))


def _known(roles: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{role}'" for role in roles)
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_role_assignment_role_known"), type_="check")
        batch_op.create_check_constraint("role_known", f"role IN ({listed})")


def _decided() -> list[tuple[sa.Uuid, sa.Row]]:
    decided = sa.select(OUTCOME).join(CASE, CASE.c.id == OUTCOME.c.case_id).where(CASE.c.status == "decided")
    return [(row.case_id, row) for row in op.get_bind().execute(decided)]


def _set_step(case_id: sa.Uuid, due: date, start: date, period: str) -> None:
    """Which case is decided does not change by this, so its version stays."""
    values = {"step_due_on": due, "step_counted_from": start, "step_period": period}
    op.get_bind().execute(sa.update(CASE).where(CASE.c.id == case_id).values(**values))


def _next_weekday(day: date) -> date:
    """Bank holidays are left aside: the first of the days to do this may be one, and nobody is late on it."""
    following = day + timedelta(days=1)
    while following.weekday() >= 5:
        following += timedelta(days=1)
    return following
