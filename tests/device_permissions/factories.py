"""Requests to use a device, for tests."""

from dataclasses import replace
from datetime import date, timedelta

from app.account_register.models import AccessGrant, AccessLevel, Account, LoginMode
from app.core.db import begin_writing, commit
from app.device_permissions import operations
from app.device_permissions.models import DeviceAnswers, DeviceKind, DevicePermissionRequest, SecurityCheck
from app.people.models import Person
from tests.conftest import NOW
from tests.factories import Factory

TODAY = NOW.date()
ANSWERS = DeviceAnswers(
    device_kind=DeviceKind.HOME_COMPUTER, device_words="my laptop", account_ids=(), platforms=("Facebook",),
    reason="Road closures at weekends", using_since=date(2026, 11, 2), asks_for_working_hours=False,
    checks=frozenset({SecurityCheck.LOCKED, SecurityCheck.UPDATED}), undertaken=True,
)  # fmt: skip


def submitted(person: Person, **changes: object) -> DevicePermissionRequest:
    """A request that waits for its decision."""
    begin_writing(person)
    made = operations.submit_device_request(replace(ANSWERS, **changes), by=person, at=NOW)  # type: ignore[arg-type]
    commit()
    return made


def approved(
    person: Person, manager: Person, *, until: date = TODAY + timedelta(days=100), **changes: object
) -> DevicePermissionRequest:
    """A permission in force."""
    made = submitted(person, **changes)
    begin_writing(made)
    operations.approve_device_request(made, by=manager, at=NOW, expires_on=until, conditions="Update it first")
    commit()
    return made


def account_of(make: Factory, person: Person, name: str = "Libraries") -> Account:
    """An account to which a person has access."""
    account = make.keep(Account(name=name, platform="Facebook", registered_at=NOW))
    make.keep(
        AccessGrant(
            account_id=account.id, person_id=person.id, level=AccessLevel.EDITOR, login_mode=LoginMode.SHARED,
            starts_on=date(2026, 1, 5), approved_at=NOW,
        )
    )
    return account
