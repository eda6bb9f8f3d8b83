"""Access that is called off before it begins, people who left at once, and values that nothing used."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ENDS_AFTER_START = "ends_on IS NULL OR ends_on >= starts_on"
CALLED_OFF = (
    "ends_on IS NULL OR (ends_on >= starts_on AND end_reason <> 'called_off') "
    "OR (ends_on < starts_on AND end_reason = 'called_off')"
)
END_REASONS = "'no_longer_needed', 'left', 'moved', 'withdrawn', 'account_closed', 'lapsed'"
TRIGGERS = "'leaver', 'access_ended', 'compromise', 'scheduled'"
FORMER_TRIGGERS = "'leaver', 'access_ended', 'compromise', 'mover', 'long_absence', 'suspension', 'withdrawal', 'scheduled'"
CAPACITIES = (
    "'reporter', 'subject', 'possible_subject', 'witness', 'companion', 'case_owner', 'investigator', 'decision_maker', "
    "'appeal_officer'"
)
FORMER_CAPACITIES = (
    "'reporter', 'subject', 'possible_subject', 'witness', 'companion', 'triage_officer', 'second_officer', 'case_owner', "
    "'investigator', 'note_taker', 'decision_maker', 'panel_member', 'hr_adviser', 'appeal_officer', 'need_to_know'"
)


def upgrade() -> None:
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        _replace_check(batch_op, "access_grant", "end_reason_known", f"end_reason IN ({END_REASONS}, 'called_off')")
        _replace_check(batch_op, "access_grant", "ends_after_start", CALLED_OFF)
    _call_off_what_never_began()
    _known_are(TRIGGERS, CAPACITIES)
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_at_once", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.get_bind().execute(
        sa.text(
            "UPDATE person SET left_at_once = :yes WHERE EXISTS (SELECT 1 FROM leaver_notice "
            "WHERE leaver_notice.person_id = person.id AND leaver_notice.status <> 'withdrawn' AND leaver_notice.immediate "
            "AND leaver_notice.last_working_day = person.last_working_day)"
        ),
        {"yes": True},
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.alter_column("left_at_once", server_default=None)
        batch_op.create_check_constraint("left_on_a_day", "NOT left_at_once OR last_working_day IS NOT NULL")


def _call_off_what_never_began() -> None:
    """Access planned for after the leaving was ended on its first day, as if its holder had had it then."""
    grant = sa.table(
        "access_grant", sa.column("id", sa.Uuid), sa.column("person_id", sa.Uuid), sa.column("starts_on", sa.Date),
        sa.column("ends_on", sa.Date), sa.column("end_reason", sa.String),
    )
    notice = sa.table(
        "leaver_notice", sa.column("person_id", sa.Uuid), sa.column("status", sa.String),
        sa.column("last_working_day", sa.Date), sa.column("notified_at", types.UtcDateTime),
        sa.column("changed_at", types.UtcDateTime),
    )
    run, yesterday = op.get_bind().execute, datetime.now(UTC).date() - timedelta(days=1)
    rows = run(
        sa.select(grant.c.id, grant.c.starts_on, notice.c.last_working_day, notice.c.notified_at, notice.c.changed_at)
        .join(notice, notice.c.person_id == grant.c.person_id)
        .where(
            notice.c.status != "withdrawn", grant.c.end_reason == "left", grant.c.ends_on == grant.c.starts_on,
            grant.c.starts_on > notice.c.last_working_day,
        )
    ).all()
    for row in rows:
        if (row.changed_at or row.notified_at).date() < row.starts_on:
            last = min(row.last_working_day, yesterday)
            run(grant.update().where(grant.c.id == row.id).values(ends_on=last, end_reason="called_off"))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_person_left_on_a_day"), type_="check")
        batch_op.drop_column("left_at_once")
    _known_are(FORMER_TRIGGERS, FORMER_CAPACITIES)
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_access_grant_ends_after_start"), type_="check")
    op.get_bind().execute(
        sa.text("UPDATE access_grant SET end_reason = 'left', ends_on = starts_on WHERE end_reason = 'called_off'")
    )
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.create_check_constraint("ends_after_start", ENDS_AFTER_START)
        _replace_check(batch_op, "access_grant", "end_reason_known", f"end_reason IN ({END_REASONS})")


def _known_are(triggers: str, capacities: str) -> None:
    with op.batch_alter_table("rotation_cause", schema=None) as batch_op:
        _replace_check(batch_op, "rotation_cause", "trigger_known", f"trigger IN ({triggers})")
    for table in ("matter_party", "case_reappointment"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            _replace_check(batch_op, table, "capacity_known", f"capacity IN ({capacities})")
    if op.get_bind().dialect.name == "sqlite":  # the table was made anew
        types.create_append_only_triggers(op.get_bind(), "case_reappointment")


def _replace_check(batch_op: Any, table: str, name: str, rule: str) -> None:
    batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
    batch_op.create_check_constraint(name, rule)
