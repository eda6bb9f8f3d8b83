"""The only ways in which a room higher up shows on a page, or stops or follows an act, of a room lower down.

`create_app` fills these in; each room registers its own.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import sqlalchemy as sa

from app.core.audit import Actor
from app.core.jobs import JobKind
from app.core.outbox import Wall

MOST_COUNTED = 200
NO_DAY = sa.cast(sa.null(), sa.Date)
"""`due_on` of what waits for somebody without a day: it is shown, and nobody is reminded of it."""
TODAY = sa.bindparam("today", type_=sa.Date())
ME = sa.bindparam("me", type_=sa.Uuid())
"""The reader and the day, in statements that are put together once and asked for many, for as long as the process lives:
whatever is worked out from the clock while a statement is put together stays in it for good."""


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

    `everybody()` gives the same duties of all people at once, for chasing: rows of `name`, `person_id` (whose duty it is),
    `key`, `who`, `due_on` and `matter_id` (whose wall holds for everybody who is told, or null), asked for a day by the
    parameter `TODAY`. Kinds that one statement can ask for share it; `Registries.asked_of_everybody` knows which. A test
    holds the two equal. Kinds without it are shown but not chased.

    `opens(people, keys, today)` gives rows of `key` and `person_id`: for which of these people the page of which of these
    things opens when they are told that one is late with somebody else. Without it, for none. Those for whom it does not
    open are told by `unopened` alone: where it is ("in the register of accounts") and with whom it is late, never which
    thing, nor whom it is about. Kinds without `unopened`, and matters, are told to nobody for whom they do not open.
    """

    name: str
    sentence: str
    endpoint: str
    argument: str
    select: Callable[[Viewer, date], sa.Select[Any] | None]
    waiting: bool = False
    everybody: Callable[[], sa.Select[Any]] | None = None
    opens: Callable[[Collection[Any], Collection[str], date], sa.Select[Any]] | None = None
    unopened: str = ""
    urgent: bool = False
    """Whether it stands before what is late with a person's other duties, however long that is."""
    ends: Callable[[Collection[str]], Mapping[str, datetime]] | None = None
    """For what ends at an hour: when, for those of these keys that do. Asked only of what is due today, on a first page."""


@dataclass(frozen=True)
class CountKind:
    """A number on the home page that leads to its list: of things that this viewer would find there, and no others.

    `select(viewer, today)` counts in one column, or is None for those whom the number does not concern. It may stop
    counting at `MOST_COUNTED` + 1, and may leave `ME` and `TODAY` to be given.
    """

    name: str
    one: str
    many: str
    endpoint: str
    select: Callable[[Viewer, date], sa.Select[Any] | None]


@dataclass(frozen=True)
class LeftWork:
    """Work of HR that may be closed to everybody who could do it, so that nobody sees that it waits.

    `id` is the column that names one such thing, `waits(day)` the condition on its table that it waits for nobody, and
    `closed_to(id, person_id, day)` that somebody may not even learn that something waits.
    """

    id: Any
    waits: Callable[[Any], sa.ColumnElement[bool]]
    closed_to: Callable[[Any, Any, Any], sa.ColumnElement[bool]]
    is_matter: bool = False


class Follower(Protocol):
    """What a room higher up does when an act of a room lower down was carried out."""

    def __call__(self, thing: Any, /, *, by: Actor, at: datetime) -> object:
        """Do it, as the same actor at the same moment."""
        ...


Sign = Callable[[Any, Any, Any], sa.ColumnElement[bool]]
"""That something is wrong with a thing, as a room higher up knows it: a condition on the id of the thing, for a reader's id
and a day."""


@dataclass
class Registries:
    """Everything that rooms registered, one instance for each application."""

    panels: dict[str, list[Callable[[Any, Viewer], Panel | None]]] = field(default_factory=dict)
    blockers: dict[str, list[Callable[[Any], str | None]]] = field(default_factory=dict)
    followers: dict[str, list[Follower]] = field(default_factory=dict)
    ways_on: dict[str, Callable[[Any, Any], str | None]] = field(default_factory=dict)
    due: dict[str, DueKind] = field(default_factory=dict)
    counts: dict[str, CountKind] = field(default_factory=dict)
    signs: dict[tuple[str, str], Sign] = field(default_factory=dict)
    answers: dict[str, Callable[..., Any]] = field(default_factory=dict)
    jobs: dict[str, JobKind] = field(default_factory=dict)
    message_walls: list[Wall] = field(default_factory=list)
    left_to_nobody: list[LeftWork] = field(default_factory=list)

    def add_panel(self, page: str, make: Callable[[Any, Viewer], Panel | None]) -> None:
        """Let a room add a panel to a page named `page` (for example "account")."""
        self.panels.setdefault(page, []).append(make)

    def add_blocker(self, act: str, why_not: Callable[[Any], str | None]) -> None:
        """Let a room stop an act named `act` (for example "account:close") with a sentence."""
        self.blockers.setdefault(act, []).append(why_not)

    def add_follower(self, act: str, follower: Follower) -> None:
        """Let a room do what follows from an act named `act` (for example "account:changes-hands"), in its transaction."""
        self.followers.setdefault(act, []).append(follower)

    def add_answer(self, question: str, answer: Callable[..., Any]) -> None:
        """Let a room answer what a page of a room lower down asks (for example "account:who-could-get-in")."""
        if question in self.answers:
            raise ValueError(f"{question} is answered twice")
        self.answers[question] = answer

    def add_way_on(self, act: str, where: Callable[[Any, Any], str | None]) -> None:
        """Let a room above take over a thing: `where` gives the address at which this viewer may do the act now."""
        if act in self.ways_on:
            raise ValueError(f"{act} goes on in two rooms")
        self.ways_on[act] = where

    def add_due(self, kind: DueKind) -> None:
        """Let a room put one kind of duty on home pages."""
        if kind.name in self.due:
            raise ValueError(f"due items {kind.name} are registered twice")
        self.due[kind.name] = kind

    def asked_of_everybody(self) -> dict[Callable[[], sa.Select[Any]], list[DueKind]]:
        """The statements that ask for all chased duties, each once, with the kinds of which it gives rows."""
        asked: dict[Callable[[], sa.Select[Any]], list[DueKind]] = {}
        for kind in self.due.values():
            if kind.everybody is not None:
                asked.setdefault(kind.everybody, []).append(kind)
        return asked

    def add_count(self, kind: CountKind) -> None:
        """Let a room put a number on home pages."""
        if kind.name in self.counts:
            raise ValueError(f"the count {kind.name} is registered twice")
        self.counts[kind.name] = kind

    def add_sign(self, thing: str, name: str, sign: Sign) -> None:
        """Let a room say what is wrong with things that are listed lower down (for example "account")."""
        if (thing, name) in self.signs:
            raise ValueError(f"the sign {name} is registered twice")
        self.signs[thing, name] = sign

    def add_message_wall(self, wall: Wall) -> None:
        """Let a room hide messages about matters that are walled off from the reader."""
        self.message_walls.append(wall)

    def add_job(self, kind: JobKind) -> None:
        """Let a room have work that happens by itself."""
        if kind.name in self.jobs:
            raise ValueError(f"job {kind.name} is registered twice")
        self.jobs[kind.name] = kind

    def panels_for(self, page: str, thing: Any, viewer: Viewer) -> list[Panel]:
        """The panels of a page for this viewer, in the order in which rooms registered them."""
        made = (make(thing, viewer) for make in self.panels.get(page, []))
        return [panel for panel in made if panel is not None]

    def way_on(self, act: str, thing: Any, viewer: Viewer) -> str | None:
        """Where a room above takes over a thing for this viewer; None where none does, or the viewer may not."""
        where = self.ways_on.get(act)
        return where(thing, viewer) if where is not None else None

    def reasons_against(self, act: str, thing: Any) -> list[str]:
        """Why rooms higher up do not allow an act on a thing; empty when none objects."""
        answers = (why_not(thing) for why_not in self.blockers.get(act, []))
        return [answer for answer in answers if answer]

    def follow(self, act: str, thing: Any, *, by: Actor, at: datetime) -> None:
        """Let rooms higher up do what follows from an act."""
        for follower in self.followers.get(act, []):
            follower(thing, by=by, at=at)
