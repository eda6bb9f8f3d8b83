"""What becomes of a password change that was asked for because somebody leaves or moves, when that itself changes."""

from collections.abc import Sequence
from datetime import date, datetime

from app.account_register.models import AccessGrant, Account
from app.core import clock
from app.core.audit import Actor
from app.core.db import db
from app.credential_rotation.models import LeaverHolding, MoveHolding, RotationCause, RotationStatus, Trigger
from app.credential_rotation.operations.leaver_plans import AFTER_IMMEDIATE
from app.credential_rotation.operations.opening import (
    OTHER_TRIGGER,
    begin_rotation,
    lock_rotation_of,
    settle_owner_and_date,
    stand_down,
)
from app.people.models import Person
from app.policy.queries import due_at_once


def have_changed(
    holding: LeaverHolding | MoveHolding,
    account: Account,
    *,
    trigger: Trigger,
    person: Person,
    counts_from: datetime,
    period: str,
    since: date,
    by: Actor,
    at: datetime,
) -> None:
    """Ask for a new password; where that was asked for already, move its date; where it was changed since, leave it.

    What was asked for because they left at once stays as it is where they can use the account again until a later day:
    the password then changes after that day too. Of an account that is gone nothing is asked.
    """
    if not account.is_there:
        return
    cause = holding.cause
    rotation = lock_rotation_of(cause) if cause is not None else None
    if cause is not None and _came_at_once(cause) and counts_from > cause.counts_from and period != AFTER_IMMEDIATE:
        cause.trigger, cause = Trigger.ACCESS_ENDED, None
    if cause is not None and rotation is not None and rotation.status is RotationStatus.DUE:
        cause.counts_from, cause.due_on = counts_from, due_at_once(period, since)
        cause.due_period, cause.due_counted_from = period, since
        settle_owner_and_date(rotation, at=at)
        return
    changed_at = rotation.changed_at if cause is not None and rotation is not None else None
    if changed_at is not None and not clock.is_earlier(changed_at, counts_from):
        return
    holding.cause = begin_rotation(
        account, trigger=trigger, person=person, counts_from=counts_from, period=period, since=since, by=by, at=at
    )


def follow_end(
    holding: LeaverHolding | MoveHolding, grants: Sequence[AccessGrant], *, by: Actor, at: datetime
) -> None:
    """They stay or go on as before, with these accesses of theirs to an account as they stand now: its password need not
    change because of that any more where access goes on, or they never had a shared login. Where access ends all the same it
    changes after that, or once it is over.
    """
    shared = [grant for grant in grants if grant.needs_new_password and not grant.is_called_off]
    if not shared or any(grant.ends_on is None for grant in grants):
        no_longer_because_of(holding, goes_on=True, by=by, at=at)
        return
    today = clock.local_day(at)
    ends_later = [grant for grant in shared if not grant.is_over_on(today)]
    cause, last = holding.cause, max((grant for grant in ends_later if grant.ends_on), key=_last_day, default=None)
    if last is not None and last.ends_on is not None and cause is not None and not _came_at_once(cause):
        rotation, settled_from = lock_rotation_of(cause), last.settled_from or at
        others = (one for one in rotation.standing_causes if one is not cause and one.person_id == cause.person_id)
        if any(not clock.is_earlier(one.counts_from, settled_from) for one in others):
            no_longer_because_of(holding, goes_on=True, by=by, at=at)
            return
        if rotation.status is RotationStatus.DUE:
            cause.counts_from, cause.due_on = settled_from, due_at_once(OTHER_TRIGGER, last.ends_on)
            cause.due_period, cause.due_counted_from = OTHER_TRIGGER, last.ends_on
            settle_owner_and_date(rotation, at=at)
    no_longer_because_of(holding, goes_on=False, by=by, at=at)


def _last_day(grant: AccessGrant) -> date:
    return grant.ends_on or date.max


def no_longer_because_of(
    holding: LeaverHolding | MoveHolding, *, goes_on: bool, by: Actor, at: datetime
) -> None:
    """They leave or move no more: a password not yet changed need not change, unless their access is over all the same,
    or ended at once: whatever they are given since, what they knew then is changed.
    """
    cause = holding.cause
    if cause is None:
        return
    rotation = lock_rotation_of(cause)
    if rotation.status is not RotationStatus.DUE:
        return
    if not goes_on or _came_at_once(cause):
        cause.trigger = Trigger.ACCESS_ENDED
        return
    holding.cause, cause.stood_down_at = None, at
    db.session.flush()
    if rotation.standing_causes:
        settle_owner_and_date(rotation, at=at)
    else:
        stand_down(rotation, by=by, at=at)


def _came_at_once(cause: RotationCause) -> bool:
    """Whether it is still to be changed because they left at once."""
    return cause.due_period == AFTER_IMMEDIATE and cause.rotation.status is RotationStatus.DUE
