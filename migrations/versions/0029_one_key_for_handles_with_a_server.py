"""One key for a handle on Mastodon, with its server, whether it was written with it or without."""

import re
import unicodedata
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

OWN_SERVER = "mastodon.social"
# Where each keeps its accounts, by what it is told of first, and in which states no other may have the same handle.
TABLES = (
    ("account", "registered_at", lambda status: status != "closed"),
    ("discovered_account", "recorded_at", lambda status: status == "found"),
    ("look_alike", "recorded_at", lambda status: status != "closed"),
)


def upgrade() -> None:
    for name, since, is_open in TABLES:
        table, taken = _table(name, since), set[str]()
        for row in _rows(table, since):
            handle = _with_its_server(row.handle, row.url)
            key = _with_server(handle)
            if is_open(row.status) and key in taken:
                continue  # the same account twice, in both forms: the later stays as it is until somebody closes it
            if is_open(row.status):
                taken.add(key)
            op.get_bind().execute(table.update().where(table.c.id == row.id).values(handle=handle, handle_key=key))


def downgrade() -> None:
    for name, since, _is_open in TABLES:
        table = _table(name, since)
        for row in _rows(table, since):
            key = re.sub(r"[@\s]", "", _folded(row.handle))[:120]
            op.get_bind().execute(table.update().where(table.c.id == row.id).values(handle_key=key))


def _table(name: str, since: str) -> sa.TableClause:
    return sa.table(
        name, sa.column("id", sa.Uuid), sa.column("platform", sa.String), sa.column("handle", sa.String),
        sa.column("handle_key", sa.String), sa.column("url", sa.String), sa.column("status", sa.String),
        sa.column(since, sa.DateTime(timezone=True)),
    )  # fmt: skip


def _rows(table: sa.TableClause, since: str) -> list[sa.Row]:
    asked = sa.select(table).where(table.c.platform == "Mastodon", table.c.handle.is_not(None))
    return list(op.get_bind().execute(asked.order_by(table.c[since], table.c.id)))


def _folded(text: str) -> str:
    seen = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    return " ".join(seen.casefold().split())


def _with_server(handle: str) -> str:
    name, _, server = re.sub(r"\s", "", _folded(handle)).lstrip("@").partition("@")
    return f"{name}@{server.replace('@', '') or OWN_SERVER}"[:120]


def _with_its_server(handle: str, url: str | None) -> str:
    """Where the address beside it is the profile of this name on another server: the handle with that server."""
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").removesuffix(".").removeprefix("www.")
    except ValueError:
        return handle
    name = next((part for part in parts.path.split("/") if part), "")
    is_elsewhere = host.isascii() and "mastodon" in host.split(".") and not f".{host}".endswith(f".{OWN_SERVER}")
    is_same = name.startswith("@") and _folded(name).removeprefix("@") == _folded(handle).removeprefix("@")
    return f"{name}@{host}" if is_elsewhere and is_same and len(f"{name}@{host}") <= 120 else handle
