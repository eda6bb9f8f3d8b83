"""Requests to use a device with what becomes of them, and what people say they use for work."""

from app.device_permissions.models.before import AskedBefore
from app.device_permissions.models.lapses import DeviceLapse
from app.device_permissions.models.places import PlaceKey, place_key
from app.device_permissions.models.questions import DeviceAnswers, DeviceQuestion
from app.device_permissions.models.requests import AS_WELL, OVERSEERS, DevicePermissionRequest, DeviceUse
from app.device_permissions.models.states import (
    CHECK_WORDS,
    MISSING_WORDS,
    OPEN_STATUSES,
    REQUEST_TRANSITIONS,
    DeviceKind,
    Lapse,
    RequestStatus,
    SecurityCheck,
)
from app.device_permissions.models.uses import Declared, Equipment, WorkPlace, WorkUse

__all__ = [
    "AS_WELL",
    "CHECK_WORDS",
    "MISSING_WORDS",
    "OPEN_STATUSES",
    "OVERSEERS",
    "REQUEST_TRANSITIONS",
    "AskedBefore",
    "Declared",
    "DeviceAnswers",
    "DeviceKind",
    "DeviceLapse",
    "DevicePermissionRequest",
    "DeviceQuestion",
    "DeviceUse",
    "Equipment",
    "Lapse",
    "PlaceKey",
    "RequestStatus",
    "SecurityCheck",
    "WorkPlace",
    "WorkUse",
    "place_key",
]
