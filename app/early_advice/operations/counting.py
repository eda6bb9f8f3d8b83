"""What HR does: counting an alert in somebody's favour, and recording who manages somebody, with by when that is."""

from datetime import datetime

from app.account_register.operations.managers import Waits, keep_by_when
from app.breach_reports.models import BreachReport
from app.core import clock
from app.core.audit import Actor, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, NothingHere, demand
from app.early_advice.models import ToldEarly
from app.early_advice.queries import MANAGER_DUTY, Told, can_count, waits_for_a_manager, what_waits_for_nobody
from app.people.managing import RECORDED_OTHERWISE
from app.people.models import Person, Role
from app.people.operations import name_line_manager

COUNTED = event_kind("report:told-early", "recorded that the person concerned told of it early")
NOT_COUNTED = event_kind("report:not-told-early", "took back that the person concerned told of it early")


def count_as_told_early(report: BreachReport, told: Told, *, by: Person, at: datetime) -> ToldEarly:
    """Record that an alert was about what a report says, so that it is weighed for the person (a decision of ours: B27)."""
    _must_be_officer(report, by, at)
    if told.counted is not None:
        raise AlreadyDone(
            "This is counted already.", who=told.counted.counted_by.name, when=told.counted.counted_at
        )
    counted = _earlier(report, told) or ToldEarly(alert_id=told.alert.id, report_id=report.id)
    counted.alert, counted.counted_by, counted.counted_by_id, counted.counted_at = told.alert, by, by.id, at
    counted.taken_back_at = counted.taken_back_by_id = None
    db.session.add(counted)
    record(COUNTED, report.id, by=by.id, at=at, facts={"alert": told.alert.id})
    return counted


def _earlier(report: BreachReport, told: Told) -> ToldEarly | None:
    """What was counted once and taken back."""
    found: ToldEarly | None = (
        db.session.query(ToldEarly).filter_by(alert_id=told.alert.id, report_id=report.id).one_or_none()
    )
    return found


def take_back_told_early(report: BreachReport, told: Told, *, by: Person, at: datetime) -> None:
    """Take back that an alert is counted: it was about something else."""
    _must_be_officer(report, by, at)
    if told.counted is None:
        raise AlreadyDone("This is not counted, or it was taken back already.")
    told.counted.taken_back_at, told.counted.taken_back_by_id = at, by.id
    record(NOT_COUNTED, report.id, by=by.id, at=at, facts={"alert": told.alert.id})


def _must_be_officer(report: BreachReport, by: Person, at: datetime) -> None:
    if not can_count(report, by, clock.local_day(at)):
        raise NothingHere(secret=True)


def record_manager(person: Person, manager: Person, *, by: Person, at: datetime) -> None:
    """Say who manages somebody of whom something waits for nobody. What it is stays between them and their manager."""
    demand(by.holds(Role.HR_MANAGER), "Only an HR manager can say who manages somebody.")
    demand(by.id != person.id, "You cannot say who manages you.", what_now="Ask another HR manager.")
    if not waits_for_a_manager(person, clock.local_day(at)):
        raise AlreadyDone("There is somebody who decides for them by now.", what_now=RECORDED_OTHERWISE)
    name_line_manager(person, manager, by=by, at=at)


def keep_since_when_managers_are_missing(at: datetime) -> int:
    """`keep_by_when`, of what people told, asked and declared."""
    today = clock.local_day(at)
    waiting = [Waits(*row) for row in db.session.execute(what_waits_for_nobody(today))]
    return keep_by_when(MANAGER_DUTY, waiting, today)


def follow_leaving(person: Person, *, by: Actor, at: datetime) -> None:  # noqa: ARG001 - every follower is told who acts
    """Whoever is gone with that leaves what waits for them to nobody from this day, not from the next morning."""
    if not person.is_here_on(clock.local_day(at)):
        keep_since_when_managers_are_missing(at)
