"""What those read who may not know why a password changes: nothing from which it could be told; and what comes next."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from app.account_register.models import AccessLevel
from app.core import clock
from app.core.db import db
from app.credential_rotation.models import CredentialRotation
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, changed, grant, leave, started
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
NEUTRAL = "Somebody asked for a new password, as security maintenance"


def _rotation_page() -> str:
    return f"{ROOM}/rotations/{db.session.execute(sa.select(CredentialRotation.id)).scalar_one()}"


def test_who_asked_is_not_named_to_those_who_may_not_know_why(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person
) -> None:
    """Where it was HR, or ICT, that would say that somebody leaves, or that somebody got in."""
    on, holder, jo = account(make, "Libraries", owner), make.person("Kim Vale"), make.person("Jo Bell")
    for person in (holder, jo):
        grant(make, on, person)
    leave(jo, hr, day=FRIDAY, immediate=False)
    where, register = _rotation_page(), f"/account-register/{on.id}"
    for reader in (owner, holder):
        page = client_of(reader).get(where)
        assert NEUTRAL in page.text
        for words in ("Hana Reed", "Jo Bell", "no longer need", "lost access", "leave"):
            assert words not in page.text, words
        assert "Hana Reed" not in client_of(reader).get(register).text
    assert "no longer need" not in client_of(owner).get(f"{ROOM}/").text
    assert "Hana Reed asked for a new password because of Jo Bell (leaver)" in client_of(sca).get(where).text
    assert "Hana Reed" in client_of(sca).get(register).text


def test_what_is_asked_for_already_is_not_told_as_asked_again(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person
) -> None:
    """Another cause of the same change asks for nothing new; one for which it is due sooner asks for that."""
    on = account(make, "Libraries", owner)
    first, second, third = (make.person(name) for name in ("Jo Bell", "Ann Rowe", "Kim Vale"))
    for person in (first, second, third):
        grant(make, on, person)
    leave(first, hr, day=FRIDAY, immediate=False)
    leave(second, hr, day=FRIDAY + timedelta(days=7), immediate=False)
    where = _rotation_page()
    page = client_of(owner).get(where)
    assert page.text.count("asked for a new password") == 1
    assert "another reason" not in page.text
    assert "Hana Reed gave another reason for the new password: Ann Rowe (leaver)" in client_of(sca).get(where).text
    leave(third, hr)
    assert "Somebody asked for the new password sooner" in client_of(owner).get(where).text
    assert "sooner, by 3 March 2027, because of Kim Vale (leaver)" in client_of(sca).get(where).text


def test_who_started_a_renewal_is_not_named(make: Factory, client_of: Clients, sca: Person, owner: Person) -> None:
    started(account(make, "Libraries", owner), sca)
    page = client_of(owner).get(_rotation_page())
    assert NEUTRAL in page.text
    assert "Cleo Marsh" not in page.text


def test_before_the_day_it_says_from_when(make: Factory, client_of: Clients, hr: Person, owner: Person) -> None:
    """A change made earlier would be refused, so it is not asked for; on the day itself it is."""
    on, jo = account(make, "Libraries", owner), make.person("Jo Bell")
    grant(make, on, jo)
    leave(jo, hr, day=FRIDAY, immediate=False)
    page = client_of(owner).get(_rotation_page())
    assert "Change this password on 5 March 2027 or later" in page.text
    assert not page.soup.select("input[name=password]")
    with clock.set_to(clock.at_local(FRIDAY, 9)):
        page = client_of(owner).get(_rotation_page())
        assert page.soup.select("input[name=password]")
        assert "Not yet" not in page.text


def test_accounts_of_one_name_are_told_apart(make: Factory, client_of: Clients, hr: Person, sca: Person) -> None:
    """An organisation has the same name on each platform: what is to be handed over and given again says which."""
    jo, other = make.person("Jo Bell"), make.person("Olu Abara")
    for platform in ("Facebook", "Instagram"):
        on = account(make, "Libraries", other)
        on.platform = platform
        grant(make, on, jo, level=AccessLevel.ADMIN)
    asked = f"{ROOM}/leavers/preview?person={jo.id}&day={FRIDAY}&immediate=no"
    assert "Libraries, Facebook needs another administrator" in client_of(hr).get(asked).text
    notice = leave(jo, hr, day=TODAY - timedelta(days=1))
    where = f"{ROOM}/leavers/{notice.id}"
    page = client_of(sca).get(where)
    for platform in ("Facebook", "Instagram"):
        assert f"Libraries, {platform} needs another administrator" in page.text
    page = client_of(hr).follow(f"{where}/withdraw", {})
    assert "They have no access to 2 accounts any more: the list is below." in page.text
    assert [one.get_text(" ", strip=True) for one in page.soup.select(".govuk-inset-text li")] == [
        "Libraries, Facebook (its owner is Olu Abara)", "Libraries, Instagram (its owner is Olu Abara)",
    ]  # fmt: skip


def test_the_chain_says_by_when_a_change_is_verified(make: Factory, client_of: Clients, hr: Person, owner: Person) -> None:
    on, jo = account(make, "Libraries", owner), make.person("Jo Bell")
    grant(make, on, jo)
    notice = leave(jo, hr, day=TODAY)
    changed(db.session.execute(sa.select(CredentialRotation)).scalar_one(), owner)
    with clock.set_to(NOW + timedelta(hours=2)):
        page = client_of(hr).get(f"{ROOM}/leavers/{notice.id}")
    assert "Somebody else is to verify it by 5 March 2027" in page.text
