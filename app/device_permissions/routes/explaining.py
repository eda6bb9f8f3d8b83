"""How the dates of a request or permission came about, for its page."""

from datetime import date

from app.core import clock
from app.core.clock import local_day
from app.core.presentation import uk_weekday_date
from app.core.worked_out import WorkedOut
from app.device_permissions import operations
from app.device_permissions.models import OPEN_STATUSES, DevicePermissionRequest, DeviceQuestion, RequestStatus
from app.policy.explaining import counted_from, counted_from_receipt, lasting_months
from app.policy.queries import due_after_receipt, pack, period


def worked_out(device_request: DevicePermissionRequest) -> WorkedOut | None:
    """How the date came about by which the manager decides, or the question is answered, or until which it lasts."""
    if device_request.status in OPEN_STATUSES:
        return _decided_by(device_request)
    if device_request.expires_on is None or not device_request.in_force_on(clock.today()):
        return None
    longest = period(operations.LONGEST)
    return lasting_months(
        local_day(device_request.decided_at or device_request.submitted_at), longest.value, device_request.expires_on,
        since="It was approved", source=f"the longest time, {pack().cite(longest.sources)}",
    )  # fmt: skip


def _decided_by(device_request: DevicePermissionRequest) -> WorkedOut:
    last = device_request.questions[-1] if device_request.questions else None
    is_answered_next = device_request.status is RequestStatus.RETURNED
    if last is not None and is_answered_next and last.is_open and not device_request.went_unanswered_on(clock.today()):
        return counted_from_receipt(operations.ANSWER, last.asked_at, last.answer_by, since="The question was asked")
    if last is not None and last.answered_at is None:
        return _without_answer(device_request, last)
    since = "The request was sent" if last is None else "The manager’s question was answered"
    at = device_request.submitted_at if last is None or last.answered_at is None else last.answered_at
    return counted_from_receipt(operations.DECISION, at, device_request.due_on, since=since)


def _without_answer(device_request: DevicePermissionRequest, asked: DeviceQuestion) -> WorkedOut:
    if asked.closed_at is not None and asked.was_taken_back_early:
        since = "The manager’s question was taken back"
        return counted_from_receipt(operations.DECISION, asked.closed_at, device_request.due_on, since=since)
    since = "The manager’s question was to be answered"
    if device_request.due_on == asked.answer_by:  # asked before a time of its own was kept for deciding without an answer
        day = uk_weekday_date(asked.answer_by)
        return WorkedOut((f"{since} by {day}, and was not. It can be decided since.",), (), f"So it is {day}.")
    return counted_from(operations.DECISION, asked.answer_by, device_request.due_on, since=since)


def mending(device_request: DevicePermissionRequest) -> WorkedOut | None:
    """How the date came about by which HR records who manages the requester, whatever became of the request since."""
    due_on, missing_since = device_request.mended_by, device_request.manager_missing_since
    if missing_since is not None:
        return counted_from(operations.DECISION, missing_since, due_on, since="Somebody here last managed them")
    if due_on == device_request.confirm_due_on:
        return confirming(device_request) or _kept_since(due_on)
    if due_on == device_request.due_on:
        return _decided_by(device_request)
    first = counted_from_receipt(operations.DECISION, device_request.submitted_at, due_on, since="The request was sent")
    return first if due_on == due_after_receipt(operations.DECISION, device_request.submitted_at) else _kept_since(due_on)


def _kept_since(due_on: date) -> WorkedOut:
    """Of a day that was counted when HR was asked, from what does not stand in the request any more."""
    said = "It is the day by which somebody had to decide or confirm when HR was first asked who manages them."
    stays, day = "What became of the request since does not move it.", uk_weekday_date(due_on)
    return WorkedOut((said, stays), (), f"So it is {day}.")


def what_a_manager_does(device_request: DevicePermissionRequest) -> str:
    """What comes to whoever is recorded as the manager of the requester, for HR."""
    today = clock.today()
    if device_request.status in OPEN_STATUSES:
        return "Whoever you record decides about it from now on."
    if device_request.in_force_on(today):
        return "Whoever you record is asked to confirm what was permitted, unless they answered for it themselves."
    return "Nothing has to be decided about it any more, but who manages them is still to be recorded."


def confirming(device_request: DevicePermissionRequest) -> WorkedOut | None:
    """How the date came about by which a new manager confirms it."""
    asked_at, due_on = device_request.confirm_asked_at, device_request.confirm_due_on
    if asked_at is None or due_on is None or not device_request.waits_to_be_confirmed_on(clock.today()):
        return None
    if due_on == device_request.expires_on:
        return worked_out(device_request)  # it is its own last day
    return counted_from(operations.RECONFIRM, local_day(asked_at), due_on, since="The new manager was asked")
