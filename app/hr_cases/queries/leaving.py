"""Which cases are asked about because the person concerned leaves."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.core.db import db
from app.hr_cases.models import Case, CaseLeaving
from app.hr_cases.models.stages import BEFORE_OUTCOME
from app.matters.models import Capacity
from app.matters.queries import among_own_parts
from app.people.models import Person


def open_cases_about(person: Person) -> Sequence[Case]:
    """The cases about somebody in which no outcome is decided, and those in which it was asked before, in their order; as
    they are now, and held until the commit, so that none is decided in between.
    """
    asked = sa.exists().where(CaseLeaving.case_id == Case.id, CaseLeaving.ended_at.is_(None))
    is_about = among_own_parts(Case.matter_id, person.id, (Capacity.SUBJECT,))
    return (
        db.session.execute(
            sa.select(Case)
            .where(is_about, Case.closed_at.is_(None), sa.or_(Case.status.in_(BEFORE_OUTCOME), asked))
            .options(selectinload(Case.leavings))
            .order_by(Case.opened_at, Case.id)
            .with_for_update(of=Case)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def leaving_waits() -> list[sa.ColumnElement[bool]]:
    """`Case.leaving_waits` as conditions on Case and CaseLeaving together."""
    return [
        CaseLeaving.case_id == Case.id, CaseLeaving.ended_at.is_(None), CaseLeaving.decision.is_(None),
        Case.status.in_(BEFORE_OUTCOME),
    ]  # fmt: skip
