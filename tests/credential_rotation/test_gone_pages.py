"""An account that no longer exists or is lost, through pages: saying so, confirming it, what stands in the way before."""

from collections.abc import Callable

import pytest

from app.account_register.models import Account, AccountStatus
from app.core.db import begin_writing, commit
from app.people.models import Person
from tests.credential_rotation.factories import account, grant, leave, started
from tests.credential_rotation.incidents import compromised, found_gone, said_to_be_gone
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
SECRET = "The password: Winter!2027"
SAW = "The platform shows the name of somebody else."


def test_a_compromised_account_is_lost_and_closed(
    on: Account, client_of: Clients, sca: Person, owner: Person
) -> None:
    incident = compromised(on, sca)
    browser, register = client_of(sca), f"/account-register/{on.id}"
    say = f"{ROOM}/accounts/{on.id}/gone"
    for stands_in_the_way in (f"{register}/status", f"{register}/close"):
        assert "If it no longer exists or we have lost it" in browser.get(stands_in_the_way, status=409).text
    assert "will it not give it back" in browser.get(f"{ROOM}/incidents/{incident.id}").text
    assert say in browser.get(register).html
    assert browser.get(say).heading == "It no longer exists, or we have lost it"
    assert browser.post(say, {}, status=422).errors == [
        "Select what became of it", "Enter the day since when", "Enter how you know",
    ]  # fmt: skip
    typed = {"what": "lost", "since": ["1", "3", "2027"], "reason": SAW}
    assert "vault" in browser.post(say, {**typed, "reason": SECRET}, status=422).errors[0]
    late = browser.post(say, {**typed, "since": ["1", "4", "2027"]}, status=422)
    assert late.field("reason") == SAW
    page = browser.follow(say, typed)
    assert page.heading == f"Is {on.name} gone?"
    assert "Another person confirms it" in page.text
    assert browser.post(say, typed, status=409).heading
    assert "Have it confirmed that Northmere" in client_of(owner).get("/").text
    assert "Have it confirmed" not in browser.get("/").text
    _confirm_and_close(on, client_of, browser, owner)


def _confirm_and_close(on: Account, client_of: Clients, browser: PageClient, owner: Person) -> None:
    register = f"/account-register/{on.id}"
    gone = client_of(owner).get(register).soup.find("a", string="A second person has to confirm it")["href"]
    assert "Contact the platform" in client_of(owner).get(gone).text  # of the steps, those that nobody has answered
    assert client_of(owner).post(f"{gone}/confirmed", {}, status=422).errors == ["Enter how you know"]
    assert browser.post(f"{gone}/confirmed", {"how_known": SAW}, status=403).heading
    page = client_of(owner).follow(f"{gone}/confirmed", {"how_known": SAW})
    assert page.heading == f"{on.name} is lost for good"
    assert "out of the organisation’s hands" in page.text
    assert client_of(owner).post(f"{gone}/confirmed", {"how_known": SAW}, status=409).heading
    page = browser.get(register)
    assert "Lost for good since 1 March 2027" in page.text
    assert "What it shows does not come from us" in page.text
    assert "Keep it after all" not in page.text
    assert "close it" in browser.get(f"{register}/status", status=409).text
    words = {"archive_kept": "Nothing could be kept.", "redirect_notice": "Our website says so."}
    assert "It no longer exists or is lost." in browser.get(f"{register}/close").text
    page = browser.follow(f"{register}/close", words)
    assert "Lost for good since 1 March 2027" in page.text


def test_what_waits_can_be_taken_back_through_its_page(on: Account, client_of: Clients, sca: Person) -> None:
    gone = said_to_be_gone(on, sca)
    here = f"{ROOM}/gone/{gone.id}"
    assert client_of(sca).post(f"{here}/taken-back", {}, status=422).errors == ["Enter why it is not so"]
    page = client_of(sca).follow(f"{here}/taken-back", {"why": "It has another name now."})
    assert "Taken back" in page.text
    assert client_of(sca).post(f"{here}/taken-back", {"why": "It is."}, status=409).heading


def test_strangers_learn_nothing_and_nobody_else_says_it(
    on: Account, client_of: Clients, sca: Person, hr: Person, ict: Person
) -> None:
    here = f"{ROOM}/gone/{said_to_be_gone(on, sca).id}"
    assert client_of(hr).get(here, status=403).heading
    assert client_of(hr).get(f"{ROOM}/accounts/{on.id}/gone", status=403).heading
    assert client_of(ict).get(here).heading
    for act, typed in (("confirmed", {"how_known": SAW}), ("taken-back", {"why": "No."})):
        assert client_of(ict).post(f"{here}/{act}", typed, status=403).heading
        assert client_of(hr).post(f"{here}/{act}", typed, status=403).heading


def test_an_account_is_not_closed_while_somebody_says_that_it_is_gone(
    on: Account, client_of: Clients, sca: Person
) -> None:
    begin_writing(on)
    on.status = AccountStatus.CLOSING
    commit()
    started(on, sca)
    said_to_be_gone(on, sca)
    page = client_of(sca).get(f"/account-register/{on.id}/close")
    assert "If the account no longer exists or we have lost it" in page.text
    assert "somebody else must confirm that first" in page.text


def test_pages_of_leavers_and_changes_say_why_no_password_changes(
    on: Account, client_of: Clients, sca: Person, owner: Person, hr: Person
) -> None:
    ann = next(one.person for one in on.grants if one.person.name == "Ann")
    notice = leave(ann, hr)
    found_gone(said_to_be_gone(on, sca), owner)
    page = client_of(hr).get(f"{ROOM}/leavers/{notice.id}")
    assert "No password is left to change: the account is lost for good" in page.text
    assert "is to change it" not in page.text
    rotation = notice.holdings[0].cause.rotation
    page = client_of(sca).get(f"{ROOM}/rotations/{rotation.id}")
    assert f"{sca.name} said so, and {owner.name} confirmed it" in page.text
    late = client_of(owner).post(f"{ROOM}/rotations/{rotation.id}/changed", {}, status=409)
    assert "is lost for good" in late.text


@pytest.mark.parametrize("holders", [1, 12])
def test_the_page_takes_the_same_number_of_queries_for_any_number_of_holders(
    make: Factory, client_of: Clients, sca: Person, deputy: Person, owner: Person, holders: int
) -> None:
    on = account(make, "Crowded", owner)
    for number in range(holders):
        grant(make, on, make.person(f"Holder {number}"))
    started(on, sca)
    gone = said_to_be_gone(on, sca)
    browser = client_of(deputy)
    browser.get(f"{ROOM}/gone/{gone.id}")
    with counted_queries() as queries:
        page = browser.get(f"{ROOM}/gone/{gone.id}")
    assert len(queries) <= 12, queries
    assert len(page.html) < 30 * 1024
