"""That somebody who holds access has another post or service by now, of which nobody has said what it means for them."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned
from app.credential_rotation.models.moves import Move
from app.people.models import Person


class WorkChange(Identified, Versioned, Base):
    """Another post or service, as the people file told it, until somebody says which access goes on: by a move, or by
    saying that all of it does.
    """

    __tablename__ = "work_change"
    __table_args__ = (
        sa.CheckConstraint(
            "(settled_at IS NOT NULL) OR (settled_by_id IS NULL AND move_id IS NULL)", name="settled_at_a_time"
        ),
        sa.CheckConstraint("settled_by_id IS NULL OR settled_by_id <> person_id", name="not_by_themselves"),
        sa.Index(
            "uq_work_change_open",
            "person_id",
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    told_on: Mapped[date]
    due_on: Mapped[date]
    old_post: Mapped[str] = mapped_column(sa.String(120))
    new_post: Mapped[str] = mapped_column(sa.String(120))
    old_service: Mapped[str] = mapped_column(sa.String(120))
    new_service: Mapped[str] = mapped_column(sa.String(120))
    # Since when nothing is asked any more: because of a move, because all goes on, or as they do again what they did.
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    move_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("move.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])
    move: Mapped[Move | None] = relationship()
