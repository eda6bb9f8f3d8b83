"""A second person says that a password was not changed, though somebody had said so; people who come back."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

CHECKS = {
    "not_made_is_told": "(status = 'not_made') = (not_made_at IS NOT NULL)",
    "not_made_told_by_somebody": "(not_made_at IS NULL) = (not_made_by_id IS NULL)",
    "not_made_says_why": "(not_made_at IS NULL) = (not_made_why = '')",
}
STATUSES = "'due', 'to_verify', 'complete', 'stood_down'"


def upgrade() -> None:
    op.add_column("person", sa.Column("came_back_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_made_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("not_made_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("not_made_why", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(
            batch_op.f("fk_credential_rotation_not_made_by_id"), "person", ["not_made_by_id"], ["id"]
        )
        _know_statuses(batch_op, f"{STATUSES}, 'not_made'")
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(name, condition)
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        batch_op.alter_column("not_made_why", server_default=None)


def _know_statuses(batch_op: Any, statuses: str) -> None:
    batch_op.drop_constraint(batch_op.f("ck_credential_rotation_status_known"), type_="check")
    batch_op.create_check_constraint("status_known", f"status IN ({statuses})")


def downgrade() -> None:
    # Before this nobody could say so: what was said waits for a second person again, beside what is due since.
    op.get_bind().execute(
        sa.text("UPDATE credential_rotation SET status = 'to_verify', not_made_at = NULL, not_made_by_id = NULL, "
                "not_made_why = '' WHERE status = 'not_made'")
    )  # fmt: skip
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_credential_rotation_{name}"), type_="check")
        _know_statuses(batch_op, STATUSES)
        batch_op.drop_constraint(batch_op.f("fk_credential_rotation_not_made_by_id"), type_="foreignkey")
        for name in ("not_made_why", "not_made_at", "not_made_by_id"):
            batch_op.drop_column(name)
    op.drop_column("person", "came_back_at")
