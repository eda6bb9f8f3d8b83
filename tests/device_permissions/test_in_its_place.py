"""Which permission another one takes the place of: never one for another account, never without a word on the pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.account_register.models import Account, AccountStatus
from app.core.db import begin_writing, commit
from app.device_permissions import operations
from app.device_permissions.models import DevicePermissionRequest, RequestStatus
from app.people.models import Person
from tests.conftest import NOW
from tests.device_permissions.factories import ANSWERS, TODAY, account_of, approved, submitted
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
UNTIL = TODAY + timedelta(days=90)
ASK = "/device-permissions/ask"


@pytest.fixture
def youth(make: Factory, person: Person) -> Account:
    """One account on Facebook."""
    return account_of(make, person, "Youth")


@pytest.fixture
def libraries(make: Factory, person: Person) -> Account:
    """Another one there."""
    return account_of(make, person)


def _approve(made: DevicePermissionRequest, manager: Person) -> None:
    begin_writing(made)
    operations.approve_device_request(made, by=manager, at=NOW, expires_on=UNTIL)
    commit()


def _filled_in(browser: PageClient, accounts: list[str], other: str = "", words: str = "my laptop") -> str:
    """Every question answered; gives where the last answer leads."""
    browser.post(f"{ASK}/device", {"device_kind": "home_computer", "device_words": words})
    browser.post(f"{ASK}/accounts", {"accounts": accounts, "other_platform": other})
    for step, answers in (
        ("why", {"reason": "Closures"}), ("since", {"already": "no"}), ("hours", {"asks_for_working_hours": "no"}),
        ("security", {"checks": ["locked", "updated"]}),
    ):  # fmt: skip
        browser.post(f"{ASK}/{step}", answers)
    return browser.post(f"{ASK}/undertaking", {"undertaken": "y"}).location


def test_another_account_of_the_same_platform_is_another_place(
    client_of: Clients, person: Person, manager: Person, youth: Account, libraries: Account
) -> None:
    """Asked for after each other on one device, both hold."""
    first = approved(person, manager, account_ids=(youth.id,), platforms=())
    second = submitted(person, account_ids=(libraries.id,), platforms=())
    assert second.renews_id is None
    _approve(second, manager)
    assert (first.in_force_on(TODAY), second.in_force_on(TODAY)) == (True, True)
    page = client_of(person).get("/device-permissions/").text
    assert page.count("In force") == 2
    assert "Replaced" not in page


@pytest.mark.parametrize(
    ("held", "asked", "is_replaced"),
    [
        (("youth",), ("youth", "libraries"), True),
        (("youth", "libraries"), ("youth",), False),
        (("youth",), ("FACEBOOK ",), False),
        (("Facebook",), ("youth",), False),
        (("Facebook",), ("FACEBOOK ", "youth"), True),
    ],
)
def test_what_is_covered_is_compared_by_account_or_platform(
    person: Person, manager: Person, youth: Account, libraries: Account,
    held: tuple[str, ...], asked: tuple[str, ...], is_replaced: bool,
) -> None:  # fmt: skip
    """A platform in words is that platform in words only; asked anew or again, it is compared alike."""
    known = {"youth": youth, "libraries": libraries}

    def places(names: tuple[str, ...]) -> dict[str, object]:
        ids = tuple(known[name].id for name in names if name in known)
        return {"account_ids": ids, "platforms": tuple(name for name in names if name not in known)}

    old = approved(person, manager, until=TODAY + timedelta(days=10), **places(held))
    answers = replace(ANSWERS, **places(asked))  # type: ignore[arg-type]
    for renews in (None, old):
        uses = operations.uses_asked_for(answers, person, TODAY)
        former = operations.former_of(answers, uses, by=person, today=TODAY, renews=renews)
        assert former is (old if is_replaced else None), renews


def test_asked_again_without_an_account_that_is_closed_by_now_it_is_the_same_permission(
    person: Person, manager: Person, youth: Account, libraries: Account
) -> None:
    old = approved(person, manager, account_ids=(youth.id, libraries.id), platforms=())
    youth.status, youth.closed_on = AccountStatus.CLOSED, TODAY
    commit()
    assert submitted(person, account_ids=(youth.id, libraries.id), platforms=()).renews_id == old.id


def test_one_asked_for_before_accounts_were_compared_ends_nothing_that_it_does_not_cover(
    client_of: Clients, person: Person, manager: Person, youth: Account, libraries: Account
) -> None:
    """It was sent when only the platform counted, and is approved today."""
    old = approved(person, manager, account_ids=(youth.id,), platforms=())
    new = submitted(person, account_ids=(libraries.id,), platforms=())
    new.renews_id = old.id
    commit()
    assert "In place of" not in client_of(manager).get(f"/device-permissions/requests/{new.reference}").text
    _approve(new, manager)
    assert (old.status, new.status) == (RequestStatus.APPROVED, RequestStatus.APPROVED)


def test_both_pages_name_what_the_former_is_used_for(
    client_of: Clients, person: Person, manager: Person, youth: Account
) -> None:
    """Whoever asks reads it before they send it, whoever decides before they approve."""
    old = approved(person, manager, account_ids=(youth.id,), platforms=("Bluesky",))
    browser = client_of(person)
    check = browser.get(_filled_in(browser, [str(youth.id), "other"], "Bluesky"))
    named = f"{old.reference}, Home computer (my laptop), used for Youth (Facebook), Bluesky, which"
    assert f"it takes the place of {named} ends then" in check.text
    sent = browser.follow(f"{ASK}/send")
    link = sent.soup.find("a", string="See your request")
    assert link is not None
    assert f"In place of {named} holds until" in client_of(manager).get(str(link["href"])).text
