"""Who could get in on a day: by access that ran, or by a shared password that had not been changed since."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from app.account_register.health import Health
from app.account_register.models import AccessGrant, Agreed, LoginMode
from app.account_register.queries import AccountFilters, accounts_page
from app.core.db import db
from app.core.paging import Cursor
from app.credential_rotation.queries.past_access import Way, way_in, what_could_be_got_into
from app.people.models import Person, Role
from app.people.renaming import keep_former_name
from tests.account_register.factories import health_of
from tests.conftest import NOW
from tests.credential_rotation.factories import account, changed, grant, leave, started, who_could_get_in
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

TODAY = NOW.date()
DAY = timedelta(days=1)
FIRST, LAST = date(2027, 1, 4), date(2027, 1, 29)
SHARED, OWN = LoginMode.SHARED, LoginMode.INDIVIDUAL
VERSION = Factory.id()


def at(day: date, hour: int = 10) -> datetime:
    """A moment of a winter day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mode", "ends", "version", "agreed", "changes", "day", "way"),
    [
        (SHARED, None, None, None, [], FIRST - DAY, None),
        (SHARED, None, None, None, [], FIRST, Way.ACCESS),
        (OWN, LAST, None, None, [], LAST, Way.ACCESS),
        (OWN, LAST, None, None, [], LAST + DAY, None),
        (SHARED, LAST, None, None, [], LAST + DAY, Way.KNOWN_PASSWORD),
        (SHARED, LAST, None, None, [], TODAY + 900 * DAY, Way.KNOWN_PASSWORD),
        (SHARED, LAST, None, None, [at(FIRST)], LAST + DAY, Way.KNOWN_PASSWORD),
        (SHARED, LAST, None, None, [at(LAST)], LAST + DAY, None),
        (SHARED, LAST, None, None, [at(LAST + 5 * DAY)], LAST + 5 * DAY, Way.KNOWN_PASSWORD),
        (SHARED, LAST, None, None, [at(LAST + 5 * DAY)], LAST + 6 * DAY, None),
        (SHARED, LAST, None, None, [at(LAST + 9 * DAY), at(LAST + 5 * DAY)], LAST + 7 * DAY, None),
        (SHARED, None, VERSION, None, [], TODAY, None),
        (SHARED, None, VERSION, at(LAST), [], LAST - DAY, None),
        (SHARED, None, VERSION, at(LAST), [], LAST, Way.ACCESS),
        (SHARED, LAST, VERSION, None, [], TODAY, None),
        (SHARED, LAST, VERSION, at(LAST + DAY), [], TODAY, None),
        (SHARED, LAST, VERSION, at(FIRST), [], TODAY, Way.KNOWN_PASSWORD),
    ],
)
def test_how_a_grant_let_its_holder_in(
    mode: LoginMode, ends: date | None, version: object, agreed: datetime | None, changes: list[datetime], day: date,
    way: Way | None,
) -> None:  # fmt: skip
    """Access needs its acknowledgement; a password is known until the first change after the access."""
    given = AccessGrant(
        starts_on=FIRST, ends_on=ends, login_mode=mode, required_version_id=version, person=Person(name="Jo")
    )
    found = way_in(given, [Agreed(agreed)] if agreed else [], changes, day)
    assert (found[0] if found else None) is way


@pytest.fixture
def sca(make: Factory) -> Person:
    """The keeper of the register."""
    return make.person("Sca Keeper", Role.SCA)


@pytest.fixture
def owner(make: Factory) -> Person:
    """Who answers for the account."""
    return make.person("Olu Owner")


@pytest.fixture
def story(make: Factory, sca: Person, owner: Person) -> dict[str, Person]:
    """Museum: Ann has access, Bob had a shared login until yesterday, Cat had a login of her own, Dan begins tomorrow."""
    museum = account(make, "Museum", owner)
    people = {name: make.person(name) for name in ("Ann", "Bob", "Cat", "Dan")}
    grant(make, museum, people["Ann"])
    grant(make, museum, people["Bob"], ends_on=TODAY - DAY)
    grant(make, museum, people["Cat"], mode=OWN, ends_on=TODAY - DAY)
    make.keep(
        AccessGrant(
            account_id=museum.id, person_id=people["Dan"].id, level="editor", login_mode=OWN, starts_on=TODAY + DAY,
            approved_at=NOW,
        )
    )  # fmt: skip
    return people


def ways(found: list[object]) -> dict[str, str]:
    """Name and way of each."""
    return {entry.person.name: entry.way.value for entry in found}  # type: ignore[attr-defined]


def test_past_and_future_days(make: Factory, story: dict[str, Person], sca: Person) -> None:
    museum = db.session.query(AccessGrant).filter_by(person_id=story["Ann"].id).one().account
    known, access = "known_password", "access"
    assert ways(who_could_get_in(museum, TODAY - DAY)) == {"Ann": access, "Bob": access, "Cat": access}
    assert ways(who_could_get_in(museum, TODAY)) == {"Ann": access, "Bob": known}
    assert ways(who_could_get_in(museum, TODAY + DAY)) == {"Ann": access, "Bob": known, "Dan": access}
    changed(started(museum, sca), sca)
    made = {"Sca Keeper": "came_to_know"}
    assert ways(who_could_get_in(museum, TODAY)) == {"Ann": access, "Bob": known, **made}, "until it was changed that day"
    assert ways(who_could_get_in(museum, TODAY + DAY)) == {"Ann": access, "Dan": access, **made}
    assert [entry.grant.account.name for entry in what_could_be_got_into(story["Bob"], TODAY)] == ["Museum"]
    assert what_could_be_got_into(story["Bob"], TODAY + DAY) == []


def test_the_pages(
    make: Factory, client_of: Callable[..., PageClient], story: dict[str, Person], sca: Person, owner: Person
) -> None:
    """For an account and for a person, each naming which of the two ways; a wrong day is a sentence."""
    museum = db.session.query(AccessGrant).filter_by(person_id=story["Ann"].id).one().account
    place = f"/credential-rotation/accounts/{museum.id}/who-could-get-in"
    page = client_of(owner).get(place)
    assert "Bob" in page.text
    assert "Knows the shared password" in page.text
    assert "Cat" not in page.text
    page = client_of(owner).get(place + "?day=1&day=3&day=2027")
    assert "On 1 March 2027" in page.text
    assert "Had access" in page.text
    assert "as it is planned now" in client_of(sca).get(place + "?day=4&day=3&day=2027").text
    assert client_of(owner).get(place + "?day=41&day=3&day=2027", status=422).errors
    assert client_of(owner).get(place + "?day=", status=422).errors == ["Enter the day"]
    client_of(story["Ann"]).get(place, status=403)
    client_of(make.person()).get(place, status=404)
    client_of(make.person(None, Role.AUDITOR)).get(place)
    of_bob = f"/credential-rotation/people/{story['Bob'].id}/what-they-could-get-into"
    for reader in (story["Bob"], sca, make.person(None, Role.HR_INTAKE)):
        assert "Museum" in client_of(reader).get(of_bob).text
    client_of(story["Ann"]).get(of_bob, status=403)
    client_of(sca).get(f"/credential-rotation/people/{Factory.id()}/what-they-could-get-into", status=404)


def test_choosing_whose_access_is_asked_about(
    make: Factory, client_of: Callable[..., PageClient], story: dict[str, Person], sca: Person, owner: Person
) -> None:
    """By name or address, also of somebody who has left; where two are called the same, both are shown."""
    place, of = "/credential-rotation/what-somebody-could-get-into", "/credential-rotation/people"
    browser = client_of(sca)
    link = browser.get("/account-register/").soup.find("a", string="What could somebody get into?")
    assert str(link["href"]) == place
    gone = make.person("Gil Gone", last_working_day=TODAY - DAY)
    for typed, person in ((gone.name.upper(), gone), (story["Bob"].email, story["Bob"])):
        assert browser.get(f"{place}?person={typed}", status=303).location == f"{of}/{person.id}/what-they-could-get-into"
    twins = [make.person("Sam Same", last_working_day=TODAY - DAY), make.person("Sam Same")]
    page = browser.get(f"{place}?person=sam+same")
    assert {str(one["href"]) for one in page.soup.select(f"a[href^='{of}/']")} == {
        f"{of}/{one.id}/what-they-could-get-into" for one in twins
    }
    assert all(f"Sam Same, {one.email}" in page.text for one in twins)
    page = browser.get(f"{place}?person=<b>nobody", status=422)
    assert page.errors == ["Nobody is recorded as “<b>nobody”. Enter their full name"]
    assert browser.get(f"{place}?person=", status=422).errors == ["Enter who it is about"]
    client_of(make.person(None, Role.AUDITOR)).get(place)
    client_of(owner).get(place, status=403)
    assert not client_of(owner).get("/account-register/").soup.find("a", href=place)
    with counted_queries() as queries:
        browser.get(f"{place}?person=sam+same")
    assert len(queries) <= 4


@pytest.mark.parametrize("typed", ["Ann Maiden", "ann.maiden@demo.example"])
def test_somebody_is_found_by_what_they_were_called(
    make: Factory, client_of: Callable[..., PageClient], sca: Person, typed: str
) -> None:
    """They are shown before they are taken for whom the reader means, beside whoever is called that today."""
    place, of = "/credential-rotation/what-somebody-could-get-into", "/credential-rotation/people"
    married = make.person("Ann Maiden", email="ann.maiden@demo.example")
    keep_former_name(married, at=NOW)
    married.name, married.email = "Ann Wed", "ann.wed@demo.example"
    db.session.commit()
    browser = client_of(sca)
    page = browser.get(f"{place}?person={typed}")
    assert f"Ann Wed , formerly {typed}" in page.text
    assert "Somebody was known by that before" in page.text
    namesake = make.person("Ann Maiden", email="a.maiden@demo.example")
    hrefs = [str(one["href"]) for one in browser.get(f"{place}?person={typed}").soup.select(f"a[href^='{of}/']")]
    both = [namesake, married] if "@" not in typed else [married]
    assert hrefs == [f"{of}/{one.id}/what-they-could-get-into" for one in both]
    assert "formerly" not in browser.get(f"{place}?person=sam+nobody", status=422).text


def test_no_line_leads_to_a_page_that_refuses_the_reader(
    make: Factory, client_of: Callable[..., PageClient], story: dict[str, Person], sca: Person, owner: Person
) -> None:
    """HR reads what somebody could get into, but not the register; an owner does not read of others' other accounts."""
    museum = db.session.query(AccessGrant).filter_by(person_id=story["Ann"].id).one().account
    of_bob = f"/credential-rotation/people/{story['Bob'].id}/what-they-could-get-into"
    of_museum = f"/credential-rotation/accounts/{museum.id}/who-could-get-in"
    for reader, place, words, leads_to in (
        (make.person(None, Role.HR_MANAGER), of_bob, "Museum", f"/account-register/{museum.id}"),
        (owner, of_museum, "Bob", of_bob),
    ):
        page = client_of(reader).get(place)
        assert words in page.text
        assert leads_to not in str(page.soup)
        client_of(reader).get(leads_to, status=404 if place == of_bob else 403)
        assert leads_to in str(client_of(sca).get(place).soup)


def test_the_pages_take_a_fixed_number_of_queries(
    make: Factory, client_of: Callable[..., PageClient], story: dict[str, Person], sca: Person
) -> None:
    museum = db.session.query(AccessGrant).filter_by(person_id=story["Ann"].id).one().account
    ann, counts = story["Ann"], []
    for more in (0, 20):
        for number in range(more):
            grant(make, museum, make.person(), ends_on=TODAY - DAY if number % 2 else None)
            grant(make, account(make, f"Other {number}"), ann)
        for place in (f"accounts/{museum.id}/who-could-get-in", f"people/{ann.id}/what-they-could-get-into"):
            with counted_queries() as queries:
                client_of(sca).get(f"/credential-rotation/{place}")
            assert len(queries) <= 8, queries
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_a_late_password_is_a_fault_of_the_account_but_not_for_who_caused_it(
    make: Factory, sca: Person, owner: Person
) -> None:
    """The list says it to everybody else; it says nothing to the one because of whom the password changes."""
    museum, leaver = account(make, "Museum", owner), make.person("Lea")
    grant(make, museum, leaver)
    leave(leaver, make.person(None, Role.HR_INTAKE))
    late = TODAY + 20 * DAY

    def said_to(reader: Person, day: date) -> bool:
        page = accounts_page(reader, AccountFilters(), Cursor(), day)
        shown = [Health.PASSWORD_OVERDUE in row.health for row in page.rows if row.id == museum.id]
        assert shown == [Health.PASSWORD_OVERDUE in health_of(museum, reader, day)]
        narrowed = accounts_page(reader, AccountFilters(health=Health.PASSWORD_OVERDUE), Cursor(), day)
        assert [row.id for row in narrowed.rows] == [museum.id] * shown[0]
        return shown[0]

    assert not said_to(sca, TODAY)
    assert said_to(sca, late)
    assert said_to(owner, late)
    museum.owner_id = leaver.id
    make.keep(museum)
    assert not said_to(leaver, late)
