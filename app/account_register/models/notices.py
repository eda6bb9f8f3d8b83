"""What the keeper of the register was told of, and her receipt of it."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.models.account import Account
from app.core.db import Base, Identified, Versioned, enum_column, one_of
from app.people.models import KEEPERS, Person


class NoticeKind(StrEnum):
    """What the keeper of the register is told of (policy 6.1, 6.2)."""

    PASSWORD_CHANGED = "password_changed"
    DEVICE_PERMISSION = "device_permission"
    WORK_USE = "work_use"


class KeeperNotice(Identified, Versioned, Base):
    """A notice to the Strategic Communications Adviser, written in the act it tells of, and her receipt of it.

    Policy 6.1 and 6.2 ask that she is informed; that she notes it within so many days is a local setting.
    """

    __tablename__ = "keeper_notice"
    __table_args__ = (
        one_of("kind", NoticeKind),
        sa.UniqueConstraint("kind", "subject_id"),
        sa.CheckConstraint("(noted_at IS NULL) = (noted_by_id IS NULL)", name="noted_by_somebody"),
        sa.Index(None, "noted_at", "due_on", "id"),
    )

    kind: Mapped[NoticeKind] = enum_column(NoticeKind)
    subject_id: Mapped[uuid.UUID]
    about_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    sent_at: Mapped[datetime]
    due_on: Mapped[date]
    noted_at: Mapped[datetime | None]
    noted_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    about: Mapped[Person | None] = relationship(foreign_keys=[about_id])
    account: Mapped[Account | None] = relationship()
    noted_by: Mapped[Person | None] = relationship(foreign_keys=[noted_by_id])

    def can_be_noted_by(self, person: Person, keepers: Sequence[Person]) -> bool:
        """Whether this person may note it: a keeper, and not the one it is about while there is another keeper."""
        others = any(keeper.id != person.id for keeper in keepers)
        return person.holds(*KEEPERS) and (self.about_id != person.id or not others)
