"""The pages of this room: leavers, and passwords to change."""

from app.credential_rotation.routes import leavers, reviews, rotations

__all__ = ["leavers", "reviews", "rotations"]
