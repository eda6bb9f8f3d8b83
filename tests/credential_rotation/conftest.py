"""Who sees to accounts and leavers, for the tests of this room."""

from collections.abc import Iterator

import pytest

from app.account_register.models import Account
from app.core.db import db
from app.people.models import Person, Role
from app.policy.models import Installation
from app.policy.queries import installation
from tests.credential_rotation.factories import account, grant
from tests.factories import Factory


@pytest.fixture
def sca(make: Factory) -> Person:
    """The keeper of the register."""
    return make.person("Cleo Marsh", Role.SCA)


@pytest.fixture
def ict(make: Factory) -> Person:
    """Who knows of attacks."""
    return make.person("Ian Teal", Role.ICT)


@pytest.fixture
def dpo(make: Factory) -> Person:
    """The data protection officer."""
    return make.person("Dot Peel", Role.DPO)


@pytest.fixture
def owner(make: Factory) -> Person:
    """Answers for accounts."""
    return make.person("Olu Abara")


@pytest.fixture
def hr(make: Factory) -> Person:
    """Records leavers."""
    return make.person("Hana Reed", Role.HR_MANAGER)


@pytest.fixture
def jo(make: Factory) -> Person:
    """Who leaves."""
    return make.person("Jo Bell")


@pytest.fixture
def deputy(make: Factory) -> Person:
    """Answers for passwords without having access."""
    return make.person("Dep Uty", Role.DEPUTY_SCA)


@pytest.fixture
def on(make: Factory, owner: Person) -> Account:
    """Two people hold it by a shared login; its owner is none of them."""
    made = account(make, "Northmere", owner)
    for name in ("Ann", "Ben"):
        grant(make, made, make.person(name))
    return made


@pytest.fixture
def partnership(make: Factory) -> Iterator[None]:
    """The pack that asks for permission before a change, with its path for emergencies, and lets one person verify what
    nobody else can.
    """
    row = db.session.get(Installation, 1)
    row.pack_name = "rudheath-and-witton-together"
    make.keep(row)
    installation.forget()
    yield
    db.session.rollback()
    installation.forget()
