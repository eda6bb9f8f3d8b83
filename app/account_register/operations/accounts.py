"""Registering accounts by hand, changing what the register says of them, pausing and closing them."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.account_register.models import AccessGrant, Account, AccountStatus
from app.account_register.naming import handle_key
from app.account_register.operations.checks import plan_content_review, plan_papers
from app.account_register.operations.details import (
    IN_FEW_WORDS,
    TEXTS,
    AccountDetails,
    Seen,
    changed_fields,
    details_of,
    note_change,
    of_one_piece,
    put_details,
    refuse_older_page,
    write_changes,
)
from app.account_register.operations.following import let_rooms_follow
from app.account_register.operations.public_words import check_public_words
from app.account_register.operations.reviews import plan_review
from app.account_register.operations.settling import settle_found
from app.account_register.operations.telling import tell_of_owner, tell_of_state
from app.account_register.queries.same import Known, registered_already
from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db, new_id
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.presentation import count_words
from app.core.secrets_guard import BARE_REFUSAL, REFUSAL, holds_bare_password, looks_like_secret
from app.people.models import KEEPERS, Person

REGISTERED = event_kind("account:registered", "put the account on the register", neutral="put the account on the register")
STATUS_CHANGED = event_kind("account:status-changed", "marked it as {status}", neutral="marked it as {status}")
CLOSED = event_kind("account:closed", "closed the account", neutral="closed the account")

__all__ = [
    "AccountDetails", "AlreadyRegistered", "add_account", "change_account", "change_status", "close_account",
    "details_of", "put_details", "register_account", "set_status",
]  # fmt: skip

FIRST_DATES = (
    "access_review_due_on", "access_review_from", "content_review_due_on", "content_review_from", "papers_due_on",
)  # fmt: skip
PLACE = ("platform", "handle", "url")
"""The details by which two accounts are the same."""
WHAT_IS_LEFT = (
    "Open what happened to the account to see what is left. If it no longer exists or we have lost it, record that on the "
    "page of the account."
)
NOT_A_KEEPER = "Only the keepers of the register may change it."
ASK_A_KEEPER = "Tell the Strategic Communications Adviser what should change."


class AlreadyRegistered(InvalidInput):
    """The account is on the register already (409): the page keeps what was typed, and leads to the one that is there."""

    status = 409

    def __init__(self, platform: str, known: Known) -> None:
        super().__init__(
            f"This {known.what} on {platform} is on the register already, as {known.name}. Open that account to change it"
            + ("; for another one, enter another name" if known.field == "name" else ""),
            field=known.field,
        )
        self.known = known


def register_account(details: AccountDetails, *, by: Person, at: datetime) -> Account:
    """Put an account on the register by hand (policy 6.1). Refuses one that is there already (409).

    Where somebody told of it as found in use, that is settled with it.
    """
    demand(by.holds(*KEEPERS), NOT_A_KEEPER, what_now=ASK_A_KEEPER)
    details = of_one_piece(details)
    _refuse_secrets(details)
    check_public_words(details.public_words)
    _refuse_second(details, None)
    _refuse_parent(None, details)
    _refuse_who_left({"owner_id": details.owner_id, "deputy_id": details.deputy_id}, at)
    account = add_account(details, AccountStatus.LIVE, by=by.id, at=at)
    settle_found([account], by=by, at=at)
    let_rooms_follow(account, by=by.id, at=at)
    return account


def add_account(
    details: AccountDetails, status: AccountStatus, *, by: uuid.UUID | ActorKind, at: datetime
) -> Account:
    """The row and the event of a registration by hand."""
    account = new_account(details, status, by=by, at=at)
    _keep(details)
    return account


def _keep(details: AccountDetails) -> None:
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody else registered the same handle or address since it was asked for
        field = "handle" if handle_key(details.handle, details.platform) else "url"
        raise AlreadyRegistered(details.platform, Known("another account", field)) from error


def first_dates(day: date) -> dict[str, date | None]:
    """By when an account that is registered on a day is looked at for the first time, and has its papers."""
    planned = Account()
    plan_review(planned, day)
    plan_content_review(planned, day)
    plan_papers(planned, day)
    return {name: getattr(planned, name) for name in FIRST_DATES}


def new_account(
    details: AccountDetails, status: AccountStatus, *, by: uuid.UUID | ActorKind, at: datetime,
    dates: Mapping[str, date | None] | None = None,
) -> Account:  # fmt: skip
    """The same, not sent to the database yet: a file sends its accounts together, with their dates worked out once."""
    account = Account(id=new_id(), status=status, registered_at=at, **(dates or first_dates(clock.local_day(at))))
    put_details(account, details)
    db.session.add(account)
    record(REGISTERED, account.id, by=by, at=at)
    return account


def change_account(
    account: Account, details: AccountDetails, *, by: Person, at: datetime, seen: Seen | None = None
) -> list[str]:
    """Change what the register says of an account; gives the names of what changed, none if nothing did.

    `seen` is what the page showed: where somebody changed that since, a change from it is refused (409), with who and when.
    """
    demand(account.can_be_changed_by(by), NOT_A_KEEPER, what_now=ASK_A_KEEPER)
    _refuse_closed(account)
    details = of_one_piece(details)
    changed = changed_fields(account, details)
    if changed and seen:
        refuse_older_page(account, seen)
    _refuse_secrets(details)
    if details.public_words != account.public_words:
        check_public_words(details.public_words)
    if any(name in changed for name in PLACE):
        _refuse_second(details, account)
    _refuse_parent(account, details)
    _refuse_who_left({name: getattr(details, name) for name in ("owner_id", "deputy_id") if name in changed}, at)
    was_owner = account.owner_id
    if changed:
        write_changes(account, details, changed, by=by.id, at=at)
        _keep(details)
    if "owner_id" in changed:
        tell_of_owner(account, was_owner, by=by.id, at=at)
        let_rooms_follow(account, by=by.id, at=at)
    return changed


def change_status(
    account: Account, status: AccountStatus, *, by: Person, at: datetime, reason: str, seen: Seen | None = None
) -> None:
    """Pause an account, mark it as dormant, begin to close it, or put it back to live, with the reason.

    `seen` is the state that the page showed: where somebody changed it since, that is told first (409).
    """
    demand(account.can_be_changed_by(by), NOT_A_KEEPER, what_now=ASK_A_KEEPER)
    _refuse_closed(account)
    if seen and AccountStatus.COMPROMISED is not account.status:
        refuse_older_page(account, seen)
    if status == AccountStatus.CLOSED:
        raise InvalidInput("Close the account by itself: nobody may have access then", field="status")
    _refuse_gone(account)
    if AccountStatus.COMPROMISED in (account.status, status):
        raise AlreadyDone("A compromise begins and ends with its steps.", what_now=WHAT_IS_LEFT)
    if not reason:
        raise InvalidInput("Enter the reason", field="reason")
    if looks_like_secret(reason):
        raise InvalidInput(REFUSAL, field="reason")
    set_status(account, status, by=by.id, at=at, reason=reason)


def _refuse_gone(account: Account) -> None:
    if account.gone is not None:
        raise AlreadyDone(
            "This account no longer exists or is lost, as two people said, so its state cannot be changed.",
            what_now="Close it. If it is in use again, register it anew once it is closed.",
        )


def set_status(
    account: Account, status: AccountStatus, *, by: uuid.UUID | ActorKind, at: datetime, reason: str = ""
) -> None:
    """The change of state itself, for the two ways: by hand and from a file. Whom it concerns is told."""
    was = account.status
    account.move_to(status)
    note_change(account, "status", was, status, by=by, at=at)
    account.status_since = clock.local_day(at)
    account.status_reason = reason
    record(STATUS_CHANGED, account.id, by=by, at=at, facts={"status": status})
    tell_of_state(account, was, by=by, at=at)


def close_account(account: Account, *, by: Person, at: datetime, archive_kept: str, redirect_notice: str) -> None:
    """Close an account that is being closed, with where its archive is kept and what tells people where to go now.

    Refuses (409) while anybody's access goes on after today, and while what belongs to it is in use.

    What rooms above hold against it (a password still to be changed) is asked in the route.
    """
    demand(account.can_be_changed_by(by), NOT_A_KEEPER, what_now=ASK_A_KEEPER)
    refuse_closing_early(account, at=at)
    day, was = clock.local_day(at), account.status
    _check_last_words(archive_kept, redirect_notice)
    note_change(account, "status", was, AccountStatus.CLOSED, by=by.id, at=at)
    account.move_to(AccountStatus.CLOSED)
    account.archive_kept, account.redirect_notice = archive_kept, redirect_notice
    account.closed_on = account.status_since = day
    record(CLOSED, account.id, by=by.id, at=at)
    tell_of_state(account, was, by=by.id, at=at)


def refuse_closing_early(account: Account, *, at: datetime) -> None:
    """Refuse (409) while what belongs to an account is in use, and while anybody's access to it goes on after today."""
    if account.children_in_use:
        named = ", ".join(f"{child.name} ({child.platform})" for child in account.children_in_use)
        raise AlreadyDone(
            f"What belongs to this account is still in use: {named}.",
            what_now="Close each first, or let it belong to another account or to none. Then close this one.",
        )
    day = clock.local_day(at)
    going_on = db.session.execute(
        sa.select(sa.func.count())
        .select_from(AccessGrant)
        .where(AccessGrant.account_id == account.id, sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on > day))
    ).scalar_one()
    if going_on:
        raise AlreadyDone(
            f"{count_words(going_on, 'person still has', 'people still have')} access to this account.",
            what_now="End all access first, and call off what has not begun. Then close the account.",
        )


def _check_last_words(archive_kept: str, redirect_notice: str) -> None:
    if not archive_kept:
        raise InvalidInput("Enter where the archive is kept", field="archive_kept")
    if not redirect_notice:
        raise InvalidInput("Enter what tells people where to go now", field="redirect_notice")
    for name, words in (("archive_kept", archive_kept), ("redirect_notice", redirect_notice)):
        if looks_like_secret(words):
            raise InvalidInput(REFUSAL, field=name)


def _refuse_closed(account: Account) -> None:
    if account.is_closed:
        raise AlreadyDone(
            "This account is closed, so nothing about it can change.", what_now="If it is in use again, register it anew."
        )


def _refuse_secrets(details: AccountDetails) -> None:
    for name in TEXTS:
        words = getattr(details, name) or ""
        if looks_like_secret(words):
            raise InvalidInput(REFUSAL, field=name)
        if name in IN_FEW_WORDS and holds_bare_password(words):
            raise InvalidInput(BARE_REFUSAL, field=name)


def _refuse_second(details: AccountDetails, own: Account | None) -> None:
    """What is added is told apart by its name too: a form that is sent twice may have neither handle nor address."""
    other = registered_already(
        details.platform, details.handle, details.url, own.id if own else None, name=None if own else details.name
    )
    if other is not None:
        raise AlreadyRegistered(details.platform, other)


def _refuse_who_left(people: Mapping[str, uuid.UUID | None], at: datetime) -> None:
    for name, person_id in people.items():
        person = db.session.get(Person, person_id) if person_id else None
        if person is not None and person.has_left_on(clock.local_day(at)):
            field = name.removesuffix("_id")
            raise InvalidInput(f"{person.name} has left. Enter somebody who works here", field=field)


def _refuse_parent(own: Account | None, details: AccountDetails) -> None:
    """A linked group or tool belongs to an account that is in use and belongs to none itself."""
    if details.owner_id is not None and details.deputy_id == details.owner_id:
        raise InvalidInput("The deputy must be somebody other than the owner", field="deputy")
    parent = db.session.get(Account, details.parent_id) if details.parent_id else None
    if parent is None or (own is not None and own.parent_id == details.parent_id):
        return
    if own is not None and parent.id == own.id:
        raise InvalidInput("An account cannot belong to itself. Enter another account", field="parent")
    if parent.is_closed:
        raise InvalidInput(f"{parent.name} is closed. Enter an account that is in use", field="parent")
    if parent.parent_id is not None:
        raise InvalidInput(f"{parent.name} belongs to another account itself. Enter that account", field="parent")
    if own is not None and own.children_in_use:
        raise InvalidInput("Other accounts belong to this one, so it cannot belong to another", field="parent")
