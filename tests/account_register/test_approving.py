"""Whose approval access needs, and what comes of access that its holder never took up."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register import operations as acts
from app.account_register.models import AccessGrant, AccessLevel, Account, EndReason, GrantState, LoginMode, grant_state
from app.account_register.operations.approving import end_lapsed_access
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.people.models import Person, Role
from app.policy.models import Acknowledgement
from tests.account_register.factories import make_account, make_grant
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

Browser = Callable[..., PageClient]
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def account(make: Factory, owner: Person) -> Account:
    """An account with its owner."""
    return make_account(make, owner)


@pytest.fixture
def managed(make: Factory) -> Person:
    """Somebody with a line manager."""
    return make.person("Pat", manager=make.person("Mia Manager"), service="Youth")


def give(account: Account, person: Person, by: Person, **values: object) -> AccessGrant:
    """Access given today, but for what the test names."""
    known = {"level": AccessLevel.EDITOR, "login_mode": LoginMode.SHARED, "starts_on": TODAY, "by": by, "at": NOW}
    return acts.give_access(account, person, **{**known, **values})  # type: ignore[arg-type]


def test_the_persons_own_manager_approves(account: Account, managed: Person, sca: Person, owner: Person) -> None:
    """Recorded: who approved, who wrote it down, what was advised. A keeper who is not the manager does not approve it."""
    for approver in (None, owner):
        with pytest.raises(InvalidInput, match=r"The access of Pat is approved by Mia Manager.*6\.3\(6\)") as refused:
            give(account, managed, sca, approved_by=approver)
        assert refused.value.field == "approved_by"
    grant = give(account, managed, sca, approved_by=managed.line_manager, advice="Go ahead")
    assert managed.line_manager is not None
    assert (grant.approved_by_id, grant.given_by_id) == (managed.line_manager.id, sca.id)
    assert (grant.advice, grant.was_written_down) == ("Go ahead", True)


def test_only_a_keeper_writes_down_an_approval_given_outside(
    make: Factory, account: Account, managed: Person, owner: Person, sca: Person, client_of: Browser
) -> None:
    """Who is named is told, and so is every other keeper; the page says who wrote it down. The owner asks instead."""
    manager, deputy = managed.line_manager, make.person("Dee Deputy", Role.DEPUTY_SCA)
    assert manager is not None
    with pytest.raises(NotAllowed, match="Only the keepers of the register give access"):
        give(account, managed, owner, approved_by=manager, advice="She said yes.")
    assert not account.access_can_be_given_by(owner)
    browser, here = client_of(owner), f"/account-register/{account.id}"
    ask = f"/account-register/ask-for-access?account={account.id}"
    assert browser.look(f"{here}/give-access").location == ask
    assert browser.get(here).soup.find("a", href=ask, string="Ask for access for somebody")
    page = browser.get(ask)
    assert (page.field("person"), page.soup.find(attrs={"name": "advice"})) == ("", None)
    said = {
        "account": account.name, "person": managed.email, "reason": "Work", "level": "editor", "login_mode": "individual",
        "starts_on": ["3", "3", "2027"], "approved_by": manager.email, "advice": "She said yes.",
    }  # fmt: skip
    assert "It waits for Mia Manager now." in browser.follow(ask, said).text
    assert db.session.execute(sa.select(AccessGrant)).first() is None
    grant = give(account, managed, sca, approved_by=manager)
    db.session.commit()
    told = sa.select(OutboxMessage.to_person_id).where(
        OutboxMessage.subject_id == grant.id, OutboxMessage.occasion == "access_written_down"
    )
    assert set(db.session.execute(told).scalars()) == {manager.id, deputy.id}
    for reader in (owner, sca, manager):
        assert "approved by Mia Manager, as written down by Priya Shah" in client_of(reader).get(here).text


def test_who_reads_what_was_advised(
    make: Factory, account: Account, managed: Person, owner: Person, sca: Person, client_of: Browser
) -> None:
    """The holder, those who approved and advised, the owner, and who sees everything; not every other holder."""
    fellow, manager = make.person("Fay Fellow"), managed.line_manager
    assert manager is not None
    make_grant(make, account, fellow)
    grant = give(account, managed, sca, approved_by=manager, advice="Watch the tone.")
    db.session.commit()
    auditor = make.person(None, Role.AUDITOR)
    for reader, reads in ((managed, True), (manager, True), (owner, True), (sca, True), (auditor, True), (fellow, False)):
        assert grant.advice_is_known_to(reader) is reads, reader.name
        assert ("Watch the tone." in client_of(reader).get(f"/account-register/{account.id}").text) is reads, reader.name


def test_nobody_approves_their_own_access(account: Account, managed: Person, sca: Person) -> None:
    with pytest.raises(InvalidInput, match=r"Nobody approves access of their own.*6\.3\(6\)"):
        give(account, managed, sca, approved_by=managed)


def test_a_keeper_advises_by_giving_it(account: Account, managed: Person, sca: Person) -> None:
    with pytest.raises(InvalidInput, match="Do not write a password"):
        give(account, managed, sca, approved_by=managed.line_manager, advice="password: Hunter2")
    assert give(account, managed, sca, approved_by=managed.line_manager).advice == ""


def test_who_has_nobody_above_them_is_approved_by_who_gives_it(account: Account, holder: Person, sca: Person) -> None:
    assert give(account, holder, sca).approved_by_id == sca.id


def test_training_is_not_in_the_future(account: Account, holder: Person, sca: Person) -> None:
    with pytest.raises(InvalidInput, match="must be today or earlier"):
        give(account, holder, sca, trained_on=TODAY + DAY)
    assert give(account, holder, sca, trained_on=TODAY).trained_on == TODAY


def test_access_that_is_never_acknowledged_lapses(
    app: Flask, make: Factory, account: Account, holder: Person, owner: Person, sca: Person
) -> None:
    """Ten working days after it was given; then it can be given anew, and what was acknowledged stays."""
    grant = give(account, holder, sca)
    kept = give(account, owner, sca)
    assert kept.required_version_id is not None
    make.keep(Acknowledgement(person_id=owner.id, version_id=kept.required_version_id, at=NOW))
    last = grant.acknowledge_by
    assert last is not None
    assert (last - TODAY).days == 14
    assert grant_state(grant, None, last) is GrantState.AWAITING_ACKNOWLEDGEMENT
    assert grant_state(grant, None, last + DAY) is GrantState.LAPSED
    assert end_lapsed_access(NOW + timedelta(days=14)) == 0
    assert end_lapsed_access(NOW + timedelta(days=15)) == 1
    assert end_lapsed_access(NOW + timedelta(days=15)) == 0
    assert (grant.ends_on, grant.end_reason, grant.ended_by_id) == (last, EndReason.LAPSED, None)
    assert kept.ends_on is None
    again = give(account, holder, sca, at=NOW + timedelta(days=15), starts_on=last + DAY)
    assert again.ends_on is None
    db.session.commit()


def test_lapsed_access_does_not_keep_new_access_out(
    make: Factory, account: Account, holder: Person, sca: Person
) -> None:
    """Also before the night in which it is ended; access that runs does."""
    grant = give(account, holder, sca)
    later = NOW + timedelta(days=30)
    again = give(account, holder, sca, at=later, starts_on=later.date())
    assert grant.end_reason is EndReason.LAPSED
    assert again.ends_on is None
    with pytest.raises(AlreadyDone, match="already has access"):
        give(account, holder, sca, at=later, starts_on=later.date())
