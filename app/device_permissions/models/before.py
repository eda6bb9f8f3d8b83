"""What was asked before a request was changed: it stays beside what is asked now."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Identified, append_only, enum_column, one_of
from app.device_permissions.models.states import DeviceKind, SecurityCheck


class AskedBefore(Identified, Base):
    """What a request said until it was changed after a question; the first has number 1 (policy 6.2(1))."""

    __tablename__ = "device_request_before"
    __table_args__ = (one_of("device_kind", DeviceKind), sa.UniqueConstraint("request_id", "number"))

    request_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("device_permission_request.id"))
    number: Mapped[int]
    changed_at: Mapped[datetime]
    device_kind: Mapped[DeviceKind] = enum_column(DeviceKind)
    device_words: Mapped[str] = mapped_column(sa.String(120))
    # The accounts and platforms as they were called then.
    used_for: Mapped[str]
    reason: Mapped[str]
    using_since: Mapped[date | None]
    locked: Mapped[bool]
    updated: Mapped[bool]
    two_step: Mapped[bool]
    no_saved_password: Mapped[bool]
    separate_profile: Mapped[bool]
    asks_for_working_hours: Mapped[bool]

    @property
    def device(self) -> str:
        """The device in words, as the request says it."""
        return self.device_kind.with_words(self.device_words)

    @property
    def checks(self) -> dict[SecurityCheck, bool]:
        """What was said about the device, check by check."""
        return {check: bool(getattr(self, check.value)) for check in SecurityCheck}


append_only(AskedBefore)
