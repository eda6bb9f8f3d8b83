"""Readers who stand for many: for all people at once, or for all who hold the same roles.

What waits for whom is asked of all people at once by the very query that one person's home page asks.

A query for one reader names them by `viewer.id` and asks for their roles. Here the reader is a column instead, and each
role that is asked for becomes a condition on it; so what is chased can never differ from what home pages show.
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

from app.core.registries import ME, TODAY, Viewer
from app.people.models import Person, Role
from app.people.queries import carrying, is_here


@dataclass(frozen=True)
class Reader:
    """Whoever holds these roles, before it is said who that is: for statements that are put together once.

    They are asked with `ME` and, where they know the day as `TODAY`, with that too.
    """

    roles: frozenset[Role]
    id: Any = ME

    @classmethod
    def like(cls, viewer: Viewer, *of: Role) -> "Reader":
        """Somebody with the roles of a viewer: all of them, or as far as they are among these."""
        return cls(frozenset(role for role in of or Role if viewer.holds(role)))

    def holds(self, *roles: Role) -> bool:
        """Whether they hold one of these."""
        return not self.roles.isdisjoint(roles)


Select = Callable[[Viewer, date], sa.Select[Any] | None]


@dataclass
class Everybody:
    """A reader who stands for all: `holds` says yes and keeps the role as a condition.

    So a query may ask `holds` only to say that it does not concern the reader; where it goes one way or the other by a
    role, it asks `carries`.
    """

    id: Any
    day: date
    conditions: list[sa.ColumnElement[bool]] = field(default_factory=list)

    def holds(self, *roles: Role) -> bool:
        """Yes, for those of whom it is true."""
        self.conditions.append(self.id.in_(carrying(roles, self.day)))
        return True


def carries(viewer: Viewer, *roles: Role) -> sa.ColumnElement[bool]:
    """Whether the reader carries one of these roles, as a condition: plainly yes or no where the reader is one person."""
    if isinstance(viewer, Everybody):
        held: sa.ColumnElement[bool] = viewer.id.in_(carrying(roles, viewer.day))
        return held
    return sa.true() if viewer.holds(*roles) else sa.false()


def everybody_with(select: Select, matter_id: Any = None) -> Callable[[], sa.Select[Any]]:
    """The duties that `select` gives one person, for all who work here: its rows, with `person_id` and `matter_id`.

    Made once for an application: building it anew costs more than asking it. The day is the parameter `today`.
    """

    def made_once() -> sa.Select[Any]:
        made: dict[Any, sa.Select[Any]] = current_app.extensions.setdefault("asked of everybody", {})
        if made_once not in made:
            made[made_once] = _everybody()
        return made[made_once]

    def _everybody() -> sa.Select[Any]:
        person, today = aliased(Person), cast(date, TODAY)
        viewer = Everybody(person.id, today)
        made = select(viewer, today)
        if made is None:
            raise ValueError("a query for everybody found that it concerns nobody: it may ask `holds` only first")
        which: Any = sa.cast(sa.null(), sa.Uuid()) if matter_id is None else matter_id
        columns = made.add_columns(person.id.label("person_id"), which.label("matter_id"))
        beside = columns.join(person, sa.true()) if columns.get_final_froms()[1:] else columns
        return beside.where(is_here(today, person), *viewer.conditions)

    return made_once


@cache
def opening(select: Select) -> Callable[[Collection[uuid.UUID], Collection[str], date], sa.Select[Any]]:
    """For whom pages open (`DueKind.opens`), by a query that gives one reader the `key` of everything they may open.

    The same for the same query, so that kinds which open alike are asked for in one.
    """

    def opens(people: Collection[uuid.UUID], keys: Collection[str], on: date) -> sa.Select[Any]:
        reader = aliased(Person)
        viewer = Everybody(reader.id, on)
        made = select(viewer, on)
        if made is None:
            raise ValueError("a query for many found that it concerns nobody: it may ask `holds` only first")
        columns = made.add_columns(reader.id.label("person_id")).join(reader, sa.true())
        key: Any = made.selected_columns.key
        return columns.where(reader.id.in_(list(people)), key.in_(list(keys)), *viewer.conditions)

    return opens
