"""Paging by key: a page begins after the last row of the one before, so that nothing is lost while rows are added.

An address carries only the id of a row; its place in the order is looked up by the database. No OFFSET, no page numbers.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.core.db import db


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after a row, or before one; neither is the first page."""

    after: uuid.UUID | None = None
    before: uuid.UUID | None = None

    @classmethod
    def read(cls, after: str | None, before: str | None) -> "Cursor":
        """The cursor of an address; what is no id counts as nothing."""
        return cls(_uuid(after), None if after else _uuid(before))


@dataclass(frozen=True)
class KeyPage:
    """One page of rows, with the ids from which the pages beside it are reached (None where there are none)."""

    rows: list[Any]
    next_after: uuid.UUID | None
    previous_before: uuid.UUID | None


def key_page(
    select: sa.Select[*tuple[Any, ...]],
    order: Sequence[sa.SQLColumnExpression[Any]],
    row_id: sa.SQLColumnExpression[Any],
    cursor: Cursor,
    *,
    size: int,
    descending: bool = False,
) -> KeyPage:
    """One page of a query in the order of some columns of the table of `row_id`, ended by `row_id` itself.

    Rows must have an attribute named `id` that is `row_id`.
    """
    backwards = cursor.before is not None
    edge = cursor.before or cursor.after
    keys = (*order, row_id)
    rising = backwards == descending
    if edge is not None:
        places = [sa.select(column).where(row_id == edge).correlate(None).scalar_subquery() for column in order]
        there = sa.tuple_(*places, sa.literal(edge, sa.Uuid(as_uuid=True)))
        select = select.where(sa.tuple_(*keys) > there if rising else sa.tuple_(*keys) < there)
    ordered = select.order_by(*(key if rising else key.desc() for key in keys)).limit(size + 1)
    rows = list(db.session.execute(ordered))
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_next, has_previous = (backwards or more), (more if backwards else edge is not None)
    return KeyPage(
        rows,
        rows[-1].id if rows and has_next else None,
        rows[0].id if rows and has_previous else None,
    )


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
