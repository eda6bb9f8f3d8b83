"""Who asks to use a device, and who decides."""

import pytest

from app.people.models import Person
from tests.factories import Factory


@pytest.fixture
def manager(make: Factory) -> Person:
    """Who decides."""
    return make.person("Priya Shah")


@pytest.fixture
def person(make: Factory, manager: Person) -> Person:
    """Who asks."""
    return make.person("Sam Okoro", manager=manager, post="Officer")
