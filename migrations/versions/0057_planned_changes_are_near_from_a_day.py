"""From which day on a planned change of a password is read by those who may not know why is kept with it.

Of what is planned already it is counted without days off in the week: at most some days late, never early.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

TEN_WORKING_DAYS = timedelta(days=14)


def upgrade() -> None:
    with op.batch_alter_table("credential_rotation") as batch_op:
        batch_op.add_column(sa.Column("near_from", sa.Date(), nullable=True))
    of = sa.table(
        "credential_rotation", sa.column("id", sa.Uuid()), sa.column("due_on", sa.Date()), sa.column("near_from", sa.Date())
    )
    bind = op.get_bind()
    for id_, due_on in bind.execute(sa.select(of.c.id, of.c.due_on)).all():
        bind.execute(of.update().where(of.c.id == id_).values(near_from=due_on - TEN_WORKING_DAYS))
    with op.batch_alter_table("credential_rotation") as batch_op:
        batch_op.alter_column("near_from", existing_type=sa.Date(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("credential_rotation") as batch_op:
        batch_op.drop_column("near_from")
