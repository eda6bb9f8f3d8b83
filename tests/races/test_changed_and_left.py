"""A password changed in the very moment in which one more person loses access: what they knew never counts as changed."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register.models import AccessGrant, EndReason
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, MoveKind, RotationStatus
from app.credential_rotation.operations import opening
from app.credential_rotation.queries import rotation_by_id
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation import factories as rotations
from tests.factories import Factory

AT, CHANGED = NOW + timedelta(hours=2), NOW + timedelta(hours=1)
WAIT = 0.7
Loses = Callable[[Person, Person, AccessGrant], object]


def _leaves(jo: Person, hr: Person, _grant: AccessGrant) -> object:
    return operations.record_leaver(jo, last_working_day=NOW.date(), immediate=True, by=hr, at=AT)


def _is_ended(_jo: Person, hr: Person, grant: AccessGrant) -> object:
    return operations.end_shared_access(grant, by=hr, at=AT, ends_on=NOW.date(), reason=EndReason.WITHDRAWN)


def _moves(jo: Person, hr: Person, grant: AccessGrant) -> object:
    moving = operations.Moving(jo, MoveKind.MOVED, NOW.date())
    return operations.record_move(moving, {grant.id: False}, by=hr, at=AT)


def _world(app: Flask) -> dict[str, uuid.UUID]:
    """An account of two, of which one has left: its password is due because of him."""
    with app.app_context(), clock.set_to(NOW):
        make = Factory()
        hr, owner = make.person("Hana", Role.HR_MANAGER), make.person("Olu")
        jo, al = make.person("Jo"), make.person("Al")
        on = rotations.account(make, "News", owner)
        grant = rotations.grant(make, on, jo)
        rotations.grant(make, on, al)
        rotations.leave(al, hr)
        found = sa.select(CredentialRotation.id).where(CredentialRotation.account_id == on.id)
        made = {"hr": hr.id, "owner": owner.id, "jo": jo.id, "grant": grant.id, "account": on.id,
            "rotation": db.session.execute(found).scalar_one()}  # fmt: skip
        db.session.remove()
    return made


@pytest.mark.parametrize("loses", [_leaves, _is_ended, _moves])
def test_a_change_never_counts_for_who_lost_access_after_it(
    racing_app: Flask, monkeypatch: pytest.MonkeyPatch, loses: Loses
) -> None:
    """The owner sends “changed” while the other act has read the change that is due and has not written yet."""
    ids, faults = _world(racing_app), list[BaseException]()
    has_read, read = threading.Event(), opening.due_rotation

    def slow(account: object) -> CredentialRotation | None:
        found = read(account)  # type: ignore[arg-type]
        if threading.current_thread().name == "loses":
            has_read.set()
            threading.Event().wait(WAIT)  # long enough for the other to write, if nothing keeps it from that
        return found

    monkeypatch.setattr(opening, "due_rotation", slow)

    def lose() -> None:
        jo, hr = db.session.get_one(Person, ids["jo"]), db.session.get_one(Person, ids["hr"])
        grant = db.session.get_one(AccessGrant, ids["grant"])
        begin_writing(jo)
        loses(jo, hr, grant)

    def change() -> None:
        has_read.wait(20)
        rotation = rotation_by_id(ids["rotation"])  # with its causes, as the page of the rotation reads it
        owner = db.session.get_one(Person, ids["owner"])
        assert rotation is not None
        begin_writing(rotation)
        operations.mark_changed(rotation, by=owner, at=AT, changed_at=CHANGED, steps=rotations.ALL_DONE)

    def run(act: Callable[[], None]) -> None:
        with racing_app.app_context():
            try:
                act()
                commit()
            except BaseException as fault:
                faults.append(fault)

    threads = [threading.Thread(target=run, args=(act,), name=f"{act.__name__}s", daemon=True) for act in (lose, change)]
    with clock.set_to(AT):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert faults == []
    with racing_app.app_context():
        it = CredentialRotation
        found = list(db.session.execute(sa.select(it).where(it.account_id == ids["account"])).scalars())
        assert sorted(one.status for one in found) == [RotationStatus.DUE, RotationStatus.TO_VERIFY]
        for one in found:
            caused_by_jo = ids["jo"] in {cause.person_id for cause in one.causes}
            assert caused_by_jo is (one.status is RotationStatus.DUE)
