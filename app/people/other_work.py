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
    """Let the rooms above know of another post or service. Capitals and spaces make no other work, and nor does what was
    not recorded before or is left empty now: that tells of no change.
    """
    now = work_of(person)
    if _is_another(before.post, now.post) or _is_another(before.service, now.service):
        registries: Registries = current_app.extensions["registries"]
        registries.follow(OTHER_WORK, OtherWork(person, before, now), by=by, at=at)


def _is_another(before: str, now: str) -> bool:
    return bool(before.strip() and now.strip()) and _plain(before) != _plain(now)


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()
