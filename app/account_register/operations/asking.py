"""Asking for access, advising on it, and its approval by the manager of whom it is for (policy 6.3(6); domain 3.3)."""

import uuid
from dataclasses import fields
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app.account_register.models import AccessGrant, AccessLevel, AccessRequest, AccessRequestStatus
from app.account_register.models.requests import ADVISED_BY, APPROVED_BY
from app.account_register.operations import messages
from app.account_register.operations.access import WantedAccess, check_wanted, grant_wanted
from app.account_register.operations.approving import check_approval
from app.account_register.operations.levels import check_more, set_level
from app.account_register.queries.access import last_level_change
from app.account_register.queries.notices import keepers_on
from app.account_register.queries.requests import open_request, open_requests_of
from app.core import clock
from app.core.audit import Actor, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import notify
from app.core.presentation import uk_date
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.core.seen import ChangedBySomebody, is_older
from app.people.models import KEEPERS, Person
from app.policy.queries import due_after_receipt, pack

ASKED = event_kind("access:asked-for", "asked for access for {about}", neutral="asked for access for {about}")
ADVISED = event_kind("access:advised", "advised on access for {about}", neutral="advised on access for {about}")
APPROVED = event_kind("access:approved", "approved the access of {about}", neutral="approved the access of {about}")
REFUSED = event_kind("access:refused", "refused access for {about}", neutral="refused access for {about}")
TAKEN_BACK = event_kind(
    "access:taken-back", "took back what was asked for {about}", neutral="took back what was asked for {about}"
)
GOES_ON = event_kind(
    "access:request-goes-on", "let what was asked for {about} go on", neutral="let what was asked for {about} go on",
    unnamed=True,
)  # fmt: skip
DECIDED_WITHIN, ADVISED_WITHIN = "access_decision_working_days", "access_register_keeper_advice_working_days"
NOT_THE_ADVISER = "Only a keeper of the register writes down what a keeper advises, and never on access of their own."
NOT_YOURS_TO_ASK = "You can change this for yourself, for people in your team, and for accounts that you own."
NOT_THE_MANAGER = "Only the manager of the person who is to have access approves or refuses it."
DID = {
    AccessRequestStatus.APPROVED: "approved it", AccessRequestStatus.REFUSED: "refused it",
    AccessRequestStatus.WITHDRAWN: "took it back", AccessRequestStatus.OVERTAKEN: "gave this access another way",
}  # fmt: skip


def ask_for_access(wanted: WantedAccess, *, by: Person, at: datetime, reason: str, advice: str = "") -> AccessRequest:
    """Ask that somebody may use an account; their own manager approves it, and the keeper of the register advises.

    Asked by the person themself, by their manager, by the account's owner or by a keeper. What a keeper asks for whom it is
    theirs to approve is approved at once. Only who advises enters `advice`. Refuses (409) what is asked for already, and
    whatever could not be given.
    """
    _check_asker(wanted, by)
    _check_words(reason, advice)
    check_wanted(wanted, by=by, at=at)
    _refuse_second(wanted, by=by, at=at)
    return _send(_request(wanted, by=by, at=at, reason=reason), by=by, at=at, advice=advice)


def ask_for_more(
    grant: AccessGrant, level: AccessLevel, *, by: Person, at: datetime, reason: str, advice: str = "",
    trained_on: date | None = None,
) -> AccessRequest:  # fmt: skip
    """Ask that somebody may do more with access that they have, approved as access is: their own manager approves it, and
    the keeper of the register advises. No password changes because of it.

    `trained_on` is left out where the day of their training stands with their access already.
    """
    trained_on = trained_on or grant.trained_on
    wanted = WantedAccess(grant.account, grant.person, level, grant.login_mode, clock.local_day(at), trained_on)
    _check_asker(wanted, by)
    _check_words(reason, advice)
    check_more(grant, level, at=at, trained_on=trained_on)
    _refuse_second(wanted, by=by, at=at)
    made = _request(wanted, by=by, at=at, reason=reason)
    made.grant, made.grant_id, made.old_level = grant, grant.id, grant.level
    return _send(made, by=by, at=at, advice=advice)


def _send(made: AccessRequest, *, by: Person, at: datetime, advice: str) -> AccessRequest:
    """What is asked for goes to whoever advises and approves; where that is who asks, it is approved."""
    if advice:
        demand(made.is_adviser(by), NOT_THE_ADVISER, what_now="They are asked once you have sent this.")
        made.advice, made.advised_by, made.advised_by_id = advice, by, by.id
    keepers = keepers_on(clock.local_day(at))
    others = [keeper.id for keeper in keepers if keeper.id != made.person_id]
    if not made.deciders() and not others:
        raise InvalidInput("Nobody is recorded who could approve this. Ask HR to record the manager, then ask again")
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError as error:  # asked for at the same moment: the one open request is the database's too
        raise AlreadyDone(f"Access for {made.person.name} was asked for at the same moment.") from error
    record(ASKED, made.account.id, by=by.id, at=at, about=made.person.id, facts={"request": made.id})
    if made.can_be_approved_by(by):
        approve_access(made, by=by, at=at)
        return made
    for decider in made.deciders() or others:
        notify(decider, messages.ACCESS_TO_APPROVE if advice else messages.ACCESS_ASKED_FOR, made.id, at=at)
    for keeper in [] if advice else keepers:
        notify(keeper.id, messages.ACCESS_TO_ADVISE, made.id, at=at)
    return made


def _request(wanted: WantedAccess, *, by: Person, at: datetime, reason: str) -> AccessRequest:
    made = AccessRequest(
        account_id=wanted.account.id, person_id=wanted.person.id, asked_by_id=by.id, asked_at=at, reason=reason,
        advice="", status=AccessRequestStatus.ASKED,
        advise_by=due_after_receipt(ADVISED_WITHIN, at), due_on=due_after_receipt(DECIDED_WITHIN, at),
        level=wanted.level, login_mode=wanted.login_mode, starts_on=wanted.starts_on, trained_on=wanted.trained_on,
    )  # fmt: skip
    made.account, made.person, made.asked_by = wanted.account, wanted.person, by
    return made


def _check_asker(wanted: WantedAccess, by: Person) -> None:
    account, person = wanted.account, wanted.person
    if by.id in (person.id, account.owner_id) or by.manages(person) or by.holds(*KEEPERS):
        return
    raise InvalidInput(
        "You can ask for yourself, for people in your team, and for accounts that you own. Tell the person or their manager",
        field="person",
    )


def _refuse_second(wanted: WantedAccess, *, by: Person, at: datetime) -> None:
    asked = open_request(wanted.account.id, wanted.person.id)
    if asked is not None and asked.ended_by_itself(clock.local_day(at)):
        _decide(asked, AccessRequestStatus.WITHDRAWN, by=by, at=at)  # more of an access that has ended since
        db.session.flush()
    elif asked is not None:
        raise AlreadyDone(
            f"Access for {wanted.person.name} to {wanted.account.name} is asked for already.", who=asked.asked_by.name,
            when=asked.asked_at, did="asked for it", what_now="Wait for what their manager decides.",
        )  # fmt: skip


def _check_words(reason: str, advice: str) -> None:
    if not reason:
        raise InvalidInput("Enter why they need it", field="reason")
    for name, words in (("reason", reason), ("advice", advice)):
        if looks_like_secret(words):
            raise InvalidInput(REFUSAL, field=name)


def advise_on_access(asked: AccessRequest, *, by: Person, at: datetime, advice: str) -> None:
    """Give the advice that is sought before somebody may use an account (policy 6.1(3), 6.3(6))."""
    cited = pack().cite(pack().chains[ADVISED_BY].sources)
    demand(asked.is_adviser(by), f"Only the keeper of the register advises on this ({cited}).")
    _must_be_open(asked)
    if asked.advice:
        raise AlreadyDone(
            "Advice on this has been given already.", who=asked.advised_by.name if asked.advised_by else None,
        )  # fmt: skip
    if not advice:
        raise InvalidInput("Enter what you advise", field="advice")
    if looks_like_secret(advice):
        raise InvalidInput(REFUSAL, field="advice")
    asked.advice, asked.advised_by_id, asked.advised_by = advice, by.id, by
    record(ADVISED, asked.account_id, by=by.id, at=at, about=asked.person_id, facts={"request": asked.id})
    for decider in asked.deciders():
        notify(decider, messages.ACCESS_TO_APPROVE, asked.id, at=at)


def approve_access(asked: AccessRequest, *, by: Person, at: datetime) -> AccessGrant:
    """Approve access for somebody in one's team, once a keeper has advised; it awaits their acknowledgement of the policy.

    All that is refused when access is given is refused now too; a start that has passed becomes today.
    """
    _must_be_decider(asked, by)
    _must_be_open(asked)
    grant = _give_more(asked, by=by, at=at) if asked.is_for_more else _give(asked, by=by, at=at)
    _decide(asked, AccessRequestStatus.APPROVED, by=by, at=at)
    asked.grant, asked.grant_id = grant, grant.id
    record(
        APPROVED, asked.account_id, by=by.id, at=at, about=asked.person_id, facts={"request": asked.id, "grant": grant.id}
    )
    told = {asked.asked_by_id, *(keeper.id for keeper in keepers_on(clock.local_day(at)))}
    _tell(asked, (told | {asked.person_id} if asked.is_for_more else told) - {by.id}, at)
    return grant


def _give(asked: AccessRequest, *, by: Person, at: datetime) -> AccessGrant:
    known = {part.name: getattr(asked, part.name) for part in fields(WantedAccess)}
    wanted = WantedAccess(**{**known, "starts_on": max(asked.starts_on, clock.local_day(at))})
    return grant_wanted(wanted, approver=by, advice=asked.advice, by=by, at=at)


def _give_more(asked: AccessRequest, *, by: Person, at: datetime) -> AccessGrant:
    grant = asked.grant
    assert grant is not None
    check_more(grant, asked.level, at=at, trained_on=asked.trained_on)
    check_approval(asked.account, asked.person, by, advice=asked.advice, by=by, at=at)
    set_level(grant, asked.level, by=by, at=at, approved_by=by, advice=asked.advice)
    grant.trained_on = asked.trained_on
    return grant


def refuse_older_request(asked: AccessRequest, seen: str) -> None:
    """Refuse (409) who would decide on something else than their page showed: advised on since, or they may do less now."""
    if not is_older(seen, asked.mark):
        return
    last = last_level_change(asked.grant) if asked.level_since and asked.grant else None
    if last is not None:
        raise ChangedBySomebody(
            asked.mark, who="Somebody", when=last.changed_at, did=f"changed the access of {asked.person.name} to {last.new}"
        )
    raise ChangedBySomebody(
        asked.mark, who=asked.advised_by.name if asked.advised_by else "Somebody", when=None, did="advised on this"
    )


def refuse_access(asked: AccessRequest, *, by: Person, at: datetime, reasons: str) -> None:
    """Refuse access with reasons, which those read who asked for it."""
    _must_be_decider(asked, by)
    _must_be_open(asked)
    if not reasons:
        raise InvalidInput("Enter why you refuse this", field="reasons")
    if looks_like_secret(reasons):
        raise InvalidInput(REFUSAL, field="reasons")
    asked.words = reasons
    _decide(asked, AccessRequestStatus.REFUSED, by=by, at=at)
    record(REFUSED, asked.account_id, by=by.id, at=at, about=asked.person_id, facts={"request": asked.id})
    _tell(asked, {asked.asked_by_id, asked.person_id} - {by.id}, at)


def withdraw_access_request(asked: AccessRequest, *, by: Person, at: datetime) -> None:
    """Take back what was asked for; nobody need decide it any more."""
    demand(asked.is_withdrawer(by), "Only those who asked for this access, or whom it is for, take that back.")
    _must_be_open(asked)
    _decide(asked, AccessRequestStatus.WITHDRAWN, by=by, at=at)
    record(TAKEN_BACK, asked.account_id, by=by.id, at=at, about=asked.person_id, facts={"request": asked.id})
    _tell(asked, {asked.asked_by_id, asked.person_id} - {by.id}, at)


def requests_go_on(person: Person, *, by: Actor, at: datetime) -> None:
    """Tell those for whom it waits that what was asked for somebody goes on, who was gone and has not left after all."""
    for asked in open_requests_of(person):
        record(GOES_ON, asked.account_id, by=by, at=at, about=person.id, facts={"request": asked.id})
        _tell(asked, {asked.asked_by_id, *asked.deciders(), *(keeper.id for keeper in keepers_on(clock.local_day(at)))}, at)


def _decide(asked: AccessRequest, status: AccessRequestStatus, *, by: Person, at: datetime) -> None:
    asked.move_to(status)
    asked.decided_by, asked.decided_by_id, asked.decided_at = by, by.id, at


def _must_be_decider(asked: AccessRequest, by: Person) -> None:
    cited = pack().cite(pack().chains[APPROVED_BY].sources)
    what_now = f"It waits for {asked.who_decides(clock.today())}."
    demand(asked.is_decider(by), f"{NOT_THE_MANAGER.removesuffix('.')} ({cited}).", what_now=what_now)


def _must_be_open(asked: AccessRequest) -> None:
    ended = asked.ended_by_itself(clock.today())
    if ended:
        raise AlreadyDone(f"{ended}, so nobody need decide this any more.", what_now="You need do nothing.")
    if not asked.is_open:
        raise AlreadyDone(
            f"What was asked for {asked.person.name} on {uk_date(asked.asked_at)} does not wait for anybody any more.",
            who=asked.decided_by.name if asked.decided_by else None, when=asked.decided_at, did=DID[asked.status],
            what_now="Open the account to see who has access.",
        )  # fmt: skip


def _tell(asked: AccessRequest, people: set[uuid.UUID], at: datetime) -> None:
    for person_id in sorted(people):
        notify(person_id, messages.ACCESS_MOVED, asked.id, at=at)
