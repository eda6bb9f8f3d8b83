"""Leavers, and the passwords that change because of them."""

from app.credential_rotation.models.leavers import NOTICE_TRANSITIONS, HandOver, LeaverHolding, LeaverNotice, NoticeStatus
from app.credential_rotation.models.rotations import (
    OPEN_ROTATION,
    ROTATION_TRANSITIONS,
    SEES_CAUSES,
    CredentialRotation,
    RotationCause,
    RotationStatus,
    RotationStep,
    Sighting,
    StepKind,
    StepOutcome,
    Trigger,
)

__all__ = [
    "NOTICE_TRANSITIONS",
    "OPEN_ROTATION",
    "ROTATION_TRANSITIONS",
    "SEES_CAUSES",
    "CredentialRotation",
    "HandOver",
    "LeaverHolding",
    "LeaverNotice",
    "NoticeStatus",
    "RotationCause",
    "RotationStatus",
    "RotationStep",
    "Sighting",
    "StepKind",
    "StepOutcome",
    "Trigger",
]
