"""How a status changes: one table beside each enum, and one method that looks the pair up."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Generic, TypeVar

from app.core.errors import AlreadyDone

S = TypeVar("S", bound=StrEnum)


class TransitionTable(Generic[S]):
    """Which status may follow which. A status that is not a key is an end."""

    def __init__(self, enum: type[S], follows: Mapping[S, tuple[S, ...]]) -> None:
        self.enum = enum
        self._follows = {status: frozenset(follows.get(status, ())) for status in enum}

    def allows(self, old: S, new: S) -> bool:
        """Whether a thing in `old` may become `new`."""
        return new in self._follows[old]

    def pairs(self) -> list[tuple[S, S, bool]]:
        """Every pair of statuses with whether it is allowed, for tests that try them all."""
        return [(old, new, self.allows(old, new)) for old in self.enum for new in self.enum]


class HasStatus:
    """A thing whose `status` changes only through `move_to`."""

    transitions: TransitionTable[Any]
    status: Any

    def can_move_to(self, new: StrEnum) -> bool:
        """Whether the transition table allows this change from the present status."""
        return self.transitions.allows(self.status, new)

    def move_to(self, new: StrEnum) -> None:
        """Change the status, or refuse with 409 if the table does not allow it from the present one."""
        if not self.can_move_to(new):
            raise AlreadyDone(
                "Somebody changed this in the meantime, so it cannot be done any more.",
                what_now="Go back and open the page again: it shows who changed what, and what you can do next.",
            )
        self.status = new
