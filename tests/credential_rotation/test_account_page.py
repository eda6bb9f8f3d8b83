"""The page of an account with all that rooms put on it: at most eight SELECTs, for every reader."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.people.models import Person, Role
from tests.account_register.asking import asked
from tests.account_register.proposing import Way
from tests.account_register.watching import looks_like_ours
from tests.conftest import NOW
from tests.credential_rotation.factories import account, grant, leave, started
from tests.credential_rotation.incidents import compromised, happened, said_to_be_gone
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

ROLES: tuple[tuple[Role, ...], ...] = (
    (Role.AUDITOR,), (Role.SCA,), (Role.DEPUTY_SCA,), (Role.ICT,), (Role.ICT, Role.DPO, Role.HR_INTAKE), (),
)  # fmt: skip


@pytest.mark.parametrize("roles", ROLES)
def test_an_account_with_everything_takes_at_most_eight(
    make: Factory, client_of: Callable[..., PageClient], roles: tuple[Role, ...]
) -> None:
    """Incidents, a proposal, a request, password changes, that it may be gone, a review, a look-alike, several holders."""
    way, sca = Way(make), make.person("Sue Keeper", Role.SCA)
    on = account(make, "Libraries", way.owner)
    reader = make.person("Rae Reader", *roles)
    holders: list[Person] = [way.owner, reader, *(make.person(f"Holder {number}") for number in range(4))]
    for holder in holders:
        grant(make, on, holder)
    on.access_review_due_on = NOW.date() - timedelta(days=1)
    way.proposed(on)
    asked(on, make.person("Ada Asker", manager=way.manager))
    started(on, sca)
    leave(holders[-1], make.person("Hana Reed", Role.HR_INTAKE), day=NOW.date() + timedelta(days=2), immediate=False)
    compromised(on, sca)
    happened(on, sca)
    looks_like_ours(sca)
    said_to_be_gone(on, sca)
    path = f"/account-register/{on.id}"
    for person in (reader, way.owner):
        browser = client_of(person)
        browser.get(path)
        with counted_queries() as queries:
            page = browser.get(path)
        assert "Password changes" in page.text
        assert "It may be gone" in page.text
        assert len(queries) <= 8, queries
