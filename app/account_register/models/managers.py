"""That nobody is there who manages somebody, or decides for them, while something of theirs waits for that."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified
from app.people.models import Person


class MissingManager(Identified, Base):
    """By when HR records who manages somebody for whom a duty of this name waits; kept until it does not wait any more.

    `missing_since` is the last day on which somebody was there, where the day is counted from it; else it is the day by
    which what waits was to be answered, which was sent when nobody was there.
    """

    __tablename__ = "missing_manager"
    __table_args__ = (sa.UniqueConstraint("duty", "person_id"), sa.Index(None, "person_id"))

    duty: Mapped[str] = mapped_column(sa.String(40))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    missing_since: Mapped[date | None]
    due_on: Mapped[date]

    person: Mapped[Person] = relationship()
