"""Carrying out an approved change adds to the risks of its account and loses none, with acceptances, days and plan."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.account_register import operations as acts
from app.account_register.health import Health
from app.account_register.models import (
    Account,
    AccountProposal,
    MonitoringPlan,
    PlanEntry,
    ProposalKind,
    RiskAssessment,
    RiskEntry,
    RiskLevel,
    RiskRow,
)
from app.account_register.operations import checks
from app.account_register.queries.accepting import rows_to_accept
from app.account_register.queries.checks import assessment_of, plan_of
from app.account_register.queries.on_a_day import account_on
from app.core import clock
from app.core.db import commit
from app.core.errors import AlreadyDone
from app.people.models import Person, Role
from tests.account_register.factories import health_of, make_account
from tests.account_register.proposing import Way, plan, risk
from tests.account_register.test_queries import due_of
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

DAY, SOON, LATER = timedelta(days=1), date(2027, 6, 1), date(2027, 12, 1)
DONE = NOW + 9 * DAY
PLACE = "/account-register/"
KINDS = [ProposalKind.EXPANSION, ProposalKind.OPERATIONAL_CHANGE, ProposalKind.MAJOR_CHANGE]
Browser = Callable[..., PageClient]


@pytest.fixture
def way(make: Factory) -> Way:
    """Who proposes, supports, assesses, advises, approves and carries out."""
    return Way(make)


@pytest.fixture
def account(make: Factory, way: Way) -> Account:
    """On the register, without papers."""
    return make_account(make, way.owner, name="Museum")


@pytest.fixture
def deputy(make: Factory) -> Person:
    """The second keeper."""
    return make.person("Dep", Role.DEPUTY_SCA)


def hijack(way: Way, likelihood: int = 5, impact: int = 5, **changes: Any) -> RiskEntry:
    """A risk of the account, high where the test says nothing else."""
    return replace(RiskEntry("Security", "Somebody gets in", likelihood, impact, "None yet", way.sca.id), **changes)


def added(account: Account, entry: RiskEntry, by: Person, at: datetime) -> None:
    """A risk that somebody added on the page of the account."""
    checks.assess_account(account, entry, by=by, at=at)
    commit()


def approved(
    way: Way, account: Account, *risks: RiskEntry, planned: PlanEntry | None, kind: ProposalKind = KINDS[0], days: int = 0
) -> AccountProposal:
    """A change that can be carried out, assessed so many days from now; what is high was accepted."""
    made, at = way.advised(account, kind=kind), NOW + days * DAY
    acts.submit_assessment(made, risks, planned, by=way.owner, at=at)
    if made.has_unaccepted_risk:
        acts.accept_risk(made, by=way.sca, at=at)
    acts.approve_proposal(made, by=way.manager, at=at)
    commit()
    return made


def carried_out(way: Way, made: AccountProposal, at: datetime = DONE) -> None:
    acts.carry_out_proposal(made, by=way.sca, at=at)
    commit()


def now_of(account: Account) -> RiskAssessment:
    """The assessment that counts."""
    found = assessment_of(account)
    assert found is not None
    return found


def row_of(account: Account, words: str = "Somebody gets in") -> RiskRow:
    return next(row for row in now_of(account).rows if row.risk == words)


def must_be_asked_for(app: Flask, account: Account, keeper: Person, *, waits: bool) -> None:
    """Rows, health line, register of the day and what is due say the same of a high risk that nobody has accepted."""
    rows = now_of(account).rows
    high = [row for row in rows if row.level is RiskLevel.HIGH and row.accepted_at is None]
    assert bool(high) is waits
    assert all((row.accept_by is not None) is (row in high) for row in rows)
    today = clock.local_day(DONE)
    then = account_on(account, today, [])
    assert then is not None
    assert (Health.RISK_NOT_ACCEPTED in health_of(account, keeper, today)) is waits
    assert (Health.RISK_NOT_ACCEPTED.label in then.health) is waits
    assert bool(rows_to_accept(now_of(account), keeper, today)) is waits
    duty = "Accept the high risk that remains of Museum"
    assert any(item.text.startswith(duty) for item in due_of(app, keeper, today)) is waits


@pytest.mark.parametrize("kind", KINDS)
def test_the_risks_of_the_account_stay(
    app: Flask, way: Way, account: Account, deputy: Person, kind: ProposalKind
) -> None:
    """With rating, acceptance and days, beside those of the proposal; what waits to be accepted goes on waiting."""
    added(account, hijack(way, risk="Accepted"), way.owner, NOW - 4 * DAY)
    checks.accept_risks(account, by=deputy, at=NOW - 4 * DAY)
    added(account, hijack(way, 2, 2, risk="Small", review_on=SOON), way.owner, NOW - 3 * DAY)
    added(account, hijack(way), way.sca, NOW - 2 * DAY)
    waiting = row_of(account).accept_by
    before = {row.risk: row.review_on for row in now_of(account).rows}
    made = approved(way, account, risk(way.owner), planned=plan(way.owner), kind=kind)
    carried_out(way, made)
    now = {row.risk: row for row in now_of(account).rows}
    assert list(now) == ["Accepted", "Small", "Somebody gets in", "A message is read by others"]
    assert {name: now[name].review_on for name in before} == before
    assert before["Small"] == SOON
    assert (now["Accepted"].accepted_by, now["Accepted"].rated_by) == (deputy, way.owner)
    assert (now["Somebody gets in"].accept_by, now["Somebody gets in"].rated_by) == (waiting, way.sca)
    assert now["Small"].review_from is not None
    assert (now_of(account).assessed_at, now_of(account).highest_score) == (DONE, 25)
    assert made.assessment is not None
    assert [row.risk for row in made.assessment.rows] == ["A message is read by others"]
    assert now["A message is read by others"].review_on == made.assessment.review_on
    must_be_asked_for(app, account, deputy, waits=True)
    checks.accept_risks(account, by=deputy, at=DONE)
    commit()
    must_be_asked_for(app, account, deputy, waits=False)


def test_what_was_added_while_it_was_decided_stays_asked_for(
    app: Flask, way: Way, account: Account, deputy: Person
) -> None:
    """The account was assessed after the proposal; what is carried out last counts, and nothing of both is lost."""
    made = approved(way, account, risk(way.owner), planned=plan(way.owner))
    added(account, hijack(way), way.sca, NOW + 2 * DAY)
    must_be_asked_for(app, account, deputy, waits=True)
    carried_out(way, made)
    assert [row.risk for row in now_of(account).rows] == ["Somebody gets in", "A message is read by others"]
    must_be_asked_for(app, account, deputy, waits=True)


def test_of_two_changes_both_count(way: Way, account: Account) -> None:
    """In whichever order they are carried out; a past day knows only what was carried out by then."""
    first = approved(way, account, risk(way.owner, risk="First"), planned=plan(way.owner, objectives="First"))
    second = approved(way, account, risk(way.owner, risk="Second"), planned=plan(way.owner, objectives="Second"), days=1)
    carried_out(way, second)
    carried_out(way, first, DONE + DAY)
    assert [row.risk for row in now_of(account).rows] == ["Second", "First"]
    found = plan_of(account)
    assert found is not None
    assert (found.objectives, found.planned_at, found.results_due_on) == ("First", DONE + DAY, LATER)


@pytest.mark.parametrize(
    ("own", "days", "rated", "score", "accepted"),
    [
        ((5, 5), -1, (2, 2), 4, None),  # newer, and lower than what nobody accepted
        ((4, 4), -1, (5, 5), 25, "Sca Keeper"),  # newer and higher: accepted with the proposal
        ((4, 4), 1, (5, 5), 25, "Sca Keeper"),  # older, but higher
        ((5, 5), 1, (4, 4), 25, None),  # the account's is higher and newer: it still waits
        ((2, 2), 1, (2, 2), 4, None),
    ],
    ids=["newer", "newer and higher", "higher", "neither", "equal"],
)  # fmt: skip
def test_the_same_risk_is_one(
    app: Flask, way: Way, account: Account, deputy: Person, own: tuple[int, int], days: int, rated: tuple[int, int],
    score: int, accepted: str | None,
) -> None:  # fmt: skip
    """The proposal's rating counts where it is higher or newer; the sooner of two days stays."""
    if days < 0:
        added(account, hijack(way, *own, review_on=SOON), way.owner, NOW + days * DAY)
    made = approved(way, account, hijack(way, *rated, review_on=LATER), planned=plan(way.owner))
    if days > 0:
        added(account, hijack(way, *own, review_on=SOON), way.owner, NOW + days * DAY)
    carried_out(way, made)
    [row] = now_of(account).rows
    assert (row.score, row.accepted_by and row.accepted_by.name, row.review_on) == (score, accepted, SOON)
    must_be_asked_for(app, account, deputy, waits=score == 25 and accepted is None)


def test_an_acceptance_of_the_account_stays_where_the_proposal_rates_no_higher(
    way: Way, account: Account, deputy: Person
) -> None:
    """As it does when somebody looks at the risk again."""
    added(account, hijack(way), way.owner, NOW - 2 * DAY)
    checks.accept_risks(account, by=deputy, at=NOW - DAY)
    commit()
    carried_out(way, approved(way, account, hijack(way, 3, 3), planned=plan(way.owner)))
    row = row_of(account)
    assert (row.score, row.accepted_by, row.accept_by) == (9, deputy, None)


def test_an_older_page_does_not_undo_a_rating_that_came_with_a_change(way: Way, account: Account) -> None:
    """Who looks at the risk again is told that it was rated anew."""
    added(account, hijack(way, 2, 2), way.owner, NOW - DAY)
    row = row_of(account)
    carried_out(way, approved(way, account, hijack(way), planned=plan(way.owner)))
    with pytest.raises(AlreadyDone, match="rated anew"):
        checks.review_risk(account, row, by=way.owner, at=DONE, words="Fine", next_on=LATER)
    assert row_of(account).score == 25


def test_the_plan_stays_unless_the_proposal_has_one(
    way: Way, account: Account, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before stays readable; a plan written meanwhile gives way to the one that is carried out."""
    page = f"{PLACE}{account.id}/papers"
    checks.plan_account(account, plan(way.owner, objectives="The old aim"), by=way.owner, at=NOW - DAY)
    commit()
    monkeypatch.setattr(AccountProposal, "needs_plan", False)
    carried_out(way, approved(way, account, risk(way.owner), planned=None))
    kept = plan_of(account)
    assert isinstance(kept, MonitoringPlan)
    assert (kept.objectives, kept.results_due_on) == ("The old aim", LATER)
    made = approved(way, account, risk(way.owner, risk="More"), planned=plan(way.owner, objectives="The new aim"))
    checks.plan_account(account, plan(way.owner, objectives="Written meanwhile"), by=way.owner, at=NOW + DAY)
    commit()
    reader = client_of(way.owner)
    assert "Plans before this one" in reader.get(page).text
    carried_out(way, made, DONE + DAY)
    found = plan_of(account)
    assert found is not None
    assert (found.objectives, found.planned_by, found.results_due_on) == ("The new aim", way.owner, LATER)
    text = reader.get(page).text
    assert [aim for aim in ("The new aim", "Written meanwhile", "The old aim") if aim not in text] == []
    assert text.index("The new aim") < text.index("Plans before this one") < text.index("Written meanwhile")


@pytest.mark.parametrize("changes", [True, False], ids=["a change", "a new account"])
def test_the_page_says_that_the_risks_of_the_account_stay(
    way: Way, account: Account, client_of: Browser, *, changes: bool
) -> None:
    """To who assesses a change, and to nobody who assesses a new account."""
    made = way.advised(account) if changes else way.advised()
    text = client_of(way.owner).get(f"{PLACE}proposals/{made.reference}/assess").text
    assert ("The account’s own risks stay" in text) is changes
    assert ("The former plan stays readable" in text) is changes


def test_nobody_accepts_a_risk_that_they_did_not_read(
    way: Way, account: Account, client_of: Browser, deputy: Person
) -> None:
    """One that came since the page was opened; a risk that is not theirs to accept changes nothing for them."""
    address, act = f"{PLACE}{account.id}/papers", f"{PLACE}{account.id}/accept-risks"
    added(account, hijack(way, 4, 5), way.owner, NOW)
    keeper = client_of(deputy)
    seen = {"seen": keeper.get(address).field("seen")}
    added(account, hijack(way, risk="Much worse"), way.sca, NOW + DAY)
    page = keeper.post(act, seen, status=409)
    assert "read the risks before you accept them" in page.text
    assert "Sca Keeper" in page.text
    assert [row.accepted_at for row in now_of(account).rows] == [None, None]
    seen = {"seen": keeper.get(address).field("seen")}
    added(account, hijack(way, 1, 1, risk="Small"), way.sca, NOW + 2 * DAY)
    added(account, hijack(way, risk="Rated by the deputy"), deputy, NOW + 3 * DAY)
    keeper.post(act, seen)
    accepted = [row.risk for row in now_of(account).rows if row.accepted_by == deputy]
    assert accepted == ["Somebody gets in", "Much worse"]
