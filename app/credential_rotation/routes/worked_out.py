"""How the dates of a password change were worked out. Who may not know why it changes learns nothing of it here either."""

from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter

from app.core.clock import local_day
from app.core.presentation import uk_weekday_date
from app.core.worked_out import WorkedOut
from app.credential_rotation.models import (
    ChainRow,
    CredentialRotation,
    LeaverNotice,
    MoveHolding,
    RotationCause,
    RotationStatus,
    Trigger,
)
from app.credential_rotation.operations.leaver_plans import AFTER_IMMEDIATE, LeaverPlan, change_period
from app.credential_rotation.operations.opening import OTHER_TRIGGER
from app.credential_rotation.operations.rotating import VERIFICATION
from app.policy.explaining import counted_from

Explained = list[tuple[date, WorkedOut]]
"""Days that stand on a page, soonest first, each with how it came about."""
SINCE = {
    Trigger.ACCESS_ENDED: "Their access ends",
    Trigger.WITHDRAWN: "Their access ends",
    Trigger.MOVED: "Their access ends",
    Trigger.LONG_ABSENCE: "Their access ends",
    Trigger.SCHEDULED: "The password was found to be old",
    Trigger.COMPROMISE: "It was recorded that somebody else may know the password",
}
ASKED_FOR = "The day of this change falls"
SET_ON_ASKING = (
    "By when a password changes is set when the change is asked for, and moves where that changes. Why it is asked for is "
    "read only by those who need to know.",
)


def rotation_worked_out(rotation: CredentialRotation, *, knows: bool) -> WorkedOut | None:
    """How the date came about by which the password changes, or by which the change is verified."""
    if rotation.status is RotationStatus.TO_VERIFY and rotation.verify_by and rotation.done_at:
        day = local_day(rotation.done_at)
        return counted_from(VERIFICATION, day, rotation.verify_by, since="It was marked as changed")
    if rotation.status is not RotationStatus.DUE:
        return None
    if not knows:  # the same words whatever the cause: neither its day nor its setting is told
        return WorkedOut(SET_ON_ASKING, (), f"The day that was set is {uk_weekday_date(rotation.due_on)}.")
    first = next((cause for cause in rotation.standing_causes if cause.due_on == rotation.due_on), None)
    return _cause_worked_out(first) if first is not None else None


def _cause_worked_out(cause: RotationCause) -> WorkedOut | None:
    start, period = cause.due_counted_from, cause.due_period
    if start is None or period is None:
        if cause.trigger is Trigger.LEAVER:
            return None  # recorded before the day was kept, and it does not follow from the rest
        start, period = local_day(cause.counts_from), OTHER_TRIGGER
    if cause.trigger is Trigger.LEAVER and cause.person is not None:
        since = _leaving(cause.person.name, cause.person.last_working_day, start, period)
        return counted_from(period, start, cause.due_on, since=since)
    return counted_from(period, start, cause.due_on, since=SINCE.get(cause.trigger, ASKED_FOR))


def leaver_worked_out(notice: LeaverNotice, chain: Sequence[ChainRow]) -> WorkedOut | None:
    """How the date came about by which the leaver's passwords change, where it is one for all that are left."""
    left = [row for row in chain if row.due_on is not None and row.changed_at is None and row.gone is None]
    due = {(row.due_period, row.due_counted_from, row.due_on) for row in left}
    if len(due) != 1 or any(row.cause_due_on != row.due_on for row in left):  # sooner, because of something else
        return None
    period, start, due_on = due.pop()
    if period is None or start is None:  # recorded before that was kept
        period, start = change_period(notice.last_working_day, local_day(notice.told_at), immediate=notice.immediate)
    assert due_on is not None
    since = _leaving(notice.person.name, notice.last_working_day, start, period)
    return counted_from(period, start, due_on, since=since)


def plan_worked_out(plan: LeaverPlan) -> WorkedOut | None:
    """How the date comes about by which passwords are to change, before anything is recorded; where it is one for all."""
    changing = {(holding.period, holding.due_on) for holding in plan.holdings if holding.rotates}
    if len(changing) != 1 or any(holding.due_by != holding.due_on for holding in plan.holdings if holding.rotates):
        return None
    (period, start), due_on = changing.pop()
    since = _leaving(plan.person.name, plan.last_working_day, start, period)
    return counted_from(period, start, due_on, since=since)


def _leaving(name: str, last_day: date | None, start: date, period: str) -> str:
    """What happened on the day from which it is counted: the last day, or that on which it was told or found out."""
    if period == OTHER_TRIGGER:
        return f"It was found that {name}, who has left, still knows the password"
    if period == AFTER_IMMEDIATE:
        return f"It was recorded that {name} leaves at once"
    if last_day is not None and last_day < start:
        return f"It was recorded that {name} left"
    return f"The last working day of {name} falls"


def verifications_worked_out(chain: Sequence[ChainRow]) -> Explained:
    """How each of the dates came about by which a second person verifies one of the leaver's changes, soonest first."""
    open_rows = [row for row in chain if row.verified_at is None and row.gone is None]
    asked = sorted({(row.verify_by, local_day(row.done_at)) for row in open_rows if row.verify_by and row.done_at})
    return [(by, counted_from(VERIFICATION, day, by, since="It was marked as changed")) for by, day in asked]


def move_worked_out(holdings: Sequence[MoveHolding]) -> Explained:
    """How each of the dates came about by which a password changes because of a move, unless something else is sooner."""
    found: dict[date, WorkedOut] = {}
    for cause in (holding.cause for holding in holdings if holding.cause is not None):
        is_open = cause.rotation.status is RotationStatus.DUE and cause.due_on == cause.rotation.due_on
        how = _cause_worked_out(cause) if is_open else None
        if how is not None:
            found[cause.due_on] = how
    return sorted(found.items(), key=itemgetter(0))


def hand_overs_worked_out(days: Iterable[date | None]) -> Explained:
    """How each of the days came about by which somebody has to take over: what nobody else can do is urgent."""
    return [
        (
            day,
            WorkedOut(
                (f"It was recorded on {uk_weekday_date(day)} that somebody else has to take over. That is urgent.",),
                (), "So it is due on the same day.",
            ),
        )
        for day in sorted({day for day in days if day is not None})
    ]  # fmt: skip
