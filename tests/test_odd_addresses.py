"""What somebody types behind an address: a page, or a sentence that says what is wrong with it; never a fault."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask import Flask

from app.account_register.models import Account
from app.people.models import Person, Role
from tests.credential_rotation.factories import FRIDAY, account, changed, grant, leave, moved, started
from tests.factories import Factory
from tests.pages import Page, PageClient

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
TOO_FAR = ("0001-01-01", "1999-12-31", "2199-12-31", "9999-12-31")
NO_DAY = ("", "rubbish", "2027-02-30", "-1", "1e9", "٢٠٢٧-٠٣-٠٥", "\0")
ODD = ("0001-01-01", "9999-12-31", "99991231T235959_" + "f" * 32, "9" * 400 + "\0%['")
ASKED = (
    "about", "account", "after", "back", "before", "belongs_to", "body", "category", "day", "from", "immediate", "kind",
    "late", "leaver", "name", "next", "owner", "person", "platform", "post", "print", "q", "role", "service", "show",
    "stage", "status", "to", "typed", "words", "years",
)  # fmt: skip


def _sent(browser: PageClient, where: str, **sent: object) -> Page:
    page = browser.look(f"{where}?{urlencode(sent, doseq=True)}")
    assert page.status < 500, (where, sent)
    return page


@pytest.mark.parametrize("role", [Role.HR_MANAGER, Role.SCA])
def test_every_list_takes_whatever_is_asked_of_it(app: Flask, make: Factory, client_of: Clients, role: Role) -> None:
    """Every page that has no other page before it, with each thing that any page reads from its address."""
    browser = client_of(make.person("Ada Reads", role))
    pages = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    assert len(pages) > 50
    for where in pages:
        for odd in ODD:
            if _sent(browser, where, **dict.fromkeys(ASKED, odd)).status == 403:
                break


@pytest.fixture
def on(make: Factory, owner: Person, jo: Person, sca: Person) -> Account:
    """Jo holds it by a shared login; its password was changed once."""
    made = account(make, "Northmere", owner)
    grant(make, made, jo)
    changed(started(made, sca), owner)
    return made


@pytest.fixture
def owner(make: Factory) -> Person:
    """Answers for the account."""
    return make.person("Olu Abara")


@pytest.fixture
def sca(make: Factory) -> Person:
    """The keeper of the register."""
    return make.person("Cleo Marsh", Role.SCA)


@pytest.fixture
def hr(make: Factory) -> Person:
    """Records leavers."""
    return make.person("Hana Reed", Role.HR_MANAGER)


@pytest.fixture
def jo(make: Factory) -> Person:
    """Who leaves, and of whom nobody recorded when they came."""
    return make.person("Jo Bell", started=None)


def test_days_that_cannot_be_are_told_by_the_address_of_a_preview(
    make: Factory, client_of: Clients, hr: Person, jo: Person, on: Account
) -> None:
    """Of a leaver, a move, an absence and another last day: too long ago or too far away is 422, what is no day 404."""
    browser, gone = client_of(hr), make.person("Kim Lee")
    notice = leave(gone, hr, day=FRIDAY, immediate=False)
    places: list[tuple[str, dict[str, object], str]] = [
        (f"{ROOM}/leavers/preview", {"person": jo.id, "immediate": "no"}, "day"),
        (f"{ROOM}/leavers/{notice.id}/change/preview", {"immediate": "no"}, "day"),
        (f"{ROOM}/moves/access", {"person": jo.id, "kind": "moved"}, "day"),
        (f"{ROOM}/moves/access", {"person": jo.id, "kind": "long_absence"}, "day"),
        (f"{ROOM}/moves/access", {"person": jo.id, "kind": "long_absence", "day": FRIDAY}, "back"),
    ]
    for where, others, asked in places:
        for odd in TOO_FAR:
            page = _sent(browser, where, **others, **{asked: odd})
            assert page.status == 422, (where, odd)
            assert "must be 1 January 2000 or later" in page.text or "must be within 5 years from today" in page.text
        for odd in NO_DAY if asked == "day" else NO_DAY[1:]:  # who is away may not know when they come back
            assert _sent(browser, where, **others, **{asked: odd}).status == 404, (where, odd)
    for where in (f"{ROOM}/leavers", f"{ROOM}/leavers/{notice.id}/change/record"):
        for odd in TOO_FAR:
            browser.post(where, {"person": jo.id, "immediate": "no", "day": odd}, status=422)


@pytest.mark.parametrize("year", ["1900", "1999", "2199"])
def test_days_that_cannot_be_are_told_at_their_field(
    client_of: Clients, hr: Person, jo: Person, on: Account, make: Factory, year: str
) -> None:
    """On every page that asks for a last day, or for the first day back."""
    browser, odd = client_of(hr), ["31", "12", year]
    sentence = "must be within 5 years from today" if year == "2199" else "must be 1 January 2000 or later"
    said: dict[str, object] = {"person": jo.name, "last_working_day": odd, "immediate": "no"}
    assert sentence in browser.post(f"{ROOM}/leavers/new", said, status=422).errors[0]
    away = {"person": jo.name, "kind": "long_absence", "last_day": odd, "back_on": ["", "", ""]}
    assert browser.post(f"{ROOM}/moves/new", away, status=422).errors == [f"The last day {sentence}"]
    away |= {"last_day": ["5", "3", "2027"], "back_on": odd}
    assert browser.post(f"{ROOM}/moves/new", away, status=422).errors == [f"The first day back {sentence}"]
    gone, mover = make.person("Kim Lee"), make.person("Mo Ver")
    notice, move = leave(gone, hr, day=FRIDAY, immediate=False), moved(mover, hr, {})
    assert sentence in browser.post(f"{ROOM}/leavers/{notice.id}/change", said, status=422).errors[0]
    assert sentence in browser.post(f"{ROOM}/moves/{move.id}/change", {"last_day": odd}, status=422).errors[0]


def test_who_could_get_in_and_the_end_of_an_access_take_any_day(
    client_of: Clients, sca: Person, jo: Person, on: Account, owner: Person
) -> None:
    """A day in three boxes, from the first year to the last, or none at all."""
    browser = client_of(sca)
    (held,) = [one for one in on.grants if one.person_id == jo.id]
    for odd in ("31 12 9999", "31 12 2199", "1 1 1900", "1 1 0001", "x y z", "1 1 2027"):
        for where in (f"{ROOM}/accounts/{on.id}/who-could-get-in", f"{ROOM}/people/{jo.id}/what-they-could-get-into"):
            _sent(browser, where, day=odd.split())
            _sent(browser, where, day=odd)
    for year in ("1900", "9999"):
        said = {"ends_on": ["31", "12", year], "reason": "withdrawn"}
        assert browser.post(f"{ROOM}/grants/{held.id}/end", said, status=422).errors
    assert held.ends_on is None
