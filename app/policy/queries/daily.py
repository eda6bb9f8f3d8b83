"""What jobs and acts ask of each day anew, put together once: that costs more than to ask it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.core.db import db
from app.core.registries import TODAY
from app.policy.pack import Pack
from app.policy.queries.settings import pack

KEPT = "asked of a day"
QUESTIONS: "list[AskedOfADay]" = []
"""All of them, for the test that none holds anything of the day on which it was put together."""


@dataclass(frozen=True)
class AskedOfADay:
    """A question about whatever day it is asked of, as long as the pack stays the same.

    `make` gets the day as the parameter `today`, and must take nothing else from the clock.
    """

    make: Callable[[Any], sa.Select[Any]]

    @property
    def statement(self) -> sa.Select[Any]:
        """What is asked, with `today` and its other parameters open."""
        kept: dict[AskedOfADay, tuple[Pack, sa.Select[Any]]] = current_app.extensions.setdefault(KEPT, {})
        here = pack()
        if self not in kept or kept[self][0] is not here:
            kept[self] = (here, self.make(TODAY))
        return kept[self][1]

    def __call__(
        self, day: date, *, only: sa.ColumnElement[bool] | None = None, **others: Any
    ) -> sa.Result[*tuple[Any, ...]]:
        """The answer for a day, about all or `only` some, with the values of its other parameters."""
        statement = self.statement if only is None else self.statement.where(only)
        return db.session.execute(statement, {"today": day, **others})


def asked_of_a_day(make: Callable[[Any], sa.Select[Any]]) -> AskedOfADay:
    """Beside the function that puts a question together."""
    QUESTIONS.append(AskedOfADay(make))
    return QUESTIONS[-1]
