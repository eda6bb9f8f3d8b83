"""What the person concerned sent without Probity, by letter for example, and HR recorded for them.

Whoever has left, or never had a way to sign in, has the same rights: to answer the notice of a hearing and to appeal
(Acas Code paragraphs 12 and 26). What came another way is kept as what they say themselves, with how and when it came
and who recorded it.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.core.db import enum_column
from app.people.models import Person


class CameBy(StrEnum):
    """How something came that was not sent through Probity."""

    LETTER = "letter"
    EMAIL = "email"
    BY_HAND = "by_hand"
    SPOKEN = "spoken"
    PASSED_ON = "passed_on"

    @property
    def words(self) -> str:
        """How it came, as pages, letters and papers say it."""
        return _WORDS[self]


_WORDS = {
    CameBy.LETTER: "by letter",
    CameBy.EMAIL: "by e-mail",
    CameBy.BY_HAND: "by hand",
    CameBy.SPOKEN: "in person or on the telephone",
    CameBy.PASSED_ON: "through somebody who passed it on",
}

@dataclass(frozen=True)
class Came:
    """On which day and how something came that was not sent through Probity."""

    on: date
    by: CameBy


def recorded_whole() -> sa.CheckConstraint:
    """That day, way and who recorded it stand together or not at all, as a constraint on a table that holds them."""
    return sa.CheckConstraint(
        "(came_on IS NULL) = (came_by IS NULL) AND (came_on IS NULL) = (recorded_by_id IS NULL)", name="recorded_whole"
    )


class MayComeAnotherWay:
    """On which day and how something came that HR recorded, and who did; empty for what was sent through Probity."""

    came_on: Mapped[date | None]
    came_by: Mapped[CameBy | None] = enum_column(CameBy)
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    @declared_attr
    def recorded_by(cls) -> Mapped[Person | None]:
        """The HR officer who recorded it."""
        return relationship(Person, foreign_keys=[cls.recorded_by_id])  # type: ignore[list-item]

    @property
    def is_recorded(self) -> bool:
        """Whether it came another way, and HR recorded it."""
        return self.came_on is not None

    def came_another_way(self, came: Came, recorded_by: Person) -> None:
        """Keep how and when it came, and who recorded it."""
        self.came_on, self.came_by = came.on, came.by
        self.recorded_by, self.recorded_by_id = recorded_by, recorded_by.id

    def came_through_probity(self) -> None:
        """Forget how an earlier one came: this one was sent by the person concerned themselves."""
        self.came_on = self.came_by = self.recorded_by = self.recorded_by_id = None
