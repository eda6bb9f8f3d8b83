"""When the end of an access was recorded; what nobody permitted or nobody else verified; where a leaving was told."""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

NOTICE_CHECKS = {
    "source_known": "source IN ('hr', 'manager', 'file', 'directory')",
    "told_by_somebody": "source = 'directory' OR notified_by_id IS NOT NULL",
    "changed_by_somebody": "changed_by_id IS NULL OR changed_at IS NOT NULL",
}
CHECKS = {
    "verified_by_another": "verified_by_id IS NULL OR verified_by_id <> done_by_id OR alone_because <> ''",
    "refused_by_somebody": "(permission_refused_at IS NULL) = (permission_refused_by_id IS NULL)",
    "refused_with_a_reason": (
        "permission_refused_at IS NULL OR (permission_refused_why <> '' AND permitted_at IS NULL)"
    ),
    "refused_by_another": "permission_refused_by_id IS NULL OR permission_refused_by_id <> done_by_id",
}


def upgrade() -> None:
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("permission_refused_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("permission_refused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("permission_refused_why", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("alone_because", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(
            batch_op.f("fk_credential_rotation_permission_refused_by_id"), "person", ["permission_refused_by_id"], ["id"]
        )
        batch_op.drop_constraint(batch_op.f("ck_credential_rotation_verified_by_another"), type_="check")
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(name, condition)
    with op.batch_alter_table("leaver_notice", schema=None) as batch_op:
        # Who told what stands already was a person; that HR may undo it, as from now on, is the safe reading.
        batch_op.add_column(sa.Column("source", sa.String(length=40), nullable=False, server_default="hr"))
        batch_op.alter_column("notified_by_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.drop_constraint(batch_op.f("ck_leaver_notice_changed_by_somebody"), type_="check")
        for name, condition in NOTICE_CHECKS.items():
            batch_op.create_check_constraint(name, condition)
    with op.batch_alter_table("leaver_notice", schema=None) as batch_op:
        batch_op.alter_column("source", server_default=None)
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        batch_op.alter_column("permission_refused_why", server_default=None)
        batch_op.alter_column("alone_because", server_default=None)


def downgrade() -> None:
    alone = "UPDATE credential_rotation SET verified_by_id = NULL, verified_at = NULL, saw = NULL, status = 'to_verify' "
    op.get_bind().execute(sa.text(alone + "WHERE verified_by_id = done_by_id"))
    # Before this only a person could tell it, so what a directory told by itself cannot be kept.
    told_by_nobody = "SELECT id FROM leaver_notice WHERE notified_by_id IS NULL"
    op.get_bind().execute(sa.text(f"DELETE FROM leaver_holding WHERE notice_id IN ({told_by_nobody})"))
    op.get_bind().execute(sa.text("DELETE FROM leaver_notice WHERE notified_by_id IS NULL"))
    op.get_bind().execute(sa.text("UPDATE leaver_notice SET changed_at = NULL WHERE changed_by_id IS NULL"))
    with op.batch_alter_table("leaver_notice", schema=None) as batch_op:
        for name in NOTICE_CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_leaver_notice_{name}"), type_="check")
        batch_op.create_check_constraint("changed_by_somebody", "(changed_by_id IS NULL) = (changed_at IS NULL)")
        batch_op.alter_column("notified_by_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("source")
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_credential_rotation_{name}"), type_="check")
        batch_op.create_check_constraint(
            "verified_by_another", "verified_by_id IS NULL OR verified_by_id <> done_by_id"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_credential_rotation_permission_refused_by_id"), type_="foreignkey"
        )
        for column in ("alone_because", "permission_refused_why", "permission_refused_at", "permission_refused_by_id"):
            batch_op.drop_column(column)
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.drop_column("ended_at")
