"""Whose requests stand where, and what their pages show."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.account_register.models import Account, AccountStatus, KeeperNotice, NoticeKind
from app.core.db import db, named
from app.core.plain_letters import name_key_of
from app.core.references import normalise_reference
from app.device_permissions.models import (
    OPEN_STATUSES,
    DeviceKind,
    DeviceLapse,
    DevicePermissionRequest,
    DeviceQuestion,
    DeviceUse,
    RequestStatus,
)
from app.people.knowing import known_of
from app.people.models import Person, PersonKind, Service, decider_of
from app.people.queries import decided_by, has_left, needs_a_manager_recorded, one_above_column, person_by_id
from app.policy.queries import pack

PAGE = 25


def why_not_ask(person: Person) -> str | None:
    """Why this person need not or may not ask here, or None if they may."""
    switches = pack().switches
    if not switches["device_permissions"].value:
        return "The policy of this organisation does not ask permission for devices."
    everybody = switches["device_permissions_for_all_representatives"].value
    if not everybody and person.person_kind is not PersonKind.EMPLOYEE:
        return "Here only employees ask permission for devices. Ask your contact in the organisation what holds for you."
    return None


def kinds_to_ask_for() -> tuple[DeviceKind, ...]:
    """The kinds of device that need permission here."""
    if pack().switches["device_permissions_for_phones_and_tablets"].value:
        return tuple(DeviceKind)
    return (DeviceKind.HOME_COMPUTER,)


def request_by_reference(typed: str) -> DevicePermissionRequest | None:
    """A request with all that its page shows, by its reference however it is written."""
    reference = normalise_reference(typed)
    if reference is None:
        return None
    request = DevicePermissionRequest
    return (
        db.session.execute(
            sa.select(request)
            .where(request.reference == reference)
            .options(
                joinedload(request.person).joinedload(Person.service),
                joinedload(request.person).joinedload(Person.line_manager),
                joinedload(request.decided_by),
                joinedload(request.ended_by),
                joinedload(request.confirmed_by),
                joinedload(request.before),
                joinedload(request.renews).joinedload(request.uses).joinedload(DeviceUse.account),
                joinedload(request.uses).joinedload(DeviceUse.account),
                joinedload(request.renewals),
                selectinload(request.questions).options(
                    joinedload(DeviceQuestion.asked_by), joinedload(DeviceQuestion.written_down_by)
                ),
            )
        )
        .unique()
        .scalar_one_or_none()
    )


@dataclass(frozen=True)
class Decider:
    """Who decides about somebody, and whether that is the head of their service because nobody here manages them; `to_come`
    is the line manager who is recorded and begins later, until when the head decides, or nobody.
    """

    person: Person | None
    is_head: bool
    to_come: Person | None = None


def who_decides(person: Person, day: date) -> Decider:
    """Who would decide about somebody on a day; nobody where neither line manager nor head of the service is here."""
    manager, to_come, decider_id = person.manager_on(day), person.manager_to_come_on(day), decider_of(person, day)
    if manager is not None:
        return Decider(manager, is_head=False)
    return Decider(person_by_id(decider_id) if decider_id is not None else None, is_head=True, to_come=to_come)


def knows_who_leaves(viewer: Person, person: Person) -> bool:
    """Whether somebody may know that this person leaves, where they do: never the person themselves."""
    return person.last_working_day is not None and person.id in known_of(viewer, [person.id])


def notice_of(device_request: DevicePermissionRequest) -> KeeperNotice | None:
    """What the Strategic Communications Adviser was told about this permission."""
    return db.session.execute(
        sa.select(KeeperNotice)
        .where(KeeperNotice.kind == NoticeKind.DEVICE_PERMISSION, KeeperNotice.subject_id == device_request.id)
        .options(joinedload(KeeperNotice.noted_by))
    ).scalar_one_or_none()


def requests_of(person: Person) -> list[DevicePermissionRequest]:
    """What somebody asked for themselves, newest first."""
    request = DevicePermissionRequest
    return list(
        db.session.execute(
            sa.select(request)
            .where(request.person_id == person.id)
            .options(
                joinedload(request.person),
                selectinload(request.uses).joinedload(DeviceUse.account),
            )
            .order_by(request.submitted_at.desc(), request.id)
            .limit(PAGE)
        ).scalars()
    )


def open_or_in_force(person: Person) -> list[DevicePermissionRequest]:
    """What somebody asked for that is not settled, and what they were permitted and may still hold, the oldest first."""
    request, going_on = DevicePermissionRequest, (*OPEN_STATUSES, RequestStatus.APPROVED)
    return list(
        db.session.execute(
            sa.select(request)
            .where(request.person_id == person.id, request.status.in_(going_on))
            .options(joinedload(request.person), selectinload(request.uses).joinedload(DeviceUse.account))
            .order_by(request.submitted_at, request.id)
        ).scalars()
    )


def permissions_held_on(person_id: uuid.UUID, day: date) -> list[DevicePermissionRequest]:
    """The permissions that somebody held on a day, also one long past, the oldest first."""
    request = DevicePermissionRequest
    given = db.session.execute(
        sa.select(request)
        .where(request.person_id == person_id, request.decided_at.is_not(None), request.expires_on >= day)
        .options(joinedload(request.person), selectinload(request.uses).joinedload(DeviceUse.account))
        .order_by(request.decided_at, request.id)
    ).scalars()
    return [one for one in given if one.held_on(day)]


def is_in_force(day: Any) -> sa.ColumnElement[bool]:
    """`DevicePermissionRequest.in_force_on` as a condition of a query that joins the requester."""
    request = DevicePermissionRequest
    something_open = (
        sa.select(DeviceUse.id)
        .outerjoin(Account, Account.id == DeviceUse.account_id)
        .where(
            DeviceUse.request_id == request.id,
            sa.or_(Account.id.is_(None), Account.status != AccountStatus.CLOSED),
        )
        .exists()
    )
    post_now, post_then = name_key_of(Person.post), name_key_of(sa.func.coalesce(request.post_at_approval, ""))
    is_recorded = sa.and_(DeviceLapse.request_id == request.id, DeviceLapse.lapsed_on <= day)
    has_lapsed = sa.exists().where(is_recorded).correlate_except(DeviceLapse)
    return sa.and_(
        request.status == RequestStatus.APPROVED,
        sa.not_(has_lapsed),
        request.expires_on >= day,
        ~has_left(day),
        sa.or_(Person.came_back_at.is_(None), request.decided_at >= Person.came_back_at),
        sa.or_(post_now == "", post_then == "", post_now == post_then),
        something_open,
        sa.or_(request.confirm_due_on.is_(None), request.confirm_due_on >= day),
    )


def is_answered_for_by(person_id: Any) -> sa.ColumnElement[bool]:
    """`DevicePermissionRequest.is_answered_for_by` as a condition of a query of requests."""
    request = DevicePermissionRequest
    same = [sa.not_(person_id.is_distinct_from(one)) for one in (request.manager_at_approval_id, request.decided_by_id)]
    return sa.case(
        (request.confirmed_by_id.is_not(None), sa.not_(person_id.is_distinct_from(request.confirmed_by_id))),
        else_=sa.or_(*same),
    )


def gave_no_post() -> sa.ColumnElement[bool]:
    """That no post of its holder was recorded when it was approved, and one is now, in a query that joins the requester."""
    post_then = sa.func.coalesce(DevicePermissionRequest.post_at_approval, "")
    return sa.and_(name_key_of(post_then) == "", name_key_of(Person.post) != "")


def is_ending(day: Any) -> sa.ColumnElement[bool]:
    """`DevicePermissionRequest.is_ending_on` as a condition of a query that joins the requester."""
    return sa.and_(DevicePermissionRequest.renew_from <= day, is_in_force(day))


def has_renewal(*statuses: RequestStatus) -> sa.ColumnElement[bool]:
    """That somebody asked for the same permission again, and how that stands, as a condition."""
    later = named(DevicePermissionRequest, "renewal")
    return sa.exists().where(later.renews_id == DevicePermissionRequest.id, later.status.in_(statuses))


def lacks_a_manager(day: Any) -> sa.ColumnElement[bool]:
    """`DevicePermissionRequest.lacks_a_manager_on` as a condition of a query that joins the requester."""
    request = DevicePermissionRequest
    waits = sa.or_(waits_to_be_decided(day), sa.and_(request.confirm_due_on.is_not(None), is_in_force(day)))
    is_asked = sa.or_(request.manager_due_on.is_not(None), waits)
    return sa.and_(is_asked, ~has_left(day), needs_a_manager_recorded(day))


def mended_by() -> sa.ColumnElement[date]:
    """`DevicePermissionRequest.mended_by` as a column of a query of requests."""
    request = DevicePermissionRequest
    waits_until = sa.case((request.status == RequestStatus.APPROVED, request.confirm_due_on))
    return sa.func.coalesce(request.manager_due_on, waits_until, request.due_on)


def went_unanswered(day: Any) -> sa.ColumnElement[bool]:
    """`DevicePermissionRequest.went_unanswered_on` as a condition of a query of requests."""
    return sa.and_(DevicePermissionRequest.status == RequestStatus.RETURNED, sa.func.coalesce(answer_by() < day, sa.false()))


def waits_to_be_decided(day: Any) -> sa.ColumnElement[bool]:
    """`DevicePermissionRequest.waits_to_be_decided_on` as a condition of a query that joins the requester."""
    waits = sa.or_(DevicePermissionRequest.status == RequestStatus.SUBMITTED, went_unanswered(day))
    return sa.and_(waits, ~has_left(day))


def stands_in(reader_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """`is_stand_in` of a request that is not decided, as a condition of a query that joins the requester."""
    decider, service = named(Person, "late_decider"), named(Service, "service_of_late_decider")
    heads = sa.exists().where(service.id == Person.service_id, service.head_id == decider.id).correlate_except(service)
    could_decide = sa.or_(decider.id == Person.line_manager_id, sa.and_(heads, decider.id != Person.id))
    late_one = sa.exists().where(could_decide, decided_by(decider.id, day), one_above_column(day, decider) == reader_id)
    return sa.and_(
        DevicePermissionRequest.due_on < day, Person.id != reader_id, late_one.correlate_except(decider),
    )  # fmt: skip


def open_to_stand_ins(people: Collection[uuid.UUID], keys: Collection[str], day: date) -> sa.Select[Any]:
    """Which of these requests, once late, come to which of these people: `is_stand_in` as a query of key and person."""
    reader, request = aliased(Person), DevicePermissionRequest
    columns: list[Any] = [request.reference.label("key"), reader.id.label("person_id")]
    return (
        sa.select(*columns)
        .join(Person, Person.id == request.person_id)
        .join(reader, reader.id.in_(list(people)))
        .where(request.reference.in_(list(keys)), stands_in(reader.id, day))
    )


def answer_by() -> sa.ScalarSelect[date]:
    """By when the question that was asked back is to be answered, as a column of a query of requests."""
    question = DeviceQuestion
    of_this = question.request_id == DevicePermissionRequest.id
    is_open = sa.and_(of_this, question.answered_at.is_(None), question.closed_at.is_(None))
    return sa.select(sa.func.max(question.answer_by)).where(is_open).correlate_except(question).scalar_subquery()


def due_rows(name: str, due_on: Any, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The four columns of a due item for the requests that meet these conditions."""
    request = DevicePermissionRequest
    return (
        sa.select(
            sa.literal(name).label("name"), request.reference.label("key"), Person.name.label("who"),
            due_on.label("due_on"),
        )
        .join(Person, Person.id == request.person_id)
        .where(*conditions)
    )
