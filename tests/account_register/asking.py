"""Requests for access for tests."""

from dataclasses import replace
from typing import Any

from app.account_register import operations as acts
from app.account_register.models import AccessLevel, AccessRequest, Account, LoginMode
from app.account_register.operations import WantedAccess
from app.core.db import begin_writing, commit
from app.people.models import Person
from tests.conftest import NOW

TODAY = NOW.date()


def wanted(account: Account, person: Person, **values: Any) -> WantedAccess:
    """Access with a login of one's own from today on, but for what the test names."""
    return replace(WantedAccess(account, person, AccessLevel.EDITOR, LoginMode.INDIVIDUAL, TODAY), **values)


def asked(
    account: Account, person: Person, *, by: Person | None = None, advised_by: Person | None = None, **values: Any
) -> AccessRequest:
    """A request, made by the person themself where the test names nobody, and advised on where it names a keeper."""
    begin_writing()
    made = acts.ask_for_access(
        wanted(account, person, **values), by=by or person, at=NOW, reason="To answer questions."
    )
    if advised_by is not None:
        acts.advise_on_access(made, by=advised_by, at=NOW, advice="Yes")
    commit()
    return made
