"""Who may know of somebody that they leave, move or lose access, why a password changes because of them, and when.

One rule for every page, list, export and paper: HR, the keepers of the register and the auditor, and those who manage them,
directly or further up. Nobody reads it of themselves: that somebody leaves is told by a person, not by a page. Whether
somebody who needs less access takes other work or is away for long, and until when, is for HR and those who manage them.
"""

import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.people.models import HR_OFFICERS, KNOWS_WHY, Person
from app.people.queries import people_below


def managed_of(manager: Person, person_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people whom somebody manages, directly or further up; never themselves."""
    if not person_ids:
        return set()
    below = people_below(manager.id).subquery()
    found = db.session.execute(sa.select(below.c.id).where(below.c.id.in_(list(person_ids)))).scalars()
    return set(found) - {manager.id}


def known_of(viewer: Person, person_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people of whom somebody may know why, and when."""
    if viewer.holds(*KNOWS_WHY):
        return set(person_ids) - {viewer.id}
    return managed_of(viewer, person_ids)


def other_work_known_of(viewer: Person, person_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people of whom somebody may know whether they take other work or are away for long, and until when."""
    if viewer.holds(*HR_OFFICERS):
        return set(person_ids) - {viewer.id}
    return managed_of(viewer, person_ids)


def knows_of(viewer: Person, person_id: Any) -> sa.ColumnElement[bool]:
    """`known_of` as a condition of a query; the person is a column of it."""
    others: sa.ColumnElement[bool] = person_id != viewer.id
    return others if viewer.holds(*KNOWS_WHY) else sa.and_(others, person_id.in_(people_below(viewer.id)))

