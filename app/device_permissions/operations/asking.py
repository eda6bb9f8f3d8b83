"""Asking to use a device, and changing what was asked when it was sent back (policy 6.2(1))."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.account_register.models import Account
from app.account_register.queries import accounts_open_to
from app.core import clock
from app.core.audit import record
from app.core.db import db
from app.core.drafts import discard_draft, find_draft
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, demand
from app.core.outbox import notify
from app.core.presentation import uk_date
from app.core.references import new_reference
from app.device_permissions.models import (
    AS_WELL,
    OPEN_STATUSES,
    AskedBefore,
    DeviceAnswers,
    DeviceKind,
    DevicePermissionRequest,
    DeviceUse,
    RequestStatus,
    SecurityCheck,
)
from app.device_permissions.operations import messages
from app.device_permissions.operations.shared import DECISION, keep_asking_for_a_manager, not_settled
from app.device_permissions.queries import is_in_force, kinds_to_ask_for, who_decides, why_not_ask
from app.people.models import Person
from app.policy.packs.shape import squeezed
from app.policy.queries import due_after_receipt, pack

DRAFT = "device_request"
SAID = (
    "device_kind", "device_words", "used_for", "reason", "using_since", *(check.value for check in SecurityCheck),
    "asks_for_working_hours",
)  # fmt: skip
CHANGED_INSTEAD = "The request was changed instead."


def draft_of(about: DevicePermissionRequest | None) -> str:
    """Under which name the unfinished answers are kept: of a new request, or of one that is changed or asked for again."""
    return DRAFT if about is None else f"{DRAFT}_{about.reference}"


def request_sent_from(draft_id: uuid.UUID, by: Person) -> DevicePermissionRequest | None:
    """The request that was made of a draft already, for a second click on its button; a request keeps its draft's id."""
    made = db.session.get(DevicePermissionRequest, draft_id)
    return made if made is not None and made.person_id == by.id else None


def submit_device_request(
    answers: DeviceAnswers, *, by: Person, at: datetime, renews: DevicePermissionRequest | None = None
) -> DevicePermissionRequest:
    """Send a request to whoever decides. Its draft gives it its id, and is thrown away in the same act.

    Refuses a second one for the same device and platform while the first is open (409, showing the first). Where nobody
    is recorded who could decide it is taken all the same, and waits until HR has said who manages the person.
    """
    demand(why_not_ask(by) is None, why_not_ask(by) or "")
    if renews is not None:
        _must_be_renewable(renews, by)
    uses = uses_asked_for(answers, by, clock.local_day(at))
    _check_answers(answers, uses)
    made = DevicePermissionRequest(reference=new_reference(), person_id=by.id, submitted_at=at)
    _refuse_second(made, by, answers, uses)
    draft = find_draft(by.id, draft_of(renews))
    made.id = draft.id if draft is not None else uuid.uuid4()
    _fill_in(made, answers, uses, at)
    former = former_of(answers, uses, by=by, today=clock.local_day(at), renews=renews)
    made.renews_id = former.id if former is not None else None
    db.session.add(made)
    if draft is not None:
        discard_draft(draft)
    record(messages.SUBMITTED, made.id, by=by.id, at=at, about=by.id, facts={"device": made.device_kind})
    _tell_decider(made, by, at)
    return made


def change_device_request(
    device_request: DevicePermissionRequest, answers: DeviceAnswers, *, by: Person, at: datetime
) -> None:
    """Change a request that was sent back, and send it again; the time of whoever decides begins anew.

    What it said before is kept beside it.
    """
    demand(device_request.person_id == by.id, "Only the person who asked to use the device can change the request.")
    not_settled(device_request, RequestStatus.SUBMITTED)
    uses = uses_asked_for(answers, by, clock.local_day(at))
    _check_answers(answers, uses)
    _refuse_second(device_request, by, answers, uses)
    before = _said(device_request)
    device_request.move_to(RequestStatus.SUBMITTED)
    for use in list(device_request.uses):
        db.session.delete(use)
    device_request.uses = []
    db.session.flush()  # the places of the old ones are free again
    _fill_in(device_request, answers, uses, at)
    changed = [name for name, value in _said(device_request).items() if value != before[name]]
    if changed:
        device_request.before.append(AskedBefore(number=len(device_request.before) + 1, changed_at=at, **before))
    again = still_renewed(device_request, answers)
    former = former_of(answers, uses, by=by, today=clock.local_day(at), renews=again)
    device_request.renews_id = former.id if former is not None else None
    question = device_request.open_question
    if question is not None:
        question.answer, question.answered_at = CHANGED_INSTEAD, at
    draft = find_draft(by.id, draft_of(device_request))
    if draft is not None:
        discard_draft(draft)
    facts = {"changed": ", ".join(changed)}
    record(messages.CHANGED, device_request.id, by=by.id, at=at, about=by.id, facts=facts)
    _tell_decider(device_request, by, at, number=len(device_request.questions))


def _said(device_request: DevicePermissionRequest) -> dict[str, Any]:
    """What a request says, by the names under which it is kept when it is changed."""
    return {name: getattr(device_request, name) for name in SAID}


def _must_be_renewable(renews: DevicePermissionRequest, by: Person) -> None:
    demand(renews.person_id == by.id, "Only the holder of a permission can ask for it again.")
    if renews.is_being_renewed:
        asked = next(one for one in renews.renewals if one.status in OPEN_STATUSES)
        said = f"You asked for this again already: request {asked.reference}."
        raise AlreadyDone(said, who=by.name, when=asked.submitted_at)
    if not renews.can_be_renewed_by(by):
        raise NotAllowed("This cannot be asked for again yet.", what_now="Open it to see until when it holds.")


def uses_asked_for(answers: DeviceAnswers, by: Person, today: date) -> list[DeviceUse]:
    """The accounts and platforms for which these answers ask, none of them kept yet."""
    places = chosen_places(answers.account_ids, answers.platforms, by, today)
    return [DeviceUse(position=number, account=account, platform=name) for number, (account, name) in enumerate(places)]


def chosen_places(
    account_ids: Sequence[uuid.UUID], platforms: Sequence[str], by: Person, today: date
) -> list[tuple[Account | None, str]]:
    """The accounts open to somebody among those chosen, then the platforms by their present names, each once."""
    chosen = set(account_ids)
    accounts = [account for account in accounts_open_to(by, today) if account.id in chosen]
    names: dict[str, str] = {}
    for typed in platforms:
        known = pack().find_platform(typed) if typed else None
        names.setdefault(squeezed(known.name if known else typed), known.name if known else typed)
    return [*((account, account.platform) for account in accounts), *((None, name) for name in names.values() if name)]


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


def _fill_in(
    made: DevicePermissionRequest, answers: DeviceAnswers, uses: list[DeviceUse], at: datetime
) -> None:
    made.device_kind, made.device_words = answers.device_kind, answers.device_words
    made.device_key = _device_key(answers)
    made.platforms_key = "|".join(sorted({squeezed(use.platform) for use in uses}))[:400]
    made.reason, made.using_since, made.undertaken = answers.reason, answers.using_since, answers.undertaken
    made.asks_for_working_hours = answers.asks_for_working_hours
    for check in SecurityCheck:
        setattr(made, check.value, check in answers.checks)
    made.due_on = due_after_receipt(DECISION, at)
    made.uses = uses


def _device_key(answers: DeviceAnswers) -> str:
    return f"{answers.device_kind}:{squeezed(answers.device_words)}"


def _is_same_device(answers: DeviceAnswers, before: DevicePermissionRequest) -> bool:
    """The same kind in the same words, or without words on one side: which one it is, is said only of several."""
    if answers.device_kind is not before.device_kind:
        return False
    said, said_before = squeezed(answers.device_words), squeezed(before.device_words)
    return said == said_before or not (said and said_before)


def _of_this_kind(answers: DeviceAnswers, by: Person, *conditions: sa.ColumnElement[bool]) -> list[DevicePermissionRequest]:
    request = DevicePermissionRequest
    query = (
        sa.select(request)
        .join(Person, Person.id == request.person_id)
        .where(request.person_id == by.id, request.device_kind == answers.device_kind, *conditions)
        .options(selectinload(request.uses).joinedload(DeviceUse.account))
        .order_by(request.submitted_at, request.id)
    )
    with db.session.no_autoflush:
        return list(db.session.execute(query).scalars())


def _refuse_second(
    made: DevicePermissionRequest, by: Person, answers: DeviceAnswers, uses: list[DeviceUse]
) -> None:
    platforms = {squeezed(use.platform) for use in uses}
    for first in _of_this_kind(answers, by, DevicePermissionRequest.status.in_(OPEN_STATUSES)):
        is_same = first is not made and _is_same_device(answers, first)
        if is_same and platforms & _platforms_of(first):
            raise AlreadyDone(
                f"You already asked for this device on {uk_date(first.submitted_at)}: request {first.reference}.",
                who=by.name,
                when=first.submitted_at,
                what_now="Open “My device permissions” to see it. You can withdraw it there and ask again. If you have "
                "several such devices, say of each which one it is.",
            )


def _platforms_of(device_request: DevicePermissionRequest) -> set[str]:
    return {squeezed(use.platform) for use in device_request.uses}


@dataclass(frozen=True)
class HeldAlready:
    """Which permissions in force are for what is asked for, or for a part of it."""

    same: DevicePermissionRequest | None
    others: Sequence[DevicePermissionRequest]


def held_already(
    answers: DeviceAnswers,
    uses: Sequence[DeviceUse],
    *,
    by: Person,
    today: date,
    renews: DevicePermissionRequest | None = None,
) -> HeldAlready:
    """The permission for the same device of which these answers say the same or more, so that there are never two of one
    thing; failing one, those on other devices of this kind, of which has to be said whether they end: instead, or as well?
    `renews` is the one that is asked for again; asked for another device or for less, that is a request of its own.

    Another account of the same platform is another place: nobody loses the one by asking for the other.
    """
    covered, key = {use.key for use in uses}, _device_key(answers)
    if renews is not None and _is_same_device(answers, renews) and renews.place_keys <= covered:
        return HeldAlready(renews, ())
    held = [one for one in _of_this_kind(answers, by, is_in_force(today)) if one.place_keys <= covered]
    same = next((one for one in held if one.device_key == key), None)
    return HeldAlready(same, () if same is not None else held)


def former_of(
    answers: DeviceAnswers,
    uses: Sequence[DeviceUse],
    *,
    by: Person,
    today: date,
    renews: DevicePermissionRequest | None = None,
) -> DevicePermissionRequest | None:
    """The permission whose place these answers would take once approved: one for the same device, or the one on another
    device of which was said that this one is used instead.
    """
    held = held_already(answers, uses, by=by, today=today, renews=renews)
    return held.same or next((one for one in held.others if one.reference == answers.instead_of), None)


def still_renewed(device_request: DevicePermissionRequest, answers: DeviceAnswers) -> DevicePermissionRequest | None:
    """What a request that is changed still asks for again; nothing where it is wanted beside that by now."""
    return None if answers.instead_of == AS_WELL else device_request.renews


def _tell_decider(device_request: DevicePermissionRequest, by: Person, at: datetime, number: int | None = None) -> None:
    found = who_decides(by, clock.local_day(at))
    decider = found.person
    keep_asking_for_a_manager(device_request, clock.local_day(at))  # HR was asked, as the page says
    if decider is None:
        return
    if number is None:
        notify(decider.id, messages.TO_DECIDE, device_request.id, at=at)
    else:
        notify(decider.id, messages.TO_DECIDE_ANSWERED, device_request.id, at=at, number=number)
