"""Changing what a holder may do: less at once, more once it is approved; and correcting how they sign in."""

from datetime import date, datetime

from app.account_register.models import AccessGrant, AccessLevel, AccessLevelChange, LoginMode, SignInChange
from app.account_register.operations import messages
from app.account_register.operations.access import check_training
from app.account_register.operations.following import let_rooms_follow
from app.account_register.queries.access import (
    agreement_refusal,
    closed_list_refusal,
    last_level_change,
)
from app.account_register.queries.agreements import has_been_let_in
from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import notify
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.people.models import Person

_LEVEL_WORDS = "changed the access of {about} to {level}"
LEVEL_CHANGED = event_kind("access:level-changed", _LEVEL_WORDS, neutral=_LEVEL_WORDS)
_WAY_WORDS = "corrected how {about} signs in: {mode}, from {true_from}"
SIGN_IN_CORRECTED = event_kind("access:sign-in-corrected", _WAY_WORDS, neutral=_WAY_WORDS)
_NEVER_WORDS = "noted that {about} never knew the shared password: {mode}"
NEVER_SHARED = event_kind("access:never-shared", _NEVER_WORDS, neutral=_NEVER_WORDS)
NOT_YOURS_TO_LOWER = "Only the keepers of the register and the account’s owner let somebody do less."
NOT_YOURS_TO_CORRECT = "Only the keepers of the register correct how somebody signs in, and never their own."


def change_level(grant: AccessGrant, level: AccessLevel, *, by: Person | None, at: datetime) -> None:
    """Note that a holder may do more or less with an account than the register says (from a file)."""
    if by is not None:
        demand(grant.account.can_be_changed_by(by), "Only the keepers of the register may change it.")
    _note_level(grant, level, by=by, at=at)


def lower_level(grant: AccessGrant, level: AccessLevel, *, by: Person, at: datetime) -> None:
    """Let a holder do less, at once. Nobody need approve that, and no password changes because of it."""
    demand(grant.level_can_be_lowered_by(by), NOT_YOURS_TO_LOWER, what_now="Ask the keeper of the register.")
    _must_run(grant, level, at)
    if level.is_more_than(grant.level):
        raise InvalidInput("Ask for it: somebody approves that they may do more", field="level")
    set_level(grant, level, by=by, at=at)
    notify(grant.person_id, messages.ACCESS_LESS, grant.id, at=at, number=grant.version)


def check_more(grant: AccessGrant, level: AccessLevel, *, at: datetime, trained_on: date | None) -> None:
    """Refuse more of access that is over, and what they may do already (409); and what new access is refused for (422): not
    on a closed list, untrained; and before they have agreed to the policy, which who has access already need not have.
    """
    _must_run(grant, level, at)
    if grant.level.is_more_than(level):
        raise AlreadyDone(f"{grant.person.name} may do more than that already.", what_now="Open the account to see what.")
    if not grant.account.takes_holders:
        raise AlreadyDone("This account is closed or being closed, so nobody can do more with it any more.")
    day = clock.local_day(at)
    refusal = closed_list_refusal(grant.account, grant.person) or agreement_refusal(grant.person, day)
    if refusal:
        raise InvalidInput(refusal, field="level")
    check_training(trained_on, day)


def set_level(
    grant: AccessGrant, level: AccessLevel, *, by: Person, at: datetime, approved_by: Person | None = None, advice: str = ""
) -> None:
    """The new level, with who approved it where it is more, and with what rooms higher up do where an account has one
    administrator more or less.
    """
    _note_level(grant, level, by=by, at=at, approved_by=approved_by, advice=advice)
    let_rooms_follow(grant.account, by=by.id, at=at)


def _note_level(
    grant: AccessGrant, level: AccessLevel, *, by: Person | None, at: datetime, approved_by: Person | None = None,
    advice: str = "",
) -> None:  # fmt: skip
    change = AccessLevelChange(grant_id=grant.id, changed_at=at, old=grant.level, new=level, advice=advice)
    change.approved_by = approved_by
    db.session.add(change)
    grant.level = level
    actor = by.id if by is not None else ActorKind.INSTALLATION
    record(LEVEL_CHANGED, grant.account_id, by=actor, at=at, about=grant.person_id, facts={"level": level})


def _must_run(grant: AccessGrant, level: AccessLevel, at: datetime) -> None:
    _refuse_over(grant, at)
    if level is grant.level:
        last = last_level_change(grant)
        raise AlreadyDone(
            f"{grant.person.name} has access as {level} already.", when=last.changed_at if last else None,
            did="changed it", what_now="Open the account to see what everybody may do.",
        )  # fmt: skip


def _refuse_over(grant: AccessGrant, at: datetime) -> None:
    if grant.is_called_off or grant.is_over_on(clock.local_day(at)):
        raise AlreadyDone(
            f"The access of {grant.person.name} has ended.", what_now="Whoever needs it after all is given access anew."
        )


def correct_sign_in(
    grant: AccessGrant, mode: LoginMode, *, true_from: date, reason: str, by: Person, at: datetime,
    never_shared: bool = False,
) -> None:  # fmt: skip
    """Correct how a holder signs in, with the day from which it was true and how that is known.

    Who signed in by the shared login goes on to be treated as knowing its password until it is changed. They do not only
    where it is said that they `never_shared` it: that is written down by itself.
    """
    demand(grant.sign_in_can_be_corrected_by(by), NOT_YOURS_TO_CORRECT, what_now="Ask another keeper of the register.")
    _refuse_over(grant, at)
    _check_correction(grant, true_from, reason, at)
    never_shared = never_shared and mode is not LoginMode.SHARED
    if mode is grant.login_mode and not (never_shared and grant.may_know_password):
        raise AlreadyDone(
            f"The register says that of {grant.person.name} already.", what_now="Open the account to see how they sign in."
        )
    db.session.add(
        SignInChange(
            grant_id=grant.id, changed_at=at, changed_by_id=by.id, old=grant.login_mode, new=mode, true_from=true_from,
            never_shared=never_shared, reason=reason,
        )
    )  # fmt: skip
    if never_shared:
        grant.knew_shared_at = None
    elif LoginMode.SHARED in (mode, grant.login_mode) and has_been_let_in(grant, clock.local_day(at)):
        grant.knew_shared_at = at
    grant.login_mode = mode
    facts = {"grant": grant.id, "mode": mode.label, "true_from": true_from}
    record(NEVER_SHARED if never_shared else SIGN_IN_CORRECTED, grant.account_id, by=by.id, at=at, about=grant.person_id,
           facts=facts)  # fmt: skip
    let_rooms_follow(grant.account, by=by.id, at=at)


def _check_correction(grant: AccessGrant, true_from: date, reason: str, at: datetime) -> None:
    today = clock.local_day(at)
    if not (true_from <= max(today, grant.starts_on) and true_from >= grant.starts_on):
        raise InvalidInput("The day must be one on which they had access, today at the latest", field="true_from")
    if not reason:
        raise InvalidInput("Enter how you know it", field="reason")
    if looks_like_secret(reason):
        raise InvalidInput(REFUSAL, field="reason")
