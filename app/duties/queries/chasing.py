"""Whom to remind of what today: everybody's duties, the rules of the pack, and what was sent before, laid side by side.

A handful of queries, however many duties there are.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.registries import DueKind, Registries
from app.core.working_days import WorkingCalendar
from app.duties.models import Reminder
from app.duties.queries.keeperless import left_by_keepers
from app.people.models import KEEPERS, Person, Role, RoleAssignment
from app.people.queries import head_over, is_here, nearest_above, role_runs
from app.policy.pack import DOER, HEAD_OF_SERVICE, ChaseRule
from app.policy.queries import pack, working_calendar

AT_ONCE = 5000
_ROLES = {role.value: role for role in Role}
STAND_IN_FOR_ONE_ANOTHER = frozenset(KEEPERS)
"""Where nobody holds one of these roles, whoever holds another is told instead."""
WHERE_NOBODY_IS_ABOVE = (Role.HR_MANAGER, Role.ADMINISTRATOR)
"""Who is told of what is late with somebody above whom nobody is left, or with nobody; the first role that anybody holds."""


class Thing(NamedTuple):
    """What somebody is reminded of."""

    kind: str
    key: str
    due_on: date


@dataclass
class Duty:
    """A thing that is due, or nearly, with all whose duty it is: nobody, where it waits for a keeper and nobody is one."""

    doers: set[uuid.UUID] = field(default_factory=set)
    matter_id: uuid.UUID | None = None


@dataclass(frozen=True)
class ToTell:
    """A reminder that is to be written."""

    thing: Thing
    person_id: uuid.UUID
    step: int
    escalated: bool
    matter_id: uuid.UUID | None


@dataclass(frozen=True)
class Above:
    """Who of those still here stands above somebody: the nearest in their line of managers, the head of their service."""

    manager_id: uuid.UUID | None
    head_id: uuid.UUID | None

    def meant_by(self, to: str) -> uuid.UUID | None:
        """Whom a rule means by the manager or by the head of service; where there is no such person, the other stands in.

        A role that nobody holds means the manager, too.
        """
        first, second = (self.head_id, self.manager_id) if to == HEAD_OF_SERVICE else (self.manager_id, self.head_id)
        return first or second


def chased_kinds() -> Iterator[tuple[DueKind, ChaseRule]]:
    """Every kind of duty that can be chased, with the rule of the pack for it."""
    registries: Registries = current_app.extensions["registries"]
    rules = pack().chases
    for name, kind in registries.due.items():
        if kind.everybody is not None and name in rules:
            yield kind, rules[name]


def elapsed(due_on: date, today: date, calendar: WorkingCalendar) -> int:
    """How many working days after its due day a duty is; below 0 before it, and 0 on the last working day up to it."""
    if due_on < today:
        return calendar.between(due_on, today)
    return -calendar.between(today, due_on)


def duties_near(today: date) -> dict[Thing, Duty]:
    """Everybody's duties that have reached the first day of their rule, in one query; and where nobody keeps the register
    what waits for a keeper, in another.
    """
    calendar = working_calendar().estimating()
    until = {kind.name: rule.latest_due_told_of(today, calendar) for kind, rule in chased_kinds()}
    duties: dict[Thing, Duty] = defaultdict(Duty)
    if until:
        for name, key, due_on, person_id, matter_id in db.session.execute(_near(), _parameters(until, today)):
            if name in until and due_on <= until[name]:
                duty = duties[Thing(name, key, due_on)]
                duty.doers.add(person_id)
                duty.matter_id = matter_id
        keepers = [kind for kind, rule in chased_kinds() if not rule.about_matters]
        for name, key, due_on in left_by_keepers(keepers, today, max(until.values())):
            if name in until and due_on <= until[name]:
                duties.setdefault(Thing(name, key, due_on), Duty())
    return duties


def _parameters(until: Mapping[str, date], today: date) -> dict[str, date]:
    """The day asked for, and for each statement the latest due day that matters to one of its kinds."""
    latest = {f"until {number}": max(until[kind.name] for kind in kinds) for number, (_, kinds) in enumerate(_parts())}
    return {"today": today, **latest}


def _parts() -> list[tuple[sa.Select[Any], list[DueKind]]]:
    """The statements that ask for everybody's duties, with the kinds that have a rule."""
    registries: Registries = current_app.extensions["registries"]
    rules = pack().chases
    asked = ((ask, [kind for kind in kinds if kind.name in rules]) for ask, kinds in registries.asked_of_everybody().items())
    return [(ask(), ruled) for ask, ruled in asked if ruled]


def _near() -> sa.CompoundSelect[Any]:
    """Everybody's duties of every chased kind: put together once for the same parts, since that costs more than asking."""
    parts = [part for part, _ in _parts()]
    ids = [id(part) for part in parts]
    kept: _Near | None = current_app.extensions.get("duties near")
    if kept is None or kept.ids != ids:
        kept = current_app.extensions["duties near"] = _Near(ids, parts, _put_together(parts))
    return kept.statement


class _Near(NamedTuple):
    """A statement and the parts it was put together from, which are held so that their ids stay theirs."""

    ids: list[int]
    parts: list[sa.Select[Any]]
    statement: sa.CompoundSelect[Any]


def _put_together(parts: list[sa.Select[Any]]) -> sa.CompoundSelect[Any]:
    selects = []
    for number, part in enumerate(parts):
        rows = part.subquery().c
        columns = (rows.name, rows.key, rows.due_on, rows.person_id, rows.matter_id)
        selects.append(sa.select(*columns).where(rows.due_on <= sa.bindparam(f"until {number}", type_=sa.Date())))
    return sa.union_all(*selects)


def to_tell(duties: Mapping[Thing, Duty], today: date) -> list[ToTell]:
    """Every reminder that has fallen due and was not sent, late first; nobody twice of one thing on one day."""
    calendar, rules = working_calendar().estimating(), pack().chases
    above = _people_above({person_id for duty in duties.values() for person_id in duty.doers}, today)
    words = {step.to for rule in rules.values() for step in rule.steps}
    holders = _holders({*words, *STAND_IN_FOR_ONE_ANOTHER, *WHERE_NOBODY_IS_ABOVE}, today)
    last_steps, reminded_today = _sent_before(duties, today)
    found = []
    for thing, duty in sorted(duties.items(), key=lambda one: one[0].due_on):
        days = elapsed(thing.due_on, today, calendar)
        for person_id, step in _due_steps(rules[thing.kind], duty, days, above, holders).items():
            known = last_steps.get((thing, person_id))
            if (known is None or known < step) and (thing.kind, thing.key, person_id) not in reminded_today:
                # Two duties may share a key, each with a day of its own.
                reminded_today.add((thing.kind, thing.key, person_id))
                is_doer = person_id in duty.doers
                found.append(ToTell(thing, person_id, step, not is_doer, duty.matter_id))
    allowed = _without_those_who_may_not_know(found, today)
    return sorted(allowed, key=lambda one: (one.thing.due_on, one.thing.kind, one.thing.key, one.person_id))


def _due_steps(
    rule: ChaseRule,
    duty: Duty,
    days: int,
    above: Mapping[uuid.UUID, Above],
    holders: Mapping[str, Collection[uuid.UUID]],
) -> dict[uuid.UUID, int]:
    """Who is to have been told by now, each with the latest step that was for them; of what is nobody's only once late."""
    steps: dict[uuid.UUID, int] = {}
    for to in dict.fromkeys(step.to for step in rule.steps):
        step = rule.step_for(to, days)
        if step is None or (not duty.doers and step <= 0):
            continue
        for person_id in _addressees(to, duty, above, holders):
            steps[person_id] = max(step, steps.get(person_id, step))
    return steps


def _addressees(
    to: str, duty: Duty, above: Mapping[uuid.UUID, Above], holders: Mapping[str, Collection[uuid.UUID]]
) -> set[uuid.UUID]:
    if not duty.doers:
        return _those_who_see_to_it(holders)
    if to == DOER:
        return set(duty.doers)
    if to in _ROLES:
        found = {holder for role in roles_told(_ROLES[to], holders) for holder in holders[role]}
        if found:
            return found
    meant = {above[doer].meant_by(to) for doer in duty.doers}
    found = {one for one in meant if one is not None}
    return found | _those_who_see_to_it(holders) if None in meant else found


def roles_told(role: Role, held: Collection[str]) -> list[Role]:
    """The role that a step names where anybody holds it, or those that stand in for it; none where nobody holds them."""
    instead = sorted(STAND_IN_FOR_ONE_ANOTHER - {role}) if role in STAND_IN_FOR_ONE_ANOTHER else []
    return [one for one in ([role] if role in held else instead) if one in held]


def _those_who_see_to_it(holders: Mapping[str, Collection[uuid.UUID]]) -> set[uuid.UUID]:
    """Who is told of what is late with somebody above whom nobody is left, or with nobody at all."""
    return next((set(holders[role]) for role in WHERE_NOBODY_IS_ABOVE if holders.get(role)), set())


def _people_above(people: Collection[uuid.UUID], today: date) -> dict[uuid.UUID, Above]:
    found: dict[uuid.UUID, Above] = {}
    for some in _batches(people):
        for person_id, manager_id, head_id in db.session.execute(_above(some, today)):
            found[person_id] = Above(manager_id, head_id)
    return found


def _above(people: list[uuid.UUID], today: date) -> sa.Select[Any]:
    """Each of these people with whoever stands above them: the line of managers goes on past who is not here."""
    columns: list[Any] = [Person.id, nearest_above(today), head_over(today)]
    return sa.select(*columns).where(Person.id.in_(people))


def reports_of(viewer_id: uuid.UUID, today: date) -> sa.Select[uuid.UUID]:
    """The ids of everybody for whom this person is the nearest manager who is here."""
    gone = aliased(Person)
    below = sa.select(Person.id).where(Person.line_manager_id == viewer_id).cte("below", recursive=True)
    below = below.union(
        sa.select(Person.id)
        .join(gone, gone.id == Person.line_manager_id)
        .join(below, below.c.id == gone.id)
        .where(sa.not_(is_here(today, gone)))
    )
    return sa.select(below.c.id)


def _holders(words: Collection[str], today: date) -> dict[str, list[uuid.UUID]]:
    """Who holds each of these roles today and still works here."""
    roles = [_ROLES[word] for word in sorted(words) if word in _ROLES]
    rows = db.session.execute(
        sa.select(RoleAssignment.role, RoleAssignment.person_id)
        .join(Person, Person.id == RoleAssignment.person_id)
        .where(
            RoleAssignment.role.in_(roles),
            role_runs(today),
            is_here(today),
        )
    )
    found: dict[str, list[uuid.UUID]] = defaultdict(list)
    for role, person_id in rows:
        found[role.value].append(person_id)
    return found


def _sent_before(
    duties: Collection[Thing], today: date
) -> tuple[dict[tuple[Thing, uuid.UUID], int], set[tuple[str, str, uuid.UUID]]]:
    """The last step each person was told of each thing, and of what they were reminded today."""
    kinds, steps, sent_today = sorted({thing.kind for thing in duties}), {}, set()
    query = sa.select(
        Reminder.kind, Reminder.key, Reminder.due_on, Reminder.to_person_id,
        sa.func.max(Reminder.step), sa.func.max(Reminder.sent_on),
    ).group_by(Reminder.kind, Reminder.key, Reminder.due_on, Reminder.to_person_id)  # fmt: skip
    for some in _batches({thing.key for thing in duties}):
        told = query.where(Reminder.kind.in_(kinds), Reminder.key.in_(some))
        for kind, key, due_on, person_id, step, sent_on in db.session.execute(told):
            steps[Thing(kind, key, due_on), person_id] = step
            if sent_on == today:
                sent_today.add((kind, key, person_id))
    return steps, sent_today


def _without_those_who_may_not_know(found: Sequence[ToTell], today: date) -> Iterator[ToTell]:
    """Leave out whoever may not even learn that something is late: whoever has the duty may, others as its kind says."""
    registries: Registries = current_app.extensions["registries"]
    for name in dict.fromkeys(one.thing.kind for one in found):
        of_kind = [one for one in found if one.thing.kind == name]
        kind = registries.due[name]
        others = [one for one in of_kind if one.escalated and not _may_be_told_neutrally(one, kind)]
        open_to: set[tuple[str, uuid.UUID]] = set()
        if others and kind.opens is not None:
            people, keys = {one.person_id for one in others}, {one.thing.key for one in others}
            open_to = {(key, person_id) for key, person_id in db.session.execute(kind.opens(people, keys, today))}
        for one in of_kind:
            if not one.escalated or _may_be_told_neutrally(one, kind) or (one.thing.key, one.person_id) in open_to:
                yield one


def _may_be_told_neutrally(one: ToTell, kind: DueKind) -> bool:
    return bool(kind.unopened) and one.matter_id is None


def settled(duties: Collection[Thing]) -> list[uuid.UUID]:
    """The reminders of what was late with others whose thing has been done since."""
    rows = db.session.execute(
        sa.select(Reminder.id, Reminder.kind, Reminder.key, Reminder.due_on)
        .where(Reminder.escalated, Reminder.settled_on.is_(None))
        .order_by(Reminder.id)
    )
    return [row.id for row in rows if Thing(row.kind, row.key, row.due_on) not in duties]


def _batches(values: Collection[Any]) -> Iterator[list[Any]]:
    """The values a few thousand at a time: a statement takes only so many."""
    ordered = sorted(values)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
