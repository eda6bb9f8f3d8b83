"""The lists of requests and permissions, for who decides about them and for the keepers of the register."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.account_register.models import Account
from app.core import clock
from app.core.db import db, named
from app.core.paging import Cursor, KeyPage, key_page
from app.core.presentation import iso
from app.device_permissions.models import (
    OPEN_STATUSES,
    OVERSEERS,
    AskedBefore,
    DeviceKind,
    DeviceLapse,
    DevicePermissionRequest,
    DeviceUse,
    RequestStatus,
)
from app.device_permissions.queries.requests import answer_by, is_ending, is_in_force, stands_in, waits_to_be_decided
from app.people.knowing import known_of
from app.people.models import Person, Service
from app.people.naming import name_holds
from app.people.queries import decided_by, has_left

PAGE = 25
MOST_TAKEN_AWAY = 20_000


class Shown(StrEnum):
    """Which part of a list is shown."""

    WAITING = "waiting"
    IN_FORCE = "in_force"
    ENDING = "ending"
    LAPSED = "lapsed"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The part in words."""
        return {"in_force": "In force", "ending": "Ending soon"}.get(self.value, self.value.capitalize())


@dataclass(frozen=True)
class DeviceFilters:
    """What a list is narrowed to."""

    shown: Shown = Shown.WAITING
    name: str = ""
    kind: DeviceKind | None = None
    service_id: uuid.UUID | None = None


def _part(shown: Shown, day: date) -> sa.ColumnElement[bool]:
    request = DevicePermissionRequest
    in_force = sa.func.coalesce(is_in_force(day), sa.false())
    approved = request.status == RequestStatus.APPROVED
    return {
        Shown.WAITING: sa.and_(request.status.in_(OPEN_STATUSES), ~has_left(day)),
        Shown.IN_FORCE: in_force,
        Shown.ENDING: is_ending(day),
        Shown.LAPSED: sa.and_(approved, sa.not_(in_force)),
        Shown.ENDED: sa.or_(
            request.status.not_in((*OPEN_STATUSES, RequestStatus.APPROVED)),
            sa.and_(request.status.in_(OPEN_STATUSES), has_left(day)),
        ),
    }[shown]


def state_words(status: RequestStatus, shown: Shown) -> str:
    """How a request of this part of the list stands, in words."""
    if status is RequestStatus.APPROVED:
        return shown.label
    has_left = shown is Shown.ENDED and status in OPEN_STATUSES
    return "Left before it was decided" if has_left else status.label


def _listed(viewer: Person, filters: DeviceFilters, day: date, *columns: Any) -> sa.Select[Any]:
    """What this person may see of a list: what they decide or decided, or stand in for since it is late, or, for the keepers
    of the register and the auditor, everything.
    """
    request = DevicePermissionRequest
    query = (
        sa.select(*columns)
        .join(Person, Person.id == request.person_id)
        .outerjoin(Service, Service.id == Person.service_id)
        .where(_part(filters.shown, day))
    )
    if not viewer.holds(*OVERSEERS):
        comes_to_them = sa.and_(waits_to_be_decided(day), stands_in(viewer.id, day))
        query = query.where(sa.or_(decided_by(viewer.id, day), request.decided_by_id == viewer.id, comes_to_them))
    if filters.name:
        query = query.where(name_holds(filters.name))
    if filters.kind is not None:
        query = query.where(request.device_kind == filters.kind)
    if filters.service_id is not None:
        query = query.where(Person.service_id == filters.service_id)
    return query


def requests_for(viewer: Person, filters: DeviceFilters, day: date, cursor: Cursor) -> KeyPage:
    """The requests this person decides or, for the keepers of the register and the auditor, everybody's; newest first."""
    request = DevicePermissionRequest
    query = _listed(
        viewer, filters, day, request.reference, Person.name, Service.name.label("service"), request.device_kind,
        request.device_words, request.status, request.submitted_at, request.due_on, request.expires_on, request.using_since,
        answer_by().label("answer_by"), DeviceLapse.lapsed_on, DeviceLapse.why.label("lapse"), request.id, request.person_id,
        Person.last_working_day,
    )  # fmt: skip
    query = query.outerjoin(DeviceLapse, DeviceLapse.request_id == request.id)
    return key_page(query, [request.submitted_at], request.id, cursor, size=PAGE, descending=True)


def last_days(viewer: Person, shown: Shown, rows: Sequence[Any]) -> Mapping[uuid.UUID, date | None]:
    """`DevicePermissionRequest.last_day` of the rows of a list, by their ids."""
    holds = shown in (Shown.IN_FORCE, Shown.ENDING)
    leaving = {row.id: row for row in rows if holds and row.last_working_day and row.last_working_day < row.expires_on}
    known = known_of(viewer, {row.person_id for row in leaving.values()})
    return {
        row.id: row.last_working_day if row.id in leaving and row.person_id in known else row.expires_on for row in rows
    }


HEADERS = (
    "reference", "name", "service", "device", "used_for", "state", "asked_on", "decide_by", "decided_on", "until",
    "working_hours", "in_use_since", "conditions", "decided_by", "ended_on", "ended_by", "why_it_ended", "asked_first",
)  # fmt: skip


def rows_to_take_away(viewer: Person, filters: DeviceFilters, day: date) -> list[list[str]]:
    """The same list, whole, in the columns of a file."""
    request, decider, ender = DevicePermissionRequest, named(Person, "decider"), named(Person, "ender")
    query = _listed(
        viewer, filters, day, request.id, request.reference, Person.name, Service.name.label("service"),
        request.device_kind, request.device_words, request.status, request.submitted_at, request.due_on,
        request.decided_at, request.expires_on, request.covers_working_hours, request.using_since, request.conditions,
        decider.name.label("decided_by"), request.ended_at, ender.name.label("ended_by"), request.end_reasons,
        request.refusal_reasons, answer_by().label("answer_by"),
        DeviceLapse.lapsed_on, DeviceLapse.why.label("lapse"), request.person_id, Person.last_working_day,
    )  # fmt: skip
    query = query.outerjoin(DeviceLapse, DeviceLapse.request_id == request.id)
    query = query.outerjoin(decider, decider.id == request.decided_by_id).outerjoin(ender, ender.id == request.ended_by_id)
    newest = query.order_by(request.submitted_at.desc(), request.id.desc()).limit(MOST_TAKEN_AWAY)
    rows = db.session.execute(newest).all()
    ids = [row.id for row in rows]
    uses, first, until = _uses_of(ids), _asked_first(ids), last_days(viewer, filters.shown, rows)
    return [
        [*_row(row, filters.shown, ", ".join(uses.get(row.id, ())), until[row.id], day), first.get(row.id, "")]
        for row in rows
    ]


def _uses_of(ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = {}
    for bite in (ids[start : start + 500] for start in range(0, len(ids), 500)):
        rows = db.session.execute(
            sa.select(DeviceUse.request_id, DeviceUse.platform, Account.name)
            .outerjoin(Account, Account.id == DeviceUse.account_id)
            .where(DeviceUse.request_id.in_(bite))
            .order_by(DeviceUse.request_id, DeviceUse.position)
        )
        for request_id, platform, account in rows:
            found.setdefault(request_id, []).append(f"{account} ({platform})" if account else platform)
    return found


def _asked_first(ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """What was asked before it was changed, of those that were."""
    found: dict[uuid.UUID, str] = {}
    for bite in (ids[start : start + 500] for start in range(0, len(ids), 500)):
        rows = db.session.execute(
            sa.select(AskedBefore).where(AskedBefore.request_id.in_(bite), AskedBefore.number == 1)
        ).scalars()
        for one in rows:
            since = f"; in use since {iso(one.using_since)}" if one.using_since else ""
            found[one.request_id] = f"{one.device}; {one.used_for}; {one.reason}{since}"
    return found


def waits_for_an_answer(row: Any, day: date) -> bool:
    """Whether a request in a list waits for whoever asked, who has a day still to answer what was asked back."""
    return row.status is RequestStatus.RETURNED and (row.answer_by is None or day <= row.answer_by)


def _row(row: Any, shown: Shown, uses: str, until: date | None, day: date) -> list[str]:
    hours = "" if row.expires_on is None else "yes" if row.covers_working_hours else "no"
    ended_on = row.lapsed_on or (clock.local_day(row.ended_at) if row.ended_at else None)
    return [
        row.reference, row.name, row.service or "", row.device_kind.with_words(row.device_words), uses,
        state_words(row.status, shown), iso(clock.local_day(row.submitted_at)),
        "" if waits_for_an_answer(row, day) else iso(row.due_on),
        iso(clock.local_day(row.decided_at)) if row.decided_at else "", iso(until) if until else "",
        hours, iso(row.using_since) if row.using_since else "", row.conditions, row.decided_by or "",
        iso(ended_on) if ended_on else "", row.ended_by or "",
        row.lapse.label if row.lapse else row.end_reasons or row.refusal_reasons,
    ]  # fmt: skip
