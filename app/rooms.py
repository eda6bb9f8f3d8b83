"""The rooms of the house, from the ground up, and what each shows on pages of rooms below it."""

from app import people, policy
from app.core import drafts, outbox  # noqa: F401 - their tables belong to the schema, whoever uses them
from app.core.registries import Registries

ROOMS = (people, policy)


def register_rooms(registries: Registries) -> None:
    """Let every room register its panels, blockers and due items."""
    for room in ROOMS:
        register = getattr(room, "register", None)
        if register is not None:
            register(registries)
