"""That the person concerned leaves while their case is open, and what the owner decided: to go on with it or to end it.

Sources: domain 3.6, row Any after leaving. Somebody who resigns does not end a case by that: whether it goes on is decided
by a person, with reasons. It is asked from the day on which it is known that they leave, because a case can often be brought
to its end while they still work here; and it is due only once they are gone, because until then they may stay after all.
"""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.hr_cases.models.case import Case
from app.hr_cases.models.stages import CaseStatus
from app.people.models import Person


class LeavingDecision(StrEnum):
    """What becomes of a case whose person concerned leaves."""

    GO_ON = "go_on"
    CLOSE = "close"


_STANDS = sa.text("ended_at IS NULL")
_WHOLE = " AND ".join(f"(decision IS NULL) = ({name} IS NULL)" for name in ("decided_at", "decided_by_id", "stage"))


class CaseLeaving(Identified, Base):
    """That it is asked what becomes of a case because of one last working day, and the answer once there is one.

    It stands until `ended_at`: they stay after all, leave on another day, or it is decided anew. What was decided before
    stays readable; one at most stands.
    """

    __tablename__ = "case_leaving"
    __table_args__ = (
        one_of("decision", LeavingDecision),
        one_of("stage", CaseStatus),
        sa.CheckConstraint(_WHOLE, name="decided_whole"),
        sa.Index("uq_case_leaving_standing", "case_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
        sa.Index(None, "case_id", "asked_at"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    last_working_day: Mapped[date]
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    # From which day that was counted; empty where it lies beyond the bank holidays that were known.
    counted_from: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    decision: Mapped[LeavingDecision | None] = enum_column(LeavingDecision)
    # At which stage the case was when it was decided.
    stage: Mapped[CaseStatus | None] = enum_column(CaseStatus)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    reasons_sealed: Mapped[bytes | None]
    no_finding_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship(back_populates="leavings")
    decided_by: Mapped[Person | None] = relationship()
    reasons = SealedText()
    no_finding = SealedText()

    @property
    def stands(self) -> bool:
        """Whether it counts today: they leave on this day, and nothing was decided in its place."""
        return self.ended_at is None

    @property
    def closed_the_case(self) -> bool:
        """Whether the case was ended by it."""
        return self.decision is LeavingDecision.CLOSE

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key
