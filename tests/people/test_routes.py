"""Signing in and out through pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.audit import ActorKind, AuditEvent
from app.core.db import db
from app.people.models import Person
from app.people.signing_in import FAILURES_BY_NAME, set_password
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

PASSWORD = "a long enough password"


@pytest.fixture
def ada(make: Factory) -> Person:
    """Somebody who can sign in."""
    person = make.person("Ada Ford")
    set_password(person, PASSWORD, at=NOW)
    return make.keep(person)


def test_signing_in_leads_home_and_signing_out_ends_it(client: PageClient, ada: Person) -> None:
    """The first page after signing in says what needs me; after signing out the cookie opens nothing."""
    assert client.get("/", status=303).location.endswith("/people/sign-in?next=/")
    page = client.follow("/people/sign-in", {"email": f" {ada.email.upper()} ", "password": PASSWORD})
    assert page.heading == "What needs you"
    assert "Ada Ford" in page.text
    client.post("/people/sign-out")
    client.get("/", status=303)


def test_the_cookie_of_an_ended_session_opens_nothing(client: PageClient, ada: Person) -> None:
    """Whoever copied the cookie is out too."""
    client.post("/people/sign-in", {"email": ada.email, "password": PASSWORD})
    with client.browser.session_transaction() as session:
        copied = dict(session)
    client.post("/people/sign-out")
    with client.browser.session_transaction() as session:
        session.update(copied)
    client.get("/", status=303)


@pytest.mark.parametrize(("email", "password"), [("nobody@demo.example", PASSWORD), (None, "not the password")])
def test_a_wrong_name_and_a_wrong_password_read_alike(
    client: PageClient, ada: Person, email: str | None, password: str
) -> None:
    """Nobody learns who exists; what was typed stays, but for the password."""
    typed = email or ada.email
    page = client.post("/people/sign-in", {"email": typed, "password": password}, status=422)
    assert page.errors == ["Enter the e-mail address and password you use for Probity. One of them was not right."]
    assert page.field("email") == typed
    assert not page.field("password")


def test_too_many_failures_are_stopped_even_with_the_right_password(client: PageClient, ada: Person) -> None:
    """After eight failures for a name the right password does not help for fifteen minutes."""
    for _ in range(FAILURES_BY_NAME):
        client.post("/people/sign-in", {"email": ada.email, "password": "wrong"}, status=422)
    page = client.post("/people/sign-in", {"email": ada.email, "password": PASSWORD}, status=429)
    assert "fifteen minutes" in page.text
    with clock.set_to(NOW + timedelta(minutes=16)):
        client.post("/people/sign-in", {"email": ada.email, "password": PASSWORD})


def test_empty_form_names_both_fields(client: PageClient) -> None:
    """Errors say what to enter and lead to the field."""
    page = client.post("/people/sign-in", {}, status=422)
    assert page.errors == ["Enter your work e-mail address", "Enter your password"]


def test_somebody_who_left_is_out_the_day_after(
    make: Factory, client_of: Callable[..., PageClient], client: PageClient, ada: Person
) -> None:
    """The last working day is the last on which a session opens or stays open."""
    browser = client_of(ada)
    ada = db.session.get(Person, ada.id)
    ada.last_working_day = NOW.date()
    make.keep(ada)
    browser.get("/")
    with clock.set_to(NOW + timedelta(days=1) - timedelta(hours=9)):
        browser.get("/", status=303)
        client.post("/people/sign-in", {"email": ada.email, "password": PASSWORD}, status=422)


def test_a_session_ends_when_idle_and_after_twelve_hours(
    client_of: Callable[..., PageClient], ada: Person
) -> None:
    """Two hours without a page, or twelve hours in all, end a session."""
    browser = client_of(ada)
    with clock.set_to(NOW + timedelta(hours=2, minutes=1)):
        browser.get("/", status=303)
    browser = client_of(ada)
    for hours in range(1, 12):
        with clock.set_to(NOW + timedelta(hours=hours)):
            browser.get("/")
    with clock.set_to(NOW + timedelta(hours=12, minutes=1)):
        browser.get("/", status=303)


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "/%0d%0aX: y", "/%09/evil.example"]
)
def test_the_way_back_after_signing_in_stays_here(client: PageClient, ada: Person, target: str) -> None:
    """A link to the sign-in page cannot send people elsewhere."""
    page = client.post(f"/people/sign-in?next={target}", {"email": ada.email, "password": PASSWORD})
    assert page.location == "/"


@pytest.mark.parametrize("target", ["/people/sign-out", "/people/sign-out?a=1", "/no-such-page"])
def test_the_way_back_leads_to_a_page_that_opens(client: PageClient, ada: Person, target: str) -> None:
    """What is only sent to would answer 405 after the sign-in."""
    page = client.post(f"/people/sign-in?next={target}", {"email": ada.email, "password": PASSWORD})
    assert page.location == "/"


@pytest.mark.parametrize("target", ["/duties/mine", "/account-register?platform=X", "/account-register/?platform=X"])
def test_the_way_back_leads_to_the_page_that_was_wanted(client: PageClient, ada: Person, target: str) -> None:
    page = client.post(f"/people/sign-in?next={target}", {"email": ada.email, "password": PASSWORD})
    assert page.location == target


def test_a_form_without_its_token_is_refused(client: PageClient, ada: Person) -> None:
    """Another site cannot post for somebody."""
    client.post("/people/sign-in", {"email": ada.email, "password": PASSWORD, "csrf_token": "x"}, status=400)


def test_home_takes_at_most_four_queries(client_of: Callable[..., PageClient], ada: Person) -> None:
    """One of them reads session, person and roles together."""
    browser = client_of(ada)
    browser.get("/")
    with counted_queries() as queries:
        browser.get("/")
    assert len(queries) <= 4, queries


def test_a_new_password_ends_every_session_begun_with_the_old(
    client_of: Callable[..., PageClient], make: Factory, ada: Person
) -> None:
    """Whoever copied a cookie is out once the password is new."""
    browser = client_of(ada)
    browser.get("/")
    set_password(db.session.get(Person, ada.id), "another long password", at=NOW)
    db.session.commit()
    browser.get("/", status=303)
    told = db.session.execute(sa.select(AuditEvent).order_by(AuditEvent.number.desc()).limit(1)).scalar_one()
    assert (told.act, told.actor_kind, told.actor_id) == ("person:password-set", ActorKind.INSTALLATION, None)
    assert told.about_id == ada.id


def test_signing_in_oneself_does_not_give_more_tries_at_others(
    client: PageClient, make: Factory, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failures from a network address are not forgotten because somebody there signed in."""
    monkeypatch.setattr("app.people.signing_in.FAILURES_BY_ADDRESS", 3)
    for _ in range(2):
        client.post("/people/sign-in", {"email": "other@demo.example", "password": "wrong"}, status=422)
    client.post("/people/sign-in", {"email": ada.email, "password": PASSWORD})
    client.post("/people/sign-out")
    client.post("/people/sign-in", {"email": "third@demo.example", "password": "wrong"}, status=422)
    client.post("/people/sign-in", {"email": ada.email, "password": PASSWORD}, status=429)
