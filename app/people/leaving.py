"""That somebody leaves, leaves on another day, stays after all or came back: the rooms above do what follows there."""

from datetime import datetime

from flask import current_app

from app.core.audit import Actor
from app.core.registries import Registries
from app.people.models import Person

LEAVES = "person:leaves"


def tell_of_leaving(person: Person, *, by: Actor, at: datetime) -> None:
    """Let the rooms above know that somebody's last working day is another one by now, or none."""
    registries: Registries = current_app.extensions["registries"]
    registries.follow(LEAVES, person, by=by, at=at)
