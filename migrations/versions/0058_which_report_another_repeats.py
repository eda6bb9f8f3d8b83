"""Which report another repeats, and that whoever made the repeat counts as a reporter of what it repeats.

What was closed as reported before until now said in free words which report it repeats: it stays as it is, and whoever made
it has no part in the other.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.core import db as types

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

OTHERS = (
    "'subject', 'possible_subject', 'witness', 'companion', 'case_owner', 'investigator', 'decision_maker', "
    "'appeal_officer'"
)


def upgrade() -> None:
    _capacities_are(f"'reporter', 'also_reported', {OTHERS}")
    with op.batch_alter_table("triage_decision") as batch_op:
        batch_op.add_column(sa.Column("repeats_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_triage_decision_repeats_id"), ["repeats_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_triage_decision_repeats_id"), "breach_report", ["repeats_id"], ["id"]
        )
        batch_op.create_check_constraint("only_a_repeat_repeats", "repeats_id IS NULL OR route = 'duplicate'")
        batch_op.create_check_constraint("repeats_another", "repeats_id IS NULL OR repeats_id <> report_id")


def downgrade() -> None:
    with op.batch_alter_table("triage_decision") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_triage_decision_repeats_another"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_triage_decision_only_a_repeat_repeats"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_triage_decision_repeats_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_triage_decision_repeats_id"))
        batch_op.drop_column("repeats_id")
    # They stay walled off: as witnesses, where they have no such part already.
    op.execute(
        "DELETE FROM matter_party WHERE capacity = 'also_reported' AND EXISTS (SELECT 1 FROM matter_party AS other "
        "WHERE other.matter_id = matter_party.matter_id AND other.person_id = matter_party.person_id "
        "AND other.capacity = 'witness')"
    )
    op.execute("UPDATE matter_party SET capacity = 'witness' WHERE capacity = 'also_reported'")
    _capacities_are(f"'reporter', {OTHERS}")


def _capacities_are(capacities: str) -> None:
    for table in ("matter_party", "case_reappointment"):
        with op.batch_alter_table(table) as batch_op:
            _replace_check(batch_op, table, "capacity_known", f"capacity IN ({capacities})")
    if op.get_bind().dialect.name == "sqlite":  # the table was made anew
        types.create_append_only_triggers(op.get_bind(), "case_reappointment")


def _replace_check(batch_op: Any, table: str, name: str, rule: str) -> None:
    batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
    batch_op.create_check_constraint(name, rule)
