"""What this room puts on home pages: requests to decide, questions to answer, and requests that wait for others."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.registries import DueKind, Viewer
from app.device_permissions.models import DevicePermissionRequest, RequestStatus
from app.device_permissions.queries import due_rows, open_to_stand_ins
from app.people.everybody import everybody_with
from app.people.models import Person, Role
from app.people.queries import decided_by, nobody_decides


def _to_decide(viewer: Viewer, today: date) -> sa.Select[Any]:
    waiting = DevicePermissionRequest.status == RequestStatus.SUBMITTED
    return due_rows("device_decide", Person.name, waiting, decided_by(viewer.id, today))


def _to_answer(viewer: Viewer, _today: date) -> sa.Select[Any]:
    mine = DevicePermissionRequest.person_id == viewer.id
    return due_rows("device_answer", Person.name, mine, DevicePermissionRequest.status == RequestStatus.RETURNED)


def _waiting(viewer: Viewer, _today: date) -> sa.Select[Any]:
    mine = DevicePermissionRequest.person_id == viewer.id
    return due_rows("device_waiting", Person.name, mine, DevicePermissionRequest.status == RequestStatus.SUBMITTED)


def _to_mend(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """For HR: who manages somebody has to be recorded, else nobody decides their request."""
    if not viewer.holds(Role.HR_MANAGER):
        return None
    waiting = DevicePermissionRequest.status == RequestStatus.SUBMITTED
    return due_rows("device_manager", Person.name, waiting, nobody_decides(today), Person.id != viewer.id)


ABOUT_DEVICES = "about devices"
PAGE = ("device_permissions.show", "reference")
DUE_KINDS = (
    DueKind(
        "device_decide", "Decide {who}’s request to use a device", *PAGE, _to_decide,
        everybody=everybody_with(_to_decide), opens=open_to_stand_ins, unopened=ABOUT_DEVICES,
    ),
    DueKind(
        "device_manager", "Record who manages {who}: a request of theirs waits for nobody", "device_permissions.manager",
        "reference", _to_mend, everybody=everybody_with(_to_mend), unopened=ABOUT_DEVICES,
    ),
    DueKind(
        "device_answer", "Answer your manager’s question about a device", *PAGE, _to_answer,
        everybody=everybody_with(_to_answer),
    ),
    DueKind("device_waiting", "Your request to use a device, with your manager", *PAGE, _waiting, waiting=True),
)  # fmt: skip
