"""Moves and long absences, and permission that is asked for before a password changes."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FORMER_TRIGGERS = "'leaver', 'access_ended', 'compromise', 'scheduled'"
TRIGGERS = "'leaver', 'access_ended', 'withdrawn', 'moved', 'long_absence', 'compromise', 'scheduled'"
FORMERLY_NAMED = "trigger NOT IN ('leaver', 'access_ended') OR person_id IS NOT NULL"
NAMED = "trigger IN ('compromise', 'scheduled') OR person_id IS NOT NULL"

PERMISSION = {
    "asked_by_somebody": "(permission_asked_at IS NULL) = (permission_asked_by_id IS NULL)",
    "permitted_by_whom_was_asked": "permitted_by_id IS NULL OR permitted_by_id <> permission_asked_by_id",
}


def upgrade() -> None:
    _triggers_are(TRIGGERS, NAMED)
    _add_permission()
    op.create_table('move',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('back_on', sa.Date(), nullable=True),
    sa.Column('new_post', sa.String(length=120), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("back_on IS NULL OR kind = 'long_absence'", name=op.f('ck_move_only_the_absent_come_back')),
    sa.CheckConstraint("kind IN ('moved', 'long_absence')", name=op.f('ck_move_kind_known')),
    sa.CheckConstraint('back_on IS NULL OR back_on > last_day', name=op.f('ck_move_back_after_they_go')),
    sa.CheckConstraint('recorded_by_id <> person_id', name=op.f('ck_move_not_by_themselves')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_move_person_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_move_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_move')),
    sa.UniqueConstraint('person_id', 'kind', 'last_day', name=op.f('uq_move_person_id_kind_last_day'))
    )
    with op.batch_alter_table('move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_move_last_day_id'), ['last_day', 'id'], unique=False)

    op.create_table('move_holding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('move_id', sa.Uuid(), nullable=False),
    sa.Column('grant_id', sa.Uuid(), nullable=False),
    sa.Column('goes_on', sa.Boolean(), nullable=False),
    sa.Column('cause_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('cause_id IS NULL OR NOT goes_on', name=op.f('ck_move_holding_what_goes_on_changes_nothing')),
    sa.ForeignKeyConstraint(['cause_id'], ['rotation_cause.id'], name=op.f('fk_move_holding_cause_id')),
    sa.ForeignKeyConstraint(['grant_id'], ['access_grant.id'], name=op.f('fk_move_holding_grant_id')),
    sa.ForeignKeyConstraint(['move_id'], ['move.id'], name=op.f('fk_move_holding_move_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_move_holding')),
    sa.UniqueConstraint('move_id', 'grant_id', name=op.f('uq_move_holding_move_id_grant_id'))
    )


def _add_permission() -> None:
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("permission_asked_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("permission_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("permit_by", sa.Date(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_credential_rotation_permission_asked_by_id"), "person", ["permission_asked_by_id"], ["id"]
        )
        for name, rule in PERMISSION.items():
            batch_op.create_check_constraint(name, rule)


def _take_permission_away() -> None:
    with op.batch_alter_table("credential_rotation", schema=None) as batch_op:
        for name in PERMISSION:
            batch_op.drop_constraint(batch_op.f(f"ck_credential_rotation_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_credential_rotation_permission_asked_by_id"), type_="foreignkey")
        for name in ("permit_by", "permission_asked_at", "permission_asked_by_id"):
            batch_op.drop_column(name)


def _triggers_are(triggers: str, named: str) -> None:
    with op.batch_alter_table("rotation_cause", schema=None) as batch_op:
        for name, rule in (("trigger_known", f"trigger IN ({triggers})"), ("names_who", named)):
            batch_op.drop_constraint(batch_op.f(f"ck_rotation_cause_{name}"), type_="check")
            batch_op.create_check_constraint(name, rule)


def downgrade() -> None:
    _take_permission_away()
    op.drop_table('move_holding')
    with op.batch_alter_table('move', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_move_last_day_id'))

    op.drop_table('move')
    op.get_bind().execute(
        sa.text("UPDATE rotation_cause SET trigger = 'access_ended' WHERE trigger IN ('withdrawn', 'moved', 'long_absence')")
    )
    _triggers_are(FORMER_TRIGGERS, FORMERLY_NAMED)
