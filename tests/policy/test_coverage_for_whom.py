"""Who sees how many agreed: all services, one's own, one's team; and who sees by name who has not."""

from collections.abc import Callable

import pytest

from app.core.db import commit
from app.people.models import PersonKind, Role
from app.policy.operations import acknowledge
from app.policy.queries import current_version, not_agreed
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient
from tests.policy.factories import DAY, TODAY

COVERAGE, NOT_AGREED = "/policy/coverage", "/policy/not-agreed"
Clients = Callable[..., PageClient]


def test_heads_see_their_services_and_managers_their_team(make: Factory, client_of: Clients) -> None:
    """Small numbers stay hidden, save in a team whose manager knows each by name; nobody else sees anything."""
    head, manager = make.person("Hedda Head"), make.person("Mary Manager", service="Libraries")
    make.service("Libraries", head=head)
    team = [make.person(f"Libby {number}", manager=manager, service="Libraries") for number in range(3)]
    others = [make.person(f"Other {number}", service="Libraries") for number in range(10)]
    for person in (team[0], *others[:6]):
        acknowledge(person, current_version(TODAY), at=NOW)
    for number in range(7):
        make.person(f"Museum {number}", service="Museum")
    commit()
    page = client_of(head).get(COVERAGE)
    assert "Libraries 14 7 50%" in page.text
    assert "Museum" not in page.text
    assert "Libby" not in page.text
    page = client_of(manager).get(COVERAGE)
    assert "1 of 3 in your own team agreed" in page.text
    for words in ("Libraries 14", "Museum", "Take these numbers away"):
        assert words not in page.text
    taken = client_of(head).get(f"{COVERAGE}.csv").response.get_data().decode("utf-8-sig")
    assert "Libraries,14,7" in taken
    assert "Museum" not in taken
    assert "Libraries" not in client_of(manager).get(f"{COVERAGE}.csv").response.get_data().decode("utf-8-sig")
    for stranger in (team[0], make.person("Admin", Role.ADMINISTRATOR)):
        for path in (COVERAGE, f"{COVERAGE}.csv", NOT_AGREED):
            client_of(stranger).get(path, status=403)


def test_a_small_service_is_hidden_from_its_head_too(make: Factory, client_of: Clients) -> None:
    head = make.person("Hedda Head")
    make.service("Libraries", head=head)
    for number in range(3):
        make.person(f"Libby {number}", service="Libraries")
    assert "Libraries fewer than 5 not shown" in client_of(head).get(COVERAGE).text


@pytest.mark.parametrize("role", [Role.HR_MANAGER, Role.HR_INTAKE, Role.SCA, Role.AUDITOR])
def test_hr_managers_alone_see_who_has_not_agreed(make: Factory, client_of: Clients, role: Role) -> None:
    """Of those whom the policy binds and who have begun."""
    done, late = make.person("Dan Done"), make.person("Lena Late")
    make.person("Cora Councillor", kind=PersonKind.COUNCILLOR)
    make.person("Stan Starter", started=TODAY + DAY)
    make.person("Gil Gone", last_working_day=TODAY - DAY)
    reader = make.person("Rita Reader", role)
    for person in (done, reader):
        acknowledge(person, current_version(TODAY), at=NOW)
    commit()
    assert [line.id for line in not_agreed(TODAY, current_version(TODAY))] == [late.id]
    if role is not Role.HR_MANAGER:
        for path in (NOT_AGREED, f"{NOT_AGREED}.csv"):
            client_of(reader).get(path, status=403)
        return
    page = client_of(reader).get(NOT_AGREED)
    assert "Lena Late" in page.text
    for name in ("Dan Done", "Cora Councillor", "Stan Starter", "Gil Gone"):
        assert name not in page.text
    taken = client_of(reader).get(f"{NOT_AGREED}.csv").response.get_data().decode("utf-8-sig")
    assert [line.split(",")[0] for line in taken.splitlines()] == ["Name", "Lena Late"]
    assert NOT_AGREED in client_of(reader).get(COVERAGE).html
