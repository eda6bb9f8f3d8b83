"""Access that begins later asks for agreement to the version of the policy that holds on its first day."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.account_register import operations as register
from app.account_register.models import AccessGrant, AccessLevel, GrantState, LoginMode, grant_state
from app.account_register.queries.access import acknowledged_at
from app.account_register.queries.agreements import agreements_to, has_been_let_in
from app.account_register.queries.checks import to_acknowledge_for_access
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.people.models import Person, Role
from app.policy.models import PolicyVersion
from app.policy.operations import acknowledge, withdraw_version
from app.policy.queries import current_version
from tests.account_register.factories import make_account
from tests.conftest import NOW
from tests.due_equality import assert_same_duties
from tests.factories import Factory
from tests.policy.factories import DAY, TODAY, published

CHANGES = TODAY + 10 * DAY
WAITS, ACTIVE, LAPSED = (
    GrantState.AWAITING_ACKNOWLEDGEMENT, GrantState.ACTIVE, GrantState.LAPSED
)  # fmt: skip


class Given:
    """A guardian, a keeper, and a holder who agreed to the policy of today and is given access to an account."""

    def __init__(self, make: Factory, starts_on: date) -> None:
        self.guardian, self.keeper = make.person("Guardian", Role.HR_MANAGER), make.person("Sally", Role.SCA)
        self.holder = make.person("Hol Holder")
        acknowledge(self.holder, current_version(TODAY), at=NOW)
        account = make_account(make)
        begin_writing(account)
        self.grant: AccessGrant = register.give_access(
            account, self.holder, level=AccessLevel.EDITOR, login_mode=LoginMode.SHARED, starts_on=starts_on,
            by=self.keeper, at=NOW,
        )  # fmt: skip
        commit()

    def state(self, day: date) -> GrantState:
        """How it stands on a day."""
        db.session.flush()
        at = db.session.execute(sa.select(acknowledged_at()).where(AccessGrant.id == self.grant.id)).scalar_one()
        return grant_state(self.grant, at, day)

    def is_asked(self, day: date) -> bool:
        """Whether the holder is asked to agree for it."""
        return bool(db.session.execute(to_acknowledge_for_access(self.holder, day)).all())


@pytest.mark.parametrize(
    ("starts_after", "material", "at_its_start"),
    [(-1, True, ACTIVE), (0, True, WAITS), (1, True, WAITS), (1, False, ACTIVE), (40, True, WAITS)],
)
@pytest.mark.parametrize("published_first", [True, False])
def test_the_version_of_the_first_day_counts(
    make: Factory, published_first: bool, starts_after: int, material: bool, at_its_start: GrantState
) -> None:
    """Whether it was published before the access was given or after; one without new rules asks nobody anew."""
    starts_on = CHANGES + starts_after * DAY
    if published_first:
        published(make.person("Other guardian", Role.HR_MANAGER), effective_on=CHANGES, is_material=material)
    given = Given(make, starts_on)
    if not published_first:
        assert given.state(starts_on) is ACTIVE
        published(given.guardian, effective_on=CHANGES, is_material=material)
    assert given.state(starts_on) is at_its_start
    assert has_been_let_in(given.grant, starts_on) == (at_its_start is ACTIVE)
    assert not given.is_asked(CHANGES - DAY)  # nobody can agree to it before it holds
    assert given.is_asked(CHANGES) == (at_its_start is WAITS)
    for day in (CHANGES - DAY, CHANGES):
        with clock.set_to(clock.at_local(day, 10)):
            assert_same_duties(day)
    if at_its_start is WAITS:
        assert given.grant.acknowledge_by is not None
        assert given.grant.acknowledge_by > starts_on
        assert given.state(given.grant.acknowledge_by + DAY) is LAPSED
    acknowledge(given.holder, current_version(CHANGES), at=clock.at_local(CHANGES, 10))
    assert given.state(starts_on) is ACTIVE
    assert not given.is_asked(CHANGES)
    assert [one.until for one in agreements_to(given.grant)] == [None] * (1 if at_its_start is WAITS else 2)


def _withdrawn(version: PolicyVersion, by: Person) -> None:
    withdraw_version(version, why="Not yet.", by=by, at=NOW)
    commit()


def test_a_version_that_was_withdrawn_is_asked_for_no_more(make: Factory) -> None:
    given = Given(make, CHANGES + DAY)
    version = published(given.guardian, effective_on=CHANGES)
    assert given.state(CHANGES + DAY) is WAITS
    _withdrawn(version, given.guardian)
    assert given.state(CHANGES + DAY) is ACTIVE


def test_what_began_before_a_version_was_published_goes_on(make: Factory) -> None:
    """Also where that was in the morning of the day from which it holds; what begins on a later day asks for it."""
    today, tomorrow = Given(make, TODAY), Given(make, TODAY + DAY)
    published(today.guardian, effective_on=TODAY)
    assert (today.state(TODAY), tomorrow.state(TODAY + DAY)) == (ACTIVE, WAITS)


def test_access_that_requires_no_agreement_requires_none_later(make: Factory) -> None:
    given = Given(make, CHANGES + DAY)
    given.grant.required_version_id = None
    published(given.guardian, effective_on=CHANGES)
    assert given.state(CHANGES + DAY) is ACTIVE
    assert not given.is_asked(CHANGES)
    assert agreements_to(given.grant) == []
