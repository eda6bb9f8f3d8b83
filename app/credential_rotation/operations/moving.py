"""Somebody takes other work or is away for long: which access goes on, which ends, and which passwords change because of it.

Others who hold the account read only that its password changes as security maintenance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.account_register.models import AccessGrant, Account
from app.account_register.operations import call_off_access, end_access
from app.account_register.operations.following import let_rooms_follow
from app.account_register.queries import keepers_on
from app.core import clock
from app.core.audit import Actor, ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import MessageKind, notify
from app.core.presentation import uk_date
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.credential_rotation.models import Move, MoveHandOver, MoveHolding, MoveKind, MoveQuestions, RotationStatus
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.causes import have_changed
from app.credential_rotation.operations.handing_over import others_on, what_to_hand_over
from app.credential_rotation.operations.leaver_plans import check_not_far_away
from app.credential_rotation.operations.opening import OTHER_TRIGGER
from app.credential_rotation.queries import accesses_after, may_record_leaver, owned_by, same_move
from app.credential_rotation.queries.known_passwords import known_without_access
from app.credential_rotation.queries.work_changes import open_work_change
from app.people.models import Person
from app.policy.queries import period, working_calendar

_NEEDS_LESS = "recorded that {about} needs less access after {last_day}"
RECORDED = event_kind("move:recorded", f"{_NEEDS_LESS} ({{kind}})", neutral=_NEEDS_LESS)
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
    held = by_account(grants)
    others = others_on(account for account, _ending in held)
    alone = frozenset(
        account.id
        for account, ending in held
        if what_to_hand_over(account, ending, max(moving.last_day, today), today, owner_goes=False, others=others)
    )
    return MoveQuestions(grants, owned_by(moving.person), alone, list(known_without_access(moving.person)))


def check_move(moving: Moving, *, at: datetime, known: Move | None = None) -> None:
    """Refuse days that cannot be, somebody who leaves by then anyway, and what is recorded already (but for `known`)."""
    person, last_day, today = moving.person, moving.last_day, clock.local_day(at)
    if looks_like_secret(moving.new_post):  # it comes by the address of a page too, where no form has looked at it
        raise InvalidInput(REFUSAL, field="new_post")
    check_not_far_away(last_day, today, field="last_day")
    if moving.back_on is not None:
        check_not_far_away(moving.back_on, today, field="back_on", what="The first day back")
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
        holding = MoveHolding(goes_on=goes_on[grant.id], account_id=grant.account_id)
        holding.account, holding.grant = grant.account, grant
        move.holdings.append(holding)
        if not holding.goes_on:
            _end(grant, holding, moving, by=by, at=at)
    _change_what_they_know(move, asked, goes_on, by=by, at=at)
    let_go = [account for account in asked.owned if not goes_on[account.id]]
    ask_for_hand_overs(move, [grant for grant in asked.grants if not goes_on[grant.id]], let_go, at=at)
    _settle_what_was_asked(move, by=by, at=at)
    db.session.flush()
    for account in {one.account_id: one.account for one in move.holdings if not one.goes_on}.values():
        let_rooms_follow(account, by=by.id, at=at)  # whoever else goes may be the last now who lets others in
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
    owns, others = {account.id for account in let_go}, others_on(account for account, _grants in of_account.values())
    for account, grants in of_account.values():
        needed = what_to_hand_over(
            account, grants, move.ends_on, today, owner_goes=account.id in owns, others=others
        )
        if needed is None:
            continue
        if account.id in known:
            known[account.id].hand_over = needed
            continue
        made = MoveHandOver(hand_over=needed, hand_over_by=today)
        made.account = account
        move.hand_overs.append(made)


def _change_what_they_know(
    move: Move, asked: MoveQuestions, goes_on: Mapping[UUID, bool], *, by: Person, at: datetime
) -> None:
    """Have each password changed that they know because they changed it or signed in with it, where they keep neither
    access nor ownership, and it does not change already because access by a shared login ends.
    """
    settled = {one.account_id for one in move.holdings if one.goes_on or one.cause is not None}
    settled |= {account.id for account in asked.owned if goes_on[account.id]}
    for account in asked.known:
        if account.id not in settled:
            holding = MoveHolding(goes_on=False, account_id=account.id)
            holding.account = account
            move.holdings.append(holding)
            change_what_is_known(holding, move, by=by.id, at=at)


def change_what_is_known(holding: MoveHolding, move: Move, *, by: Actor, at: datetime) -> None:
    """Have a password changed after the last day on which they are to know it, unless it was changed since they did."""
    known = known_without_access(move.person).get(holding.account)
    is_due = holding.cause is not None and holding.cause.rotation.status is RotationStatus.DUE
    if known is None and not is_due:
        return
    told = known_until(move, holding.account)
    counts_from = max(told, *([known.settled_from] if known is not None else [told]))
    have_changed(
        holding, holding.account, trigger=move.kind.trigger, person=move.person, counts_from=counts_from,
        period=OTHER_TRIGGER, since=max(move.last_day, clock.local_day(at)), by=by, at=at,
    )  # fmt: skip


def known_until(move: Move, account: Account) -> datetime:
    """From when a change settles what they know of a password: once they have moved, or where their access ended sooner,
    and they do not own the account, since then.
    """
    moved_from = max(move.told_at, clock.at_local(move.last_day))
    theirs = [one for one in account.grants if one.person_id == move.person_id and one.may_know_password]
    ended = [one.settled_from for one in theirs if not one.is_called_off]
    sooner = [moment for moment in ended if moment is not None and moment < moved_from]
    if account.owner_id == move.person_id or not sooner or len(sooner) < len(ended):
        return moved_from
    return max(sooner)


def _end(grant: AccessGrant, holding: MoveHolding, moving: Moving, *, by: Person, at: datetime) -> None:
    """End one access, and have its password changed where others go on using one that they know.

    It ends today at the earliest: until it is recorded it runs, however long ago it was needed last.
    """
    today = clock.local_day(at)
    if grant.starts_on > max(moving.last_day, today):
        call_off_access(grant, by=ender(grant, by), at=at)
        return
    last = max(moving.last_day, grant.starts_on, today)
    end_access(grant, by=ender(grant, by), at=at, ends_on=last, reason=moving.kind.end_reason, follows=True)
    change_after(grant, holding, moving.kind, moving.person, by=by.id, at=at)


def change_after(
    grant: AccessGrant, holding: MoveHolding, kind: MoveKind, person: Person, *, by: Actor, at: datetime
) -> None:
    """Have the password changed once an access has ended, where they know one that others go on using."""
    if grant.needs_new_password and grant.ends_on is not None:
        have_changed(
            holding, grant.account, trigger=kind.trigger, person=person, counts_from=grant.settled_from or at,
            period=OTHER_TRIGGER, since=max(grant.ends_on, clock.local_day(at)), by=by, at=at,
        )  # fmt: skip


def ender(grant: AccessGrant, by: Person) -> Person | ActorKind:
    """Who ends an access because of a move: who recorded it where they may, else the system for them."""
    return by if grant.can_be_ended_by(by) else ActorKind.SYSTEM


def tell_keepers(move: Move, kind: MessageKind, *, by: Person, at: datetime, number: int | None = None) -> None:
    """Tell the keepers of the register, but nobody of their own move."""
    for keeper in keepers_on(clock.local_day(at)):
        if keeper.id not in (by.id, move.person_id):
            notify(keeper.id, kind, move.id, at=at, number=number)


def _settle_what_was_asked(move: Move, *, by: Person, at: datetime) -> None:
    """A move that says which access goes on in other work is the answer to what was asked about it."""
    change = open_work_change(move.person) if move.kind is MoveKind.MOVED else None
    if change is not None:
        change.settled_at, change.settled_by, change.move = at, by, move
