"""Which passwords change because somebody moves or is away is decided by what they know on the day, not when it is recorded.

Until their last day is over they may change a password or sign in with one, get access or lose it, and accounts may come to
them or go.
"""

from datetime import datetime

from app.account_register.models import AccessGrant, Account
from app.core import clock
from app.core.audit import Actor
from app.core.db import db
from app.credential_rotation.models import Move, MoveHolding, RotationStatus
from app.credential_rotation.operations.causes import no_longer_because_of
from app.credential_rotation.operations.moving import (
    ask_for_hand_overs,
    change_after,
    change_what_is_known,
    known_until,
)
from app.credential_rotation.operations.opening import lock_rotation_of
from app.credential_rotation.queries import moves_touching
from app.credential_rotation.queries.known_passwords import known_without_access


def follow_movers(account: Account, *, by: Actor, at: datetime) -> None:
    """What follows for everybody whose last day is still to come, or is today, when an account changes hands or somebody has
    come to know its password.
    """
    for move in moves_touching(account, clock.local_day(at)):
        ending = [
            (one.grant, one) for one in move.holdings
            if one.account_id == account.id and one.grant is not None and not one.goes_on
        ]  # fmt: skip
        for grant, holding in ending:
            _follow_end(grant, holding, move, by=by, at=at)
        follow_mover(move, account, by=by, at=at)
        db.session.flush()
        db.session.refresh(account, ["grants"])  # with access that was given in this very act
        let_go = [account] if account in move.let_go else []
        ask_for_hand_overs(move, [grant for grant, _holding in ending], let_go, at=at)


def _follow_end(grant: AccessGrant, holding: MoveHolding, move: Move, *, by: Actor, at: datetime) -> None:
    """A password changes once they cannot use it any more: where access ends sooner than with the move, or with it again
    after all, the change counts from then.
    """
    cause = holding.cause
    if cause is None or cause.stood_down_at is not None or grant.is_called_off or grant.settled_from is None:
        return
    if lock_rotation_of(cause).status is not RotationStatus.DUE or cause.counts_from != grant.settled_from:
        change_after(grant, holding, move.kind, move.person, by=by, at=at)


def follow_mover(move: Move, account: Account, *, by: Actor, at: datetime) -> None:
    """Have a password changed that somebody knows and is not to know after their last day; where they do not know it any
    more, or go on with the account, it need not change because of that.
    """
    theirs = [one for one in move.holdings if one.account_id == account.id]
    holding = next((one for one in theirs if one.grant_id is None), None)
    known = None if move.keeps(account) else known_without_access(move.person).get(account)
    if known is None:
        if holding is not None:
            no_longer_because_of(holding, goes_on=True, by=by, at=at)
        return
    settled_from = max(known_until(move, account), known.settled_from)
    if any(_changes_after(settled_from, one) for one in theirs if one is not holding):
        return  # it changes already because their access by a shared login ends
    if holding is None:
        holding = MoveHolding(goes_on=False, account_id=account.id)
        holding.account = account
        move.holdings.append(holding)
    change_what_is_known(holding, move, by=by, at=at)
    db.session.flush()


def _changes_after(moment: datetime, holding: MoveHolding) -> bool:
    cause = holding.cause
    is_due = cause is not None and cause.stood_down_at is None and cause.rotation.status is RotationStatus.DUE
    return is_due and cause is not None and cause.counts_from >= moment
