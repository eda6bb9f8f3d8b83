"""What every test can ask for. Database tests run once on SQLite and once on PostgreSQL."""

import gc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.people import signing_in
from tests import ids
from tests.browser import chromium, live_server, page, page_without_javascript
from tests.databases import app_with_schema, database_url, rolled_back
from tests.factories import Factory, sign_in
from tests.pages import PageClient

__all__ = ["chromium", "live_server", "page", "page_without_javascript"]

NOW = datetime(2027, 3, 3, 10, 0, tzinfo=UTC)  # a Wednesday without holidays near

# Passwords cost a fifth of a second each on purpose; tests of other things need not pay it.
signing_in._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

# Mapped objects come and go by the thousand: looking for rings of them less often saves a tenth of the time.
gc.set_threshold(100_000, 20, 50)

DIALECTS = ("sqlite", "postgresql")


@pytest.fixture(scope="session", params=DIALECTS)
def shared_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for each database, for all tests of a worker."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    folder = tmp_path_factory.mktemp(request.param)
    with (
        database_url(request.param, f"probity_{worker}", folder) as url,
        app_with_schema(url, folder / "instance") as app,
    ):
        yield app


@pytest.fixture(autouse=True)
def the_same_each_time(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails fails again: each test has ids and references of its own, on every run the same."""
    ids.follow(request.node.nodeid, monkeypatch)


@pytest.fixture(autouse=True)
def the_clock_goes_on() -> Iterator[None]:
    """No test leaves the clock held for those after it, as threads do that hold it each for themselves."""
    yield
    assert clock._set_to is None


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The application inside a transaction that is rolled back, with the clock held at NOW."""
    with clock.set_to(NOW), rolled_back(shared_app):
        yield shared_app


@pytest.fixture
def make(app: Flask) -> Factory:
    """Makes people and things, committed as far as the test can see."""
    return Factory()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """Nobody's browser yet."""
    return PageClient(app.test_client())


@pytest.fixture
def client_of(app: Flask) -> Callable[..., PageClient]:
    """A signed-in browser of somebody."""

    def _client_of(person: object) -> PageClient:
        browser: FlaskClient = app.test_client()
        sign_in(browser, person)
        return PageClient(browser)

    return _client_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each worker one of the long journeys in a browser to begin with, so that none is left with all at the end."""
    long = [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if item not in long]
    for number, item in enumerate(reversed(long)):
        items.insert((len(long) - 1 - number) * len(items) // len(long), item)
