"""Looking again: at what an account says, at its results and its risks, and the papers of imported accounts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from app.account_register.health import Health
from app.account_register.models import (
    Account,
    AccountStatus,
    CheckKind,
    Frequency,
    PlanEntry,
    Recovery,
    RiskEntry,
    RiskLevel,
)
from app.account_register.operations import checks, register_account, register_proposed_account
from app.account_register.queries.checks import assessment_of, checks_of, plan_of
from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.people.models import Person, Role
from app.policy.pack import Setting
from app.policy.queries import current_version, pack
from tests.account_register.factories import account_details, health_of, make_account, make_grant
from tests.account_register.proposing import Way
from tests.account_register.test_queries import due_of
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

TODAY = NOW.date()
DAY = timedelta(days=1)
LATER = date(2027, 12, 1)
LIST = "/account-register/"
Browser = Callable[..., PageClient]


@pytest.fixture
def registered(make: Factory, sca: Person, owner: Person) -> Account:
    """An account that came onto the register without a proposal."""
    made = register_account(account_details(owner_id=owner.id, name="Museum"), by=sca, at=NOW)
    commit()
    return made


def risk(owner: Person) -> RiskEntry:
    """One that is in check."""
    return RiskEntry("Confidentiality", "It is read", 2, 2, "Two readers", owner.id)


def plan(owner: Person) -> PlanEntry:
    """How somebody will know."""
    return PlanEntry("They know", "Questions", owner.id, Frequency.MONTHLY, LATER)


ASKED_FOR = ("risk_assessment_before_use", "monitoring_plan_before_use")


def waits(app: Flask, person: Person, day: date) -> set[str]:
    """The sentences on somebody's home page about Museum."""
    with clock.set_to(clock.at_local(day, 10)):
        return {item.text for item in due_of(app, person, day) if "Museum" in item.text}


def test_an_imported_account_gets_a_date_for_its_papers(
    app: Flask, registered: Account, owner: Person, sca: Person
) -> None:
    """It stands in the health line and on the owner's home page until both are there."""
    assert registered.papers_due_on == date(2027, 6, 3)
    assert Health.NO_PAPERS in health_of(registered, sca, TODAY)
    checks.assess_account(registered, risk(owner), by=owner, at=NOW)
    assert registered.papers_due_on is not None
    checks.plan_account(registered, plan(owner), by=owner, at=NOW)
    commit()
    assert registered.papers_due_on is None
    assert Health.NO_PAPERS not in health_of(registered, sca, TODAY)


def test_accounts_from_before_papers_were_asked_for_get_a_date(
    app: Flask, make: Factory, owner: Person, sca: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the nightly job, once: in the health line, on the owner's home page, and with the keeper where nobody owns it."""
    old, alone = make_account(make, owner, name="Museum"), make_account(make, name="Museum alone")
    has_both, closed = make_account(make, owner), make_account(make, owner, AccountStatus.CLOSED)
    checks.assess_account(has_both, risk(owner), by=owner, at=NOW)
    checks.plan_account(has_both, plan(owner), by=owner, at=NOW)
    half = make_account(make, owner)
    checks.assess_account(half, risk(owner), by=owner, at=NOW)
    half.papers_due_on = None
    commit()
    assert Health.NO_PAPERS not in health_of(old, sca, TODAY)
    assert checks.ask_for_missing_papers(NOW) == 3
    commit()
    assert [one.papers_due_on for one in (old, alone, half)] == [date(2027, 6, 3)] * 3
    assert has_both.papers_due_on is closed.papers_due_on is None
    assert Health.NO_PAPERS in health_of(old, sca, TODAY)
    assert waits(app, owner, TODAY) == {"Assess the risks and plan for Museum (Facebook)"}
    assert waits(app, sca, TODAY) == {"Assess the risks and plan for Museum alone (Facebook)"}
    assert checks.ask_for_missing_papers(NOW) == 0
    old.papers_due_on = None
    commit()
    monkeypatch.setattr(checks, "PAPERS_BITE", 0)
    assert checks.ask_for_missing_papers(NOW) == 0
    monkeypatch.undo()
    off = dict.fromkeys(ASKED_FOR, Setting(value=False, sources=()))
    lax = replace(pack(), switches={**pack().switches, **off})
    monkeypatch.setattr("app.account_register.queries.checks.pack", lambda: lax)
    assert checks.ask_for_missing_papers(NOW) == 0


def test_a_further_risk_makes_a_new_assessment(registered: Account, owner: Person, holder: Person) -> None:
    """With the risks of the one before, and their dates."""
    first = checks.assess_account(registered, risk(owner), by=owner, at=NOW)
    first.rows[0].review_on = LATER
    later = NOW + timedelta(hours=1)
    second = checks.assess_account(registered, RiskEntry("Other", "Loss", 5, 5, "None", holder.id), by=owner, at=later)
    commit()
    found = assessment_of(registered)
    assert found is second
    assert [(row.risk, row.owner_id) for row in second.rows] == [("It is read", owner.id), ("Loss", holder.id)]
    assert second.rows[0].review_on == LATER
    assert second.level is RiskLevel.HIGH
    assert len(first.rows) == 1


def test_a_proposal_brings_its_papers_along(make: Factory) -> None:
    """The account is asked for nothing that the proposal had; its risks and results are asked for on their days."""
    way = Way(make)
    proposal = way.approved()
    details = account_details(
        owner_id=way.owner.id, name=proposal.name, target_group=proposal.target_group, platform=proposal.platform,
        handle=proposal.handle, recovery_kind=Recovery.ORGANISATION,
    )  # fmt: skip
    account = register_proposed_account(proposal, details, by=way.sca, at=NOW)
    commit()
    assert account.papers_due_on is None
    found, assessed = plan_of(account), assessment_of(account)
    assert found is not None
    assert assessed is not None
    assert found.results_due_on == LATER
    assert assessed.rows[0].review_on == assessed.review_on == date(2028, 3, 3)


def test_reading_through_what_an_account_says(app: Flask, registered: Account, owner: Person, holder: Person) -> None:
    """Twice a year, asked for ten working days before; a password is refused."""
    assert (registered.content_review_due_on, registered.content_review_from) == (date(2027, 9, 3), date(2027, 8, 19))
    for words, sentence in (("", "Enter what you found"), ("password: Hunter2", "Do not write a password")):
        with pytest.raises(InvalidInput, match=sentence):
            checks.review_content(registered, by=owner, at=NOW, words=words)
    with pytest.raises(NotAllowed):
        checks.review_content(registered, by=holder, at=NOW, words="Fine")
    at = NOW + timedelta(days=180)
    checks.review_content(registered, by=owner, at=at, words="Fine")
    assert registered.content_reviewed_on == date(2027, 8, 30)
    assert registered.content_review_due_on == date(2028, 2, 29)
    [made] = checks_of(registered)
    assert (made.kind, made.words, made.next_on) == (CheckKind.CONTENT, "Fine", date(2028, 2, 29))


def test_results_and_risks(registered: Account, owner: Person, holder: Person, make: Factory) -> None:
    """Who the plan or the risk names may; a next date is after today; results may be final, a risk never."""
    row = checks.assess_account(registered, risk(holder), by=owner, at=NOW).rows[0]
    made = checks.plan_account(registered, plan(holder), by=owner, at=NOW)
    stranger = make.person()
    for by, next_on, error in (
        (stranger, LATER, NotAllowed), (holder, TODAY, InvalidInput), (holder, TODAY - DAY, InvalidInput),
    ):  # fmt: skip
        with pytest.raises(error):
            checks.record_results(registered, made, by=by, at=NOW, words="Good", next_on=next_on)
        with pytest.raises(error):
            checks.review_risk(registered, row, by=by, at=NOW, words="Good", next_on=next_on)
    with pytest.raises(InvalidInput, match="Enter when to look at it again"):
        checks.review_risk(registered, row, by=holder, at=NOW, words="Good", next_on=None)
    checks.review_risk(registered, row, by=holder, at=NOW + DAY, words="Good", next_on=LATER)
    found = assessment_of(registered)
    assert found is not None
    assert (found.rows[0].review_on, row.review_on) == (LATER, date(2028, 3, 3))
    checks.record_results(registered, made, by=holder, at=NOW, words="Good", next_on=LATER + DAY)
    assert made.results_due_on == LATER + DAY
    checks.record_results(registered, made, by=holder, at=NOW, words="Done", next_on=None)
    assert (made.results_due_on, made.results_from) == (None, None)
    registered.status, registered.closed_on = AccountStatus.CLOSED, TODAY
    with pytest.raises(AlreadyDone):
        checks.record_results(registered, made, by=owner, at=NOW, words="Good", next_on=None)


def test_the_pages(client_of: Browser, make: Factory, registered: Account, owner: Person, holder: Person) -> None:
    """From nothing to risks, plan, results and what was found; typed words stay when they are refused."""
    base, browser = f"{LIST}{registered.id}", client_of(owner)
    assert "Nobody has assessed the risks of this account. It is due by 3 June 2027" in browser.get(f"{base}/papers").text
    browser.get(f"{base}/results", status=404)
    entered = {"risk": "It is read", "control": "Two readers", "likelihood": "2", "impact": "2", "owner": holder.email}
    assert browser.post(f"{base}/assess", {**entered, "owner": "Nobody Here", "heading": "other"}, status=422).errors
    assert "It is read" in browser.follow(f"{base}/assess", {**entered, "heading": "other"}).text
    planned = {
        "objectives": "They know", "measures": "Questions", "responsible": holder.email, "frequency": "monthly",
        "evaluation_on": ["1", "12", "2027"],
    }  # fmt: skip
    assert "They know" in browser.follow(f"{base}/plan", planned).text
    page = browser.post(f"{base}/review-content", {"words": "password: Hunter2"}, status=422)
    assert page.field("words") == "password: Hunter2"
    browser.get(f"{base}/review-content")
    browser.post(f"{base}/review-content", {"words": "Two links mended"})
    helper = client_of(holder)
    helper.get(f"{base}/results")
    page = helper.post(f"{base}/results", {"words": "More answers", "next_on": ["1", "1", "2027"]}, status=422)
    assert page.errors == ["The next date must be after today"]
    helper.post(f"{base}/results", {"words": "More answers", "next_on": ["", "", ""]})
    found = assessment_of(registered)
    assert found is not None
    of_risk = f"{LIST}risks/{found.rows[0].id}/review"
    helper.get(of_risk)
    again = {**entered, "words": "Still in check", "still": "still", "next_on": ["1", "12", "2027"]}
    with clock.set_to(NOW + timedelta(minutes=5)):
        helper.post(of_risk, again)
    page = browser.get(f"{base}/papers")
    assert all(words in page.text for words in ("Two links mended", "More answers", "Still in check", "No more are asked"))
    stranger = client_of(make.person())
    stranger.get(f"{base}/papers", status=404)
    for place in (f"{base}/results", f"{base}/review-content", of_risk):
        stranger.get(place, status=403)
    client_of(make.person(None, Role.SCA)).get(f"{LIST}risks/{Factory.id()}/review", status=404)
    with counted_queries() as queries:
        browser.get(f"{base}/papers")
    assert len(queries) <= 8, queries


def test_whoever_has_access_is_reminded_to_agree(app: Flask, make: Factory, registered: Account, holder: Person) -> None:
    """Until the day after which it has lapsed."""
    grant = make_grant(make, registered, holder, required_version_id=current_version(TODAY).id)
    grant.acknowledge_by = TODAY + 3 * DAY
    make.keep(grant)
    sentence = "Agree to the policy, so that you can use Museum (Facebook)"
    assert waits(app, holder, TODAY + 3 * DAY) == {sentence}
    assert waits(app, holder, TODAY + 4 * DAY) == set()
    db.session.rollback()


def test_nobody_asks_for_the_papers_of_an_account_that_is_being_closed(
    app: Flask, make: Factory, sca: Person, owner: Person
) -> None:
    account = make_account(make, owner)
    for status, asked in ((AccountStatus.LIVE, True), (AccountStatus.CLOSING, False)):
        account.papers_due_on, account.status = TODAY, status
        make.keep(account)
        assert (Health.NO_PAPERS in health_of(account, sca, TODAY)) is asked
        assert any(item.href.endswith("/papers") for item in due_of(app, owner)) is asked
