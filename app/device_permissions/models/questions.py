"""What somebody answered who asks to use a device, and what was asked back and answered on the way."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Base, Identified
from app.device_permissions.models.states import DeviceKind, SecurityCheck
from app.people.models import Person

if TYPE_CHECKING:
    from app.device_permissions.models.requests import DevicePermissionRequest


@dataclass(frozen=True)
class DeviceAnswers:
    """What somebody answered who asks to use a device."""

    device_kind: DeviceKind
    device_words: str
    account_ids: tuple[uuid.UUID, ...]
    platforms: tuple[str, ...]
    reason: str
    using_since: date | None
    asks_for_working_hours: bool
    checks: frozenset[SecurityCheck]
    undertaken: bool
    # The reference of a permission on another device that ends then, AS_WELL where none does, nothing where not asked.
    instead_of: str = ""


class DeviceQuestion(Identified, Base):
    """A question that the decider asked back, and its answer, or that it was closed without one."""

    __tablename__ = "device_question"
    __table_args__ = (
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_in_words"),
        sa.CheckConstraint("closed_at IS NULL OR answered_at IS NULL", name="closed_without_answer"),
        sa.CheckConstraint("written_down_by_id IS NULL OR answered_at IS NOT NULL", name="answer_written_down"),
        sa.Index(None, "request_id"),
    )

    request_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("device_permission_request.id"))
    asked_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    answer_by: Mapped[date]
    question: Mapped[str]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    # Whoever wrote down what they were told, where it was not answered on the page.
    written_down_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]

    request: Mapped["DevicePermissionRequest"] = relationship(back_populates="questions")
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    written_down_by: Mapped[Person | None] = relationship(foreign_keys=[written_down_by_id])

    @property
    def is_open(self) -> bool:
        """Whether it waits for its answer."""
        return self.answered_at is None and self.closed_at is None

    @property
    def was_taken_back_early(self) -> bool:
        """Whether it was closed while it could still be answered."""
        return self.closed_at is not None and clock.local_day(self.closed_at) <= self.answer_by
