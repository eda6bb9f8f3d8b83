"""That the person a report is about told of it early and by themselves, for HR (domain 1, B27: a decision of ours)."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from app.breach_reports.models import BreachReport
from app.breach_reports.queries import may_see
from app.core.clock import at_local, local_day
from app.core.db import db
from app.core.working_days import months_after
from app.early_advice.models import MistakeAlert, ToldEarly
from app.people.models import Person
from app.policy.queries import period

COUNTS = "told_early_counts_months"
MOST = 5


@dataclass(frozen=True)
class Told:
    """An alert of the person a report is about, and what HR recorded of it. Not a word of what it says."""

    alert: MistakeAlert
    counted: ToldEarly | None


def can_count(report: BreachReport, person: Person, day: date) -> bool:
    """Whether this person may count an alert for a report: an HR officer who may see it and takes no part in it."""
    return may_see(report, person, day) and report.is_work_of(person)


def told_before(report: BreachReport, subject: Person | None) -> list[Told]:
    """What the person concerned told by themselves in the months before a report came, newest first, in one query.

    Only of whoever it is about now: where that was corrected, what was counted for another no longer is.
    """
    if subject is None:
        return []
    since = at_local(months_after(local_day(report.received_at), -period(COUNTS).value))
    alert, record = MistakeAlert, ToldEarly
    runs = sa.and_(record.alert_id == alert.id, record.report_id == report.id, record.taken_back_at.is_(None))
    query = (
        sa.select(alert, record)
        .outerjoin(record, runs)
        .outerjoin(Person, Person.id == record.counted_by_id)
        .where(alert.author_id == subject.id, alert.sent_at <= report.received_at)
        .where(sa.or_(alert.sent_at >= since, record.id.is_not(None)))
        .options(contains_eager(record.counted_by))
        .order_by(alert.sent_at.desc(), alert.id)
        .limit(MOST)
    )
    return [Told(found, counted) for found, counted in db.session.execute(query).unique()]


def alert_told_before(report: BreachReport, reference: str) -> Told | None:
    """One of these, by the reference of the alert."""
    found = told_before(report, report.subject)
    return next((told for told in found if told.alert.reference == reference), None)
