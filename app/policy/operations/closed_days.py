"""Saying when the organisation is closed."""

from datetime import date, datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.presentation import uk_date, uk_weekday_date
from app.people.models import Person
from app.policy.models import ClosedDay, may_keep_closed_days
from app.policy.queries import closed_day_on, closed_days, working_calendar

CLOSED = event_kind("closed-day:recorded", "recorded that the organisation is closed on {day}")
CLOSED_WITHDRAWN = event_kind("closed-day:withdrawn", "withdrew the closed day {day}")

NOT_YOURS = "Only the system administrator or an HR manager can say when the organisation is closed."


def record_closed_day(day: date, *, reason: str, by: Person, at: datetime) -> ClosedDay:
    """Record that the organisation is closed on a day, so that it counts for no deadline set from now on.

    Refuses a day that is past, one that does not count anyway, and a second record of one day.
    """
    demand(may_keep_closed_days(by), NOT_YOURS)
    if day < clock.local_day(at):
        raise InvalidInput("The closed day must be today or later: what was counted before stays as it is", field="day")
    before = closed_day_on(day)
    if before is not None:
        raise AlreadyDone(
            f"{uk_weekday_date(day)} is already recorded as closed.", who=before.recorded_by.name, when=before.recorded_at,
            what_now="Open the list of days that do not count.",
        )  # fmt: skip
    why = working_calendar().why_not_worked(day)
    if why:
        raise InvalidInput(f"{uk_date(day)} does not count anyway ({why})", field="day")
    if not reason.strip():
        raise InvalidInput("Enter why the organisation is closed", field="reason")
    made = ClosedDay(day=day, reason=reason.strip(), recorded_by_id=by.id, recorded_at=at)
    db.session.add(made)
    record(CLOSED, made.id, by=by.id, at=at, facts={"day": day})
    closed_days.forget_after_commit()
    return made


def withdraw_closed_day(closed_day: ClosedDay, *, reason: str, by: Person, at: datetime) -> None:
    """Take a closed day back that has not passed: it counts again for what is set from now on."""
    demand(may_keep_closed_days(by), NOT_YOURS)
    if closed_day.withdrawn_at is not None:
        who = closed_day.withdrawn_by.name if closed_day.withdrawn_by else None
        raise AlreadyDone("This closed day was withdrawn already.", who=who, when=closed_day.withdrawn_at)
    if not closed_day.can_be_withdrawn_by(by, clock.local_day(at)):
        raise AlreadyDone("This closed day has passed, so it stays as it was.", what_now="You need do nothing.")
    if not reason.strip():
        raise InvalidInput("Enter why the day is worked after all", field="reason")
    closed_day.withdrawn_by_id, closed_day.withdrawn_at = by.id, at
    closed_day.withdrawn_reason = reason.strip()
    record(CLOSED_WITHDRAWN, closed_day.id, by=by.id, at=at, facts={"day": closed_day.day})
    closed_days.forget_after_commit()
