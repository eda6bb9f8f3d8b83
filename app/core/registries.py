"""The only ways in which a room higher up shows on a page, or stops an act, of a room lower down.

`create_app` fills these in; each room registers its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa


class Viewer(Protocol):
    """The person for whom a page is made, as far as the core needs to know them."""

    @property
    def id(self) -> Any:
        """Who they are."""
        ...

    def holds(self, *roles: Any) -> bool:
        """Whether this person holds any of these roles today."""
        ...


@dataclass(frozen=True)
class Panel:
    """A piece of a page: a template and what it shows."""

    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class DueKind:
    """One kind of thing that waits for somebody.

    `select(viewer, today)` gives rows of exactly: the kind's `name` as a literal, `key` (text: what the link needs),
    `who` (text or null: fills {who} in the sentence), `due_on` (date or null). `sentence` begins with the verb.
    `waiting` marks what the viewer waits for from others.
    """

    name: str
    sentence: str
    endpoint: str
    argument: str
    select: Callable[[Viewer, date], sa.Select[Any] | None]
    waiting: bool = False


@dataclass
class Registries:
    """Everything that rooms registered, one instance for each application."""

    panels: dict[str, list[Callable[[Any, Viewer], Panel | None]]] = field(default_factory=dict)
    blockers: dict[str, list[Callable[[Any], str | None]]] = field(default_factory=dict)
    due: dict[str, DueKind] = field(default_factory=dict)

    def add_panel(self, page: str, make: Callable[[Any, Viewer], Panel | None]) -> None:
        """Let a room add a panel to a page named `page` (for example "account")."""
        self.panels.setdefault(page, []).append(make)

    def add_blocker(self, act: str, why_not: Callable[[Any], str | None]) -> None:
        """Let a room stop an act named `act` (for example "account:close") with a sentence."""
        self.blockers.setdefault(act, []).append(why_not)

    def add_due(self, kind: DueKind) -> None:
        """Let a room put one kind of duty on home pages."""
        if kind.name in self.due:
            raise ValueError(f"due items {kind.name} are registered twice")
        self.due[kind.name] = kind

    def panels_for(self, page: str, thing: Any, viewer: Viewer) -> list[Panel]:
        """The panels of a page for this viewer, in the order in which rooms registered them."""
        made = (make(thing, viewer) for make in self.panels.get(page, []))
        return [panel for panel in made if panel is not None]

    def reasons_against(self, act: str, thing: Any) -> list[str]:
        """Why rooms higher up do not allow an act on a thing; empty when none objects."""
        answers = (why_not(thing) for why_not in self.blockers.get(act, []))
        return [answer for answer in answers if answer]
