"""What of an alert went to HR: that somebody reported it, and that it counts for whoever told of it."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.breach_reports.models import BreachReport
from app.core.db import Base, Identified, Versioned
from app.early_advice.models.alerts import MistakeAlert
from app.people.models import Person


class AlertReport(Identified, Base):
    """That somebody who was told of a mistake reported it to HR. Known to them and to HR, and to nobody else."""

    __tablename__ = "alert_report"
    __table_args__ = (sa.UniqueConstraint("alert_id", "reported_by_id"), sa.Index(None, "report_id"))

    alert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("mistake_alert.id"))
    report_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("breach_report.id"))
    reported_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    reported_at: Mapped[datetime]

    alert: Mapped[MistakeAlert] = relationship()
    report: Mapped[BreachReport] = relationship()


class ToldEarly(Identified, Versioned, Base):
    """That HR counts an alert in favour of the person a report is about: they said it themselves, and first, or on the
    day of the report.

    That this is mitigation is a decision of this service, not a rule of the policy.
    """

    __tablename__ = "told_early"
    __table_args__ = (
        sa.UniqueConstraint("alert_id", "report_id"),
        sa.CheckConstraint("(taken_back_at IS NULL) = (taken_back_by_id IS NULL)", name="taken_back_by_somebody"),
        sa.Index(None, "report_id"),
    )

    alert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("mistake_alert.id"))
    report_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("breach_report.id"))
    counted_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    counted_at: Mapped[datetime]
    taken_back_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    taken_back_at: Mapped[datetime | None]

    alert: Mapped[MistakeAlert] = relationship()
    counted_by: Mapped[Person] = relationship(foreign_keys=[counted_by_id])
