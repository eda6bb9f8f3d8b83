"""Whose part in a case has to go to somebody else: they leave before its step is due, lost the role, or may not see it.

A case can close to an officer at any time, when a close relationship becomes known or somebody gets another line manager;
it would then wait for somebody who may not even read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.core.db import db
from app.hr_cases.models import ROLE_FOR, Case
from app.hr_cases.models.permissions import AT_WORK_IN
from app.matters.models import MatterParty
from app.matters.queries import kept_from
from app.people.models import Person
from app.people.queries import carrying, is_here


@dataclass(frozen=True)
class ToReplace:
    """A part, and in words why whoever has it cannot do it."""

    part: MatterParty
    why: str


def has_to_be_replaced(on: Any) -> sa.ColumnElement[bool]:
    """That an open case has an officer who cannot go on, as a condition on Case. `on` may be a parameter."""
    party, person = aliased(MatterParty), aliased(Person)
    return sa.exists().where(*_in_need(party, person, on)).correlate(Case)


def replace_by(on: Any) -> sa.ScalarSelect[date]:
    """By when: the last day of whoever leaves first, else when the step of the case is due."""
    party, person = aliased(MatterParty), aliased(Person)
    day = sa.func.coalesce(person.last_working_day, Case.step_due_on)
    return sa.select(sa.func.min(day)).where(*_in_need(party, person, on)).correlate(Case).scalar_subquery()


def officers_to_replace(case: Case, on: date) -> Sequence[ToReplace]:
    """The parts of one case that have to go to somebody else, in the order in which they were given."""
    rows = db.session.execute(
        sa.select(MatterParty, _leaves(Person, on), _has_role(MatterParty, Person, on), Person)
        .join(Case, Case.matter_id == MatterParty.matter_id)
        .where(Case.id == case.id, *_in_need(MatterParty, Person, on))
        .order_by(MatterParty.since, MatterParty.id)
    )
    return [ToReplace(part, _why(person, leaves, has_role, on)) for part, leaves, has_role, person in rows]


def _why(person: Person, leaves: bool, has_role: bool, on: date) -> str:
    if leaves:
        gone = not person.is_here_on(on)
        return f"{person.name} no longer works here." if gone else f"{person.name} leaves before this step is due."
    if not has_role:
        return f"{person.name} no longer holds the role for this part."
    return (
        f"{person.name} is close to somebody in this case, or is in the same reporting line as the person concerned, and "
        "may not see it any more."
    )


def _in_need(party: Any, person: Any, on: Any) -> list[sa.ColumnElement[bool]]:
    at_work = sa.or_(
        *(sa.and_(party.capacity == part, Case.status.in_(stages)) for part, stages in AT_WORK_IN.items())
    )
    cannot_go_on = sa.or_(
        _leaves(person, on), ~_has_role(party, person, on), kept_from(party.matter_id, person.id, on)
    )
    return [party.matter_id == Case.matter_id, party.until.is_(None), at_work, person.id == party.person_id, cannot_go_on]


def _leaves(person: Any, on: Any) -> sa.ColumnElement[bool]:
    last = person.last_working_day
    return sa.and_(last.is_not(None), sa.or_(~is_here(on, person), last < Case.step_due_on))


def _has_role(party: Any, person: Any, on: Any) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(sa.and_(party.capacity == part, person.id.in_(carrying([role], on))) for part, role in ROLE_FOR.items())
    )
