"""The pages of this room: reading the policy, agreeing to it, keeping it, and the days that do not count."""

from app.policy.routes import citing, closed_days, drafting, keeping, reading

__all__ = ["citing", "closed_days", "drafting", "keeping", "reading"]
