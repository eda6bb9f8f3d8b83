"""The way of a proposal through pages: propose, support, advise, assess, approve, register; and its side ways."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from app.account_register.models import (
    Account,
    AccountProposal,
    AccountStatus,
    MonitoringPlan,
    ProposalKind,
    ProposalStatus,
    RiskAssessment,
)
from app.core import clock
from app.core.db import db
from app.people.models import Role
from tests.account_register.factories import make_account
from tests.account_register.proposing import Way
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Browser = Callable[..., PageClient]
PROPOSALS = "/account-register/proposals"
MARKUP = "<script>alert(1)</script>"
RISK = {
    "heading": "confidentiality", "risk": "A message is read by others", "control": "Two people read each post",
    "likelihood": "2", "impact": "3",
}  # fmt: skip
PLAN = {
    "objectives": "Young people take part", "measures": "Answers to each question", "frequency": "monthly",
    "evaluation_on": ["1", "12", "2027"],
}  # fmt: skip


@pytest.fixture
def way(make: Factory) -> Way:
    """The people of a proposal."""
    return Way(make)


def _answer_all(browser: PageClient, way: Way, **changes: Any) -> str:
    step = browser.post(f"{PROPOSALS}/propose/kind", {"kind": "new_platform"}).location
    assert step.endswith("/account")
    step = browser.post(step, {"name": "Youth voice", "platform": "Instagram", "handle": "@youthvoice", **changes}).location
    step = browser.post(step, {"purpose": MARKUP}).location
    step = browser.post(step, {"target_group": "Young people", "benefit": "They can answer each other"}).location
    return browser.post(step, {"owner": way.owner.email, "cost": "Nothing"}).location


def register_form(way: Way, **changes: Any) -> dict[str, Any]:
    """The form that puts the approved account on the register, filled in."""
    return {
        "name": "Youth voice", "platform": "Instagram", "handle": "@youthvoice", "owner": way.owner.email,
        "purpose": "News", "target_group": "Young people", "identification": "A link from our website",
        "login_mode": "individual", "two_step": "on", "recovery_kind": "organisation", **changes,
    }  # fmt: skip


def _proposal() -> AccountProposal:
    return db.session.query(AccountProposal).one()


def test_from_the_idea_to_the_register(way: Way, client_of: Browser) -> None:
    """Nobody types twice what the proposer said, and each is told when it is their turn."""
    proposer, manager, sca, owner = (client_of(one) for one in (way.proposer, way.manager, way.sca, way.owner))
    assert proposer.get(f"{PROPOSALS}/propose").has_button("Start now")
    check = proposer.get(_answer_all(proposer, way))
    assert MARKUP in check.text
    assert "<script>alert" not in check.html
    assert "It goes to Mia Manager, who answers by 10 March 2027." in check.text
    sent = proposer.follow(f"{PROPOSALS}/propose/send")
    assert sent.heading == "Proposal sent"
    page = f"{PROPOSALS}/{_proposal().reference}"
    assert "Youth voice (Instagram)" in proposer.get("/").text

    assert "Say whether you support the proposal for Youth voice (Instagram)" in manager.get("/").text
    assert "You supported the proposal." in manager.follow(f"{page}/support", {"decision": "support"}).text
    assert "Advise on the proposal for Youth voice" in sca.get("/").text
    advised = sca.follow(f"{page}/advise", {"advice": "with_changes", "words": "Answer at weekends too"})
    assert "Sca Keeper advised on 3 March 2027: go ahead with changes" in advised.text

    assert "Assess the risks and plan for Youth voice" in owner.get("/").text
    tasks = owner.get(f"{page}/assess")
    assert "It needs at least one risk and the plan before it can be sent" in tasks.text
    owner.post(f"{page}/assess/risks/new", {**RISK, "owner": way.owner.email})
    owner.post(f"{page}/assess/plan", {**PLAN, "responsible": way.proposer.email})
    assert owner.get(f"{page}/assess").has_button("Check and send for approval")
    assert "likelihood 2, impact 3" in owner.get(f"{page}/assess/check-answers").text
    assert "Next: Mia Manager, by 17 March 2027" in owner.follow(f"{page}/assess/send").text
    assert "They were assessed on Wednesday 3 March 2027." in owner.get(page).text

    assert "Approve or refuse the proposal for Youth voice" in manager.get("/").text
    approved = manager.follow(f"{page}/decide", {"decision": "approve", "conditions": "Not at night"})
    assert "Conditions: Not at night" in approved.text
    assert "to be carried out by the Strategic Communications Adviser by 2 September 2027" in approved.text

    form = sca.get(f"{page}/register")
    assert (form.field("name"), form.field("handle"), form.field("owner")) == ("Youth voice", "@youthvoice", way.owner.email)
    account_page = sca.follow(
        f"{page}/register",
        register_form(way),
    )
    assert account_page.heading == "Youth voice"
    account = db.session.query(Account).one()
    assert db.session.query(RiskAssessment).one().account_id == account.id
    assert db.session.query(MonitoringPlan).one().account_id == account.id
    assert _proposal().status is ProposalStatus.REGISTERED
    assert _proposal().account_id == account.id
    assert "Carried out" in proposer.get(f"{PROPOSALS}?show=ended").text
    assert "cannot be carried out like that now" in sca.get(f"{page}/register", status=409).text


def test_a_risk_has_a_day_and_half_written_papers_survive_signing_out(way: Way, client_of: Browser) -> None:
    """The task list is found as it was left; the day that a risk is looked at again is the account's later."""
    page = f"{PROPOSALS}/{way.advised().reference}"
    first = client_of(way.owner)
    first.get(f"{page}/assess/risks/new")
    mine = {**RISK, "owner": way.owner.email}
    refused = first.post(f"{page}/assess/risks/new", {**mine, "review_on": ["1", "3", "2027"]}, status=422)
    assert refused.errors
    assert refused.field("risk") == RISK["risk"]
    first.post(f"{page}/assess/risks/new", {**mine, "review_on": ["27", "9", "2027"]})
    first.post(f"{page}/assess/risks/new", mine)
    first.post("/people/sign-out")
    again = client_of(way.owner)
    assert "A message is read by others" in again.get(f"{page}/assess").text
    assert again.get(f"{page}/assess/risks/1").field("review_on") == "27"
    again.post(f"{page}/assess/plan", {**PLAN, "responsible": way.proposer.email})
    assert "and looks at it again by 27 September 2027" in again.get(f"{page}/assess/check-answers").text
    assert "and looks at it again by 27 September 2027" in again.follow(f"{page}/assess/send").text
    client_of(way.manager).follow(f"{page}/decide", {"decision": "approve"})
    sca = client_of(way.sca)
    sca.get(f"{page}/register")
    sca.follow(f"{page}/register", register_form(way))
    rows = db.session.query(RiskAssessment).one().rows
    assert [row.review_on for row in rows] == [date(2027, 9, 27), date(2028, 3, 3)]
    assert all(row.review_from is not None for row in rows)


def test_dates_that_have_passed_are_refused_where_they_are_typed(way: Way, client_of: Browser) -> None:
    """In a proposal as on the pages of an account, at the field; what lies beyond the known bank holidays is taken: when to
    begin asking need not be exact.
    """
    page, owner = f"{PROPOSALS}/{way.advised().reference}", client_of(way.owner)
    account = make_account(way.make, way.owner)
    risks, plans = (f"{page}/assess/risks/new", f"/account-register/{account.id}/assess"), (
        f"{page}/assess/plan", f"/account-register/{account.id}/plan",
    )  # fmt: skip
    today, later = ["3", "3", "2027"], ["15", "1", "2029"]
    for places, said, field, passed in (
        (
            risks, {**RISK, "owner": way.owner.email}, "review_on",
            "The day on which a risk is looked at again must be after today",
        ),
        (plans, {**PLAN, "responsible": way.owner.email}, "evaluation_on", "The evaluation date must be after today"),
    ):  # fmt: skip
        for place in places:
            refused = owner.post(place, {**said, field: today}, status=422)
            assert refused.errors == [passed], place
            assert refused.soup.select_one(".govuk-error-summary__list a[href]") is not None
            assert refused.field(field) == today[0]
    owner.post(risks[0], {**RISK, "owner": way.owner.email, "review_on": later})
    owner.post(plans[0], {**PLAN, "responsible": way.owner.email, "evaluation_on": later})
    owner.follow(f"{page}/assess/send")


def test_two_clicks_on_send_make_one_proposal(way: Way, client_of: Browser) -> None:
    """The second leads to the receipt of the first; a page that was open before does not begin the proposal anew."""
    browser = client_of(way.proposer)
    _answer_all(browser, way)
    page = browser.get(f"{PROPOSALS}/propose/check-answers")
    draft = page.field("draft")
    first = browser.post(f"{PROPOSALS}/propose/send", {"draft": draft}).location
    assert browser.post(f"{PROPOSALS}/propose/send", {"draft": draft}).location == first
    assert client_of(way.owner).post(f"{PROPOSALS}/propose/send", {"draft": draft}).location.endswith("/propose")
    assert str(_proposal().id) == draft


def test_a_half_written_proposal_survives_signing_out(way: Way, client_of: Browser) -> None:
    """Its answers are found again in another session, and can be thrown away."""
    first = client_of(way.proposer)
    first.post(f"{PROPOSALS}/propose/kind", {"kind": "closure"})
    first.post("/people/sign-out")
    again = client_of(way.proposer)
    assert again.get(f"{PROPOSALS}/propose").has_button("Go on")
    assert "You began a proposal on 3 March 2027" in again.get(PROPOSALS).text
    assert again.get(f"{PROPOSALS}/propose/check-answers", status=303).location.endswith("/propose")
    assert again.post(f"{PROPOSALS}/propose/send").location.endswith("/propose")
    assert "You deleted your unfinished proposal." in again.follow(f"{PROPOSALS}/propose/discard").text
    assert again.post(f"{PROPOSALS}/propose/discard").location.endswith("/proposals")
    assert again.get(f"{PROPOSALS}/propose").has_button("Start now")
    assert again.get(f"{PROPOSALS}/propose/account", status=303).location.endswith("/kind")
    again.get(f"{PROPOSALS}/propose/nonsense", status=404)


@pytest.mark.parametrize(
    ("step", "typed", "sentence"),
    [
        ("kind", {}, "Select what you propose"),
        ("kind", {"kind": "revolution"}, "Choose one of the answers given for “What do you propose?”"),
        ("account", {"platform": "Instagram"}, "Enter the name of the account"),
        ("account", {"name": "A", "platform": "Other"}, "Enter the name of the platform"),
        ("account", {"name": "A", "platform": "X", "url": "no address"}, "The web address must look like"),
        ("account", {"name": "password: hunter2!", "platform": "X"}, "Do not write a password"),
        ("purpose", {"purpose": ""}, "Enter why you propose this"),
        ("people", {"target_group": "Some"}, "Enter how it will help"),
        ("cost", {"owner": "Nobody At All", "cost": "1"}, "Nobody is recorded as “Nobody At All”"),
        ("cost", {"owner": "Olu Owner"}, "Enter what it will cost"),
    ],
)
def test_bad_answers_are_refused_with_everything_typed(
    way: Way, client_of: Browser, step: str, typed: dict[str, str], sentence: str
) -> None:
    """A sentence at the field, and nothing kept."""
    browser = client_of(way.proposer)
    if step != "kind":
        browser.post(f"{PROPOSALS}/propose/kind", {"kind": "new_platform"})
    page = browser.post(f"{PROPOSALS}/propose/{step}", typed, status=422)
    assert sentence in page.errors[0]
    for name, value in typed.items():
        if name not in ("kind", "platform"):
            assert page.field(name) == value


def test_what_only_the_act_can_know_is_said_on_the_last_page(way: Way, make: Factory, client_of: Browser) -> None:
    """A handle that is on the register, and a proposer whom nobody manages."""
    make_account(make, way.owner, name="Old one", platform="Instagram", handle="youthvoice")
    browser = client_of(way.proposer)
    _answer_all(browser, way)
    page = browser.post(f"{PROPOSALS}/propose/send", status=422)
    assert "is on the register already, as Old one" in page.errors[0]
    alone = client_of(make.person("Alone"))
    _answer_all(alone, way, handle="")
    assert "Nobody is recorded who could support this" in alone.post(f"{PROPOSALS}/propose/send", status=422).errors[0]


def test_anybody_proposes_a_change_of_any_account(way: Way, make: Factory, client_of: Browser) -> None:
    """It can be begun on the account's page; two of the same name are told apart; of one that they do not see, nothing
    is shown but what they typed.
    """
    account = make_account(make, way.proposer, name="Youth", platform="Facebook")
    make_account(make, way.proposer, name="Youth", platform="X")
    make_account(make, way.owner, name="Secret garden", platform="X")
    browser = client_of(way.proposer)
    begun = browser.get(f"/account-register/{account.id}")
    link = next(a["href"] for a in begun.soup.select("a") if "Propose a change" in a.get_text())
    step = browser.get(link).soup.select_one("a.govuk-button")["href"]
    step = browser.post(step, {"kind": "closure"}).location
    assert browser.get(step).field("account") == "Youth (Facebook)"
    path = f"{PROPOSALS}/propose/account"
    twice = browser.post(path, {"account": "youth", "change": "End it"}, status=422)
    assert "Enter “Youth (Facebook)” or “Youth (X)”" in twice.errors[0]
    assert "No account is called" in browser.post(path, {"account": "No garden", "change": "x"}, status=422).text
    browser.post(path, {"account": "Secret garden", "change": "Close it"})
    assert not browser.get(f"{PROPOSALS}/propose/cost").field("owner")
    step = browser.post(step, {"account": "Youth (Facebook)", "change": "End it"}).location
    assert browser.get(f"{PROPOSALS}/propose/cost").field("owner") == way.proposer.email
    browser.get(f"{PROPOSALS}/propose/account?account=nonsense")
    browser.post(step, {"purpose": "Nobody reads it"})
    browser.post(f"{PROPOSALS}/propose/people", {"target_group": "Nobody", "benefit": "Less to do"})
    asked = browser.get(f"{PROPOSALS}/propose/cost").text
    assert "Who will see this through?" in asked
    assert "The account keeps its owner" in asked
    browser.post(f"{PROPOSALS}/propose/cost", {"owner": way.proposer.email, "cost": "Nothing"})
    assert "Who sees it through" in browser.get(f"{PROPOSALS}/propose/check-answers").text
    browser.post(f"{PROPOSALS}/propose/send")
    assert _proposal().account_id == account.id
    page = browser.get(f"{PROPOSALS}/{_proposal().reference}").text
    assert ("Who sees it through" in page, "Accountable owner" in page) == (True, False)
    assert "Closure" in browser.get(f"/account-register/{account.id}").text


def test_a_question_is_answered_and_the_proposal_changed(way: Way, client_of: Browser) -> None:
    """It goes back to the manager as it was changed; nobody else can change it."""
    page = f"{PROPOSALS}/{way.proposed().reference}"
    manager, proposer = client_of(way.manager), client_of(way.proposer)
    assert "Enter what you want to know" in manager.post(f"{page}/support", {"decision": "return"}, status=422).errors
    manager.post(f"{page}/support", {"decision": "return", "question": "Who answers at night?"})
    asked = proposer.get(page)
    assert asked.has_button("Answer and send again")
    assert "The question was asked on " in asked.text
    assert "The time for it is 5 working days (local setting)." in asked.text
    change = proposer.get(f"{page}/change")
    assert "Who answers at night?" in change.text
    manager.get(f"{page}/change", status=403)
    assert proposer.get(f"{page}/change/account").field("handle") == "@youthvoice"
    assert proposer.post(f"{page}/change/purpose", {"purpose": "A better reason"}).location.endswith("/change")
    assert "Enter your answer" in proposer.post(f"{page}/answer", {"answer": ""}, status=422).errors
    after = proposer.follow(f"{page}/answer", {"answer": "Nobody does"})
    assert "A better reason" in after.text
    assert "Nobody does" in after.text
    proposer.get(f"{page}/change", status=409)
    manager.follow(f"{page}/support", {"decision": "decline", "reasons": "Not this year"})
    assert "Not this year" in proposer.get(page).text
    late = manager.post(f"{page}/support", {"decision": "support"}, status=409)
    assert "Mia Manager" in late.text


def test_a_risk_is_removed_or_changed_only_as_the_page_showed_it(way: Way, client_of: Browser) -> None:
    """Sent twice, or from a page that is older than another change, it touches no other risk, and says where to look."""
    page = f"{PROPOSALS}/{way.advised().reference}/assess"
    owner = client_of(way.owner)
    for words in ("First", "Second", "Third"):
        owner.post(f"{page}/risks/new", {**RISK, "risk": words, "owner": way.owner.email})
    opened = owner.get(f"{page}/risks/1")
    first, seen = (one["value"] for one in opened.soup.select("form input[name=seen]"))
    assert "You removed a risk." in owner.follow(f"{page}/risks/1/remove", {"seen": seen}).text
    again = owner.post(f"{page}/risks/1/remove", {"seen": seen}, status=409)
    assert "You added, changed or removed a risk after you opened that page" in again.text
    assert f'href="{page}"' in again.html
    changed = {**RISK, "risk": "First in other words", "owner": way.owner.email}
    owner.post(f"{page}/risks/1", {**changed, "seen": first}, status=409)
    tasks = owner.get(page).text
    assert [words in tasks for words in ("First", "Second", "Third")] == [False, True, True]
    now = owner.get(f"{page}/risks/1").field("seen")
    owner.post(f"{page}/risks/1", {**changed, "risk": "Second in other words", "seen": now})
    assert "Second in other words" in owner.get(page).text


def test_the_approver_sends_back_then_refuses(way: Way, client_of: Browser) -> None:
    """What was sent before stands there again when it comes back."""
    page = f"{PROPOSALS}/{way.assessed().reference}"
    manager, owner = client_of(way.manager), client_of(way.owner)
    manager.post(f"{page}/decide", {"decision": "return"}, status=422)
    manager.follow(f"{page}/decide", {"decision": "return", "changes": "Think of the weekends"})
    asked = owner.get(page)
    assert "It was sent back on " in asked.text
    assert "The time for it is 10 working days (local setting)." in asked.text
    tasks = owner.get(f"{page}/assess")
    assert "Think of the weekends" in tasks.text
    assert "A message is read by others" in tasks.text
    risk = owner.get(f"{page}/assess/risks/1")
    assert risk.field("control") == "Two people read each post"
    owner.get(f"{page}/assess/risks/9", status=404)
    owner.post(f"{page}/assess/risks/9/remove", status=404)
    owner.post(f"{page}/assess/risks/1", {**RISK, "owner": "Nobody At All"}, status=422)
    owner.post(f"{page}/assess/risks/1", {**RISK, "impact": "1", "owner": way.owner.email})
    owner.post(f"{page}/assess/risks/new", {**RISK, "owner": ""}, status=422)
    owner.post(f"{page}/assess/risks/new", {**RISK, "owner": way.owner.email})
    owner.follow(f"{page}/assess/risks/2/remove")
    past = {**PLAN, "evaluation_on": ["1", "1", "2020"]}
    owner.post(f"{page}/assess/plan", {**past, "responsible": way.owner.email}, status=422)
    owner.post(f"{page}/assess/plan", {**PLAN, "responsible": "Nobody At All"}, status=422)
    assert "1 December 2027" in owner.get(f"{page}/assess/check-answers").text
    owner.post(f"{page}/assess/send")
    owner.get(f"{page}/assess", status=409)
    manager.follow(f"{page}/decide", {"decision": "refuse", "reasons": "It costs too much"})
    assert "It costs too much" in client_of(way.proposer).get(page).text
    manager.post(f"{page}/decide", {"decision": "approve"}, status=409)


def test_a_high_risk_is_accepted_by_somebody_else(way: Way, client_of: Browser) -> None:
    """The approver cannot approve before; the assessor cannot accept."""
    page = f"{PROPOSALS}/{way.assessed(high=True).reference}"
    manager, sca = client_of(way.manager), client_of(way.sca)
    refused = manager.post(f"{page}/decide", {"decision": "approve"}, status=422)
    assert "A high risk remains" in refused.errors[0]
    client_of(way.owner).post(f"{page}/accept-risk", status=403)
    assert "Accept the risk that remains of the proposal" in sca.get("/").text
    assert sca.get(page).has_button("Accept the risk that remains")
    sca.follow(f"{page}/accept-risk")
    sca.post(f"{page}/accept-risk", status=409)
    assert "Approved" in manager.follow(f"{page}/decide", {"decision": "approve"}).text


def test_an_approved_closure_begins_to_close_the_account(way: Way, make: Factory, client_of: Browser) -> None:
    """A closure has no risk assessment; the keeper begins it from the proposal."""
    account = make_account(make, way.owner)
    page = f"{PROPOSALS}/{way.approved(account, kind=ProposalKind.CLOSURE).reference}"
    sca = client_of(way.sca)
    assert sca.get(page).has_button("Begin to close the account")
    sca.get(f"{page}/register", status=409)
    assert "You recorded that the proposal was carried out." in sca.follow(f"{page}/carry-out").text
    assert db.session.get_one(Account, account.id).status is AccountStatus.CLOSING
    sca.post(f"{page}/carry-out", status=409)


def test_an_approval_that_nobody_uses_lapses(way: Way, client_of: Browser) -> None:
    """It can be used on its last day, and not the day after; nothing had to be done for that."""
    made = way.approved()
    page = f"{PROPOSALS}/{made.reference}"
    assert made.lapses_on is not None
    last = clock.at_local(made.lapses_on, 12)
    with clock.set_to(last):
        sca = client_of(way.sca)
        assert sca.get(page).has_button("Put it on the register")
    with clock.set_to(last + timedelta(days=1)):
        sca = client_of(way.sca)
        assert "Lapsed" in sca.get(page).text
        assert not sca.get(page).has_button("Put it on the register")
        sca.get(f"{page}/register", status=409)
        assert "Lapsed" in sca.get(f"{PROPOSALS}?show=ended").text
        assert "Youth voice" not in sca.get(f"{PROPOSALS}?show=approved").text


def test_a_proposal_can_be_withdrawn(way: Way, client_of: Browser) -> None:
    """By its proposer only."""
    page = f"{PROPOSALS}/{way.supported().reference}"
    client_of(way.manager).post(f"{page}/withdraw", status=403)
    proposer = client_of(way.proposer)
    assert "You withdrew the proposal" in proposer.follow(f"{page}/withdraw").text
    proposer.post(f"{page}/withdraw", status=409)
    client_of(way.sca).post(f"{page}/advise", {"advice": "go_ahead", "words": "Yes"}, status=409)


def test_the_register_refuses_a_second_handle(way: Way, make: Factory, client_of: Browser) -> None:
    """Somebody else put it there since it was proposed: what was typed is kept."""
    page = f"{PROPOSALS}/{way.approved().reference}"
    make_account(make, way.owner, name="Old one", platform="Instagram", handle="youthvoice")
    form = register_form(way)
    refused = client_of(way.sca).post(f"{page}/register", form, status=409)
    assert refused.field("name") == "Youth voice"
    client_of(way.sca).post(f"{page}/register", {**form, "name": ""}, status=422)


def test_strangers_are_kept_out(way: Way, make: Factory, client_of: Browser) -> None:
    """Auditors read; strangers do not; no such reference is nothing."""
    made = way.assessed()
    page = f"{PROPOSALS}/{made.reference}"
    stranger, auditor = client_of(make.person("Stran Ger")), client_of(make.person("Aud Itor", Role.AUDITOR))
    stranger.get(page, status=403)
    assert "Youth voice" not in stranger.get(PROPOSALS).text
    for act in ("support", "advise", "decide", "withdraw", "accept-risk", "answer", "assess/send"):
        stranger.post(f"{page}/{act}", {"decision": "approve"}, status=403)
        auditor.post(f"{page}/{act}", {"decision": "approve"}, status=403)
    assert auditor.get(page).heading == "Youth voice (Instagram)"
    assert "Youth voice" in auditor.get(PROPOSALS).text
    auditor.get(f"{page}/sent", status=403)
    auditor.get(f"{page}/assess", status=403)
    auditor.get(f"{PROPOSALS}/{'C' * 4}-CCCC-CCCC", status=404)
    auditor.get(f"{PROPOSALS}/nonsense", status=404)


@pytest.mark.parametrize("number", [2, 30])
def test_pages_take_the_same_queries_however_much_there_is(way: Way, make: Factory, client_of: Browser, number: int) -> None:
    """The list four at most, one proposal eight."""
    for place in range(number):
        made = way.assessed(handle=f"@youth{place}")
    for person in (way.sca, way.manager, way.proposer):
        browser = client_of(person)
        browser.get(PROPOSALS)
        with counted_queries() as queries:
            browser.get(PROPOSALS)
        assert len(queries) <= 4, queries
        with counted_queries() as queries:
            browser.get(f"{PROPOSALS}/{made.reference}")
        assert len(queries) <= 8, queries
    first = client_of(way.sca).get(PROPOSALS)
    older = [a["href"] for a in first.soup.select("a[rel=next]")]
    assert bool(older) is (number > 25)
    for href in older:
        assert len(client_of(way.sca).get(href).soup.select("tbody tr")) == number - 25


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": "Youth gossip"}, "name", "The proposal that was approved says Youth voice"),
        ({"platform": "X"}, "platform", "The proposal that was approved says Instagram"),
        ({"handle": "@other"}, "handle", "The proposal that was approved says @youthvoice"),
        ({"handle": ""}, "handle", "The proposal that was approved says @youthvoice"),
        ({"owner": "proposer"}, "owner", "The proposal that was approved says Olu Owner"),
        ({"owner": ""}, "owner", "The proposal that was approved says Olu Owner"),
        ({"purpose": ""}, "purpose", "Enter why it exists"),
        ({"target_group": ""}, "target_group", "Enter whom it is for"),
        ({"identification": ""}, "identification", "Enter how the public can tell"),
        ({"two_step": "not_recorded"}, "two_step", "Find out whether 2-step verification is on"),
        ({"two_step": "off"}, "two_step_waiver", "Turn 2-step verification on, or enter who agreed"),
        ({"recovery_kind": "one_person"}, "recovery_kind", "Enter an address and a telephone number of the organisation"),
        ({"recovery_kind": "not_recorded"}, "recovery_kind", "Enter an address and a telephone number of the organisation"),
    ],
)  # fmt: skip
def test_what_goes_live_is_what_was_approved_and_is_safe(
    way: Way, client_of: Browser, changes: dict[str, str], field: str, sentence: str
) -> None:
    """Each at its field, with all that was typed; nothing is on the register then."""
    page = f"{PROPOSALS}/{way.approved().reference}/register"
    if changes.get("owner"):
        changes = {"owner": way.proposer.email or ""}
    refused = client_of(way.sca).post(page, register_form(way, **changes), status=422)
    assert refused.errors[0].startswith(sentence)
    assert refused.soup.select_one(f".govuk-error-summary a[href='#{field}'], .govuk-error-summary a[href^='#{field}-']")
    assert db.session.query(Account).count() == 0


def test_what_the_approval_left_open_is_filled_in(way: Way, make: Factory, client_of: Browser) -> None:
    """A handle, an address; who answers for it where the owner has left; a waiver of the second step is kept."""
    made = way.approved(handle=None)
    heir = make.person("Hei Ress")
    way.owner.last_working_day = NOW.date() - timedelta(days=1)
    make.keep(way.owner)
    changes = {"owner": heir.email, "two_step": "off", "two_step_waiver": "The platform offers none; Sca agreed."}
    client_of(way.sca).follow(f"{PROPOSALS}/{made.reference}/register", register_form(way, **changes))
    account = db.session.query(Account).one()
    assert (account.owner_id, account.handle) == (heir.id, "@youthvoice")
    assert account.two_step_waiver == "The platform offers none; Sca agreed."
    assert "Sca agreed" in client_of(way.sca).get(f"/account-register/{account.id}").text


def test_another_account_on_a_platform_needs_a_first_one(way: Way, make: Factory, client_of: Browser) -> None:
    """One that nobody uses yet is a new platform, whatever it is called, and is approved as such."""
    browser = client_of(way.proposer)
    _answer_all(browser, way, platform="Other", other_platform="Zzznet")
    browser.post(f"{PROPOSALS}/propose/kind", {"kind": "new_account"})
    refused = browser.post(f"{PROPOSALS}/propose/send", status=422)
    assert refused.errors[0].startswith("We have no account on Zzznet yet. Change what you propose")
    make_account(make, name="First", platform="Other: Zzznet")
    browser.post(f"{PROPOSALS}/propose/send")
    assert _proposal().kind is ProposalKind.NEW_ACCOUNT
