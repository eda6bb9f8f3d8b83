"""Work of HR that is closed to everybody who could do it, so that nobody sees that it waits: reports, cases, and what rooms
above add to `Registries.left_to_nobody`.

The administrator is told, who alone can help, by appointing somebody from outside; and only that work of HR waits, not
what, nor how much, nor about whom. Never an administrator to whom it is closed (domain 3.11, rule 7).
"""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

from app.breach_reports.models import BreachReport
from app.breach_reports.queries import waits_for_nobody
from app.core.db import db, named
from app.core.outbox import OutboxMessage, message_kind
from app.core.registries import NO_DAY, DueKind, LeftWork, Registries, Viewer
from app.hr_cases.models import ROLE_FOR, Case
from app.hr_cases.queries.sending import ended_with_letter_to_send
from app.matters.models import Capacity
from app.matters.queries import kept_from, somebody_is_left
from app.people.models import Person, Role
from app.people.queries import carrying, is_here
from app.policy.queries.daily import asked_of_a_day

LEFT_TO_NOBODY = message_kind(
    "hr:left-to-nobody", "HR work waits that nobody may see: appoint another HR manager", "people.roles"
)
AT_ONCE = 200


def _case_waits_for_nobody(day: Any) -> sa.ColumnElement[bool]:
    """That a case, open or with a letter still to be sent, is closed to every HR manager and has no owner who reads on its
    page what to do about that.
    """
    owner = named(Person, "owner_left")
    owner_is_left = sa.exists().where(
        owner.id == Case.owner_id,
        owner.id.in_(carrying([ROLE_FOR[Capacity.CASE_OWNER]], day)),
        is_here(day, owner),
        ~kept_from(Case.matter_id, owner.id, day),
    )
    managed = somebody_is_left(Case.matter_id, [Role.HR_MANAGER], day)
    something_left = sa.or_(Case.closed_at.is_(None), ended_with_letter_to_send())
    return sa.and_(something_left, ~managed, ~owner_is_left.correlate_except(owner))


OF_REPORTS = LeftWork(BreachReport.matter_id, waits_for_nobody, kept_from, is_matter=True)
OF_CASES = LeftWork(Case.matter_id, _case_waits_for_nobody, kept_from, is_matter=True)


def _kinds_of_work() -> list[LeftWork]:
    registries: Registries = current_app.extensions["registries"]
    return registries.left_to_nobody


@asked_of_a_day
def _left(day: Any) -> sa.Select[Any]:
    """One column of what waits for nobody: some of it, where there is much."""
    found = sa.union(*(sa.select(work.id.label("id")).where(work.waits(day)) for work in _kinds_of_work())).subquery()
    return sa.select(found.c.id).limit(AT_ONCE)


def administrators_to_tell(day: date) -> list[tuple[uuid.UUID, uuid.UUID, bool]]:
    """Who has to be told, each with one thing of which they may know, and whether that is a matter; in three queries,
    however much waits.

    Whoever was told of one that still waits is not told of another: not how much waits, either.
    """
    left = list(_left(day).scalars())
    if not left:
        return []
    admin = aliased(Person)
    may_know = [
        sa.select(admin.id.label("person_id"), work.id.label("id"), sa.literal(work.is_matter).label("is_matter"))
        .join_from(work.id.class_, admin, admin.id.in_(carrying([Role.ADMINISTRATOR], day)))
        .where(is_here(day, admin), work.id.in_(left), ~work.closed_to(work.id, admin.id, day))
        for work in _kinds_of_work()
    ]
    those = sa.union(*may_know).subquery("may_know_of_it").c
    in_order = sa.select(those.person_id, those.id, those.is_matter).order_by(those.person_id, those.id)
    rows = db.session.execute(in_order).all()
    told = sa.select(OutboxMessage.to_person_id, OutboxMessage.subject_id).where(
        OutboxMessage.occasion == LEFT_TO_NOBODY.name, OutboxMessage.subject_id.in_(left)
    )
    already = {tuple(row) for row in db.session.execute(told)}
    knows = {row.person_id for row in rows if (row.person_id, row.id) in already}
    first_of = {row.person_id: row for row in reversed(rows) if row.person_id not in knows}
    return [(row.person_id, row.id, row.is_matter) for row in first_of.values()]


def _for_administrator(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """One line, however much waits; of what they were told, which are few, so that the page need not look at all."""
    if not viewer.holds(Role.ADMINISTRATOR):
        return None
    told = sa.select(OutboxMessage.subject_id).where(
        OutboxMessage.to_person_id == viewer.id, OutboxMessage.occasion == LEFT_TO_NOBODY.name
    )
    found = [
        sa.select(work.id).where(work.waits(today), work.id.in_(told), ~work.closed_to(work.id, viewer.id, today))
        for work in _kinds_of_work()
    ]
    columns: list[Any] = [
        sa.literal(LEFT_TO_NOBODY.name).label("name"),
        sa.literal(Role.HR_MANAGER.value).label("key"),
        sa.cast(sa.null(), sa.String).label("who"),
        NO_DAY.label("due_on"),
    ]
    return sa.select(*columns).where(sa.or_(*(one.exists() for one in found)))


APPOINT_SOMEBODY = DueKind(
    LEFT_TO_NOBODY.name,
    "Appoint another HR manager, from outside if need be: HR work waits that nobody may see",
    "people.roles", "role", _for_administrator,
)  # fmt: skip
