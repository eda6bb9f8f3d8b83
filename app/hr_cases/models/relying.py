"""Earlier warnings of the person concerned, and which a decision relied on (domain 3.6, row Heard; 3.11, Live warnings)."""

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified
from app.hr_cases.models.outcome import Outcome


@dataclass(frozen=True)
class EarlierWarning:
    """A warning that the person concerned has from another case, as it stands; `reference` for who may open that case."""

    id: uuid.UUID
    kind: str
    issued_on: date
    last_live_day: date | None
    appeal_is_open: bool = False
    reference: str | None = None

    def is_live_on(self, day: date) -> bool:
        """Whether it may be relied on that day; one that an appeal took away has no last live day any more."""
        return self.last_live_day is not None and self.issued_on <= day <= self.last_live_day


class ReliedOnWarning(Identified, Base):
    """One live warning that an outcome relied on, as it stood on the day of the decision; it never changes.

    Only `changed_on` is added later: on which day an appeal changed that warning, so that HR looks at the outcome again.
    """

    __tablename__ = "relied_on_warning"
    __table_args__ = (
        sa.UniqueConstraint("outcome_id", "warning_id"),
        sa.CheckConstraint("outcome_id <> warning_id", name="relies_on_another"),
        sa.CheckConstraint("last_live_day >= issued_on", name="ends_after_issue"),
        sa.Index(None, "warning_id"),
    )

    outcome_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("outcome.id"))
    warning_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("outcome.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    issued_on: Mapped[date]
    last_live_day: Mapped[date]
    changed_on: Mapped[date | None]

    outcome: Mapped[Outcome] = relationship(back_populates="relied_on", foreign_keys=[outcome_id])
