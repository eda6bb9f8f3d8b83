"""What the register said of an account before, who changed it and when."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, append_only
from app.people.models import Person


class AccountChange(Identified, Base):
    """One detail that changed, in the words of that day; of where secrets are kept only that it changed."""

    __tablename__ = "account_change"
    __table_args__ = (sa.Index(None, "account_id", "changed_at", "id"), sa.Index(None, "changed_at"))

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    changed_at: Mapped[datetime]
    # Nobody where a file was imported by command.
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    detail: Mapped[str] = mapped_column(sa.String(40))
    old: Mapped[str]
    new: Mapped[str]

    changed_by: Mapped[Person | None] = relationship()


append_only(AccountChange)
