"""What rooms higher up do when an account changes hands."""

from datetime import date, datetime

from flask import current_app

from app.account_register.models import AccessGrant, Account, EndReason
from app.account_register.operations.ending import end_access
from app.core.audit import Actor
from app.core.registries import Registries
from app.people.models import Person

CHANGES_HANDS = "account:changes-hands"


def let_rooms_follow(account: Account, *, by: Actor, at: datetime) -> None:
    """Tell rooms higher up that somebody was given access to an account, lost it, or was made its owner, in the act that
    did it.
    """
    registries: Registries = current_app.extensions["registries"]
    registries.follow(CHANGES_HANDS, account, by=by, at=at)


def end_access_of_own_login(
    grant: AccessGrant, *, by: Person, at: datetime, ends_on: date, reason: EndReason, correction: str = ""
) -> None:
    """End access by a login of one's own: no password changes, but somebody may be the last now who lets others in."""
    end_access(grant, by=by, at=at, ends_on=ends_on, reason=reason, correction=correction)
    let_rooms_follow(grant.account, by=by.id, at=at)
