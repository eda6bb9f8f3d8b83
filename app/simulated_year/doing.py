"""One duty that somebody does in the simulated year."""

import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.core.errors import Refusal
from app.people.models import Person
from app.people.queries import has_begun

T = TypeVar("T")
NEARLY_ALL, MOST = 0.9, 0.75


@dataclass(frozen=True)
class Doing:
    """One duty that somebody does now: the key its home page links by, who, when, and the dice of the year."""

    key: str
    by: Person
    at: datetime
    chance: random.Random

    @property
    def id(self) -> uuid.UUID:
        """The key of things that have no reference."""
        return uuid.UUID(self.key)


Act = Callable[[Doing], None]


def one_of(people: Sequence[T], chance: random.Random) -> T:
    """One of these by the dice; where nobody is left for a thing, it does not come about."""
    if not people:
        raise Refusal("Nobody is left for this.")
    return chance.choice(people)


def some_manager(of: uuid.UUID, doing: Doing) -> Person:
    """A manager by the dice for somebody who has none: not themselves, and not who records it."""
    managers = sa.select(Person).where(
        Person.post == "Manager", Person.last_working_day.is_(None), has_begun(clock.local_day(doing.at))
    ).order_by(Person.email)
    free = [one for one in db.session.execute(managers).scalars() if one.id not in (of, doing.by.id)]
    return one_of(free, doing.chance)
