"""When the data protection officer was first asked stays; what they were told and found before is kept."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

STEP, ALERT = "alert_officer_step", "mistake_alert"
COLUMNS = ("sent_on_at", "officer_counts_from")
CHECKS = {
    "officer_counts_from_then": "(officer_asked_at IS NULL) = (officer_counts_from IS NULL)",
    "sent_on_by_somebody": "(sent_on_at IS NULL) = (officer_asked_by_id IS NULL)",
}
# Their hours were counted from the sending, and whoever sent it on had taken the place of the first asking.
COUNTED = "UPDATE mistake_alert SET officer_counts_from = sent_at WHERE officer_asked_at IS NOT NULL"
SENT_ON = "UPDATE mistake_alert SET sent_on_at = officer_asked_at WHERE officer_asked_by_id IS NOT NULL"
AT_ONCE = """
    UPDATE mistake_alert SET officer_asked_at = sent_at
    WHERE id IN (SELECT subject_id FROM audit_event WHERE act = 'early-alert:officer-asked')
"""


def upgrade() -> None:
    op.create_table(
        STEP,
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("data_key_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('reported', 'not_reportable', 'no_breach')", name=op.f(f"ck_{STEP}_answer_known")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["mistake_alert.id"], name=op.f(f"fk_{STEP}_alert_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f(f"fk_{STEP}_by_id")),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name=op.f(f"fk_{STEP}_data_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{STEP}")),
    )
    op.create_index(op.f(f"ix_{STEP}_alert_id_at_id"), STEP, ["alert_id", "at", "id"])
    types.create_append_only_triggers(op.get_bind(), STEP)
    with op.batch_alter_table(ALERT) as batch_op:
        for name in COLUMNS:
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for change in (COUNTED, SENT_ON, AT_ONCE):
        op.execute(change)
    with op.batch_alter_table(ALERT) as batch_op:
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_{ALERT}_{name}"), condition)


def downgrade() -> None:
    with op.batch_alter_table(ALERT) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_{ALERT}_{name}"), type_="check")
        for name in COLUMNS:
            batch_op.drop_column(name)
    op.drop_table(STEP)
