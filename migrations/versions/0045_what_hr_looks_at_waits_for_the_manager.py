"""What HR looks at waits for HR, then for the manager, and what was recorded before stays; an agreement is taken back."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

TABLE = "declaration_of_interest"
CHECKS = {
    "agreed_was_reviewed": "status NOT IN ('to_do', 'in_place') OR COALESCE(action, 'refer') <> 'refer'",
    "declared_is_undecided": "status <> 'declared' OR COALESCE(action, 'refer') = 'refer'",
    "with_hr_was_referred": "status <> 'with_hr' OR COALESCE(action, '') = 'refer'",
    "with_hr_asks_hr": "status <> 'with_hr' OR hr_asked_at IS NOT NULL",
    "passed_on_has_a_date": "COALESCE(hr_answer, '') <> 'passed_on' OR lead_due_on IS NOT NULL",
    "lead_has_a_date": "(lead_asked_at IS NULL) = (lead_due_on IS NULL)",
    "status_known": "status IN ('declared', 'with_hr', 'to_do', 'in_place', 'ended')",
}
CHECKS_BEFORE = {
    "agreed_was_reviewed": "status NOT IN ('to_do', 'in_place') OR reviewed_at IS NOT NULL",
    "declared_is_unreviewed": "status <> 'declared' OR reviewed_at IS NULL",
    "passed_on_has_a_date": "(COALESCE(hr_answer, '') = 'passed_on') = (lead_due_on IS NOT NULL)",
    "status_known": "status IN ('declared', 'to_do', 'in_place', 'ended')",
}


def upgrade() -> None:
    _look_again()
    _take_back()


def _look_again() -> None:
    op.create_table(
        "declaration_earlier_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("data_key_id", sa.Uuid(), nullable=False),
        sa.Column("step_of", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("advice_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "answer IN ('no_concern', 'advice', 'passed_on')", name=op.f("ck_declaration_earlier_step_answer_known")
        ),
        sa.CheckConstraint("step_of IN ('manager', 'hr', 'lead')", name=op.f("ck_declaration_earlier_step_step_of_known")),
        sa.CheckConstraint(
            "(step_of = 'hr') = (answer IS NOT NULL)", name=op.f("ck_declaration_earlier_step_only_hr_answers")
        ),
        sa.CheckConstraint(
            "step_of = 'hr' OR advice_sealed IS NULL", name=op.f("ck_declaration_earlier_step_only_hr_advises")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_declaration_earlier_step_by_id")),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name=op.f("fk_declaration_earlier_step_data_key_id")),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration_of_interest.id"], name=op.f("fk_declaration_earlier_step_declaration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration_earlier_step")),
    )
    op.create_index(
        op.f("ix_declaration_earlier_step_declaration_id_at_id"), "declaration_earlier_step", ["declaration_id", "at", "id"]
    )
    types.create_append_only_triggers(op.get_bind(), "declaration_earlier_step")
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.add_column(sa.Column("review_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("lead_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("advice_sealed", sa.LargeBinary(), nullable=True))
        for name in CHECKS_BEFORE:
            batch_op.drop_constraint(batch_op.f(f"ck_{TABLE}_{name}"), type_="check")
    _carry_over()
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.alter_column("review_since", existing_type=sa.DateTime(timezone=True), nullable=False)
        for name, check in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_{TABLE}_{name}"), check)


def _take_back() -> None:
    op.create_table(
        "acknowledgement_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("acknowledgement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('disputed', 'taken_back')", name=op.f("ck_acknowledgement_note_kind_known")),
        sa.CheckConstraint(
            "kind <> 'taken_back' OR reason <> ''", name=op.f("ck_acknowledgement_note_taken_back_for_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["acknowledgement_id"], ["acknowledgement.id"], name=op.f("fk_acknowledgement_note_acknowledgement_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_acknowledgement_note_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement_note")),
        sa.UniqueConstraint("acknowledgement_id", "kind", name=op.f("uq_acknowledgement_note_acknowledgement_id_kind")),
    )
    types.create_append_only_triggers(op.get_bind(), "acknowledgement_note")
    for table in ("acknowledgement", "policy_ask"):
        once = f"uq_{table}_person_id_version_id"
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("again", sa.Integer(), nullable=False, server_default="0"))
            batch_op.drop_constraint(batch_op.f(once), type_="unique")
            batch_op.create_unique_constraint(batch_op.f(f"{once}_again"), ["person_id", "version_id", "again"])
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("again", server_default=None)
        _made_anew(table)


def _made_anew(table: str) -> None:
    """SQLite makes a table anew to change it, and its triggers do not come along."""
    if op.get_bind().dialect.name == "sqlite":
        types.create_append_only_triggers(op.get_bind(), table)


def _carry_over() -> None:
    """What was referred and stood as agreed waits: for HR, or where HR answered for the manager, who has a week from then."""
    week = "CAST(hr_at AS DATE) + 7" if op.get_bind().dialect.name == "postgresql" else "date(hr_at, '+7 days')"
    nothing = "again_on = NULL, again_from = NULL, agreed_at = NULL"
    referred = "status = 'in_place' AND action = 'refer'"
    for change in (
        "review_since = declared_at, lead_asked_at = CASE WHEN lead_due_on IS NULL THEN NULL ELSE hr_at END",
        f"status = 'with_hr', {nothing} WHERE {referred} AND hr_at IS NULL",
        f"status = 'declared', review_since = hr_at, review_by = {week}, {nothing} WHERE {referred}",
    ):
        op.execute(f"UPDATE {TABLE} SET {change}")


def downgrade() -> None:
    """What was taken back counts again only where nothing was recorded since: refused elsewhere by the database."""
    for table in ("policy_ask", "acknowledgement"):
        once = f"uq_{table}_person_id_version_id"
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"{once}_again"), type_="unique")
            batch_op.create_unique_constraint(batch_op.f(once), ["person_id", "version_id"])
            batch_op.drop_column("again")
        _made_anew(table)
    op.drop_table("acknowledgement_note")
    _look_once()


def _look_once() -> None:
    """What waits after a referral stands as agreed again, as it was recorded before."""
    with op.batch_alter_table(TABLE) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_{TABLE}_{name}"), type_="check")
    op.execute(
        f"UPDATE {TABLE} SET status = 'in_place', agreed_at = reviewed_at, again_on = review_by, again_from = review_by "
        "WHERE status IN ('declared', 'with_hr') AND action = 'refer'"
    )
    op.execute(
        f"UPDATE {TABLE} SET lead_due_on = NULL, lead_by_id = NULL, lead_at = NULL "
        "WHERE COALESCE(hr_answer, '') <> 'passed_on'"
    )
    with op.batch_alter_table(TABLE) as batch_op:
        for name, check in CHECKS_BEFORE.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_{TABLE}_{name}"), check)
        batch_op.drop_column("advice_sealed")
        batch_op.drop_column("lead_asked_at")
        batch_op.drop_column("review_since")
    op.drop_table("declaration_earlier_step")
