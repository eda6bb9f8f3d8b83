"""Telling those who use an account, or answer for it, what becomes of it (domain 3.2)."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from app.account_register.models import Account, AccountProposal, AccountStatus
from app.account_register.operations import messages
from app.account_register.queries.access import accountable_owner, who_has_access
from app.core import clock
from app.core.audit import Actor
from app.core.db import db
from app.core.outbox import MessageKind, notify
from app.people.models import Person


def tell_of_state(account: Account, was: AccountStatus, *, by: Actor, at: datetime) -> None:
    """Tell whoever may post with an account, its owner and its deputy that it was paused, put back to live or closed.

    A compromise begins and ends with messages of its own, and so is told that an account is gone, in the act that says so.
    """
    is_gone = account.gone is not None and account.status is AccountStatus.CLOSING
    if AccountStatus.COMPROMISED in (was, account.status) or is_gone:
        return
    concerned = {*who_has_access(account, clock.local_day(at)), account.owner_id, account.deputy_id}
    _tell(concerned, messages.STATE_CHANGED, account, by=by, at=at)


def tell_of_owner(account: Account, was: uuid.UUID | None, *, by: Actor, at: datetime) -> None:
    """Tell who answers for an account now, and who did before."""
    _tell([account.owner_id], messages.NOW_OWNER, account, by=by, at=at)
    _tell([was], messages.OWNER_NO_MORE, account, by=by, at=at)


def tell_owner_of_proposal(
    proposal: AccountProposal, account: Account | None, *, told: Collection[uuid.UUID], by: Person, at: datetime, number: int
) -> None:
    """Tell who answers for the account that something was proposed about it or came of that, unless it was their own act
    or they are `told` of it already for another reason. `number` is that of what was said.
    """
    owner = accountable_owner(account, clock.local_day(at)) if account is not None else None
    if owner is not None and owner.id != by.id and owner.id not in told:
        notify(owner.id, messages.PROPOSAL_ABOUT_OWN, proposal.id, at=at, number=number)


def _tell(
    people: Iterable[uuid.UUID | None], kind: MessageKind, account: Account, *, by: Actor, at: datetime
) -> None:
    """Tell those of them who are here, but for the one who acts. It may happen again to one account: each change of it has
    a version of its own.
    """
    day = clock.local_day(at)
    for person_id in {one for one in people if one is not None and one != by}:
        if not db.session.get_one(Person, person_id).has_left_on(day):
            notify(person_id, kind, account.id, at=at, number=account.version)
