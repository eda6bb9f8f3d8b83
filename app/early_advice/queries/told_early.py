"""That the person a report is about told of it early and by themselves, for HR (domain 1, B27: a decision of ours)."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from app.breach_reports.models import BreachReport
from app.breach_reports.queries import may_see
from app.core.clock import at_local, local_day
from app.core.db import db
from app.early_advice.models import AlertReport, MistakeAlert, ToldEarly
from app.people.models import Person

MOST = 10


@dataclass(frozen=True)
class Told:
    """An alert of the person a report is about, and what HR recorded of it. Not a word of what it says."""

    alert: MistakeAlert
    counted: ToldEarly | None
    is_after_report: bool
    """Sent after the report came, on the same day: whether its author knew of the report then is for HR to judge."""


def can_count(report: BreachReport, person: Person, day: date) -> bool:
    """Whether this person may count an alert for a report: an HR officer who may see it and takes no part in it."""
    return may_see(report, person, day) and report.is_work_of(person)


def told_before(report: BreachReport, subject: Person | None) -> list[Told]:
    """What the person concerned told by themselves by the end of the day on which a report came, newest first, in one query.

    However long before: the page on which they told it promises that HR sees it. Of very many first what was reported from
    the alert itself, what counts and what was on the same platform; where it stands here tells nobody which of these it is.
    Only of whoever it is about now: where that was corrected, what was counted for another no longer is.
    """
    if subject is None:
        return []
    next_day = at_local(local_day(report.received_at) + timedelta(days=1))
    alert, record = MistakeAlert, ToldEarly
    runs = sa.and_(record.alert_id == alert.id, record.report_id == report.id, record.taken_back_at.is_(None))
    query = (
        sa.select(alert, record)
        .outerjoin(record, runs)
        .outerjoin(Person, Person.id == record.counted_by_id)
        .where(alert.author_id == subject.id, alert.sent_at < next_day)
        .options(contains_eager(record.counted_by))
        .order_by(sa.case((_fits(report), 0), else_=1), alert.sent_at.desc(), alert.id)
        .limit(MOST)
    )
    told = [
        Told(found, counted, found.sent_at > report.received_at)
        for found, counted in db.session.execute(query).unique()
    ]
    return sorted(told, key=lambda one: one.alert.sent_at, reverse=True)


def _fits(report: BreachReport) -> sa.ColumnElement[bool]:
    """That a report was made from an alert, counts it, or is of the same platform, as a condition of a query of both."""
    made_from = sa.exists().where(AlertReport.alert_id == MistakeAlert.id, AlertReport.report_id == report.id)
    there = sa.and_(MistakeAlert.platform != "", MistakeAlert.platform == report.platform)
    return sa.or_(made_from.correlate(MistakeAlert), ToldEarly.id.is_not(None), there)


def alert_told_before(report: BreachReport, reference: str) -> Told | None:
    """One of these, by the reference of the alert."""
    found = told_before(report, report.subject)
    return next((told for told in found if told.alert.reference == reference), None)
