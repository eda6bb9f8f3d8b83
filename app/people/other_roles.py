"""That somebody was given a role or lost it: the rooms above see then who has to do what."""

from datetime import datetime

from flask import current_app

from app.core.audit import Actor
from app.core.registries import Registries
from app.people.models import Role

OTHER_ROLES = "person:other-roles"


def tell_of_role(role: Role, *, by: Actor, at: datetime) -> None:
    """Let the rooms above know that another person may carry a role from now on, or nobody."""
    registries: Registries = current_app.extensions["registries"]
    registries.follow(OTHER_ROLES, role, by=by, at=at)
