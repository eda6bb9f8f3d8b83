"""The access table: complete, without dead entries, and in force."""

from collections.abc import Callable

import pytest
from flask import Flask

from app import create_app
from app.access import ACCESS
from tests.databases import settings_for
from tests.factories import Factory
from tests.pages import PageClient


@pytest.fixture(scope="module")
def bare_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application without a database."""
    return create_app(settings_for("sqlite://", tmp_path_factory.mktemp("access")))


def test_every_route_stands_in_the_table_and_nothing_else_does(bare_app: Flask) -> None:
    """A new route fails the suite until somebody says who may use it."""
    endpoints = {rule.endpoint for rule in bare_app.url_map.iter_rules()}
    assert endpoints - set(ACCESS) == set()
    assert set(ACCESS) - endpoints == set()


def test_an_unlisted_route_is_refused(bare_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed by default."""
    monkeypatch.delitem(ACCESS, "home.accessibility")
    response = bare_app.test_client().get("/accessibility")
    assert response.status_code == 403


def test_urls_are_kebab_case_and_begin_with_their_room(bare_app: Flask) -> None:
    """The room's name is the blueprint's and, in kebab-case, the address's."""
    for rule in bare_app.url_map.iter_rules():
        if rule.endpoint.startswith(("home.", "static")):
            continue
        room = rule.endpoint.split(".")[0]
        assert rule.rule.startswith("/" + room.replace("_", "-")), rule.rule
        assert "_" not in rule.rule.split("<")[0]


def _address(rule: object) -> str:
    """An address of a route with something in each of its places."""
    with_values = {name: "1" if name.endswith("number") else "CCCC-CCCC-CCCC" for name in rule.arguments}  # type: ignore[attr-defined]
    for name, converter in rule._converters.items():  # type: ignore[attr-defined]
        if type(converter).__name__ == "UUIDConverter":
            with_values[name] = str(Factory.id())
        if type(converter).__name__ == "IntegerConverter":
            with_values[name] = 1
    built = rule.build(with_values)  # type: ignore[attr-defined]
    assert built is not None
    return str(built[1])


def test_nobody_comes_in_without_signing_in(app: Flask, client: PageClient) -> None:
    """Every route but the open ones sends somebody who did not sign in to the sign-in page."""
    for rule in app.url_map.iter_rules():
        if not ACCESS[rule.endpoint].signed_in:
            continue
        for method in sorted(rule.methods & {"GET", "POST"}):
            send = client.get if method == "GET" else client.post
            page = send(_address(rule), status=303)
            assert "/people/sign-in" in page.location, rule


def test_roles_are_asked_for(app: Flask, make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Somebody without any role gets 403, or the constant page where existence is secret."""
    browser = client_of(make.person())
    for rule in app.url_map.iter_rules():
        access = ACCESS[rule.endpoint]
        if access.roles:
            status = 404 if access.secret else 403
            if "GET" in rule.methods:
                browser.get(_address(rule), status=status)
            if "POST" in rule.methods:
                browser.post(_address(rule), status=status)
