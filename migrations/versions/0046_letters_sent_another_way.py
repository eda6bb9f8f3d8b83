"""A letter to somebody who cannot sign in is told once it was sent another way; the time to appeal counts from then."""

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("send_by", sa.Date(), nullable=True))
    to_send = sa.text("send_by IS NOT NULL")
    op.create_index("ix_letter_to_send", "letter", ["case_id"], sqlite_where=to_send, postgresql_where=to_send)
    op.create_table(
        "letter_sending",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("sent_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("sent_by IN ('post', 'by_hand', 'email')", name=op.f("ck_letter_sending_sent_by_known")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_sending_letter_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_letter_sending_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_sending")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_letter_sending_letter_id")),
    )
    types.create_append_only_triggers(op.get_bind(), "letter_sending")
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_on", sa.Date(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_outcome_told_after_issue"), "told_on IS NULL OR told_on >= issued_on"
        )


def downgrade() -> None:
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_outcome_told_after_issue"), type_="check")
        batch_op.drop_column("told_on")
    op.drop_table("letter_sending")
    op.drop_index("ix_letter_to_send", table_name="letter")
    op.drop_column("letter", "send_by")
