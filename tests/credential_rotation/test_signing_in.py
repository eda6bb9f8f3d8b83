"""Correcting how somebody signs in: who knew the shared password goes on knowing it until it is changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant, Account, EndReason, LoginMode, SignInChange
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, Trigger
from app.credential_rotation.operations.leaver_plans import Leaving, plan_leaving
from app.credential_rotation.queries.known_passwords import known_without_access
from app.credential_rotation.queries.past_access import Way
from app.people.models import Person, Role
from app.policy.queries import current_version
from tests.account_register.test_operations import events
from tests.conftest import NOW
from tests.credential_rotation.factories import ALL_DONE, TODAY, account, who_could_get_in
from tests.credential_rotation.factories import grant as held
from tests.factories import Factory
from tests.pages import PageClient

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHARED, OWN, DELEGATED = LoginMode.SHARED, LoginMode.INDIVIDUAL, LoginMode.DELEGATED
Browser = Callable[..., PageClient]


class There:
    """Somebody with access by a shared login, two keepers and the account's owner."""

    def __init__(self, make: Factory, mode: LoginMode = SHARED) -> None:
        self.sca, self.deputy = make.person("Sca", Role.SCA), make.person("Dep", Role.DEPUTY_SCA)
        self.owner, self.holder = make.person("Olu"), make.person("Hol")
        self.account: Account = account(make, "Parks", self.owner)
        self.grant: AccessGrant = held(make, self.account, self.holder, mode=mode)

    def correct(self, mode: LoginMode, *, never: bool = False, hours: int = 0, by: Person | None = None) -> None:
        """How the holder signs in, so many hours from now."""
        begin_writing(self.account, self.grant)
        operations.correct_ways_of_signing_in(
            [self.grant], mode, true_from=None, reason="They told me", never_shared=never, by=by or self.sca,
            at=NOW + hours * HOUR,
        )  # fmt: skip
        commit()

    def change_password(self, hours: int) -> None:
        """It is time, and somebody else does it."""
        at = NOW + hours * HOUR
        rotation = operations.start_rotation(self.account, trigger=Trigger.SCHEDULED, by=self.deputy, at=at)
        operations.mark_changed(rotation, by=self.deputy, at=at, changed_at=at, steps=ALL_DONE)
        commit()

    @property
    def leaver_rotates(self) -> bool:
        """Whether the password would change if the holder left at once tomorrow."""
        leaving = Leaving(self.holder, TODAY + DAY, immediate=True, told_at=NOW + DAY)
        return any(one.rotates for one in plan_leaving(leaving, TODAY + DAY).holdings)


@pytest.fixture
def there(make: Factory) -> There:
    """A holder by a shared login."""
    return There(make)


@pytest.mark.parametrize(
    ("was", "becomes", "never", "changed", "rotates"),
    [
        (SHARED, OWN, False, False, True), (SHARED, DELEGATED, False, False, True), (SHARED, OWN, False, True, False),
        (SHARED, OWN, True, False, False), (SHARED, DELEGATED, True, True, False), (OWN, SHARED, False, False, True),
        (OWN, SHARED, False, True, True), (OWN, DELEGATED, False, False, False), (DELEGATED, OWN, True, False, False),
    ],
)  # fmt: skip
def test_who_knows_the_password_after_a_correction(
    make: Factory, was: LoginMode, becomes: LoginMode, never: bool, changed: bool, rotates: bool
) -> None:
    """Who signed in by it knows it until it changes; only what is said by itself takes that away."""
    there = There(make, was)
    there.correct(becomes, never=never)
    if changed:
        there.change_password(hours=2)
    assert there.leaver_rotates is rotates


def test_who_never_got_in_does_not_come_to_know_it_by_a_correction(there: There) -> None:
    """They have not agreed to the policy yet, so nobody has let them in."""
    version = current_version(TODAY)
    assert version is not None
    there.grant.required_version_id = version.id
    db.session.commit()
    there.correct(OWN)
    assert there.grant.knew_shared_at is None
    assert not there.leaver_rotates


def test_never_is_said_by_itself_and_audited(there: There) -> None:
    """Also later, of somebody whose way was corrected before; with how it is known."""
    there.correct(OWN)
    assert list(known_without_access(there.holder)) == [there.account]
    with pytest.raises(AlreadyDone):
        there.correct(OWN, hours=1)
    db.session.rollback()
    there.correct(OWN, never=True, hours=2)
    assert known_without_access(there.holder) == {}
    rows = db.session.execute(sa.select(SignInChange).order_by(SignInChange.changed_at)).scalars().all()
    assert [(one.old, one.new, one.never_shared, one.reason) for one in rows] == [
        (SHARED, OWN, False, "They told me"), (OWN, OWN, True, "They told me"),
    ]  # fmt: skip
    assert [one for one in events(there.account) if one.startswith("access:")] == [
        "access:sign-in-corrected", "access:never-shared",
    ]  # fmt: skip
    with pytest.raises(AlreadyDone):
        there.correct(OWN, never=True, hours=3)


def test_who_corrects_it(there: There, make: Factory) -> None:
    """Keepers, never their own; on access that goes on, with a reason and a day that can be."""
    own = held(make, there.account, there.sca)
    table = {there.sca: True, there.deputy: True, there.owner: False, there.holder: False}
    assert {one: there.grant.sign_in_can_be_corrected_by(one) for one in table} == table
    assert not own.sign_in_can_be_corrected_by(there.sca)
    with pytest.raises(NotAllowed):
        there.correct(OWN, by=there.owner)
    db.session.rollback()
    for true_from, reason in ((TODAY + DAY, "Known"), (there.grant.starts_on - DAY, "Known"), (TODAY, "")):
        with pytest.raises(InvalidInput):
            operations.correct_ways_of_signing_in(
                [there.grant], OWN, true_from=true_from, reason=reason, by=there.sca, at=NOW
            )
    with pytest.raises(InvalidInput, match="Select for whom"):
        operations.correct_ways_of_signing_in([], OWN, true_from=None, reason="Known", by=there.sca, at=NOW)


@pytest.mark.parametrize(("never", "changed", "asked"), [(False, False, True), (False, True, False), (True, False, False)])
def test_ending_their_access_afterwards(there: There, never: bool, changed: bool, asked: bool) -> None:
    """The password changes where they know it still, and nobody is asked for nothing."""
    there.correct(DELEGATED, never=never)
    if changed:
        there.change_password(hours=2)
    made = operations.end_shared_access(
        there.grant, by=there.sca, at=NOW + 3 * HOUR, ends_on=TODAY, reason=EndReason.NO_LONGER_NEEDED
    )
    commit()
    assert (made is not None) is asked


def test_access_that_is_to_end_and_turns_out_to_be_shared(make: Factory) -> None:
    """Its password changes then."""
    there = There(make, OWN)
    operations.end_shared_access(
        there.grant, by=there.sca, at=NOW, ends_on=TODAY + 3 * DAY, reason=EndReason.NO_LONGER_NEEDED
    )
    commit()
    assert db.session.execute(sa.select(CredentialRotation)).first() is None
    there.correct(SHARED, hours=1)
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    assert [cause.person_id for cause in rotation.causes] == [there.holder.id]


def test_who_could_get_in_after_such_an_access(there: There) -> None:
    """Whoever knew the password could, until it was changed."""
    there.correct(OWN)
    there.grant.ends_on, there.grant.end_reason = TODAY, EndReason.NO_LONGER_NEEDED
    commit()
    assert [one.way for one in who_could_get_in(there.account, TODAY + DAY)] == [Way.CAME_TO_KNOW]


def test_the_page_for_several(client_of: Browser, there: There, make: Factory) -> None:
    """Asked where the way of the account itself changes, of those who sign in otherwise; namesakes by their addresses."""
    other = held(make, there.account, make.person(there.holder.name, post=there.holder.post))
    keeper, base = client_of(there.sca), f"/account-register/{there.account.id}"
    place = f"/credential-rotation/accounts/{there.account.id}/ways-of-signing-in"
    sent = {"login_mode": "delegated", "two_step": "on", "recovery_kind": "organisation"}
    assert keeper.post(f"{base}/change/security", sent).location.endswith(place)
    page = keeper.get(place)
    assert len(page.soup.select("input[name=holders][checked]")) == 2
    assert all(str(one.email) in page.text for one in (there.holder, other.person))
    assert "the account: role given by the platform" in keeper.get(base).text
    page = keeper.post(place, {"holders": [str(other.id)], "login_mode": "delegated"}, status=422)
    assert page.errors == ["Enter how you know it"]
    entered = {"holders": [str(other.id)], "login_mode": "delegated", "reason": "Seen on LinkedIn", "never": ["never"]}
    assert "You corrected how 1 person signs in" in keeper.follow(place, entered).text
    keeper.post(place, entered, status=409)
    db.session.expire_all()
    assert (other.login_mode, there.grant.login_mode) == (DELEGATED, SHARED)
    client_of(there.owner).get(place, status=403)
