"""That a permission lapsed: from which day it did not hold any more and why. It stays as it was recorded."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import local_day
from app.core.db import Base, Identified, append_only, enum_column, one_of
from app.core.plain_letters import name_key
from app.device_permissions.models.states import Lapse

if TYPE_CHECKING:
    from app.device_permissions.models.requests import DevicePermissionRequest

DAY = timedelta(days=1)


class DeviceLapse(Identified, Base):
    """That a permission does not hold any more though nobody ended it. Whoever needs it again asks again."""

    __tablename__ = "device_lapse"
    __table_args__ = (one_of("why", Lapse), sa.UniqueConstraint("request_id"))

    request_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("device_permission_request.id"))
    # The first day on which it did not hold, or not any more.
    lapsed_on: Mapped[date]
    why: Mapped[Lapse] = enum_column(Lapse)
    recorded_at: Mapped[datetime]


append_only(DeviceLapse)


def first_lapse(permission: "DevicePermissionRequest", day: date) -> tuple[date, Lapse] | None:
    """Why an approved permission does not hold on a day by what is known now, and since when; None while it holds.

    From which day somebody has another post is not kept with it, so that is the day that is asked for; who left and has come
    back was gone by the day on which that was recorded.
    """
    return min(_lapses(permission, day), key=lambda found: found[0], default=None)


def _lapses(permission: "DevicePermissionRequest", day: date) -> Iterator[tuple[date, Lapse]]:
    person, last_day, back = permission.person, permission.expires_on, permission.person.came_back_at
    if last_day is None or last_day < day:
        yield last_day + DAY if last_day is not None else day, Lapse.RAN_OUT
    if back is not None and permission.decided_at is not None and permission.decided_at < back:
        yield local_day(back), Lapse.LEFT
    elif person.last_working_day is not None and person.has_left_on(day):
        yield person.last_working_day + (timedelta() if person.left_at_once else DAY), Lapse.LEFT
    now, then = name_key(person.post), name_key(permission.post_at_approval or "")
    if now and then and now != then:  # a post that is not recorded tells of no other one
        yield day, Lapse.OTHER_POST
    if permission.is_for_nothing:
        closed = (use.account.closed_on for use in permission.uses if use.account is not None)
        yield max((one for one in closed if one is not None), default=day), Lapse.ACCOUNTS_CLOSED
    if permission.confirm_due_on is not None and permission.confirm_due_on < day:
        yield permission.confirm_due_on + DAY, Lapse.NOT_CONFIRMED
