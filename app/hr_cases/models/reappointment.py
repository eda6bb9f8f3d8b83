"""That somebody took over a part in a case from somebody else, and why."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, append_only, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.hr_cases.models.case import Case
from app.matters.models import Capacity
from app.people.models import Person, Role

ROLE_FOR: Mapping[Capacity, Role] = {
    Capacity.CASE_OWNER: Role.HR_CASE_OWNER,
    Capacity.INVESTIGATOR: Role.INVESTIGATOR,
    Capacity.DECISION_MAKER: Role.DECISION_MAKER,
    Capacity.APPEAL_OFFICER: Role.APPEAL_OFFICER,
}
"""Which role somebody must hold to be appointed to a part, and to keep it."""


class ReappointmentReason(StrEnum):
    """Why somebody else takes over."""

    LEAVING = "leaving"
    AWAY = "away"
    CONFLICT = "conflict"
    OTHER = "other"

    @property
    def needs_a_note(self) -> bool:
        """Whether the file has to say more than this: for a conflict and for what has no name of its own."""
        return self in (ReappointmentReason.CONFLICT, ReappointmentReason.OTHER)


class Reappointment(Identified, Base):
    """One change of who has a part; the parts themselves, with their days, stand in the matter. It never changes."""

    __tablename__ = "case_reappointment"
    __table_args__ = (
        one_of("capacity", Capacity),
        one_of("reason", ReappointmentReason),
        sa.CheckConstraint("former_id <> successor_id", name="by_somebody_else"),
        sa.Index(None, "case_id", "made_at"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    capacity: Mapped[Capacity] = enum_column(Capacity)
    former_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    successor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[ReappointmentReason] = enum_column(ReappointmentReason)
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))

    note_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship()
    former: Mapped[Person] = relationship(foreign_keys=[former_id])
    successor: Mapped[Person] = relationship(foreign_keys=[successor_id])
    note = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key


append_only(Reappointment)
