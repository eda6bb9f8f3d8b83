"""What the addresses of this room share: who asks, and which account is meant."""

import uuid

from flask_login import current_user

from app.account_register.models import Account
from app.account_register.queries import account_by_id
from app.core.errors import NothingHere
from app.people.models import Person


def reader() -> Person:
    """The signed-in person."""
    person: Person = current_user._get_current_object()
    return person


def account_or_nothing(account_id: uuid.UUID) -> Account:
    """The account with this id, for routes that ask by themselves who may do something to it."""
    account = account_by_id(account_id)
    if account is None:
        raise NothingHere
    return account
