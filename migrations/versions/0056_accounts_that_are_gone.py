"""An account no longer exists on its platform, or is lost for good: one says so, another confirms it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

END_REASONS = "'no_longer_needed', 'left', 'moved', 'withdrawn', 'account_closed', 'lapsed', 'called_off'"
ENDS = (("access_grant", "end_reason"), ("access_end_set_aside", "reason"))
OF_ACCOUNTS = {
    "gone_known": "gone IN ('deleted', 'lost')",
    "gone_has_a_day": "(gone IS NULL) = (gone_since IS NULL)",
    "gone_is_not_used": "gone IS NULL OR status IN ('closing', 'closed')",
}
DONE_BEFORE = "(status IN ('due', 'stood_down')) = (done_at IS NULL)"
DONE = "gone_id IS NOT NULL OR (status IN ('due', 'stood_down')) = (done_at IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gone", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("gone_since", sa.Date(), nullable=True))
        for name, condition in OF_ACCOUNTS.items():
            batch_op.create_check_constraint(name, condition)
    for table, column in ENDS:
        _know_reasons(table, column, f"{END_REASONS}, 'account_gone'")
    _make_records()
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gone_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_credential_rotation_gone_id"), "account_gone", ["gone_id"], ["id"]
        )
        _replace_check(batch_op, "credential_rotation", "done_unless_due", DONE)
        batch_op.create_check_constraint("gone_is_stood_down", "gone_id IS NULL OR status = 'stood_down'")


def _make_records() -> None:
    op.create_table(
        "account_gone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("confirm_by", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_why", sa.Text(), nullable=False),
        sa.CheckConstraint("what IN ('deleted', 'lost')", name=op.f("ck_account_gone_what_known")),
        sa.CheckConstraint(
            "status IN ('waiting', 'confirmed', 'taken_back')", name=op.f("ck_account_gone_status_known")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_account_gone_says_why")),
        sa.CheckConstraint("(status = 'waiting') = (settled_at IS NULL)", name=op.f("ck_account_gone_settled_or_waiting")),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL)", name=op.f("ck_account_gone_settled_by_somebody")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_why = '')", name=op.f("ck_account_gone_settled_with_a_reason")
        ),
        sa.CheckConstraint(
            "status <> 'confirmed' OR settled_by_id <> recorded_by_id", name=op.f("ck_account_gone_confirmed_by_another")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_gone_account_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_account_gone_recorded_by_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("fk_account_gone_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_gone")),
    )
    with op.batch_alter_table("account_gone", schema=None) as batch_op:
        batch_op.create_index(
            "uq_account_gone_standing", ["account_id"], unique=True, sqlite_where=sa.text("status <> 'taken_back'"),
            postgresql_where=sa.text("status <> 'taken_back'"),
        )  # fmt: skip
        batch_op.create_index(batch_op.f("ix_account_gone_status_confirm_by"), ["status", "confirm_by"], unique=False)


def _know_reasons(table: str, column: str, reasons: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        _replace_check(batch_op, table, f"{column}_known", f"{column} IN ({reasons})")


def _replace_check(batch_op: Any, table: str, name: str, condition: str) -> None:
    batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
    batch_op.create_check_constraint(name, condition)


def downgrade() -> None:
    # Before this an account was closed or it was not: what was stood down because it is gone waits again.
    run = op.get_bind().execute
    run(
        sa.text(
            "UPDATE credential_rotation SET status = 'to_verify', gone_id = NULL "
            "WHERE gone_id IS NOT NULL AND done_at IS NOT NULL"
        )
    )
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_credential_rotation_gone_is_stood_down"), type_="check")
        _replace_check(batch_op, "credential_rotation", "done_unless_due", DONE_BEFORE)
        batch_op.drop_constraint(batch_op.f("fk_credential_rotation_gone_id"), type_="foreignkey")
        batch_op.drop_column("gone_id")
    op.drop_table("account_gone")
    for table, column in ENDS:
        run(sa.text(f"UPDATE {table} SET {column} = 'account_closed' WHERE {column} = 'account_gone'"))
        _know_reasons(table, column, END_REASONS)
    with op.batch_alter_table("account", schema=None) as batch_op:
        for name in OF_ACCOUNTS:
            batch_op.drop_constraint(batch_op.f(f"ck_account_{name}"), type_="check")
        for name in ("gone_since", "gone"):
            batch_op.drop_column(name)
