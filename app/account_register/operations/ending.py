"""Ending somebody's access, calling it off before it begins, and moving the end of it."""

from datetime import date, datetime, timedelta
from uuid import UUID

from app.account_register.models import AccessGrant, EndReason, EndSetAside
from app.account_register.operations import messages
from app.account_register.queries.notices import keepers_on
from app.core import clock
from app.core.audit import Actor, ActorKind, event_kind, record
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import notify
from app.core.presentation import uk_date
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.core.working_days import months_after
from app.people.knowing import known_of
from app.people.models import KEEPERS, Person
from app.policy.queries import pack

MONTHS_AHEAD = 12
# Read by those who may know why, and by nobody else: beside a password change they would tell because of whom it changes.
ENDED = event_kind(
    "access:ended",
    "ended the access of {about} with {ends_on} as its last day ({reason})",
)
_CORRECTED_WORDS = "corrected the last day of the access of {about} to {ends_on}"
CORRECTED = event_kind("access:end-corrected", _CORRECTED_WORDS, neutral=_CORRECTED_WORDS, unnamed=True)
END_MOVED = event_kind(
    "access:end-moved",
    "moved the last day of the access of {about} to {ends_on}",
)
CALLED_OFF = event_kind("access:called-off", "called off the access of {about}, which was to begin on {starts_on}")
GOES_ON = event_kind("access:goes-on", "noted that the access of {about} goes on")


def end_access(
    grant: AccessGrant, *, by: Person | ActorKind, at: datetime, ends_on: date, reason: EndReason,
    correction: str = "", recorded_late: bool = False, follows: bool = False,
) -> bool:  # fmt: skip
    """End somebody's access with a last day. One that is set to end may be brought forward, never put back.

    What has not begun, and would end before its first day, is called off.

    A last day that somebody sets by hand is within a year: what goes on for longer is open, and each review asks about it.

    This ends any grant. Where the login is shared the password must change too, so there the room of password changes
    calls this act; the pages of the register end only access by a login of one's own. `by` may be the system, for what
    follows from a recorded leaving. A last day that has passed is a correction: a keeper's, not the holder's own, with
    why; `recorded_late` is what follows from a leaving or a move that was itself recorded after its day. In both the
    register keeps that the access was open until its end was recorded.

    What `follows` from a leaving or a move sets aside an end that was there before, which comes back if that is withdrawn.
    Who may not know of an earlier end that is to come sets this one beside it; gives whether it ends with this day.
    """
    if isinstance(by, Person):
        demand(grant.can_be_ended_by(by), "You cannot end this access.", what_now="Ask the keeper of the register.")
    if grant.is_called_off:
        raise AlreadyDone(
            "This access was called off before it began.", what_now="Whoever needs it after all is given access anew."
        )
    today = clock.local_day(at)
    if ends_on < grant.starts_on and grant.is_to_come(today):
        call_off_access(grant, by=by, at=at)
        return True
    _refuse_before_first_day(grant, ends_on)
    if isinstance(by, Person) and ends_on < today and not recorded_late:
        _check_correction(grant, correction, by)
    if isinstance(by, Person) and not follows:
        _refuse_far_away(ends_on, today)
    known = grant.ends_on  # when and why it ends is not for everybody who may end it
    if isinstance(by, Person):
        known = grant.end_known_to(by, today, knows=bool(known_of(by, [grant.person_id])))
    if known is not None and known <= ends_on:
        raise AlreadyDone(f"The access of {grant.person.name} ends by then already.")
    actor = by.id if isinstance(by, Person) else by
    facts = {"grant": grant.id, "ends_on": ends_on, "reason": reason}
    if grant.ends_on is not None and grant.ends_on <= ends_on:
        _set_aside(grant, ends_on, reason, at=at, by_id=by.id if isinstance(by, Person) else None)
        record(ENDED, grant.account_id, by=actor, at=at, about=grant.person_id, facts=facts)
        _tell_keepers(grant, actor, at=at)
        return False
    if follows and grant.ends_on is not None and grant.end_reason is not None and not grant.ends_with_leaving:
        _set_aside(
            grant, grant.ends_on, grant.end_reason, at=grant.ended_at, by_id=grant.ended_by_id, follows=grant.end_follows
        )
    was_open_until = min(grant.last_open_day or today, today)
    is_late = ends_on < was_open_until and reason is not EndReason.LAPSED  # unused: what was used lapses today
    grant.open_until = was_open_until if is_late else None
    grant.correction = correction or None if is_late else None
    grant.ends_on, grant.end_reason, grant.ended_at = ends_on, reason, at
    grant.ended_by_id, grant.end_follows = by.id if isinstance(by, Person) else None, follows
    told = CORRECTED if grant.correction else ENDED
    record(told, grant.account_id, by=actor, at=at, about=grant.person_id, facts=facts)
    _tell_keepers(grant, actor, at=at)
    return True


def _set_aside(
    grant: AccessGrant, ends_on: date, reason: EndReason, *, at: datetime | None, by_id: UUID | None, follows: bool = False
) -> None:
    grant.ends_set_aside.append(
        EndSetAside(ends_on=ends_on, reason=reason, ended_at=at, ended_by_id=by_id, follows=follows)
    )


def _refuse_before_first_day(grant: AccessGrant, ends_on: date) -> None:
    if ends_on >= grant.starts_on:
        return
    kept = pack().cite(pack().role_titles["sca"].sources)
    raise InvalidInput(
        f"The last day must be on or after {uk_date(grant.starts_on)}, the first day: the register says who had access "
        f"from when to when ({kept})", field="ends_on",
    )  # fmt: skip


def is_far_away(day: date, today: date) -> bool:
    """A bound of the product's own: a year typed wrongly is no first or last day, and nobody knows theirs so long before."""
    return day > months_after(today, MONTHS_AHEAD)


def _refuse_far_away(ends_on: date, today: date) -> None:
    if is_far_away(ends_on, today):
        raise InvalidInput("Enter a day within a year, or leave the access open", field="ends_on")


def _check_correction(grant: AccessGrant, correction: str, by: Person) -> None:
    kept = pack().cite(pack().role_titles["sca"].sources)
    if not grant.end_can_be_corrected_by(by):
        who = "another keeper of the register" if by.holds(*KEEPERS) else "the keeper of the register"
        raise InvalidInput(
            f"The last day must be today or later: the access was open until now ({kept}). If it really ended before, "
            f"ask {who} to correct it", field="ends_on",
        )  # fmt: skip
    if not correction:
        raise InvalidInput("Enter how you know that it ended on a day that has passed", field="correction")
    if looks_like_secret(correction):
        raise InvalidInput(REFUSAL, field="correction")


def call_off_access(grant: AccessGrant, *, by: Person | ActorKind, at: datetime) -> None:
    """Call off access that has not begun: the register never says that its holder had it.

    It is not given back by anything; whoever needs it after all is given access anew.
    """
    if isinstance(by, Person):
        demand(grant.can_be_ended_by(by), "You cannot call off this access.", what_now="Ask the keeper of the register.")
    today = clock.local_day(at)
    if not grant.is_to_come(today):
        raise AlreadyDone("This access has begun or was called off already.", what_now="Open the account to see it.")
    grant.ends_on, grant.end_reason, grant.ended_at = today - timedelta(days=1), EndReason.CALLED_OFF, at
    grant.ended_by_id = by.id if isinstance(by, Person) else None
    actor = by.id if isinstance(by, Person) else by
    record(
        CALLED_OFF, grant.account_id, by=actor, at=at, about=grant.person_id,
        facts={"grant": grant.id, "starts_on": grant.starts_on},
    )  # fmt: skip
    _tell_keepers(grant, actor, at=at)


def _tell_keepers(grant: AccessGrant, actor: Actor, *, at: datetime) -> None:
    for keeper in keepers_on(clock.local_day(at)):
        if keeper.id not in (actor, grant.person_id):
            notify(keeper.id, messages.ACCESS_ENDED, grant.id, at=at)


def move_end_of_access(
    grant: AccessGrant, ends_on: date | None, *, because: EndReason, by: Actor, at: datetime
) -> None:
    """Let access that was to end for a reason, such as somebody's leaving, and is not over, end on a later day or go on
    (None). An end for another reason that it had before, and that is not later than this, comes back with its reason.
    """
    if grant.end_reason is not because or grant.ends_on is None or grant.ends_on < clock.local_day(at):
        raise AlreadyDone("This access is over.", what_now="Give access again if it is needed.")
    own = grant.end_of_its_own
    if own is not None and (ends_on is None or own.ends_on <= ends_on):
        grant.ends_on, grant.end_reason, grant.end_follows = own.ends_on, own.reason, own.follows
        grant.ended_at, grant.ended_by_id = own.ended_at, own.ended_by_id
        grant.ends_set_aside.remove(own)
        ends_on = own.ends_on
    else:
        grant.ends_on, grant.ended_at = ends_on, at
    if ends_on is None:
        grant.end_reason, grant.ended_by_id, grant.ended_at, grant.end_follows = None, None, None, False
        record(GOES_ON, grant.account_id, by=by, at=at, about=grant.person_id, facts={"grant": grant.id})
        return
    record(
        END_MOVED, grant.account_id, by=by, at=at, about=grant.person_id, facts={"grant": grant.id, "ends_on": ends_on}
    )
