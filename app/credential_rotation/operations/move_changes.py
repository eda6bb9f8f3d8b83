"""Another last day of somebody who moves or is away, or that they go on as before after all."""

from datetime import date, datetime

from app.account_register.models import AccessGrant, EndSetAside
from app.account_register.operations import call_off_access, end_access, move_end_of_access
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, demand
from app.credential_rotation.models import Move, MoveHolding, MoveStatus, RotationStatus
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.causes import follow_end, have_changed, no_longer_because_of
from app.credential_rotation.operations.following_moves import follow_mover
from app.credential_rotation.operations.leaving import follow_account
from app.credential_rotation.operations.moving import (
    ONLY_HR_OR_MANAGER,
    TELL_HR,
    Moving,
    ask_for_hand_overs,
    change_after,
    check_move,
    ender,
    tell_keepers,
)
from app.credential_rotation.operations.opening import OTHER_TRIGGER, lock_rotation_of
from app.credential_rotation.queries import lost_by_move, may_record_leaver
from app.credential_rotation.queries.known_passwords import known_without_access
from app.people.models import Person

_ANOTHER_DAY = "changed the last day of {about} with access that they do not need any more to {last_day}"
_GOES_ON = "recorded that {about} goes on as before after all"
DAY_CHANGED = event_kind("move:day-changed", _ANOTHER_DAY, neutral=_ANOTHER_DAY)
WITHDRAWN = event_kind("move:withdrawn", _GOES_ON, neutral=_GOES_ON)


def change_move(move: Move, *, last_day: date, back_on: date | None, by: Person, at: datetime) -> None:
    """Record that somebody moves or is away on another day: access and what is still to be changed move with it.

    Access that is over, was called off or ended for another reason since is left as it is. A password changed already
    changes again where they used it after that.
    """
    _may_change(move, by)
    if (last_day, back_on) == (move.last_day, move.back_on):
        raise AlreadyDone(
            "It is recorded like this already.", who=move.told_by.name, when=move.told_at,
            what_now="Open the list of moves to see what is done and what is not.",
        )  # fmt: skip
    check_move(Moving(move.person, move.kind, last_day, back_on), at=at, known=move)
    former = move.ends_on
    move.last_day, move.back_on = last_day, back_on
    move.changed_by, move.changed_by_id, move.changed_at = by, by.id, at
    record(DAY_CHANGED, move.id, by=by.id, at=at, about=move.person_id, facts={"last_day": last_day})
    ending = [(one.grant, one) for one in move.holdings if one.grant is not None and not one.goes_on]
    for grant, holding in ending:
        set_aside = _set_aside_end(grant, move, former)
        if set_aside is not None:
            _move_set_aside(set_aside, grant, holding, move, by=by, at=at)
        elif _ends_with(grant, move, former, at):
            _end_on(grant, holding, move, by=by, at=at)
    asked = [one.account for one in move.holdings if one.grant is None]
    for account in dict.fromkeys([*asked, *known_without_access(move.person)]):
        follow_mover(move, account, by=by.id, at=at)
    ask_for_hand_overs(move, [grant for grant, _ in ending], move.let_go, at=at)
    _settle(move, by=by, at=at)
    tell_keepers(move, messages.MOVE_CHANGED, by=by, at=at, number=move.version)


def withdraw_move(move: Move, *, by: Person, at: datetime) -> None:
    """Record that somebody goes on as before after all: access goes on where it is not over or called off, and what is
    not done stands down. What is over is not given back: the keeper of the register is told that it may be needed.

    A password that they knew of an account they have no access to any more is changed all the same.
    """
    _may_change(move, by)
    until = move.ends_on
    move.move_to(MoveStatus.WITHDRAWN)
    move.changed_by, move.changed_by_id, move.changed_at = by, by.id, at
    record(WITHDRAWN, move.id, by=by.id, at=at, about=move.person_id)
    for holding in move.holdings:
        grant = holding.grant
        if grant is None:
            no_longer_because_of(holding, goes_on=True, by=by.id, at=at)
            continue
        grants = [one for one in grant.account.grants if one.person_id == move.person_id]
        is_open = any(one.ends_on is None for one in grants)
        set_aside = _set_aside_end(grant, move, until)
        if set_aside is not None:
            grant.ends_set_aside.remove(set_aside)
        elif not holding.goes_on and not is_open and _ends_with(grant, move, until, at):
            move_end_of_access(grant, None, because=move.kind.end_reason, by=by.id, at=at)
        follow_end(holding, grants, by=by.id, at=at)
    _settle(move, by=by, at=at)
    lost = lost_by_move(move, clock.local_day(at))
    tell_keepers(move, messages.MOVE_GIVE_AGAIN if lost else messages.MOVE_CHANGED, by=by, at=at, number=move.version)


def already_withdrawn(move: Move) -> AlreadyDone:
    """Why nothing of a move that was withdrawn can be changed: who withdrew it, and when."""
    return AlreadyDone(
        f"It is already recorded that {move.person.name} goes on as before.", who=move.told_by.name, when=move.told_at,
        what_now="If something changes for them now, record it anew.",
    )  # fmt: skip


def _may_change(move: Move, by: Person) -> None:
    demand(may_record_leaver(by, move.person), ONLY_HR_OR_MANAGER, what_now=TELL_HR)
    if move.is_withdrawn:
        raise already_withdrawn(move)


def _ends_with(grant: AccessGrant, move: Move, until: date, at: datetime) -> bool:
    """Whether an access is still to end because of this move: it is not over, nor has anything else ended it since."""
    if grant.end_reason is not move.kind.end_reason or grant.ends_on is None or not grant.end_follows:
        return False
    return grant.ends_on == max(until, grant.starts_on) and grant.ends_on >= clock.local_day(at)


def _set_aside_end(grant: AccessGrant, move: Move, until: date) -> EndSetAside | None:
    """The end that this move gave an access, where it ends sooner for another reason for now."""
    with_it = (move.kind.end_reason, max(until, grant.starts_on))
    return next((one for one in grant.ends_set_aside if one.follows and (one.reason, one.ends_on) == with_it), None)


def _move_set_aside(
    set_aside: EndSetAside, grant: AccessGrant, holding: MoveHolding, move: Move, *, by: Person, at: datetime
) -> None:
    """Keep the other day for when the sooner end goes; where it is sooner than that itself, access ends with it."""
    last = max(move.ends_on, grant.starts_on)
    if grant.ends_on is not None and last < grant.ends_on:
        grant.ends_set_aside.remove(set_aside)
        _end_on(grant, holding, move, by=by, at=at)
        return
    set_aside.ends_on = last
    cause = holding.cause
    if cause is not None and lock_rotation_of(cause).status is RotationStatus.DUE:
        have_changed(
            holding, grant.account, trigger=move.kind.trigger, person=move.person, counts_from=set_aside.settled_from,
            period=OTHER_TRIGGER, since=last, by=by.id, at=at,
        )  # fmt: skip


def _end_on(grant: AccessGrant, holding: MoveHolding, move: Move, *, by: Person, at: datetime) -> None:
    """End an access on the other day; call it off where it was to begin only after that."""
    until = grant.ends_on
    if grant.starts_on > max(move.last_day, clock.local_day(at)):
        call_off_access(grant, by=ender(grant, by), at=at)
        no_longer_because_of(holding, goes_on=True, by=by.id, at=at)
        return
    last = max(move.ends_on, grant.starts_on)
    if until is None or last < until:
        end_access(
            grant, by=ender(grant, by), at=at, ends_on=last, reason=move.kind.end_reason, recorded_late=True,
            follows=True,
        )  # fmt: skip
    elif last > until:
        move_end_of_access(grant, last, because=move.kind.end_reason, by=by.id, at=at)
    change_after(grant, holding, move.kind, move.person, by=by.id, at=at)


def _settle(move: Move, *, by: Person, at: datetime) -> None:
    """Where they are to leave too, access that goes on for now ends with that; and whoever else leaves or moves may be the
    last now who lets others in.
    """
    db.session.flush()
    for account in {holding.account_id: holding.account for holding in move.holdings}.values():
        follow_account(account, by=by.id, at=at)
