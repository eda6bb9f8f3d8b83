"""An account found in use is settled by whatever act it comes on the register, and its pages say so."""

from collections.abc import Callable
from io import BytesIO

import pytest

from app.account_register import operations
from app.account_register.due import DUE_KINDS
from app.account_register.models import AccountStatus, DiscoveredAccount, DiscoveredStatus, Found
from app.account_register.naming import address_key, handle_key, platform_key
from app.account_register.operations.proposals import DRAFT
from app.account_register.queries.watch import found_in_use_among
from app.core.db import begin_writing, commit, db
from app.core.drafts import find_draft
from app.core.errors import AlreadyDone, NotAllowed
from app.people.models import Person, Role
from tests.account_register.factories import account_details, make_account
from tests.account_register.proposing import Way
from tests.account_register.test_importing import CHECK, IMPORT, TODAY, file_of
from tests.account_register.watching import found_in_use
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
READS = "Facebook,@northmerereads,,Northmere Reads,Libraries,,News,live,"
ADDRESS = "https://www.northmerereads.example"


@pytest.fixture
def finder(make: Factory) -> Person:
    """Anybody."""
    return make.person("Fin Der")


def told(by: Person, platform: str, handle: str | None, url: str | None) -> DiscoveredAccount:
    """Somebody told of an account that was found there."""
    found = Found("Reads", platform, handle, url, None, TODAY, "A resident told us.")
    begin_writing(by)
    made = operations.record_discovered(found, by=by, at=NOW)
    commit()
    return made


def waits_for(keeper: Person) -> int:
    """How many accounts found in use wait for a keeper."""
    kind = next(kind for kind in DUE_KINDS if kind.name == "discovered_settle")
    made = kind.select(keeper, TODAY)
    return len(db.session.execute(made).all()) if made is not None else 0


# (where it was found: platform, handle, address; where an account is: the same; whether it is that account)
PLACES: list[tuple[tuple[str, str | None, str | None], tuple[str, str | None, str | None], bool]] = [
    (("Facebook", "@reads", None), ("Facebook", "READS", None), True),
    (("Facebook", "@reads", None), ("Instagram", "reads", None), False),
    (("Facebook", "@reads", None), ("Facebook", "other", None), False),
    (("Facebook", None, ADDRESS), ("Facebook", "reads", ADDRESS.upper() + "/"), True),
    (("Facebook", "@reads", ADDRESS), ("Facebook", None, ADDRESS), True),
    (("Facebook", "@reads", ADDRESS), ("Facebook", "other", ADDRESS), False),
    (("Facebook", None, None), ("Facebook", None, None), False),
    (("Other: Bookchat", "reads", None), ("Other: bookchat", "@Reads", None), True),
]


@pytest.mark.parametrize(("found_at", "stands_at", "is_it"), PLACES)
def test_what_was_told_of_an_account(
    make: Factory, finder: Person, found_at: tuple[str, str | None, str | None],
    stands_at: tuple[str, str | None, str | None], is_it: bool,
) -> None:  # fmt: skip
    """By platform and handle; where one of the two has no handle, by its address."""
    found = told(finder, *found_at)
    platform, handle, url = stands_at
    account = make_account(make, platform=platform, handle=handle, url=url)
    assert (account.platform_key, account.handle_key) == (platform_key(platform), handle_key(handle, platform))
    assert account.address_key == address_key(url)
    assert found_in_use_among([account]) == ([(account, found)] if is_it else [])


@pytest.mark.parametrize("is_asked_for", [False, True])
def test_adding_an_account_settles_what_was_told_of_it(
    make: Factory, sca: Person, finder: Person, is_asked_for: bool
) -> None:
    """With what somebody was asked to propose; another one goes on waiting."""
    found, other = found_in_use(finder), found_in_use(finder, handle="@other")
    if is_asked_for:
        operations.ask_for_proposal(found, finder, by=sca, at=NOW)
    account = operations.register_account(account_details(handle="northmerereads"), by=sca, at=NOW)
    commit()
    assert (found.status, found.account, found.settled_by) == (DiscoveredStatus.REGISTERED, account, sca)
    assert (other.status, waits_for(sca)) == (DiscoveredStatus.FOUND, 1)
    assert find_draft(finder.id, DRAFT) is None


def test_adding_what_is_proposed_settles_what_was_told_of_it(make: Factory) -> None:
    """Whatever becomes of the proposal then, nothing is left to be settled."""
    way = Way(make)
    found = found_in_use(make.person("Fin Der"))
    made = way.approved(name=found.name, platform=found.platform, handle="NorthmereReads")
    operations.follow_proposal(str(found.id), made, by=way.proposer, at=NOW)
    assert found.status is DiscoveredStatus.PROPOSED
    account = operations.register_account(account_details(handle="northmerereads"), by=way.sca, at=NOW)
    commit()
    assert (found.status, found.account, waits_for(way.sca)) == (DiscoveredStatus.REGISTERED, account, 0)


def test_a_file_settles_what_was_told_of_its_accounts(make: Factory, sca: Person, finder: Person) -> None:
    """Once, also where two of its accounts are what was told of."""
    found = told(finder, "Facebook", "northmerereads", ADDRESS)
    lines = (READS, f"Facebook,,{ADDRESS},Reads at home,Libraries,,News,live,")
    operations.import_register(operations.plan_register_import(file_of(*lines), day=TODAY), by=sca, at=NOW)
    commit()
    assert found.status is DiscoveredStatus.REGISTERED
    assert found.account is not None
    assert found.account.name == "Northmere Reads"
    assert waits_for(sca) == 0


def test_what_came_by_command_is_settled_on_its_page(
    make: Factory, client_of: Clients, sca: Person, finder: Person
) -> None:
    """A command is nobody, so a keeper says it; the page offers nothing that would be refused."""
    found = found_in_use(finder)
    operations.import_register(operations.plan_register_import(file_of(READS), day=TODAY), by=None, at=NOW)
    commit()
    assert waits_for(sca) == 1
    place = f"/account-register/discovered/{found.id}"
    page = client_of(sca).get(place)
    assert "It is on the register already, as Northmere Reads" in page.text
    assert "Close it" not in page.text
    assert "Settle it" not in client_of(finder).get(place).text
    done = client_of(sca).follow(f"{place}/on-register", {})
    assert "You settled it: it is on the register as Northmere Reads." in done.text
    assert (found.status, waits_for(sca)) == (DiscoveredStatus.REGISTERED, 0)
    client_of(sca).post(f"{place}/on-register", {}, status=409)


@pytest.mark.parametrize("status", [None, AccountStatus.CLOSED])
def test_what_is_not_on_the_register_is_not_settled_so(
    make: Factory, sca: Person, finder: Person, status: AccountStatus | None
) -> None:
    """Nor by one that was closed."""
    found = found_in_use(finder)
    if status is not None:
        make_account(make, handle="northmerereads", status=status)
    with pytest.raises(AlreadyDone, match="not on the register"):
        operations.settle_on_register(found, by=sca, at=NOW)
    with pytest.raises(NotAllowed):
        operations.settle_on_register(found, by=finder, at=NOW)


def test_the_pages_say_that_somebody_told_of_it(
    make: Factory, client_of: Clients, sca: Person, finder: Person
) -> None:
    browser = client_of(sca)
    assert "found in use" not in browser.get("/account-register/new").text
    found_in_use(finder)
    assert "1 account that somebody found in use waits" in browser.get("/account-register/new").text
    said = {
        "name": "Northmere Reads", "platform": "Facebook", "handle": "northmerereads", "login_mode": "shared",
        "two_step": "on", "purpose": "Books",
    }  # fmt: skip
    assert "Fin Der had told of it: that is settled with it." in browser.follow("/account-register/new", said).text
    second = browser.follow("/account-register/new", {**said, "name": "Other", "handle": "other"})
    assert "had told of it" not in second.text


def test_the_check_of_a_file_says_that_somebody_told_of_it(
    make: Factory, client_of: Clients, sca: Person, finder: Person
) -> None:
    """In as many queries for one as for three."""
    browser, lines = client_of(sca), [READS.replace("reads", f"reads{number}") for number in range(3)]
    browser.post(IMPORT, {"file": (BytesIO(file_of(*lines)), "register.csv")})
    browser.get(CHECK)
    counts = []
    for number in range(3):
        found_in_use(finder, handle=f"@northmerereads{number}")
        with counted_queries() as made:
            page = browser.get(CHECK)
        counts.append(len(made))
        assert f"line {number + 2}: Northmere Reads , told of by Fin Der on 3 March 2027" in page.text
    assert counts[0] == counts[2]


def test_only_keepers_settle_it_so(make: Factory, client_of: Clients, finder: Person) -> None:
    found = found_in_use(finder)
    for who in (finder, make.person("Ada", Role.AUDITOR)):
        client_of(who).post(f"/account-register/discovered/{found.id}/on-register", {}, status=403)
