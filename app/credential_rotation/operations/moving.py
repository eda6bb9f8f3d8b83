"""Somebody takes other work or is away for long: which access goes on, which ends, and which passwords change because of it.

Others who hold the account read only that its password changes as security maintenance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.account_register.models import AccessGrant, EndReason
from app.account_register.operations import call_off_access, end_access
from app.account_register.queries import keepers_on
from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import notify
from app.core.presentation import uk_date
from app.core.working_days import HolidayDataEnds
from app.credential_rotation.models import Move, MoveHolding, MoveKind, RotationCause
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.opening import begin_rotation
from app.credential_rotation.operations.rotating import OTHER_TRIGGER
from app.credential_rotation.queries import accesses_after, may_record_leaver, owned_by, same_move
from app.people.models import Person
from app.policy.queries import due_within, period, working_calendar

RECORDED = event_kind("move:recorded", "recorded that {about} needs less access from {last_day} on ({kind})")
ONLY_HR_OR_MANAGER = "Only HR or their line manager can record this."
TELL_HR = "Tell HR what changes for them."
LONG_ABSENCE = "long_absence_working_days"
WHY = {MoveKind.MOVED: EndReason.MOVED, MoveKind.LONG_ABSENCE: EndReason.NO_LONGER_NEEDED}


@dataclass(frozen=True)
class Moving:
    """Who needs less access, from when on and why, as it is told."""

    person: Person
    kind: MoveKind
    last_day: date
    back_on: date | None = None
    new_post: str = ""


def preview_move(moving: Moving, *, by: Person, at: datetime) -> list[AccessGrant]:
    """The access of which it is to be decided whether it goes on. Changes nothing; refuses what recording would refuse.

    An absence counts once it is longer than the pack says (a local setting); how long it takes may be unknown.
    """
    person, last_day = moving.person, moving.last_day
    demand(may_record_leaver(by, person), ONLY_HR_OR_MANAGER, what_now=TELL_HR)
    if person.started is not None and last_day < person.started:
        raise InvalidInput("The last day must be on or after the day they started", field="last_day")
    if person.last_working_day is not None and person.last_working_day <= last_day:
        raise AlreadyDone(
            f"{person.name} leaves on {uk_date(person.last_working_day)}: all their access ends with it.",
            what_now="Open the list of leavers to see what follows.",
        )
    first = same_move(person, moving.kind, last_day)
    if first is not None:
        raise AlreadyDone(
            "This is recorded already.", who=first.recorded_by.name, when=first.recorded_at,
            what_now="Open the list of moves to see what is done.",
        )  # fmt: skip
    try:
        _check_absence(moving)
        due_within(OTHER_TRIGGER, max(last_day, clock.local_day(at)))
    except HolidayDataEnds as refusal:
        raise InvalidInput(refusal.sentence, field="last_day") from refusal
    return accesses_after(person, last_day)


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
    if working_calendar().between(moving.last_day, moving.back_on - timedelta(days=1)) <= least:
        raise InvalidInput(
            f"They are away for {least} working days or less, so no access has to end. Nothing needs to be recorded",
            field="back_on",
        )


def record_move(moving: Moving, goes_on: Mapping[UUID, bool], *, by: Person, at: datetime) -> Move:
    """Record that somebody takes other work or is away for long. What does not go on ends with the last day, and each
    shared password they knew there changes. `goes_on` is by id of the grant.

    Refuses (409) where their access has changed since it was shown. The keeper of the register is told where they owned
    or alone administered an account.
    """
    grants = preview_move(moving, by=by, at=at)
    if {grant.id for grant in grants} != set(goes_on):
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
    for grant in grants:
        keeps = goes_on[grant.id]
        cause = None if keeps else _end(grant, moving, by=by, at=at)
        holding = MoveHolding(goes_on=keeps)
        holding.grant, holding.cause = grant, cause
        move.holdings.append(holding)
    db.session.flush()
    _tell_keepers(move, by=by, at=at)
    return move


def _end(grant: AccessGrant, moving: Moving, *, by: Person, at: datetime) -> RotationCause | None:
    """End one access; give the cause of a new password where others go on using one that they know."""
    today = clock.local_day(at)
    ender = by if grant.can_be_ended_by(by) else ActorKind.SYSTEM
    if grant.starts_on > max(moving.last_day, today):
        call_off_access(grant, by=ender, at=at)
        return None
    last = max(moving.last_day, grant.starts_on)
    end_access(grant, by=ender, at=at, ends_on=last, reason=WHY[moving.kind])
    if not grant.needs_new_password:
        return None
    return begin_rotation(
        grant.account, trigger=moving.kind.trigger, person=moving.person, counts_from=clock.at_local(last),
        period=OTHER_TRIGGER, since=max(last, today), by=by.id, at=at,
    )  # fmt: skip


def _tell_keepers(move: Move, *, by: Person, at: datetime) -> None:
    ended = any(not holding.goes_on for holding in move.holdings)
    if not ended and not owned_by(move.person):
        return
    for keeper in keepers_on(clock.local_day(at)):
        if keeper.id not in (by.id, move.person_id):
            notify(keeper.id, messages.MOVED, move.id, at=at)
