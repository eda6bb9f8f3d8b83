"""Who heads which service, and of which service the next head is to be recorded.

A head of service decides where no line manager is there to do so, and is told of what stays undone in their service
(domain 3.3, 3.10). So a head who goes leaves a gap that somebody has to fill by their last day.
"""

import uuid
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.audit import AuditEvent, event_kind
from app.core.db import db, named
from app.core.paging import Cursor, KeyPage, key_page
from app.core.presentation import uk_weekday_date
from app.core.registries import Viewer
from app.core.worked_out import WorkedOut
from app.people.models import Person, Role, Service
from app.people.queries import has_begun, has_left

HEAD_NAMED = event_kind("service:head-named", "recorded {about} as its head")
HEAD_ENDED = event_kind("service:head-ended", "recorded that {about} no longer heads it")
PAGE = 50
HEAD_DUTY = "people:head-of-service"


def service_by_id(service_id: uuid.UUID) -> Service | None:
    """The service with this id."""
    return db.session.get(Service, service_id)


def service_called(name: str) -> Service | None:
    """The service of this name, however it is written."""
    return db.session.execute(
        sa.select(Service).where(sa.func.lower(Service.name) == name.strip().casefold())
    ).scalar_one_or_none()


def services_page(day: date, cursor: Cursor) -> KeyPage:
    """One page of the services by name, with their heads and when these were last recorded."""
    head = named(Person, "head_of_listed")
    acts = (HEAD_NAMED.name, HEAD_ENDED.name)
    recorded = sa.select(sa.func.max(AuditEvent.at)).where(AuditEvent.subject_id == Service.id, AuditEvent.act.in_(acts))
    select = sa.select(
        Service.id, Service.name, head.name.label("head"), has_left(day, head).label("has_left"),
        sa.case((sa.not_(has_begun(day, head)), head.started)).label("begins_on"),
        recorded.correlate(Service).scalar_subquery().label("recorded_at"),
    ).outerjoin(head, head.id == Service.head_id)  # fmt: skip
    return key_page(select, [Service.name], Service.id, cursor, size=PAGE)


def heads_to_record(viewer: Viewer, _today: date) -> sa.Select[Any] | None:
    """Services whose head leaves or has left, for HR managers; never for the head, who is told of it by a person."""
    if not viewer.holds(Role.HR_MANAGER):
        return None
    head = named(Person, "head_who_goes")
    columns: list[Any] = [
        sa.literal(HEAD_DUTY).label("name"), sa.func.replace(sa.cast(Service.id, sa.String), "-", "").label("key"),
        Service.name.label("who"), head.last_working_day.label("due_on"),
    ]  # fmt: skip
    going = sa.select(*columns).join_from(Service, head, head.id == Service.head_id)
    return going.where(head.last_working_day.is_not(None), head.id != viewer.id)


class NextHead(NamedTuple):
    """By when the next head of a service is to be recorded, and how that day came about."""

    day: date
    how: WorkedOut


def next_head_due(service: Service, viewer: Person) -> NextHead | None:
    """That the next head is to be recorded, for whoever has it on their first page."""
    asked = heads_to_record(viewer, date.min)
    row = db.session.execute(asked.where(Service.id == service.id)).one_or_none() if asked is not None else None
    if row is None or service.head is None:
        return None
    last = f"The last working day of {service.head.name} is {uk_weekday_date(row.due_on)}."
    sentences = (last, "Whoever comes next is to be recorded by then, so that the service is never without (local setting).")
    return NextHead(row.due_on, WorkedOut(sentences, (), f"So it is {uk_weekday_date(row.due_on)}."))
