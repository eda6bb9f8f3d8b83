"""What becomes of a permission: given up, ended, let end, confirmed by a new manager, taken away as a PDF."""

import hashlib
import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from app.core import clock
from app.core.audit import Actor, ActorKind, record, record_read
from app.core.db import db, new_id
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import notify, was_told
from app.device_permissions.models import DevicePermissionRequest, RequestStatus
from app.device_permissions.operations import messages
from app.device_permissions.operations.shared import ASK_MANAGER, keep_asking_for_a_manager, not_settled
from app.device_permissions.queries import is_answered_for_by, is_in_force, lacks_a_manager, waits_to_be_decided
from app.people.models import Person
from app.people.queries import decider_column, has_left, needs_a_manager_recorded
from app.policy.queries import due_at_once, pack, working_calendar
from app.policy.queries.daily import asked_of_a_day

RECONFIRM = "device_new_manager_reconfirms_working_days"
BITE = 200


def withdraw_device_request(device_request: DevicePermissionRequest, *, by: Person, at: datetime) -> None:
    """Take a request back, or give a permission up."""
    demand(device_request.person_id == by.id, "Only the person who asked to use the device can withdraw it.")
    not_settled(device_request, RequestStatus.WITHDRAWN)
    _not_lapsed(device_request, at)
    keep_asking_for_a_manager(device_request, clock.local_day(at))
    device_request.move_to(RequestStatus.WITHDRAWN)
    device_request.ended_by_id, device_request.ended_at = by.id, at
    record(messages.WITHDRAWN, device_request.id, by=by.id, at=at, about=by.id)


def revoke_device_permission(device_request: DevicePermissionRequest, *, by: Person, at: datetime, reasons: str) -> None:
    """End a permission before its day, with reasons its holder reads."""
    demand(device_request.is_ender(by), "Only the line manager can end this permission.", what_now=ASK_MANAGER)
    not_settled(device_request, RequestStatus.REVOKED)
    _not_lapsed(device_request, at)
    if not reasons:
        raise InvalidInput("Enter why the permission ends", field="reasons")
    keep_asking_for_a_manager(device_request, clock.local_day(at))
    device_request.move_to(RequestStatus.REVOKED)
    device_request.ended_by_id, device_request.ended_at, device_request.end_reasons = by.id, at, reasons
    record(messages.REVOKED, device_request.id, by=by.id, at=at, about=device_request.person_id)
    notify(device_request.person_id, messages.YOURS_REVOKED, device_request.id, at=at)


def _not_lapsed(device_request: DevicePermissionRequest, at: datetime) -> None:
    lapse = device_request.lapse_on(clock.local_day(at)) if device_request.status is RequestStatus.APPROVED else None
    if lapse is not None:
        raise AlreadyDone(f"This permission has lapsed already: {lapse.label}.", what_now="There is nothing left to end.")


def let_permission_end(device_request: DevicePermissionRequest, *, by: Person, at: datetime) -> None:
    """Note that the holder will not need it after its last day, so that nobody asks them again."""
    demand(device_request.person_id == by.id, "Only the holder can say whether they need it longer.")
    if not device_request.can_be_let_end_by(by):
        raise AlreadyDone(
            "Nothing has to be said about the end of this permission now.", who=by.name, when=device_request.let_end_at,
            what_now="Open it to see until when it holds.",
        )  # fmt: skip
    device_request.let_end_at = at
    record(messages.LET_END, device_request.id, by=by.id, at=at, about=by.id)


def confirm_device_permission(device_request: DevicePermissionRequest, *, by: Person, at: datetime) -> None:
    """Confirm the permission of somebody whom one manages since it was given; it runs on as it was approved."""
    demand(device_request.is_decider(by), "Only the line manager can confirm this permission.", what_now=ASK_MANAGER)
    if not device_request.can_be_confirmed_by(by):
        who = device_request.confirmed_by
        raise AlreadyDone(
            "This permission does not wait to be confirmed.", who=who.name if who else None,
            when=device_request.confirmed_at, what_now="Open it to see how it stands.",
        )  # fmt: skip
    keep_asking_for_a_manager(device_request, clock.local_day(at))
    device_request.confirmed_by_id, device_request.confirmed_at = by.id, at
    _ask_nobody(device_request)
    record(messages.CONFIRMED, device_request.id, by=by.id, at=at, about=device_request.person_id)
    number = clock.local_day(at).toordinal()  # a later manager confirms it again
    notify(device_request.person_id, messages.YOURS_CONFIRMED, device_request.id, at=at, number=number)


def ask_new_managers(at: datetime) -> int:
    """Ask whoever manages a holder since their permission was given to confirm it, and tell whoever decides since of the
    requests that wait; gives how many were asked or told of the one or the other, whichever is more.

    Whether the manager changed by an act, by a file of people or because somebody left: the record is compared with who
    decides about the holder now. Where the manager of the time is back, or whoever approved it in their place manages the
    holder now, nothing is asked any more.
    """
    today = clock.local_day(at)
    _forget_recorded_managers(today)
    rows = _managed_otherwise(today).all()
    for found, decider_id in rows:
        ask_unless_answered_for(found, decider_id, at=at)
    return max(len(rows), _tell_new_deciders(at), keep_since_when_managers_are_missing(today))


@asked_of_a_day
def _managed_otherwise(day: Any) -> sa.Select[Any]:
    """The permissions of holders whose manager is another than was asked, or is the one of the time again, with who decides
    about them now, at most a bite.
    """
    request, decides = DevicePermissionRequest, decider_column(day)
    answered_for = is_answered_for_by(decides)
    is_new = sa.and_(
        sa.not_(answered_for),
        sa.or_(request.confirm_due_on.is_(None), decides.is_distinct_from(request.confirm_asked_of_id)),
    )
    is_back = sa.and_(answered_for, request.confirm_due_on.is_not(None))
    return with_holders(is_in_force(day), sa.or_(is_new, is_back)).add_columns(decides.label("decider_id"))


@asked_of_a_day
def _untold(day: Any) -> sa.Select[Any]:
    """The requests that wait for somebody who was never told of them, with who that is, at most a bite: those due after the
    day `reminded_until`, since whoever comes to decide is reminded of the others the same morning.
    """
    request, decides = DevicePermissionRequest, decider_column(day)
    is_told = was_told(decides, request.id, (messages.TO_DECIDE, messages.TO_DECIDE_ANSWERED))
    columns: list[Any] = [request.id, decides.label("decider_id")]
    return (
        sa.select(*columns)
        .join(request.person)
        .where(
            waits_to_be_decided(day), decides.is_not(None), sa.not_(is_told),
            request.due_on > sa.bindparam("reminded_until", type_=sa.Date()),
        )
        .order_by(request.id)
        .limit(BITE)
    )  # fmt: skip


def _tell_new_deciders(at: datetime) -> int:
    """Tell whoever came to decide about somebody since their request was sent that it waits, once and on a working day;
    gives of how many.
    """
    today, calendar = clock.local_day(at), working_calendar().estimating()
    if not calendar.is_working_day(today):
        return 0
    reminded_until = pack().chases["device_decide"].latest_due_told_of(today, calendar)
    found = _untold(today, reminded_until=reminded_until).all()
    for request_id, decider_id in found:
        notify(decider_id, messages.TO_DECIDE, request_id, at=at)
    return len(found)


def _forget_recorded_managers(today: date) -> None:
    """HR did what was asked by a day, or it is needless: where a manager goes later, that is asked anew, by another day."""
    settled = sa.select(Person.id).where(sa.or_(sa.not_(needs_a_manager_recorded(today)), has_left(today)))
    asked = DevicePermissionRequest.manager_due_on.is_not(None)
    of_these = DevicePermissionRequest.person_id.in_(settled)
    nothing = {"manager_due_on": None, "manager_missing_since": None}
    db.session.execute(sa.update(DevicePermissionRequest).where(asked, of_these).values(nothing))


def keep_since_when_managers_are_missing(today: date) -> int:
    """Keep by when HR records who manages each person whose manager has gone while something of theirs waited; gives of how
    many requests.
    """
    found = _without_a_manager(today).scalars().all()
    for one in found:
        keep_asking_for_a_manager(one, today)
    return len(found)


@asked_of_a_day
def _without_a_manager(day: Any) -> sa.Select[Any]:
    """What waits of people who lack a manager, where HR was not asked yet, at most a bite."""
    return with_holders(DevicePermissionRequest.manager_due_on.is_(None), lacks_a_manager(day))


def with_holders(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The requests that are like this, with whoever asked, in an order of their own and at most a bite."""
    request = DevicePermissionRequest
    found = sa.select(request).join(request.person).options(contains_eager(request.person))
    return found.where(*conditions).order_by(request.id).limit(BITE)


def follow_leaving(person: Person, *, by: Actor, at: datetime) -> None:  # noqa: ARG001 - every follower is told who acts
    """Whoever is gone with that leaves those they managed without a manager from this day, not from the next morning."""
    if not person.is_here_on(clock.local_day(at)):
        keep_since_when_managers_are_missing(clock.local_day(at))


def ask_unless_answered_for(
    device_request: DevicePermissionRequest, decider_id: uuid.UUID | None, *, at: datetime
) -> None:
    """Ask whoever manages the holder now to confirm it, or nobody where they have answered for it already."""
    if device_request.is_answered_for_by(decider_id):
        _ask_nobody(device_request)
    else:
        ask_to_confirm(device_request, decider_id, at=at)


def ask_to_confirm(device_request: DevicePermissionRequest, decider_id: uuid.UUID | None, *, at: datetime) -> None:
    """Give whoever manages the holder now their days to confirm; of nobody where nobody is recorded, for HR to mend."""
    today = clock.local_day(at)
    device_request.confirm_asked_at, device_request.confirm_asked_of_id = at, decider_id
    due_on, last_day = due_at_once(RECONFIRM, today), device_request.expires_on
    device_request.confirm_due_on = min(due_on, last_day) if last_day is not None else due_on
    keep_asking_for_a_manager(device_request, today)
    facts = {"confirm_due_on": device_request.confirm_due_on}
    record(
        messages.CONFIRM_ASKED, device_request.id, by=ActorKind.SYSTEM, at=at, about=device_request.person_id, facts=facts
    )
    if decider_id is not None:
        notify(decider_id, messages.TO_CONFIRM, device_request.id, at=at, number=today.toordinal())
    notify(device_request.person_id, messages.YOURS_TO_CONFIRM, device_request.id, at=at, number=today.toordinal())


def _ask_nobody(device_request: DevicePermissionRequest) -> None:
    device_request.confirm_asked_at = device_request.confirm_asked_of_id = device_request.confirm_due_on = None


def note_slip_taken(device_request: DevicePermissionRequest, pdf: bytes, *, by: Person, at: datetime) -> None:
    """Write down who took a permission away as a PDF, when, and the fingerprint of the very bytes they were given."""
    facts = {"sha256": hashlib.sha256(pdf).hexdigest()}
    record_read(messages.SLIP_TAKEN, device_request.id, by=by.id, at=at, facts=facts)


def note_list_taken(*, by: Person, at: datetime) -> None:
    """Write down who took the list of permissions away."""
    record_read(messages.LIST_TAKEN, new_id(), by=by.id, at=at)
