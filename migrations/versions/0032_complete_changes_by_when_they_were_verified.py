"""An index for the list of complete password changes, which is by when they were verified."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

NAME, COLUMNS = "ix_credential_rotation_status_verified_at_id", ["status", "verified_at", "id"]


def upgrade() -> None:
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f(NAME), COLUMNS, unique=False)


def downgrade() -> None:
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f(NAME))
