"""Who gets to read what was told and asked early, later than it was told: the officer, and whoever takes a place over."""

from collections.abc import Callable

import pytest

from app.breach_reports.models import BreachReport
from app.core.db import db
from tests.early_advice.factories import People, answered, asked, seen, sent_on, settled, told
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]


@pytest.fixture
def people(make: Factory) -> People:
    """Who is there."""
    return People(make)


def test_it_can_go_to_the_officer_after_every_decision(client_of: Clients, people: People) -> None:
    """Where nothing was said of others' details as well; the same words once, and by those who had a part in it."""
    alert = settled(seen(told(people.author), people.manager, people.sca), people.sca)
    address = f"/early-advice/mistake/{alert.reference}"
    manager, dpo = client_of(people.manager), client_of(people.dpo)
    dpo.get(address, status=404)
    client_of(people.deputy).post(f"{address}/officer", status=404)
    assert "Dora Data reads it then" in manager.get(f"{address}/officer").text
    long = manager.post(f"{address}/officer", {"words": "x" * 3100}, status=422)
    assert long.errors
    page = manager.follow(f"{address}/officer", {"words": "A name can be read."})
    assert "You sent it to the data protection officer." in page.text
    assert "It has been put right, by Sally Keeper" in page.text
    assert "With data protection" in client_of(people.author).get("/early-advice/").text
    assert "A name can be read." in dpo.get(address).text
    assert "Something about personal data waits for you" in dpo.get("/messages").text
    again = client_of(people.sca).post(f"{address}/officer", {"words": "A name can be read."}, status=409)
    assert "Mary Manager" in again.text
    client_of(people.sca).post(f"{address}/officer", {}, status=422)
    dpo.get(f"{address}/officer", status=403)


def test_whoever_is_both_told_and_the_officer_can_do_both_on_one_page(
    client_of: Clients, make: Factory, people: People
) -> None:
    people.author.line_manager = people.dpo
    make.keep(people.author)
    alert = sent_on(seen(told(people.author), people.dpo, people.sca), people.sca)
    page = client_of(people.dpo).get(f"/early-advice/mistake/{alert.reference}")
    assert page.has_button("Record what was found")
    assert page.has_button("Say what comes of it")
    ids = [one["id"] for one in page.soup.select("main [id]")]
    assert len(ids) == len(set(ids))


def test_a_new_manager_neither_reads_nor_reports_what_was_settled_before(
    client_of: Clients, make: Factory, people: People
) -> None:
    """Page, list, link and forged posts; what is open passes on, and the manager of then keeps sight of what they ticked."""
    heir = make.person("Helen Heir")
    old = settled(seen(told(people.author), people.manager, people.sca), people.sca)
    open_one = seen(told(people.author), people.manager)
    answer, waits = answered(asked(people.author), people.manager), asked(people.author)
    people.author.line_manager = heir
    make.keep(people.author)
    browser, report = client_of(heir), {"why": "It named a resident.", "at_risk": "no"}
    past = f"/early-advice/mistake/{old.reference}"
    for act in ("seen", "decide", "taken-down", "personal-data", "report", "officer"):
        browser.post(f"{past}/{act}", report, status=404)
    for path in (past, f"{past}/report", f"{past}/officer", f"/early-advice/ask/{answer.reference}"):
        browser.get(path, status=404)
    browser.post(f"/early-advice/ask/{answer.reference}/answer", {"verdict": "go_ahead"}, status=404)
    assert not db.session.query(BreachReport).count()
    for show, gone, there in (("alerts", old, open_one), ("questions", answer, waits)):
        listed = browser.get(f"/early-advice/for-me?show={show}").html
        assert gone.reference not in listed
        assert there.reference in listed
    browser.get(f"/early-advice/mistake/{open_one.reference}/report")
    assert browser.get(f"/early-advice/ask/{waits.reference}").has_button("Send answer")
    before = client_of(people.manager)
    assert "Report it to Human Resources" in before.get(past).text
    assert "Go ahead" in before.get(f"/early-advice/ask/{answer.reference}").text
    before.get(f"/early-advice/ask/{waits.reference}", status=404)
    before.post(f"/early-advice/mistake/{open_one.reference}/decide", {"outcome": "take_down", "words": "x"}, status=403)
