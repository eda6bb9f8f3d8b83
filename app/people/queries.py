"""Finding people, and reading what happened to a thing as a timeline."""

import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from app.core.audit import ActorKind, AuditEvent, EventKind, kind_named
from app.core.db import db, named
from app.people.models import DeclaredRelationship, FormerName, Person, Role, RoleAssignment, Service

# Made once: making names for tables anew costs more than the query.
_TIE = sa.inspect(DeclaredRelationship).local_table.alias("tie")
_FIRST = sa.inspect(Person).local_table.alias("first_of_line")
_NEXT = sa.inspect(Person).local_table.alias("next_of_line")

SOMEBODY = "Somebody"
ACTOR_WORDS = {
    ActorKind.SYSTEM: "Probity",
    ActorKind.INSTALLATION: "The installation",
    ActorKind.CONFIDENTIAL_REPORTER: "A confidential reporter",
    ActorKind.ANONYMOUS: "An anonymous reporter",
}


def is_here(day: Any, who: Any = Person) -> sa.ColumnElement[bool]:
    """`Person.is_here_on` as a condition of a query; `who` where somebody else than the one person asked for is meant."""
    return sa.and_(has_begun(day, who), sa.not_(has_left(day, who)))


def has_begun(day: Any, who: Any = Person) -> sa.ColumnElement[bool]:
    """That somebody's first day has come, as a condition: whoever is announced ahead is not asked or counted before it."""
    return sa.or_(who.started.is_(None), who.started <= day)


def has_left(day: Any, who: Any = Person) -> sa.ColumnElement[bool]:
    """`Person.has_left_on` as a condition of a query: asked alone where somebody announced can be prepared for."""
    last = who.last_working_day
    return sa.and_(last.is_not(None), sa.or_(last < day, sa.and_(last == day, who.left_at_once)))


def role_runs(day: Any, held: Any = RoleAssignment) -> sa.ColumnElement[bool]:
    """`RoleAssignment.runs_on` as a condition of a query; `held` where another assignment is meant."""
    return _runs(held, day)


def tie_runs(day: Any, tie: Any = DeclaredRelationship) -> sa.ColumnElement[bool]:
    """That a close relationship counts on a day, as a condition: one that nobody confirmed has no first day."""
    return _runs(tie, day)


def _runs(what: Any, day: Any) -> sa.ColumnElement[bool]:
    return sa.and_(what.since <= day, sa.or_(what.until.is_(None), what.until >= day))


def person_by_id(person_id: uuid.UUID) -> Person | None:
    """The person with this id."""
    return db.session.get(Person, person_id)


def person_by_email(email: str) -> Person | None:
    """The person with this work address, however it is written."""
    return db.session.execute(
        sa.select(Person).where(sa.func.lower(Person.email) == email.strip().casefold())
    ).scalar_one_or_none()


def former_addresses() -> dict[str, FormerName]:
    """The addresses that somebody had and nobody has any more, each with whose it was last."""
    now = named(Person, "has_it_now")
    rows = db.session.execute(
        sa.select(FormerName)
        .join(FormerName.person)
        .options(contains_eager(FormerName.person))
        .where(FormerName.email.is_not(None), FormerName.counts(), ~sa.exists().where(now.email == FormerName.email))
        .order_by(FormerName.until, FormerName.id)
    ).scalars()
    return {one.email.casefold(): one for one in rows if one.email}


def who_has_now(email: str) -> str:
    """Who had an address that nobody has any more, and which is theirs by now, in words; empty where nobody had it."""
    was = former_addresses().get(email.strip().casefold())
    return was.has_now if was else ""


class AddressBook:
    """Everybody by their address, and by one that they had before: for files, which name people by addresses alone."""

    def __init__(self) -> None:
        people = db.session.execute(sa.select(Person).where(Person.email.is_not(None))).scalars()
        self._people = {(person.email or "").casefold(): person for person in people}

    @cached_property
    def _former(self) -> dict[str, FormerName]:
        return former_addresses()

    def get(self, email: str) -> Person | None:
        """Whoever has this address, however it is written."""
        return self._people.get(email.casefold())

    def why_nobody(self, email: str) -> str:
        """Why an address in a file is nobody's, and what to do about it."""
        was = self._former.get(email.casefold())
        if was is None:
            return "is nobody we know. Import or add the person first"
        return f"is an address of before: {was.has_now}. Write that one"


def carrying(roles: Iterable[Role], day: date | sa.BindParameter[date]) -> sa.Select[uuid.UUID]:
    """The ids of everybody who carries one of these roles on a day, for the conditions of other queries."""
    return sa.select(RoleAssignment.person_id).where(
        RoleAssignment.role.in_(list(roles)),
        role_runs(day),
    )


def appointments(day: date) -> dict[Role, list[RoleAssignment]]:
    """Who holds each role on a day or will hold it, by name, of those who have not left; every role has its list."""
    rows = db.session.execute(
        sa.select(RoleAssignment)
        .join(RoleAssignment.person)
        .options(contains_eager(RoleAssignment.person))
        .where(sa.or_(RoleAssignment.until.is_(None), RoleAssignment.until >= day), sa.not_(has_left(day)))
        .order_by(Person.name, RoleAssignment.since, RoleAssignment.id)
    ).scalars()
    held: dict[Role, list[RoleAssignment]] = {role: [] for role in Role}
    for assignment in rows:
        held[assignment.role].append(assignment)
    return held


def people_above(person_id: Any) -> sa.Select[Any]:
    """Everybody above somebody in their reporting line, also where it runs in a ring."""
    first = sa.select(_FIRST.c.line_manager_id.label("id")).where(_FIRST.c.id == person_id).correlate_except(_FIRST)
    line = first.cte("line_above", recursive=True, nesting=True)
    line = line.union(sa.select(_NEXT.c.line_manager_id).where(_NEXT.c.id == line.c.id))
    return sa.select(line.c.id).where(line.c.id.is_not(None))


def people_below(person_id: Any) -> sa.Select[Any]:
    """Everybody below somebody in the reporting line."""
    first = sa.select(_FIRST.c.id).where(_FIRST.c.line_manager_id == person_id)
    line = first.cte("line_below", recursive=True, nesting=True)
    line = line.union(sa.select(_NEXT.c.id).where(_NEXT.c.line_manager_id == line.c.id))
    return sa.select(line.c.id)


def close_to(person_id: Any, on: Any) -> sa.Select[Any]:
    """Everybody who has a close relationship to somebody that counts on this day."""
    tie = _TIE.c
    is_me, is_other = tie.person_id == person_id, tie.other_id == person_id
    return (
        sa.select(sa.case((is_me, tie.other_id), else_=tie.person_id))
        .where(tie_runs(on, tie), sa.or_(is_me, is_other))
        .correlate_except(_TIE)
    )


def hold_still(role: Role) -> None:
    """Let nobody else give or take away a role until this transaction ends: for acts that must leave somebody with it."""
    db.session.execute(
        sa.select(RoleAssignment.id).where(RoleAssignment.role == role).order_by(RoleAssignment.id).with_for_update()
    ).all()


def last_act(subject_id: uuid.UUID, *kinds: EventKind) -> tuple[str | None, datetime | None]:
    """Who did an act of one of these kinds to a thing last, and when; the name is None where nobody in person did it."""
    event = AuditEvent
    asked = sa.select(Person.name, event.at).select_from(event).outerjoin(Person, Person.id == event.actor_id)
    acts = [kind.name for kind in kinds]
    found = db.session.execute(
        asked.where(event.subject_id == subject_id, event.act.in_(acts)).order_by(event.number.desc()).limit(1)
    ).first()
    return (found[0], found[1]) if found else (None, None)


def role_without_holder(role: Role, day: Any) -> sa.ColumnElement[bool]:
    """That nobody who works here holds a role on a day, as a condition."""
    holder = named(Person, f"holder_of_{role.value}")
    return sa.not_(sa.exists().where(holder.id.in_(carrying([role], day)), is_here(day, holder)))


def roles_only_of(people: Collection[Person], day: date) -> dict[Role, list[Person]]:
    """The roles that some people carry on a day and nobody else who works here does, in the order of the roles, with whoever
    of them carries each, by name.
    """
    ids = [person.id for person in people]
    other, holder = named(RoleAssignment, "role_of_others"), named(Person, "other_holder")
    others = (
        sa.exists()
        .where(other.role == RoleAssignment.role, other.person_id.not_in(ids), role_runs(day, other))
        .where(holder.id == other.person_id, is_here(day, holder))
        .correlate_except(other, holder)
    )
    theirs = db.session.execute(
        sa.select(RoleAssignment.role, RoleAssignment.person_id)
        .distinct()
        .where(RoleAssignment.person_id.in_(ids), role_runs(day), ~others)
    )
    found = {(row.role, row.person_id) for row in theirs}
    by_name = sorted(people, key=lambda person: (person.name, str(person.id)))
    only = {role: [person for person in by_name if (role, person.id) in found] for role in Role}
    return {role: carriers for role, carriers in only.items() if carriers}


def holders_of(roles: Iterable[Role], day: date) -> list[Person]:
    """Everybody who carries one of these roles on a day and still works here, by name."""
    return list(
        db.session.execute(
            sa.select(Person)
            .where(is_here(day), Person.id.in_(carrying(roles, day)))
            .order_by(Person.name, Person.id)
        ).scalars()
    )


def decided_by(person_id: Any, day: Any, requester: Any = Person) -> sa.ColumnElement[bool]:
    """`decider_of(requester) == person` as a condition of a query that joins the requester."""
    here = manager_is_here(day, requester)
    return sa.or_(
        sa.and_(requester.line_manager_id == person_id, here),
        sa.and_(sa.not_(here), _head_here(day, requester, person_id).exists()),
    )


def decider_column(day: Any, requester: Any = Person) -> sa.ColumnElement[uuid.UUID | None]:
    """`decider_of(requester)` as a column of a query that joins the requester."""
    return sa.case((manager_is_here(day, requester), requester.line_manager_id), else_=head_over(day, requester))


def nearest_above(day: Any, who: Any = Person) -> sa.ScalarSelect[uuid.UUID]:
    """The nearest in somebody's line of managers who is here, never themselves, as a column of a query that joins them: the
    line goes on past who is not here.
    """
    first = sa.select(_FIRST.c.line_manager_id.label("id")).where(_FIRST.c.id == who.id).correlate_except(_FIRST)
    line = first.cte("line_to_who_is_here", recursive=True, nesting=True)
    further = sa.select(_NEXT.c.line_manager_id).where(_NEXT.c.id == line.c.id, sa.not_(is_here(day, _NEXT.c)))
    line, above = line.union(further), named(Person, "nearest_above")  # a line that runs in a ring comes to its end, too
    found = sa.select(above.id).where(above.id == line.c.id, above.id != who.id, is_here(day, above))
    return found.correlate_except(above, line).scalar_subquery()


def head_over(day: Any, who: Any = Person) -> sa.ScalarSelect[uuid.UUID]:
    """The head of somebody's service who is here, never themselves, as a column of a query that joins them."""
    return _head_here(day, who).scalar_subquery()


def one_above_column(day: Any, who: Any = Person) -> sa.ColumnElement[uuid.UUID | None]:
    """`one_above(who)` as a column of a query that joins them."""
    return sa.func.coalesce(nearest_above(day, who), head_over(day, who))


def nobody_decides(day: Any, requester: Any = Person) -> sa.ColumnElement[bool]:
    """That `decider_of(requester)` is nobody, as a condition of a query that joins the requester: neither the line manager
    nor the head of the service is here to decide.
    """
    return sa.and_(sa.not_(manager_is_here(day, requester)), sa.not_(_head_here(day, requester).exists()))


def needs_a_manager_recorded(day: Any, requester: Any = Person) -> sa.ColumnElement[bool]:
    """`Person.needs_a_manager_recorded_on` as a condition of a query that joins the requester: what HR is asked to mend,
    where `nobody_decides` says who is missing to decide.
    """
    stands_in = sa.and_(_to_come(day, requester), _head_here(day, requester).exists())
    return sa.and_(sa.not_(manager_is_here(day, requester)), sa.not_(stands_in))


def _to_come(day: Any, requester: Any) -> sa.ColumnElement[bool]:
    """`Person.manager_to_come_on` as a condition."""
    manager = named(Person, "manager_to_come")
    awaited = sa.and_(sa.not_(has_begun(day, manager)), sa.not_(has_left(day, manager)))
    return sa.exists().where(manager.id == requester.line_manager_id, awaited).correlate_except(manager)


def _head_here(day: Any, requester: Any, is_person: Any = None) -> sa.Select[Any]:
    """The id of whoever heads the requester's service and is here, never of the requester; `is_person`: only of them."""
    service, head = named(Service, "service_of_requester"), named(Person, "head_of_requester")
    found = sa.select(head.id).join_from(service, head, head.id == service.head_id)
    of_theirs = found.where(service.id == requester.service_id, head.id != requester.id, is_here(day, head))
    return (of_theirs if is_person is None else of_theirs.where(head.id == is_person)).correlate_except(service, head)


def manager_is_here(day: Any, requester: Any = Person) -> sa.ColumnElement[bool]:
    """Whether the requester's line manager works here on a day, as a condition of a query that joins the requester."""
    manager = named(Person, "manager_of_requester")
    here = sa.exists().where(manager.id == requester.line_manager_id, is_here(day, manager))
    return here.correlate_except(manager)  # the requester, however deep in a query this stands


@dataclass(frozen=True)
class TimelineEntry:
    """One line of a timeline: when, who, and what in words."""

    at: datetime
    actor: str
    words: str


def timeline(
    subject_ids: Sequence[uuid.UUID],
    *,
    knows_causes: bool = True,
    most: int = 100,
    of: EventKind | None = None,
    until: datetime | None = None,
    reader_id: uuid.UUID | None = None,
) -> list[TimelineEntry]:
    """What happened to some things, newest first, in one query; `of` one kind only; nothing later than `until`.

    Those who may not know causes read each event's neutral line, and nothing of events that have none; they do not read
    who did it where that would tell them the cause. So does who knows causes of what is about themselves (`reader_id`).
    """
    actor, about = aliased(Person), aliased(Person)
    rows = db.session.execute(
        sa.select(
            AuditEvent.at, AuditEvent.actor_kind, AuditEvent.act, AuditEvent.facts, actor.name, about.name.label("about"),
            AuditEvent.about_id,
        )
        .outerjoin(actor, actor.id == AuditEvent.actor_id)
        .outerjoin(about, about.id == AuditEvent.about_id)
        .where(
            AuditEvent.subject_id.in_(subject_ids),
            *([AuditEvent.act == of.name] if of is not None else []),
            *([AuditEvent.at <= until] if until is not None else []),
        )
        .order_by(AuditEvent.number.desc())
        .limit(most)
    )
    return [entry for row in rows if (entry := _entry(row, knows_causes and not _own(row, reader_id))) is not None]


def _own(row: Any, reader_id: uuid.UUID | None) -> bool:
    return reader_id is not None and row.about_id == reader_id


def _entry(row: Any, knows_causes: bool) -> TimelineEntry | None:
    kind = kind_named(row.act)
    pattern = kind.reads if knows_causes else kind.neutral
    if pattern is None:
        return None
    facts = {name: _in_words(value) for name, value in json.loads(row.facts).items()}
    words = pattern.format_map({**facts, "about": row.about or "somebody"})
    if kind.unnamed and not knows_causes:
        return TimelineEntry(row.at, SOMEBODY, words)
    return TimelineEntry(row.at, row.name or ACTOR_WORDS.get(row.actor_kind, SOMEBODY), words)


def _in_words(value: Any) -> str:
    text = str(value).replace("_", " ")
    try:
        day = date.fromisoformat(str(value)[:10]) if isinstance(value, str) and len(value) >= 10 else None
    except ValueError:
        day = None
    return f"{day.day} {day:%B %Y}" if day else text


def waits_for(person_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """`tie.waits and tie.is_judged_by(person)` as a condition, for whoever holds a role that judges; of what HR recorded
    for those only who may read that.
    """
    tie = DeclaredRelationship
    waits = sa.and_(tie.until.is_(None), sa.or_(tie.since.is_(None), tie.said_over_on.is_not(None)))
    no_part = (tie.person_id != person_id, tie.other_id != person_id)
    said_nothing = (column.is_distinct_from(person_id) for column in (tie.recorded_by_id, tie.said_over_by_id))
    may_read = sa.or_(tie.recorded_by_id == tie.person_id, hr_recorded(person_id, day))
    return sa.and_(waits, *no_part, *said_nothing, may_read)


def hr_recorded(reader_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """What HR recorded, or had recorded by the installation, as a condition: for a reader who may work on it.

    Never for one of the two, nor for whoever is close to one of them or in their reporting line: what is recorded of
    somebody tells that there may be a report about them, and who is near them is kept from it.
    """
    tie = DeclaredRelationship
    near = sa.union_all(close_to(reader_id, day), people_above(reader_id), people_below(reader_id))
    of_others = (sa.and_(column != reader_id, column.not_in(near)) for column in (tie.person_id, tie.other_id))
    return sa.and_(tie.recorded_by_id.is_distinct_from(tie.person_id), *of_others)
