"""Giving access to an account, and changing its level."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.account_register.health import goes_on
from app.account_register.models import (
    AccessGrant,
    AccessLevel,
    AccessRequestStatus,
    Account,
    EndReason,
    LoginMode,
)
from app.account_register.operations import messages
from app.account_register.operations.approving import acknowledge_by, check_approval, is_lapsed, lapse
from app.account_register.operations.ending import is_far_away
from app.account_register.operations.following import let_rooms_follow
from app.account_register.queries.access import closed_list_refusal, version_to_agree_to
from app.account_register.queries.notices import keepers_on
from app.account_register.queries.requests import open_request
from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db, new_id
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, demand
from app.core.outbox import notify
from app.core.presentation import uk_date
from app.people.knowing import known_of
from app.people.models import Person
from app.policy.queries import pack

_GIVEN_WORDS, _FOUND_WORDS = "gave {about} access as {level}", "recorded that {about} has access as {level}"
GIVEN = event_kind("access:given", _GIVEN_WORDS, neutral=_GIVEN_WORDS)
FOUND = event_kind("access:found-in-use", _FOUND_WORDS, neutral=_FOUND_WORDS)

ONLY_KEEPERS = "Only the keepers of the register give access that nobody has approved here."
ASK_FOR_IT = "Ask for the access: whoever approves it and whoever advises are told."


def give_access(
    account: Account,
    grantee: Person,
    *,
    level: AccessLevel,
    login_mode: LoginMode,
    starts_on: date,
    by: Person,
    at: datetime,
    approved_by: Person | None = None,
    advice: str = "",
    trained_on: date | None = None,
) -> AccessGrant:
    """Give somebody access to an account (policy 6.1), as a keeper of the register. Nobody gives it to themselves.

    Their own manager approves it, with the advice of the Strategic Communications Adviser (policy 6.3(6)); `approved_by`
    is left out where `by` approves it. Who approved it outside is told that this was written down, and so are the other
    keepers. It is active once the holder has agreed to the version of the policy that is in force on the day on which it
    begins (a local setting, or the paragraph the pack names). Refuses (409) whom has access already, and (422) who is
    not on a closed list.
    """
    demand(account.access_can_be_given_by(by), ONLY_KEEPERS, what_now=ASK_FOR_IT)
    if grantee.id == by.id:
        raise NotAllowed("You cannot give access to yourself.", what_now="Ask another keeper of the register.")
    wanted = WantedAccess(account, grantee, level, login_mode, starts_on, trained_on)
    grant = grant_wanted(wanted, approver=approved_by or by, advice=advice, by=by, at=at)
    overtake_request(grant, by=by.id, at=at)
    if grant.was_written_down and approved_by is not None:
        for person_id in {approved_by.id, *(keeper.id for keeper in keepers_on(clock.local_day(at)))} - {by.id}:
            notify(person_id, messages.APPROVAL_WRITTEN_DOWN, grant.id, at=at)
    return grant


@dataclass(frozen=True)
class WantedAccess:
    """Access that somebody is to have, as it is asked for or given."""

    account: Account
    person: Person
    level: AccessLevel
    login_mode: LoginMode
    starts_on: date
    trained_on: date | None = None


def check_wanted(wanted: WantedAccess, *, by: Person, at: datetime) -> None:
    """Refuse access that nobody could have: there already (409), after they left, not on a closed list, untrained (422).

    Who may not know that somebody is to leave may want access for them from any day: whoever approves it is told.
    """
    account, person, day = wanted.account, wanted.person, clock.local_day(at)
    _refuse_second_grant(account, person, wanted.starts_on, by=by, at=at)
    if not account.takes_holders:
        raise AlreadyDone("This account is closed or being closed, so nobody can be given access any more.")
    if wanted.starts_on < day:
        raise InvalidInput("The start date must be today or later", field="starts_on")
    if is_far_away(wanted.starts_on, day):
        raise InvalidInput("Enter a start date within a year from today", field="starts_on")
    if known_of(by, [person.id]):
        _refuse_after_leaving(person, wanted.starts_on)
    refusal = closed_list_refusal(account, person)
    if refusal:
        raise InvalidInput(refusal, field="person")
    check_training(wanted.trained_on, day)


def grant_wanted(wanted: WantedAccess, *, approver: Person, advice: str, by: Person, at: datetime) -> AccessGrant:
    """Give the access that is wanted, approved by whom it needs; it awaits its holder's acknowledgement then."""
    account, person, day = wanted.account, wanted.person, clock.local_day(at)
    check_wanted(wanted, by=by, at=at)
    check_approval(account, person, approver, advice=advice, by=by, at=at)
    version = version_to_agree_to(day)
    grant = begin_access(
        account, person, level=wanted.level, login_mode=wanted.login_mode, starts_on=wanted.starts_on,
        required_version_id=version.id if version else None, by=by, at=at,
    )  # fmt: skip
    grant.approved_by, grant.approved_by_id, grant.given_by_id = approver, approver.id, by.id
    grant.advice, grant.trained_on = advice, wanted.trained_on
    grant.acknowledge_by = acknowledge_by(day, wanted.starts_on) if version is not None else None
    notify(person.id, messages.ACCESS_GIVEN, grant.id, at=at)
    let_rooms_follow(account, by=by.id, at=at)
    return grant


def overtake_request(grant: AccessGrant, *, by: uuid.UUID | None, at: datetime) -> None:
    """What was asked for and is given another way need not be approved any more: the request says who gave it."""
    asked = open_request(grant.account_id, grant.person_id)
    if asked is not None:
        asked.move_to(AccessRequestStatus.OVERTAKEN)
        asked.decided_by_id, asked.decided_at, asked.grant_id = by, at, grant.id


def begin_access(
    account: Account,
    grantee: Person,
    *,
    level: AccessLevel,
    login_mode: LoginMode,
    starts_on: date,
    required_version_id: uuid.UUID | None,
    by: Person | None,
    at: datetime,
    found_in_use: bool = False,
) -> AccessGrant:
    """The row and the event of a grant, for the two ways in: given, and found in use at an import (`by` None: command).

    Of somebody who is to leave it ends on their last working day; none begins after that. What is found in use comes in
    many rows, which the import sends together.
    """
    _refuse_after_leaving(grantee, starts_on)
    approver = by.id if by is not None and by.id != grantee.id and not found_in_use else None
    grant = AccessGrant(
        id=new_id(), account_id=account.id, person_id=grantee.id, level=level, login_mode=login_mode, starts_on=starts_on,
        approved_by_id=approver, approved_at=at, required_version_id=required_version_id,
        given_by_id=by.id if by is not None else None,
    )  # fmt: skip
    grant.account, grant.person = account, grantee
    if grantee.last_working_day is not None:
        grant.ends_on, grant.end_reason, grant.ended_at = grantee.last_working_day, EndReason.LEFT, at
        grant.leaves_on, grant.end_follows = grantee.last_working_day, True
    name = grantee.name  # it cannot be read any more once the database has refused
    db.session.add(grant)
    try:
        if not found_in_use:
            db.session.flush()
    except IntegrityError as error:  # the one open grant per person and account is the database's too
        raise AlreadyDone(f"{name} was given access at the same moment.") from error
    record(
        FOUND if found_in_use else GIVEN, account.id, by=by.id if by else ActorKind.INSTALLATION, at=at,
        about=grantee.id, facts={"grant": grant.id, "level": level, "starts_on": starts_on},
    )  # fmt: skip
    return grant


def check_training(trained_on: date | None, day: date) -> None:
    """Refuse who was not trained where the pack asks for it, and a day of training that is to come."""
    switch = pack().switches["training_before_access"]
    if trained_on is None and switch.value:
        raise InvalidInput(f"Enter the day of their training ({pack().cite(switch.sources)})", field="trained_on")
    if trained_on is not None and trained_on > day:
        raise InvalidInput("The day of their training must be today or earlier", field="trained_on")


def _refuse_after_leaving(person: Person, starts_on: date) -> None:
    if person.has_left_on(starts_on):
        raise InvalidInput(
            f"{person.name}’s last working day is {uk_date(person.last_working_day)}. Enter an earlier start date, or "
            "somebody else", field="person",
        )  # fmt: skip


def _refuse_second_grant(account: Account, grantee: Person, starts_on: date, *, by: Person, at: datetime) -> None:
    """One access of a person to an account at a time; one that has lapsed is ended, and stands in nobody's way.

    To who may not know of it, access with an end that is to come is access without one.
    """
    today, knows = clock.local_day(at), bool(known_of(by, [grantee.id]))
    grants = db.session.execute(
        sa.select(AccessGrant)
        .where(
            AccessGrant.account_id == account.id, AccessGrant.person_id == grantee.id,
            sa.or_(goes_on(starts_on), goes_on(today)),
        )
        .options(joinedload(AccessGrant.approved_by), joinedload(AccessGrant.given_by))
        .order_by(AccessGrant.ends_on.is_(None).desc(), AccessGrant.ends_on.desc(), AccessGrant.id)
    ).scalars()  # fmt: skip
    ends = [(grant, grant.end_known_to(by, today, knows=knows)) for grant in grants]
    present, until = next(((grant, end) for grant, end in ends if end is None or end >= starts_on), (None, None))
    if present is None:
        return
    if is_lapsed(present, today):
        lapse(present, at=at)
        db.session.flush()
        _refuse_second_grant(account, grantee, starts_on, by=by, at=at)
        return
    giver = f", given by {present.approved_by.name}" if present.approved_by else ""
    ends_then = f" and until {uk_date(until)}" if until else ""
    raise AlreadyDone(
        f"{grantee.name} already has access since {uk_date(present.starts_on)}{ends_then}{giver}.",
        who=present.given_by.name if present.given_by else None, when=present.approved_at, did="recorded it",
        what_now="To change what they may do, or correct how they sign in, open the account.",
    )  # fmt: skip
