"""A change that is not needed any more: its cause is kept, for those who may know it, and never told to whom it is about."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import Account
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, RotationStatus, Sighting
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import ALL_DONE, FRIDAY, account, changed, grant, leave, moved
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[[Person], PageClient]
ROOM = "/credential-rotation"
HOUR = timedelta(hours=1)


@pytest.fixture
def on(make: Factory, owner: Person) -> Account:
    """Held by its owner, who is to leave, and by another."""
    made = account(make, "Libraries", owner)
    for person in (owner, make.person("Kim")):
        grant(make, made, person)
    return made


@pytest.fixture
def stood_down(hr: Person, sca: Person, owner: Person, on: Account) -> CredentialRotation:
    """Asked for because the owner leaves, who stays after all."""
    assert sca.id
    notice = leave(owner, hr, day=FRIDAY, immediate=False)
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=hr, at=NOW + HOUR)
    commit()
    found = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    assert found.status is RotationStatus.STOOD_DOWN
    return found


def test_whoever_it_was_because_of_still_reads_nothing_of_it(
    client_of: Clients, owner: Person, on: Account, stood_down: CredentialRotation
) -> None:
    page = client_of(owner).get(f"{ROOM}/accounts/{on.id}/password-changes")
    assert "Not needed any more" not in page.text
    client_of(owner).get(f"{ROOM}/rotations/{stood_down.id}", status=403)


def test_who_may_know_reads_why_it_was(
    client_of: Clients, hr: Person, sca: Person, on: Account, stood_down: CredentialRotation
) -> None:
    """On its page and in the history; HR opens that too, though the account's page is not for them."""
    for reader in (hr, sca):
        for where in (f"rotations/{stood_down.id}", f"accounts/{on.id}/password-changes"):
            assert "Olu Abara leaves (not any more)" in client_of(reader).get(f"{ROOM}/{where}").text
    client_of(hr).get(f"/account-register/{on.id}", status=404)
    page = client_of(hr).get(f"{ROOM}/accounts/{on.id}/password-changes")
    assert f"/account-register/{on.id}" not in str(page.soup)
    assert f"{ROOM}/accounts/{on.id}/password-changes" in str(client_of(hr).get(f"{ROOM}/rotations/{stood_down.id}").soup)


def test_hr_alone_reads_the_history_of_accounts_not_theirs(
    make: Factory, client_of: Clients, on: Account, stood_down: CredentialRotation
) -> None:
    assert stood_down.account_id == on.id
    for role in (Role.HR_INTAKE, Role.HR_MANAGER, Role.AUDITOR):
        client_of(make.person(None, role)).get(f"{ROOM}/accounts/{on.id}/password-changes")
    client_of(make.person()).get(f"{ROOM}/accounts/{on.id}/password-changes", status=404)


def test_a_late_click_is_told_that_it_is_not_needed(stood_down: CredentialRotation, sca: Person) -> None:
    """Not that somebody had changed it."""
    acts: list[Callable[[], object]] = [
        lambda: operations.mark_changed(
            stood_down, by=sca, at=NOW + 2 * HOUR, changed_at=NOW + 2 * HOUR, steps=ALL_DONE
        ),
        lambda: operations.ask_for_permission(stood_down, by=sca, at=NOW + 2 * HOUR),
        lambda: operations.verify_rotation(stood_down, by=sca, at=NOW + 2 * HOUR, saw=Sighting.NO_SESSIONS),
    ]
    for act in acts:
        begin_writing(stood_down)
        with pytest.raises(AlreadyDone, match="need not be changed after all"):
            act()
        db.session.rollback()


def test_what_still_changes_for_another_keeps_both_causes(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, on: Account
) -> None:
    """The date is of those that stand; whoever it was because of takes no part in it."""
    kim = next(one.person for one in on.grants if one.person_id != owner.id)
    assert kim.name == "Kim"
    notice = leave(owner, hr, day=FRIDAY - timedelta(days=1), immediate=False)
    held = next(one for one in on.grants if one.person_id == kim.id)
    moved(kim, hr, {held: False})
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=hr, at=NOW + HOUR)
    commit()
    assert rotation.status is RotationStatus.DUE
    assert [cause.person_id for cause in rotation.standing_causes] == [kim.id]
    assert len(rotation.causes) == 2
    assert rotation.owner_id == sca.id
    assert rotation.counts_from == min(cause.counts_from for cause in rotation.standing_causes)
    assert not rotation.can_be_changed_by(owner)
    text = client_of(hr).get(f"{ROOM}/rotations/{rotation.id}").text
    assert "Olu Abara leaves (not any more)" in text
    assert "Kim has moved to other work" in text
    with pytest.raises(Exception, match="must have been made after"):
        changed(rotation, sca, at=NOW + 2 * HOUR)
