"""What is due from somebody, gathered from every room in one query, and what is late with others and came to them.

The query is the same for all who hold the same roles; only who they are and the day differ. It is put together once for
them, since that costs far more than asking it.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app

from app.core.clock import local_day, now
from app.core.db import db
from app.core.presentation import count_words, due_words, uk_time
from app.core.registries import MOST_COUNTED, NO_DAY, TODAY, CountKind, DueKind, Registries, Viewer
from app.duties.models import Reminder
from app.duties.queries.chasing import STAND_IN_FOR_ONE_ANOTHER, WHERE_NOBODY_IS_ABOVE, Thing, reports_of
from app.duties.queries.keeperless import nobody_keeps, what_a_keeper_finds
from app.people.everybody import Reader
from app.people.models import Person, Role, Service
from app.people.queries import is_here
from app.people.vacancies import WHERE_ROLES_ARE_GIVEN
from app.policy.pack import ChaseRule, Pack
from app.policy.queries import pack, working_calendar

MOST = 200
_ESCALATED, _TEAM, _NO_KEEPER, _COUNT = "duties:escalated", "duties:team", "duties:no-keeper", "count:"


@dataclass(frozen=True)
class DueItem:
    """One line of a home page: an act in words, where it is done, and by when.

    What is late with somebody else and does not open for the reader has no `href`, and says whom to `ask`; neither which
    thing it is nor whom it is about. Where it is late with nobody, an administrator is led to where somebody is appointed.
    """

    text: str
    href: str
    day: date | None
    words: str
    ask: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class Number:
    """A number that leads to its list."""

    number: str
    text: str
    href: str


@dataclass(frozen=True)
class Desk:
    """Everything that the first page tells somebody: what is late, what waits for them, what they wait for, numbers."""

    late: Sequence[DueItem]
    needs: Sequence[DueItem]
    waiting: Sequence[DueItem]
    numbers: Sequence[Number]
    has_team: bool
    is_cut: bool
    """Whether there is more than was looked for: the least urgent is left out then."""


def desk_of(viewer: Viewer, today: date) -> Desk:
    """What this person's first page tells them, in one query; in two if something came to them from others."""
    rows = first_page_rows(viewer, today)
    things = {Thing(row[2], row[1], row[3]) for row in rows if row[0] == _ESCALATED}
    needs, waiting = _own_items(rows, today)
    own = {Thing(row[0], row[1], row[3]) for row in rows}
    nobodys = things - own if any(row[0] == _NO_KEEPER for row in rows) else set()
    needs += _items_of_others(viewer, things, nobodys, today)
    needs.sort(key=lambda item: (item.day is None, item.day or today))
    late = [item for item in needs if item.day is not None and item.day < today]
    return Desk(
        late=_urgent_first(late),
        needs=_urgent_first(needs[len(late) :]),
        waiting=waiting,
        numbers=[_number(row) for row in rows if row[0].startswith(_COUNT)],
        has_team=any(row[0] == _TEAM for row in rows),
        is_cut=len(rows) == MOST,
    )


def _urgent_first(items: list[DueItem]) -> list[DueItem]:
    return sorted(items, key=lambda item: not item.urgent)


def first_page_rows(viewer: Viewer, today: date) -> Sequence[Any]:
    """All that a first page is made of, as rows of name, key, who and due_on: first what is no duty, then the reader's
    own duties by date, then what came to them from others: however much that is, it leaves out nothing of their own.
    """
    return db.session.execute(_asked_by(Reader.like(viewer)), {"me": viewer.id, "today": today}).all()


def _asked_by(reader: Reader) -> sa.Select[Any]:
    made: dict[Reader, tuple[Pack, sa.Select[Any]]] = current_app.extensions.setdefault("first pages", {})
    here, today = pack(), cast(date, TODAY)
    if reader not in made or made[reader][0] is not here:
        parts = [*_duties(reader, today), *_numbers(reader, today), _team(reader, today), *_no_keeper(reader, today)]
        made[reader] = (here, _union([*parts, _came_from_others(reader)]))
    return made[reader][1]


def _registries() -> Registries:
    registries: Registries = current_app.extensions["registries"]
    return registries


def _duties(viewer: Viewer, today: date) -> list[sa.Select[Any]]:
    made = [kind.select(viewer, today) for kind in _registries().due.values()]
    return [_most_urgent(select) for select in made if select is not None]


def _most_urgent(duties: sa.Select[Any]) -> sa.Select[Any]:
    """As many of one statement's duties as the page holds at most, by date: an index that has them so is read no further."""
    *_, due_on = duties.selected_columns
    return sa.select(duties.order_by(sa.nulls_last(due_on)).limit(MOST).subquery())


def _numbers(viewer: Viewer, today: date) -> list[sa.Select[Any]]:
    return [
        _row(_COUNT + kind.name, sa.cast(counted.scalar_subquery(), sa.String))
        for kind in _registries().counts.values()
        if (counted := kind.select(viewer, today)) is not None
    ]


def _team(viewer: Viewer, today: date) -> sa.Select[Any]:
    """A row if somebody who works here reports to this person."""
    return _row(_TEAM, sa.literal("")).where(sa.exists().where(Person.line_manager_id == viewer.id, is_here(today)))


def _no_keeper(viewer: Viewer, today: date) -> list[sa.Select[Any]]:
    """A row if nobody keeps the register, for those who are told then of what waits for a keeper."""
    return [_row(_NO_KEEPER, sa.literal("")).where(nobody_keeps(today))] if viewer.holds(*WHERE_NOBODY_IS_ABOVE) else []


def _came_from_others(viewer: Viewer) -> sa.Select[Any]:
    """What this person was told is late with somebody else, as far as nobody has found it done."""
    columns: list[Any] = [sa.literal(_ESCALATED), Reminder.key, Reminder.kind, Reminder.due_on]
    return (
        sa.select(*columns)
        .distinct()
        .where(Reminder.to_person_id == viewer.id, Reminder.escalated, Reminder.settled_on.is_(None))
    )


def _row(name: str, key: Any) -> sa.Select[Any]:
    columns: list[Any] = [sa.literal(name), key, sa.cast(sa.null(), sa.String), NO_DAY]
    return sa.select(*columns)


def _union(selects: Sequence[sa.Select[Any]]) -> sa.Select[Any]:
    name, key, who, due_on = sa.union_all(*selects).subquery("due").c
    no_duty = sa.or_(name.in_((_TEAM, _NO_KEEPER)), name.startswith(_COUNT))
    order = (sa.case((no_duty, 0), (name != _ESCALATED, 1), else_=2), due_on.is_(None), due_on, name, key)
    return sa.select(name, key, who, due_on).order_by(*order).limit(MOST)


def _own_items(rows: Iterable[Any], today: date) -> tuple[list[DueItem], list[DueItem]]:
    needs: list[DueItem] = []
    waiting: list[DueItem] = []
    rows = list(rows)
    ended = _ended_today(rows, today)
    for name, key, who, due_on in rows:
        kind = _registries().due.get(name)
        if kind is not None:
            words = ended.get((name, key)) or _near(due_on, today)
            item = DueItem(_words(kind, who), address_of(kind, key), due_on, words, urgent=kind.urgent)
            (waiting if kind.waiting else needs).append(item)
    return needs, waiting


def _ended_today(rows: Iterable[Any], today: date) -> dict[tuple[str, str], str]:
    """What is due today and ended at an hour that has passed, which "due today" would hide, with the words that say so."""
    due_today: dict[str, list[str]] = defaultdict(list)
    for name, key, _who, due_on in rows:
        kind = _registries().due.get(name)
        if due_on == today and kind is not None and kind.ends is not None:
            due_today[name].append(key)
    said: dict[tuple[str, str], str] = {}
    for name, keys in due_today.items():
        ends = _registries().due[name].ends
        moments = ends(keys) if ends is not None else {}
        said |= {
            (name, key): f"the time ended at {uk_time(end)}"
            for key, end in moments.items() if local_day(end) == today and end < now()
        }  # fmt: skip
    return said


def _words(kind: DueKind, who: str | None) -> str:
    return kind.sentence.format(who=who or "somebody")


def _near(day: date | None, today: date) -> str:
    return due_words(day, today, working_calendar().between) if day else ""


def address_of(kind: DueKind, key: str) -> str:
    """Where it is done. An id is one, whatever way the database writes it as text."""
    values: dict[str, Any] = {kind.argument: uuid.UUID(key) if kind.argument.endswith("_id") else key}
    return current_app.url_for(kind.endpoint, **values)


def _number(row: Any) -> Number:
    kind: CountKind = _registries().counts[row[0].removeprefix(_COUNT)]
    count = int(row[1])
    words = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
    return Number(words, kind.one if count == 1 else kind.many, current_app.url_for(kind.endpoint))


def _items_of_others(viewer: Viewer, things: set[Thing], nobodys: set[Thing], today: date) -> list[DueItem]:
    """What is still open of these things, each with those it is late with; only what this person may know today.

    `nobodys` are those of them that may wait for a keeper while nobody is one: what then has no doer is late with nobody.
    """
    by_kind: dict[str, set[str]] = defaultdict(set)
    for thing in things:
        by_kind[thing.kind].add(thing.key)
    rules = pack().chases
    kinds = [_registries().due[name] for name in sorted(by_kind) if name in _registries().due and name in rules]
    keepers = [kind for kind in kinds if not rules[kind.name].about_matters] if nobodys else []
    selects = _open_with_others(kinds, keepers, by_kind, viewer, today)
    if not selects:
        return []
    opened: dict[tuple[Thing, str | None], set[str]] = defaultdict(set)
    unopened: dict[Thing, set[str]] = defaultdict(set)
    for row in db.session.execute(sa.union_all(*selects), {"today": today}):
        thing = Thing(row.name, row.key, row.due_on)
        if thing in (things if row.doer else nobodys) and _came_to(viewer, row, rules[row.name]):
            doers = opened[thing, row.who] if row.opens else unopened[thing]
            doers |= {row.doer} - {None}
    return [
        *(_item_of_others(thing, who, sorted(doers), today) for (thing, who), doers in sorted(opened.items(), key=_by_date)),
        *_unopened_items(unopened, viewer, today),
    ]


def _by_date(entry: tuple[tuple[Thing, str | None], Any]) -> tuple[date, Thing, str]:
    thing, who = entry[0]
    return thing.due_on, thing, who or ""


def _open_with_others(
    kinds: list[DueKind], keepers: list[DueKind], keys: Mapping[str, set[str]], viewer: Viewer, today: date
) -> list[sa.Select[Any]]:
    """What is open of these things with others than the reader, and whether its page `opens` for them; and of the kinds of
    which keepers find something, what they would find.

    One statement for all kinds that are asked for in one, and one for all whose pages open alike: each may hold the wall,
    and putting that together costs more than asking.
    """
    alike: dict[tuple[Any, ...], list[DueKind]] = defaultdict(list)
    opening: dict[Any, set[str]] = defaultdict(set)
    for kind in kinds:
        alike[kind.everybody, kind.opens, bool(kind.unopened)].append(kind)
        opening[kind.opens] |= keys[kind.name]
    open_to = {opens: opens([viewer.id], sorted(of), today).cte() for opens, of in opening.items() if opens}
    reports = reports_of(viewer.id, today)
    late = [
        _late_with_others(some, {key for kind in some for key in keys[kind.name]}, open_to.get(opens), viewer, reports)
        for (_, opens, _), some in alike.items()
    ]
    found = what_a_keeper_finds(keepers)
    return [*late, *(_late_with_nobody(kind, made, keys[kind.name], open_to.get(kind.opens)) for kind, made in found)]


def _late_with_others(
    kinds: list[DueKind], keys: set[str], open_to: sa.CTE | None, viewer: Viewer, reports: sa.Select[Any]
) -> sa.Select[Any]:
    """The things of kinds that are asked for alike and open alike."""
    assert kinds[0].everybody is not None
    due = kinds[0].everybody().subquery()
    opens = _opens(open_to, due.c.key)
    columns: list[Any] = [
        due.c.name, due.c.key, due.c.who, due.c.due_on, Person.name.label("doer"),
        (Service.head_id == viewer.id).label("of_their_service"), Person.id.in_(reports).label("reports"),
        opens.label("opens"),
    ]  # fmt: skip
    told = sa.and_(due.c.matter_id.is_(None), sa.true() if kinds[0].unopened else sa.false())
    names = [kind.name for kind in kinds]
    return (
        sa.select(*columns)
        .join(Person, Person.id == due.c.person_id)
        .outerjoin(Service, Service.id == Person.service_id)
        .where(due.c.name.in_(names), due.c.key.in_(sorted(keys)), Person.id != viewer.id, sa.or_(told, opens))
    )


def _late_with_nobody(kind: DueKind, made: sa.Select[Any], keys: set[str], open_to: sa.CTE | None) -> sa.Select[Any]:
    """The things of a kind that a keeper would find: the same columns."""
    due = made.subquery().c
    opens = _opens(open_to, due.key)
    columns: list[Any] = [
        due.name, due.key, due.who, due.due_on, sa.cast(sa.null(), sa.String).label("doer"),
        sa.false().label("of_their_service"), sa.false().label("reports"), opens.label("opens"),
    ]  # fmt: skip
    may_know = sa.true() if kind.unopened else opens
    return sa.select(*columns).where(due.name == kind.name, due.key.in_(sorted(keys)), may_know)


def _opens(open_to: sa.CTE | None, key: Any) -> sa.ColumnElement[bool]:
    return sa.false() if open_to is None else sa.exists().where(open_to.c.key == key)


def _came_to(viewer: Viewer, row: Any, rule: ChaseRule) -> bool:
    """Whether this person is told when it is late with this doer: as their manager or head of service, or by a role."""
    roles = {Role(step.to) for step in rule.steps if step.to in list(Role)}
    instead = STAND_IN_FOR_ONE_ANOTHER if roles & STAND_IN_FOR_ONE_ANOTHER else ()
    return row.reports or row.of_their_service or viewer.holds(*roles, *instead, *WHERE_NOBODY_IS_ABOVE)


def _item_of_others(thing: Thing, who: str | None, doers: list[str], today: date) -> DueItem:
    """A line with its link, for those for whom the page opens."""
    kind = _registries().due[thing.kind]
    act = _words(kind, who)
    text = f"{_with(doers, thing.due_on, today)}: {act[0].lower()}{act[1:]}"
    return DueItem(
        text, address_of(kind, thing.key), thing.due_on, _near(thing.due_on, today), urgent=kind.urgent
    )


def _unopened_items(unopened: dict[Thing, set[str]], viewer: Viewer, today: date) -> list[DueItem]:
    """For all that does not open: one line for what is late with the same people in the same place, by its earliest day."""
    found: dict[tuple[str, str, bool], list[date]] = defaultdict(list)
    for thing, doers in unopened.items():
        kind = _registries().due[thing.kind]
        found[_with(sorted(doers), thing.due_on, today), kind.unopened, not doers].append(thing.due_on)
    return [_unopened_item(*one, sorted(days), viewer, today) for one, days in found.items()]


def _unopened_item(
    late_with: str, where: str, is_nobodys: bool, days: list[date], viewer: Viewer, today: date
) -> DueItem:
    things = "one thing" if len(days) == 1 else count_words(len(days), "thing")
    text, near = f"{late_with}: {things} {where}", _near(days[0], today)
    if not is_nobodys:
        ask = "Ask them about it." if len(days) == 1 else "Ask them about them."
        return DueItem(text, "", days[0], near, ask)
    keeper = pack().role_titles[Role.SCA].value
    if viewer.holds(Role.ADMINISTRATOR):
        href = current_app.url_for(WHERE_ROLES_ARE_GIVEN, role=Role.SCA.value)
        return DueItem(f"{text}. Appoint somebody as {keeper}", href, days[0], near)
    return DueItem(text, "", days[0], near, f"Ask the administrator to appoint somebody as {keeper}.")


def _with(doers: list[str], due_on: date, today: date) -> str:
    return f"{'Late with' if due_on < today else 'With'} {_names(doers)}"


def _names(names: list[str]) -> str:
    """Up to two by name, more as a number: "Jo Bell and 3 others"."""
    if len(names) <= 2:
        return " and ".join(names) or "nobody"
    return f"{names[0]} and {len(names) - 1} others"
