"""A password change is seen to by who answers for the account today: its owner, else the keeper of the register."""

from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa

from app.account_register.models import Account
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, LeaverNotice
from app.credential_rotation.queries import chain_of
from app.people.models import Person, Role
from app.people.operations import appoint, end_role
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, grant, leave
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
HOUR = timedelta(hours=1)
TO_CHANGE = "Change the password of Libraries"


def _libraries(make: Factory, owner: Person | None, jo: Person) -> Account:
    made = account(make, "Libraries", owner)
    for person in (jo, make.person("Other Holder")):
        grant(make, made, person)
    return made


def _rotation() -> CredentialRotation:
    return db.session.execute(sa.select(CredentialRotation)).scalar_one()


def _named(notice: LeaverNotice, client: PageClient) -> set[str | None]:
    """Whom the chain, the change itself and the list of all name."""
    found = {row.owner for row in chain_of(notice, clock.today())}
    rotation = _rotation()
    page, every = client.get(f"/credential-rotation/rotations/{rotation.id}"), client.get("/credential-rotation/all")
    assert rotation.owner is not None
    assert rotation.owner.name in page.text
    assert rotation.owner.name in every.text
    return {*found, rotation.owner.name}


def test_the_owner_is_sent_away(
    make: Factory, owner: Person, hr: Person, sca: Person, jo: Person, client_of: Clients
) -> None:
    """Then the keeper sees to it at once, everywhere."""
    _libraries(make, owner, jo)
    notice = leave(jo, hr)
    leave(owner, hr, at=NOW + HOUR)
    with clock.set_to(NOW + HOUR):
        assert _named(notice, client_of(sca)) == {"Cleo Marsh"}
        assert TO_CHANGE in client_of(sca).get("/").text


def test_the_last_day_of_the_owner_is_over(
    make: Factory, owner: Person, hr: Person, sca: Person, jo: Person, client_of: Clients
) -> None:
    """With the morning after it."""
    _libraries(make, owner, jo)
    notice = leave(jo, hr)
    leave(owner, hr, day=FRIDAY, immediate=False, at=NOW + HOUR)
    assert _named(notice, client_of(sca)) == {"Olu Abara"}
    monday = clock.at_local(FRIDAY + timedelta(days=3), 9)
    with clock.set_to(monday):
        begin_writing()
        assert operations.settle_owners(monday) == 1
        assert operations.settle_owners(monday) == 0
        commit()
        assert _named(notice, client_of(sca)) == {"Cleo Marsh"}


def test_another_keeps_the_register(make: Factory, hr: Person, sca: Person, jo: Person, client_of: Clients) -> None:
    """Of an account without an owner: who kept it has nothing to do with it any more, though she goes on working here."""
    _libraries(make, None, jo)
    notice = leave(jo, hr, day=date(2027, 3, 12), immediate=False)
    admin, new = make.person("Ada Min", Role.ADMINISTRATOR), make.person("Nia New")
    begin_writing(new)
    appoint(new, Role.SCA, by=admin, since=TODAY, at=NOW + HOUR)
    end_role(sca, Role.SCA, by=admin, last_day=TODAY - timedelta(days=1), at=NOW + HOUR)
    commit()
    with clock.set_to(NOW + HOUR):
        assert _named(notice, client_of(new)) == {"Nia New"}
        assert TO_CHANGE in client_of(new).get("/").text
        assert TO_CHANGE not in client_of(sca).get("/").text
        assert not _rotation().can_be_changed_by(sca)
        client_of(sca).get(f"/credential-rotation/rotations/{_rotation().id}", status=403)


def test_her_term_ends_with_a_day_to_come(make: Factory, hr: Person, sca: Person, jo: Person, client_of: Clients) -> None:
    """Until the jobs of the next morning have run, she is asked no more all the same, and who keeps it then is."""
    _libraries(make, None, jo)
    notice = leave(jo, hr)
    admin, new = make.person("Ada Min", Role.ADMINISTRATOR), make.person("Nia New")
    tomorrow = TODAY + timedelta(days=1)
    begin_writing(new)
    appoint(new, Role.SCA, by=admin, since=tomorrow, at=NOW)
    end_role(sca, Role.SCA, by=admin, last_day=TODAY, at=NOW)
    commit()
    assert _named(notice, client_of(sca)) == {"Cleo Marsh"}
    with clock.set_to(clock.at_local(tomorrow, 0)):
        assert TO_CHANGE not in client_of(sca).get("/").text
        assert TO_CHANGE in client_of(new).get("/").text
        begin_writing()
        operations.settle_owners(clock.now())
        commit()
        assert _named(notice, client_of(new)) == {"Nia New"}
