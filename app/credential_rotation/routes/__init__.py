"""The pages of this room: leavers, and passwords to change."""

from app.credential_rotation.routes import leaver_changes, leavers, reviews, rotations

__all__ = ["leaver_changes", "leavers", "reviews", "rotations"]
