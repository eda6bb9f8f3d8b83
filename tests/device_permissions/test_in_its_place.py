"""Which permission another one takes the place of: never one for another account, never without a word on the pages; and on
another device, only where its holder said that it is used instead.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.account_register.models import Account, AccountStatus
from app.core import clock
from app.core.db import begin_writing, commit
from app.device_permissions import operations
from app.device_permissions.documents import ENDS
from app.device_permissions.models import (
    CHECK_WORDS,
    MISSING_WORDS,
    DeviceKind,
    DevicePermissionRequest,
    RequestStatus,
)
from app.device_permissions.queries import request_by_reference
from app.people.models import Person
from tests.conftest import NOW
from tests.device_permissions.factories import ANSWERS, TODAY, account_of, approved, submitted
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

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


@pytest.mark.parametrize("said", ["instead", "as_well"])
def test_another_device_for_the_same_is_instead_or_as_well(
    client_of: Clients, person: Person, manager: Person, said: str
) -> None:
    """Asked on a page of its own; whoever decides sees what is held; approved, the former ends where it was said so."""
    old = approved(person, manager)
    browser = client_of(person)
    assert _filled_in(browser, ["other"], "Facebook", words="my new laptop").endswith("/ask/instead")
    assert browser.get(f"{ASK}/check-answers", status=303).location.endswith("/ask/instead")
    assert browser.post(f"{ASK}/send").location.endswith("/ask")
    page = browser.get(f"{ASK}/instead")
    assert page.heading == "Do you use it instead of the one you have, or as well?"
    assert "Question 3 of 8" in page.text
    assert "Instead of Home computer (my laptop)" in page.text
    assert "It is used for Facebook." in page.text
    refused = browser.post(f"{ASK}/instead", {}, status=422)
    assert refused.errors == ["Select whether you use it instead of the one you have, or as well"]
    browser.post(f"{ASK}/instead", {"instead_of": "CCCC-CCCC-CCCC"}, status=422)
    answer = {"instead_of": old.reference if said == "instead" else said}
    check = browser.get(browser.post(f"{ASK}/instead", answer).location)
    assert ("it takes the place of" in check.text) == (said == "instead")
    assert ("Instead of Home computer (my laptop)" if said == "instead" else "As well") in check.text
    new = _sent(browser)
    address, boss = f"/device-permissions/requests/{new.reference}", client_of(manager)
    boss.get(address)
    with counted_queries() as queries:
        page = boss.get(address)
    assert len(queries) <= 8, queries
    held = "Home computer (my laptop), used for Facebook, until 11 June 2027"
    assert (held in page.text) == (said == "as_well")
    assert (f"In place of {old.reference}, Home computer (my laptop), used for Facebook" in page.text) == (said == "instead")
    assert old.in_force_on(TODAY)
    boss.follow(f"{address}/decide", {"decision": "approve", "expires_on": ["1", "6", "2027"], "covers": "no"})
    assert "Holds already" not in boss.get(address).text
    assert (old.status is RequestStatus.RENEWED, new.in_force_on(TODAY)) == (said == "instead", True)


def _sent(browser: PageClient) -> DevicePermissionRequest:
    reference = browser.post(f"{ASK}/send").location.split("/")[-2]
    found = request_by_reference(reference)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("held", "asked", "is_asked"),
    [
        ({}, {"device_words": "another"}, True),
        ({"device_words": ""}, {"device_words": "another"}, True),
        ({}, {}, False),
        ({}, {"device_words": "another", "device_kind": DeviceKind.TABLET}, False),
        ({}, {"device_words": "another", "platforms": ("X",)}, False),
        ({"platforms": ("Facebook", "X")}, {"device_words": "another"}, False),
        ({}, {"device_words": "another", "platforms": ("Facebook", "X")}, True),
    ],
)
def test_it_is_asked_only_of_the_same_on_another_device_of_the_kind(
    person: Person, manager: Person, held: dict[str, object], asked: dict[str, object], is_asked: bool
) -> None:
    """A computer beside a phone is nothing to wonder about, nor what covers less; the same device is asked for anew."""
    old = approved(person, manager, **held)
    answers = replace(ANSWERS, **asked)  # type: ignore[arg-type]
    uses = operations.uses_asked_for(answers, person, TODAY)
    found = operations.held_already(answers, uses, by=person, today=TODAY)
    assert list(found.others) == ([old] if is_asked else [])
    answers = replace(answers, instead_of=old.reference)
    former = operations.former_of(answers, uses, by=person, today=TODAY)
    assert former is (old if is_asked or not asked else None)


def test_whoever_holds_nothing_for_it_answers_seven_questions(
    client_of: Clients, make: Factory, person: Person, manager: Person
) -> None:
    """Also where something has lapsed, or another person holds it; the page of the eighth leads on."""
    approved(make.person(manager=manager), manager, device_words="another")
    approved(person, manager, until=TODAY)
    with clock.set_to(clock.at_local(TODAY + timedelta(days=1), 10)):
        browser = client_of(person)
        assert _filled_in(browser, ["other"], "Facebook", words="new").endswith("/check-answers")
        assert browser.get(f"{ASK}/instead", status=303).location.endswith("/check-answers")
        assert "Question 7 of 7" in browser.get(f"{ASK}/undertaking").text
        assert "Instead or as well" not in browser.get(f"{ASK}/check-answers").text


def test_what_was_said_counts_only_as_long_as_it_is_asked(client_of: Clients, person: Person, manager: Person) -> None:
    """Where the device is changed to one of another kind, and where the one that was to end has ended since."""
    old, second = approved(person, manager), approved(person, manager, device_words="second")
    browser = client_of(person)
    _filled_in(browser, ["other"], "Facebook", words="new")
    browser.post(f"{ASK}/instead", {"instead_of": old.reference})
    browser.post(f"{ASK}/device", {"device_kind": "phone", "device_words": ""})
    page = browser.get(f"{ASK}/check-answers").text
    assert "Instead or as well" not in page
    assert "takes the place" not in page
    browser.post(f"{ASK}/device", {"device_kind": "home_computer", "device_words": "new"})
    assert "Instead of Home computer (my laptop)" in browser.get(f"{ASK}/check-answers").text
    begin_writing(old)
    operations.withdraw_device_request(old, by=person, at=NOW)
    commit()
    assert browser.get(f"{ASK}/check-answers", status=303).location.endswith("/ask/instead")
    assert "Instead of Home computer (second)" in browser.get(f"{ASK}/instead").text
    browser.post(f"{ASK}/instead", {"instead_of": "as_well"})
    assert (_sent(browser).renews_id, second.in_force_on(TODAY)) == (None, True)


@pytest.mark.parametrize("words", ["", "my laptop"])
def test_a_request_that_was_sent_back_keeps_what_was_said_and_can_say_otherwise(
    client_of: Clients, person: Person, manager: Person, words: str
) -> None:
    """Also where of the former nobody said which one it is."""
    old = approved(person, manager, device_words=words)
    new = submitted(person, device_words="new", instead_of=old.reference)
    assert new.renews_id == old.id
    begin_writing(new)
    operations.return_device_request(new, by=manager, at=NOW, question="And the old one?")
    commit()
    browser, where = client_of(person), f"/device-permissions/requests/{new.reference}/ask"
    browser.post(f"{where}/why", {"reason": "It is faster"})
    assert f"it takes the place of {old.reference}" in browser.get(f"{where}/check-answers").text
    browser.post(f"{where}/instead", {"instead_of": "as_well"})
    assert "takes the place" not in browser.get(f"{where}/check-answers").text
    browser.post(f"{where}/send")
    assert new.renews_id is None


def test_asked_again_for_another_device_it_is_asked_whether_the_old_one_ends(
    client_of: Clients, person: Person, manager: Person
) -> None:
    old = approved(person, manager, until=TODAY + timedelta(days=10))
    browser, where = client_of(person), f"/device-permissions/requests/{old.reference}/ask"
    browser.post(f"{where}/security", {"checks": "locked"})
    assert browser.post(f"{where}/undertaking", {"undertaken": "y"}).location.endswith("/check-answers")
    changed = browser.post(f"{where}/device", {"device_kind": "home_computer", "device_words": "new"})
    assert changed.location.endswith("/instead")
    browser.post(f"{where}/instead", {"instead_of": old.reference})
    assert f"takes the place of {old.reference}" in browser.get(f"{where}/check-answers").text


def test_check_your_answers_says_which_safety_checks_were_left_unticked(client_of: Clients, person: Person) -> None:
    """In the words of the page that the manager reads."""
    browser = client_of(person)
    page = browser.get(_filled_in(browser, ["other"], "Facebook")).text
    unticked = "; ".join(words for check, words in MISSING_WORDS.items() if check.value not in ("locked", "updated"))
    assert f"To put right {unticked}" in " ".join(page.split())
    browser.post(f"{ASK}/security", {"checks": [check.value for check in CHECK_WORDS]})
    assert "Nothing: all five checks are met" in browser.get(f"{ASK}/check-answers").text


def test_the_slip_says_what_ends_it() -> None:
    """Another device ends it where it is used instead, and not by itself."""
    said = " ".join(ENDS)
    assert "for this device, or for one that you use instead" in said
    assert "You use another device" not in said
