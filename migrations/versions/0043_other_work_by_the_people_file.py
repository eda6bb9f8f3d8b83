"""Another post or service of somebody who holds access, until it is said which access goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

WORK = ("old_post", "new_post", "old_service", "new_service")


def upgrade() -> None:
    op.create_table(
        "work_change",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String(length=120), nullable=False) for name in WORK),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("move_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(settled_at IS NOT NULL) OR (settled_by_id IS NULL AND move_id IS NULL)",
            name=op.f("ck_work_change_settled_at_a_time"),
        ),
        sa.CheckConstraint(
            "settled_by_id IS NULL OR settled_by_id <> person_id", name=op.f("ck_work_change_not_by_themselves")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_work_change_person_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("fk_work_change_settled_by_id")),
        sa.ForeignKeyConstraint(["move_id"], ["move.id"], name=op.f("fk_work_change_move_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_change")),
    )
    op.create_index(
        "uq_work_change_open", "work_change", ["person_id"], unique=True,
        sqlite_where=sa.text("settled_at IS NULL"), postgresql_where=sa.text("settled_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("work_change")
