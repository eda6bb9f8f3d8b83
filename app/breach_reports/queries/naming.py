"""Which people somebody may mean by a name they typed."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.people.models import Person, Service
from app.people.queries import is_here

_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "’": "'", "‘": "'", "-": " "})


def _plain(text: str) -> str:
    """Letters without marks, as people type names they do not know how to spell: Siân is found by "sian"."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def people_called(typed: str, day: date, *, most: int = 10) -> Sequence[Any]:
    """People who work here and whose name holds every word typed, by name: id, name, post, service. At most `most`."""
    words = _plain(typed).split()
    if not words:
        return []
    everybody = db.session.execute(
        sa.select(Person.id, Person.name, Person.post, Service.name.label("service"))
        .outerjoin(Service, Service.id == Person.service_id)
        .where(is_here(day))
        .order_by(Person.name, Person.id)
    )
    found = (row for row in everybody if all(any(w in part for part in _plain(row.name).split()) for w in words))
    return [row for _, row in zip(range(most), found, strict=False)]
