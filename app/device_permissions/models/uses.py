"""What somebody says they use for work, on whatever equipment (policy 6.1, 6.2(1)): notice, apart from any permission."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned
from app.device_permissions.models.places import PlaceOfUse
from app.device_permissions.models.states import DeviceKind
from app.people.models import Person


class Equipment(StrEnum):
    """On what social media is used for work; each is a column of the declaration."""

    COUNCIL = "council"
    HOME_COMPUTER = "home_computer"
    PHONE = "phone"
    TABLET = "tablet"
    OTHER = "other_own"

    @property
    def label(self) -> str:
        """The equipment in words."""
        return {
            "council": "Work equipment",
            "home_computer": "My own computer",
            "phone": "My own phone",
            "tablet": "My own tablet",
            "other_own": "Something else of my own",
        }[self.value]


OWN = {
    Equipment.HOME_COMPUTER: DeviceKind.HOME_COMPUTER,
    Equipment.PHONE: DeviceKind.PHONE,
    Equipment.TABLET: DeviceKind.TABLET,
    Equipment.OTHER: DeviceKind.OTHER,
}
"""Which equipment would need a permission, and of which kind."""


class WorkUse(Identified, Versioned, Base):
    """That somebody told which social media they use for work, and on what."""

    __tablename__ = "work_use"
    __table_args__ = (
        sa.CheckConstraint("council OR home_computer OR phone OR tablet OR other_own", name="says_on_what"),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= declared_at", name="ends_after_it_was_told"),
        sa.Index(None, "person_id", "declared_at", "id"),
        sa.Index(None, "declared_at", "id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    council: Mapped[bool]
    home_computer: Mapped[bool]
    phone: Mapped[bool]
    tablet: Mapped[bool]
    other_own: Mapped[bool]
    using_since: Mapped[date | None]
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    places: Mapped[list["WorkPlace"]] = relationship(back_populates="work_use", order_by="WorkPlace.position")

    @property
    def equipment(self) -> tuple[Equipment, ...]:
        """On what it is used."""
        return tuple(one for one in Equipment if getattr(self, one.value))

    @property
    def own_devices(self) -> set[DeviceKind]:
        """The kinds of device among it that are not the organisation's."""
        return {OWN[one] for one in self.equipment if one in OWN}

    def is_over_on(self, day: date) -> bool:
        """Whether they said that they use it no longer, or have left."""
        return self.ended_at is not None or self.person.has_left_on(day)

    def can_be_ended_by(self, person: Person) -> bool:
        """Whether this person may say that it is over: who told of it."""
        return self.person_id == person.id and self.ended_at is None


class WorkPlace(PlaceOfUse, Identified, Base):
    """One account, or one platform in words, that somebody uses for work."""

    __tablename__ = "work_place"
    __table_args__ = (
        sa.CheckConstraint("account_id IS NOT NULL OR platform <> ''", name="says_what"),
        sa.UniqueConstraint("work_use_id", "position"),
        sa.Index(None, "account_id"),
    )

    work_use_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("work_use.id"))
    work_use: Mapped[WorkUse] = relationship(back_populates="places")


@dataclass(frozen=True)
class Declared:
    """What somebody tells of what they use for work."""

    account_ids: tuple[uuid.UUID, ...]
    platforms: tuple[str, ...]
    equipment: frozenset[Equipment]
    using_since: date | None
