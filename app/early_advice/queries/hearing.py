"""Who hears of what somebody tells or asks, as conditions of queries, and whether anybody does."""

import uuid
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.db import db, named
from app.core.registries import Viewer
from app.early_advice.models import ROLES_OF_SEAT, DeclarationOfInterest, EarlierStep, Seat, StepOf
from app.people.everybody import carries
from app.people.models import HR_OFFICERS, DeclaredRelationship, Person, Role
from app.people.queries import carrying, decided_by, holders_of, is_here, nobody_decides, tie_runs
from app.policy.queries import pack

ALERTS, QUESTIONS = "mistake_alert_to", "doubt_decided_by"
Where = Callable[[Seat], sa.ColumnElement[bool]]


def seats_of_chain(name: str) -> list[Seat]:
    """The places that a chain of the pack names, in its order."""
    return [Seat(title) for title in pack().chains[name].value if title in set(Seat)]


def seat_title(seat: Seat) -> str:
    """What the policy of this organisation calls who sits there."""
    return pack().role_titles[seat.value].value


def hears(viewer: Viewer, day: Any, of: Where) -> sa.ColumnElement[bool]:
    """`sits_in` as a condition of a query that joins the author as Person; `of` says which places are meant."""
    ways = [sa.and_(of(Seat.MANAGER), decided_by(viewer.id, day))]
    ways += [sa.and_(of(seat), carries(viewer, *roles)) for seat, roles in ROLES_OF_SEAT.items()]
    return sa.and_(Person.id != viewer.id, sa.or_(*ways))


def somebody_hears(day: Any, of: Where) -> sa.ColumnElement[bool]:
    """That anybody sits in one of these places, as a condition of a query that joins the author as Person."""
    ways = [sa.and_(of(Seat.MANAGER), sa.not_(nobody_decides(day)))]
    ways += [sa.and_(of(seat), holder_left(day, roles)) for seat, roles in ROLES_OF_SEAT.items()]
    return sa.or_(*ways)


def holder_left(day: Any, roles: Iterable[Role]) -> sa.ColumnElement[bool]:
    """That somebody else than the author, who works here, holds one of these roles."""
    roles = list(roles)
    holder = named(Person, f"hears_as_{roles[0].value}")
    found = sa.exists().where(holder.id.in_(carrying(roles, day)), is_here(day, holder), holder.id != Person.id)
    return found.correlate_except(holder)


def who_hears(seat: Seat, author: Person, day: date) -> list[Person]:
    """Who sits in a place for somebody on a day, by name."""
    if seat is not Seat.MANAGER:
        return [one for one in holders_of(ROLES_OF_SEAT[seat], day) if one.id != author.id]
    boss = named(Person, "boss")
    query = sa.select(boss).join(Person, decided_by(boss.id, day)).where(Person.id == author.id, is_here(day, boss))
    return list(db.session.execute(query.order_by(boss.name, boss.id)).scalars())


def other_officers(author_id: uuid.UUID, day: date) -> list[Person]:
    """The data protection officers of a day but for the author, by name. Where there is none, those who were told judge."""
    return [one for one in holders_of([Role.DPO], day) if one.id != author_id]


def close_to(person_id: Any, other_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """That two people have a close relationship that counts on a day (domain 3.11, conflict rule 1)."""
    tie = named(DeclaredRelationship, "tie_of_declarer")
    one_way = sa.and_(tie.person_id == person_id, tie.other_id == other_id)
    other_way = sa.and_(tie.person_id == other_id, tie.other_id == person_id)
    return sa.exists().where(sa.or_(one_way, other_way), tie_runs(day, tie)).correlate_except(tie)


def is_close(person: Person, other_id: uuid.UUID, day: date) -> bool:
    """`close_to`, asked of two people."""
    return bool(db.session.execute(sa.select(close_to(person.id, other_id, day))).scalar_one())


def may_read_declaration(declaration: DeclarationOfInterest, person: Person, day: date) -> bool:
    """Whether this person may read it: who declared it, their manager, who reviewed it; HR officers where HR was asked and
    they are not close to the person; the safeguarding lead where it was taken to them. Nobody else.
    """
    if declaration.has_a_part(person):
        return True
    is_officer = declaration.is_for_lead(person) or declaration.is_for_hr(person)
    return is_officer and not is_close(person, declaration.person_id, day)


def reviewed_ever(person_id: Any) -> sa.ColumnElement[bool]:
    """That somebody reviewed a declaration, also where it was decided anew since, as a condition of a query of these."""
    step = named(EarlierStep, "reviewed_before")
    before = sa.exists().where(step.declaration_id == DeclarationOfInterest.id, step.step_of == StepOf.MANAGER)
    now = DeclarationOfInterest.reviewed_by_id.is_not_distinct_from(person_id)
    return sa.or_(now, before.where(step.by_id == person_id).correlate_except(step))


def stands_apart(person_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """`not has_a_part and not is_close`, as a condition of a query of declarations that joins the declarer as Person."""
    return sa.and_(
        Person.id != person_id,
        sa.not_(reviewed_ever(person_id)),
        sa.not_(decided_by(person_id, day)),
        sa.not_(close_to(person_id, Person.id, day)),
    )


def seen_by_hr(viewer_id: uuid.UUID | Any, day: Any) -> sa.ColumnElement[bool]:
    """`is_for_hr and not is_close` of an HR officer, as a condition of a query that joins the declarer as Person."""
    return sa.and_(DeclarationOfInterest.hr_asked_at.is_not(None), stands_apart(viewer_id, day))


def seen_by_lead(viewer_id: uuid.UUID | Any, day: Any) -> sa.ColumnElement[bool]:
    """`is_for_lead and not is_close` of a safeguarding lead, as a condition of a query that joins the declarer as Person."""
    return sa.and_(DeclarationOfInterest.lead_due_on.is_not(None), stands_apart(viewer_id, day))


def officer_left(roles: Iterable[Role], day: Any) -> sa.ColumnElement[bool]:
    """That somebody who works here holds one of these roles and stands apart from a declaration, as a condition of a
    query that joins the declarer as Person.
    """
    roles = list(roles)
    officer = named(Person, f"apart_as_{roles[0].value}")
    found = sa.exists().where(officer.id.in_(carrying(roles, day)), is_here(day, officer), stands_apart(officer.id, day))
    return found.correlate_except(officer)


def leads_for(declaration: DeclarationOfInterest, day: date) -> list[Person]:
    """The safeguarding leads to whom HR can take a declaration, or took it: those who have no part in it."""
    apart = (one for one in holders_of([Role.SAFEGUARDING_LEAD], day) if not declaration.has_a_part(one))
    return [one for one in apart if not is_close(one, declaration.person_id, day)]


def hr_for(declaration: DeclarationOfInterest, day: date) -> list[Person]:
    """The HR officers who look at a declaration once HR is asked: those who have no part in it."""
    officers = (one for one in holders_of(HR_OFFICERS, day) if declaration.is_for_hr(one))
    return [one for one in officers if not is_close(one, declaration.person_id, day)]
