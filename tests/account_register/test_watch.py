"""Accounts found in use, accounts that look like ours, and what is new: acts, who may, what waits, and their pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.account_register import operations
from app.account_register.due import DUE_KINDS
from app.account_register.models import (
    DISCOVERED_TRANSITIONS,
    LOOK_ALIKE_TRANSITIONS,
    Account,
    AccountProposal,
    DiscoveredAccount,
    DiscoveredStatus,
    Found,
    HorizonItem,
    LoginMode,
    LookAlike,
    LookAlikeOutcome,
    LookAlikeStatus,
    LookResult,
    Noticed,
    ProposalKind,
    ProposalStatus,
    Recovery,
    TwoStep,
)
from app.account_register.operations.proposals import DRAFT
from app.core.db import db
from app.core.drafts import find_draft, keep_draft
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.people.models import Person, Role
from tests.account_register.factories import account_details, make_account
from tests.account_register.proposing import Way
from tests.account_register.watching import TODAY, found_in_use, is_new, looks_like_ours
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ROOM = "/account-register"
MARKUP = "<script>alert(1)</script>"
SECRET = "The password: Winter!2027"
DAY = timedelta(days=1)
WHEN = ["3", "3", "2027"]


@pytest.fixture
def sca(make: Factory) -> Person:
    """The keeper of the register."""
    return make.person("Cleo Marsh", Role.SCA)


@pytest.fixture
def finder(make: Factory) -> Person:
    """Anybody."""
    return make.person("Fin Der", manager=make.person("Mia Manager"))


def _told(person: Person) -> list[str]:
    query = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)
    return sorted(db.session.execute(query).scalars())


def _waits(name: str, person: Person) -> int:
    kind = next(kind for kind in DUE_KINDS if kind.name == name)
    made = kind.select(person, TODAY)
    return len(db.session.execute(made).all()) if made is not None else 0


def _details(**changes: Any) -> operations.AccountDetails:
    on = {"name": "Northmere Reads", "platform": "Facebook", "handle": "@northmerereads", "url": None, "service_id": None,
          "owner_id": None, "purpose": "Books", "login_mode": "shared", "two_step": "on"}  # fmt: skip
    return operations.AccountDetails(**{**on, **changes})  # type: ignore[arg-type]


# ---- accounts found in use ----


def test_anybody_tells_of_an_account_in_use(make: Factory, sca: Person, finder: Person) -> None:
    """Keepers and the head of its service are told; it is due within the local setting."""
    head = make.person("Head")
    found = found_in_use(finder, service=make.service("Libraries", head=head))
    assert (found.status, found.handle_key) == (DiscoveredStatus.FOUND, "northmerereads")
    assert found.due_on > TODAY + 10 * DAY
    assert [_told(one) for one in (sca, head, finder)] == [["discovered_account"], ["discovered_account"], []]
    assert (_waits("discovered_settle", sca), _waits("discovered_settle", finder)) == (1, 0)


def test_what_is_on_the_register_or_known_is_refused(make: Factory, sca: Person, finder: Person) -> None:
    make_account(make, name="Old one", platform="Facebook", handle="northmerereads")
    with pytest.raises(InvalidInput, match="on the register as Old one"):
        found_in_use(finder)
    db.session.rollback()
    found_in_use(finder, handle="@other")
    with pytest.raises(AlreadyDone, match="told of this account already"):
        found_in_use(sca, handle="OTHER")
    db.session.rollback()
    for found, field in (
        (Found("A", "X", None, None, None, TODAY + DAY, "x"), "found_on"),
        (Found("A", "X", None, None, None, TODAY, SECRET), "how_found"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            operations.record_discovered(found, by=finder, at=NOW)
        assert refusal.value.field == field


@pytest.mark.parametrize(
    ("role", "sees", "settles"),
    [(Role.SCA, True, True), (Role.DEPUTY_SCA, True, True), (Role.AUDITOR, True, False), (Role.HR_MANAGER, False, False),
     (Role.ICT, False, False), (None, False, False), ("finder", True, False), ("head", True, False), ("asked", True, False)],
)  # fmt: skip
def test_who_sees_and_settles_an_account_found(
    make: Factory, finder: Person, role: Role | str | None, sees: bool, settles: bool
) -> None:
    head, asked = make.person("Head"), make.person("Asked")
    found = found_in_use(finder, service=make.service("Libraries", head=head))
    found.asked_id = asked.id
    people = {"finder": finder, "head": head, "asked": asked}
    person = people[role] if isinstance(role, str) and role in people else make.person("P", *([role] if role else []))
    assert found.can_be_seen_by(person) is sees
    assert found.can_be_settled_by(person) is settles
    assert found.can_be_asked_for_by(person) is settles
    found.status = DiscoveredStatus.CLOSED
    assert not found.can_be_settled_by(person)
    assert not found.can_be_asked_for_by(person)
    db.session.rollback()


@pytest.mark.parametrize(("old", "new", "allowed"), DISCOVERED_TRANSITIONS.pairs())
def test_every_way_of_an_account_found(old: DiscoveredStatus, new: DiscoveredStatus, allowed: bool) -> None:
    found = DiscoveredAccount(status=old)
    assert found.can_move_to(new) is allowed
    if not allowed:
        with pytest.raises(AlreadyDone):
            found.move_to(new)


def test_it_comes_onto_the_register_or_is_closed_once(make: Factory, sca: Person, finder: Person) -> None:
    found, other = found_in_use(finder), found_in_use(finder, handle="@gone")
    with pytest.raises(NotAllowed):
        operations.register_discovered(found, _details(), by=finder, at=NOW)
    account = operations.register_discovered(found, _details(), by=sca, at=NOW)
    assert (found.status, found.account_id, found.settled_by) == (DiscoveredStatus.REGISTERED, account.id, sca)
    assert _told(finder) == ["discovered_settled"]
    with pytest.raises(InvalidInput):
        operations.close_discovered(other, "", by=sca, at=NOW)
    with pytest.raises(InvalidInput):
        operations.close_discovered(other, SECRET, by=sca, at=NOW)
    operations.close_discovered(other, "It was deleted.", by=sca, at=NOW)
    for late in (
        lambda: operations.close_discovered(other, "x", by=sca, at=NOW),
        lambda: operations.register_discovered(found, _details(handle="@b"), by=sca, at=NOW),
        lambda: operations.ask_for_proposal(found, finder, by=sca, at=NOW),
    ):
        with pytest.raises(AlreadyDone) as refusal:
            late()
        assert (refusal.value.who, refusal.value.when) == ("Cleo Marsh", NOW)
    assert _waits("discovered_settle", sca) == 0


def test_who_was_asked_to_propose_it_need_not_once_it_is_settled(make: Factory, sca: Person, finder: Person) -> None:
    """The proposal that was begun for them is thrown away and they are told; one of their own stays."""
    asked, found, other = make.person(), found_in_use(finder), found_in_use(finder, name="Other", handle="@other")
    operations.ask_for_proposal(found, asked, by=sca, at=NOW)
    operations.close_discovered(other, "It was deleted.", by=sca, at=NOW)
    assert find_draft(asked.id, DRAFT) is not None
    operations.register_discovered(found, account_details(handle="@northmerereads"), by=sca, at=NOW)
    assert find_draft(asked.id, DRAFT) is None
    told = db.session.query(OutboxMessage).filter_by(to_person_id=asked.id).all()
    assert {message.kind.name for message in told} == {"discovered_to_propose", "discovered_not_to_propose"}
    third = found_in_use(finder, name="Third", handle="@third")
    keep_draft(asked.id, DRAFT, {"kind": "closure"}, at=NOW)
    third.asked_id = asked.id
    operations.close_discovered(third, "It was deleted.", by=sca, at=NOW)
    assert find_draft(asked.id, DRAFT) is not None


def test_whoever_was_asked_before_need_not_propose_it(make: Factory, sca: Person, finder: Person) -> None:
    """What they have begun goes, and they are told; whoever is asked now has it. The keeper is not told of her own."""
    found, first, second = found_in_use(finder), make.person(), make.person()
    for asked in (first, second, sca, finder):
        operations.ask_for_proposal(found, asked, by=sca, at=NOW)
        begun = [person for person in (first, second, sca, finder) if find_draft(person.id, DRAFT) is not None]
        assert begun == [asked]
    told = [one for one in db.session.query(OutboxMessage) if one.kind.name == "discovered_not_to_propose"]
    assert {message.to_person_id for message in told} == {first.id, second.id}
    assert _waits("discovered_propose", finder) == 1
    assert _waits("discovered_propose", first) == 0
    for asked in (first, second):
        operations.ask_for_proposal(found, asked, by=sca, at=NOW)
    occasions = [occasion.partition("#")[0] for occasion in _told(first)]
    assert occasions == ["discovered_not_to_propose"] * 2 + ["discovered_to_propose"] * 2


def test_somebody_is_asked_to_propose_it(make: Factory, sca: Person, finder: Person) -> None:
    """Their proposal begins with what is known; the duty stays until it is sent, and comes back if it is refused."""
    found, busy = found_in_use(finder), make.person("Busy Bee")
    keep_draft(busy.id, DRAFT, {"kind": "closure"}, at=NOW)
    for person, why in ((busy, "has begun a proposal"), (make.person("Gone", last_working_day=TODAY - DAY), "has left")):
        with pytest.raises(InvalidInput, match=why):
            operations.ask_for_proposal(found, person, by=sca, at=NOW)
    with pytest.raises(NotAllowed):
        operations.ask_for_proposal(found, finder, by=finder, at=NOW)
    operations.ask_for_proposal(found, finder, by=sca, at=NOW)
    draft = find_draft(finder.id, DRAFT)
    assert draft is not None
    assert (draft.answers["name"], draft.answers["platform"]) == ("Northmere Reads", "Facebook")
    assert (_waits("discovered_propose", finder), _waits("discovered_settle", sca)) == (1, 1)
    proposal = make.keep(
        AccountProposal(
            reference="AAAA-BBBB-CCCC", kind=ProposalKind.NEW_PLATFORM, proposer_id=finder.id, owner_id=finder.id,
            handle="northmerereads",
            name="Northmere Reads", platform="Facebook", purpose="Books", target_group="Readers", benefit="x", cost="0",
            submitted_at=NOW,
        )
    )  # fmt: skip
    operations.follow_proposal(str(found.id), proposal, by=finder, at=NOW)
    operations.follow_proposal(str(found.id), proposal, by=finder, at=NOW)
    operations.follow_proposal(None, proposal, by=finder, at=NOW)
    assert (found.status, found.proposal) == (DiscoveredStatus.PROPOSED, proposal)
    assert (_waits("discovered_propose", finder), _waits("discovered_settle", sca)) == (0, 0)
    with pytest.raises(AlreadyDone, match="proposed already"):
        operations.close_discovered(found, "x", by=sca, at=NOW)
    proposal.decided_at, proposal.decided_by_id = NOW, sca.id
    for lapses_on, waits in ((TODAY, 0), (TODAY - DAY, 1)):
        proposal.status, proposal.lapses_on = ProposalStatus.APPROVED, lapses_on
        assert (_waits("discovered_settle", sca), found.is_to_be_settled) == (waits, bool(waits))
    proposal.status, proposal.ended_at, proposal.ended_by_id = ProposalStatus.WITHDRAWN, NOW, finder.id
    assert (_waits("discovered_settle", sca), found.is_to_be_settled) == (1, True)
    operations.close_discovered(found, "Nobody wanted it.", by=sca, at=NOW)
    assert found.status is DiscoveredStatus.CLOSED


# ---- accounts that look like ours ----


@pytest.mark.parametrize(("old", "new", "allowed"), LOOK_ALIKE_TRANSITIONS.pairs())
def test_every_way_of_a_look_alike(old: LookAlikeStatus, new: LookAlikeStatus, allowed: bool) -> None:
    found = LookAlike(status=old)
    assert found.can_move_to(new) is allowed
    if not allowed:
        with pytest.raises(AlreadyDone):
            found.move_to(new)


def test_a_look_alike_is_reported_and_closed(make: Factory, sca: Person, finder: Person) -> None:
    found = looks_like_ours(finder)
    assert (_told(sca), _waits("look_alike_settle", sca)) == (["look_alike"], 1)
    with pytest.raises(AlreadyDone, match="told of this account already"):
        looks_like_ours(sca, handle="NORTHMERE_counciI")
    db.session.rollback()
    for stranger in (finder, make.person("Aud", Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            operations.report_look_alike(found, TODAY, "", by=stranger, at=NOW)
        with pytest.raises(NotAllowed):
            operations.close_look_alike(found, LookAlikeOutcome.HARMLESS, "", by=stranger, at=NOW)
    with pytest.raises(InvalidInput, match="reported to the platform"):
        operations.close_look_alike(found, LookAlikeOutcome.REMOVED, "", by=sca, at=NOW)
    for day, reference in ((TODAY + DAY, ""), (TODAY - DAY, ""), (TODAY, SECRET)):
        with pytest.raises(InvalidInput):
            operations.report_look_alike(found, day, reference, by=sca, at=NOW)
    first_due = found.due_on
    operations.report_look_alike(found, TODAY, "IMP-1", by=sca, at=NOW)
    assert (found.status, found.reference) == (LookAlikeStatus.REPORTED, "IMP-1")
    assert found.due_on > first_due
    with pytest.raises(AlreadyDone, match="reported already"):
        operations.report_look_alike(found, TODAY, "", by=sca, at=NOW)
    operations.close_look_alike(found, LookAlikeOutcome.REMOVED, "After two days.", by=sca, at=NOW)
    assert (_told(finder), _waits("look_alike_settle", sca)) == (["look_alike_over"], 0)
    for late in (
        lambda: operations.report_look_alike(found, TODAY, "", by=sca, at=NOW),
        lambda: operations.close_look_alike(found, LookAlikeOutcome.LEFT, "", by=sca, at=NOW),
    ):
        with pytest.raises(AlreadyDone, match="closed already"):
            late()
    db.session.commit()
    assert looks_like_ours(finder).status is LookAlikeStatus.FOUND, "it may come back"


def test_a_look_alike_says_where_it_is_and_is_not_ours(make: Factory, finder: Person) -> None:
    make_account(make, name="Real one", platform="X", handle="northmere")
    for noticed, field in (
        (Noticed("X", None, None, TODAY, "x"), "handle"),
        (Noticed("X", "@Northmere", None, TODAY, "x"), "handle"),
        (Noticed("X", "@a", None, TODAY + DAY, "x"), "noticed_on"),
        (Noticed("X", "@a", None, TODAY, SECRET), "pretends"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            operations.record_look_alike(noticed, by=finder, at=NOW)
        assert refusal.value.field == field
    assert looks_like_ours(finder, handle=None, url="https://example.org/x").title == "https://example.org/x (X)"


# ---- what is new ----


def test_what_is_new_is_looked_at_again_and_again(make: Factory, sca: Person, finder: Person) -> None:
    item = is_new(sca)
    assert _waits("horizon_look", sca) == 0
    with pytest.raises(AlreadyDone, match="watched already"):
        is_new(sca, name="voices made by a MACHINE")
    db.session.rollback()
    with pytest.raises(NotAllowed):
        is_new(finder, name="B")
    with pytest.raises(NotAllowed):
        operations.note_look(item, LookResult.WATCH, "x", TODAY + DAY, by=finder, at=NOW)
    for result, words, day, field in (
        (LookResult.WATCH, "", TODAY + DAY, "words"), (LookResult.WATCH, SECRET, TODAY + DAY, "words"),
        (LookResult.WATCH, "x", None, "next_look_on"), (LookResult.WATCH, "x", TODAY, "next_look_on"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refusal:
            operations.note_look(item, result, words, day, by=sca, at=NOW)
        assert refusal.value.field == field
    operations.note_look(item, LookResult.GUIDANCE, "Tried it.", TODAY + DAY, by=sca, at=NOW)
    assert (item.next_look_on, [look.looked_by for look in item.looks]) == (TODAY + DAY, [sca])
    item.next_look_on = TODAY
    db.session.flush()
    assert (_waits("horizon_look", sca), _waits("horizon_look", finder)) == (1, 0)
    operations.note_look(item, LookResult.NOT_FOR_US, "Nobody uses it.", None, by=sca, at=NOW)
    assert item.next_look_on is None
    assert _waits("horizon_look", sca) == 0


def test_the_database_refuses_nonsense(make: Factory, sca: Person) -> None:
    known = {"platform": "X", "recorded_at": NOW, "recorded_by_id": sca.id, "due_on": TODAY}
    for nonsense in (
        DiscoveredAccount(name="A", found_on=TODAY, how_found="x", status=DiscoveredStatus.REGISTERED, settled_at=NOW,
                          settled_by_id=sca.id, **known),
        LookAlike(noticed_on=TODAY, pretends="x", **known),
        LookAlike(noticed_on=TODAY, pretends="x", url="https://example.org", status=LookAlikeStatus.CLOSED, closed_at=NOW,
                  closed_by_id=sca.id, outcome=LookAlikeOutcome.REMOVED, **known),
    ):  # fmt: skip
        with pytest.raises(IntegrityError):
            make.keep(nonsense)
        db.session.rollback()


# ---- through pages ----


def test_found_told_and_put_on_the_register_through_pages(
    make: Factory, client_of: Clients, sca: Person, finder: Person
) -> None:
    """Nobody types twice what the finder said."""
    browser, keeper, new = client_of(finder), client_of(sca), f"{ROOM}/discovered/new"
    assert browser.get(f"{ROOM}/discovered").has_button("Tell us of an account")
    assert browser.post(new, {"found_on": ["", "", ""]}, status=422).errors == [
        "Select the platform", "Enter the name of the account", "Enter the day you found it", "Enter how you found it",
    ]  # fmt: skip
    typed = {"platform": "Facebook", "handle": "@reads", "name": MARKUP, "found_on": WHEN, "how_found": MARKUP}
    page = browser.post(new, {**typed, "url": "nowhere"}, status=422)
    assert page.field("how_found") == MARKUP
    page = browser.follow(new, typed)
    assert "<script>alert" not in page.html
    assert "You told the keeper of the register" in page.text
    assert browser.post(new, typed, status=409).heading
    assert "Put it on the register" not in page.text
    assert "onto the register, or close it" in keeper.get("/").text
    found = db.session.query(DiscoveredAccount).one()
    base = f"{ROOM}/discovered/{found.id}"
    form = keeper.get(f"{base}/register")
    assert (form.field("name"), form.field("handle")) == (MARKUP, "@reads")
    assert keeper.post(f"{base}/close", {}, status=422).errors == ["Enter what became of it"]
    put = {"name": "Reads", "platform": "Facebook", "handle": "@reads", "login_mode": "shared", "two_step": "on"}
    assert keeper.post(f"{base}/register", {**put, "name": ""}, status=422).errors
    assert keeper.follow(f"{base}/register", put).heading == "Reads"
    assert db.session.query(Account).one().handle == "@reads"
    keeper.get(f"{base}/register", status=409)
    keeper.post(f"{base}/close", {"outcome": "x"}, status=409)
    keeper.post(f"{base}/ask", {"person": finder.email}, status=409)
    assert MARKUP in keeper.get(f"{ROOM}/discovered?show=settled").text


def test_a_proposal_for_another_account_leaves_the_found_one_to_be_settled(
    make: Factory, client_of: Clients, sca: Person
) -> None:
    """Changed before it is sent, or when a question is answered: the keepers still have it to settle."""
    way = Way(make)
    found = found_in_use(way.proposer)
    operations.ask_for_proposal(found, way.proposer, by=sca, at=NOW)
    db.session.commit()
    browser, step = client_of(way.proposer), f"{ROOM}/proposals/propose"
    assert browser.get(f"{step}/kind").soup.find("input", checked=True)["value"] == "new_platform"
    browser.post(f"{step}/account", {"name": "Other", "platform": "Instagram", "handle": "@quiteother"})
    browser.post(f"{step}/purpose", {"purpose": "Books"})
    browser.post(f"{step}/people", {"target_group": "Readers", "benefit": "They find each other"})
    browser.post(f"{step}/cost", {"owner": way.owner.email, "cost": "Nothing"})
    browser.post(f"{step}/send")
    db.session.refresh(found)
    assert (found.status, _waits("discovered_settle", sca)) == (DiscoveredStatus.FOUND, 1)

    same = way.returned(kind=ProposalKind.NEW_PLATFORM, platform="Facebook", handle="@NorthmereReads")
    operations.follow_proposal(str(found.id), same, by=way.proposer, at=NOW)
    assert (found.status, _waits("discovered_settle", sca)) == (DiscoveredStatus.PROPOSED, 0)
    db.session.commit()
    change = f"{ROOM}/proposals/{same.reference}"
    browser.post(f"{change}/change/account", {"name": "Other", "platform": "Facebook", "handle": "@quiteother"})
    browser.post(f"{change}/answer", {"answer": "We changed it"})
    db.session.refresh(found)
    assert (found.status, found.proposal_id) == (DiscoveredStatus.FOUND, None)
    assert _waits("discovered_settle", sca) == 1


def test_what_was_proposed_is_settled_when_it_is_registered(make: Factory, client_of: Clients) -> None:
    """With the account that came of it; who told of it is told."""
    way = Way(make)
    found = found_in_use(make.person("Fin Der"))
    made = way.approved(name=found.name, platform=found.platform, handle="NorthmereReads")
    operations.follow_proposal(str(found.id), made, by=way.proposer, at=NOW)
    details = _details(
        owner_id=way.owner.id, target_group="Readers", identification="A link", recovery_kind=Recovery.ORGANISATION,
        two_step=TwoStep.ON, login_mode=LoginMode.SHARED,
    )  # fmt: skip
    account = operations.register_proposed_account(made, details, by=way.sca, at=NOW)
    db.session.commit()
    assert (found.status, found.account_id, found.settled_by_id) == (DiscoveredStatus.REGISTERED, account.id, way.sca.id)
    assert "discovered_settled" in _told(found.recorded_by)
    assert "On the register" in client_of(way.sca).get(f"{ROOM}/discovered/{found.id}").text


def test_found_and_proposed_through_pages(make: Factory, client_of: Clients, sca: Person, finder: Person) -> None:
    """The proposal that is begun says what is known; once it is sent, nothing waits for the keeper."""
    found, browser, keeper = found_in_use(finder), client_of(finder), client_of(sca)
    base = f"{ROOM}/discovered/{found.id}"
    assert "Nobody is recorded" in keeper.post(f"{base}/ask", {"person": "Nobody At All"}, status=422).errors[0]
    assert "You asked Fin Der" in keeper.follow(f"{base}/ask", {"person": finder.email}).text
    assert "Propose Northmere Reads (Facebook), which is in use already" in browser.get("/").text
    step = f"{ROOM}/proposals/propose"
    assert browser.get(f"{step}/account").field("handle") == "@northmerereads"
    browser.post(f"{step}/account", {"name": "Northmere Reads", "platform": "Facebook", "handle": "@northmerereads"})
    browser.post(f"{step}/purpose", {"purpose": "Books"})
    browser.post(f"{step}/people", {"target_group": "Readers", "benefit": "They find each other"})
    browser.post(f"{step}/cost", {"owner": finder.email, "cost": "Nothing"})
    assert browser.follow(f"{step}/send").heading == "Proposal sent"
    proposal = db.session.query(AccountProposal).one()
    assert proposal.reference in keeper.get(base).text
    assert "Nothing waits" in keeper.get(f"{ROOM}/discovered").text
    keeper.get(f"{base}/register", status=409)
    proposal.status, proposal.ended_at, proposal.ended_by_id = ProposalStatus.WITHDRAWN, NOW, finder.id
    make.keep(proposal)
    assert "came to nothing: withdrawn" in keeper.get(base).text


def test_a_look_alike_through_pages(make: Factory, client_of: Clients, sca: Person, finder: Person) -> None:
    browser, keeper, new = client_of(finder), client_of(sca), f"{ROOM}/look-alikes/new"
    typed = {"platform": "X", "noticed_on": WHEN, "pretends": MARKUP}
    assert "so that it can be found" in browser.post(new, typed, status=422).errors[0]
    assert "<script>alert" not in browser.follow(new, {**typed, "handle": "@fake"}).html
    base = f"{ROOM}/look-alikes/{db.session.query(LookAlike).one().id}"
    assert "See to @fake (X), which looks like ours" in keeper.get("/").text
    assert keeper.post(f"{base}/close", {}, status=422).errors == ["Select what came of it"]
    assert "reported to the platform" in keeper.post(f"{base}/close", {"outcome": "removed"}, status=422).errors[0]
    assert keeper.post(f"{base}/reported", {"reported_on": ["", "", ""]}, status=422).errors
    keeper.get(f"{base}/reported")
    keeper.get(f"{base}/close")
    assert "reference IMP-1" in keeper.follow(f"{base}/reported", {"reported_on": WHEN, "reference": "IMP-1"}).text
    keeper.post(f"{base}/reported", {"reported_on": WHEN}, status=409)
    assert "The platform removed it" in keeper.follow(f"{base}/close", {"outcome": "removed"}).text
    keeper.post(f"{base}/close", {"outcome": "removed"}, status=409)
    assert "@fake" in browser.get(f"{ROOM}/look-alikes?show=closed").text
    browser.post(f"{base}/close", {"outcome": "left"}, status=403)


def test_what_is_new_through_pages(make: Factory, client_of: Clients, sca: Person) -> None:
    keeper, auditor = client_of(sca), client_of(make.person("Aud", Role.AUDITOR))
    new = f"{ROOM}/horizon/new"
    typed = {"name": "Voices", "what": MARKUP, "next_look_on": ["10", "3", "2027"]}
    assert "after today" in keeper.post(new, {**typed, "next_look_on": WHEN}, status=422).errors[0]
    page = keeper.follow(new, typed)
    assert "<script>alert" not in page.html
    keeper.post(new, typed, status=409)
    base = f"{ROOM}/horizon/{db.session.query(HorizonItem).one().id}"
    assert "9" in [field.get("value") for field in page.soup.select("main input[name=next_look_on]")]
    said = {"result": "watch", "words": "Tried it.", "next_look_on": ["", "", ""]}
    assert keeper.post(f"{base}/look", said, status=422).errors == ["Enter when somebody looks at it next"]
    assert "Keep watching" in keeper.follow(f"{base}/look", {**said, "next_look_on": ["3", "9", "2027"]}).text
    assert "Keep watching" in auditor.get(f"{ROOM}/horizon").text
    assert not auditor.get(base).soup.select("main form")
    auditor.post(f"{base}/look", said, status=403)
    assert "Not for us" in keeper.follow(f"{base}/look", {**said, "result": "not_for_us"}).text
    assert "Voices" in keeper.get(f"{ROOM}/horizon?show=over").text


def test_strangers_and_what_is_not_there(make: Factory, client_of: Clients, sca: Person, finder: Person) -> None:
    stranger, keeper = client_of(make.person()), client_of(sca)
    things = {"discovered": found_in_use(finder).id, "look-alikes": looks_like_ours(finder).id, "horizon": is_new(sca).id}
    for part, thing in things.items():
        stranger.get(f"{ROOM}/{part}/{thing}", status=403)
        keeper.get(f"{ROOM}/{part}/{make.id()}", status=404)
    stranger.post(f"{ROOM}/discovered/{things['discovered']}/close", {"outcome": "x"}, status=403)
    for part, words in (("discovered", "Northmere Reads"), ("look-alikes", "northmere_counciI")):
        assert words not in stranger.get(f"{ROOM}/{part}").text
        assert words in client_of(finder).get(f"{ROOM}/{part}").text
    stranger.get(f"{ROOM}/horizon", status=403)


def test_queries_do_not_grow_with_rows(make: Factory, client_of: Clients, sca: Person, finder: Person) -> None:
    keeper, counts = client_of(sca), []
    things = {"discovered": found_in_use(finder).id, "look-alikes": looks_like_ours(finder).id, "horizon": is_new(sca).id}
    for more in (0, 30):
        for number in range(more):
            found_in_use(finder, name=f"Account {number}", handle=f"@h{number}")
            looks_like_ours(finder, handle=f"@l{number}")
            item = is_new(sca, name=f"Feature {number}")
            operations.note_look(item, LookResult.WATCH, "x", TODAY + DAY, by=sca, at=NOW)
            db.session.commit()
        made = []
        for part, thing in things.items():
            for path in (f"{ROOM}/{part}", f"{ROOM}/{part}/{thing}"):
                with counted_queries() as asked:
                    keeper.get(path)
                made.append(len(asked))
        counts.append(made)
    assert counts[0] == counts[1]
    assert max(counts[0][0::2]) <= 4
    assert max(counts[0][1::2]) <= 8
    after = keeper.get(f"{ROOM}/discovered").soup.select_one("a[rel=next]")
    assert after is not None
    assert len(keeper.get(str(after["href"])).soup.select("tbody tr")) == 6
