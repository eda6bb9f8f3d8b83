"""How holders sign in and what they may do is corrected, and high risks of accounts are accepted."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


MODES = "'shared', 'individual', 'delegated'"
LEVELS = "'admin', 'editor', 'responder', 'viewer'"


def upgrade() -> None:
    _correct_ways()
    with op.batch_alter_table("access_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("old_level", sa.String(length=40), nullable=True))
        batch_op.create_check_constraint("old_level_known", f"old_level IN ({LEVELS})")
        batch_op.create_check_constraint("more_of_an_access", "old_level IS NULL OR grant_id IS NOT NULL")
    _rate_risks()


def _correct_ways() -> None:
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("knew_shared_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "access_sign_in_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("old", sa.String(length=40), nullable=False),
        sa.Column("new", sa.String(length=40), nullable=False),
        sa.Column("true_from", sa.Date(), nullable=False),
        sa.Column("never_shared", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(f"old IN ({MODES})", name=op.f("ck_access_sign_in_change_old_known")),
        sa.CheckConstraint(f"new IN ({MODES})", name=op.f("ck_access_sign_in_change_new_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_access_sign_in_change_says_why")),
        sa.CheckConstraint("NOT never_shared OR new <> 'shared'", name=op.f("ck_access_sign_in_change_shared_or_never")),
        sa.CheckConstraint("old <> new OR never_shared", name=op.f("ck_access_sign_in_change_changes_something")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_access_sign_in_change_changed_by_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["access_grant.id"], name=op.f("fk_access_sign_in_change_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_sign_in_change")),
    )
    with op.batch_alter_table("access_sign_in_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_sign_in_change_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_access_sign_in_change_grant_id_changed_at"), ["grant_id", "changed_at"], unique=False
        )
    types.create_append_only_triggers(op.get_bind(), "access_sign_in_change")


def _rate_risks() -> None:
    with op.batch_alter_table("risk_row", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rated_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("accept_by", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("accepted_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    of = "FROM risk_assessment WHERE risk_assessment.id = risk_row.assessment_id"
    for column, known in (("rated_by_id", "assessed_by_id"), ("rated_at", "assessed_at")):
        op.get_bind().execute(sa.text(f"UPDATE risk_row SET {column} = (SELECT {known} {of})"))
    for column in ("accepted_by_id", "accepted_at"):
        high = "likelihood * impact >= 15"
        op.get_bind().execute(sa.text(f"UPDATE risk_row SET {column} = (SELECT {column} {of}) WHERE {high}"))
    newer = (
        "SELECT newer.id FROM risk_assessment AS newer WHERE newer.account_id = risk_assessment.account_id "
        "AND newer.assessed_at > risk_assessment.assessed_at"
    )
    day = "CAST(risk_row.rated_at AS DATE)" if op.get_bind().dialect.name == "postgresql" else "date(risk_row.rated_at)"
    op.get_bind().execute(
        sa.text(
            f"UPDATE risk_row SET accept_by = {day} WHERE likelihood * impact >= 15 AND accepted_at IS NULL AND EXISTS "
            f"(SELECT 1 {of} AND account_id IS NOT NULL AND NOT EXISTS ({newer}))"
        )
    )
    with op.batch_alter_table("risk_row", schema=None) as batch_op:
        batch_op.alter_column("rated_by_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("rated_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_risk_row_rated_by_id"), "person", ["rated_by_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_risk_row_accepted_by_id"), "person", ["accepted_by_id"], ["id"])
        batch_op.create_check_constraint("accepted_by_somebody", "(accepted_at IS NULL) = (accepted_by_id IS NULL)")
        batch_op.create_check_constraint("not_own_acceptance", "accepted_by_id IS NULL OR accepted_by_id <> rated_by_id")
        batch_op.create_check_constraint("accepted_or_waiting", "accept_by IS NULL OR accepted_at IS NULL")
        batch_op.create_index(batch_op.f("ix_risk_row_accept_by"), ["accept_by"], unique=False)
    with op.batch_alter_table("account_check", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dropped", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_check_constraint("only_a_risk_is_dropped", "NOT dropped OR kind = 'risk'")
    with op.batch_alter_table("account_check", schema=None) as batch_op:
        batch_op.alter_column("dropped", server_default=None)
    _made_anew("account_check")


def _made_anew(table: str) -> None:
    """SQLite makes a table anew to change it, and its triggers do not come along."""
    if op.get_bind().dialect.name == "sqlite":
        types.create_append_only_triggers(op.get_bind(), table)


def downgrade() -> None:
    with op.batch_alter_table("access_request", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_access_request_more_of_an_access"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_access_request_old_level_known"), type_="check")
        batch_op.drop_column("old_level")
    op.drop_table("access_sign_in_change")
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.drop_column("knew_shared_at")
    with op.batch_alter_table("account_check", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_account_check_only_a_risk_is_dropped"), type_="check")
        batch_op.drop_column("dropped")
    _made_anew("account_check")
    with op.batch_alter_table("risk_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_risk_row_accept_by"))
        for name in ("accepted_or_waiting", "not_own_acceptance", "accepted_by_somebody"):
            batch_op.drop_constraint(batch_op.f(f"ck_risk_row_{name}"), type_="check")
        for name in ("accepted_by_id", "rated_by_id"):
            batch_op.drop_constraint(batch_op.f(f"fk_risk_row_{name}"), type_="foreignkey")
        for name in ("accepted_at", "accepted_by_id", "accept_by", "rated_at", "rated_by_id"):
            batch_op.drop_column(name)
