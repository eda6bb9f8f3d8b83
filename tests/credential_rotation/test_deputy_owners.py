"""A deputy owner who leaves: the notice names the accounts, and each account asks for another."""

from collections.abc import Callable
from datetime import timedelta

from app.account_register.health import Health
from app.account_register.models import Account
from app.account_register.queries import account_with_health
from app.core import clock
from app.core.db import commit
from app.credential_rotation import operations
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, leave
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ROOM, DAY = "/credential-rotation", timedelta(days=1)


def _deputises(make: Factory, jo: Person, on: Account) -> None:
    on.deputy = jo
    make.keep(on)


def _attention(on: Account, reader: Person) -> list[Health]:
    found = account_with_health(reader, on.id, clock.today())
    assert found is not None
    return found[1]


def test_the_notice_says_whose_deputy_they_were_until_another_is_recorded(
    make: Factory, client_of: Clients, hr: Person, sca: Person, jo: Person, on: Account
) -> None:
    """Before it is recorded, while they are here, and after; whoever records another has nothing left to do."""
    _deputises(make, jo, on)
    asked = f"{ROOM}/leavers/preview?person={jo.id}&day={FRIDAY}&immediate=no"
    page = client_of(hr).get(asked)
    assert "Jo Bell is deputy owner of: Northmere, Facebook" in page.text
    assert "nothing else follows" not in page.text
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    where = f"{ROOM}/leavers/{notice.id}"
    assert "Jo Bell is deputy owner of: Northmere, Facebook" in client_of(sca).get(where).text
    assert Health.DEPUTY_LEAVING in _attention(on, sca)
    with clock.set_to(clock.at_local(FRIDAY + DAY, 9)):
        page = client_of(sca).get(where)
        assert "Jo Bell was deputy owner of: Northmere, Facebook" in page.text
        assert "nothing to change" not in page.text
        assert page.soup.select(f'main li a[href="/account-register/{on.id}"]')
        assert Health.DEPUTY_LEFT in _attention(on, sca)
        account = client_of(sca).get(f"/account-register/{on.id}")
        assert "Deputy owner has left" in account.text
        assert account.soup.select(f'.app-lines a[href="/account-register/{on.id}/change/owners"]')
        _deputises(make, make.person("Kim Vale"), on)
        assert "eputy owner" not in client_of(sca).get(where).text
        assert not {Health.DEPUTY_LEFT, Health.DEPUTY_LEAVING} & set(_attention(on, sca))


def test_whoever_stays_after_all_deputises_as_before(
    make: Factory, client_of: Clients, hr: Person, sca: Person, jo: Person, on: Account
) -> None:
    _deputises(make, jo, on)
    notice = leave(jo, hr, day=TODAY, immediate=False)
    operations.withdraw_leaver(notice, by=hr, at=NOW)
    commit()
    assert "eputy owner" not in client_of(sca).get(f"{ROOM}/leavers/{notice.id}").text
    assert not {Health.DEPUTY_LEFT, Health.DEPUTY_LEAVING} & set(_attention(on, sca))


def test_that_a_deputy_is_leaving_is_read_by_those_who_may_know(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person, on: Account
) -> None:
    """Neither by the owner nor by the deputy."""
    _deputises(make, jo, on)
    leave(jo, hr, day=FRIDAY, immediate=False)
    assert [Health.DEPUTY_LEAVING in _attention(on, one) for one in (sca, owner, jo)] == [True, False, False]
