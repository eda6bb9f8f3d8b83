"""For whom a password or a hand-over waits when those who should do it have gone, and who is told that it is late."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.db import db
from app.credential_rotation.due import DUE_KINDS
from app.credential_rotation.models import CredentialRotation, LeaverNotice
from app.credential_rotation.queries import open_hand_overs
from app.duties.models import Reminder
from app.people.models import Person, Role
from app.policy.queries import working_calendar
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, grant, leave, started
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient

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


def _told_three_days_late(rotation: CredentialRotation) -> set[str]:
    day = working_calendar().add(rotation.due_on, 3)
    morning(day)
    reminders = sa.select(Person.name).join(Reminder, Reminder.to_person_id == Person.id)
    return set(db.session.execute(reminders.where(Reminder.kind == "rotation_change", Reminder.escalated)).scalars())


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ((), {"Cleo", "Manager"}),
        (("Manager",), {"Cleo", "Next above"}),
        (("Manager", "Next above"), {"Cleo", "Hana"}),
        (("Olu",), {"Above the keeper"}),  # the keeper changes it then
    ],
)
def test_a_late_change_reaches_somebody_above_whoever_has_left(
    app: Flask, make: Factory, gone: tuple[str, ...], told: set[str]
) -> None:
    make.person("Hana", Role.HR_MANAGER)
    manager = make.person("Manager", manager=make.person("Next above"))
    owner = make.person("Olu", manager=manager)
    sca = make.person("Cleo", Role.SCA, manager=make.person("Above the keeper"))
    rotation = started(account(make, "Libraries", owner), sca)
    for one in db.session.execute(sa.select(Person).where(Person.name.in_(gone))).scalars():
        one.last_working_day = TODAY - timedelta(days=1)
        make.keep(one)
    assert _told_three_days_late(rotation) == told


def test_where_nobody_keeps_the_register_the_administrator_is_asked_to_appoint_somebody(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    line = "Appoint somebody: nobody holds the role of Strategic Communications Adviser"
    admin, deputy = make.person("Ada", Role.ADMINISTRATOR), make.person("Dee", Role.DEPUTY_SCA)
    assert line not in client_of(admin).get("/").text
    deputy.last_working_day = TODAY - timedelta(days=1)
    make.keep(deputy)
    assert line in client_of(admin).get("/").text
    assert line not in client_of(make.person("Anybody")).get("/").text
