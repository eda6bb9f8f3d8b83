"""Keepers who save different answers to the same questions in one moment: one is kept, the others are told, on both."""

import threading
from dataclasses import replace

from flask import Flask

from app.account_register.models import Account, AccountChange
from app.account_register.operations import change_account
from app.account_register.operations.details import Seen, details_of, mark_of_details
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.seen import ChangedBySomebody
from app.people.models import Person, Role
from tests.account_register.factories import make_account
from tests.conftest import NOW
from tests.factories import Factory

AT_ONCE = 6


def test_of_different_answers_at_once_one_is_kept(racing_app: Flask) -> None:
    """Each page showed the same; the first that is saved stands, with its change written down once."""
    with racing_app.app_context(), clock.set_to(NOW):
        make = Factory()
        account = make_account(make)
        keeper_id, account_id = make.person("Keeper", Role.SCA).id, account.id
        seen = Seen(("purpose", "target_group"), mark_of_details(account, ("purpose", "target_group")))
        db.session.remove()
    barrier, told = threading.Barrier(AT_ONCE), list[str]()

    def save(number: int) -> None:
        with racing_app.app_context():
            account, keeper = db.session.get_one(Account, account_id), db.session.get_one(Person, keeper_id)
            barrier.wait(20)
            begin_writing(account)
            try:
                details = replace(details_of(account), purpose=f"Purpose {number}")
                change_account(account, details, by=keeper, at=NOW, seen=seen)
                commit()
                told.append(f"Purpose {number}")
            except ChangedBySomebody:
                db.session.rollback()
                told.append("")

    with clock.set_to(NOW):
        threads = [threading.Thread(target=save, args=(number,), daemon=True) for number in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sorted(told)[:-1] == [""] * (AT_ONCE - 1)
    with racing_app.app_context():
        assert db.session.get_one(Account, account_id).purpose == sorted(told)[-1]
        assert db.session.query(AccountChange).filter_by(account_id=account_id).count() == 1
