"""Whoever is the last who lets others into an account has somebody asked to take over, whatever is recorded first."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.account_register.models import AccessGrant, AccessLevel, Account, EndReason, LoginMode
from app.account_register.operations import end_access_of_own_login
from app.core import clock
from app.core.db import begin_writing, commit
from app.credential_rotation import operations
from app.credential_rotation.models import HandOver, LeaverNotice, Move, NoticeStatus
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, grant, leave, moved
from tests.factories import Factory
from tests.pages import PageClient

ONLY = HandOver.ONLY_ADMINISTRATOR
LATER = date(2027, 3, 12)
HOUR = timedelta(hours=1)
TAKE_OVER = "Urgent: find somebody to take over Libraries"


@pytest.fixture
def ann(make: Factory) -> Person:
    """One of two administrators."""
    return make.person("Ann Archer")


@pytest.fixture
def ben(make: Factory) -> Person:
    """The other."""
    return make.person("Ben Birch")


@pytest.fixture
def libraries(make: Factory, owner: Person, ann: Person, ben: Person) -> Account:
    """Two administrators and an editor."""
    made = account(make, "Libraries", owner)
    for person in (ann, ben):
        grant(make, made, person)
    grant(make, made, make.person("Cy Cole"), level=AccessLevel.EDITOR)
    return made


def _of(person: Person, on: Account) -> AccessGrant:
    return next(one for one in on.grants if one.person_id == person.id)


def _asked(going: LeaverNotice | Move) -> HandOver | None:
    """What somebody else is to take over because of a notice or a move."""
    if isinstance(going, Move):
        return next((one.hand_over for one in going.hand_overs), None)
    return next(one.hand_over for one in going.holdings)


def _end(held: AccessGrant, by: Person) -> None:
    begin_writing(held)
    operations.end_shared_access(held, by=by, at=NOW + HOUR, ends_on=TODAY, reason=EndReason.NO_LONGER_NEEDED)
    commit()


@pytest.mark.parametrize(("day", "immediate"), [(FRIDAY, False), (TODAY, True)])
def test_the_second_who_is_recorded_goes_first(
    libraries: Account, ann: Person, ben: Person, hr: Person, sca: Person, client_of: Callable[..., PageClient],
    day: date, immediate: bool,
) -> None:  # fmt: skip
    """Nobody is asked for while the other goes on; then the keeper finds it on her first page."""
    first = leave(ann, hr, day=LATER, immediate=False)
    assert _asked(first) is None
    second = leave(ben, hr, day=day, immediate=immediate, at=NOW + HOUR)
    assert (_asked(first), _asked(second)) == (ONLY, None)
    assert libraries.name in TAKE_OVER
    with clock.set_to(NOW + HOUR):
        assert TAKE_OVER in client_of(sca).get("/").text


def test_the_other_moves(libraries: Account, ann: Person, ben: Person, hr: Person) -> None:
    """And has nothing to hand over."""
    first = leave(ann, hr, day=LATER, immediate=False)
    second = moved(ben, hr, {_of(ben, libraries): False}, at=NOW + HOUR)
    assert (_asked(first), _asked(second)) == (ONLY, None)


def test_who_moves_is_left_alone_by_who_leaves_or_moves_sooner(
    make: Factory, libraries: Account, ann: Person, ben: Person, hr: Person
) -> None:
    """Their move was recorded while the other went on; and who moves on another day after all is the last no more."""
    move = moved(ann, hr, {_of(ann, libraries): False}, day=LATER)
    assert _asked(move) is None
    cat = make.person("Cat Cross")
    grant(make, libraries, cat)
    other = moved(ben, hr, {_of(ben, libraries): False}, at=NOW + HOUR)
    assert (_asked(move), _asked(other)) == (None, None)
    notice = leave(cat, hr, day=FRIDAY, immediate=False, at=NOW + 2 * HOUR)
    assert (_asked(move), _asked(other), _asked(notice)) == (ONLY, None, None)


def test_a_move_that_comes_sooner_after_all(libraries: Account, ann: Person, ben: Person, hr: Person) -> None:
    """It was to be the last, and is the first."""
    notice = leave(ann, hr, day=LATER, immediate=False)
    move = moved(ben, hr, {_of(ben, libraries): False}, day=LATER + timedelta(days=7), at=NOW + HOUR)
    assert (_asked(notice), _asked(move)) == (None, ONLY)
    begin_writing(move)
    operations.change_move(move, last_day=FRIDAY, back_on=None, by=hr, at=NOW + 2 * HOUR)
    commit()
    assert _asked(notice) is ONLY


def test_a_move_that_is_told_late_is_asked_for_at_once(
    make: Factory, owner: Person, ann: Person, hr: Person, sca: Person, client_of: Callable[..., PageClient]
) -> None:
    """On the day on which it is recorded their own access still runs, and yet nobody has taken over."""
    on = account(make, "Libraries", owner)
    move = moved(ann, hr, {grant(make, on, ann): False}, day=TODAY - timedelta(days=3), at=NOW)
    assert _asked(move) is ONLY
    assert TAKE_OVER in client_of(sca).get("/").text
    assert {_of(ann, on).ends_on, move.ends_on} == {TODAY}


def test_the_access_of_the_other_is_ended(libraries: Account, ann: Person, ben: Person, hr: Person, sca: Person) -> None:
    """By the keeper of the register, though nobody else leaves."""
    notice = leave(ann, hr, day=LATER, immediate=False)
    _end(_of(ben, libraries), sca)
    assert _asked(notice) is ONLY


def test_the_review_of_access_ends_it(libraries: Account, ann: Person, ben: Person, hr: Person, owner: Person) -> None:
    """As the owner finds that they need it no more."""
    notice = leave(ann, hr, day=LATER, immediate=False)
    stays = {one.id: one.person_id != ben.id for one in libraries.grants}
    begin_writing(libraries)
    operations.review_access(libraries, stays, by=owner, at=NOW + HOUR)
    commit()
    assert _asked(notice) is ONLY


def test_access_by_a_login_of_their_own_is_ended(make: Factory, ann: Person, ben: Person, hr: Person, sca: Person) -> None:
    """No password changes, and the other is alone all the same: who leaves as who moves."""
    on = account(make, "Museums")
    held = [grant(make, on, person, mode=LoginMode.INDIVIDUAL) for person in (ann, ben)]
    notice = leave(ann, hr, day=LATER, immediate=False)
    begin_writing(held[1])
    end_access_of_own_login(held[1], by=sca, at=NOW + HOUR, ends_on=TODAY, reason=EndReason.WITHDRAWN)
    commit()
    assert _asked(notice) is ONLY


def test_the_day_of_the_other_is_changed(
    libraries: Account, ann: Person, ben: Person, hr: Person, sca: Person, client_of: Callable[..., PageClient]
) -> None:
    """The duty does not go away with the new day: it is the first one's now."""
    first = leave(ann, hr, day=LATER, immediate=False)
    second = leave(ben, hr, day=LATER + timedelta(days=7), immediate=False, at=NOW + HOUR)
    assert (_asked(first), _asked(second)) == (None, ONLY)
    begin_writing(second)
    operations.change_leaving(second, last_working_day=FRIDAY, immediate=False, by=hr, at=NOW + 2 * HOUR)
    commit()
    assert _asked(first) is ONLY
    assert libraries.name in TAKE_OVER
    with clock.set_to(NOW + 2 * HOUR):
        assert TAKE_OVER in client_of(sca).get("/").text


def test_who_took_over_goes_once_everything_was_complete(
    make: Factory, owner: Person, ann: Person, hr: Person, sca: Person, client_of: Callable[..., PageClient]
) -> None:
    """Somebody is asked for again, and the page of the leaver does not say beside it that nothing is left to do."""
    on = account(make, "Libraries", owner)
    grant(make, on, ann, mode=LoginMode.INDIVIDUAL)
    notice = leave(ann, hr)
    assert notice.status is NoticeStatus.NOTIFIED
    heir = grant(make, on, make.person("Heir"), mode=LoginMode.INDIVIDUAL)
    tomorrow = NOW + timedelta(days=1)
    with clock.set_to(tomorrow):
        begin_writing()
        operations.complete_leavers(tomorrow)
        commit()
        assert notice.status is NoticeStatus.COMPLETE
        page = client_of(hr).get(f"/credential-rotation/leavers/{notice.id}").text
        assert "Nothing is left to do" in page
        assert "Urgent" not in page
        heir.ends_on, heir.end_reason = TODAY, EndReason.WITHDRAWN
        make.keep(heir)
        page = client_of(hr).get(f"/credential-rotation/leavers/{notice.id}").text
        assert "Nothing is left to do" not in page
        assert "All of it was done on 4 March 2027. What somebody had taken over then needs somebody again" in page
        assert "Libraries, Facebook needs another administrator" in page
        assert TAKE_OVER in client_of(sca).get("/").text


@pytest.mark.parametrize(
    "days", [("2027-03-12", "2027-03-05"), ("2027-03-05", "2027-03-12"), ("2027-03-05", "2027-03-05")]
)
def test_a_file_shows_what_is_then_recorded(
    libraries: Account, ann: Person, ben: Person, hr: Person, days: tuple[str, str]
) -> None:
    """Each line is planned knowing that the others go too, whatever stands first."""
    lines = [f"{person.email},{day}" for person, day in zip((ann, ben), days, strict=True)]
    plan = operations.plan_leavers("\n".join(["email,last_working_day", *lines]).encode(), by=hr, at=NOW)
    shown = {one["name"]: one["hand_overs"] for one in plan.shown}
    begin_writing()
    notices = operations.record_leavers(plan.told, by=hr, at=NOW)
    commit()
    recorded = {one.person.name: [libraries.name] if _asked(one) else [] for one in notices}
    assert shown == recorded
    assert any(shown.values())
