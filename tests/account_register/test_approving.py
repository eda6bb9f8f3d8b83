"""Whose approval access needs, and what comes of access that its holder never took up."""

from datetime import timedelta

import pytest
from flask import Flask

from app.account_register import operations as acts
from app.account_register.models import AccessGrant, AccessLevel, Account, EndReason, GrantState, LoginMode, grant_state
from app.account_register.operations.approving import end_lapsed_access
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.people.models import Person
from app.policy.models import Acknowledgement
from tests.account_register.factories import make_account
from tests.conftest import NOW
from tests.factories import Factory

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
    """Recorded: who approved, who gave it, what was advised. A keeper who is not the manager does not approve it."""
    for approver in (None, owner):
        with pytest.raises(InvalidInput, match=r"The access of Pat is approved by Mia Manager.*6\.3\(6\)") as refused:
            give(account, managed, sca, approved_by=approver)
        assert refused.value.field == "approved_by"
    grant = give(account, managed, owner, approved_by=managed.line_manager, advice="Go ahead")
    assert managed.line_manager is not None
    assert (grant.approved_by_id, grant.given_by_id) == (managed.line_manager.id, owner.id)
    assert grant.advice == "Go ahead"


def test_nobody_approves_their_own_access(account: Account, managed: Person, sca: Person) -> None:
    with pytest.raises(InvalidInput, match=r"Nobody approves access of their own.*6\.3\(6\)"):
        give(account, managed, sca, approved_by=managed)


def test_advice_is_sought(account: Account, managed: Person, owner: Person, sca: Person) -> None:
    """The owner writes down what was advised; a keeper advises by giving it; it holds no password."""
    with pytest.raises(InvalidInput, match=r"Enter what the Strategic Communications Adviser advised.*6\.3\(6\)"):
        give(account, managed, owner, approved_by=managed.line_manager)
    with pytest.raises(InvalidInput, match="Do not write a password"):
        give(account, managed, owner, approved_by=managed.line_manager, advice="password: Hunter2")
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
