"""Asking for a new password though nobody leaves (policy 6.1(3); a partnership's passwords.1)."""

from datetime import datetime, timedelta

from app.account_register.models import Account
from app.account_register.queries import keepers_on
from app.core import clock
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.credential_rotation.models import CredentialRotation, Trigger, may_ask_for_new_password
from app.credential_rotation.operations.opening import OTHER_TRIGGER, begin_rotation, due_rotation
from app.people.models import Person

SENT_TWICE = timedelta(minutes=1)


def demand_may_start(account: Account, by: Person, *, at: datetime) -> None:
    """Refuse (403) who may not ask for a new password, and say whom to ask."""
    keepers = [one.name for one in keepers_on(clock.local_day(at))]
    demand(
        may_ask_for_new_password(account, by), "You cannot ask for a new password of this account.",
        what_now=(
            f"Ask {' or '.join(keepers)}, who can for every account on the register, and say why the password should change."
            if keepers else "Ask the administrator to appoint somebody who keeps the register of accounts."
        ),
    )  # fmt: skip


def start_rotation(account: Account, *, trigger: Trigger, by: Person, at: datetime) -> CredentialRotation:
    """Have a password changed without anybody leaving: the account was compromised, or it is time."""
    demand_may_start(account, by, at=at)
    if trigger not in (Trigger.COMPROMISE, Trigger.SCHEDULED):
        raise InvalidInput("Select why the password changes", field="trigger")
    if not account.is_there:
        why = "is closed" if account.is_closed else "no longer exists or is lost"
        raise AlreadyDone(f"This account {why}, so it has no password to change.", what_now="You need do nothing.")
    _refuse_same_cause(account, trigger, at)
    since = clock.local_day(at)
    return begin_rotation(
        account, trigger=trigger, person=None, counts_from=at, period=OTHER_TRIGGER, since=since, by=by.id, at=at
    ).rotation


def _refuse_same_cause(account: Account, trigger: Trigger, at: datetime) -> None:
    """The same request twice is one, also where it is sent again within a minute, be it by another person: people tell
    changes by the minute. What was compromised once more, at a later time, is a cause of its own.
    """
    waiting = due_rotation(account)
    for cause in waiting.standing_causes if waiting else []:
        if cause.trigger is trigger and (trigger is Trigger.SCHEDULED or at < cause.counts_from + SENT_TWICE):
            raise AlreadyDone(
                "A new password has been asked for already.",
                when=cause.counts_from,
                what_now="Open the account to see who changes it, and by when.",
            )
