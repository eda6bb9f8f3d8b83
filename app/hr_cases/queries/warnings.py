"""Which earlier warnings of the same person are live on a day: what a sanction may rely on (domain 3.6, row Heard; 3.9).

A warning counts from its day of issue up to and including its last live day (Bevan Ashford v Malin [1994]), as it stands
since an appeal. While an appeal is not decided it still stands, and whoever weighs it is told that one is open.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from app.core.db import db
from app.hr_cases.models import Appeal, Case, EarlierWarning, Outcome, ReliedOnWarning, StandingOutcome
from app.hr_cases.queries.sight import visible_case
from app.matters.models import Capacity
from app.matters.queries import among_own_parts, kept_from
from app.people.models import Person
from app.policy.queries import knows_warnings


def live_warnings(case: Case, viewer: Person, on: date) -> list[EarlierWarning]:
    """The warnings of the person concerned that are live on a day, the newest first; spent ones are left out.

    None where the procedure for what they are now knows no warnings.
    """
    if not knows_warnings(case.subject.person_kind):
        return []
    return [one for one in earlier_warnings(case, viewer, on) if one.is_live_on(on)]


def earlier_warnings(case: Case, viewer: Person, on: date) -> list[EarlierWarning]:
    """Every warning of the person concerned from other cases, spent ones too: for saying why one may not be relied on. Also
    one that an appeal put in the place of a dismissal.

    None from a matter that is closed to the viewer. But whoever decides or hears an appeal may stand above the line manager:
    then they learn of the warning here, as of this case, and do not for that see the other case (domain 3.11).
    """
    decides = case.is_decided_by(viewer) or case.is_appeal_heard_by(viewer)
    kept = kept_from(Case.matter_id, viewer.id, on, as_=Capacity.DECISION_MAKER if decides else None)
    rows = db.session.execute(
        sa.select(Outcome, Appeal, sa.case((visible_case(viewer, on), Case.reference)))
        .join(Case, Case.id == Outcome.case_id)
        .outerjoin(Appeal, Appeal.case_id == Case.id)
        .where(
            among_own_parts(Case.matter_id, case.subject.id, (Capacity.SUBJECT,)),
            Case.id != case.id, sa.or_(Outcome.last_live_day.is_not(None), Appeal.new_last_live_day.is_not(None)), ~kept,
        )
        .order_by(Outcome.issued_on.desc(), Outcome.id)
    )  # fmt: skip
    return [_as_it_stands(outcome, appeal, reference) for outcome, appeal, reference in rows]


def _as_it_stands(outcome: Outcome, appeal: Appeal | None, reference: str | None) -> EarlierWarning:
    stands = StandingOutcome.of(outcome, appeal)
    is_open = appeal is not None and appeal.result is None and (appeal.is_going_ahead or appeal.waits_for_judgement)
    return EarlierWarning(outcome.id, stands.kind, outcome.issued_on, stands.last_live_day, is_open, reference)


def relied_on_since(warning: Outcome) -> Sequence[ReliedOnWarning]:
    """Where a warning was relied on in later cases, as far as no appeal is noted there yet."""
    return (
        db.session.execute(
            sa.select(ReliedOnWarning)
            .where(ReliedOnWarning.warning_id == warning.id, ReliedOnWarning.changed_on.is_(None))
            .order_by(ReliedOnWarning.id)
        )
        .scalars()
        .all()
    )
