"""The platform of a report: one that the policy knows stays clear, what somebody typed is sealed like their other words."""

import uuid

import sqlalchemy as sa
from alembic import op

from app.core.sealing import DataKey, seal, unseal

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KNOWN = (
    "", "Facebook", "X", "Instagram", "YouTube", "LinkedIn", "Flickr", "TikTok", "Threads", "Bluesky", "WhatsApp Channels",
    "Nextdoor", "Mastodon", "Snapchat", "Pinterest", "Blog", "Website tools",
)  # fmt: skip
"""The platforms that could be chosen when this was written; anything else was typed."""

REPORT = sa.table(
    "breach_report", sa.column("id", sa.Uuid), sa.column("matter_id", sa.Uuid), sa.column("platform", sa.String),
    sa.column("other_platform_sealed", sa.LargeBinary),
)  # fmt: skip
MATTER = sa.table("matter", sa.column("id", sa.Uuid), sa.column("data_key_id", sa.Uuid))
KEY = sa.table(
    "data_key", sa.column("id", sa.Uuid), sa.column("wrapped", sa.LargeBinary), sa.column("wrapped_by", sa.String)
)


def upgrade() -> None:
    op.add_column("breach_report", sa.Column("other_platform_sealed", sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        # What was clear is overwritten in the file, not only let go of.
        connection.execute(sa.text("PRAGMA secure_delete = ON"))
    for row in connection.execute(_reports().where(REPORT.c.platform.not_in(KNOWN))).all():
        sealed = None if row.wrapped is None else seal(_key(row), row.platform.encode(), _place(row.id))
        _write(connection, row.id, platform="", other_platform_sealed=sealed)


def downgrade() -> None:
    connection = op.get_bind()
    for row in connection.execute(_reports().where(REPORT.c.other_platform_sealed.is_not(None))).all():
        if row.wrapped is not None:
            typed = unseal(_key(row), row.other_platform_sealed, _place(row.id)).decode()
            _write(connection, row.id, platform=typed)
    op.drop_column("breach_report", "other_platform_sealed")


def _reports() -> sa.Select:
    return (
        sa.select(REPORT, KEY.c.id.label("key_id"), KEY.c.wrapped, KEY.c.wrapped_by)
        .join(MATTER, MATTER.c.id == REPORT.c.matter_id)
        .join(KEY, KEY.c.id == MATTER.c.data_key_id)
    )


def _key(row: sa.Row) -> DataKey:
    return DataKey(id=row.key_id, wrapped=row.wrapped, wrapped_by=row.wrapped_by)


def _place(report_id: uuid.UUID) -> str:
    return f"breach_report:{report_id}:other_platform_sealed"


def _write(connection: sa.Connection, report_id: uuid.UUID, **values: object) -> None:
    connection.execute(REPORT.update().where(REPORT.c.id == report_id).values(values))
