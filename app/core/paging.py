"""Paging by key: a page begins after the last row of the one before, so that nothing is lost while rows are added.

An address carries only the id of a row; its place in the order is looked up by the database. No OFFSET, no page numbers.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.core.db import db


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after a row, or before one; neither is the first page."""

    after: uuid.UUID | None = None
    before: uuid.UUID | None = None

    @property
    def edge(self) -> uuid.UUID | None:
        """The row beside the page; None for the first page."""
        return self.before or self.after

    @property
    def goes_back(self) -> bool:
        """Whether the page ends before its edge instead of beginning after it."""
        return self.before is not None

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
    statement = page_statement(
        select, order, row_id, goes_back=cursor.goes_back, has_edge=cursor.edge is not None, size=size, descending=descending
    )
    return read_page(statement, cursor, size=size)


def page_statement(
    select: sa.Select[*tuple[Any, ...]],
    order: Sequence[sa.SQLColumnExpression[Any]],
    row_id: sa.SQLColumnExpression[Any],
    *,
    goes_back: bool,
    has_edge: bool,
    size: int,
    descending: bool = False,
) -> sa.Select[*tuple[Any, ...]]:
    """The statement of `key_page` for every cursor of a kind, for lists that make it once and keep it."""
    keys = (*order, row_id)
    rising = goes_back == descending
    if has_edge:
        edge = sa.bindparam("edge", type_=sa.Uuid(as_uuid=True))
        places = [sa.select(column).where(row_id == edge).correlate(None).scalar_subquery() for column in order]
        there = sa.tuple_(*places, edge)
        select = select.where(sa.tuple_(*keys) > there if rising else sa.tuple_(*keys) < there)
    return select.order_by(*(key if rising else key.desc() for key in keys)).limit(size + 1)


def read_page(
    statement: sa.Select[*tuple[Any, ...]], cursor: Cursor, *, size: int, parameters: Mapping[str, Any] | None = None
) -> KeyPage:
    """The page that a statement of `page_statement` gives for a cursor, and for what else the statement asks."""
    edge = {"edge": cursor.edge} if cursor.edge is not None else {}
    rows = list(db.session.execute(statement, {**(parameters or {}), **edge}))
    more, rows = len(rows) > size, rows[:size]
    if cursor.goes_back:
        rows.reverse()
    has_next, has_previous = (cursor.goes_back or more), (more if cursor.goes_back else cursor.edge is not None)
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
