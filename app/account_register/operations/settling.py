"""Settling an account that was found in use: by whatever act it comes on the register, or by closing it (domain 3.2)."""

from collections.abc import Collection
from datetime import datetime

from app.account_register.models import Account
from app.account_register.models.watch import DiscoveredAccount, DiscoveredStatus
from app.account_register.operations import messages
from app.account_register.operations.proposals import DRAFT
from app.account_register.queries.watch import found_in_use_among
from app.core.audit import event_kind, record
from app.core.drafts import discard_draft, find_draft
from app.core.outbox import as_news, notify
from app.people.models import Person

REGISTERED = event_kind("discovered:registered", "put it on the register", neutral="put it on the register")


def settle_found(accounts: Collection[Account], *, by: Person, at: datetime) -> None:
    """Settle what was told of as found in use and has come on the register now, proposed or not."""
    for account, found in found_in_use_among(accounts):
        if found.settled_at is None:  # two lines may be what was told of: one by its handle, one by its address
            settle_as(found, account, by=by, at=at)


def settle_as(found: DiscoveredAccount, account: Account, *, by: Person, at: datetime) -> None:
    """Note that it is on the register, as this account."""
    found.account, found.account_id = account, account.id
    settle(found, DiscoveredStatus.REGISTERED, by=by, at=at)
    record(REGISTERED, found.id, by=by.id, at=at)


def settle(found: DiscoveredAccount, status: DiscoveredStatus, *, by: Person, at: datetime) -> None:
    """Note that nothing more is to be done, and tell who told of it."""
    throw_begun_proposal_away(found, by=by, at=at)
    found.move_to(status)
    found.settled_at, found.settled_by, found.settled_by_id = at, by, by.id
    if found.recorded_by_id != by.id:
        notify(found.recorded_by_id, messages.DISCOVERED_OVER, found.id, at=at)


def throw_begun_proposal_away(found: DiscoveredAccount, *, by: Person, at: datetime) -> None:
    """Whoever was asked to propose it need not any more, and is told: what they find begun would be refused."""
    draft = find_draft(found.asked_id, DRAFT) if found.asked_id else None
    if draft is None or draft.answers.get("discovered") != str(found.id):
        return
    discard_draft(draft)
    if draft.owner_id != by.id:
        notify(draft.owner_id, messages.ASKED_NO_MORE, found.id, at=at, number=as_news(found))
