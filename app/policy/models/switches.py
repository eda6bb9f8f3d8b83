"""Switches of the pack that are turned on and off while the service runs."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, append_only
from app.people.models import KEEPERS, Person, Role

SET_HERE = {"official_accounts_page": "The public list of our accounts"}
"""The switches of the pack that are turned on and off while the service runs, and what people call them."""
SET_THE_SWITCHES = (Role.ADMINISTRATOR, *KEEPERS)
"""Who turns these on and off (local setting)."""


class LocalSetting(Identified, Base):
    """That somebody turned a switch of the pack on or off, and why (local setting, dated and signed): the last one counts.

    A row never changes, so what held on a day can be told.
    """

    __tablename__ = "local_setting"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="says_why"),
        sa.UniqueConstraint("switch", "number"),
    )

    switch: Mapped[str] = mapped_column(sa.String(60))
    number: Mapped[int]
    is_on: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(200))
    set_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime]

    set_by: Mapped[Person] = relationship()


def may_set_switches(person: Person) -> bool:
    """Whether it is for this person to turn switches of the pack on and off."""
    return person.holds(*SET_THE_SWITCHES)


append_only(LocalSetting)
