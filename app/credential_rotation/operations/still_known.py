"""What somebody who has gone or moved still knows is found every morning, whatever was recorded when: no password that they
changed, signed in with, or had by a shared login that was corrected since, stays without a change.

Leavings and moves ask for these changes themselves. This finds what was recorded before they did, and access that a mover
lost in other ways.
"""

from datetime import datetime, timedelta

from app.account_register.models import Account
from app.core import clock
from app.core.audit import ActorKind
from app.core.db import db
from app.credential_rotation.models import LeaverHolding, LeaverNotice, Trigger
from app.credential_rotation.operations.causes import have_changed
from app.credential_rotation.operations.following_moves import follow_mover
from app.credential_rotation.operations.leaving import reopen_if_needed
from app.credential_rotation.operations.opening import OTHER_TRIGGER, begin_rotation
from app.credential_rotation.queries import latest_notice_of
from app.credential_rotation.queries.known_passwords import still_known_by_movers, still_known_by_the_gone
from app.people.models import Person

BITE, MOVED_WITHIN = 50, timedelta(days=31)


def change_what_is_still_known(at: datetime) -> int:
    """Ask for a new password wherever somebody who has gone knows one, or somebody who moved in the last month and keeps
    nothing there, and no change of it is open; gives how many. The job of each morning.
    """
    return _known_by_the_gone(at) + _known_by_movers(at)


def _known_by_the_gone(at: datetime) -> int:
    rows = still_known_by_the_gone(clock.local_day(at), most=BITE).all()
    known = dict.fromkeys((account, person) for account, person, _since in rows)
    for account, person in known:
        _ask_because_of(account, person, at=at)
    return len(known)


def _ask_because_of(account: Account, person: Person, *, at: datetime) -> None:
    """Counted from today: nobody is late with what nobody asked for."""
    today = clock.local_day(at)
    notice = latest_notice_of(person)
    if notice is None or notice.is_withdrawn:
        begin_rotation(
            account, trigger=Trigger.LEAVER, person=person, counts_from=at, period=OTHER_TRIGGER, since=today,
            by=ActorKind.SYSTEM, at=at,
        )  # fmt: skip
        return
    have_changed(
        _holding(notice, account), account, trigger=Trigger.LEAVER, person=person, counts_from=at, period=OTHER_TRIGGER,
        since=today, by=ActorKind.SYSTEM, at=at,
    )  # fmt: skip
    db.session.flush()
    reopen_if_needed(notice, at=at)


def _holding(notice: LeaverNotice, account: Account) -> LeaverHolding:
    found = next((one for one in notice.holdings if one.account_id == account.id), None)
    if found is None:
        found = LeaverHolding(account_id=account.id)
        found.account = account
        notice.holdings.append(found)
    return found


def _known_by_movers(at: datetime) -> int:
    today, begun = clock.local_day(at), 0
    for account, _person, since, move in still_known_by_movers(today, since=today - MOVED_WITHIN).all():
        is_over = move.ends_on < today and clock.local_day(since) <= move.ends_on
        if is_over and not move.keeps(account):
            follow_mover(move, account, by=ActorKind.SYSTEM, at=at)
            begun += 1
    return begun
