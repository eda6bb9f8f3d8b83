"""Registering accounts by hand, changing what the register says of them, pausing and closing them."""

import uuid
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.account_register.models import (
    AccessGrant,
    Account,
    AccountStatus,
    AccountWord,
    LoginMode,
    TwoStep,
)
from app.account_register.naming import handle_key, kind_of_platform, words_of_account
from app.account_register.operations.following import let_rooms_follow
from app.account_register.operations.reviews import plan_review
from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.presentation import count_words
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.people.models import KEEPERS, Person

REGISTERED = event_kind("account:registered", "put the account on the register", neutral="put the account on the register")
CHANGED = event_kind("account:changed", "changed the {fields}", neutral="changed the {fields}")
STATUS_CHANGED = event_kind("account:status-changed", "marked it as {status}", neutral="marked it as {status}")
CLOSED = event_kind("account:closed", "closed the account", neutral="closed the account")

NOT_A_KEEPER = "Only the keepers of the register may change it."
ASK_A_KEEPER = "Tell the Strategic Communications Adviser what should change."


class AlreadyRegistered(InvalidInput):
    """The handle is on the register already (409): the page keeps what was typed, and says where it is."""

    status = 409


@dataclass(frozen=True)
class AccountDetails:
    """What the register says of an account. `platform` is a name as `canonical_platform` gives it."""

    name: str
    platform: str
    handle: str | None
    url: str | None
    service_id: uuid.UUID | None
    owner_id: uuid.UUID | None
    purpose: str
    login_mode: LoginMode
    two_step: TwoStep


def details_of(account: Account) -> AccountDetails:
    """What the register says of an account now."""
    return AccountDetails(**{part.name: getattr(account, part.name) for part in fields(AccountDetails)})


def register_account(details: AccountDetails, *, by: Person, at: datetime) -> Account:
    """Put an account on the register by hand (policy 6.1). Refuses a handle that is there already (409)."""
    demand(by.holds(*KEEPERS), NOT_A_KEEPER, what_now=ASK_A_KEEPER)
    _refuse_secrets(details)
    _refuse_second(details, None)
    _refuse_owner_who_left(details, at)
    account = add_account(details, AccountStatus.LIVE, by=by.id, at=at)
    let_rooms_follow(account, by=by.id, at=at)
    return account


def add_account(
    details: AccountDetails, status: AccountStatus, *, by: uuid.UUID | ActorKind, at: datetime
) -> Account:
    """The row and the event of a registration, for the two ways in: by hand and from a file."""
    account = Account(status=status, registered_at=at)
    put_details(account, details)
    plan_review(account, clock.local_day(at))
    db.session.add(account)
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody else registered the same handle since it was asked for
        raise _already_registered(details.platform) from error
    record(REGISTERED, account.id, by=by, at=at)
    return account


def change_account(account: Account, details: AccountDetails, *, by: Person, at: datetime) -> list[str]:
    """Change what the register says of an account; gives the names of what changed, none if nothing did."""
    demand(account.can_be_changed_by(by), NOT_A_KEEPER, what_now=ASK_A_KEEPER)
    _refuse_closed(account)
    _refuse_secrets(details)
    _refuse_second(details, account)
    changed = changed_fields(account, details)
    if "owner_id" in changed:
        _refuse_owner_who_left(details, at)
    if changed:
        put_details(account, details)
        note_change(account, changed, by=by.id, at=at)
    if "owner_id" in changed:
        let_rooms_follow(account, by=by.id, at=at)
    return changed


def changed_fields(account: Account, details: AccountDetails) -> list[str]:
    """The names of the details that differ from what the register says."""
    return [part.name for part in fields(details) if getattr(account, part.name) != getattr(details, part.name)]


def note_change(account: Account, changed: list[str], *, by: uuid.UUID | ActorKind, at: datetime) -> None:
    """Write down which details of an account changed, not what to."""
    words = {"service_id": "service", "owner_id": "owner", "url": "web address", "two_step": "2-step verification"}
    record(
        CHANGED, account.id, by=by, at=at,
        facts={"fields": " and ".join(words.get(name, name.replace("_", " ")) for name in changed)},
    )  # fmt: skip


def put_details(account: Account, details: AccountDetails) -> None:
    """Write the details into the row, with all that is derived from them: kind, key of the handle, words to find it by."""
    for part in fields(details):
        setattr(account, part.name, getattr(details, part.name))
    account.kind = kind_of_platform(details.platform)
    account.handle_key = handle_key(details.handle)
    wanted = words_of_account(details.name, details.platform, details.handle)
    kept = [word for word in account.words if word.word in wanted]
    known = {word.word for word in kept}
    account.words = kept + [AccountWord(word=word) for word in sorted(wanted - known)]


def change_status(account: Account, status: AccountStatus, *, by: Person, at: datetime, reason: str) -> None:
    """Pause an account, mark it as dormant, begin to close it, or put it back to live, with the reason."""
    demand(account.can_be_changed_by(by), NOT_A_KEEPER, what_now=ASK_A_KEEPER)
    if status == AccountStatus.CLOSED:
        raise InvalidInput("Close the account by itself: nobody may have access then", field="status")
    if AccountStatus.COMPROMISED in (account.status, status):
        raise AlreadyDone(
            "A compromise begins and ends with its steps.", what_now="Open what happened to the account to see what is left."
        )
    if not reason:
        raise InvalidInput("Enter the reason", field="reason")
    if looks_like_secret(reason):
        raise InvalidInput(REFUSAL, field="reason")
    set_status(account, status, by=by.id, at=at, reason=reason)


def set_status(
    account: Account, status: AccountStatus, *, by: uuid.UUID | ActorKind, at: datetime, reason: str = ""
) -> None:
    """The change of state itself, for the two ways: by hand and from a file."""
    account.move_to(status)
    account.status_since = clock.local_day(at)
    account.status_reason = reason
    record(STATUS_CHANGED, account.id, by=by, at=at, facts={"status": status})


def close_account(account: Account, *, by: Person, at: datetime) -> None:
    """Close an account that is being closed. Refuses (409) while anybody's access goes on after today.

    What rooms above hold against it (a password still to be changed) is asked in the route.
    """
    demand(account.can_be_changed_by(by), NOT_A_KEEPER, what_now=ASK_A_KEEPER)
    day = clock.local_day(at)
    going_on = db.session.execute(
        sa.select(sa.func.count())
        .select_from(AccessGrant)
        .where(AccessGrant.account_id == account.id, sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on > day))
    ).scalar_one()
    if going_on:
        raise AlreadyDone(
            f"{count_words(going_on, 'person still has', 'people still have')} access to this account.",
            what_now="End all access first. Then close the account.",
        )
    account.move_to(AccountStatus.CLOSED)
    account.closed_on = account.status_since = day
    record(CLOSED, account.id, by=by.id, at=at)


def _refuse_closed(account: Account) -> None:
    if account.is_closed:
        raise AlreadyDone(
            "This account is closed, so nothing about it can change.", what_now="If it is in use again, register it anew."
        )


def _refuse_secrets(details: AccountDetails) -> None:
    for name in ("name", "platform", "handle", "url", "purpose"):
        if looks_like_secret(getattr(details, name) or ""):
            raise InvalidInput(REFUSAL, field=name)


def _refuse_second(details: AccountDetails, own: Account | None) -> None:
    key = handle_key(details.handle)
    if key is None:
        return
    other = db.session.execute(
        sa.select(Account.name).where(
            Account.platform == details.platform,
            Account.handle_key == key,
            Account.status != AccountStatus.CLOSED,
            *([Account.id != own.id] if own else []),
        )
    ).scalar_one_or_none()
    if other is not None:
        raise _already_registered(details.platform, other)


def _already_registered(platform: str, name: str = "another account") -> AlreadyRegistered:
    return AlreadyRegistered(
        f"This handle on {platform} is on the register already, as {name}. Open that account to change it", field="handle"
    )


def _refuse_owner_who_left(details: AccountDetails, at: datetime) -> None:
    owner = db.session.get(Person, details.owner_id) if details.owner_id else None
    if owner is not None and not owner.is_here_on(clock.local_day(at)):
        raise InvalidInput(f"{owner.name} has left. Enter somebody who works here", field="owner")
