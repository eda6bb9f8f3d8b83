"""Another last day of somebody who moves or is away, or that they go on as before after all."""

from datetime import date, datetime

from app.account_register.models import AccessGrant, Account
from app.account_register.operations import call_off_access, end_access, move_end_of_access
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, demand
from app.credential_rotation.models import HandOver, Move, MoveHolding, MoveStatus
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.causes import no_longer_because_of
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
from app.credential_rotation.queries import lost_by_move, may_record_leaver
from app.people.models import Person

DAY_CHANGED = event_kind(
    "move:day-changed", "changed the last day of {about} with access that they do not need any more to {last_day}"
)
WITHDRAWN = event_kind("move:withdrawn", "recorded that {about} goes on as before after all")


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
    ending = [holding for holding in move.holdings if not holding.goes_on]
    for holding in ending:
        if _ends_with(holding.grant, move, former, at):
            _end_on(holding, move, by=by, at=at)
    ask_for_hand_overs(move, [holding.grant for holding in ending], _let_go(move), at=at)
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
        grants = [one for one in grant.account.grants if one.person_id == move.person_id]
        is_open = any(one.ends_on is None for one in grants)
        if not holding.goes_on and not is_open and _ends_with(grant, move, until, at):
            move_end_of_access(grant, None, because=move.kind.end_reason, by=by.id, at=at)
        no_longer_because_of(holding, goes_on=any(one.ends_on is None for one in grants), by=by.id, at=at)
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
    if grant.end_reason is not move.kind.end_reason or grant.ends_on is None:
        return False
    return grant.ends_on == max(until, grant.starts_on) and grant.ends_on >= clock.local_day(at)


def _end_on(holding: MoveHolding, move: Move, *, by: Person, at: datetime) -> None:
    """End an access on the other day; call it off where it was to begin only after that."""
    grant, until = holding.grant, holding.grant.ends_on
    if grant.starts_on > max(move.last_day, clock.local_day(at)):
        call_off_access(grant, by=ender(grant, by), at=at)
        no_longer_because_of(holding, goes_on=True, by=by.id, at=at)
        return
    last = max(move.ends_on, grant.starts_on)
    if until is None or last < until:
        end_access(
            grant, by=ender(grant, by), at=at, ends_on=last, reason=move.kind.end_reason, recorded_late=True
        )
    elif last > until:
        move_end_of_access(grant, last, because=move.kind.end_reason, by=by.id, at=at)
    change_after(holding, move.kind, move.person, by=by, at=at)


def _let_go(move: Move) -> list[Account]:
    """The accounts of which it was said that somebody else takes over as owner."""
    return [one.account for one in move.hand_overs if one.hand_over is not HandOver.ONLY_ADMINISTRATOR]


def _settle(move: Move, *, by: Person, at: datetime) -> None:
    """Where they are to leave too, access that goes on for now ends with that."""
    db.session.flush()
    if move.person.last_working_day is None:
        return
    for account in {holding.grant.account_id: holding.grant.account for holding in move.holdings}.values():
        follow_account(account, by=by.id, at=at)
