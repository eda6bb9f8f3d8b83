"""What this room puts on home pages: requests to decide, questions to answer, permissions to confirm or to ask for again,
and requests that wait for others.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.registries import DueKind, Viewer
from app.device_permissions.models import OPEN_STATUSES, DevicePermissionRequest, RequestStatus
from app.device_permissions.queries import (
    answer_by,
    due_rows,
    has_renewal,
    is_ending,
    is_in_force,
    lacks_a_manager,
    mended_by,
    open_to_stand_ins,
    went_unanswered,
)
from app.people.everybody import everybody_with
from app.people.models import Role
from app.people.queries import decided_by, has_left

REQUEST = DevicePermissionRequest


def _to_decide(viewer: Viewer, today: date) -> sa.Select[Any]:
    waiting = REQUEST.status == RequestStatus.SUBMITTED
    return due_rows("device_decide", REQUEST.due_on, waiting, ~has_left(today), decided_by(viewer.id, today))


def _unanswered(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The answer did not come by its day, so whoever decides goes on without it."""
    waits = sa.and_(went_unanswered(today), ~has_left(today))
    return due_rows("device_unanswered", REQUEST.due_on, waits, decided_by(viewer.id, today))


def _to_answer(viewer: Viewer, _today: date) -> sa.Select[Any]:
    mine = REQUEST.person_id == viewer.id
    return due_rows("device_answer", answer_by(), mine, REQUEST.status == RequestStatus.RETURNED)


def _waiting(viewer: Viewer, _today: date) -> sa.Select[Any]:
    mine = REQUEST.person_id == viewer.id
    return due_rows("device_waiting", REQUEST.due_on, mine, REQUEST.status == RequestStatus.SUBMITTED)


def _to_mend(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """For HR: who manages somebody has to be recorded, else the head of the service decides about them, or nobody. It stays
    when the head has decided. Once for each person, by the first of their requests of which it is to be done.
    """
    if not viewer.holds(Role.HR_MANAGER):
        return None
    turn = sa.func.row_number().over(partition_by=REQUEST.person_id, order_by=(mended_by(), REQUEST.reference))
    lacking = due_rows("device_manager", mended_by(), lacks_a_manager(today))
    each = lacking.add_columns(turn.label("turn"), REQUEST.person_id.label("of")).subquery("lacks_a_manager").c
    columns: list[Any] = [each.name, each.key, each.who, each.due_on]
    return sa.select(*columns).where(each.turn == 1, each.of != viewer.id)


def _to_confirm(viewer: Viewer, today: date) -> sa.Select[Any]:
    waits = sa.and_(REQUEST.confirm_due_on.is_not(None), is_in_force(today))
    return due_rows("device_confirm", REQUEST.confirm_due_on, waits, decided_by(viewer.id, today))


def _confirm_waiting(viewer: Viewer, today: date) -> sa.Select[Any]:
    """For the holder, who has to know that it lapses unless it is confirmed."""
    waits = sa.and_(REQUEST.confirm_due_on.is_not(None), is_in_force(today))
    return due_rows("device_confirm_waiting", REQUEST.confirm_due_on, waits, REQUEST.person_id == viewer.id)


def _to_renew(viewer: Viewer, today: date) -> sa.Select[Any]:
    """Unless its holder has asked for it again, was refused that, or said that they will not need it."""
    answered = has_renewal(*OPEN_STATUSES, RequestStatus.REFUSED)
    asked = sa.and_(is_ending(today), REQUEST.let_end_at.is_(None), sa.not_(answered))
    return due_rows("device_renew", REQUEST.expires_on, REQUEST.person_id == viewer.id, asked)


ABOUT_DEVICES = "about devices"
PAGE = ("device_permissions.show", "reference")
DUE_KINDS = (
    DueKind(
        "device_decide", "Decide {who}’s request to use a device", *PAGE, _to_decide,
        everybody=everybody_with(_to_decide), opens=open_to_stand_ins, unopened=ABOUT_DEVICES,
    ),
    DueKind(
        "device_manager", "Record who manages {who}, who asked to use a device", "device_permissions.manager", "reference",
        _to_mend, everybody=everybody_with(_to_mend), unopened=ABOUT_DEVICES,
    ),
    DueKind(
        "device_answer", "Answer your manager’s question about a device", *PAGE, _to_answer,
        everybody=everybody_with(_to_answer), unopened=ABOUT_DEVICES,
    ),
    DueKind(
        "device_unanswered", "Decide {who}’s request to use a device: they did not answer", *PAGE, _unanswered,
        everybody=everybody_with(_unanswered), opens=open_to_stand_ins, unopened=ABOUT_DEVICES,
    ),
    DueKind(
        "device_confirm", "Confirm {who}’s device permission, or end it", *PAGE, _to_confirm,
        everybody=everybody_with(_to_confirm),
    ),
    DueKind(
        "device_renew", "Ask again for your device permission, or let it end", *PAGE, _to_renew,
        everybody=everybody_with(_to_renew),
    ),
    DueKind("device_waiting", "Your request to use a device, with your manager", *PAGE, _waiting, waiting=True),
    DueKind(
        "device_confirm_waiting", "Your device permission, to be confirmed by your new manager", *PAGE, _confirm_waiting,
        waiting=True,
    ),
)  # fmt: skip
