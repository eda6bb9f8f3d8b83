"""How the dates of a password change were worked out. Who may not know why it changes learns nothing of it here either."""

from collections.abc import Sequence

from app.account_register.models import Account
from app.account_register.operations.reviews import MONTHS as REVIEW_MONTHS
from app.core.clock import local_day
from app.core.presentation import uk_weekday_date
from app.core.worked_out import WorkedOut
from app.credential_rotation.models import ChainRow, CredentialRotation, LeaverNotice, RotationCause, RotationStatus, Trigger
from app.credential_rotation.operations.leaver_plans import AFTER_IMMEDIATE, LeaverPlan, change_period
from app.credential_rotation.operations.rotating import OTHER_TRIGGER, VERIFICATION
from app.policy.explaining import counted_from, months_from

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
    first = next((cause for cause in rotation.causes if cause.due_on == rotation.due_on), None)
    return _cause_worked_out(first) if first is not None else None


def _cause_worked_out(cause: RotationCause) -> WorkedOut | None:
    start, period = cause.due_counted_from, cause.due_period
    if start is None or period is None:
        if cause.trigger is Trigger.LEAVER:
            return None  # recorded before the day was kept, and it does not follow from the rest
        start, period = local_day(cause.counts_from), OTHER_TRIGGER
    if cause.trigger is Trigger.LEAVER and cause.person is not None:
        since = _leaving(cause.person.name, immediate=period == AFTER_IMMEDIATE)
        return counted_from(period, start, cause.due_on, since=since)
    return counted_from(period, start, cause.due_on, since=SINCE.get(cause.trigger, ASKED_FOR))


def leaver_worked_out(notice: LeaverNotice, chain: Sequence[ChainRow]) -> WorkedOut | None:
    """How the date came about by which the leaver's passwords change, where it is one for all that are left."""
    left = [row for row in chain if row.due_on is not None and row.changed_at is None]
    due = {(row.due_period, row.due_counted_from, row.due_on) for row in left}
    if len(due) != 1 or any(row.cause_due_on != row.due_on for row in left):  # sooner, because of something else
        return None
    period, start, due_on = due.pop()
    if period is None or start is None:  # recorded before that was kept
        period, start = change_period(notice.last_working_day, local_day(notice.told_at), immediate=notice.immediate)
    assert due_on is not None
    return counted_from(period, start, due_on, since=_leaving(notice.person.name, immediate=period == AFTER_IMMEDIATE))


def plan_worked_out(plan: LeaverPlan) -> WorkedOut | None:
    """How the date comes about by which passwords are to change, before anything is recorded; where it is one for all."""
    changing = {(holding.period, holding.due_on) for holding in plan.holdings if holding.rotates}
    if len(changing) != 1 or any(holding.due_by != holding.due_on for holding in plan.holdings if holding.rotates):
        return None
    (period, start), due_on = changing.pop()
    return counted_from(period, start, due_on, since=_leaving(plan.person.name, immediate=period == AFTER_IMMEDIATE))


def _leaving(name: str, *, immediate: bool) -> str:
    return f"It was recorded that {name} leaves at once" if immediate else f"The last working day of {name} falls"


def review_worked_out(account: Account) -> WorkedOut | None:
    """How the day came about by which somebody looks at who has access."""
    last, due = account.last_access_review_on, account.access_review_due_on
    if due is None:
        return None
    since = "Somebody last looked at who has access" if last else "It came onto the register"
    return months_from(REVIEW_MONTHS, last or local_day(account.registered_at), due, since=since)
