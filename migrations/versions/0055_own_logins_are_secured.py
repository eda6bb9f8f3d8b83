"""After a compromise each holder of a login or role of their own is asked to secure it."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "login_to_secure",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(done_at IS NULL) = (done_by_id IS NULL)", name=op.f("ck_login_to_secure_done_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["account_incident.id"], name=op.f("fk_login_to_secure_incident_id")
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["access_grant.id"], name=op.f("fk_login_to_secure_grant_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name=op.f("fk_login_to_secure_done_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_to_secure")),
        sa.UniqueConstraint("incident_id", "grant_id", name=op.f("uq_login_to_secure_incident_id_grant_id")),
    )
    op.create_index(op.f("ix_login_to_secure_grant_id"), "login_to_secure", ["grant_id"])


def downgrade() -> None:
    op.drop_table("login_to_secure")
