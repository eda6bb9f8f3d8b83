"""What is decided about a request, and what is asked and answered on the way (policy 6.2(1); domain 3.4)."""

from datetime import date, datetime

from app.account_register.models import NoticeKind
from app.account_register.operations import tell_keeper
from app.core import clock
from app.core.audit import record
from app.core.errors import InvalidInput, demand
from app.core.outbox import as_news, notify
from app.core.presentation import uk_date
from app.core.working_days import last_live_day
from app.device_permissions.models import DevicePermissionRequest, DeviceQuestion, RequestStatus
from app.device_permissions.operations import messages
from app.device_permissions.operations.lasting import ask_unless_answered_for
from app.device_permissions.operations.shared import (
    DECISION,
    keep_asking_for_a_manager,
    must_be_for,
    must_lack_a_manager,
    not_settled,
)
from app.device_permissions.queries import open_or_in_force, who_decides
from app.people.models import Person, decider_of
from app.people.operations import name_line_manager
from app.policy.queries import ask_from, due_after_receipt, due_at_once, period

ANSWER = "device_answer_working_days"
LONGEST = "device_permission_longest_months"
EXPIRING = "device_permission_expiring_working_days"
NOTHING_TO_PERMIT = "Every account for which this was asked is closed. Refuse it and say why: they can ask for what they use"


def latest_end(person: Person, today: date) -> tuple[date, bool]:
    """The last day until which somebody may be permitted a device today, and whether that is because they leave then."""
    longest = last_live_day(today, period(LONGEST).value)
    leaves = person.last_working_day
    return (leaves, True) if leaves is not None and today <= leaves < longest else (longest, False)


def approve_device_request(
    device_request: DevicePermissionRequest,
    *,
    by: Person,
    at: datetime,
    expires_on: date,
    conditions: str = "",
    covers_working_hours: bool = False,
    seen: int | None = None,
) -> None:
    """Permit the device until a day. The Strategic Communications Adviser is told in the same act."""
    must_be_for(device_request, by, seen)
    if device_request.is_for_nothing:
        raise InvalidInput(NOTHING_TO_PERMIT, field="decision")
    today, person = clock.local_day(at), device_request.person
    latest, is_leaving = latest_end(person, today)
    if not today <= expires_on <= latest:
        why = f", the last working day of {person.name}" if is_leaving else ""
        raise InvalidInput(f"The end date must be between {uk_date(today)} and {uk_date(latest)}{why}", field="expires_on")
    keep_asking_for_a_manager(device_request, today)
    device_request.move_to(RequestStatus.APPROVED)
    device_request.decided_by_id, device_request.decided_at = by.id, at
    device_request.expires_on, device_request.conditions = expires_on, conditions
    device_request.covers_working_hours = covers_working_hours
    device_request.post_at_approval = person.post
    device_request.manager_at_approval_id = decider_of(person, today)
    device_request.renew_from = asked_to_renew_from(expires_on, today)
    _close_unanswered(device_request, at=at)
    _take_the_place(device_request, by=by, at=at)
    facts = {"expires_on": expires_on, "covers_working_hours": covers_working_hours}
    record(messages.APPROVED, device_request.id, by=by.id, at=at, about=device_request.person_id, facts=facts)
    tell_keeper(NoticeKind.DEVICE_PERMISSION, device_request.id, about=person, account=None, at=at)
    notify(person.id, messages.YOURS_DECIDED, device_request.id, at=at)


def asked_to_renew_from(expires_on: date, today: date) -> date:
    """From when the holder is asked whether they need it longer: at once, where it ends sooner than that."""
    return max(today, ask_from(EXPIRING, expires_on))


def _take_the_place(device_request: DevicePermissionRequest, *, by: Person, at: datetime) -> None:
    """End the permission whose place this one takes, if it holds still: there is one for one thing."""
    former = device_request.replaces
    if former is None or not former.in_force_on(clock.local_day(at)):
        return
    keep_asking_for_a_manager(former, clock.local_day(at))
    former.move_to(RequestStatus.RENEWED)
    former.ended_by_id, former.ended_at = by.id, at
    record(messages.RENEWED, former.id, by=by.id, at=at, about=former.person_id)


def refuse_device_request(
    device_request: DevicePermissionRequest, *, by: Person, at: datetime, reasons: str, seen: int | None = None
) -> None:
    """Refuse the device, with reasons the requester reads."""
    must_be_for(device_request, by, seen)
    if not reasons:
        raise InvalidInput("Enter why you refuse this", field="reasons")
    keep_asking_for_a_manager(device_request, clock.local_day(at))
    device_request.move_to(RequestStatus.REFUSED)
    device_request.decided_by_id, device_request.decided_at = by.id, at
    device_request.refusal_reasons = reasons
    _close_unanswered(device_request, at=at)
    record(messages.REFUSED, device_request.id, by=by.id, at=at, about=device_request.person_id)
    notify(device_request.person_id, messages.YOURS_DECIDED, device_request.id, at=at)


def return_device_request(
    device_request: DevicePermissionRequest, *, by: Person, at: datetime, question: str, seen: int | None = None
) -> None:
    """Ask the requester a question before deciding. They have a time of their own to answer it; where no answer comes, the
    time to decide begins anew once that has passed.
    """
    must_be_for(device_request, by, seen, RequestStatus.RETURNED)
    if not question:
        raise InvalidInput("Enter what you want to know", field="question")
    keep_asking_for_a_manager(device_request, clock.local_day(at))
    device_request.move_to(RequestStatus.RETURNED)
    asked = DeviceQuestion(asked_by_id=by.id, asked_at=at, answer_by=due_after_receipt(ANSWER, at), question=question)
    device_request.questions.append(asked)
    device_request.due_on = due_at_once(DECISION, asked.answer_by)
    record(messages.RETURNED, device_request.id, by=by.id, at=at, about=device_request.person_id)
    number = len(device_request.questions)
    notify(device_request.person_id, messages.YOURS_ASKED, device_request.id, at=at, number=number)


def take_question_back(
    device_request: DevicePermissionRequest, *, by: Person, at: datetime, seen: int | None = None
) -> None:
    """Wait no longer for an answer. Where none came in time, it is to be decided by the same day as before; where it was
    asked by mistake, the time to decide begins anew now.
    """
    must_be_for(device_request, by, seen, RequestStatus.SUBMITTED)
    asked = device_request.open_question
    device_request.move_to(RequestStatus.SUBMITTED)
    _close_unanswered(device_request, at=at)
    if asked is not None and asked.was_taken_back_early:
        device_request.due_on = due_after_receipt(DECISION, at)
    record(messages.TAKEN_BACK, device_request.id, by=by.id, at=at, about=device_request.person_id)


def write_answer_down(
    device_request: DevicePermissionRequest, *, by: Person, at: datetime, answer: str, seen: int | None = None
) -> None:
    """Write down what whoever asked said to the question, as by word of mouth. They are told, and read who wrote it."""
    must_be_for(device_request, by, seen, RequestStatus.SUBMITTED)
    if not answer:
        raise InvalidInput("Enter what they said", field="answer")
    question = device_request.open_question
    _take_answer(device_request, answer, at=at)
    if question is not None:
        question.written_down_by = by
    record(messages.WRITTEN_DOWN, device_request.id, by=by.id, at=at, about=device_request.person_id)
    number = len(device_request.questions)
    notify(device_request.person_id, messages.YOURS_WRITTEN_DOWN, device_request.id, at=at, number=number)


def _take_answer(device_request: DevicePermissionRequest, answer: str, *, at: datetime) -> None:
    """It waits for its decision again, for which the time begins anew."""
    question = device_request.open_question
    device_request.move_to(RequestStatus.SUBMITTED)
    if question is not None:
        question.answer, question.answered_at = answer, at
    device_request.due_on = due_after_receipt(DECISION, at)


def _close_unanswered(device_request: DevicePermissionRequest, *, at: datetime) -> None:
    """Close the question that waits for its answer, if there is one, as not answered."""
    asked = device_request.open_question
    if asked is not None:
        asked.closed_at = at


def answer_device_question(device_request: DevicePermissionRequest, *, by: Person, at: datetime, answer: str) -> None:
    """Answer the question; the request goes back to the manager, whose time begins again."""
    demand(device_request.person_id == by.id, "Only the person who asked to use the device can answer.")
    not_settled(device_request, RequestStatus.SUBMITTED)
    if not answer:
        raise InvalidInput("Enter your answer", field="answer")
    _take_answer(device_request, answer, at=at)
    record(messages.ANSWERED, device_request.id, by=by.id, at=at, about=by.id)
    decider = who_decides(device_request.person, clock.local_day(at)).person
    if decider is not None:
        notify(decider.id, messages.TO_DECIDE_ANSWERED, device_request.id, at=at, number=len(device_request.questions))


def give_manager(device_request: DevicePermissionRequest, manager: Person, *, by: Person, at: datetime) -> None:
    """Say who manages somebody of whom that is not recorded; what waits goes to them, with the time it had, and what was
    permitted meanwhile is theirs to confirm, unless they answered for it themselves. All that the person asked for goes to
    them, not only this.
    """
    demand(device_request.is_mended_by(by), "Only an HR manager can say who manages somebody else.")
    must_lack_a_manager(device_request, by)
    name_line_manager(device_request.person, manager, by=by, at=at)
    today, number = clock.local_day(at), as_news(device_request.person)  # HR may record the same manager again later
    for one in open_or_in_force(device_request.person):
        if one.waits_to_be_decided_on(today):
            notify(manager.id, messages.TO_DECIDE, one.id, at=at, number=number)
        elif one.in_force_on(today):
            ask_unless_answered_for(one, manager.id, at=at)
