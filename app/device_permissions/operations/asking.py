"""Asking to use a device, and what the manager decides (policy 6.2(1))."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.account_register.models import Account, NoticeKind
from app.account_register.operations import tell_keeper
from app.account_register.queries import accounts_open_to
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.drafts import discard_draft, find_draft
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import message_kind, notify
from app.core.presentation import status_words, uk_date
from app.core.references import new_reference
from app.core.working_days import last_live_day
from app.device_permissions.models import (
    OPEN_STATUSES,
    DeviceAnswers,
    DeviceKind,
    DevicePermissionRequest,
    DeviceQuestion,
    DeviceUse,
    RequestStatus,
    SecurityCheck,
)
from app.device_permissions.queries import kinds_to_ask_for, why_not_ask
from app.people.models import Person, decider_of
from app.people.operations import name_line_manager
from app.policy.packs.shape import squeezed
from app.policy.queries import due_after_receipt, pack, period

SUBMITTED = event_kind("device:submitted", "asked to use a device")
APPROVED = event_kind("device:approved", "approved it until {expires_on}")
REFUSED = event_kind("device:refused", "refused it")
RETURNED = event_kind("device:returned", "asked a question")
ANSWERED = event_kind("device:answered", "answered the question")
WITHDRAWN = event_kind("device:withdrawn", "withdrew it")
REVOKED = event_kind("device:revoked", "ended the permission")

TO_DECIDE = message_kind("device_decide", "A request to use a device waits for you", "device_permissions.team")
TO_DECIDE_ANSWERED = message_kind("device_answer", "Your question about a device is answered", "device_permissions.team")
YOURS_DECIDED = message_kind("device_decided", "Your request to use a device is decided", "device_permissions.index")
YOURS_ASKED = message_kind("device_question", "There is a question about your device", "device_permissions.index")
YOURS_REVOKED = message_kind("device_revoked", "Your device permission has ended", "device_permissions.index")

DRAFT = "device_request"
DECISION = "device_decision_working_days"
LONGEST = "device_permission_longest_months"


def request_sent_from(draft_id: uuid.UUID, by: Person) -> DevicePermissionRequest | None:
    """The request that was made of a draft already, for a second click on its button; a request keeps its draft's id."""
    made = db.session.get(DevicePermissionRequest, draft_id)
    return made if made is not None and made.person_id == by.id else None


def submit_device_request(answers: DeviceAnswers, *, by: Person, at: datetime) -> DevicePermissionRequest:
    """Send a request to the manager. Its draft gives it its id, and is thrown away in the same act.

    Refuses a second one for the same device and platform while the first is open (409, showing the first), and a
    request that nobody could decide.
    """
    today = clock.local_day(at)
    demand(why_not_ask(by) is None, why_not_ask(by) or "")
    uses = _uses(answers, by, today)
    _check_answers(answers, uses)
    decider = decider_of(by, today)
    if decider is None:
        raise InvalidInput("No manager is recorded for you. Ask HR to record one, then send this again")
    device_key = f"{answers.device_kind}:{squeezed(answers.device_words)}"
    _refuse_second(by, device_key, {squeezed(use.platform) for use in uses})
    draft = find_draft(by.id, DRAFT)
    made = DevicePermissionRequest(
        id=draft.id if draft is not None else uuid.uuid4(),
        reference=new_reference(), person_id=by.id, device_kind=answers.device_kind,
        device_words=answers.device_words, device_key=device_key,
        platforms_key="|".join(sorted({squeezed(use.platform) for use in uses}))[:400],
        reason=answers.reason, using_since=answers.using_since, undertaken=answers.undertaken,
        asks_for_working_hours=answers.asks_for_working_hours, submitted_at=at,
        due_on=due_after_receipt(DECISION, at),
        **{check.value: check in answers.checks for check in SecurityCheck},
    )  # fmt: skip
    made.uses = uses
    db.session.add(made)
    if draft is not None:
        discard_draft(draft)
    record(SUBMITTED, made.id, by=by.id, at=at, about=by.id, facts={"device": made.device_kind})
    notify(decider, TO_DECIDE, made.id, at=at)
    return made


def _uses(answers: DeviceAnswers, by: Person, today: date) -> list[DeviceUse]:
    chosen = set(answers.account_ids)
    accounts: Iterable[Account] = (account for account in accounts_open_to(by, today) if account.id in chosen)
    uses = [DeviceUse(account_id=account.id, platform=account.platform) for account in accounts]
    if answers.other_platform:
        known = pack().find_platform(answers.other_platform)
        uses.append(DeviceUse(platform=known.name if known else answers.other_platform))
    for position, use in enumerate(uses):
        use.position = position
    return uses


def _check_answers(answers: DeviceAnswers, uses: list[DeviceUse]) -> None:
    if answers.device_kind not in kinds_to_ask_for():
        raise InvalidInput("Select one of the kinds of device listed", field="device_kind")
    if answers.device_kind is DeviceKind.OTHER and not answers.device_words:
        raise InvalidInput("Enter what kind of device it is", field="device_words")
    if not uses:
        raise InvalidInput("Select at least one account, or enter the platform", field="accounts")
    if not answers.reason:
        raise InvalidInput("Enter why you need this device for work", field="reason")
    if not answers.undertaken:
        raise InvalidInput("Select the box to say that you will keep to the policy", field="undertaken")


def _refuse_second(by: Person, device_key: str, platforms: set[str]) -> None:
    rows = db.session.execute(
        sa.select(DevicePermissionRequest)
        .where(
            DevicePermissionRequest.person_id == by.id,
            DevicePermissionRequest.device_key == device_key,
            DevicePermissionRequest.status.in_(OPEN_STATUSES),
        )
        .options(selectinload(DevicePermissionRequest.uses))
        .order_by(DevicePermissionRequest.submitted_at, DevicePermissionRequest.id)
    ).scalars()
    for first in rows:
        if platforms & {squeezed(use.platform) for use in first.uses}:
            raise AlreadyDone(
                f"You already asked for this device on {uk_date(first.submitted_at)}: request {first.reference}.",
                who=by.name,
                when=first.submitted_at,
                what_now="Open “My device permissions” to see it. You can withdraw it there and ask again.",
            )


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
) -> None:
    """Permit the device until a day. The Strategic Communications Adviser is told in the same act."""
    _must_be_for(device_request, by)
    today, person = clock.local_day(at), device_request.person
    latest, is_leaving = latest_end(person, today)
    if not today <= expires_on <= latest:
        why = f", the last working day of {person.name}" if is_leaving else ""
        raise InvalidInput(f"The end date must be between {uk_date(today)} and {uk_date(latest)}{why}", field="expires_on")
    device_request.move_to(RequestStatus.APPROVED)
    device_request.decided_by_id, device_request.decided_at = by.id, at
    device_request.expires_on, device_request.conditions = expires_on, conditions
    device_request.covers_working_hours = covers_working_hours
    device_request.post_at_approval = person.post
    device_request.manager_at_approval_id = decider_of(person, today)
    facts = {"expires_on": expires_on, "covers_working_hours": covers_working_hours}
    record(APPROVED, device_request.id, by=by.id, at=at, about=device_request.person_id, facts=facts)
    tell_keeper(NoticeKind.DEVICE_PERMISSION, device_request.id, about=person, account=None, at=at)
    notify(person.id, YOURS_DECIDED, device_request.id, at=at)


def refuse_device_request(device_request: DevicePermissionRequest, *, by: Person, at: datetime, reasons: str) -> None:
    """Refuse the device, with reasons the requester reads."""
    _must_be_for(device_request, by)
    if not reasons:
        raise InvalidInput("Enter why you refuse this", field="reasons")
    device_request.move_to(RequestStatus.REFUSED)
    device_request.decided_by_id, device_request.decided_at = by.id, at
    device_request.refusal_reasons = reasons
    record(REFUSED, device_request.id, by=by.id, at=at, about=device_request.person_id)
    notify(device_request.person_id, YOURS_DECIDED, device_request.id, at=at)


def return_device_request(device_request: DevicePermissionRequest, *, by: Person, at: datetime, question: str) -> None:
    """Ask the requester a question before deciding."""
    _must_be_for(device_request, by)
    if not question:
        raise InvalidInput("Enter what you want to know", field="question")
    device_request.move_to(RequestStatus.RETURNED)
    device_request.questions.append(DeviceQuestion(asked_by_id=by.id, asked_at=at, question=question))
    record(RETURNED, device_request.id, by=by.id, at=at, about=device_request.person_id)
    number = len(device_request.questions)
    notify(device_request.person_id, YOURS_ASKED, device_request.id, at=at, number=number)


def answer_device_question(device_request: DevicePermissionRequest, *, by: Person, at: datetime, answer: str) -> None:
    """Answer the question; the request goes back to the manager, whose time begins again."""
    demand(device_request.person_id == by.id, "Only the person who asked to use the device can answer.")
    _not_settled(device_request, RequestStatus.SUBMITTED)
    if not answer:
        raise InvalidInput("Enter your answer", field="answer")
    question = device_request.open_question
    device_request.move_to(RequestStatus.SUBMITTED)
    if question is not None:
        question.answer, question.answered_at = answer, at
    device_request.due_on = due_after_receipt(DECISION, at)
    record(ANSWERED, device_request.id, by=by.id, at=at, about=by.id)
    decider = decider_of(device_request.person, clock.local_day(at))
    if decider is not None:
        notify(decider, TO_DECIDE_ANSWERED, device_request.id, at=at, number=len(device_request.questions))


def give_manager(device_request: DevicePermissionRequest, manager: Person, *, by: Person, at: datetime) -> None:
    """Say who manages somebody whose request waits for nobody; it goes to them, with the time it had."""
    demand(device_request.is_mended_by(by), "Only an HR manager can say who manages somebody else.")
    if not device_request.can_be_given_a_manager_by(by):
        raise AlreadyDone("There is somebody who decides this request by now.")
    name_line_manager(device_request.person, manager, by=by, at=at)
    notify(manager.id, TO_DECIDE, device_request.id, at=at)


def withdraw_device_request(device_request: DevicePermissionRequest, *, by: Person, at: datetime) -> None:
    """Take a request back, or give a permission up."""
    demand(device_request.person_id == by.id, "Only the person who asked to use the device can withdraw it.")
    _not_settled(device_request, RequestStatus.WITHDRAWN)
    device_request.move_to(RequestStatus.WITHDRAWN)
    device_request.ended_by_id, device_request.ended_at = by.id, at
    record(WITHDRAWN, device_request.id, by=by.id, at=at, about=by.id)


def revoke_device_permission(device_request: DevicePermissionRequest, *, by: Person, at: datetime, reasons: str) -> None:
    """End a permission before its day, with reasons its holder reads."""
    demand(device_request.is_decider(by), "Only the line manager can end this permission.", what_now=ASK_MANAGER)
    _not_settled(device_request, RequestStatus.REVOKED)
    if not reasons:
        raise InvalidInput("Enter why the permission ends", field="reasons")
    device_request.move_to(RequestStatus.REVOKED)
    device_request.ended_by_id, device_request.ended_at, device_request.end_reasons = by.id, at, reasons
    record(REVOKED, device_request.id, by=by.id, at=at, about=device_request.person_id)
    notify(device_request.person_id, YOURS_REVOKED, device_request.id, at=at)


ASK_MANAGER = "Ask the person’s line manager."


def _must_be_for(device_request: DevicePermissionRequest, by: Person) -> None:
    """Who first, state second: a stranger is refused; a rightful decider who comes late is told who decided and when."""
    demand(device_request.is_for(by), "Only the line manager can decide this request.", what_now=ASK_MANAGER)
    _not_settled(device_request, RequestStatus.APPROVED)


def _not_settled(device_request: DevicePermissionRequest, wanted: RequestStatus) -> None:
    if device_request.can_move_to(wanted):
        return
    done = status_words(device_request.status).lower()
    ended = device_request.ended_at is not None
    who = device_request.ended_by if ended else device_request.decided_by
    raise AlreadyDone(
        f"This request has been settled already: it is {done}.",
        who=who.name if who else None,
        when=device_request.ended_at if ended else device_request.decided_at,
        what_now="Open the request to see how it stands.",
    )
