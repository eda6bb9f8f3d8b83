"""What two people said is gone is closed by a day of its own, and the register keeps since when it said so.

Of what is confirmed already the day is counted without days off in the week: at most some days late, never early.
"""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

TEN_WORKING_DAYS = timedelta(days=14)
LONDON = ZoneInfo("Europe/London")
WORDS = {"deleted": "No longer exists", "lost": "Lost for good"}


def upgrade() -> None:
    with op.batch_alter_table("account_gone") as batch_op:
        batch_op.add_column(sa.Column("close_by", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_account_gone_status_close_by"), ["status", "close_by"], unique=False)
    said = sa.table(
        "account_gone", sa.column("id", sa.Uuid()), sa.column("account_id", sa.Uuid()), sa.column("what", sa.String()),
        sa.column("status", sa.String()), sa.column("settled_at", types.UtcDateTime()),
        sa.column("settled_by_id", sa.Uuid()), sa.column("close_by", sa.Date()),
    )  # fmt: skip
    bind = op.get_bind()
    for row in bind.execute(sa.select(said).where(said.c.status == "confirmed")).all():
        day = row.settled_at.astimezone(LONDON).date()
        bind.execute(said.update().where(said.c.id == row.id).values(close_by=day + TEN_WORKING_DAYS))
        _keep_what_was_said_before(row)


def _keep_what_was_said_before(row: sa.Row) -> None:
    """So that the register as it stood on an earlier day does not say that the account was gone."""
    changes = sa.table(
        "account_change", sa.column("id", sa.Uuid()), sa.column("account_id", sa.Uuid()),
        sa.column("changed_at", types.UtcDateTime()), sa.column("changed_by_id", sa.Uuid()),
        sa.column("detail", sa.String()), sa.column("old", sa.Text()), sa.column("new", sa.Text()),
    )  # fmt: skip
    op.get_bind().execute(
        changes.insert().values(
            id=uuid.uuid4(), account_id=row.account_id, changed_at=row.settled_at, changed_by_id=row.settled_by_id,
            detail="gone", old="", new=WORDS[row.what],
        )
    )  # fmt: skip


def downgrade() -> None:
    with op.batch_alter_table("account_gone") as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_gone_status_close_by"))
        batch_op.drop_column("close_by")
