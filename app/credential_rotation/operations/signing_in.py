"""Correcting how holders sign in, and what that asks of the passwords they know."""

from collections.abc import Sequence
from datetime import date, datetime

from app.account_register.models import AccessGrant, Account, LoginMode
from app.account_register.operations import correct_sign_in
from app.core.errors import InvalidInput
from app.credential_rotation.models import Trigger
from app.credential_rotation.operations.opening import OTHER_TRIGGER, begin_rotation
from app.credential_rotation.operations.own_logins import follow_corrected_sign_in
from app.credential_rotation.queries.known_passwords import NEVER_CHANGED, passwords_of
from app.people.models import Person


def correct_ways_of_signing_in(
    grants: Sequence[AccessGrant], mode: LoginMode, *, true_from: date | None, reason: str, by: Person, at: datetime,
    never_shared: bool = False,
) -> None:  # fmt: skip
    """Correct of each of these holders how they sign in, in one act; left out, it was true since their access began.

    Where access by a shared login is to end already, its password changes then. Where the account is compromised, whatever
    they sign in with is made new.
    """
    if not grants:
        raise InvalidInput("Select for whom this is true", field="holders")
    for grant in grants:
        since = grant.starts_on if true_from is None else true_from
        correct_sign_in(grant, mode, true_from=since, reason=reason, by=by, at=at, never_shared=never_shared)
        counts_from = settled_when_it_ends(grant, at)
        if mode is LoginMode.SHARED and grant.ends_on is not None and not grant.ends_with_leaving and counts_from:
            begin_rotation(
                grant.account, trigger=Trigger.ACCESS_ENDED, person=grant.person, counts_from=counts_from,
                period=OTHER_TRIGGER, since=grant.ends_on, by=by.id, at=at,
            )  # fmt: skip
    for account in {grant.account for grant in grants}:
        follow_corrected_sign_in(account, by=by, at=at)


def settled_when_it_ends(grant: AccessGrant, at: datetime) -> datetime | None:
    """From when a change of the password settles what a holder knows whose access ends; None where they know none, or the
    account is gone.

    Who signed in by the shared login until that was corrected knows it still, unless it was changed since.
    """
    if not grant.may_know_password or not grant.account.is_there:
        return None
    ends = grant.settled_from or at
    if grant.knew_shared_at is None:
        return ends
    known = passwords_of(Account.id == grant.account_id).get(grant.account_id, NEVER_CHANGED).known_to(grant.person_id)
    if grant.needs_new_password:
        return max(ends, known.settled_from) if known is not None else ends
    return known.settled_from if known is not None else None
