"""That somebody has another post or service by now: the rooms above ask then which access they still need."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from app.core.audit import Actor
from app.core.registries import Registries
from app.people.models import Person

OTHER_WORK = "person:other-work"


@dataclass(frozen=True)
class Work:
    """What somebody does, and where."""

    post: str
    service: str


@dataclass(frozen=True)
class OtherWork:
    """Whose work is another one by now, with what it was before and what it is."""

    person: Person
    before: Work
    now: Work


def work_of(person: Person) -> Work:
    """What is recorded of somebody's work."""
    return Work(person.post, person.service.name if person.service else "")


def tell_of_other_work(person: Person, before: Work, *, by: Actor, at: datetime) -> None:
    """Let the rooms above know of another post or service."""
    if person.has_other_work_than(before.post, before.service):
        registries: Registries = current_app.extensions["registries"]
        registries.follow(OTHER_WORK, OtherWork(person, before, work_of(person)), by=by, at=at)
