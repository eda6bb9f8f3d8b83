"""Declarations that may bear on somebody's safety and wait for nobody: every officer who could look has a part in them."""

from typing import Any

import sqlalchemy as sa

from app.core.db import named
from app.core.registries import LeftWork
from app.early_advice.models import DeclarationOfInterest
from app.early_advice.queries.hearing import close_to, officer_left
from app.people.models import HR_OFFICERS, Person, Role


def _waits_for_nobody(day: Any) -> sa.ColumnElement[bool]:
    """That HR was asked and nobody of HR is left to look, nor the safeguarding lead once it was taken to them."""
    declaration = DeclarationOfInterest
    for_hr = sa.and_(declaration.hr_asked_at.is_not(None), declaration.hr_at.is_(None))
    with_lead = sa.and_(declaration.lead_due_on.is_not(None), declaration.lead_at.is_(None))
    a_lead_is_left, hr_is_left = officer_left([Role.SAFEGUARDING_LEAD], day), officer_left(HR_OFFICERS, day)
    nobody_left = sa.and_(sa.or_(for_hr, sa.and_(with_lead, ~a_lead_is_left)), ~hr_is_left)
    return sa.exists().where(Person.id == declaration.person_id, nobody_left).correlate_except(Person)


def _closed_to(declaration_id: Any, person_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """That somebody declared it, or is close to whoever did: they do not learn that anything waits."""
    one = named(DeclarationOfInterest, "left_declaration")
    theirs = sa.or_(one.person_id == person_id, close_to(person_id, one.person_id, day))
    return sa.exists().where(one.id == declaration_id, theirs).correlate_except(one)


OF_DECLARATIONS = LeftWork(DeclarationOfInterest.id, _waits_for_nobody, _closed_to)
