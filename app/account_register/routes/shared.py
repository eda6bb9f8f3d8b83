"""What the addresses of the register share: who asks, and which account is meant."""

import uuid

from flask_login import current_user

from app.account_register import queries
from app.account_register.models import Account
from app.core import clock
from app.core.errors import NothingHere
from app.people.models import Person


def reader() -> Person:
    """The signed-in person."""
    person: Person = current_user._get_current_object()
    return person


def account_or_nothing(account_id: uuid.UUID) -> Account:
    """The account, if the reader may see it; else the same answer as for an account that does not exist."""
    account = queries.account_for(reader(), account_id, clock.today())
    if account is None:
        raise NothingHere
    return account
