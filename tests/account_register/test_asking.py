"""Access that is asked for: who may ask, advise, approve and refuse; late clicks, leavers, closed accounts; its pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register import operations as acts
from app.account_register.due import DUE_KINDS
from app.account_register.models import (
    ACCESS_REQUEST_TRANSITIONS,
    AccessGrant,
    AccessRequest,
    AccessRequestStatus,
    Account,
    AccountStatus,
    GrantState,
    grant_state,
)
from app.account_register.queries.requests import to_advise, to_approve, waiting_for_others
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.credential_rotation.operations import record_leaver, withdraw_leaver
from app.people.models import Person, Role
from tests.account_register.asking import TODAY, asked, wanted
from tests.account_register.factories import LAST_WORDS, make_account, make_grant
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

ASK, REQUESTS = "/account-register/ask-for-access", "/account-register/access-requests"
DAY = timedelta(days=1)
Browser = Callable[..., PageClient]
Status = AccessRequestStatus


class World:
    """Who is about when somebody asks for access."""

    def __init__(self, make: Factory) -> None:
        self.sca = make.person("Priya Shah", Role.SCA)
        self.owner = make.person("Owen Lloyd")
        self.manager = make.person("Mia Manager")
        self.person = make.person("Pat Brown", manager=self.manager, service="Youth")
        self.other = make.person("Otto Other")
        self.auditor = make.person("Ada Auditor", Role.AUDITOR)
        self.account = make_account(make, self.owner, name="Roads")

    def asked(self, **values: Any) -> AccessRequest:
        """The person asks for themself."""
        return asked(self.account, self.person, **values)

    def advised(self, **values: Any) -> AccessRequest:
        """The same, with the keeper's advice."""
        return self.asked(advised_by=self.sca, **values)


@pytest.fixture
def world(app: Flask, make: Factory) -> World:
    """The people of a request."""
    return World(make)


# ---- the model ----


@pytest.mark.parametrize(("old", "new", "allowed"), ACCESS_REQUEST_TRANSITIONS.pairs())
def test_only_what_is_open_is_decided(old: Status, new: Status, allowed: bool) -> None:
    assert allowed is (old is Status.ASKED and new is not Status.ASKED)
    thing = AccessRequest(status=old)
    if allowed:
        thing.move_to(new)
        assert thing.status is new
    else:
        with pytest.raises(AlreadyDone):
            thing.move_to(new)


def test_who_may_do_what(world: World) -> None:
    """The person's own manager decides, the keeper advises; who asked, the person and keepers take it back."""
    made = world.asked()
    everybody = (world.sca, world.owner, world.manager, world.person, world.other, world.auditor)

    def who(ask: Callable[[Person], bool]) -> list[str]:
        return [one.name.split()[0] for one in everybody if ask(one)]

    assert who(made.can_be_decided_by) == ["Mia"]
    assert who(made.can_be_advised_by) == ["Priya"]
    assert who(made.can_be_withdrawn_by) == ["Priya", "Pat"]
    assert who(made.can_be_seen_by) == ["Priya", "Owen", "Mia", "Pat", "Ada"]
    acts.refuse_access(made, by=world.manager, at=NOW, reasons="Two can already.")
    assert not any(who(ask) for ask in (made.can_be_decided_by, made.can_be_advised_by, made.can_be_withdrawn_by))
    assert who(made.can_be_seen_by) == ["Priya", "Owen", "Mia", "Pat", "Ada"]


def test_where_nobody_stands_above_the_person_a_keeper_decides(world: World, make: Factory) -> None:
    """Never the person themself, keeper or not; where there is nobody at all, it cannot be asked for."""
    made = asked(world.account, world.other)
    assert made.who_decides(TODAY) == "the Strategic Communications Adviser"
    assert made.is_decider(world.sca)
    assert not made.is_decider(world.other)
    with pytest.raises(InvalidInput, match="Nobody is recorded who could approve this"):
        asked(world.account, world.sca)
    deputy = make.person("Dee Deputy", Role.DEPUTY_SCA)
    own = asked(world.account, world.sca)
    assert (own.is_decider(world.sca), own.is_decider(deputy)) == (False, True)


# ---- acts ----


def test_asked_advised_approved_and_read(world: World) -> None:
    """The access awaits the holder's agreement then, with who approved it and what was advised."""
    made = world.asked()
    acts.advise_on_access(made, by=world.sca, at=NOW, advice="Go ahead, weekdays only.")
    with pytest.raises(AlreadyDone, match="has been given already"):
        acts.advise_on_access(made, by=world.sca, at=NOW, advice="Again")
    grant = acts.approve_access(made, by=world.manager, at=NOW)
    assert made.status is Status.APPROVED
    assert (made.decided_by_id, made.grant_id) == (world.manager.id, grant.id)
    assert (grant.approved_by_id, grant.given_by_id) == (world.manager.id, world.manager.id)
    assert grant.advice == "Go ahead, weekdays only."
    assert grant_state(grant, None, TODAY) is GrantState.AWAITING_ACKNOWLEDGEMENT
    assert grant.acknowledge_by is not None
    db.session.commit()


@pytest.mark.parametrize("who", ["person", "manager", "owner", "sca"])
def test_who_may_ask(world: World, who: str) -> None:
    assert world.asked(by=getattr(world, who)).asked_by_id == getattr(world, who).id


def test_others_do_not_ask(world: World) -> None:
    with pytest.raises(InvalidInput, match="You can ask for yourself, for people in your team") as refused:
        world.asked(by=world.other)
    assert refused.value.field == "person"


def test_a_keeper_who_asks_for_their_team_approves_at_once(world: World, make: Factory) -> None:
    """A keeper advises by that; another manager waits for the advice, and nobody approves for themselves."""
    world.sca.line_manager_id = world.manager.id
    of_keeper = make.person("Kit Officer", manager=world.sca)
    make.keep(world.sca)
    assert asked(world.account, of_keeper, by=world.sca).status is Status.APPROVED
    assert world.asked(by=world.manager).status is Status.ASKED
    above = make.person("Hal Head")
    world.manager.line_manager_id = above.id
    make.keep(world.manager)
    own = asked(world.account, world.manager, advised_by=world.sca)
    with pytest.raises(NotAllowed, match=r"Only the manager of the person.*6\.3\(6\)"):
        acts.approve_access(own, by=world.manager, at=NOW)
    db.session.rollback()


def test_only_a_keeper_says_what_a_keeper_advises(world: World, make: Factory) -> None:
    """Nobody who asks or approves writes it down for her; a keeper does not advise on access of their own."""
    for by in (world.person, world.manager, world.owner):
        with pytest.raises(NotAllowed, match="Only a keeper of the register writes down what a keeper advises"):
            acts.ask_for_access(wanted(world.account, world.person), by=by, at=NOW, reason="Work", advice="She said yes.")
    make.person("Dee Deputy", Role.DEPUTY_SCA)
    with pytest.raises(NotAllowed, match="never on access of their own"):
        acts.ask_for_access(wanted(world.account, world.sca), by=world.sca, at=NOW, reason="Work", advice="Yes.")
    made = acts.ask_for_access(wanted(world.account, world.person), by=world.sca, at=NOW, reason="Work", advice="Yes.")
    assert (made.advice, made.advised_by_id, made.status) == ("Yes.", world.sca.id, Status.ASKED)
    db.session.commit()


def test_advice_comes_before_the_approval(world: World) -> None:
    """Without it the manager may refuse, and not approve; the duty comes with the advice."""
    made = world.asked()
    assert made.can_be_decided_by(world.manager)
    assert not made.can_be_approved_by(world.manager)
    with pytest.raises(
        InvalidInput, match=r"You can approve this once the Strategic Communications Adviser has advised.*6\.3\(6\)"
    ):
        acts.approve_access(made, by=world.manager, at=NOW)
    acts.advise_on_access(made, by=world.sca, at=NOW, advice="Weekdays only.")
    assert made.can_be_approved_by(world.manager)
    assert acts.approve_access(made, by=world.manager, at=NOW).advice == "Weekdays only."


def test_only_the_right_people_act(world: World) -> None:
    made = world.asked()
    for act in (
        lambda by: acts.approve_access(made, by=by, at=NOW),
        lambda by: acts.refuse_access(made, by=by, at=NOW, reasons="No"),
    ):
        for by in (world.person, world.owner, world.sca, world.other):
            with pytest.raises(NotAllowed, match="Only the manager"):
                act(by)
    for by in (world.person, world.manager, world.owner):
        with pytest.raises(NotAllowed, match=r"Only the keeper of the register advises on this \(paragraph 6\.1\(3\)"):
            acts.advise_on_access(made, by=by, at=NOW, advice="Yes")
    for by in (world.manager, world.owner, world.other):
        with pytest.raises(NotAllowed):
            acts.withdraw_access_request(made, by=by, at=NOW)
    assert made.status is Status.ASKED


def test_refusal_needs_reasons(world: World) -> None:
    made = world.asked()
    for reasons, sentence in (("", "Enter why you refuse"), ("pin: 1234567", "Do not write a password")):
        with pytest.raises(InvalidInput, match=sentence):
            acts.refuse_access(made, by=world.manager, at=NOW, reasons=reasons)
    acts.refuse_access(made, by=world.manager, at=NOW, reasons="Two can already do this.")
    assert (made.status, made.words) == (Status.REFUSED, "Two can already do this.")
    db.session.commit()


def test_what_comes_late_is_told_who_and_when(world: World) -> None:
    """Approved twice, refused after its approval, asked for twice, given another way."""
    made = world.advised()
    with pytest.raises(AlreadyDone, match="is asked for already") as twice:
        world.asked(by=world.owner)
    assert (twice.value.who, twice.value.when) == ("Pat Brown", NOW)
    acts.approve_access(made, by=world.manager, at=NOW)
    for act in (
        lambda: acts.approve_access(made, by=world.manager, at=NOW),
        lambda: acts.refuse_access(made, by=world.manager, at=NOW, reasons="No"),
        lambda: acts.withdraw_access_request(made, by=world.person, at=NOW),
        lambda: acts.advise_on_access(made, by=world.sca, at=NOW, advice="No"),
    ):
        with pytest.raises(AlreadyDone, match="does not wait for anybody any more") as late:
            act()
        assert (late.value.who, late.value.when, late.value.did) == ("Mia Manager", NOW, "approved it")
    db.session.commit()
    with pytest.raises(AlreadyDone, match="Pat Brown already has access") as has:
        world.asked()
    assert (has.value.who, has.value.when) == ("Mia Manager", NOW)


def test_access_given_another_way_overtakes_what_was_asked_for(world: World) -> None:
    """The keeper's direct way stays; who approves afterwards is told who gave it and when."""
    made = world.asked()
    want = wanted(world.account, world.person)
    grant = acts.give_access(
        world.account, world.person, level=want.level, login_mode=want.login_mode, starts_on=TODAY, by=world.sca, at=NOW,
        approved_by=world.manager,
    )  # fmt: skip
    assert (made.status, made.grant_id, made.decided_by_id) == (Status.OVERTAKEN, grant.id, world.sca.id)
    with pytest.raises(AlreadyDone) as late:
        acts.approve_access(made, by=world.manager, at=NOW)
    assert (late.value.who, late.value.when, late.value.did) == ("Priya Shah", NOW, "gave this access another way")
    db.session.commit()


def test_leavers_and_accounts_that_are_closed(world: World, make: Factory) -> None:
    """Refused when it is asked for by who may know that they leave, and again when it is approved."""
    account = make_account(make, world.owner)
    made = world.advised(starts_on=TODAY + 9 * DAY)
    closing = asked(account, world.person, advised_by=world.sca)
    world.person.last_working_day = TODAY + 5 * DAY
    account.status = AccountStatus.CLOSING
    make.keep(world.person, account)
    with pytest.raises(InvalidInput, match="Pat Brown’s last working day is 8 March 2027"):
        acts.approve_access(made, by=world.manager, at=NOW)
    with pytest.raises(AlreadyDone, match="closed or being closed"):
        acts.approve_access(closing, by=world.manager, at=NOW)
    acts.withdraw_access_request(made, by=world.person, at=NOW)
    db.session.commit()
    with pytest.raises(InvalidInput, match="last working day is 8 March 2027") as refused:
        world.asked(by=world.manager, starts_on=TODAY + 9 * DAY)
    assert refused.value.field == "person"
    acts.withdraw_access_request(closing, by=world.sca, at=NOW)
    db.session.commit()
    with pytest.raises(AlreadyDone, match="closed or being closed"):
        asked(account, world.person)
    assert world.asked(starts_on=TODAY + 5 * DAY).is_open


def test_what_nobody_could_have_is_not_asked_for(world: World) -> None:
    for values, sentence in (
        ({"starts_on": TODAY - DAY}, "must be today or later"),
        ({"starts_on": TODAY + 367 * DAY}, "within a year from today"),
        ({"trained_on": TODAY + DAY}, "must be today or earlier"),
    ):
        with pytest.raises(InvalidInput, match=sentence):
            world.asked(**values)


def test_a_start_that_has_passed_becomes_today(world: World) -> None:
    made = world.advised()
    later = NOW + 3 * DAY
    assert acts.approve_access(made, by=world.manager, at=later).starts_on == later.date()


def test_the_database_keeps_one_open_request(world: World, make: Factory) -> None:
    made = world.asked()
    with pytest.raises(sa.exc.IntegrityError):
        make.keep(
            AccessRequest(
                account_id=made.account_id, person_id=made.person_id, status=Status.ASKED, level=made.level,
                login_mode=made.login_mode, starts_on=TODAY, reason="Again", asked_by_id=made.person_id, asked_at=NOW,
                advise_by=TODAY, due_on=TODAY,
            )
        )  # fmt: skip
    db.session.rollback()


# ---- duties ----


def test_what_waits_for_whom(world: World) -> None:
    """The keeper is to advise, then the manager to decide; nobody once the account is being closed."""
    made = world.asked()

    def waits(person: Person) -> list[str]:
        return [row.name for ask in (to_approve, to_advise) for row in db.session.execute(ask(person, TODAY))]

    assert waits(world.manager) == []
    assert waits(world.sca) == ["access_advise"]
    assert waits(world.person) == waits(world.owner) == []
    acts.advise_on_access(made, by=world.sca, at=NOW, advice="Yes")
    assert (waits(world.manager), waits(world.sca)) == (["access_approve"], [])
    world.account.status = AccountStatus.CLOSING
    assert waits(world.manager) == []
    db.session.rollback()


def lists_of(client: PageClient) -> list[int]:
    """How many requests somebody finds open, and how many that ended."""
    return [len(client.get(f"{REQUESTS}?show={part}").soup.select("tbody tr")) for part in ("open", "ended")]


def test_it_ends_by_itself_when_the_person_has_left(app: Flask, world: World, make: Factory, client_of: Browser) -> None:
    """On the last working day it still waits, the day after for nobody; of somebody who leaves at once it ends at once."""
    made, person = world.asked(), world.person
    everybody = (world.sca, world.manager, world.owner, world.other)
    asked(make_account(make, world.owner), world.person, by=world.owner, advised_by=world.sca)
    asks: list[Any] = [to_approve, to_advise, waiting_for_others]
    chased = [kind.everybody() for kind in DUE_KINDS if kind.name in ("access_approve", "access_advise") and kind.everybody]

    def waits(day: date) -> int:
        own = sum(len(db.session.execute(ask(who, day)).all()) for ask in asks for who in everybody)
        return own + sum(len(db.session.execute(ask, {"today": day}).all()) for ask in chased)

    last = TODAY + 5 * DAY
    person.last_working_day = last
    make.keep(person)
    assert waits(last) == 1 + 1 + 1 + 2  # one to advise on, one to approve, one asked by the owner, both to chase
    assert made.ended_by_itself(last) == ""
    assert waits(last + DAY) == 0
    assert made.ended_by_itself(last + DAY) == "Pat Brown has left"
    assert lists_of(client_of(world.sca)) == [2, 0]

    person.last_working_day, person.left_at_once = TODAY, True
    make.keep(person)
    assert waits(TODAY) == 0
    assert lists_of(client_of(world.sca)) == [0, 2]
    for act in (
        lambda: acts.approve_access(made, by=world.manager, at=NOW),
        lambda: acts.refuse_access(made, by=world.manager, at=NOW, reasons="No"),
        lambda: acts.advise_on_access(made, by=world.sca, at=NOW, advice="Yes"),
        lambda: acts.withdraw_access_request(made, by=world.sca, at=NOW),
    ):
        with pytest.raises(AlreadyDone, match="Pat Brown has left, so nobody need decide this any more"):
            act()
    db.session.rollback()
    for who in (world.manager, world.sca):
        page = client_of(who).get(f"{REQUESTS}/{made.id}")
        assert "Pat Brown has left, so nobody need decide this any more." in page.text
        assert not any(page.has_button(name) for name in ("Record decision", "Give advice", "Take it back"))
        assert "Ended: they have left" in client_of(who).get(f"{REQUESTS}?show=ended").text
        assert "Pat Brown, Roads" not in client_of(who).get("/").text


def test_who_comes_back_is_waited_for_again_and_others_are_told(world: World, make: Factory) -> None:
    """What ended because they had left goes on when they stay after all: who asked, approves and advises is told."""
    hr = make.person("Hei Rees", Role.HR_INTAKE)
    made = world.asked(by=world.owner)
    db.session.commit()
    begin_writing()
    notice = record_leaver(world.person, last_working_day=TODAY, immediate=True, by=hr, at=NOW)
    commit()
    assert made.ended_by_itself(TODAY)
    begin_writing()
    withdraw_leaver(notice, by=hr, at=NOW)
    commit()
    assert made.is_open
    told = sa.select(OutboxMessage.to_person_id).where(
        OutboxMessage.subject_id == made.id, OutboxMessage.occasion == "access_moved"
    )
    assert set(db.session.execute(told).scalars()) == {world.owner.id, world.manager.id, world.sca.id}


def test_it_ends_by_itself_when_the_account_is_closed(world: World, make: Factory, client_of: Browser) -> None:
    """While the account is being closed it rests, since the account may be kept; closed, it is over."""
    made = world.asked()
    world.account.status = AccountStatus.CLOSING
    make.keep(world.account)
    assert made.is_open
    assert "The account is being closed" in client_of(world.manager).get(f"{REQUESTS}/{made.id}").text
    acts.close_account(world.account, by=world.sca, at=NOW, **LAST_WORDS)
    db.session.commit()
    assert not made.is_open
    page = client_of(world.person).get(f"{REQUESTS}/{made.id}")
    assert "Roads was closed, so nobody need decide this any more." in page.text
    assert not page.has_button("Take it back")
    assert lists_of(client_of(world.person)) == [0, 1]
    assert "Ended: the account was closed" in client_of(world.person).get(f"{REQUESTS}?show=ended").text
    assert "Access that you asked for" not in client_of(world.person).get("/").text


# ---- pages ----


def test_the_page_of_an_account_lists_what_is_asked_for(world: World, make: Factory, client_of: Browser) -> None:
    """Its owner, its deputy, keepers and auditors see all of it; a holder their own and their team's; ten of them."""
    deputy, holder = make.person("Dee Deputy"), make.person("Hal Holder")
    world.account.deputy_id = deputy.id
    make.keep(world.account)
    make_grant(make, world.account, holder)
    make_grant(make, world.account, world.manager)
    made, here = world.asked(), f"/account-register/{world.account.id}"
    made.asked_at = NOW - DAY
    make.keep(made)
    link = f"{REQUESTS}/{made.id}"
    counts: dict[str, list[int]] = {}
    for _ in range(2):
        for person in (world.sca, world.owner, deputy, world.auditor, world.manager):
            browser = client_of(person)
            with counted_queries() as queries:
                page = browser.get(here)
            assert len(queries) <= 8, [one[:90] for one in queries]
            counts.setdefault(person.name, []).append(len(queries))
            assert page.soup.find("a", href=link, string="Pat Brown"), person.name
            browser.get(link)
        assert not client_of(holder).get(here).soup.select(f"a[href^='{REQUESTS}/']")
        for number in range(11):
            asked(world.account, make.person(f"Many {number:02}"), by=world.owner)
    assert all(few == many for few, many in counts.values()), counts
    page = client_of(world.owner).get(here)
    assert len(page.soup.select(f"a[href^='{REQUESTS}/']")) == 10
    assert page.soup.find("a", string="All access that is asked for")
    acts.refuse_access(made, by=world.manager, at=NOW, reasons="No")
    db.session.commit()
    assert not client_of(world.owner).get(here).soup.find("a", href=link)


def form(wanted_account: Account, who: Person, **values: Any) -> dict[str, Any]:
    """The form by which access is asked for, filled in."""
    return {
        "account": wanted_account.name, "person": who.email, "reason": "To <b>answer</b> questions", "level": "editor",
        "login_mode": "individual", "starts_on": ["3", "3", "2027"], **values,
    }  # fmt: skip


def test_from_the_question_to_the_access(world: World, client_of: Browser) -> None:
    """Asked by the person, advised by the keeper, approved by the manager from their home page."""
    browser = client_of(world.person)
    page = browser.follow(ASK, form(world.account, world.person))
    assert "You asked for access for Pat Brown. It waits for Mia Manager now." in page.text
    assert "To <b>answer</b> questions" in page.text
    assert not page.has_button("Record decision")
    assert "Access that you asked for: Pat Brown, Roads (Facebook)" in browser.get("/").text
    here = str(browser.get(REQUESTS).soup.select_one("tbody a")["href"])

    keeper = client_of(world.sca)
    assert "Advise on access: Pat Brown, Roads (Facebook)" in keeper.get("/").text
    assert keeper.post(here + "/advise", {}, status=422).errors == ["Enter what you advise"]
    assert "You gave your advice" in keeper.follow(here + "/advise", {"advice": "Go ahead"}).text

    manager = client_of(world.manager)
    link = manager.get("/").soup.find("a", string=lambda text: text and "Approve or refuse access: Pat Brown" in text)
    assert link is not None
    page = manager.get(str(link["href"]))
    assert "Priya Shah: Go ahead" in page.text
    assert "paragraph 6.3(6)" in page.text
    assert manager.post(here + "/decide", {}, status=422).errors == ["Select what you decide"]
    page = manager.follow(here + "/decide", {"decision": "approve"})
    assert "You approved access for Pat Brown to Roads." in page.text
    assert "Approved by Mia Manager on 3 March 2027" in page.text
    grant = db.session.execute(sa.select(AccessGrant)).scalar_one()
    assert (grant.person_id, grant.approved_by_id) == (world.person.id, world.manager.id)
    page = manager.post(here + "/decide", {"decision": "refuse", "reasons": "No"}, status=409)
    assert "Mia Manager" in page.text
    assert "approved it" in page.text


def test_refusing_on_the_page(world: World, client_of: Browser) -> None:
    """Nothing typed is lost; who asked reads why."""
    here = f"{REQUESTS}/{world.asked().id}"
    manager = client_of(world.manager)
    manager.get(here)
    assert "You can approve it once a keeper of the register has advised" in manager.get(here).text
    page = manager.post(here + "/decide", {"decision": "approve", "advice": "She said yes"}, status=422)
    assert page.errors[0].startswith("You can approve this once the Strategic Communications Adviser has advised")
    assert manager.post(here + "/decide", {"decision": "refuse"}, status=422).errors == ["Enter why you refuse this"]
    manager.follow(here + "/decide", {"decision": "refuse", "reasons": "<i>Two</i> can already"})
    assert "<i>Two</i> can already" in client_of(world.person).get(here).text
    assert "Refused" in client_of(world.person).get(REQUESTS + "?show=ended").text


def test_strangers_and_what_is_not_there(world: World, client_of: Browser, make: Factory) -> None:
    made = world.asked()
    stranger = client_of(world.other)
    here = f"{REQUESTS}/{made.id}"
    assert "not yours to see" in stranger.get(here, status=403).text
    for act in ("decide", "advise", "withdraw"):
        stranger.post(f"{here}/{act}", {}, status=403)
    assert "Nobody has asked for access" in stranger.get(REQUESTS).text
    stranger.get(f"{REQUESTS}/{make.id()}", status=404)
    assert "Only the manager" in client_of(world.person).post(here + "/decide", {"decision": "approve"}, status=403).text


def test_bad_input_keeps_what_was_typed(world: World, client_of: Browser, make: Factory) -> None:
    browser = client_of(world.person)
    browser.get(ASK)
    page = browser.post(ASK, form(world.account, world.person, account="No such"), status=422)
    assert page.errors == ["No account is called “No such”. Enter its full name"]
    assert page.field("reason") == "To <b>answer</b> questions"
    page = browser.post(ASK, form(world.account, world.other), status=422)
    assert page.errors[0].startswith("You can ask for yourself")
    make_account(make, world.owner, name="Roads", platform="X")
    page = browser.post(ASK, form(world.account, world.person), status=422)
    assert page.errors == ["More than one account is called that. Enter “Roads (Facebook)” or “Roads (X)”"]
    browser.follow(ASK, form(world.account, world.person, account="Roads (X)"))
    late = browser.post(ASK, form(world.account, world.person, account="Roads (X)"), status=409)
    assert "is asked for already" in late.text
    assert "Pat Brown" in late.text


def test_the_account_that_one_comes_from_is_filled_in(world: World, client_of: Browser, make: Factory) -> None:
    make_grant(make, world.account, world.person)
    browser = client_of(world.person)
    link = browser.get(f"/account-register/{world.account.id}").soup.find("a", string="Ask for access to this account")
    page = browser.get(str(link["href"]))
    assert page.field("account") == "Roads (Facebook)"
    assert page.field("person") == world.person.email


def test_taking_it_back(world: World, client_of: Browser) -> None:
    here = f"{REQUESTS}/{world.asked().id}"
    browser = client_of(world.person)
    browser.get(here)
    assert "You took it back" in browser.follow(here + "/withdraw", {}).text
    assert "Taken back by Pat Brown" in browser.get(here).text


def test_lists_and_predicates_agree_on_who_sees_what(world: World, client_of: Browser, make: Factory) -> None:
    made = [world.asked(), asked(make_account(make), world.other), asked(make_account(make, world.person), world.other)]
    for person in (world.sca, world.owner, world.manager, world.person, world.other, world.auditor):
        shown = {str(link["href"]) for link in client_of(person).get(REQUESTS).soup.select("tbody a")}
        assert shown == {f"{REQUESTS}/{one.id}" for one in made if one.can_be_seen_by(person)}, person.name


def test_pages_take_a_fixed_number_of_queries(world: World, client_of: Browser, make: Factory) -> None:
    """The list four, a request eight, the question four; with few requests and with many."""
    made = world.asked()
    counts: list[list[int]] = []
    for _ in range(2):
        found = []
        for person in (world.sca, world.manager, world.person):
            browser = client_of(person)
            for path, most in ((REQUESTS, 4), (f"{REQUESTS}/{made.id}", 8), (ASK, 4)):
                with counted_queries() as queries:
                    browser.get(path)
                assert len(queries) <= most, (path, queries)
                found.append(len(queries))
        counts.append(found)
        for _ in range(12):
            asked(make_account(make, world.owner), world.person)
    assert counts[0] == counts[1]
