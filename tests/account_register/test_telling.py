"""Who is told what becomes of an account: those who use it, those who answer for it, and nobody else (domain 3.2)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.account_register import operations as acts
from app.account_register.models import AccountStatus, Advice, EndReason, ProposalKind
from app.account_register.models.account import ACCOUNT_TRANSITIONS
from app.account_register.operations.accounts import set_status
from app.core.audit import ActorKind
from app.core.db import begin_writing, commit, db
from app.core.outbox import OutboxMessage
from app.people.models import Person
from app.policy.queries import current_version
from tests.account_register.factories import LAST_WORDS, make_account, make_grant
from tests.account_register.proposing import Way, answers
from tests.account_register.test_importing import imported
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

TODAY, DAY, LATER = NOW.date(), timedelta(days=1), NOW + timedelta(hours=1)
LIST = "/account-register/"
STATE, NOW_OWNER, NO_MORE, ABOUT_OWN = (
    "account_state", "account_now_owner", "account_owner_no_more", "proposal_about_own",
)  # fmt: skip


def told(kind: str) -> list[str]:
    """Who was told of this, by name, once for each time."""
    rows = db.session.query(OutboxMessage).all()
    return sorted(db.session.get_one(Person, row.to_person_id).name for row in rows if row.kind.name == kind)


@pytest.fixture
def world(make: Factory, sca: Person, owner: Person, holder: Person) -> Any:
    """An account with an owner, a deputy, and access that runs, waits, begins later, lapsed and ended."""
    deputy = make.person("Dee Deputy")
    account = make_account(make, owner, name="Museum", deputy_id=deputy.id)
    make_grant(make, account, holder)
    version = current_version(TODAY).id
    waits = {"required_version_id": version, "acknowledge_by": TODAY + 9 * DAY}
    make_grant(make, account, make.person("Wanda Waits"), **waits)
    make_grant(make, account, make.person("Nia Next"), starts_on=TODAY + 3 * DAY)
    make_grant(make, account, make.person("Lara Lapsed"), **{**waits, "acknowledge_by": TODAY - DAY})
    over = {"ends_on": TODAY - DAY, "end_reason": EndReason.NO_LONGER_NEEDED}
    make_grant(make, account, make.person("Ed Ended"), **over)
    make.person("Someone Else")
    return account


EVERYBODY = ["Dee Deputy", "Hana Novak", "Nia Next", "Owen Lloyd", "Wanda Waits"]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(was, new) for was, new, allowed in ACCOUNT_TRANSITIONS.pairs() if allowed and new is not AccountStatus.CLOSED],
)
def test_whoever_uses_or_answers_for_an_account_is_told_of_its_state(
    world: Any, sca: Person, was: AccountStatus, becomes: AccountStatus
) -> None:
    """Once each, and who did it not; of a compromise other messages tell."""
    world.status = was
    db.session.commit()
    begin_writing()
    set_status(world, becomes, by=sca.id, at=NOW, reason="x")
    commit()
    assert told(STATE) == ([] if AccountStatus.COMPROMISED in (was, becomes) else EVERYBODY)


def test_each_change_is_told_anew_and_nobody_is_told_twice(make: Factory, world: Any, sca: Person, owner: Person) -> None:
    """An owner who holds access too hears it once; a keeper who owns it and pauses it herself does not."""
    make_grant(make, world, owner)
    make_grant(make, world, sca)
    for status in (AccountStatus.PAUSED, AccountStatus.LIVE):
        acts.change_status(world, status, by=sca, at=NOW, reason="x")
    commit()
    assert told(STATE) == sorted(2 * EVERYBODY)
    set_status(world, AccountStatus.PAUSED, by=ActorKind.INSTALLATION, at=NOW)
    commit()
    assert told(STATE).count(sca.name) == 1


def test_whoever_has_left_is_not_told(make: Factory, sca: Person) -> None:
    gone = make.person("Gone Owner", last_working_day=TODAY - DAY)
    account = make_account(make, gone)
    acts.change_status(account, AccountStatus.DORMANT, by=sca, at=NOW, reason="x")
    commit()
    assert told(STATE) == []


def test_the_owner_is_told_that_the_account_was_closed(make: Factory, sca: Person, owner: Person) -> None:
    account = make_account(make, owner, status=AccountStatus.CLOSING)
    acts.close_account(account, by=sca, at=NOW, **LAST_WORDS)
    commit()
    assert told(STATE) == [owner.name]


def test_old_and_new_owner_are_told(make: Factory, sca: Person, owner: Person) -> None:
    """By hand and from a file; nothing is told where the owner stays, nor to a keeper who takes it over herself."""
    account, heir = make_account(make, owner), make.person("Hal Heir")
    known = acts.details_of(account)
    acts.change_account(account, replace(known, purpose="New"), by=sca, at=NOW)
    assert (told(NOW_OWNER), told(NO_MORE)) == ([], [])
    acts.change_account(account, replace(known, owner_id=heir.id), by=sca, at=NOW)
    commit()
    assert (told(NOW_OWNER), told(NO_MORE)) == ([heir.name], [owner.name])
    acts.change_account(account, replace(known, owner_id=sca.id), by=sca, at=LATER)
    commit()
    assert (told(NOW_OWNER), told(NO_MORE)) == ([heir.name], sorted([heir.name, owner.name]))


def test_a_file_tells_of_a_new_owner_and_a_new_state(make: Factory, sca: Person, owner: Person) -> None:
    heir = make.person("Hal Heir")
    imported(f"X,news,,News,Press,{owner.email},Why,live,", by=sca)
    assert (told(NOW_OWNER), told(STATE)) == ([], [])
    imported(f"X,news,,News,Press,{heir.email},Why,paused,", by=sca)
    assert (told(NOW_OWNER), told(NO_MORE), told(STATE)) == ([heir.name], [owner.name], [heir.name])


def test_the_messages_name_nobody_and_no_account(make: Factory, world: Any, sca: Person, owner: Person) -> None:
    acts.change_status(world, AccountStatus.PAUSED, by=sca, at=NOW, reason="x")
    acts.change_account(world, replace(acts.details_of(world), owner_id=make.person("Hal Heir").id), by=sca, at=NOW)
    commit()
    reads = {row.kind.reads for row in db.session.query(OutboxMessage)}
    assert len(reads) == 3
    assert not [one for one in reads if "Museum" in one or "Owen" in one or "paused" in one]


@pytest.mark.parametrize("status", AccountStatus)
def test_every_state_but_live_says_what_to_heed(status: AccountStatus) -> None:
    assert bool(status.to_heed) is (status is not AccountStatus.LIVE)


def test_holders_and_owners_read_the_state_beside_the_account(
    make: Factory, client_of: Callable[..., PageClient], sca: Person, owner: Person, holder: Person
) -> None:
    """On the list of whoever sees the account, and on the holder's own page and its PDF."""
    account = make_account(make, owner, name="Museum")
    make_grant(make, account, holder)
    words = AccountStatus.PAUSED.to_heed
    assert words not in client_of(holder).get("/figures/my-record").text
    acts.change_status(account, AccountStatus.PAUSED, by=sca, at=NOW, reason="Election")
    commit()
    assert f"Museum {words}" in client_of(holder).get("/figures/my-record").text
    for reader in (holder, owner):
        assert words in client_of(reader).get(LIST).text
        assert "The state of an account that you use or answer for has changed" in client_of(reader).get("/messages").text


# ---- proposals about an account ----


def test_the_owner_is_told_of_each_step_of_a_proposal_about_their_account(make: Factory) -> None:
    """Sent by somebody else, approved, carried out. The closing that it brings about is told too."""
    way, owner = Way(make), make.person("Ola Owns")
    account = make_account(make, owner)
    made = way.proposed(account, kind=ProposalKind.CLOSURE)
    assert told(ABOUT_OWN) == [owner.name]
    acts.support_proposal(made, by=way.manager, at=NOW)
    acts.advise_on_proposal(made, by=way.sca, at=NOW, advice=Advice.GO_AHEAD, words="Yes")
    commit()
    assert told(ABOUT_OWN) == [owner.name]
    acts.approve_proposal(made, by=way.manager, at=NOW)
    commit()
    assert told(ABOUT_OWN) == 2 * [owner.name]
    acts.carry_out_proposal(made, by=way.sca, at=NOW)
    commit()
    assert told(ABOUT_OWN) == 3 * [owner.name]
    assert told(STATE) == [owner.name]
    assert made.can_be_seen_by(owner)


def test_whoever_knows_of_a_proposal_already_is_not_told_twice(make: Factory) -> None:
    """An owner who proposes it, who supports it, who keeps the register, or whom it names; nor of an account to come."""
    way = Way(make)
    for number, owner in enumerate((way.proposer, way.manager, way.sca)):
        made = way.proposed(make_account(make, owner, name=f"Account {number}"))
        assert told(ABOUT_OWN) == []
        everybody = [row.to_person_id for row in db.session.query(OutboxMessage).filter_by(subject_id=made.id)]
        assert len(set(everybody)) == len(everybody)
    made = way.approved(kind=ProposalKind.NEW_PLATFORM)
    assert told(ABOUT_OWN) == []


def test_who_owns_the_account_that_an_answer_turns_to_is_told(make: Factory) -> None:
    way, first, second = Way(make), make.person("Ola Owns"), make.person("Olga Owns")
    made = way.proposed(make_account(make, first, name="First"))
    other = make_account(make, second, name="Second")
    acts.return_proposal(made, by=way.manager, at=NOW, question="Which one?")
    commit()
    begin_writing()
    acts.answer_proposal(made, by=way.proposer, at=NOW, answer="The other", changed=answers(way.owner, other))
    commit()
    assert told(ABOUT_OWN) == [first.name, second.name]


def test_an_owner_who_left_is_not_told_of_a_proposal(make: Factory) -> None:
    way = Way(make)
    way.proposed(make_account(make, make.person("Gone Owner", last_working_day=TODAY - DAY)))
    assert told(ABOUT_OWN) == []
