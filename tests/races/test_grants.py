"""One open access of a person to an account, though nobody locks the account: the database itself refuses the second."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register.models import AccessGrant, AccessLevel, Account, LoginMode
from app.account_register.operations import begin_access
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone
from app.people.models import Person
from tests.account_register.factories import make_account
from tests.conftest import NOW
from tests.factories import Factory

AT_ONCE = 6


@pytest.mark.parametrize("leaves", [False, True])
def test_the_same_access_begins_once(racing_app: Flask, leaves: bool) -> None:
    """Also for somebody who is to leave, whose access has an end from its first day."""
    with racing_app.app_context():
        make = Factory()
        account_id = make_account(make).id
        person_id = make.person(last_working_day=NOW.date() + timedelta(days=20) if leaves else None).id
        db.session.remove()
    barrier, told = threading.Barrier(AT_ONCE), []

    def give() -> None:
        with racing_app.app_context():
            account, person = db.session.get_one(Account, account_id), db.session.get_one(Person, person_id)
            barrier.wait()
            begin_writing()
            try:
                begin_access(
                    account, person, level=AccessLevel.ADMIN, login_mode=LoginMode.SHARED, starts_on=NOW.date(),
                    required_version_id=None, by=None, at=NOW,
                )  # fmt: skip
                commit()
                told.append("given")
            except AlreadyDone:
                db.session.rollback()
                told.append("refused")

    threads = [threading.Thread(target=give) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["given"] + ["refused"] * (AT_ONCE - 1)
    with racing_app.app_context():
        counted = sa.select(sa.func.count()).where(AccessGrant.account_id == account_id, AccessGrant.person_id == person_id)
        assert db.session.execute(counted).scalar_one() == 1
