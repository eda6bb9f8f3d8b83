"""Accounts with all that the register asks for, approval of access, and what is looked at again."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

END_REASONS = "'no_longer_needed', 'left', 'moved', 'withdrawn', 'account_closed'"
FILLED = {
    "access_grant": ("advice",),
    "account": (
        "brand",
        "emergency_contact",
        "target_group",
        "identification",
        "two_step_custody",
        "recovery_kind",
        "recovery",
        "vault_item",
        "connected_tools",
        "alerts",
        "auto_acknowledgement",
    ),
}


def upgrade() -> None:
    op.create_table(
        "account_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.String(length=40), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_change_account_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_account_change_changed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_change")),
    )
    types.create_append_only_triggers(op.get_bind(), "account_change")
    with op.batch_alter_table("account_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_change_account_id_changed_at_id"), ["account_id", "changed_at", "id"], unique=False
        )

    op.create_table(
        "account_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("risk_row_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(kind = 'results') = (plan_id IS NOT NULL)", name=op.f("ck_account_check_results_of_a_plan")),
        sa.CheckConstraint("(kind = 'risk') = (risk_row_id IS NOT NULL)", name=op.f("ck_account_check_about_a_risk")),
        sa.CheckConstraint("kind IN ('content', 'results', 'risk')", name=op.f("ck_account_check_kind_known")),
        sa.CheckConstraint("words <> ''", name=op.f("ck_account_check_has_words")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_check_account_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name=op.f("fk_account_check_done_by_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["monitoring_plan.id"], name=op.f("fk_account_check_plan_id")),
        sa.ForeignKeyConstraint(["risk_row_id"], ["risk_row.id"], name=op.f("fk_account_check_risk_row_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_check")),
    )
    types.create_append_only_triggers(op.get_bind(), "account_check")
    with op.batch_alter_table("account_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_check_account_id_done_at"), ["account_id", "done_at"], unique=False)

    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("advice", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("trained_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("acknowledge_by", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_access_grant_acknowledge_by"), ["acknowledge_by"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_access_grant_given_by_id"), "person", ["given_by_id"], ["id"])

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deputy_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("brand", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("emergency_contact", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("target_group", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("identification", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("opened_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("two_step_method", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("two_step_custody", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("recovery_kind", sa.String(length=40), nullable=False, server_default="not_recorded"))
        batch_op.add_column(sa.Column("recovery", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("vault_item", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("connected_tools", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("compromise_drill_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("alerts", sa.String(length=40), nullable=False, server_default="not_recorded"))
        batch_op.add_column(
            sa.Column("auto_acknowledgement", sa.String(length=40), nullable=False, server_default="not_recorded")
        )
        batch_op.add_column(sa.Column("pre_election_pause", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("content_reviewed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("content_review_due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("content_review_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("papers_due_on", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_account_content_review_from"), ["content_review_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_papers_due_on"), ["papers_due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_account_deputy_id"), "person", ["deputy_id"], ["id"])

    with op.batch_alter_table("monitoring_plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("results_due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("results_from", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_monitoring_plan_results_from"), ["results_from"], unique=False)

    with op.batch_alter_table("risk_row", schema=None) as batch_op:
        batch_op.add_column(sa.Column("review_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("review_from", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_risk_row_review_from"), ["review_from"], unique=False)

    _without_defaults_and_with_checks()
    _ask_for_what_is_looked_at_again()


def _without_defaults_and_with_checks() -> None:
    for table, columns in FILLED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_access_grant_end_reason_known"), type_="check")
        batch_op.create_check_constraint("end_reason_known", f"end_reason IN ({END_REASONS}, 'lapsed')")
    with op.batch_alter_table("account", schema=None) as batch_op:
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(name, rule)


def _ask_for_what_is_looked_at_again() -> None:
    """What is there already is asked about as what is new: content in half a year, risks and results on their days."""
    due = datetime.now(UTC).date() + timedelta(days=182)
    run = op.get_bind().execute
    run(
        sa.text("UPDATE account SET content_review_due_on = :due, content_review_from = :since WHERE status <> 'closed'"),
        {"due": due, "since": due - timedelta(days=14)},
    )
    run(
        sa.text(
            "UPDATE risk_row SET review_on = (SELECT review_on FROM risk_assessment WHERE id = assessment_id), "
            "review_from = (SELECT review_on FROM risk_assessment WHERE id = assessment_id)"
        )
    )
    run(sa.text("UPDATE monitoring_plan SET results_due_on = evaluation_on, results_from = evaluation_on"))


CHECKS = {
    "two_step_method_known": "two_step_method IN ('app', 'security_key', 'text_message', 'email', 'other')",
    "recovery_kind_known": "recovery_kind IN ('organisation', 'one_person', 'not_recorded')",
    "alerts_known": "alerts IN ('on', 'off', 'not_offered', 'not_recorded')",
    "auto_acknowledgement_known": "auto_acknowledgement IN ('on', 'off', 'not_offered', 'not_recorded')",
    "not_own_parent": "parent_id IS NULL OR parent_id <> id",
    "deputy_is_another": "deputy_id IS NULL OR deputy_id <> owner_id",
}


def downgrade() -> None:
    op.get_bind().execute(sa.text("UPDATE access_grant SET end_reason = 'no_longer_needed' WHERE end_reason = 'lapsed'"))
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_access_grant_end_reason_known"), type_="check")
        batch_op.create_check_constraint("end_reason_known", f"end_reason IN ({END_REASONS})")
    with op.batch_alter_table("account", schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_account_{name}"), type_="check")

    with op.batch_alter_table("risk_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_risk_row_review_from"))
        batch_op.drop_column("review_from")
        batch_op.drop_column("review_on")

    with op.batch_alter_table("monitoring_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_monitoring_plan_results_from"))
        batch_op.drop_column("results_from")
        batch_op.drop_column("results_due_on")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_account_deputy_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_account_parent_id"))
        batch_op.drop_index(batch_op.f("ix_account_papers_due_on"))
        batch_op.drop_index(batch_op.f("ix_account_content_review_from"))
        batch_op.drop_column("papers_due_on")
        batch_op.drop_column("content_review_from")
        batch_op.drop_column("content_review_due_on")
        batch_op.drop_column("content_reviewed_on")
        batch_op.drop_column("pre_election_pause")
        batch_op.drop_column("auto_acknowledgement")
        batch_op.drop_column("alerts")
        batch_op.drop_column("compromise_drill_on")
        batch_op.drop_column("connected_tools")
        batch_op.drop_column("vault_item")
        batch_op.drop_column("recovery")
        batch_op.drop_column("recovery_kind")
        batch_op.drop_column("two_step_custody")
        batch_op.drop_column("two_step_method")
        batch_op.drop_column("opened_on")
        batch_op.drop_column("identification")
        batch_op.drop_column("target_group")
        batch_op.drop_column("emergency_contact")
        batch_op.drop_column("brand")
        batch_op.drop_column("deputy_id")

    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_access_grant_given_by_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_access_grant_acknowledge_by"))
        batch_op.drop_column("acknowledge_by")
        batch_op.drop_column("trained_on")
        batch_op.drop_column("advice")
        batch_op.drop_column("given_by_id")

    with op.batch_alter_table("account_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_check_account_id_done_at"))

    op.drop_table("account_check")
    with op.batch_alter_table("account_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_change_account_id_changed_at_id"))

    op.drop_table("account_change")
