"""What the addresses of the register share: who asks, and which account is meant."""

import uuid

from flask import flash
from flask_login import current_user

from app.account_register import queries
from app.account_register.models import Account, AccountProposal
from app.account_register.queries.alike import handles_like, warning_of
from app.core import clock
from app.core.errors import NothingHere, seen_or_nothing
from app.people.models import Person

TEMPLATES = "account_register/proposals"


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


def warn_of_its_handle(account: Account) -> None:
    """Say on the page that follows if the handle of an account could be taken for that of another."""
    warning = warning_of(handles_like(account.platform, account.handle, account.id))
    if warning:
        flash(warning, "warn")


def proposal_or_nothing(reference: str) -> AccountProposal:
    """The proposal with this reference, if the reader may see it. That it exists is no secret."""
    return seen_or_nothing(
        queries.proposal_by_reference(reference), reader(), "This proposal is not yours to see.",
        what_now="Ask the person who made it, or the keeper of the register.",
    )  # fmt: skip
