"""What the pages of this room share."""

import uuid

from flask_login import current_user

from app.core.drafts import draft_id
from app.core.errors import NothingHere
from app.core.forms import ProbityForm
from app.people.models import Person
from app.policy.queries import pack

ROOM = "early_advice"


def me() -> Person:
    """The reader."""
    person: Person = current_user._get_current_object()
    return person


def needs(switch: str) -> None:
    """A track that this policy does not have is not there."""
    if not pack().switches[switch].value:
        raise NothingHere("The policy of this organisation does not have this.")


def page_id(form: ProbityForm) -> uuid.UUID:
    """The id that the page gave to what it sends."""
    return draft_id(form["page"].data)
