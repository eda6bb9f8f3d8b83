"""Reports and cases that are closed to everybody who could work on them, so that nobody sees that they wait.

The administrator is told, who alone can help, by appointing somebody from outside; and only that work of HR waits, not
what, nor how much, nor about whom. Never an administrator to whom it is closed (domain 3.11, rule 7).
"""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.breach_reports.models import BreachReport
from app.breach_reports.queries import waits_for_nobody
from app.core.db import db, named
from app.core.outbox import OutboxMessage, message_kind
from app.core.registries import DueKind, Viewer
from app.hr_cases.models import ROLE_FOR, Case
from app.matters.models import Capacity, Matter
from app.matters.queries import kept_from, somebody_is_left
from app.people.models import Person, Role
from app.people.queries import carrying, is_here

LEFT_TO_NOBODY = message_kind(
    "hr:left-to-nobody", "HR work waits that nobody may see: appoint another HR manager", "people.roles"
)
AT_ONCE = 200


def _case_waits_for_nobody(day: Any) -> sa.ColumnElement[bool]:
    """That a case is closed to every HR manager and has no owner who reads on its page what to do about that."""
    owner = named(Person, "owner_left")
    owner_is_left = sa.exists().where(
        owner.id == Case.owner_id,
        owner.id.in_(carrying([ROLE_FOR[Capacity.CASE_OWNER]], day)),
        is_here(day, owner),
        ~kept_from(Case.matter_id, owner.id, day),
    )
    managed = somebody_is_left(Case.matter_id, [Role.HR_MANAGER], day)
    return sa.and_(Case.closed_at.is_(None), ~managed, ~owner_is_left.correlate_except(owner))


def _left_to_nobody(day: Any, *, among: Any = None) -> list[sa.Select[Any]]:
    """The matters of such reports and of such cases; `among` names those to look at."""
    found = [
        sa.select(BreachReport.matter_id.label("matter_id")).where(waits_for_nobody(day)),
        sa.select(Case.matter_id.label("matter_id")).where(_case_waits_for_nobody(day)),
    ]
    return found if among is None else [one.where(one.selected_columns[0].in_(among)) for one in found]


def administrators_to_tell(day: date) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Who has to be told, each with one matter of which they may know; in three queries, however much waits.

    Whoever was told of one that still waits is not told of another: not how much waits, either.
    """
    left = list(db.session.execute(sa.union(*_left_to_nobody(day)).limit(AT_ONCE)).scalars())
    if not left:
        return []
    may_know = db.session.execute(
        sa.select(Person.id, Matter.id)
        .join_from(Matter, Person, Person.id.in_(carrying([Role.ADMINISTRATOR], day)))
        .where(is_here(day), Matter.id.in_(left), ~kept_from(Matter.id, Person.id, day))
        .order_by(Person.id, Matter.id.desc())
    ).all()
    told = sa.select(OutboxMessage.to_person_id, OutboxMessage.matter_id).where(
        OutboxMessage.occasion == LEFT_TO_NOBODY.name, OutboxMessage.matter_id.in_(left)
    )
    already = {(person_id, matter_id) for person_id, matter_id in db.session.execute(told)}
    knows = {person_id for person_id, matter_id in may_know if (person_id, matter_id) in already}
    return list({person_id: (person_id, matter_id) for person_id, matter_id in may_know if person_id not in knows}.values())


def _for_administrator(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """One line, however much waits; of what they were told, which are few, so that the page need not look at all."""
    if not viewer.holds(Role.ADMINISTRATOR):
        return None
    told = sa.select(OutboxMessage.matter_id).where(
        OutboxMessage.to_person_id == viewer.id, OutboxMessage.occasion == LEFT_TO_NOBODY.name
    )
    found = [one.where(~kept_from(one.selected_columns[0], viewer.id, today)) for one in _left_to_nobody(today, among=told)]
    columns: list[Any] = [
        sa.literal(LEFT_TO_NOBODY.name).label("name"),
        sa.literal(Role.HR_MANAGER.value).label("key"),
        sa.cast(sa.null(), sa.String).label("who"),
        sa.cast(sa.null(), sa.Date).label("due_on"),
    ]
    return sa.select(*columns).where(sa.or_(*(one.exists() for one in found)))


APPOINT_SOMEBODY = DueKind(
    LEFT_TO_NOBODY.name,
    "Appoint another HR manager, from outside if need be: HR work waits that nobody may see",
    "people.roles", "role", _for_administrator,
)  # fmt: skip
