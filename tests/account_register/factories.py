"""Accounts and access for tests: the least that is valid, and what the test names."""

import itertools
from datetime import date, datetime
from typing import Any

from app.account_register.health import Health
from app.account_register.models import AccessGrant, AccessLevel, Account, AccountStatus, LoginMode, TwoStep
from app.account_register.operations.accounts import AccountDetails, put_details
from app.account_register.queries import account_with_health
from app.core.db import db
from app.people.models import Person
from app.policy.models import Acknowledgement
from app.policy.queries import version_in_force
from tests.conftest import NOW
from tests.factories import Factory

_numbers = itertools.count(1)
LAST_WORDS = {"archive_kept": "In the records folder", "redirect_notice": "A last post with our address"}


def account_details(**values: Any) -> AccountDetails:
    """What the register says of an account in order, but for what the test names."""
    number = next(_numbers)
    return AccountDetails(
        **{
            "name": f"Account {number:04}", "platform": "Facebook", "handle": f"@account{number}", "url": None,
            "service_id": None, "owner_id": None, "purpose": "News", "login_mode": LoginMode.INDIVIDUAL,
            "two_step": TwoStep.ON, "target_group": "Residents", "identification": "A link from our website", **values,
        }
    )  # fmt: skip


def make_account(
    make: Factory, owner: Person | None = None, status: AccountStatus = AccountStatus.LIVE, **values: Any
) -> Account:
    """An account on the register, with logins of one's own."""
    values.setdefault("service_id", make.service("Corporate").id)
    account = Account(registered_at=NOW, status=status, closed_on=NOW.date() if status == AccountStatus.CLOSED else None)
    put_details(account, account_details(owner_id=owner.id if owner else None, **values))
    kept: Account = make.keep(account)
    return kept


def make_grant(make: Factory, account: Account, person: Person, **values: Any) -> AccessGrant:
    """Access that runs and asks for no acknowledgement."""
    known = {
        "level": AccessLevel.EDITOR, "login_mode": LoginMode.INDIVIDUAL, "starts_on": date(2026, 1, 5),
        "approved_at": NOW, **values,
    }  # fmt: skip
    grant: AccessGrant = make.keep(AccessGrant(account_id=account.id, person_id=person.id, **known))
    return grant


def agreed(make: Factory, person: Person, at: datetime = NOW) -> None:
    """They agreed to the policy in force."""
    version = version_in_force(at.date())
    assert version is not None
    make.keep(Acknowledgement(person_id=person.id, version_id=version.id, at=at))


def health_of(account: Account, reader: Person, day: date) -> list[Health]:
    """What is wrong with an account, as its page says it to somebody who sees it."""
    found = account_with_health(reader, account.id, day)
    assert found is not None
    return found[1]


def fill_register(people: list[Person], accounts: int, *, first: int = 0) -> None:
    """Many accounts, each held by all these people, in two statements."""
    rows = [
        {
            "id": Factory.id(), "name": f"Many {number:05}", "platform": "X", "handle": f"many{number}",
            "handle_key": f"many{number}", "kind": "social", "status": "live", "login_mode": "individual",
            "two_step": "on" if number % 2 else "off", "registered_at": NOW, "purpose": "", "owner_id": people[0].id,
            "status_reason": "", "version": 1, "brand": "", "emergency_contact": "", "target_group": "",
            "identification": "", "two_step_custody": "", "recovery_kind": "not_recorded", "recovery": "",
            "vault_item": "", "connected_tools": "", "alerts": "not_recorded", "auto_acknowledgement": "not_recorded",
        }
        for number in range(first, first + accounts)
    ]  # fmt: skip
    grants = [
        {
            "id": Factory.id(), "account_id": row["id"], "person_id": person.id, "level": "editor", "version": 1,
            "login_mode": "individual", "starts_on": date(2026, 1, 5), "approved_at": NOW, "advice": "",
        }
        for row in rows
        for person in people
    ]  # fmt: skip
    db.session.execute(Account.__table__.insert(), rows)
    db.session.execute(AccessGrant.__table__.insert(), grants)
    db.session.commit()
