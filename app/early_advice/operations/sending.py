"""One page sends one thing, however often its button is pressed: the page gives the thing its id."""

import uuid
from typing import TypeVar

from app.core.db import db
from app.early_advice.models import AdviceQuestion, DeclarationOfInterest, MistakeAlert
from app.people.models import Person

Sent = TypeVar("Sent", MistakeAlert, AdviceQuestion, DeclarationOfInterest)


def sent_with(model: type[Sent], page_id: uuid.UUID, by: Person) -> Sent | None:
    """What this page has sent already; nothing of anybody else's, whatever id a browser makes up."""
    made = db.session.get(model, page_id)
    owner_id = made.person_id if isinstance(made, DeclarationOfInterest) else made.author_id if made is not None else None
    return made if owner_id == by.id else None


def free_id(model: type[Sent], page_id: uuid.UUID) -> uuid.UUID:
    """The id that a page gave, or a fresh one where it gave none or one that is taken."""
    is_free = page_id.int and db.session.get(model, page_id) is None
    return page_id if is_free else uuid.uuid4()
