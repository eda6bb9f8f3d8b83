"""Who acts in the tests of the register."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.people.models import Person, Role
from app.policy.pack import Pack
from tests.factories import Factory

Use = Callable[[Pack], None]


@pytest.fixture
def sca(make: Factory) -> Person:
    """The keeper of the register."""
    return make.person("Priya Shah", Role.SCA)


@pytest.fixture
def owner(make: Factory) -> Person:
    """Somebody who answers for an account."""
    return make.person("Owen Lloyd")


@pytest.fixture
def holder(make: Factory) -> Person:
    """Somebody who has access."""
    return make.person("Hana Novak")


@pytest.fixture
def use(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Use:
    """Let the gate ask another pack."""

    def put(changed: Pack) -> None:
        for module in ("queries.access", "operations.access", "routes.levels"):
            monkeypatch.setattr(f"app.account_register.{module}.pack", lambda: changed)

    return put
