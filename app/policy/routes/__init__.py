"""The pages of this room: reading the policy, agreeing to it, keeping it, and the days that do not count."""

from app.policy.routes import (
    agreeing,
    attested,
    citing,
    closed_days,
    drafting,
    formats,
    keeping,
    reading,
    reminding,
    switches,
)

__all__ = [
    "agreeing",
    "attested",
    "citing",
    "closed_days",
    "drafting",
    "formats",
    "keeping",
    "reading",
    "reminding",
    "switches",
]
