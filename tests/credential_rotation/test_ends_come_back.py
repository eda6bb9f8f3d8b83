"""Access that was to end for another reason before somebody's leaving was recorded: that end comes back, with its reason."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant, Account, EndReason, LoginMode
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, LeaverNotice, Move, RotationStatus, Trigger
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, grant, leave, moved
from tests.factories import Factory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY, LATER = date(2027, 3, 8), date(2027, 3, 25)


@pytest.fixture
def on(make: Factory, owner: Person) -> Account:
    """Somebody else administers it too."""
    made = account(make, "Youth", owner)
    grant(make, made, make.person())
    return made


@pytest.fixture
def held(make: Factory, on: Account, jo: Person) -> AccessGrant:
    """What may be withdrawn."""
    return grant(make, on, jo)


def _ended(held: AccessGrant, by: Person, day: date = MONDAY, reason: EndReason = EndReason.WITHDRAWN) -> None:
    begin_writing(held)
    operations.end_shared_access(held, by=by, at=NOW, ends_on=day, reason=reason)
    commit()


def _change(notice: LeaverNotice, by: Person, day: date) -> None:
    begin_writing(notice)
    operations.change_leaving(notice, last_working_day=day, immediate=False, by=by, at=NOW + 2 * HOUR)
    commit()


def _stays(notice: LeaverNotice, by: Person) -> None:
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=by, at=NOW + 3 * HOUR)
    commit()


def _as_before(move: Move, by: Person) -> None:
    begin_writing(move)
    operations.withdraw_move(move, by=by, at=NOW + 4 * HOUR)
    commit()


def _end(held: AccessGrant) -> tuple[date | None, EndReason | None]:
    return held.ends_on, held.end_reason


def _due() -> list[CredentialRotation]:
    found = sa.select(CredentialRotation).where(CredentialRotation.status == RotationStatus.DUE)
    return list(db.session.execute(found).scalars())


@pytest.mark.parametrize("reason", [EndReason.WITHDRAWN, EndReason.NO_LONGER_NEEDED, EndReason.LEFT])
def test_it_comes_back_when_they_stay(hr: Person, sca: Person, held: AccessGrant, jo: Person, reason: EndReason) -> None:
    """Also one that a person gave the words that they left; and its password changes after that day, not before."""
    _ended(held, sca, reason=reason)
    notice = leave(jo, hr, day=FRIDAY, immediate=False, at=NOW + HOUR)
    assert _end(held) == (FRIDAY, EndReason.LEFT)
    _stays(notice, hr)
    assert _end(held) == (MONDAY, reason)
    assert (held.ended_by_id, held.ended_at, held.ends_set_aside) == (sca.id, NOW, [])
    (rotation,) = _due()
    standing = [cause for cause in rotation.causes if cause.counts_from == clock.at_local(MONDAY)]
    assert [cause.person_id for cause in standing] == [jo.id]
    assert rotation.counts_from == clock.at_local(MONDAY)


def test_it_comes_back_when_they_leave_later(hr: Person, sca: Person, held: AccessGrant, jo: Person) -> None:
    """Not beyond it; and it is set aside again where they leave sooner after all."""
    _ended(held, sca)
    notice = leave(jo, hr, day=FRIDAY, immediate=False, at=NOW + HOUR)
    plan = operations.preview_change(notice, last_working_day=LATER, immediate=False, by=hr, at=NOW + HOUR)
    db.session.rollback()
    assert (plan.holdings[0].ends, plan.holdings[0].ends_by_itself_on) == (False, MONDAY)
    _change(notice, hr, LATER)
    assert _end(held) == (MONDAY, EndReason.WITHDRAWN)
    _change(notice, hr, FRIDAY)
    assert _end(held) == (FRIDAY, EndReason.LEFT)
    _change(notice, hr, FRIDAY + DAY)
    assert _end(held) == (FRIDAY + DAY, EndReason.LEFT)
    _stays(notice, hr)
    assert _end(held) == (MONDAY, EndReason.WITHDRAWN)


def test_an_end_by_hand_is_not_put_off_by_a_later_leaving(
    hr: Person, sca: Person, held: AccessGrant, jo: Person
) -> None:
    """Though its words are that they left."""
    _ended(held, sca, FRIDAY, EndReason.LEFT)
    leave(jo, hr, day=LATER, immediate=False, at=NOW + HOUR)
    assert held.ends_on == FRIDAY


@pytest.mark.parametrize("first", ["leaving", "move"])
def test_a_mover_who_leaves_and_does_neither(
    hr: Person, sca: Person, held: AccessGrant, jo: Person, first: str
) -> None:
    """Whichever is withdrawn first, the other stands; what was withdrawn before both comes back last."""
    _ended(held, sca, LATER)
    move = moved(jo, hr, {held: False}, day=MONDAY)
    notice = leave(jo, hr, day=FRIDAY, immediate=False, at=NOW + HOUR)
    assert _end(held) == (FRIDAY, EndReason.LEFT)
    if first == "leaving":
        _stays(notice, hr)
        assert _end(held) == (MONDAY, EndReason.MOVED)
        _as_before(move, hr)
    else:
        _as_before(move, hr)
        assert _end(held) == (FRIDAY, EndReason.LEFT)
        _stays(notice, hr)
    assert _end(held) == (LATER, EndReason.WITHDRAWN)


def test_a_move_on_an_earlier_day_than_they_leave(hr: Person, held: AccessGrant, jo: Person) -> None:
    """Set aside for the leaving, it ends the access now, and stays where they do."""
    move = moved(jo, hr, {held: False}, day=MONDAY)
    notice = leave(jo, hr, day=FRIDAY, immediate=False, at=NOW + HOUR)
    begin_writing(move)
    operations.change_move(move, last_day=TODAY + DAY, back_on=None, by=hr, at=NOW + 2 * HOUR)
    commit()
    assert _end(held) == (TODAY + DAY, EndReason.MOVED)
    _stays(notice, hr)
    assert _end(held) == (TODAY + DAY, EndReason.MOVED)
    (rotation,) = _due()
    assert rotation.counts_from == clock.at_local(TODAY + DAY)
    assert Trigger.MOVED in {cause.trigger for cause in rotation.causes}


def test_a_move_on_another_day_than_it_had_while_a_sooner_one_stands(hr: Person, held: AccessGrant, jo: Person) -> None:
    first = moved(jo, hr, {held: False}, day=LATER)
    second = moved(jo, hr, {held: False}, day=FRIDAY, at=NOW + HOUR)
    begin_writing(first)
    operations.change_move(first, last_day=MONDAY, back_on=None, by=hr, at=NOW + 2 * HOUR)
    commit()
    assert held.ends_on == FRIDAY
    _as_before(second, hr)
    assert _end(held) == (MONDAY, EndReason.MOVED)
    (rotation,) = _due()
    assert rotation.counts_from == clock.at_local(MONDAY)


def test_two_moves_of_which_one_is_withdrawn(hr: Person, held: AccessGrant, jo: Person) -> None:
    moved(jo, hr, {held: False}, day=LATER)
    second = moved(jo, hr, {held: False}, day=FRIDAY, at=NOW + HOUR)
    assert held.ends_on == FRIDAY
    _as_before(second, hr)
    assert _end(held) == (LATER, EndReason.MOVED)


def test_a_login_of_ones_own_comes_back_too(
    make: Factory, hr: Person, sca: Person, on: Account, jo: Person
) -> None:
    own = grant(make, on, jo, mode=LoginMode.INDIVIDUAL)
    _ended(own, sca)
    notice = leave(jo, hr, day=FRIDAY, immediate=False, at=NOW + HOUR)
    _stays(notice, hr)
    assert (_end(own), _due()) == ((MONDAY, EndReason.WITHDRAWN), [])
