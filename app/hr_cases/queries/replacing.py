"""Whose part in a case has to go to somebody else: they leave before its step is due, lost the role, may not see it, or may
not dismiss any more although the notice of the hearing says that dismissal is possible. In a closed case that is the owner's
part alone, while a letter waits to be sent.

A case can close to an officer at any time, when a close relationship becomes known or somebody gets another line manager;
it would then wait for somebody who may not even read it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.core.db import db
from app.hr_cases.models import ROLE_FOR, Case, CaseStatus, EvidenceItem, HearingNotice, Letter
from app.hr_cases.models.permissions import AT_WORK_IN
from app.hr_cases.queries.records import is_undecided
from app.hr_cases.queries.sending import (
    WITH_ITS_SENDING,
    Dispatch,
    letter_waits,
    send_by,
    waits_now,
    went_another_way,
)
from app.matters.models import Capacity, MatterParty
from app.matters.queries import kept_from, somebody_is_left
from app.people.models import Person, Role
from app.people.queries import carrying, has_left


@dataclass(frozen=True)
class ToReplace:
    """A part, and in words why whoever has it cannot do it."""

    part: MatterParty
    why: str


def has_to_be_replaced(on: Any) -> sa.ColumnElement[bool]:
    """That a case with something left to do has an officer who cannot go on, as a condition on Case. `on` may be a
    parameter.
    """
    party, person = aliased(MatterParty), aliased(Person)
    return sa.exists().where(*_in_need(party, person, on, among=_officers(on))).correlate(Case)


def replace_by(on: Any) -> sa.ScalarSelect[date]:
    """By when: the last day of whoever leaves before the step of the case is due, else when that is, of a closed one the
    letter.
    """
    party, person = aliased(MatterParty), aliased(Person)
    last_day = sa.case((_leaves(person, on), person.last_working_day))
    day = sa.func.coalesce(last_day, Case.step_due_on, send_by(on))
    return sa.select(sa.func.min(day)).where(*_in_need(party, person, on)).correlate(Case).scalar_subquery()


@dataclass(frozen=True)
class InTheWay:
    """What stands in the way of a case: parts that have to go to somebody else, that no HR manager is left whom it is not
    closed to, and files of which it is not decided what the person concerned gets; with it, which letters went another way
    than through Probity or wait to.
    """

    to_replace: Sequence[ToReplace] = ()
    no_manager_left: bool = False
    undecided_files: Sequence[EvidenceItem] = ()
    dispatches: Sequence[Dispatch] = ()


def officers_to_replace(case: Case, on: date) -> Sequence[ToReplace]:
    """The parts of one case that have to go to somebody else, in the order in which they were given."""
    return in_the_way(case, on).to_replace


def in_the_way(case: Case, on: date) -> InTheWay:
    """All that stands in the way of one case, in one SELECT. Every open case has a part, its owner's."""
    part, person = MatterParty, Person
    is_officer = sa.and_(part.matter_id == Case.matter_id, part.until.is_(None), part.capacity.in_(list(AT_WORK_IN)))
    asked = (
        _cannot_go_on(part, person, on).label("cannot_go_on"),
        _leaves(person, on).label("leaves"),
        _has_role(part, person, on).label("has_role"),
        _lacks_authority(part, person, on).label("lacks_authority"),
        somebody_is_left(Case.matter_id, [Role.HR_MANAGER], on).label("manager_left"),
    )
    rows = db.session.execute(
        sa.select(part, person, EvidenceItem, Letter, waits_now(on).label("waits"), *asked)
        .join_from(Case, part, is_officer)
        .join(person, person.id == part.person_id)
        .outerjoin(EvidenceItem, sa.and_(EvidenceItem.case_id == Case.id, is_undecided()))
        .outerjoin(Letter, sa.and_(Letter.case_id == Case.id, went_another_way(on)))
        .where(Case.id == case.id)
        .options(*WITH_ITS_SENDING)
        .order_by(part.since, part.id, EvidenceItem.number, Letter.issued_at, Letter.id)
    ).all()
    cannot = {row.MatterParty: row for row in rows if row.cannot_go_on}
    return InTheWay(
        [ToReplace(one, _why(row, on)) for one, row in cannot.items()],
        any(not row.manager_left for row in rows),
        list(dict.fromkeys(row.EvidenceItem for row in rows if row.EvidenceItem is not None)),
        list(dict.fromkeys(Dispatch(row.Letter, row.waits) for row in rows if row.Letter is not None)),
    )


def _why(row: Any, on: date) -> str:
    """In words, why whoever stands in this row cannot do their part."""
    person: Person = row.Person
    if row.leaves:
        gone = person.has_left_on(on)
        return f"{person.name} no longer works here." if gone else f"{person.name} leaves before this step is due."
    if not row.has_role:
        return f"{person.name} no longer holds the role for this part."
    if row.lacks_authority:
        return (
            f"{person.name} may not dismiss, and the notice of the hearing says that dismissal is possible. Appoint "
            "somebody who may, or ask an administrator to record that authority."
        )
    return (
        f"{person.name} takes part in this case otherwise, is close to somebody in this case, or is in the same reporting "
        "line as the person concerned, and may not see it any more."
    )


def _officers(on: Any) -> sa.Select[uuid.UUID]:
    """Everybody who may have a part at all: whoever has one without the role has to be replaced anyway."""
    return carrying(ROLE_FOR.values(), on)


def _in_need(
    party: Any, person: Any, on: Any, *, among: sa.Select[uuid.UUID] | None = None
) -> list[sa.ColumnElement[bool]]:
    is_part = (party.matter_id == Case.matter_id, party.until.is_(None), person.id == party.person_id)
    return [*is_part, _cannot_go_on(party, person, on, among=among)]


def _cannot_go_on(
    party: Any, person: Any, on: Any, *, among: sa.Select[uuid.UUID] | None = None
) -> sa.ColumnElement[bool]:
    at_work = sa.or_(
        *(sa.and_(party.capacity == part, Case.status.in_(stages)) for part, stages in AT_WORK_IN.items())
    )
    kept = kept_from(party.matter_id, person.id, on, among=among)
    unable = sa.or_(_leaves(person, on), ~_has_role(party, person, on), _lacks_authority(party, person, on), kept)
    something_left = sa.or_(Case.closed_at.is_(None), letter_waits(on))
    return sa.and_(at_work, unable, something_left)


def _leaves(person: Any, on: Any) -> sa.ColumnElement[bool]:
    last = person.last_working_day
    return sa.and_(last.is_not(None), sa.or_(has_left(on, person), last < Case.step_due_on))


def _has_role(party: Any, person: Any, on: Any) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(sa.and_(party.capacity == part, person.id.in_(carrying([role], on))) for part, role in ROLE_FOR.items())
    )


def _lacks_authority(party: Any, person: Any, on: Any) -> sa.ColumnElement[bool]:
    """`authority.lacks_authority` of a decision maker, as a condition on Case: told when it happens, not at the outcome."""
    notice = aliased(HearingNotice)
    newest = (
        sa.select(notice.dismissal_possible)
        .where(notice.case_id == Case.id, notice.postponed_at.is_(None))
        .order_by(notice.number.desc())
        .limit(1)
        .correlate_except(notice)
        .scalar_subquery()
    )
    return sa.and_(
        party.capacity == Capacity.DECISION_MAKER,
        Case.status.in_([CaseStatus.NOTIFIED, CaseStatus.HEARD]),
        person.id.not_in(carrying([Role.DISMISSAL_AUTHORITY], on)),
        newest.is_(True),
    )
