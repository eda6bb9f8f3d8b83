"""Which people somebody may mean by a name they typed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.core.plain_letters import PlainLetters, plain_letters
from app.people.models import Person, Service
from app.people.queries import is_here

MOST_WORDS = 8


def people_called(typed: str, day: date, *, most: int = 10) -> Sequence[Any]:
    """People who work here and whose name holds every word typed, by name: id, name, post, service. At most `most`."""
    words = plain_letters(typed).replace("-", " ").split()[:MOST_WORDS]
    if not words:
        return []
    name: Any = PlainLetters(Person.name)
    return db.session.execute(
        sa.select(Person.id, Person.name, Person.post, Service.name.label("service"))
        .outerjoin(Service, Service.id == Person.service_id)
        .where(is_here(day), *(name.contains(word, autoescape=True) for word in words))
        .order_by(Person.name, Person.id)
        .limit(most)
    ).all()
