"""What the addresses of this room share: who asks, and which account is meant."""

import uuid
from collections.abc import Mapping
from typing import TypeVar

from flask_login import current_user

from app.account_register.models import Account
from app.account_register.queries import account_by_id, person_to_choose
from app.core import clock
from app.core.errors import InvalidInput, NothingHere, seen_or_nothing
from app.credential_rotation.models import AccountGone, AccountIncident
from app.credential_rotation.queries import may_record_leaver
from app.people.models import HR_OFFICERS, Person
from app.policy.queries import pack


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


def titled(left_empty: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    """Roles that are left empty, by their titles, with the names of those who carry them today."""
    titles = pack().role_titles
    return [(titles[role].value, names) for role, names in left_empty.items()]


OfAnAccount = TypeVar("OfAnAccount", AccountGone, AccountIncident)


def happened_or_nothing(found: OfAnAccount | None) -> OfAnAccount:
    """What happened to an account, for those who look after it."""
    return seen_or_nothing(
        found, reader(), "This page is for those who look after the account.",
        what_now="If you know something about it, tell the keeper of the register.",
    )  # fmt: skip


def person_of_line(typed: str) -> Person:
    """Who is meant by a name or an address: anybody for HR, for a manager only people of their line (else 422)."""
    sentence = f"Nobody who reports to you is recorded as “{typed}”. Enter their work e-mail address"
    nobody = InvalidInput(sentence, field="person")
    if reader().holds(*HR_OFFICERS):
        return person_to_choose(typed, clock.today(), field="person")
    try:
        found = person_to_choose(typed, clock.today(), field="person")
    except InvalidInput as refusal:
        raise nobody from refusal
    if not may_record_leaver(reader(), found):
        raise nobody
    return found
