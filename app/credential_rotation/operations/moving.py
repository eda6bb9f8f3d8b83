"""Somebody takes other work or is away for long: which access goes on, which ends, and which passwords change because of it.

Others who hold the account read only that its password changes as security maintenance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.account_register.models import AccessGrant, Account
from app.account_register.operations import call_off_access, end_access
from app.account_register.queries import keepers_on
from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import MessageKind, notify
from app.core.presentation import uk_date
from app.credential_rotation.models import Move, MoveHandOver, MoveHolding, MoveKind, MoveQuestions
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.causes import have_changed
from app.credential_rotation.operations.handing_over import what_to_hand_over
from app.credential_rotation.operations.leaver_plans import check_not_far_away
from app.credential_rotation.operations.rotating import OTHER_TRIGGER
from app.credential_rotation.queries import accesses_after, may_record_leaver, owned_by, same_move
from app.people.models import Person
from app.policy.queries import period, working_calendar

RECORDED = event_kind("move:recorded", "recorded that {about} needs less access after {last_day} ({kind})")
ONLY_HR_OR_MANAGER = "Only HR or their line manager can record this."
TELL_HR = "Tell HR what changes for them."
LONG_ABSENCE = "long_absence_working_days"


@dataclass(frozen=True)
class Moving:
    """Who needs less access, from when on and why, as it is told."""

    person: Person
    kind: MoveKind
    last_day: date
    back_on: date | None = None
    new_post: str = ""


def preview_move(moving: Moving, *, by: Person, at: datetime) -> MoveQuestions:
    """What is to be decided. Changes nothing; refuses what recording would refuse.

    An absence counts once it is longer than the pack says (a local setting); how long it takes may be unknown.
    """
    demand(may_record_leaver(by, moving.person), ONLY_HR_OR_MANAGER, what_now=TELL_HR)
    check_move(moving, at=at)
    today, grants = clock.local_day(at), accesses_after(moving.person, moving.last_day)
    alone = frozenset(
        account.id
        for account, ending in by_account(grants)
        if what_to_hand_over(account, ending, moving.last_day, today, owner_goes=False)
    )
    return MoveQuestions(grants, owned_by(moving.person), alone)


def check_move(moving: Moving, *, at: datetime, known: Move | None = None) -> None:
    """Refuse days that cannot be, somebody who leaves by then anyway, and what is recorded already (but for `known`)."""
    person, last_day = moving.person, moving.last_day
    if person.started is not None and last_day < person.started:
        raise InvalidInput("The last day must be on or after the day they started", field="last_day")
    if person.last_working_day is not None and person.last_working_day <= last_day:
        raise AlreadyDone(
            f"{person.name} leaves on {uk_date(person.last_working_day)}: all their access ends with it.",
            what_now="Open the list of leavers to see what follows.",
        )
    first = same_move(person, moving.kind, last_day)
    if first is not None and first is not known:
        raise AlreadyDone(
            "This is recorded already.", who=first.told_by.name, when=first.told_at,
            what_now="Open the list of moves to see what is done.",
        )  # fmt: skip
    _check_absence(moving)
    for field, day in (("last_day", last_day), ("back_on", moving.back_on)):
        check_not_far_away(day or last_day, clock.local_day(at), field=field)


def _check_absence(moving: Moving) -> None:
    if moving.kind is not MoveKind.LONG_ABSENCE:
        if moving.back_on is not None:
            raise InvalidInput("Only somebody who is away comes back", field="back_on")
        return
    if moving.back_on is None:
        return
    if moving.back_on <= moving.last_day:
        raise InvalidInput("They must come back after their last day", field="back_on")
    least = period(LONG_ABSENCE).value
    if working_calendar().estimating().between(moving.last_day, moving.back_on - timedelta(days=1)) <= least:
        raise InvalidInput(
            f"They are away for {least} working days or less, so no access has to end. Nothing needs to be recorded",
            field="back_on",
        )


def record_move(moving: Moving, goes_on: Mapping[UUID, bool], *, by: Person, at: datetime) -> Move:
    """Record that somebody takes other work or is away for long. What does not go on ends with the last day, and each
    shared password they knew there changes. `goes_on` is by id of the grant, and of the account that they own.

    Refuses (409) where their access has changed since it was shown. Never refused because nobody else could take over:
    then the hand-over becomes an urgent duty of the keeper of the register.
    """
    asked = preview_move(moving, by=by, at=at)
    if {*(grant.id for grant in asked.grants), *(account.id for account in asked.owned)} != set(goes_on):
        raise AlreadyDone(
            f"The access of {moving.person.name} has changed since this page was shown.",
            what_now="Start again: what they have now is shown anew.",
        )
    move = Move(
        person_id=moving.person.id, kind=moving.kind, last_day=moving.last_day, back_on=moving.back_on,
        new_post=moving.new_post, recorded_by_id=by.id, recorded_at=at,
    )  # fmt: skip
    move.person, move.recorded_by = moving.person, by
    db.session.add(move)
    db.session.flush()
    facts = {"kind": moving.kind, "last_day": moving.last_day}
    record(RECORDED, move.id, by=by.id, at=at, about=moving.person.id, facts=facts)
    for grant in asked.grants:
        holding = MoveHolding(goes_on=goes_on[grant.id])
        holding.grant = grant
        move.holdings.append(holding)
        if not holding.goes_on:
            _end(holding, moving, by=by, at=at)
    let_go = [account for account in asked.owned if not goes_on[account.id]]
    ask_for_hand_overs(move, [one.grant for one in move.holdings if not one.goes_on], let_go, at=at)
    db.session.flush()
    if move.hand_overs or not all(holding.goes_on for holding in move.holdings):
        tell_keepers(move, messages.MOVE_HAND_OVER if move.hand_overs else messages.MOVED, by=by, at=at)
    return move


def by_account(grants: Sequence[AccessGrant]) -> list[tuple[Account, list[AccessGrant]]]:
    """Accesses together with those to the same account."""
    found: dict[UUID, tuple[Account, list[AccessGrant]]] = {}
    for grant in grants:
        found.setdefault(grant.account_id, (grant.account, []))[1].append(grant)
    return list(found.values())


def ask_for_hand_overs(
    move: Move, ending: Sequence[AccessGrant], let_go: Sequence[Account], *, at: datetime
) -> None:
    """Make it an urgent duty to find somebody for what only they could do, or own and let go; once for each account."""
    today, known = clock.local_day(at), {one.account_id: one for one in move.hand_overs}
    of_account = {account.id: (account, grants) for account, grants in by_account(ending)}
    for account in let_go:
        of_account.setdefault(account.id, (account, []))
    owns = {account.id for account in let_go}
    for account, grants in of_account.values():
        needed = what_to_hand_over(account, grants, move.last_day, today, owner_goes=account.id in owns)
        if needed is None:
            continue
        if account.id in known:
            known[account.id].hand_over = needed
            continue
        made = MoveHandOver(hand_over=needed, hand_over_by=today)
        made.account = account
        move.hand_overs.append(made)


def _end(holding: MoveHolding, moving: Moving, *, by: Person, at: datetime) -> None:
    """End one access, and have its password changed where others go on using one that they know."""
    grant = holding.grant
    if grant.starts_on > max(moving.last_day, clock.local_day(at)):
        call_off_access(grant, by=ender(grant, by), at=at)
        return
    last = max(moving.last_day, grant.starts_on)
    end_access(grant, by=ender(grant, by), at=at, ends_on=last, reason=moving.kind.end_reason, recorded_late=True)
    change_after(holding, moving.kind, moving.person, last, by=by, at=at)


def change_after(
    holding: MoveHolding, kind: MoveKind, person: Person, last: date, *, by: Person, at: datetime
) -> None:
    """Have the password changed after a day, where they know one that others go on using."""
    if holding.grant.needs_new_password:
        have_changed(
            holding, holding.grant.account, trigger=kind.trigger, person=person, counts_from=clock.at_local(last),
            period=OTHER_TRIGGER, since=max(last, clock.local_day(at)), by=by.id, at=at,
        )  # fmt: skip


def ender(grant: AccessGrant, by: Person) -> Person | ActorKind:
    """Who ends an access because of a move: who recorded it where they may, else the system for them."""
    return by if grant.can_be_ended_by(by) else ActorKind.SYSTEM


def tell_keepers(move: Move, kind: MessageKind, *, by: Person, at: datetime, number: int | None = None) -> None:
    """Tell the keepers of the register, but nobody of their own move."""
    for keeper in keepers_on(clock.local_day(at)):
        if keeper.id not in (by.id, move.person_id):
            notify(keeper.id, kind, move.id, at=at, number=number)
