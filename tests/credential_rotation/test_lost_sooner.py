"""Whoever loses access sooner than with their leaving or move knows its password no longer than that: it changes once."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant, Account, EndReason
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, MoveKind, RotationStatus, Trigger
from app.credential_rotation.queries import chain_of
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, changed, grant, leave, moved, verified
from tests.factories import Factory
from tests.pages import PageClient

LAST = date(2027, 3, 12)
HOUR = timedelta(hours=1)


@pytest.fixture
def libraries(make: Factory, owner: Person, jo: Person) -> Account:
    """Held by who goes and by another, with a shared login."""
    made = account(make, "Libraries", owner)
    for person in (jo, make.person("Other Holder")):
        grant(make, made, person)
    return made


def _of(person: Person, on: Account) -> AccessGrant:
    return next(one for one in on.grants if one.person_id == person.id)


def _end(held: AccessGrant, by: Person, reason: EndReason = EndReason.NO_LONGER_NEEDED) -> None:
    begin_writing(held)
    operations.end_shared_access(held, by=by, at=NOW + HOUR, ends_on=TODAY, reason=reason)
    commit()


def _rotations() -> list[CredentialRotation]:
    return list(db.session.execute(sa.select(CredentialRotation)).scalars())


def _change(by: Person) -> None:
    with clock.set_to(NOW + 2 * HOUR):
        changed(_rotations()[0], by, at=NOW + 2 * HOUR)


@pytest.mark.parametrize("reason", [EndReason.NO_LONGER_NEEDED, EndReason.WITHDRAWN])
def test_access_ends_in_the_notice_period(
    libraries: Account, jo: Person, hr: Person, owner: Person, sca: Person, client_of: Callable[..., PageClient],
    reason: EndReason,
) -> None:  # fmt: skip
    """The change of that day is the one: their chain shows it as proved, and nobody is asked for another."""
    notice = leave(jo, hr, day=LAST, immediate=False)
    _end(_of(jo, libraries), sca, reason)
    _change(owner)
    with clock.set_to(NOW + 3 * HOUR):
        verified(_rotations()[0], sca, at=NOW + 3 * HOUR)
    after = clock.at_local(LAST + timedelta(days=3), 9)
    with clock.set_to(after):
        begin_writing()
        operations.complete_leavers(after)
        commit()
        assert [one.status for one in _rotations()] == [RotationStatus.COMPLETE]
        (row,) = chain_of(notice, after.date())
        assert (row.verified_by, row.status) == ("Cleo Marsh", RotationStatus.COMPLETE)
        assert "Nothing needs you now" in client_of(owner).get("/").text
        assert notice.status == "complete"


def test_they_are_sent_home_for_the_notice_period(libraries: Account, jo: Person, hr: Person, owner: Person) -> None:
    """Recorded as a long absence."""
    leave(jo, hr, day=LAST, immediate=False)
    moved(jo, hr, {_of(jo, libraries): False}, day=TODAY, kind=MoveKind.LONG_ABSENCE, at=NOW + HOUR)
    _change(owner)
    assert [one.status for one in _rotations()] == [RotationStatus.TO_VERIFY]


def test_who_is_to_move_loses_it_sooner(libraries: Account, jo: Person, hr: Person, owner: Person, sca: Person) -> None:
    """Then it need not change with their move too."""
    moved(jo, hr, {_of(jo, libraries): False}, day=LAST)
    _end(_of(jo, libraries), sca)
    _change(owner)
    assert [one.status for one in _rotations()] == [RotationStatus.TO_VERIFY]


def test_who_is_to_move_leaves_sooner(libraries: Account, jo: Person, hr: Person, owner: Person) -> None:
    """It changes because of the leaving; when they stay after all, and move, because of the move once more."""
    moved(jo, hr, {_of(jo, libraries): False}, day=LAST)
    notice = leave(jo, hr, day=TODAY + timedelta(days=1), immediate=False, at=NOW + HOUR)
    (rotation,) = _rotations()
    assert max(one.counts_from for one in rotation.standing_causes) == clock.at_local(TODAY + timedelta(days=1))
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=hr, at=NOW + 2 * HOUR)
    commit()
    assert _of(jo, libraries).ends_on == LAST
    assert {one.counts_from for one in rotation.standing_causes} == {clock.at_local(LAST)}
    assert rotation.owner_id == owner.id


@pytest.mark.parametrize("leaves", [True, False])
def test_who_had_changed_it_before_loses_it_sooner(
    libraries: Account, jo: Person, hr: Person, owner: Person, sca: Person, leaves: bool
) -> None:
    """What they knew by having made a change is settled by the next one too."""
    begin_writing(libraries)
    operations.start_rotation(libraries, trigger=Trigger.SCHEDULED, by=sca, at=NOW)
    commit()
    changed(_rotations()[0], jo, at=NOW + timedelta(minutes=5))
    if leaves:
        leave(jo, hr, day=LAST, immediate=False, at=NOW + timedelta(minutes=10))
    else:
        moved(jo, hr, {_of(jo, libraries): False}, day=LAST, at=NOW + timedelta(minutes=10))
    _end(_of(jo, libraries), sca)
    due = [one for one in _rotations() if one.status is RotationStatus.DUE]
    with clock.set_to(NOW + 2 * HOUR):
        changed(due[0], owner, at=NOW + 2 * HOUR)
    assert {one.status for one in _rotations()} == {RotationStatus.TO_VERIFY}
