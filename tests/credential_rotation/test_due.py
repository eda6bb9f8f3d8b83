"""For whom a password or a hand-over waits when those who should do it have gone, and who is told that it is late."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.credential_rotation.due import DUE_KINDS
from app.credential_rotation.models import CredentialRotation, LeaverNotice
from app.credential_rotation.queries import open_hand_overs
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, grant, leave, started
from tests.factories import Factory

SELECT = {kind.name: kind.select for kind in DUE_KINDS}


def waits_for(person: Person, kind: str) -> int:
    """How many of a kind stand on somebody's first page."""
    made = SELECT[kind](person, TODAY)
    return len(db.session.execute(made).all()) if made is not None else 0


def _goes(_rotation: CredentialRotation, owner: Person) -> None:
    owner.last_working_day = TODAY - timedelta(days=1)


def _causes(rotation: CredentialRotation, owner: Person) -> None:
    rotation.causes[0].person_id = owner.id


@pytest.mark.parametrize("gone", [_goes, _causes])
def test_where_no_owner_can_the_keeper_changes_the_password(
    make: Factory, gone: Callable[[CredentialRotation, Person], None]
) -> None:
    """Also where it changes because of the only owner; while there is an owner, it is theirs."""
    owner, sca = make.person("Olu"), make.person("Cleo", Role.SCA)
    rotation = started(account(make, "Libraries", owner), sca)
    assert (waits_for(owner, "rotation_change"), waits_for(sca, "rotation_change")) == (1, 0)
    gone(rotation, owner)
    make.keep(owner, rotation)
    assert waits_for(sca, "rotation_change") == 1


@pytest.mark.parametrize("is_keeper", [True, False])
def test_nobody_is_told_late_that_they_themselves_are_to_leave(make: Factory, is_keeper: bool) -> None:
    """Only other keepers and HR managers are: whoever manages the keeper learns nothing of their own leaving."""
    sca = make.person("Cleo", Role.SCA)
    leaver = make.person("Head", *([Role.DEPUTY_SCA] if is_keeper else []))
    grant(make, account(make, "Libraries", leaver), leaver)
    leave(leaver, make.person("Hana", Role.HR_MANAGER), day=TODAY + timedelta(days=60), immediate=False, at=NOW)
    key = db.session.execute(sa.select(sa.cast(LeaverNotice.id, sa.String))).scalar_one()
    manager = make.person("Desmond", Role.HR_MANAGER)
    asked = [sca.id, manager.id, leaver.id, make.person("Anybody").id]
    told = db.session.execute(open_hand_overs(LeaverNotice)(asked, [key], TODAY)).all()
    assert {row.person_id for row in told} == {sca.id, manager.id}
