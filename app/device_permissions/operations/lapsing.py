"""That permissions lapse: recorded once with the day and the reason, so that years later it can be said who held what."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.audit import ActorKind, AuditEvent, record
from app.core.db import db
from app.core.outbox import notify
from app.device_permissions.models import DeviceLapse, DevicePermissionRequest, Lapse, RequestStatus
from app.device_permissions.models.lapses import first_lapse
from app.device_permissions.operations import messages
from app.device_permissions.operations.lasting import with_holders
from app.device_permissions.queries import gave_no_post, is_in_force
from app.people.operations import PERSON_CHANGED
from app.policy.queries.daily import asked_of_a_day


def record_lapses(at: datetime) -> int:
    """Record which permissions do not hold any more though nobody ended them, and tell their holders; gives how many, or
    how many took the post of their holder over where that is more.

    What was recorded stays: nobody gets a permission back because a file of people says something else the next day. Whoever
    needs it asks again. Of its last day holders are asked beforehand, and who has left is told nothing.
    """
    today = clock.local_day(at)
    taken_over = _take_over_posts(today, at)
    found = _lapsed(today).scalars().all()
    for one in found:
        _record(one, today, at)
    return max(len(found), taken_over)


@asked_of_a_day
def _lapsed(day: Any) -> sa.Select[Any]:
    """The approved permissions that do not hold and of which that is not recorded yet, at most a bite."""
    request = DevicePermissionRequest
    holds = sa.func.coalesce(is_in_force(day), sa.false())
    is_recorded = sa.exists().where(DeviceLapse.request_id == request.id)
    return with_holders(request.status == RequestStatus.APPROVED, sa.not_(holds), sa.not_(is_recorded))


@asked_of_a_day
def _without_a_post_then(day: Any) -> sa.Select[Any]:
    """The permissions in force of holders of whom no post was recorded at approval and one is now, at most a bite."""
    return with_holders(is_in_force(day), gave_no_post())


def _take_over_posts(today: date, at: datetime) -> int:
    """The first post that is recorded of a holder who had none on record at approval is the one that the permission is for:
    another after that ends it.
    """
    found = _without_a_post_then(today).scalars().all()
    for one in found:
        one.post_at_approval = one.person.post
        record(messages.POST_TAKEN_OVER, one.id, by=ActorKind.SYSTEM, at=at, about=one.person_id)
    return len(found)


def _record(permission: DevicePermissionRequest, today: date, at: datetime) -> None:
    lapse = first_lapse(permission, today)
    if lapse is None:
        return
    day, why = lapse
    if why is Lapse.OTHER_POST:
        day = _day_of_other_post(permission, today)
    permission.lapsed = DeviceLapse(lapsed_on=day, why=why, recorded_at=at)
    facts = {"lapsed_on": day, "why": why}
    record(messages.LAPSED, permission.id, by=ActorKind.SYSTEM, at=at, about=permission.person_id, facts=facts)
    is_early = permission.expires_on is not None and permission.expires_on >= today
    if is_early and permission.lapse_told_at is None and permission.person.is_here_on(today):
        permission.lapse_told_at = at
        notify(permission.person_id, messages.YOURS_LAPSED, permission.id, at=at, number=today.toordinal())


def _day_of_other_post(permission: DevicePermissionRequest, today: date) -> date:
    """The day of the last change of the holder's record before it was noticed; where there is none, that day."""
    told_at = permission.lapse_told_at
    noticed = clock.local_day(told_at) if told_at is not None else today
    changed_at = db.session.execute(
        sa.select(sa.func.max(AuditEvent.at)).where(
            AuditEvent.subject_id == permission.person_id, AuditEvent.act == PERSON_CHANGED.name,
            AuditEvent.at >= permission.decided_at, AuditEvent.at < clock.at_local(noticed + timedelta(days=1)),
        )
    ).scalar_one()  # fmt: skip
    return clock.local_day(changed_at) if changed_at is not None else noticed
