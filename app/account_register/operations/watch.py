"""Accounts found in use, accounts that pretend to be ours, and what is new: recording and settling (domain 3.2; 1.4)."""

import uuid
from dataclasses import fields
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app.account_register.models import Account, AccountProposal, Found, Noticed, ProposalKind
from app.account_register.models.watch import (
    DiscoveredAccount,
    DiscoveredStatus,
    HorizonItem,
    HorizonLook,
    LookAlike,
    LookAlikeOutcome,
    LookAlikeStatus,
    LookResult,
)
from app.account_register.naming import handle_key, platform_fields, url_key, words_in
from app.account_register.operations import messages
from app.account_register.operations.accounts import AccountDetails, register_account
from app.account_register.operations.proposals import DRAFT
from app.account_register.operations.settling import settle, settle_as, throw_begun_proposal_away
from app.account_register.queries.notices import keepers_on
from app.account_register.queries.proposals import is_used
from app.account_register.queries.same import registered_already
from app.account_register.queries.watch import (
    account_of_found,
    address_is_found_in_use,
    discovered_of,
    discovered_with_handle,
)
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.drafts import find_draft, keep_draft
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import MessageKind, as_news, notify
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.core.seen import ChangedBySomebody, is_older, mark_of
from app.core.working_days import HolidayDataEnds
from app.people.models import KEEPERS, Person, Service
from app.policy.queries import due_at_once, working_calendar

DISCOVERED = event_kind("discovered:recorded", "told of it", neutral="told of it")
ASKED = event_kind("discovered:asked", "asked {about} to propose it", neutral="asked {about} to propose it")
PROPOSED = event_kind("discovered:proposed", "proposed it", neutral="proposed it")
FOUND_AGAIN = event_kind(
    "discovered:found-again", "changed what was proposed into another account",
    neutral="changed what was proposed into another account",
)  # fmt: skip
SETTLED = event_kind("discovered:closed", "closed it with what became of it", neutral="closed it with what became of it")
NOTICED = event_kind("look-alike:recorded", "told of it", neutral="told of it")
REPORTED = event_kind("look-alike:reported", "reported it to the platform", neutral="reported it to the platform")
ENDED = event_kind("look-alike:closed", "closed it: {outcome}", neutral="closed it: {outcome}")
WATCHED = event_kind("horizon:recorded", "began to watch it", neutral="began to watch it")
LOOKED = event_kind("horizon:looked", "looked at it: {result}", neutral="looked at it: {result}")

SHADOW = "shadow_account_working_days"
TO_REPORT, TO_FOLLOW_UP = "look_alike_report_working_days", "look_alike_follow_up_working_days"
TOLD_ALREADY = "Somebody else told of this account already. It waits for the keeper of the register."
ONLY_KEEPERS = "Only the keepers of the register do this."
TELL_A_KEEPER = "Tell the keeper of the register what you know."


# ---- accounts found in use ----


def record_discovered(found: Found, *, by: Person, at: datetime) -> DiscoveredAccount:
    """Tell the keepers of an account in use that is not on the register (A01; domain 3.2). Anybody may.

    The head of its service is told too. Refuses one that is on the register, or that somebody told of already (409).
    """
    _refuse_secrets(name=found.name, handle=found.handle, url=found.url, how_found=found.how_found)
    _must_be_past(found.found_on, "found_on", at)
    _refuse_registered(found.platform, found.handle, found.url)
    if address_is_found_in_use(found.platform, found.handle, found.url):
        raise AlreadyDone(TOLD_ALREADY)
    made = DiscoveredAccount(
        **{part.name: getattr(found, part.name) for part in fields(found)},
        handle_key=handle_key(found.handle, found.platform),
        recorded_at=at, recorded_by=by, recorded_by_id=by.id, due_on=due_at_once(SHADOW, clock.local_day(at)),
    )  # fmt: skip
    _add(made, TOLD_ALREADY)
    record(DISCOVERED, made.id, by=by.id, at=at)
    _tell_keepers(messages.DISCOVERED, made.id, by=by, at=at)
    service = db.session.get(Service, found.service_id) if found.service_id else None
    if service is not None and service.head_id is not None and service.head_id != by.id:
        notify(service.head_id, messages.DISCOVERED, made.id, at=at)
    return made


def ask_for_proposal(
    found: DiscoveredAccount, person: Person, *, by: Person, at: datetime, seen: str = ""
) -> None:
    """Ask somebody to propose it: their proposal begins with what is known of it. They can be changed for another, and what
    whoever was asked before has begun is thrown away.

    `seen` is the mark of whom the page showed as asked: where somebody else was asked since, that is told first (409).
    """
    _must_be_keeper(by)
    if found.status is not DiscoveredStatus.FOUND:
        raise _settled(found)
    mark = mark_of(found.asked_id)
    if is_older(seen, mark) and found.asked is not None:
        raise ChangedBySomebody(mark, who=found.asked.name, when=None, did="was asked to propose it")
    if why_not := person.why_not_here_on(clock.local_day(at)):
        raise InvalidInput(f"{person.name} {why_not}. Enter somebody who works here", field="person")
    if find_draft(person.id, DRAFT) is not None:
        raise InvalidInput(f"{person.name} has begun a proposal and not sent it yet. Ask somebody else", field="person")
    throw_begun_proposal_away(found, by=by, at=at)
    keep_draft(person.id, DRAFT, _as_answers(found), at=at)
    found.asked, found.asked_id = person, person.id
    record(ASKED, found.id, by=by.id, at=at, about=person.id)
    notify(person.id, messages.ASKED_TO_PROPOSE, found.id, at=at, number=as_news(found))


def _as_answers(found: DiscoveredAccount) -> dict[str, str]:
    """What a proposal asks of an account, answered with what is known; `discovered` leads back here when it is sent."""
    kind = ProposalKind.NEW_ACCOUNT if is_used(found.platform) else ProposalKind.NEW_PLATFORM
    return {
        "discovered": str(found.id), "kind": kind.value, "name": found.name,
        **platform_fields(found.platform), "handle": found.handle or "", "url": found.url or "",
    }  # fmt: skip


def follow_proposal(discovered_id: str | None, proposal: AccountProposal, *, by: Person, at: datetime) -> None:
    """Note that a proposal was sent which began with an account found in use; nothing where it began otherwise, or became
    one for another account: this one still has to be settled then.
    """
    found = db.session.get(DiscoveredAccount, uuid.UUID(discovered_id)) if discovered_id else None
    if found is None or found.status is not DiscoveredStatus.FOUND or not _is_about(proposal, found):
        return
    found.proposal, found.proposal_id = proposal, proposal.id
    found.move_to(DiscoveredStatus.PROPOSED)
    record(PROPOSED, found.id, by=by.id, at=at)


def follow_changes(proposal: AccountProposal, *, by: Person, at: datetime) -> None:
    """Where a proposal was changed into one for another account, the one that was found has to be settled again."""
    found = discovered_of(proposal)
    if found is None or _is_about(proposal, found):
        return
    if found.handle_key and discovered_with_handle(found.platform, found.handle_key):
        return  # somebody has told of it again meanwhile, so it is settled there
    found.move_to(DiscoveredStatus.FOUND)
    found.proposal, found.proposal_id = None, None
    record(FOUND_AGAIN, found.id, by=by.id, at=at)
    _tell_keepers(messages.DISCOVERED, found.id, by=by, at=at, number=2)


def settle_proposed(proposal: AccountProposal, account: Account, *, by: Person, at: datetime) -> None:
    """Note that an account found in use came on the register by what was proposed."""
    found = discovered_of(proposal)
    if found is None:
        return
    settle_as(found, account, by=by, at=at)


def _is_about(proposal: AccountProposal, found: DiscoveredAccount) -> bool:
    """Whether a proposal is for the account that was found: its platform and its handle; without one, its address."""
    if not proposal.kind.makes_an_account or proposal.platform != found.platform:
        return False
    if found.handle_key is not None or found.url is None:
        return handle_key(proposal.handle, found.platform) == found.handle_key
    return url_key(proposal.url) == url_key(found.url)


def register_discovered(found: DiscoveredAccount, details: AccountDetails, *, by: Person, at: datetime) -> Account:
    """Put it on the register, with what is known of it and what was missing."""
    _must_be_settler(found, by)
    account = register_account(details, by=by, at=at)
    if found.status is not DiscoveredStatus.REGISTERED:  # else it is what was told of, and so settled by that
        settle_as(found, account, by=by, at=at)
    return account


def settle_on_register(found: DiscoveredAccount, *, by: Person, at: datetime) -> Account:
    """Note that it is on the register already: it came there by command, or its details were put right since.

    Refuses (409) where it is not.
    """
    _must_be_settler(found, by)
    account = account_of_found(found)
    if account is None:
        raise AlreadyDone("This account is not on the register.", what_now="Put it on the register, or close it.")
    settle_as(found, account, by=by, at=at)
    return account


def close_discovered(found: DiscoveredAccount, outcome: str, *, by: Person, at: datetime) -> None:
    """Note what became of it where it does not come on the register: deleted, or not ours."""
    _must_be_settler(found, by)
    if not outcome:
        raise InvalidInput("Enter what became of it", field="outcome")
    _refuse_secrets(outcome=outcome)
    found.outcome = outcome
    settle(found, DiscoveredStatus.CLOSED, by=by, at=at)
    record(SETTLED, found.id, by=by.id, at=at)


def _must_be_settler(found: DiscoveredAccount, by: Person) -> None:
    _must_be_keeper(by)
    if not found.is_to_be_settled:
        raise _settled(found)


def _settled(found: DiscoveredAccount) -> AlreadyDone:
    if found.status is DiscoveredStatus.PROPOSED:
        return AlreadyDone("This account has been proposed already.", what_now="Open its proposal to see how it stands.")
    return AlreadyDone(
        "This has been settled already.", who=found.settled_by.name if found.settled_by else None, when=found.settled_at
    )


# ---- accounts that pretend to be ours ----


def record_look_alike(noticed: Noticed, *, by: Person, at: datetime) -> LookAlike:
    """Tell the keepers of an account that looks like ours (A06). Anybody may. Refuses one that is ours."""
    if not (noticed.handle or noticed.url):
        raise InvalidInput("Enter its handle or its web address, so that it can be found", field="handle")
    _refuse_secrets(handle=noticed.handle, url=noticed.url, pretends=noticed.pretends)
    _must_be_past(noticed.noticed_on, "noticed_on", at)
    _refuse_registered(noticed.platform, noticed.handle, noticed.url)
    made = LookAlike(
        **{part.name: getattr(noticed, part.name) for part in fields(noticed)},
        handle_key=handle_key(noticed.handle, noticed.platform),
        recorded_at=at, recorded_by=by, recorded_by_id=by.id, due_on=due_at_once(TO_REPORT, clock.local_day(at)),
    )  # fmt: skip
    _add(made, "Somebody else told of this account already. The keeper of the register sees to it.")
    record(NOTICED, made.id, by=by.id, at=at)
    _tell_keepers(messages.LOOK_ALIKE, made.id, by=by, at=at)
    return made


def report_look_alike(found: LookAlike, reported_on: date, reference: str, *, by: Person, at: datetime) -> None:
    """Note that the platform was asked to act. What comes of it is asked for later."""
    _must_be_keeper(by)
    if found.status is LookAlikeStatus.REPORTED:
        raise AlreadyDone(
            "This has been reported already.", who=found.reported_by.name if found.reported_by else None,
            what_now="When the platform answers, note what came of it.",
        )  # fmt: skip
    _must_be_open(found)
    _must_be_past(reported_on, "reported_on", at)
    if reported_on < found.noticed_on:
        raise InvalidInput("The day must be the day it was noticed or later", field="reported_on")
    _refuse_secrets(reference=reference)
    found.move_to(LookAlikeStatus.REPORTED)
    found.reported_on, found.reported_by, found.reported_by_id, found.reference = reported_on, by, by.id, reference
    found.due_on = due_at_once(TO_FOLLOW_UP, reported_on)
    record(REPORTED, found.id, by=by.id, at=at)


def close_look_alike(found: LookAlike, outcome: LookAlikeOutcome, words: str, *, by: Person, at: datetime) -> None:
    """Note what came of it. What the platform did is known only after it was asked."""
    _must_be_keeper(by)
    _must_be_open(found)
    _refuse_secrets(words=words)
    if outcome is not LookAlikeOutcome.HARMLESS and found.reported_on is None:
        raise InvalidInput("Note first that it was reported to the platform", field="outcome")
    found.move_to(LookAlikeStatus.CLOSED)
    found.outcome, found.words = outcome, words
    found.closed_at, found.closed_by, found.closed_by_id = at, by, by.id
    record(ENDED, found.id, by=by.id, at=at, facts={"outcome": outcome})
    if found.recorded_by_id != by.id:
        notify(found.recorded_by_id, messages.LOOK_ALIKE_OVER, found.id, at=at)


def _must_be_open(found: LookAlike) -> None:
    if found.status is LookAlikeStatus.CLOSED:
        raise AlreadyDone(
            "This is closed already.", who=found.closed_by.name if found.closed_by else None, when=found.closed_at
        )


# ---- what is new ----


def watch_horizon(name: str, what: str, next_look_on: date, *, by: Person, at: datetime) -> HorizonItem:
    """Begin to watch a platform or feature (policy 1.4)."""
    _must_be_keeper(by)
    _refuse_secrets(name=name, what=what)
    _must_not_be_past(next_look_on, at)
    made = HorizonItem(
        name=name, key=" ".join(words_in(name)) or name, what=what, recorded_at=at, recorded_by=by, recorded_by_id=by.id,
        next_look_on=next_look_on,
    )  # fmt: skip
    _add(made, "This is watched already. Open it in the list to note what you found.")
    record(WATCHED, made.id, by=by.id, at=at)
    return made


def note_look(
    item: HorizonItem, result: LookResult, words: str, next_look_on: date | None, *, by: Person, at: datetime,
    seen: str = "",
) -> HorizonLook:  # fmt: skip
    """Note who looked at it, with what result, and when it is looked at next; never again only where it is not for us.

    `seen` is the mark of what the page showed: where somebody looked at it since, that is told first (409).
    """
    _must_be_keeper(by)
    if is_older(seen, item.mark) and item.looks:
        last = item.looks[0]
        raise ChangedBySomebody(item.mark, who=last.looked_by.name, when=last.looked_at, did="looked at it")
    if not words:
        raise InvalidInput("Enter what you found", field="words")
    _refuse_secrets(words=words)
    if next_look_on is None and result is not LookResult.NOT_FOR_US:
        raise InvalidInput("Enter when somebody looks at it next", field="next_look_on")
    if next_look_on is not None:
        _must_not_be_past(next_look_on, at)
    look = HorizonLook(
        item_id=item.id, looked_at=at, looked_by=by, looked_by_id=by.id, result=result, words=words,
        next_look_on=next_look_on,
    )  # fmt: skip
    item.looks.insert(0, look)
    item.next_look_on = next_look_on
    record(LOOKED, item.id, by=by.id, at=at, facts={"result": result})
    return look


# ---- what all share ----


def _must_be_keeper(by: Person) -> None:
    demand(by.holds(*KEEPERS), ONLY_KEEPERS, what_now=TELL_A_KEEPER)


def _add(thing: DiscoveredAccount | LookAlike | HorizonItem, refusal: str) -> None:
    """The database keeps each only once while it is open."""
    db.session.add(thing)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise AlreadyDone(refusal) from error


def _tell_keepers(kind: MessageKind, subject_id: uuid.UUID, *, by: Person, at: datetime, number: int | None = None) -> None:
    for keeper in keepers_on(clock.local_day(at)):
        if keeper.id != by.id:
            notify(keeper.id, kind, subject_id, at=at, number=number)


def _refuse_registered(platform: str, handle: str | None, url: str | None) -> None:
    known = registered_already(platform, handle, url)
    if known is not None:
        raise InvalidInput(f"This account is ours, and on the register as {known.name}", field=known.field)


def _must_be_past(day: date, field: str, at: datetime) -> None:
    if day > clock.local_day(at):
        raise InvalidInput("The day must be today or in the past", field=field)


def _must_not_be_past(day: date, at: datetime) -> None:
    if day <= clock.local_day(at):
        raise InvalidInput("The next look must be after today", field="next_look_on")
    try:
        working_calendar().is_working_day(day)
    except HolidayDataEnds as refusal:
        raise InvalidInput(refusal.sentence, field="next_look_on") from refusal


def _refuse_secrets(**texts: str | None) -> None:
    for field, text in texts.items():
        if looks_like_secret(text or ""):
            raise InvalidInput(REFUSAL, field=field)
