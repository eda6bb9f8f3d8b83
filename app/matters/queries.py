"""The wall, as one condition for every query, and the conflict rules as sentences for HR."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.core.outbox import Wall
from app.matters.models import (
    CANNOT_ALSO_BE,
    CLOSE_MATTERS_TO,
    DECIDES_OR_INVESTIGATES,
    NOT_BELOW,
    WALLED,
    WALLED_FOR_NOW,
    Capacity,
    Matter,
    MatterParty,
)
from app.people.models import DeclaredRelationship, Person, Role, RoleAssignment
from app.people.queries import is_here

# Made once: each condition stands in an EXISTS of its own, and making names for tables anew costs more than the query.
_TAKING_PART = sa.inspect(MatterParty).local_table.alias("taking_part")
_OWN_PART = sa.inspect(MatterParty).local_table.alias("own_part")
_PART_OF_OTHERS = sa.inspect(MatterParty).local_table.alias("part_of_others")
_TIE = sa.inspect(DeclaredRelationship).local_table.alias("tie")
_PART_CONCERNED = sa.inspect(MatterParty).local_table.alias("part_concerned")
_CONCERNED = sa.inspect(Person).local_table.alias("concerned")


def _made_lines() -> sa.CTE:
    """Everybody who ever carried a role, with all above them in their reporting line, also where it runs in a ring."""
    person, role = sa.inspect(Person).local_table, sa.inspect(RoleAssignment).local_table
    with_role, boss = person.alias("with_role"), person.alias("one_above")
    lines = (
        sa.select(with_role.c.id.label("person_id"), with_role.c.line_manager_id.label("above_id"))
        .where(with_role.c.line_manager_id.is_not(None), with_role.c.id.in_(sa.select(role.c.person_id)))
        .cte("lines", recursive=True)
    )
    further = sa.select(lines.c.person_id, boss.c.line_manager_id).join(boss, boss.c.id == lines.c.above_id)
    return lines.union(further.where(boss.c.line_manager_id.is_not(None)))


_LINES = _made_lines()


def takes_part(matter_id: Any, person_id: Any, capacities: Sequence[Capacity]) -> sa.ColumnElement[bool]:
    """That a person takes part now in one of these capacities, as a condition on a query's matter."""
    party = _TAKING_PART.c
    takes = sa.exists().where(
        party.matter_id == matter_id,
        party.person_id == person_id,
        party.capacity.in_(list(capacities)),
        party.until.is_(None),
    )
    condition: sa.ColumnElement[bool] = takes.correlate_except(_TAKING_PART)
    return condition


def walled_off(matter_id: Any, person_id: Any, on: Any) -> sa.ColumnElement[bool]:
    """That a matter is walled off from a person, as a condition on a query's matter (domain 3.11, rules 1 and 6).

    Whoever ever was subject, reporter, witness or companion stays walled off; so does whoever has a declared close
    relationship to a subject, reporter or witness on this day. Who may be the subject is, with whoever is close to them,
    until HR says who it is. Both may be columns of the query around it.
    """
    own, other = _OWN_PART.c, _PART_OF_OTHERS.c
    if isinstance(person_id, uuid.UUID | sa.BindParameter) and not isinstance(matter_id, uuid.UUID):
        behind: sa.ColumnElement[bool] = matter_id.in_(_behind_the_wall(person_id, on))
        return behind
    is_party = sa.exists().where(
        own.matter_id == matter_id, own.person_id == person_id, _walls(own, WALLED)
    )
    is_close = sa.exists().where(
        other.matter_id == matter_id,
        _walls(other, CLOSE_MATTERS_TO),
        other.person_id.in_(_close_to(person_id, on)),
    )
    return sa.or_(is_party.correlate_except(_OWN_PART), is_close.correlate_except(_PART_OF_OTHERS))


def in_line_with(matter_id: Any, person_id: Any) -> sa.ColumnElement[bool]:
    """That somebody with a role is the line manager of a person concerned, or anywhere below them in the reporting line.

    As a condition on a query's matter (domain 3.11, table and rule 5). A person concerned is the subject, or who may be it.
    """
    part, concerned = _PART_CONCERNED.c, _CONCERNED.c
    above = sa.select(_LINES.c.above_id).where(_LINES.c.person_id == person_id).correlate_except(_LINES)
    parts = sa.select(part.matter_id).where(
        part.capacity.in_([Capacity.SUBJECT, *WALLED_FOR_NOW]),
        part.until.is_(None),
        concerned.id == part.person_id,
        concerned.id != person_id,
        sa.or_(concerned.line_manager_id == person_id, concerned.id.in_(above)),
    )
    if isinstance(person_id, uuid.UUID | sa.BindParameter) and not isinstance(matter_id, uuid.UUID):
        one: sa.ColumnElement[bool] = matter_id.in_(parts.correlate(None))
        return one
    condition: sa.ColumnElement[bool] = (
        parts.where(part.matter_id == matter_id).correlate_except(_PART_CONCERNED, _CONCERNED).exists()
    )
    return condition


def _behind_the_wall(person_id: Any, on: Any) -> sa.CompoundSelect[Any]:
    """The matters walled off from one person: few, and worked out once for a list, not anew for each of its rows."""
    own, other = _OWN_PART.c, _PART_OF_OTHERS.c
    as_party = sa.select(own.matter_id).where(own.person_id == person_id, _walls(own, WALLED))
    as_close = sa.select(other.matter_id).where(
        other.person_id.in_(_close_to(person_id, on)), _walls(other, CLOSE_MATTERS_TO)
    )
    return as_party.correlate(None).union_all(as_close.correlate(None))


def _walls(part: Any, for_good: Sequence[Capacity]) -> sa.ColumnElement[bool]:
    """That a part builds the wall: some for good, that of a possible subject as long as it runs."""
    for_now = sa.and_(part.capacity.in_(list(WALLED_FOR_NOW)), part.until.is_(None))
    return sa.or_(part.capacity.in_(list(for_good)), for_now)


def _close_to(person_id: Any, on: Any) -> sa.Select[Any]:
    tie = _TIE.c
    runs = sa.and_(tie.since <= on, sa.or_(tie.until.is_(None), tie.until >= on))
    is_me, is_other = tie.person_id == person_id, tie.other_id == person_id
    return (
        sa.select(sa.case((is_me, tie.other_id), else_=tie.person_id))
        .where(runs, sa.or_(is_me, is_other))
        .correlate_except(_TIE)
    )


def holders_not_walled_off(
    matter: Matter, roles: Iterable[Role], on: date, *, wall: Wall = walled_off
) -> list[Person]:
    """Everybody who carries one of these roles on a day and may be told of a matter, by name; `wall` is the room's own."""
    carried = sa.select(RoleAssignment.person_id).where(
        RoleAssignment.role.in_(list(roles)),
        RoleAssignment.since <= on,
        sa.or_(RoleAssignment.until.is_(None), RoleAssignment.until >= on),
    )
    return list(
        db.session.execute(
            sa.select(Person)
            .where(is_here(on), Person.id.in_(carried), ~wall(matter.id, Person.id, on))
            .order_by(Person.name, Person.id)
        ).scalars()
    )


def is_walled_off(matter: Matter, person: Person, on: date) -> bool:
    """`walled_off`, asked of one matter: the same condition, so that the two can never differ."""
    return bool(db.session.execute(sa.select(walled_off(matter.id, person.id, on))).scalar_one())


@dataclass(frozen=True)
class Conflict:
    """Why somebody may not be appointed: the rule's number in domain 3.11 and the sentence HR reads."""

    rule: int
    sentence: str


def conflicts_of(matter: Matter, person: Person, capacity: Capacity, on: date) -> list[Conflict]:
    """Every reason why a person may not take part in this capacity; empty when they may."""
    found: list[Conflict] = []
    if not person.is_here_on(on):
        found.append(Conflict(1, f"{person.name} no longer works here."))
    if is_walled_off(matter, person, on):
        found.append(
            Conflict(1, f"{person.name} is the subject, the reporter, a witness or a companion, or is close to one.")
        )
    found += _two_hats(matter, person, capacity)
    subjects = [party.person for party in matter.parties if party.capacity == Capacity.SUBJECT]
    decides = capacity in DECIDES_OR_INVESTIGATES and capacity != Capacity.APPEAL_OFFICER
    if decides and any(person.manages(subject) for subject in subjects):
        found.append(Conflict(3, f"{person.name} is the line manager of the person concerned."))
    if capacity in NOT_BELOW and any(_is_below(person, subject) for subject in subjects):
        found.append(Conflict(3, f"{person.name} reports to the person concerned."))
    return found


def _two_hats(matter: Matter, person: Person, capacity: Capacity) -> list[Conflict]:
    taken = {
        party.capacity
        for party in matter.parties
        if party.person_id == person.id and party.capacity in CANNOT_ALSO_BE[capacity]
    }
    return [
        Conflict(2, f"{person.name} is or was the {_words(other)} in this matter, and cannot be the {_words(capacity)} too.")
        for other in sorted(taken)
    ]


def _words(capacity: Capacity) -> str:
    return capacity.value.replace("_", " ")


def _is_below(person: Person, subject: Person) -> bool:
    """Whether a person is in the reporting line below somebody: the whole line in one query, also if it runs in a ring."""
    if person.id == subject.id:
        return False
    above = sa.select(Person.line_manager_id.label("id")).where(Person.id == person.id).cte("above", recursive=True)
    line = above.union(sa.select(Person.line_manager_id).join(above, Person.id == above.c.id))
    return bool(db.session.execute(sa.select(sa.exists().where(line.c.id == subject.id))).scalar_one())
