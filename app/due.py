"""What is due from somebody, gathered from every room in one query."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for

from app.core.db import db
from app.core.presentation import due_words
from app.core.registries import DueKind, Registries, Viewer
from app.policy.queries import working_calendar

MOST = 200


@dataclass(frozen=True)
class DueItem:
    """One line of a home page: an act in words, where it is done, and by when."""

    text: str
    href: str
    day: date | None
    words: str


def due_for(viewer: Viewer, today: date) -> tuple[list[DueItem], list[DueItem]]:
    """What needs this person, and what they wait for from others; late first, then by date, in one UNION."""
    registries: Registries = current_app.extensions["registries"]
    selects = [made for kind in registries.due.values() if (made := kind.select(viewer, today)) is not None]
    if not selects:
        return [], []
    union = sa.union_all(*selects).subquery("due")
    name, key, who, due_on = union.c
    rows = db.session.execute(
        sa.select(name, key, who, due_on).order_by(due_on.is_(None), due_on, name, key).limit(MOST)
    )
    needs: list[DueItem] = []
    waiting: list[DueItem] = []
    for row in rows:
        kind = registries.due[row[0]]
        (waiting if kind.waiting else needs).append(_item(kind, row, today))
    return needs, waiting


def _link_values(kind: DueKind, key: str) -> dict[str, Any]:
    """What the link needs: an id is one, whatever way the database writes it as text."""
    return {kind.argument: uuid.UUID(key) if kind.argument.endswith("_id") else key}


def _item(kind: DueKind, row: Any, today: date) -> DueItem:
    _, key, who, due_on = row
    return DueItem(
        text=kind.sentence.format(who=who or "somebody"),
        href=url_for(kind.endpoint, **_link_values(kind, key)),
        day=due_on,
        words=due_words(due_on, today, working_calendar().between) if due_on else "",
    )
