"""Whom a matter is closed to, as one condition for every query, and the conflict rules as sentences for HR."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.matters.models import (
    CANNOT_ALSO_BE,
    CLOSE_MATTERS_FOR_NOW_TO,
    CLOSE_MATTERS_TO,
    CONCERNED,
    DECIDES_FROM_ABOVE,
    OPEN_TO_THE_LINE,
    WALLED,
    WALLED_FOR_NOW,
    Capacity,
    Matter,
    MatterParty,
)
from app.people.models import DeclaredRelationship, Person, Role
from app.people.queries import carrying, is_here

# Made once: each condition stands in an EXISTS of its own, and making names for tables anew costs more than the query.
_TAKING_PART = sa.inspect(MatterParty).local_table.alias("taking_part")
_OWN_PART = sa.inspect(MatterParty).local_table.alias("own_part")
_PART_OF_OTHERS = sa.inspect(MatterParty).local_table.alias("part_of_others")
_TIE = sa.inspect(DeclaredRelationship).local_table.alias("tie")
_PART_CONCERNED = sa.inspect(MatterParty).local_table.alias("part_concerned")
_CONCERNED = sa.inspect(Person).local_table.alias("concerned")
_FIRST = sa.inspect(Person).local_table.alias("first_of_line")
_NEXT = sa.inspect(Person).local_table.alias("next_of_line")


class Kept(StrEnum):
    """Why a matter is closed to somebody, whatever roles they hold."""

    PARTY = "party"
    MANAGES = "manages"
    STANDS_ABOVE = "stands_above"
    REPORTS = "reports"


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


def kept_from(matter_id: Any, person_id: Any, on: Any) -> sa.ColumnElement[bool]:
    """That a matter is closed to somebody whatever roles they hold, as a condition on a query's matter (domain 3.11).

    The one place that says so; every room asks it, for reports and cases, pages, lists, counts, files and messages alike.
    Closed to whoever takes part as subject, reporter, witness or companion, or is close to one (rules 1 and 6); to the line
    manager of the person concerned and all above them, who are told when they need to know (table); and to everybody below
    that person, who would judge their own manager (rules 3 and 5). Only those above the line manager may be appointed to
    decide or to hear the appeal, and see the matter then. Both may be columns of the query around it.
    """
    if isinstance(person_id, uuid.UUID | sa.BindParameter) and not isinstance(matter_id, uuid.UUID):
        closed: sa.ColumnElement[bool] = matter_id.in_(_closed_to(person_id, on))
        return closed
    why = _reasons(matter_id, person_id, on)
    decides = takes_part(matter_id, person_id, DECIDES_FROM_ABOVE)
    return sa.or_(*_whatever_their_part(why), sa.and_(why[Kept.STANDS_ABOVE], ~decides))


def _whatever_their_part(why: Mapping[Kept, sa.ColumnElement[bool]]) -> list[sa.ColumnElement[bool]]:
    return [condition for reason, condition in why.items() if reason is not Kept.STANDS_ABOVE]


def _reasons(matter_id: Any, person_id: Any, on: Any) -> dict[Kept, sa.ColumnElement[bool]]:
    """Each reason why a matter may be closed to somebody, as a condition. Whoever manages the person stands above them."""
    concerned = _CONCERNED.c
    return {
        Kept.PARTY: _walled_off(matter_id, person_id, on),
        Kept.MANAGES: _somebody_concerned(matter_id, person_id, concerned.line_manager_id == person_id),
        Kept.STANDS_ABOVE: _somebody_concerned(matter_id, person_id, _is(person_id, _above(concerned.id))),
        Kept.REPORTS: _somebody_concerned(matter_id, person_id, concerned.id.in_(_above(person_id))),
    }


def _is(person_id: Any, among: sa.Select[Any]) -> sa.ColumnElement[bool]:
    one: sa.ColumnElement[bool] = (sa.literal(person_id) if isinstance(person_id, uuid.UUID) else person_id).in_(among)
    return one


def _walled_off(matter_id: Any, person_id: Any, on: Any) -> sa.ColumnElement[bool]:
    """The wall: around a party of the matter, and around whoever has a declared close relationship to one on this day."""
    own, other = _OWN_PART.c, _PART_OF_OTHERS.c
    is_party = sa.exists().where(
        own.matter_id == matter_id, own.person_id == person_id, _walls(own, WALLED, WALLED_FOR_NOW)
    )
    is_close = sa.exists().where(
        other.matter_id == matter_id,
        _walls(other, CLOSE_MATTERS_TO, CLOSE_MATTERS_FOR_NOW_TO),
        other.person_id.in_(_close_to(person_id, on)),
    )
    return sa.or_(is_party.correlate_except(_OWN_PART), is_close.correlate_except(_PART_OF_OTHERS))


def _somebody_concerned(matter_id: Any, person_id: Any, stands: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """That the subject, or who may be it, stands like this to somebody else, as a condition on a query's matter."""
    part, concerned = _PART_CONCERNED.c, _CONCERNED.c
    found = sa.exists().where(
        part.matter_id == matter_id,
        part.capacity.in_(CONCERNED),
        part.until.is_(None),
        concerned.id == part.person_id,
        concerned.id != person_id,
        stands,
    )
    return found.correlate_except(_PART_CONCERNED, _CONCERNED)


def _above(person_id: Any) -> sa.Select[Any]:
    """Everybody above somebody in their reporting line, also where it runs in a ring."""
    first = sa.select(_FIRST.c.line_manager_id.label("id")).where(_FIRST.c.id == person_id).correlate_except(_FIRST)
    line = first.cte("line_above", recursive=True, nesting=True)
    line = line.union(sa.select(_NEXT.c.line_manager_id).where(_NEXT.c.id == line.c.id))
    return sa.select(line.c.id).where(line.c.id.is_not(None))


def _below(person_id: Any) -> sa.Select[Any]:
    """Everybody below somebody in the reporting line."""
    first = sa.select(_FIRST.c.id).where(_FIRST.c.line_manager_id == person_id)
    line = first.cte("line_below", recursive=True, nesting=True)
    line = line.union(sa.select(_NEXT.c.id).where(_NEXT.c.line_manager_id == line.c.id))
    return sa.select(line.c.id)


def _closed_to(person_id: Any, on: Any) -> sa.CompoundSelect[Any]:
    """The matters closed to one person: few, and worked out once for a list, not anew for each of its rows."""
    own, other, part = _OWN_PART.c, _PART_OF_OTHERS.c, _PART_CONCERNED.c
    as_party = sa.select(own.matter_id).where(own.person_id == person_id, _walls(own, WALLED, WALLED_FOR_NOW))
    as_close = sa.select(other.matter_id).where(
        other.person_id.in_(_close_to(person_id, on)), _walls(other, CLOSE_MATTERS_TO, CLOSE_MATTERS_FOR_NOW_TO)
    )
    about = sa.select(part.matter_id).where(
        part.capacity.in_(CONCERNED), part.until.is_(None), part.person_id != person_id
    )
    managed = sa.select(_CONCERNED.c.id).where(_CONCERNED.c.line_manager_id == person_id)
    decides = takes_part(part.matter_id, person_id, DECIDES_FROM_ABOVE)
    in_line = (
        about.where(part.person_id.in_(managed)),
        about.where(part.person_id.in_(_above(person_id))),
        about.where(part.person_id.in_(_below(person_id)), ~decides),
    )
    return sa.union_all(*(one.correlate(None) for one in (as_party, as_close, *in_line)))


def _walls(part: Any, for_good: Sequence[Capacity], for_now: Sequence[Capacity]) -> sa.ColumnElement[bool]:
    """That a part builds the wall: some for good, others as long as they run."""
    runs = sa.and_(part.capacity.in_(for_now), part.until.is_(None))
    return sa.or_(part.capacity.in_(for_good), runs)


def _close_to(person_id: Any, on: Any) -> sa.Select[Any]:
    tie = _TIE.c
    runs = sa.and_(tie.since <= on, sa.or_(tie.until.is_(None), tie.until >= on))
    is_me, is_other = tie.person_id == person_id, tie.other_id == person_id
    return (
        sa.select(sa.case((is_me, tie.other_id), else_=tie.person_id))
        .where(runs, sa.or_(is_me, is_other))
        .correlate_except(_TIE)
    )


def holders_not_kept_from(
    matter: Matter, roles: Iterable[Role], on: date, *, as_: Capacity | None = None
) -> list[Person]:
    """Everybody who carries one of these roles on a day and may be told of a matter, by name.

    `as_` is the part that they would be given: some that see nothing now may be appointed to it (`DECIDES_FROM_ABOVE`).
    """
    kept = kept_from(matter.id, Person.id, on)
    if as_ in DECIDES_FROM_ABOVE:
        kept = sa.or_(*_whatever_their_part(_reasons(matter.id, Person.id, on)))
    return list(
        db.session.execute(
            sa.select(Person)
            .where(is_here(on), Person.id.in_(carrying(roles, on)), ~kept)
            .order_by(Person.name, Person.id)
        ).scalars()
    )


def is_kept_from(matter: Matter, person: Person, on: date) -> bool:
    """`kept_from`, asked of one matter: the same condition, so that the two can never differ."""
    return bool(db.session.execute(sa.select(kept_from(matter.id, person.id, on))).scalar_one())


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
    why = _reasons(matter.id, person.id, on)
    holds = db.session.execute(sa.select(*(condition.label(reason) for reason, condition in why.items()))).one()
    kept = {reason for reason, is_so in zip(why, holds, strict=True) if is_so}
    if Kept.PARTY in kept:
        found.append(
            Conflict(1, f"{person.name} is the subject, the reporter, a witness or a companion, or is close to one.")
        )
    found += _two_hats(matter, person, capacity)
    if capacity not in OPEN_TO_THE_LINE:
        found += _in_line(person, capacity, kept)
    return found


def _in_line(person: Person, capacity: Capacity, kept: Collection[Kept]) -> list[Conflict]:
    sentences = []
    if Kept.MANAGES in kept:
        sentences.append(f"{person.name} is the line manager of the person concerned.")
    elif Kept.STANDS_ABOVE in kept and capacity not in DECIDES_FROM_ABOVE:
        sentences.append(f"{person.name} is above the person concerned in their reporting line.")
    if Kept.REPORTS in kept:
        sentences.append(f"{person.name} reports to the person concerned.")
    return [Conflict(3, sentence) for sentence in sentences]


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
