"""Whom a matter is closed to, as one condition for every query, and the conflict rules as sentences for HR."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

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
from app.people.queries import carrying, close_to, is_here, people_above, people_below, tie_runs

# Made once: each condition stands in an EXISTS of its own, and making names for tables anew costs more than the query.
_TAKING_PART = sa.inspect(MatterParty).local_table.alias("taking_part")
_OWN_PART = sa.inspect(MatterParty).local_table.alias("own_part")
_PART = sa.inspect(MatterParty).local_table.alias("part_of_matter")
_TIE = sa.inspect(DeclaredRelationship).local_table.alias("tie")
_MANAGED = sa.inspect(Person).local_table.alias("managed")
_FIRST = sa.inspect(Person).local_table.alias("first_of_line")
_NEXT = sa.inspect(Person).local_table.alias("next_of_line")

_HOLDER = aliased(Person, name="holder_left_over")
_CONCERNED_NOW = (_PART.c.capacity.in_(CONCERNED), _PART.c.until.is_(None))

_Among = sa.Select[uuid.UUID] | None


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


def among_own_parts(matter_id: Any, person_id: Any, capacities: Sequence[Capacity]) -> sa.ColumnElement[bool]:
    """`takes_part`, where somebody has such a part in few matters: these are found by the person, and not by going through
    all matters.
    """
    if not _is_one(person_id):
        return takes_part(matter_id, person_id, capacities)
    party = _OWN_PART.c
    own = sa.select(party.matter_id).where(
        party.person_id == person_id, party.capacity.in_(list(capacities)), party.until.is_(None)
    )
    condition: sa.ColumnElement[bool] = matter_id.in_(own)
    return condition


def _is_one(person_id: Any) -> bool:
    """Whether it is one person of whom is asked, and not a column of the query around it."""
    return isinstance(person_id, uuid.UUID | sa.BindParameter)


def kept_from(
    matter_id: Any, person_id: Any, on: Any, *, among: _Among = None, as_: Capacity | None = None
) -> sa.ColumnElement[bool]:
    """That a matter is closed to somebody whatever roles they hold, as a condition on a query's matter (domain 3.11).

    The one place that says so; every room asks it, for reports and cases, pages, lists, counts, files and messages alike.
    Closed to whoever takes part as subject, reporter, witness or companion, or is close to one (rules 1 and 6); to the line
    manager of the person concerned and all above them, who are told when they need to know (table); and to everybody below
    that person, who would judge their own manager (rules 3 and 5). Only those above the line manager may be appointed to
    decide or to hear the appeal, and see the matter then. Both may be columns of the query around it.

    It reads the parts of that one matter and no others, so that it costs the same however many matters there are. Where many
    people are asked about in one query, `among` says among whom they are: how these stand to others is worked out once.
    `as_` is a part for which they are asked about that they do not have in this matter, or not yet.
    """
    decides = sa.true() if as_ in DECIDES_FROM_ABOVE else takes_part(matter_id, person_id, DECIDES_FROM_ABOVE)
    return _is_closed(matter_id, _reasons(person_id, on, among), unless_above=decides)


def _is_closed(
    matter_id: Any, why: Mapping[Kept, sa.ColumnElement[bool]], *, unless_above: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """That a matter has a part for which one of these reasons holds; those above the line manager may be let off."""
    in_line = sa.or_(why[Kept.MANAGES], why[Kept.REPORTS], sa.and_(why[Kept.STANDS_ABOVE], ~unless_above))
    return _has_a_part(matter_id, sa.or_(why[Kept.PARTY], sa.and_(*_CONCERNED_NOW, in_line)))


def _has_a_part(matter_id: Any, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """That one of the parts of a matter is like this."""
    found = sa.exists().where(_PART.c.matter_id == matter_id, *conditions)
    return found.correlate_except(_PART)


def _reasons(person_id: Any, on: Any, among: _Among = None) -> dict[Kept, sa.ColumnElement[bool]]:
    """Each reason why a matter may be closed to somebody, as a condition on one of its parts; all but the first on the part
    of the person concerned. Whoever manages that person stands above them.
    """
    part, stands = _PART.c, _Standing.of(person_id, on, among)
    is_other = part.person_id != person_id
    is_party = sa.and_(part.person_id == person_id, _walls(part, WALLED, WALLED_FOR_NOW))
    is_close = sa.and_(_walls(part, CLOSE_MATTERS_TO, CLOSE_MATTERS_FOR_NOW_TO), stands.close)
    return {
        Kept.PARTY: sa.or_(is_party, is_close),
        Kept.MANAGES: sa.and_(is_other, _manages(person_id, part.person_id)),
        Kept.STANDS_ABOVE: sa.and_(is_other, stands.above),
        Kept.REPORTS: sa.and_(is_other, stands.below),
    }


class _Standing(NamedTuple):
    """How somebody stands to whoever has a part: close to them, above or below them in the reporting line.

    Three ways to ask the same. Of one reader it is worked out once who these are; of many readers among few people, which
    pairs they make; of anybody else by going up the line, anew for each.
    """

    close: sa.ColumnElement[bool]
    above: sa.ColumnElement[bool]
    below: sa.ColumnElement[bool]

    @classmethod
    def of(cls, person_id: Any, on: Any, among: _Among) -> "_Standing":
        """The way that fits whoever is asked about."""
        other = _PART.c.person_id
        if among is not None:
            pair = sa.tuple_(person_id, other)
            return cls(pair.in_(_ties_of(among, on)), pair.in_(_lines_below(among)), pair.in_(_lines_above(among)))
        above = other.in_(people_below(person_id)) if _is_one(person_id) else person_id.in_(people_above(other))
        return cls(other.in_(close_to(person_id, on)), above, other.in_(people_above(person_id)))


def _manages(person_id: Any, other_id: Any) -> sa.ColumnElement[bool]:
    managed = _MANAGED.c
    found = sa.exists().where(managed.id == other_id, managed.line_manager_id == person_id)
    return found.correlate_except(_MANAGED)


def _lines_above(among: sa.Select[uuid.UUID]) -> sa.Select[Any]:
    """Some people, each with everybody above them in their reporting line."""
    columns: list[Any] = [_FIRST.c.id.label("person_id"), _FIRST.c.line_manager_id.label("other_id")]
    line = sa.select(*columns).where(_FIRST.c.id.in_(among)).cte("lines_above", recursive=True, nesting=True)
    further: list[Any] = [line.c.person_id, _NEXT.c.line_manager_id]
    line = line.union(sa.select(*further).where(_NEXT.c.id == line.c.other_id))
    return sa.select(line.c.person_id, line.c.other_id).where(line.c.other_id.is_not(None))


def _lines_below(among: sa.Select[uuid.UUID]) -> sa.Select[Any]:
    """Some people, each with everybody below them in the reporting line."""
    columns: list[Any] = [_FIRST.c.line_manager_id.label("person_id"), _FIRST.c.id.label("other_id")]
    first = sa.select(*columns).where(_FIRST.c.line_manager_id.in_(among))
    line = first.cte("lines_below", recursive=True, nesting=True)
    further: list[Any] = [line.c.person_id, _NEXT.c.id]
    line = line.union(sa.select(*further).where(_NEXT.c.line_manager_id == line.c.other_id))
    return sa.select(line.c.person_id, line.c.other_id)


def _walls(part: Any, for_good: Sequence[Capacity], for_now: Sequence[Capacity]) -> sa.ColumnElement[bool]:
    """That a part builds the wall: some for good, others as long as they run."""
    runs = sa.and_(part.capacity.in_(for_now), part.until.is_(None))
    return sa.or_(part.capacity.in_(for_good), runs)


def _ties_of(among: sa.Select[uuid.UUID], on: Any) -> sa.CompoundSelect[Any]:
    """Some people, each with everybody to whom they have a declared close relationship on this day."""
    tie = _TIE.c
    declared = sa.select(tie.person_id, tie.other_id).where(tie_runs(on, tie), tie.person_id.in_(among))
    the_other_way = sa.select(tie.other_id, tie.person_id).where(tie_runs(on, tie), tie.other_id.in_(among))
    return sa.union_all(declared, the_other_way)


def holders_not_kept_from(
    matter: Matter, roles: Iterable[Role], on: date, *, as_: Capacity | None = None
) -> list[Person]:
    """Everybody who carries one of these roles on a day and may be told of a matter, by name.

    `as_` is the part that they would be given: some that see nothing now may be appointed to it (`DECIDES_FROM_ABOVE`).
    """
    kept = kept_from(matter.id, Person.id, on, as_=as_)
    return list(
        db.session.execute(
            sa.select(Person)
            .where(*_holds_and_may_know(Person, roles, on, kept))
            .order_by(Person.name, Person.id)
        ).scalars()
    )


def somebody_is_left(matter_id: Any, roles: Iterable[Role], on: date) -> sa.ColumnElement[bool]:
    """That `holders_not_kept_from` would give somebody, as a condition on a query's matter."""
    asked = sa.exists().where(*_holds_and_may_know(_HOLDER, roles, on, kept_from(matter_id, _HOLDER.id, on)))
    return asked.correlate_except(_HOLDER)


def _holds_and_may_know(
    holder: Any, roles: Iterable[Role], on: date, kept: sa.ColumnElement[bool]
) -> tuple[sa.ColumnElement[bool], ...]:
    return is_here(on, holder), holder.id.in_(carrying(roles, on)), ~kept


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
        why_not = "no longer works here" if person.has_left_on(on) else person.why_not_here_on(on)
        found.append(Conflict(1, f"{person.name} {why_not}."))
    why = _reasons(person.id, on)
    parts = {reason: () if reason is Kept.PARTY else _CONCERNED_NOW for reason in why}
    asked = [_has_a_part(matter.id, *parts[reason], condition).label(reason) for reason, condition in why.items()]
    holds = db.session.execute(sa.select(*asked)).one()
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
