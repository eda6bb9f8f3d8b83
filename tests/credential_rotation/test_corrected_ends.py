"""What is said later of the last day of an access never changes who could get in on a day that has passed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.account_register import operations as register
from app.account_register.models import AccessGrant, Account, EndReason, LoginMode
from app.core import clock
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.credential_rotation.queries.past_access import Way
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import account, grant, leave, who_could_get_in
from tests.factories import Factory
from tests.pages import PageClient

TODAY = NOW.date()
DAY = timedelta(days=1)
START, SAID = date(2026, 1, 5), TODAY - 20 * DAY
OWN, SHARED = LoginMode.INDIVIDUAL, LoginMode.SHARED
Clients = Callable[..., PageClient]


@pytest.fixture
def sca(make: Factory) -> Person:
    """The keeper of the register."""
    return make.person("Sca Keeper", Role.SCA)


@pytest.fixture
def owner(make: Factory) -> Person:
    """Who answers for the account."""
    return make.person("Olu Owner")


@pytest.fixture
def museum(make: Factory, owner: Person) -> Account:
    """An account with an owner."""
    return account(make, "Museum", owner)


def ways(on: Account, day: date) -> dict[str, Way]:
    """Who could get in on a day, and how."""
    return {entry.grant.person.name: entry.way for entry in who_could_get_in(on, day)}


def held(make: Factory, on: Account, mode: LoginMode = OWN, manager: Person | None = None) -> AccessGrant:
    """Access of Ann since long ago."""
    return grant(make, on, make.person("Ann", manager=manager), mode=mode)


def typed(day: date, **more: str) -> dict[str, object]:
    """The form as somebody fills it in."""
    on = [str(day.day), str(day.month), str(day.year)]
    return {"ends_on": on, "reason": "no_longer_needed", **more}


@pytest.mark.parametrize("mode", [OWN, SHARED])
@pytest.mark.parametrize("who", ["holder", "owner", "manager"])
def test_nobody_but_a_keeper_wipes_past_access_out(
    make: Factory, client_of: Clients, museum: Account, owner: Person, mode: LoginMode, who: str
) -> None:
    """A last day that has passed is refused at the page with what to do; the past stays as it was."""
    manager = make.person("Mo Manager")
    given = held(make, museum, mode, manager)
    by = {"holder": given.person, "owner": owner, "manager": manager}[who]
    room = "account-register/access" if mode is OWN else "credential-rotation/grants"
    client, place = client_of(by), f"/{room}/{given.id}/end"
    assert "how do you know" not in client.get(place).text
    for day in (START, TODAY - DAY):
        page = client.post(place, typed(day, correction="I say so"), status=422)
        assert "The last day must be today or later" in page.errors[0]
        assert "ask the keeper of the register to correct it" in page.errors[0]
    db.session.refresh(given)
    assert given.ends_on is None
    assert ways(museum, TODAY - DAY) == {"Ann": Way.ACCESS}
    client.post(place, typed(TODAY), status=303)
    assert ways(museum, TODAY) == {"Ann": Way.ACCESS}


@pytest.mark.parametrize("mode", [OWN, SHARED])
def test_a_keeper_corrects_with_a_reason_and_both_days_stay(
    make: Factory, client_of: Clients, museum: Account, sca: Person, mode: LoginMode
) -> None:
    """The answer for a past day is that the access was open until its end was recorded; the correction stands beside it."""
    given = held(make, museum, mode)
    room = "account-register/access" if mode is OWN else "credential-rotation/grants"
    client, place = client_of(sca), f"/{room}/{given.id}/end"
    assert "how do you know" in client.get(place).text
    assert client.post(place, typed(SAID), status=422).errors == [
        "Enter how you know that it ended on a day that has passed"
    ]
    client.post(place, typed(SAID, correction="The platform shows when they were removed"), status=303)
    db.session.refresh(given)
    assert (given.ends_on, given.open_until, given.ended_at) == (SAID, TODAY, NOW)
    assert ways(museum, SAID)["Ann"] is Way.ACCESS
    assert {ways(museum, day)["Ann"] for day in (SAID + DAY, TODAY - DAY, TODAY)} == {Way.ENDED_LATER}
    assert ways(museum, TODAY + DAY) == ({} if mode is OWN else {"Ann": Way.KNOWN_PASSWORD})
    day = TODAY - DAY
    asked = f"/credential-rotation/accounts/{museum.id}/who-could-get-in?day={day.day}&day={day.month}&day={day.year}"
    page = client.get(asked)
    for words in ("its end was recorded later", "recorded on 3 March 2027", "The platform shows when they were removed"):
        assert words in page.text
    assert "recorded on 3 March 2027" in client.get(f"/account-register/{museum.id}").text


def test_a_keeper_does_not_correct_their_own(make: Factory, client_of: Clients, museum: Account, sca: Person) -> None:
    given = grant(make, museum, sca, mode=OWN)
    page = client_of(sca).post(f"/account-register/access/{given.id}/end", typed(SAID, correction="So it was"), status=422)
    assert "ask another keeper of the register" in page.errors[0]


def test_what_has_ended_is_not_moved_further_back(make: Factory, museum: Account, sca: Person) -> None:
    """An end that came true stays the day until which the access was open, whatever is corrected later."""
    given = held(make, museum)
    then = clock.at_local(SAID)
    register.end_access(given, by=given.person, at=then, ends_on=SAID, reason=EndReason.NO_LONGER_NEEDED)
    with pytest.raises(InvalidInput, match="must be today or later"):
        register.end_access(given, by=given.person, at=NOW, ends_on=START, reason=EndReason.NO_LONGER_NEEDED)
    register.end_access(
        given, by=sca, at=NOW, ends_on=START, reason=EndReason.NO_LONGER_NEEDED, correction="They never signed in"
    )
    assert (given.ends_on, given.open_until) == (START, SAID)
    assert ways(museum, SAID) == {"Ann": Way.ENDED_LATER}
    assert ways(museum, SAID + DAY) == {}
    with pytest.raises(AlreadyDone):
        register.end_access(given, by=sca, at=NOW, ends_on=START, reason=EndReason.LEFT, correction="Once more")


def test_a_leaving_that_is_recorded_late_leaves_the_past_as_it_was(make: Factory, museum: Account) -> None:
    """Nobody took their access away before it was recorded that they had left."""
    given = held(make, museum)
    leave(given.person, make.person("Hal", Role.HR_INTAKE), day=SAID, immediate=False)
    db.session.refresh(given)
    assert (given.ends_on, given.open_until) == (SAID, TODAY)
    assert {ways(museum, day)["Ann"] for day in (SAID + DAY, TODAY)} == {Way.ENDED_LATER}
    assert ways(museum, TODAY + DAY) == {}
