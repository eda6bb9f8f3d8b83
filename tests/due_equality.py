"""That what is chased is what home pages show: the duties of everybody at once are those of each person, both ways."""

from collections import Counter
from datetime import date

import sqlalchemy as sa
from flask import current_app

from app.core.db import db
from app.core.registries import Registries
from app.people.models import Person


def assert_same_duties(today: date) -> int:
    """Compare every chased kind for all who work here; gives how many duties there were, so that a test sees some."""
    registries: Registries = current_app.extensions["registries"]
    chased = {name for name, kind in registries.due.items() if kind.everybody is not None}
    people = db.session.execute(
        sa.select(Person).where(
            sa.or_(Person.last_working_day.is_(None), Person.last_working_day >= today),
            sa.or_(Person.started.is_(None), Person.started <= today),
        )
    ).scalars()
    shown = Counter(row for person in people for row in _shown_to(person, chased, today))
    found = Counter(_asked_of_everybody(registries, today))
    assert found == shown, {"only chased": found - shown, "only shown": shown - found}
    return shown.total()


def _shown_to(person: Person, chased: set[str], today: date) -> list[tuple[object, ...]]:
    registries: Registries = current_app.extensions["registries"]
    kinds = [kind for kind in registries.due.values() if kind.name in chased]
    selects = [made for kind in kinds if (made := kind.select(person, today)) is not None]
    rows = (row for select in selects for row in db.session.execute(select))
    return [(person.id, row[0], row[1], row[2], row[3]) for row in rows]


def _asked_of_everybody(registries: Registries, today: date) -> list[tuple[object, ...]]:
    asked = registries.asked_of_everybody()
    rows = [(row, kinds) for ask, kinds in asked.items() for row in db.session.execute(ask(), {"today": today})]
    assert all(row.name in [kind.name for kind in kinds] for row, kinds in rows)
    return [(row.person_id, row.name, row.key, row.who, row.due_on) for row, _ in rows]
