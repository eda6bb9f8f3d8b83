"""One account at an address of a platform, also where neither has a handle."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

OPEN_WITHOUT_HANDLE = sa.text("status <> 'closed' AND handle_key IS NULL AND address_key IS NOT NULL")
ACCOUNT = sa.table(
    "account", sa.column("id", sa.Uuid), sa.column("platform_key", sa.String), sa.column("handle_key", sa.String),
    sa.column("url", sa.String), sa.column("address_key", sa.String), sa.column("status", sa.String),
    sa.column("registered_at", sa.DateTime(timezone=True)),
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address_key", sa.String(length=500), nullable=True))
    _fill()
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(
            "uq_account_open_address", ["platform_key", "address_key"], unique=True, sqlite_where=OPEN_WITHOUT_HANDLE,
            postgresql_where=OPEN_WITHOUT_HANDLE,
        )  # fmt: skip


def downgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("uq_account_open_address")
        batch_op.drop_column("address_key")


def _fill() -> None:
    """Of two accounts that are there already at one address, the later goes without a key until its place is changed."""
    taken = set[tuple[str, str]]()
    it = ACCOUNT.c
    rows = op.get_bind().execute(sa.select(ACCOUNT).where(it.url.is_not(None)).order_by(it.registered_at, it.id)).all()
    for row in rows:
        key = re.sub(r"^https?://(www\.)?", "", row.url.casefold()).rstrip("/")[:500]
        if row.handle_key is None and row.status != "closed":
            if (row.platform_key, key) in taken:
                continue
            taken.add((row.platform_key, key))
        op.get_bind().execute(ACCOUNT.update().where(it.id == row.id).values(address_key=key))
