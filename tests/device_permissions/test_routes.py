"""Asking, deciding and ending through pages."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.core.paging import Cursor
from app.device_permissions.models import DevicePermissionRequest
from app.device_permissions.queries import DeviceFilters, Shown, requests_for
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.device_permissions.factories import TODAY, account_of, approved, submitted
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ASK = "/device-permissions/ask"
MARKUP = "<script>alert(1)</script>"


def _answer_all(browser: PageClient, account_id: str, reason: str = "Closures at weekends") -> str:
    step = browser.post(f"{ASK}/device", {"device_kind": "home_computer", "device_words": "laptop"}).location
    assert step.endswith("/accounts")
    step = browser.post(step, {"accounts": [account_id, "other"], "other_platform": "Instagram"}).location
    step = browser.post(step, {"reason": reason}).location
    step = browser.post(step, {"already": "yes", "using_since": ["2", "11", "2026"]}).location
    step = browser.post(step, {"asks_for_working_hours": "no"}).location
    step = browser.post(step, {"checks": ["locked", "updated"]}).location
    return browser.post(step, {"undertaken": "y"}).location


def test_asking_page_by_page_until_it_is_sent(make: Factory, client_of: Clients, person: Person, manager: Person) -> None:
    """Answers are kept as they are given; the confirmation says what happens next and by when."""
    account = account_of(make, person)
    browser = client_of(person)
    assert browser.get(ASK).has_button("Start now")
    check = browser.get(_answer_all(browser, str(account.id), MARKUP))
    assert check.heading == "Check your answers"
    assert "Libraries (Facebook), Instagram" in check.text
    assert MARKUP in check.text
    assert "<script>alert" not in check.html
    sent = browser.follow(f"{ASK}/send")
    assert sent.heading == "Request sent"
    assert "They decide by 10 March 2027" in sent.text
    listed = browser.get("/device-permissions/")
    assert "Waiting" in listed.text
    home = client_of(manager).get("/")
    assert "Decide Sam Okoro’s request to use a device" in home.text
    assert "with your manager" in browser.get("/").text


def test_a_draft_is_kept_and_can_be_thrown_away(client_of: Clients, person: Person) -> None:
    """Somebody who stops finds their answers again."""
    browser = client_of(person)
    browser.post(f"{ASK}/device", {"device_kind": "phone"})
    assert "You began a request on 3 March 2027" in browser.get("/device-permissions/").text
    assert browser.get(ASK).has_button("Go on with your request")
    assert browser.get(f"{ASK}/check-answers", status=303).location.endswith("/accounts")
    assert browser.post(f"{ASK}/send").location.endswith("/ask")
    browser.post(f"{ASK}/discard")
    assert browser.get(ASK).has_button("Start now")


def test_bad_answers_are_refused_with_everything_typed(client_of: Clients, person: Person) -> None:
    """31/02 is no date; the future is not since; an unknown page is nothing."""
    browser = client_of(person)
    page = browser.post(f"{ASK}/device", {}, status=422)
    assert page.errors == ["Select the device you want to use"]
    page = browser.post(f"{ASK}/device", {"device_kind": "other"}, status=422)
    assert page.errors == ["Enter what kind of device it is"]
    typed = {"already": "yes", "using_since": ["31", "02", "2026"]}
    page = browser.post(f"{ASK}/since", typed, status=422)
    assert page.errors == ["The date since which you use it must be a real date"]
    page = browser.post(f"{ASK}/since", {**typed, "using_since": ["3", "3", "2028"]}, status=422)
    assert "3 March 2027 or earlier" in page.errors[0]
    page = browser.post(f"{ASK}/why", {"reason": "The password is Summer2027!"}, status=422)
    assert "Do not write a password" in page.errors[0]
    assert page.field("reason") == "The password is Summer2027!"
    for words, said in (("password: Summer2027!", "Do not write a password"), ("x" * 130, "must be 120 characters")):
        page = browser.post(f"{ASK}/device", {"device_kind": "phone", "device_words": words}, status=422)
        assert said in page.errors[0]
    browser.get(f"{ASK}/nothing", status=404)


def test_the_second_request_for_the_same_thing_is_409(client_of: Clients, make: Factory, person: Person) -> None:
    """It names the first."""
    account = account_of(make, person)
    first = submitted(person, device_words="laptop", account_ids=(account.id,), platforms=())
    browser = client_of(person)
    _answer_all(browser, str(account.id))
    assert first.reference in browser.post(f"{ASK}/send", status=409).text


def test_who_decides_is_said_before_anything_is_typed(client_of: Clients, make: Factory, person: Person) -> None:
    """The manager by name; without one the head of the service, whom HR's duty to mend the record does not replace; else
    nobody yet, and the request is taken all the same.
    """
    assert "Your line manager, Priya Shah, decides." in client_of(person).get(ASK).text
    hr, head = make.person("Hana HR", Role.HR_MANAGER), make.person("Hugo Head")
    make.service("Libraries", head=head)
    headed, alone = make.person("Ada Headed", service="Libraries"), make.person("Abe Alone")
    for asks, said, button in (
        (headed, "so the head of your service, Hugo Head, decides, and HR is asked to put the record right",
         "Send to the head of my service"),
        (alone, "HR is asked who manages you, and it goes to them", "Send to HR and my manager"),
    ):
        browser = client_of(asks)
        assert said in browser.get(ASK).text
        page = browser.get(_answer_all(browser, str(account_of(make, asks, f"Of {asks.name}").id)))
        assert said in page.text
        assert page.has_button(button)
        browser.follow(f"{ASK}/send")
        assert f"Record who manages {asks.name}, who asked to use a device" in client_of(hr).get("/").text
    assert "Decide Ada Headed’s request to use a device" in client_of(head).get("/").text


def test_the_manager_decides_on_one_screen(client_of: Clients, person: Person, manager: Person) -> None:
    """With the rules in two lines, and twelve months offered as the end."""
    made = submitted(person)
    address = f"/device-permissions/requests/{made.reference}"
    browser = client_of(manager)
    page = browser.get(address)
    assert page.heading == "Sam Okoro asks to use a device"
    assert "policy 6.2(1)" in page.text
    assert page.has_button("Record decision")
    assert browser.post(f"{address}/decide", {}, status=422).errors == ["Select what you decide"]
    bad = {"decision": "approve", "expires_on": ["31", "2", "2027"], "covers": "no", "conditions": "Lock it"}
    page = browser.post(f"{address}/decide", bad, status=422)
    assert page.errors == ["The end date must be a real date"]
    assert page.field("conditions") == "Lock it"
    page = browser.post(f"{address}/decide", {**bad, "expires_on": ["1", "3", "2027"]}, status=422)
    assert page.errors == ["The end date must be between 3 March 2027 and 2 March 2028"]
    page = browser.follow(f"{address}/decide", {**bad, "expires_on": ["1", "6", "2027"]})
    assert "You approved Sam Okoro’s request." in page.text
    assert "In force until 1 June 2027" in page.text
    assert "Lock it" in client_of(person).get(address).text


def test_the_end_date_is_held_to_the_last_working_day(client_of: Clients, person: Person, manager: Person) -> None:
    """Offered, said in the hint, and refused beyond it; who leaves later than twelve months changes nothing."""
    made = submitted(person)
    person.last_working_day = date(2027, 6, 30)
    db.session.commit()
    address, browser = f"/device-permissions/requests/{made.reference}", client_of(manager)
    page = browser.get(address)
    assert "30 June 2027 at the latest. That is the last working day of Sam Okoro." in page.text
    offered = [str(box["value"]) for box in page.soup.find_all("input", attrs={"name": "expires_on"})]
    assert offered == ["30", "6", "2027"]
    late = {"decision": "approve", "expires_on": ["1", "7", "2027"], "covers": "no"}
    page = browser.post(f"{address}/decide", late, status=422)
    assert page.errors == ["The end date must be between 3 March 2027 and 30 June 2027, the last working day of Sam Okoro"]
    person.last_working_day = date(2029, 6, 30)
    db.session.commit()
    assert "2 March 2028 at the latest. That is the longest a permission may run." in browser.get(address).text


def test_deciding_late_says_who_approved_and_when(client_of: Clients, person: Person, manager: Person) -> None:
    """A page of its own: 409, and the way on."""
    made = approved(person, manager)
    page = client_of(manager).post(
        f"/device-permissions/requests/{made.reference}/decide", {"decision": "refuse", "reasons": "x"}, status=409
    )
    assert page.heading == "Priya Shah approved this on 3 March 2027"


def test_question_answer_and_refusal(client_of: Clients, person: Person, manager: Person) -> None:
    """The question goes to the requester's home page, the answer back to the manager's."""
    made = submitted(person)
    address = f"/device-permissions/requests/{made.reference}"
    boss, browser = client_of(manager), client_of(person)
    boss.post(f"{address}/decide", {"decision": "return", "question": MARKUP})
    assert "Answer your manager’s question" in browser.get("/").text
    assert MARKUP in browser.get(address).text
    assert browser.post(f"{address}/answer", {}, status=422).errors == ["Enter your answer"]
    browser.post(f"{address}/answer", {"answer": "At weekends only"})
    assert "At weekends only" in boss.get(address).text
    browser.post(f"{address}/answer", {"answer": "Again"}, status=409)
    boss.post(f"{address}/decide", {"decision": "refuse", "reasons": "Use the office laptop"})
    page = browser.get(address)
    assert "Refused by Priya Shah" in page.text
    assert "Use the office laptop" in page.text


def test_withdrawing_and_revoking(client_of: Clients, person: Person, manager: Person) -> None:
    """The holder gives up, or the manager ends it with reasons."""
    made = approved(person, manager)
    address = f"/device-permissions/requests/{made.reference}"
    boss = client_of(manager)
    assert boss.get(f"{address}/revoke").heading == "End Sam Okoro’s permission"
    assert boss.post(f"{address}/revoke", {}, status=422).errors == ["Enter why the permission ends"]
    boss.post(f"{address}/revoke", {"reasons": "New laptop"})
    assert "Ended by manager" in client_of(person).get(address).text
    boss.post(f"{address}/revoke", {"reasons": "Again"}, status=409)
    client_of(person).post(f"{address}/withdraw", status=409)
    other = submitted(person)
    page = client_of(person).follow(f"/device-permissions/requests/{other.reference}/withdraw")
    assert "You withdrew it." in page.text


def test_strangers_get_403_and_what_is_not_there_404(client_of: Clients, make: Factory, person: Person) -> None:
    """A colleague neither reads nor decides; the keeper reads and does not decide."""
    made = submitted(person)
    address = f"/device-permissions/requests/{made.reference}"
    stranger = client_of(make.person())
    stranger.get(address, status=403)
    for act in ("decide", "answer", "withdraw", "revoke"):
        stranger.post(f"{address}/{act}", {"decision": "approve"}, status=403)
    stranger.get("/device-permissions/requests/CCCC-CCCC-CCCC", status=404)
    keeper = client_of(make.person("Sca", Role.SCA))
    assert not keeper.get(address).has_button("Record decision")
    keeper.post(f"{address}/decide", {"decision": "refuse", "reasons": "x"}, status=403)
    client_of(person).post(f"{address}/decide", {"decision": "approve"}, status=403)


def test_lists_by_part_and_by_reader(make: Factory, client_of: Clients, person: Person, manager: Person) -> None:
    """The manager's team, the keeper's everybody, nobody else's; SQL and model agree on what is in force."""
    held = approved(person, manager)
    waiting = submitted(person, device_words="tablet of mine")
    short = approved(make.person("Ends Soon", manager=manager), manager, until=TODAY)
    sca, stranger = make.person("Sca", Role.SCA), make.person()
    for day in (TODAY, TODAY + timedelta(days=1)):
        shown = {row.id for row in requests_for(sca, DeviceFilters(Shown.IN_FORCE), day, Cursor()).rows}
        every = [db.session.get(DevicePermissionRequest, one.id) for one in (held, waiting, short)]
        assert shown == {one.id for one in every if one.in_force_on(day)}
    for reader, names in ((manager, True), (sca, True), (stranger, False)):
        page = client_of(reader).get("/device-permissions/team")
        assert ("Sam Okoro" in page.text) == names
        assert ("Ends Soon" in client_of(reader).get("/device-permissions/team?show=in_force").text) == names
    with clock.set_to(NOW + timedelta(days=1)):
        assert "Ends Soon" in client_of(manager).get("/device-permissions/team?show=lapsed").text


def test_paging_by_key_shows_every_request_once(make: Factory, client_of: Clients, manager: Person) -> None:
    """With as many queries for many rows as for few."""
    browser = client_of(manager)
    browser.get("/device-permissions/team")
    submitted(make.person("Person A", manager=manager))
    with counted_queries() as few:
        browser.get("/device-permissions/team")
    for number in range(27):
        submitted(make.person(f"Person {number:03}", manager=manager))
    with counted_queries() as many:
        first = browser.get("/device-permissions/team")
    assert len(few) == len(many) <= 4
    older = first.soup.select_one("a[rel=next]")
    assert older is not None
    second = browser.get(str(older["href"]))
    assert len(first.soup.select("tbody tr")) + len(second.soup.select("tbody tr")) == 28


@pytest.mark.parametrize("path", ["/device-permissions/", ASK, f"{ASK}/accounts", f"{ASK}/since"])
def test_pages_take_few_queries(make: Factory, client_of: Clients, person: Person, path: str) -> None:
    """Constant, whatever was asked before."""
    browser = client_of(person)
    browser.get(path)
    with counted_queries() as before:
        browser.get(path)
    account_of(make, person)
    for number in range(3):
        submitted(person, device_words=f"laptop {number}")
    with counted_queries() as after:
        browser.get(path)
    assert len(after) <= 4, after
    assert len(after) - len(before) <= 1  # the uses of the first request that there is


def test_a_record_takes_at_most_eight_queries(client_of: Clients, person: Person, manager: Person) -> None:
    """With the rules, the notice and the history."""
    made = submitted(person)
    browser = client_of(manager)
    address = f"/device-permissions/requests/{made.reference}"
    browser.get(address)
    with counted_queries() as queries:
        browser.get(address)
    assert len(queries) <= 8, queries
