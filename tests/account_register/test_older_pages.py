"""Pages that were opened before somebody else saved: nothing is undone, and whoever is second is told by whom and when."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from app.account_register import operations as acts
from app.account_register.forms_sections import DETAILS, SECTIONS
from app.account_register.models import Account, AccountProposal, DiscoveredAccount, ProposalStatus
from app.account_register.operations import checks
from app.account_register.operations.details import AccountDetails, details_of
from app.account_register.operations.proposals import DRAFT
from app.account_register.queries.checks import checks_of
from app.core.db import commit, db
from app.core.drafts import find_draft
from app.people.models import Person, Role
from tests.account_register.factories import make_account
from tests.account_register.proposing import Way, answers, plan, risk
from tests.account_register.watching import found_in_use, is_new
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import Page, PageClient

LIST = "/account-register/"
Browser = Callable[..., PageClient]
AGO = "on 3 March 2027 at 10:00am, after you opened this page"


@pytest.fixture
def deputy(make: Factory) -> Person:
    """Who keeps the register beside the adviser."""
    return make.person("Dilys Rees", Role.DEPUTY_SCA)


def filled(page: Page) -> dict[str, Any]:
    """The form of a page as a browser would send it untouched."""
    form = page.soup.find("form", class_="app-form")
    assert form is not None
    sent: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            sent[field["name"]] = chosen["value"] if chosen else ""
        elif field.name == "textarea":
            sent[field["name"]] = field.get_text().strip()
        elif field.get("type") != "radio" or field.has_attr("checked"):
            sent.setdefault(field["name"].split("-")[0], [])
            sent[field["name"].split("-")[0]].append(field.get("value") or "")
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in sent.items()}


CHANGES = {
    "names": ({"name": "News of the Deputy"}, {"handle": "@second"}, "Name News of the Deputy"),
    "owners": ({"brand": "Visit us"}, {"emergency_contact": "The desk"}, "Brand Visit us"),
    "audience": ({"purpose": "Events"}, {"target_group": "Walkers"}, "Purpose Events"),
    "security": ({"vault_item": "Deputy item 7"}, {"two_step_custody": "The safe"}, "Vault reference Deputy item 7"),
    "care": ({"alerts": "on"}, {"auto_acknowledgement": "off"}, "Alerts On"),
    "public": ({"public_words": "About parks"}, {"listed_publicly": "no"}, "Sentence for the public About parks"),
}


@pytest.mark.parametrize("section", SECTIONS)
def test_an_older_page_undoes_nothing(
    section: str, make: Factory, client_of: Browser, sca: Person, deputy: Person, owner: Person
) -> None:
    """It is told who changed what when, with what is there now; what was typed stays, and can be sent again."""
    account = make_account(make, owner)
    address, (first, second, says) = f"{LIST}{account.id}/change/{section}", CHANGES[section]
    mine, theirs = client_of(sca), client_of(deputy)
    opened = filled(mine.get(address))
    theirs.follow(address, {**filled(theirs.get(address)), **first})
    saved = details_of(db.session.get_one(Account, account.id))
    page = mine.post(address, {**opened, **second}, status=409)
    assert page.errors[0].startswith(f"Dilys Rees changed this {AGO}")
    assert says in page.text
    (typed,) = second
    sent = filled(page)
    assert sent[typed] == second[typed]
    assert details_of(db.session.get_one(Account, account.id)) == saved
    mine.follow(address, sent)  # having read it, they mean what they entered
    after = details_of(db.session.get_one(Account, account.id))
    assert getattr(after, typed) == second[typed] or typed == "listed_publicly"
    assert after != saved


def test_different_parts_do_not_get_in_each_others_way(
    make: Factory, client_of: Browser, sca: Person, deputy: Person, owner: Person
) -> None:
    """What changed in another part says nothing of this one; nor does what was set back."""
    account = make_account(make, owner)
    mine, theirs = client_of(sca), client_of(deputy)
    audience, care = f"{LIST}{account.id}/change/audience", f"{LIST}{account.id}/change/care"
    opened = filled(mine.get(audience))
    theirs.post(care, {**filled(theirs.get(care)), "alerts": "on"})
    before = filled(theirs.get(audience))
    theirs.post(audience, {**before, "purpose": "Events"})
    theirs.post(audience, {**filled(theirs.get(audience)), "purpose": before["purpose"]})
    mine.post(audience, {**opened, "target_group": "Walkers"})
    kept = db.session.get_one(Account, account.id)
    assert (kept.target_group, kept.alerts) == ("Walkers", "on")


def test_the_same_sent_twice_is_no_conflict(make: Factory, client_of: Browser, sca: Person, owner: Person) -> None:
    account = make_account(make, owner)
    browser, address = client_of(sca), f"{LIST}{account.id}/change/audience"
    sent = {**filled(browser.get(address)), "purpose": "Events"}
    browser.post(address, sent)
    assert "Nothing was different" in browser.follow(address, sent).text


def test_an_older_page_keeps_what_was_typed_of_a_handle(
    make: Factory, client_of: Browser, sca: Person, deputy: Person, owner: Person
) -> None:
    """Beside an address that somebody else entered since, the handle is not taken for untouched."""
    account = make_account(make, owner, handle="@old", url="https://www.facebook.com/old")
    mine, theirs = client_of(sca), client_of(deputy)
    address = f"{LIST}{account.id}/change/names"
    opened = filled(mine.get(address))
    theirs.post(address, {**filled(theirs.get(address)), "handle": "@new", "url": "https://www.facebook.com/new"})
    page = mine.post(address, {**opened, "name": "Mine"}, status=409)
    assert (page.field("name"), page.field("handle"), page.field("url")) == ("Mine", "@old", "https://www.facebook.com/old")


def test_every_detail_belongs_to_one_part() -> None:
    """So that no part forgets to compare what it writes."""
    named = [name for names in DETAILS.values() for name in names]
    assert sorted(named) == sorted(part.name for part in fields(AccountDetails))
    assert list(DETAILS) == list(SECTIONS)


def test_who_decides_on_a_proposal_has_read_what_it_says(make: Factory, client_of: Browser) -> None:
    """It was sent back, changed and sent again: a decision on the first reading is not taken for one on the second."""
    way = Way(make)
    made = way.proposed()
    manager, address = client_of(way.manager), f"{LIST}proposals/{made.reference}"
    opened = filled(manager.get(address))
    manager.post(f"{address}/support", {**opened, "decision": "return", "question": "Who answers at night?"})
    acts.answer_proposal(
        made, by=way.proposer, at=NOW, answer="Nobody", changed=answers(way.owner, purpose="Something quite different")
    )
    commit()
    page = manager.post(f"{address}/support", {**opened, "decision": "support", "words": "Well thought"}, status=409)
    assert page.errors[0].startswith(f"Pat Proposer dealt with this proposal {AGO}")
    assert "Something quite different" in page.text
    assert page.field("words") == "Well thought"
    manager.post(f"{address}/support", {**filled(page), "decision": "support"})
    assert db.session.get_one(AccountProposal, made.id).status is ProposalStatus.WITH_SCA


def test_nobody_accepts_or_approves_a_risk_that_they_did_not_read(make: Factory, client_of: Browser) -> None:
    """The papers came anew since the page was opened; accepting the risk alone takes nobody by surprise."""
    way = Way(make)
    made = way.assessed(high=True)
    approver, keeper = client_of(way.manager), client_of(way.sca)
    address = f"{LIST}proposals/{made.reference}"
    opened, seen = filled(approver.get(address)), keeper.get(address).field("seen")
    acts.send_proposal_back(made, by=way.manager, at=NOW, changes="Say more")
    later, again = NOW + timedelta(minutes=5), [risk(way.owner, likelihood=5, impact=4)]
    acts.submit_assessment(made, again, plan(way.owner), by=way.owner, at=later)
    commit()
    assert "sent anew" in keeper.post(f"{address}/accept-risk", {"seen": seen}, status=409).text
    page = approver.post(f"{address}/decide", {**opened, "decision": "approve"}, status=409)
    assert page.errors[0].startswith("Olu Owner dealt with this proposal")
    keeper.post(f"{address}/accept-risk", {"seen": keeper.get(address).field("seen")})
    approver.post(f"{address}/decide", {**filled(page), "decision": "approve"})
    assert db.session.get_one(AccountProposal, made.id).status is ProposalStatus.APPROVED


def test_two_keepers_do_not_change_the_state_under_each_other(
    make: Factory, client_of: Browser, sca: Person, deputy: Person
) -> None:
    """What the page offered may not be there to choose any more; the reason that was typed stays."""
    account = make_account(make)
    mine, theirs, address = client_of(sca), client_of(deputy), f"{LIST}{account.id}/status"
    opened = filled(mine.get(address))
    theirs.post(address, {**filled(theirs.get(address)), "status": "paused", "reason": "The editor is ill"})
    for wanted in ("dormant", "closing"):
        page = mine.post(address, {**opened, "status": wanted, "reason": "Nobody reads it"}, status=409)
        assert page.errors == [page.errors[0]]
        assert page.errors[0].startswith(f"Dilys Rees changed this {AGO}")
        assert "State Paused Reason The editor is ill" in page.text
        assert page.field("reason") == "Nobody reads it"
    assert db.session.get_one(Account, account.id).status_reason == "The editor is ill"
    mine.post(address, {**filled(page), "status": "closing"})


def test_an_account_in_use_is_not_asked_of_two_people(
    make: Factory, client_of: Browser, sca: Person, deputy: Person, owner: Person, holder: Person
) -> None:
    """The second keeper reads whom the first asked, and may still ask another."""
    found = found_in_use(make.person())
    mine, theirs, address = client_of(sca), client_of(deputy), f"{LIST}discovered/{found.id}/ask"
    opened = filled(mine.get(address))
    theirs.post(address, {**filled(theirs.get(address)), "person": owner.email})
    page = mine.post(address, {**opened, "person": holder.email}, status=409)
    assert page.errors[0].startswith("Owen Lloyd was asked to propose it, after you opened this page")
    assert find_draft(holder.id, DRAFT) is None
    mine.post(address, filled(page))
    assert db.session.get_one(DiscoveredAccount, found.id).asked_id == holder.id


def test_a_look_at_something_new_does_not_move_the_next_one_of_another(
    make: Factory, client_of: Browser, sca: Person, deputy: Person
) -> None:
    item = is_new(sca)
    mine, theirs, address = client_of(sca), client_of(deputy), f"{LIST}horizon/{item.id}"
    opened = filled(mine.get(address))
    said = {"result": "watch", "words": "Few use it", "next_look_on": ["1", "6", "2027"]}
    theirs.post(f"{address}/look", {**filled(theirs.get(address)), **said})
    page = mine.post(f"{address}/look", {**opened, **said, "words": "Mine"}, status=409)
    assert page.errors[0].startswith(f"Dilys Rees looked at it {AGO}")
    assert "Few use it" in page.text
    assert page.field("words") == "Mine"
    mine.post(f"{address}/look", {**filled(page), **said})


def test_what_was_looked_at_is_written_down_once(
    make: Factory, client_of: Browser, deputy: Person, sca: Person, owner: Person
) -> None:
    """Content and results: the second of two, or the same sent twice, is told who wrote it down (risks: test_risks.py)."""
    account = make_account(make, owner)
    checks.plan_account(account, plan(owner), by=owner, at=NOW)
    commit()
    mine, theirs = client_of(owner), client_of(deputy)
    next_on = {"next_on": ["1", "6", "2027"]}
    for place, said in (
        (f"{account.id}/review-content", {}), (f"{account.id}/results", next_on),
    ):  # fmt: skip
        opened = filled(mine.get(LIST + place))
        theirs.post(LIST + place, {**filled(theirs.get(LIST + place)), **said, "words": "In order"})
        page = mine.post(LIST + place, {**opened, "words": "Mine", "next_on": ["2", "12", "2027"]}, status=409)
        assert page.errors[0].startswith(f"Dilys Rees wrote this down already {AGO}"), place
        assert "What they found In order" in page.text
        assert page.field("words") == "Mine"
    assert [check.words for check in checks_of(account)] == ["In order"] * 2


def test_a_plan_does_not_replace_one_that_nobody_read(
    make: Factory, client_of: Browser, deputy: Person, owner: Person
) -> None:
    account = make_account(make, owner)
    checks.plan_account(account, plan(owner), by=owner, at=NOW - timedelta(days=1))
    commit()
    mine, theirs, address = client_of(owner), client_of(deputy), f"{LIST}{account.id}/plan"
    said = {"objectives": "More", "measures": "Reach", "frequency": "monthly", "evaluation_on": ["1", "12", "2027"]}
    opened = filled(mine.get(address))
    theirs.post(address, {**filled(theirs.get(address)), **said})
    page = mine.post(address, {**opened, **said, "objectives": "Mine"}, status=409)
    assert page.errors[0].startswith(f"Dilys Rees wrote its plan {AGO}")
    assert "What it should achieve More" in page.text
    assert page.field("objectives") == "Mine"
