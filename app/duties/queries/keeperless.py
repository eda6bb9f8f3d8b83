"""What waits for a keeper of the register while nobody here is one: it has no doer, and is not done for all that.

It is asked for by the very query that a keeper's first page asks, of somebody who holds the roles of a keeper and is nobody
in particular: what anybody would find who were appointed today. Reports and cases are none of it, and are not asked for.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from app.core.db import db
from app.core.registries import TODAY, DueKind
from app.people.everybody import Reader
from app.people.models import KEEPERS
from app.people.queries import role_without_holder

NOBODY = uuid.UUID(int=0)


def nobody_keeps(today: Any) -> sa.ColumnElement[bool]:
    """That nobody who works here holds either role of a keeper, as a condition."""
    return sa.and_(*(role_without_holder(role, today) for role in KEEPERS))


def what_a_keeper_finds(kinds: Iterable[DueKind]) -> Iterator[tuple[DueKind, sa.Select[Any]]]:
    """The statement of each of these kinds for whoever were a keeper and nothing else; the day is the parameter `today`."""
    keeper = Reader(frozenset(KEEPERS), NOBODY)
    for kind in kinds:
        made = kind.select(keeper, cast(date, TODAY))
        if made is not None:
            yield kind, made


def left_by_keepers(kinds: Iterable[DueKind], today: date, until: date) -> Sequence[Any]:
    """The kind, key and day of all up to a day that a keeper would find today, if nobody is one: other doers or not."""
    if not db.session.execute(sa.select(nobody_keeps(today))).scalar_one():
        return []
    columns = [made.subquery().c for _, made in what_a_keeper_finds(kinds)]
    selects = [sa.select(one.name, one.key, one.due_on).where(one.due_on <= until) for one in columns]
    return db.session.execute(sa.union_all(*selects), {"today": today}).all() if selects else []
