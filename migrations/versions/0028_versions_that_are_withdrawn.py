"""Published versions of a policy that are withdrawn before they hold; why no day of an approval is recorded; one row a school."""

import sqlalchemy as sa
from alembic import op

from app.core.plain_letters import name_key

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


ADOPTION = sa.table(
    "school_adoption", sa.column("id", sa.Uuid), sa.column("slug"), sa.column("school"), sa.column("school_key"),
    sa.column("decided_on", sa.Date), sa.column("until", sa.Date), sa.column("recorded_at", sa.DateTime(timezone=True)),
)


def know_schools_again(connection: sa.Connection) -> None:
    """By what a school is known however it was typed; of two rows that stand for one school the later decision counts."""
    latest: dict[tuple[str, str], sa.Row] = {}
    rows = connection.execute(sa.select(ADOPTION).order_by(ADOPTION.c.decided_on, ADOPTION.c.recorded_at, ADOPTION.c.id))
    for row in rows.all():
        key = name_key(row.school) or row.school
        _change(connection, row, school_key=key)
        if row.until is not None:
            continue
        before = latest.get((row.slug, key))
        if before is not None:
            _change(connection, before, until=row.decided_on)
        latest[row.slug, key] = row


def _change(connection: sa.Connection, row: sa.Row, **values: object) -> None:
    connection.execute(sa.update(ADOPTION).where(ADOPTION.c.id == row.id).values(**values))


def upgrade() -> None:
    with op.batch_alter_table('policy_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('withdrawn_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_why', sa.String(length=300), nullable=False, server_default=''))
        batch_op.create_foreign_key(batch_op.f('fk_policy_version_withdrawn_by_id'), 'person', ['withdrawn_by_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_policy_version_withdrawn_by_somebody_with_a_reason'), "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_why = '')")
        batch_op.create_check_constraint(batch_op.f('ck_policy_version_withdrawn_never_held'), 'withdrawn_at IS NULL OR superseded_on = effective_on')
    with op.batch_alter_table('policy_version', schema=None) as batch_op:
        batch_op.alter_column('withdrawn_why', existing_type=sa.String(length=300), server_default=None)
    with op.batch_alter_table('policy_approval', schema=None) as batch_op:
        batch_op.add_column(sa.Column('why_no_day', sa.String(length=300), nullable=False, server_default=''))
        batch_op.create_check_constraint(batch_op.f('ck_policy_approval_day_or_why_none'), "approved_on IS NULL OR why_no_day = ''")
    with op.batch_alter_table('policy_approval', schema=None) as batch_op:
        batch_op.alter_column('why_no_day', existing_type=sa.String(length=300), server_default=None)
    with op.batch_alter_table('school_adoption', schema=None) as batch_op:
        batch_op.drop_index('uq_school_adoption_standing', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.add_column(sa.Column('school_key', sa.Text(), nullable=True))
    know_schools_again(op.get_bind())
    with op.batch_alter_table('school_adoption', schema=None) as batch_op:
        batch_op.alter_column('school_key', existing_type=sa.Text(), nullable=False)
        batch_op.drop_constraint(batch_op.f('ck_school_adoption_names_the_school'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_school_adoption_names_the_school'), "school <> '' AND school_key <> ''")
        batch_op.create_index('uq_school_adoption_standing', ['slug', 'school_key'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))


def downgrade() -> None:
    with op.batch_alter_table('school_adoption', schema=None) as batch_op:
        batch_op.drop_index('uq_school_adoption_standing', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.drop_constraint(batch_op.f('ck_school_adoption_names_the_school'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_school_adoption_names_the_school'), "school <> ''")
        batch_op.drop_column('school_key')
        batch_op.create_index('uq_school_adoption_standing', ['slug', 'school'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    with op.batch_alter_table('policy_approval', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_policy_approval_day_or_why_none'), type_='check')
        batch_op.drop_column('why_no_day')
    with op.batch_alter_table('policy_version', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_policy_version_withdrawn_never_held'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_policy_version_withdrawn_by_somebody_with_a_reason'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_policy_version_withdrawn_by_id'), type_='foreignkey')
        batch_op.drop_column('withdrawn_why')
        batch_op.drop_column('withdrawn_at')
        batch_op.drop_column('withdrawn_by_id')
