"""Who acts in the tests of the register."""

import pytest

from app.people.models import Person, Role
from tests.factories import Factory


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
