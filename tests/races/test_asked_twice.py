"""The same new password asked for twice in the same moment: one asks, the other learns of it."""

import threading
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register.models import Account
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, RotationCause, RotationStatus, Trigger
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation import factories as rotations
from tests.factories import Factory

AT_ONCE = 4


def _world(app: Flask, *, waits: bool) -> tuple[uuid.UUID, uuid.UUID]:
    with app.app_context(), clock.set_to(NOW):
        make = Factory()
        sca = make.person("Cleo", Role.SCA)
        on = rotations.account(make, "News", make.person("Olu"))
        rotations.grant(make, on, make.person("Jo"))
        if waits:
            other = make.person("Al")
            rotations.grant(make, on, other)
            rotations.leave(other, make.person("Hana", Role.HR_MANAGER))
        found = on.id, sca.id
        db.session.remove()
    return found


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize("trigger", [Trigger.COMPROMISE, Trigger.SCHEDULED])
def test_the_same_cause_is_asked_for_once(racing_app: Flask, trigger: Trigger, waits: bool) -> None:
    """Also where a change waits already for another reason; each looked at the clock some seconds after the one before."""
    account_id, sca_id = _world(racing_app, waits=waits)
    barrier, told = threading.Barrier(AT_ONCE), list[str]()

    def ask(number: int) -> None:
        at = NOW + timedelta(minutes=5, seconds=2 * number)
        with racing_app.app_context():
            on, sca = db.session.get_one(Account, account_id), db.session.get_one(Person, sca_id)
            barrier.wait(20)
            begin_writing(on)
            try:
                operations.start_rotation(on, trigger=trigger, by=sca, at=at)
                commit()
                told.append("asked")
            except AlreadyDone:
                db.session.rollback()
                told.append("refused")

    with clock.set_to(NOW + timedelta(minutes=5)):
        threads = [threading.Thread(target=ask, args=(number,), daemon=True) for number in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sorted(told) == ["asked"] + ["refused"] * (AT_ONCE - 1)
    with racing_app.app_context():
        of_account = sa.select(CredentialRotation.id).where(
            CredentialRotation.account_id == account_id, CredentialRotation.status == RotationStatus.DUE
        )
        causes = sa.select(RotationCause.trigger).where(RotationCause.rotation_id == of_account.scalar_subquery())
        found = list(db.session.execute(causes).scalars())
        assert found.count(trigger) == 1
        assert len(found) == 1 + waits
