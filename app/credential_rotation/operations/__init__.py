"""The acts of this room, in the policy's words."""

from app.credential_rotation.operations.leaving import LeaverPlan, preview_leaver, record_leaver
from app.credential_rotation.operations.reviewing import review_access
from app.credential_rotation.operations.rotating import (
    StepAnswer,
    end_shared_access,
    mark_changed,
    permit_rotation,
    start_rotation,
    verify_rotation,
)

__all__ = [
    "LeaverPlan",
    "StepAnswer",
    "end_shared_access",
    "mark_changed",
    "permit_rotation",
    "preview_leaver",
    "record_leaver",
    "review_access",
    "start_rotation",
    "verify_rotation",
]
