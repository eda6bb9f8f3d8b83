"""The rooms of the house, from the ground up, and what each shows on pages of rooms below it."""

from app import (
    account_register,
    breach_reports,
    credential_rotation,
    device_permissions,
    duties,
    early_advice,
    figures,
    hr_cases,
    matters,
    people,
    policy,
)
from app.core import drafts, outbox  # noqa: F401 - their tables belong to the schema, whoever uses them
from app.core.registries import Registries

ROOMS = (
    people, policy, account_register, credential_rotation, device_permissions, breach_reports, hr_cases, early_advice,
    duties, figures,
)  # fmt: skip


def register_rooms(registries: Registries) -> None:
    """Let every room register its panels, blockers and due items."""
    for room in (matters, *ROOMS):
        register = getattr(room, "register", None)
        if register is not None:
            register(registries)
