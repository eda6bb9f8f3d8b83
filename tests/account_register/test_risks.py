"""High risks of an account: accepted by somebody else than who rated them; and risks that are rated anew, or are none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from app.account_register.health import Health
from app.account_register.models import Account, RiskAssessment, RiskEntry, RiskLevel, RiskRow
from app.account_register.operations import checks, register_account
from app.account_register.queries.accepting import rows_to_accept
from app.account_register.queries.checks import assessment_of, checks_of, to_accept
from app.account_register.queries.on_a_day import account_on
from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.people.everybody import everybody_with
from app.people.models import Person, Role
from tests.account_register.factories import account_details, health_of
from tests.account_register.test_operations import events
from tests.account_register.test_queries import due_of
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

TODAY, DAY = NOW.date(), timedelta(days=1)
LATER = date(2027, 12, 1)
PLACE = "/account-register/"
Browser = Callable[..., PageClient]


@pytest.fixture
def registered(make: Factory, sca: Person, owner: Person) -> Account:
    """An account of which nobody has assessed anything."""
    made = register_account(account_details(owner_id=owner.id, name="Museum"), by=sca, at=NOW)
    commit()
    return made


@pytest.fixture
def deputy(make: Factory) -> Person:
    """The second keeper."""
    return make.person("Dep", Role.DEPUTY_SCA)


def hijack(sees: Person, likelihood: int = 5, impact: int = 5) -> RiskEntry:
    """A risk that is high where the test says nothing else."""
    return RiskEntry("Security", "Somebody gets in", likelihood, impact, "None yet", sees.id)


def now_of(account: Account) -> RiskAssessment:
    """The assessment that counts."""
    found = assessment_of(account)
    assert found is not None
    return found


def row_of(account: Account, risk: str = "Somebody gets in") -> RiskRow:
    """One risk of it."""
    return next(row for row in now_of(account).rows if row.risk == risk)


def assessed(account: Account, risk: RiskEntry, by: Person, days: int = 0) -> RiskRow:
    """A risk that was added so many days from now."""
    checks.assess_account(account, risk, by=by, at=NOW + days * DAY)
    commit()
    return row_of(account, risk.risk)


def test_who_may_accept_what(registered: Account, owner: Person, sca: Person, deputy: Person, holder: Person) -> None:
    """Keepers, what others rated; only what is high, and once."""
    row = assessed(registered, hijack(sca, 2, 2), sca)
    assert (row.level, row.accept_by) == (RiskLevel.LOW, None)
    row = assessed(registered, replace(hijack(sca), risk="Lost"), sca, 1)
    table = {owner: False, holder: False, sca: False, deputy: True}
    assert {one: bool(rows_to_accept(now_of(registered), one, TODAY)) for one in table} == table
    for by, error in ((owner, NotAllowed), (holder, NotAllowed), (sca, NotAllowed)):
        with pytest.raises(error):
            checks.accept_risks(registered, by=by, at=NOW + DAY)
    checks.accept_risks(registered, by=deputy, at=NOW + DAY)
    commit()
    assert (row.accepted_by, row.accept_by) == (deputy, None)
    assert not rows_to_accept(now_of(registered), deputy, TODAY)
    with pytest.raises(AlreadyDone, match="no risk to accept") as refused:
        checks.accept_risks(registered, by=deputy, at=NOW + DAY)
    assert refused.value.who == "Dep"
    assert "account:risk-accepted" in events(registered)


DUTY = "Accept the high risk that remains of Museum (Facebook)"


@pytest.mark.parametrize(
    ("keepers", "rated_by", "owner_is_here", "accepts"),
    [
        ("two", "sca", True, {"deputy"}),
        ("two", "owner", True, {"sca", "deputy"}),
        ("one", "owner", True, {"sca"}),
        ("one", "sca", True, {"owner"}),
        ("one", "sca", False, {"boss"}),
        ("none", "sca", True, {"owner"}),
        ("none", "owner", True, {"boss"}),
        ("none", "boss", True, {"owner"}),
        ("none", "boss", False, set()),
    ],
)
def test_where_no_keeper_may_accept_it_the_owner_does_or_their_manager(
    app: Flask, make: Factory, client_of: Browser, sca: Person, deputy: Person, *, keepers: str, rated_by: str,
    owner_is_here: bool, accepts: set[str],
) -> None:  # fmt: skip
    """Never who rated it; page, button, act, what is due and what is chased say the same of each."""
    boss = make.person("Boss")
    owner = make.person("Owen", manager=boss)
    cast = {"sca": sca, "deputy": deputy, "owner": owner, "boss": boss, "other": make.person("Other")}
    account = register_account(account_details(owner_id=owner.id, name="Museum"), by=sca, at=NOW)
    row = assessed(account, hijack(sca), sca)
    row.rated_by_id = cast[rated_by].id
    gone = {"two": (), "one": (deputy,), "none": (sca, deputy)}[keepers]
    for person in gone if owner_is_here else (*gone, owner):
        person.last_working_day = TODAY - DAY
    commit()
    here = {name: one for name, one in cast.items() if one.is_here_on(TODAY)}
    assert {name for name, one in here.items() if rows_to_accept(now_of(account), one, TODAY)} == accepts
    assert {name for name, one in here.items() if DUTY in {item.text for item in due_of(app, one, TODAY)}} == accepts
    chased = db.session.execute(everybody_with(to_accept)(), {"today": TODAY}).all()
    assert {name for name, one in here.items() if one.id in {each.person_id for each in chased}} == accepts
    page, act = f"{PLACE}{account.id}/papers", f"{PLACE}{account.id}/accept-risks"
    for name, one in here.items():
        looked = client_of(one).look(page)
        assert looked.has_button("Accept the risk that remains") is (name in accepts)
        if name not in accepts:
            assert client_of(one).browser.post(act).status_code in {400, 403, 404}
            with pytest.raises(NotAllowed):
                checks.accept_risks(account, by=one, at=NOW)
    for name in sorted(accepts)[:1]:
        assert "While there is no such keeper, the owner of the account does" in client_of(cast[name]).get(page).text
        client_of(cast[name]).post(act)
        assert row_of(account).accepted_by_id == cast[name].id
        assert Health.RISK_NOT_ACCEPTED not in health_of(account, sca, TODAY)


def test_it_is_a_duty_with_a_date_and_in_the_health_line(
    app: Flask, registered: Account, owner: Person, sca: Person, deputy: Person
) -> None:
    """Of the keepers who did not rate it, five working days from then; a day that has passed says so too."""
    row = assessed(registered, hijack(owner), sca)
    assert row.accept_by == date(2027, 3, 10)
    assert Health.RISK_NOT_ACCEPTED in health_of(registered, sca, TODAY)
    duty = "Accept the high risk that remains of Museum (Facebook)"
    assert duty in {item.text for item in due_of(app, deputy, TODAY)}
    assert all(duty not in {item.text for item in due_of(app, one, TODAY)} for one in (sca, owner))
    checks.accept_risks(registered, by=deputy, at=NOW + 2 * DAY)
    commit()
    assert Health.RISK_NOT_ACCEPTED not in health_of(registered, sca, TODAY)
    assert duty not in {item.text for item in due_of(app, deputy, TODAY)}
    then = [account_on(registered, TODAY + number * DAY, []) for number in (1, 2)]
    told = [Health.RISK_NOT_ACCEPTED.label in one.health for one in then if one is not None]
    assert told == [True, False]


@pytest.mark.parametrize(
    ("likelihood", "impact", "stays"), [(5, 5, True), (4, 4, True), (1, 1, True)], ids=["same", "lower", "low"]
)
def test_an_acceptance_stays_where_the_score_did_not_rise(
    registered: Account, owner: Person, deputy: Person, likelihood: int, impact: int, stays: bool
) -> None:
    """Whoever looks at it again, also who accepted it; and where another risk is added."""
    assessed(registered, hijack(owner), owner)
    checks.accept_risks(registered, by=deputy, at=NOW)
    commit()
    assessed(registered, replace(hijack(owner, 1, 1), risk="Small"), deputy, 1)
    row = row_of(registered)
    assert (row.rated_by, row.accepted_by, row.accept_by) == (owner, deputy, None)
    rated = hijack(owner, likelihood, impact)
    checks.review_risk(registered, row, by=deputy, at=NOW + 2 * DAY, words="Looked", next_on=LATER, rated=rated)
    commit()
    assert (row_of(registered).accepted_by == deputy) is stays
    assert row_of(registered).rated_by == owner


def test_a_score_that_rises_asks_for_acceptance_again(registered: Account, owner: Person, deputy: Person) -> None:
    """By who rated it higher; the row of before keeps who accepted it as it was."""
    first = assessed(registered, hijack(owner, 4, 4), owner)
    checks.accept_risks(registered, by=deputy, at=NOW)
    rated = hijack(owner)
    checks.review_risk(registered, first, by=owner, at=NOW + DAY, words="Worse", next_on=LATER, rated=rated)
    commit()
    row = row_of(registered)
    assert (row.score, row.accepted_by, row.accept_by) == (25, None, date(2027, 3, 11))
    assert (first.score, first.accepted_by) == (16, deputy)


@pytest.mark.parametrize(
    ("likelihood", "impact", "control", "stays"),
    [(5, 5, "Nothing any more", False), (4, 5, "Nothing any more", True), (5, 5, "None yet", True)],
    ids=["rewritten", "fell", "same"],
)
def test_an_acceptance_is_of_what_keeps_the_risk_in_check(
    registered: Account, owner: Person, deputy: Person, likelihood: int, impact: int, control: str, stays: bool
) -> None:
    """Where that is rewritten and the score does not fall, somebody accepts it anew, within the days from then."""
    row = assessed(registered, hijack(owner), owner)
    checks.accept_risks(registered, by=deputy, at=NOW)
    rated = replace(hijack(owner, likelihood, impact), control=control)
    checks.review_risk(registered, row, by=owner, at=NOW + DAY, words="Looked", next_on=LATER, rated=rated)
    commit()
    now = row_of(registered)
    assert (now.accepted_by, now.accept_by) == ((deputy, None) if stays else (None, date(2027, 3, 11)))
    assert (row.accepted_by, row.control) == (deputy, "None yet")


def test_the_day_by_which_a_high_risk_is_accepted_stays(
    registered: Account, owner: Person, sca: Person, client_of: Browser
) -> None:
    """However high it is rated meanwhile, by whom and with what in check; not where it was low between."""
    row = assessed(registered, hijack(owner), owner)
    for number, rated in enumerate((hijack(owner, 4, 4), hijack(owner, 5, 4), replace(hijack(owner, 5, 4), control="A")), 1):
        at = NOW + number * timedelta(hours=20)
        checks.review_risk(registered, row, by=sca, at=at, words="Looked", next_on=LATER, rated=rated)
        commit()
        row = row_of(registered)
        assert (row.accept_by, row.high_since, row.rated_by) == (date(2027, 3, 10), TODAY, sca)
    told = client_of(owner).get(f"{PLACE}{registered.id}/papers").text
    assert "It was rated as high on Wednesday 3 March 2027" in told
    for number, rated in enumerate((hijack(owner, 1, 1), hijack(owner)), 4):
        checks.review_risk(registered, row, by=sca, at=NOW + number * DAY, words="Looked", next_on=LATER, rated=rated)
        commit()
        row = row_of(registered)
    assert (row.accept_by, row.high_since) == (date(2027, 3, 15), TODAY + 5 * DAY)


def test_a_high_risk_that_sinks_need_not_be_accepted(registered: Account, owner: Person, sca: Person) -> None:
    """Rated low by who looked again, with another control and another person."""
    row = assessed(registered, hijack(owner), owner)
    rated = replace(hijack(sca, 1, 2), control="Moderators are trained")
    checks.review_risk(registered, row, by=owner, at=NOW + DAY, words="Trained", next_on=LATER, rated=rated)
    commit()
    now = row_of(registered)
    assert (now.level, now.control, now.owner, now.accept_by) == (RiskLevel.LOW, "Moderators are trained", sca, None)
    assert now.rated_by == owner
    assert row.accept_by is None
    assert Health.RISK_NOT_ACCEPTED not in health_of(registered, sca, TODAY)


def test_a_risk_that_is_none_any_more(registered: Account, owner: Person, sca: Person) -> None:
    """Goes with a reason that stays; the last one of an assessment does not."""
    row = assessed(registered, hijack(owner), owner)
    with pytest.raises(InvalidInput, match="at least one risk"):
        checks.review_risk(registered, row, by=owner, at=NOW + DAY, words="Over", dropped=True)
    assessed(registered, replace(hijack(owner, 1, 1), risk="Small"), owner, 1)
    checks.review_risk(registered, row, by=owner, at=NOW + 2 * DAY, words="Over", dropped=True)
    commit()
    assert [one.risk for one in now_of(registered).rows] == ["Small"]
    [check] = checks_of(registered)
    assert (check.dropped, check.words, check.next_on, check.risk_row.risk) == (True, "Over", None, "Somebody gets in")
    assert Health.RISK_NOT_ACCEPTED not in health_of(registered, sca, TODAY)


def test_twice_is_once(registered: Account, owner: Person) -> None:
    """The same risk added again, and the same look; another risk of the same page can be looked at all the same."""
    first = assessed(registered, hijack(owner), owner)
    with pytest.raises(AlreadyDone, match="stands in the assessment already"):
        checks.assess_account(registered, hijack(owner, 1, 1), by=owner, at=NOW + DAY)
    second = assessed(registered, replace(hijack(owner, 1, 1), risk="Small"), owner, 1)
    checks.review_risk(registered, first, by=owner, at=NOW + 2 * DAY, words="Fine", next_on=LATER)
    with pytest.raises(AlreadyDone, match="has looked at this risk since") as refused:
        checks.review_risk(registered, first, by=owner, at=NOW + 3 * DAY, words="Fine", next_on=LATER)
    assert refused.value.who == owner.name
    checks.review_risk(registered, second, by=owner, at=NOW + 3 * DAY, words="Fine", next_on=LATER)
    commit()
    assert [one.words for one in checks_of(registered)] == ["Fine", "Fine"]


def test_the_pages_of_risks(client_of: Browser, registered: Account, owner: Person, deputy: Person) -> None:
    """What is rated anew is filled in, an empty date is asked for, and whoever may accept finds the button."""
    row, base = assessed(registered, hijack(owner), owner), f"{PLACE}{registered.id}/papers"
    mine, keeper = client_of(owner), client_of(deputy)
    assert "to be accepted by somebody else by 10 March 2027" in mine.get(base).text
    assert "Accept the risk that remains" not in mine.get(base).text
    assert "Accept the risk that remains" in keeper.get(base).text
    mine.post(f"{PLACE}{registered.id}/accept-risks", {}, status=403)
    assert "accepted by Dep on 3 March 2027" in keeper.follow(f"{PLACE}{registered.id}/accept-risks", {}).text
    keeper.post(f"{PLACE}{registered.id}/accept-risks", {}, status=409)
    again = f"{PLACE}risks/{row.id}/review"
    page = mine.get(again)
    assert "Leave it empty" not in page.text
    assert page.field("control") == "None yet"
    assert [one["value"] for one in page.soup.select("select option[selected]")] == ["5", "5"]
    sent = {
        "words": "Fine", "still": "still", "control": "Two keepers", "likelihood": "3", "impact": "5",
        "owner": owner.email, "next_on": ["", "", ""],
    }  # fmt: skip
    page = mine.post(again, sent, status=422)
    assert page.errors == ["Enter when to look at it again"]
    page = mine.post(again, {"words": "Over", "still": "dropped"}, status=422)
    assert page.errors == ["An assessment names at least one risk. Add another one first"]
    with clock.set_to(NOW + timedelta(minutes=5)):
        mine.post(again, {**sent, "next_on": ["1", "12", "2027"]})
        page = mine.get(base)
        expected = ("Two keepers", "accepted by Dep", "Security (until then high): Somebody gets in")
        assert [words for words in expected if words not in page.text] == []
        assert "looked at it" in mine.post(again, {**sent, "next_on": ["1", "12", "2027"]}, status=409).text
