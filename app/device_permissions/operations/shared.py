"""What several acts of this room ask first."""

from datetime import date

from app.core import clock
from app.core.errors import AlreadyDone, demand
from app.core.presentation import status_words, uk_date, uk_datetime
from app.core.seen import ChangedSince
from app.device_permissions.models import OPEN_STATUSES, DevicePermissionRequest, RequestStatus
from app.people.managing import RECORDED_OTHERWISE, missing_since, who_comes
from app.people.models import Person
from app.policy.queries import due_anew

DECISION = "device_decision_working_days"
ASK_MANAGER = "Ask the person’s line manager."


def keep_asking_for_a_manager(device_request: DevicePermissionRequest, today: date) -> None:
    """Where HR is asked who manages the requester, keep by when: what becomes of the request now does not answer that.

    HR has no less time than whoever decides, from when somebody last managed them: before that nobody had to ask HR.
    """
    if device_request.manager_due_on is not None or not device_request.lacks_a_manager_on(today):
        return
    due_on = device_request.manager_due_on = device_request.mended_by
    if not device_request.waits_to_be_confirmed_on(today):
        since = missing_since(device_request.person, today)
        device_request.manager_due_on = due_anew(DECISION, since, due_on)
        device_request.manager_missing_since = since if device_request.manager_due_on != due_on else None


def must_lack_a_manager(device_request: DevicePermissionRequest, by: Person) -> None:
    """Say why HR is not asked, or not any more, who manages the requester."""
    today, name = clock.today(), device_request.person.name
    if device_request.can_be_given_a_manager_by(by):
        return
    if device_request.person.manager_on(today) is not None:
        raise AlreadyDone("Who manages them is recorded by now.", what_now=RECORDED_OTHERWISE)
    if not device_request.person.needs_a_manager_recorded_on(today):
        why = f"{who_comes(device_request.person, today)} Until then the head of their service decides."
    elif device_request.person.has_left_on(today):
        why = f"{name} does not work here any more. Nobody has to be recorded."
    else:
        why = f"Nothing of this request waits for a manager of {name}, so nobody has to be recorded for it."
    raise AlreadyDone(why, what_now="You need do nothing.")


def must_be_for(
    device_request: DevicePermissionRequest,
    by: Person,
    seen: int | None,
    wanted: RequestStatus = RequestStatus.APPROVED,
) -> None:
    """Who first, state second: a stranger is refused; a rightful decider who comes late is told who decided and when, that
    the requester has left or, before they decide, has days still to answer, or that they have changed or answered something
    since. `seen` is the version of the request that the page showed: nobody decides on what they did not read.
    """
    demand(device_request.is_for(by), "Only the line manager can decide this request.", what_now=ASK_MANAGER)
    not_settled(device_request, wanted)
    if device_request.person.has_left_on(clock.today()):
        name = device_request.person.name
        raise AlreadyDone(f"{name} does not work here any more. Nothing is to be decided.", what_now="You need do nothing.")
    asked = device_request.open_question
    decides = wanted is not RequestStatus.SUBMITTED
    if decides and asked is not None and clock.today() <= asked.answer_by:
        said = f"{device_request.person.name} has until {uk_date(asked.answer_by)} to answer the question that was asked."
        now = "Take your question back to decide now, or write down what they told you. From the next day on you can decide."
        raise AlreadyDone(said, what_now=now)
    if seen is not None and seen != device_request.version:
        _tell_what_is_newer(device_request)


def _tell_what_is_newer(device_request: DevicePermissionRequest) -> None:
    name, answered = device_request.person.name, [one.answered_at for one in device_request.questions if one.answered_at]
    when = f" on {uk_datetime(max(answered))}" if answered else ""
    raise ChangedSince(
        f"{name} answered or changed this{when}, after you opened the page. Nothing was recorded. Read it again, then decide"
    )


def not_settled(device_request: DevicePermissionRequest, wanted: RequestStatus) -> None:
    """Say who settled it and when, or what an open one waits for, unless it can still become what is wanted."""
    if device_request.can_move_to(wanted):
        return
    if device_request.status in OPEN_STATUSES:
        raise AlreadyDone(_waits_for_else(wanted), what_now="Open the request to see how it stands.")
    done = status_words(device_request.status).lower()
    ended = device_request.ended_at is not None
    who = device_request.ended_by if ended else device_request.decided_by
    raise AlreadyDone(
        f"This request has been settled already: it is {done}.",
        who=who.name if who else None,
        when=device_request.ended_at if ended else device_request.decided_at,
        what_now="Open the request to see how it stands.",
    )


def _waits_for_else(wanted: RequestStatus) -> str:
    """What is to be said of an open request that cannot become this."""
    if wanted is RequestStatus.RETURNED:
        return "A question about this request was asked already, and no answer came. Take it back to ask another."
    if wanted is RequestStatus.SUBMITTED:
        return "No answer is waited for any more: this request waits to be decided."
    return "This request is not decided yet, so there is no permission to end."
