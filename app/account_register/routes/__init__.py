"""The addresses of the register."""

from app.account_register.routes import (
    access,
    accounts,
    asking,
    assessing,
    checks,
    discovered,
    exporting,
    helping,
    horizon,
    importing,
    levels,
    look_alikes,
    managers,
    notices,
    proposals,
    proposing,
    sections,
)

__all__ = [
    "access", "accounts", "asking", "assessing", "checks", "discovered", "exporting", "helping", "horizon", "importing",
    "levels", "look_alikes", "managers", "notices", "proposals", "proposing", "sections",
]  # fmt: skip
