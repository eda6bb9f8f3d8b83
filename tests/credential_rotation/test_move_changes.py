"""Moves and long absences on another day or not at all, and what movers hand over to somebody else."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant, AccessLevel, Account, EndReason
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.models import (
    MOVE_TRANSITIONS,
    CredentialRotation,
    HandOver,
    Move,
    MoveKind,
    MoveStatus,
    RotationStatus,
    Trigger,
)
from app.credential_rotation.queries import left_by, open_hand_overs
from app.people.models import Person, Role
from app.people.queries import timeline
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, changed, grant, leave, moved, verified
from tests.credential_rotation.test_due import waits_for
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = date(2027, 3, 8)


@pytest.fixture
def jo(make: Factory) -> Person:
    """Who moves."""
    return make.person("Jo Bell", manager=make.person("Mina Cole"))


def _rotations() -> list[CredentialRotation]:
    return list(db.session.execute(sa.select(CredentialRotation).order_by(CredentialRotation.opened_at)).scalars())


def _to(move: Move, by: Person, day: date, *, back_on: date | None = None, at: object = NOW + HOUR) -> None:
    begin_writing(move)
    operations.change_move(move, last_day=day, back_on=back_on, by=by, at=at)  # type: ignore[arg-type]
    commit()


def _withdraw(move: Move, by: Person, *, at: object = NOW + HOUR) -> None:
    begin_writing(move)
    operations.withdraw_move(move, by=by, at=at)  # type: ignore[arg-type]
    commit()


def _told() -> set[tuple[object, str]]:
    rows = db.session.execute(sa.select(OutboxMessage.to_person_id, OutboxMessage.occasion))
    return {(person_id, occasion.partition("#")[0]) for person_id, occasion in rows}


def _history(*subjects: uuid.UUID) -> list[str]:
    return [entry.words for entry in timeline(list(subjects))]


def _shared(make: Factory, owner: Person, jo: Person, name: str = "Libraries") -> AccessGrant:
    on = account(make, name, owner)
    grant(make, on, owner)
    return grant(make, on, jo)


@pytest.mark.parametrize("day", [TODAY, MONDAY])
def test_another_day_moves_access_and_the_date_of_the_password(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person, day: date
) -> None:
    """Earlier or later; what goes on stays as it is; it is in the audit, and the keeper is told."""
    ends, keeps = _shared(make, owner, jo), _shared(make, owner, jo, "Museum")
    move = moved(jo, hr, {ends: False, keeps: True})
    _to(move, hr, day)
    (rotation,) = _rotations()
    assert (ends.ends_on, ends.end_reason, keeps.ends_on) == (day, EndReason.MOVED, None)
    assert (rotation.due_on, rotation.counts_from) == (day, max(clock.at_local(day), NOW + HOUR))
    assert (move.last_day, move.told_by.id, move.told_at) == (day, hr.id, NOW + HOUR)
    assert (sca.id, "move_changed") in _told()
    assert any("changed the last day of Jo Bell" in words for words in _history(move.id))


def test_a_password_changed_already_changes_again_where_it_was_used_after_that(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """On the first last day it was changed; then they go on until Monday, and know the new one."""
    move = moved(jo, hr, {_shared(make, owner, jo): False}, day=TODAY)
    (first,) = _rotations()
    changed(first, owner)
    verified(first, sca)
    _to(move, hr, MONDAY, at=NOW + 3 * HOUR)
    again = next(one for one in _rotations() if one.id != first.id)
    assert (again.due_on, again.status, again.causes[0].trigger) == (MONDAY, RotationStatus.DUE, Trigger.MOVED)
    assert move.holdings[0].cause is again.causes[0]
    _to(move, hr, TODAY, at=NOW + 4 * HOUR)
    assert again.due_on == TODAY


def test_withdrawn_stands_down_what_is_not_done(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Access goes on, nobody has to change or take over anything; a second click comes late, and a new move may come."""
    alone = grant(make, account(make, "Alone", owner), jo)
    shared = _shared(make, owner, jo)
    move = moved(jo, hr, {alone: False, shared: False})
    assert waits_for(sca, "move_hand_over") == 1
    _withdraw(move, hr)
    assert (alone.ends_on, shared.ends_on, shared.end_reason) == (None, None, None)
    assert {one.status for one in _rotations()} == {RotationStatus.STOOD_DOWN}
    assert (waits_for(sca, "move_hand_over"), move.status) == (0, MoveStatus.WITHDRAWN)
    assert "recorded that Jo Bell goes on as before after all" in _history(move.id)
    assert "noted that no new password is needed after all" in _history(*(one.id for one in _rotations()))
    assert "noted that the access of Jo Bell goes on" in _history(alone.account_id)
    for act in (lambda: _withdraw(move, hr), lambda: _to(move, hr, MONDAY)):
        with pytest.raises(AlreadyDone, match="goes on as before") as late:
            act()
        db.session.rollback()
        assert (late.value.who, late.value.when) == ("Hana Reed", NOW + HOUR)
    assert moved(jo, hr, {alone: False, shared: False}, at=NOW + 2 * HOUR).id != move.id


def test_what_is_over_is_not_given_back(make: Factory, hr: Person, sca: Person, owner: Person, jo: Person) -> None:
    """Its password still changes, though not as of a mover any more; the keeper is told that they may need it again."""
    shared = _shared(make, owner, jo)
    move = moved(jo, hr, {shared: False}, day=TODAY)
    tomorrow = NOW + DAY
    with clock.set_to(tomorrow):
        _to(move, hr, MONDAY, at=tomorrow)
        assert (shared.ends_on, _rotations()[0].due_on) == (TODAY, TODAY)
        _withdraw(move, hr, at=tomorrow)
    (rotation,) = _rotations()
    assert (shared.ends_on, rotation.status) == (TODAY, RotationStatus.DUE)
    assert rotation.causes[0].trigger is Trigger.ACCESS_ENDED
    assert (sca.id, "move_give_again") in _told()


def test_what_else_ended_it_since_stays(make: Factory, hr: Person, sca: Person, owner: Person, jo: Person) -> None:
    """Withdrawn by the keeper, or ended with their leaving."""
    taken, left = _shared(make, owner, jo), _shared(make, owner, jo, "Museum")
    move = moved(jo, hr, {taken: False, left: False}, day=MONDAY)
    begin_writing(taken)
    operations.end_shared_access(taken, by=sca, at=NOW, ends_on=TODAY, reason=EndReason.WITHDRAWN)
    commit()
    leave(jo, hr, day=FRIDAY, immediate=False)
    _withdraw(move, hr)
    assert (taken.ends_on, taken.end_reason) == (TODAY, EndReason.WITHDRAWN)
    assert (left.ends_on, left.end_reason) == (FRIDAY, EndReason.LEFT)
    assert {one.status for one in _rotations()} == {RotationStatus.DUE}


def test_access_that_goes_on_after_all_ends_with_their_leaving(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """They were to move first and leave later: the notice takes the access over, and its password changes for it."""
    shared = _shared(make, owner, jo)
    move = moved(jo, hr, {shared: False}, day=TODAY)
    leave(jo, hr, day=MONDAY, immediate=False)
    _withdraw(move, hr)
    assert (shared.ends_on, shared.end_reason) == (MONDAY, EndReason.LEFT)
    (rotation,) = [one for one in _rotations() if one.status is RotationStatus.DUE]
    assert (rotation.due_on, [cause.trigger for cause in rotation.standing_causes]) == (MONDAY, [Trigger.LEAVER])


def test_what_is_refused(make: Factory, hr: Person, sca: Person, owner: Person, jo: Person) -> None:
    """Strangers; the same days; days that cannot be; another move recorded for that day; only the absent come back."""
    move = moved(jo, hr, {_shared(make, owner, jo): False})
    for wrong in (sca, owner, jo):
        for act in (lambda by=wrong: _to(move, by, TODAY), lambda by=wrong: _withdraw(move, by)):
            with pytest.raises(NotAllowed):
                act()
            db.session.rollback()
    with pytest.raises(AlreadyDone, match="like this already"):
        _to(move, hr, FRIDAY)
    db.session.rollback()
    for day, back_on in ((date(2019, 1, 1), None), (date(2090, 1, 1), None), (FRIDAY, FRIDAY + 90 * DAY)):
        with pytest.raises(InvalidInput):
            _to(move, hr, day, back_on=back_on)
        db.session.rollback()
    moved(jo, hr, {}, day=MONDAY)
    with pytest.raises(AlreadyDone, match="recorded already"):
        _to(move, hr, MONDAY)
    db.session.rollback()


def test_only_what_stands_can_be_withdrawn() -> None:
    """Every pair of states."""
    allowed = {(one, other) for one, other, may in MOVE_TRANSITIONS.pairs() if may}
    assert allowed == {(MoveStatus.RECORDED, MoveStatus.WITHDRAWN)}


@pytest.mark.parametrize(
    ("owns", "level", "another", "keeps", "keeps_owning", "expected"),
    [
        (False, AccessLevel.ADMIN, False, False, False, HandOver.ONLY_ADMINISTRATOR),
        (False, AccessLevel.ADMIN, True, False, False, None),
        (False, AccessLevel.ADMIN, False, True, False, None),
        (False, AccessLevel.EDITOR, False, False, False, None),
        (True, AccessLevel.ADMIN, True, False, False, HandOver.OWNER),
        (True, AccessLevel.ADMIN, True, True, False, HandOver.OWNER),
        (True, AccessLevel.ADMIN, False, False, False, HandOver.BOTH),
        (True, AccessLevel.ADMIN, False, False, True, HandOver.ONLY_ADMINISTRATOR),
        (True, AccessLevel.ADMIN, True, False, True, None),
    ],
)
def test_what_a_mover_hands_over(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person, owns: bool, level: AccessLevel, another: bool,
    keeps: bool, keeps_owning: bool, expected: HandOver | None,
) -> None:  # fmt: skip
    """What they own and let go, and what nobody else administers; never refused for it. Urgent for the keeper."""
    on = account(make, "Libraries", jo if owns else owner)
    if another:
        grant(make, on, make.person("Another"))
    goes_on: dict[AccessGrant | Account, bool] = {grant(make, on, jo, level=level): keeps}
    move = moved(jo, hr, goes_on | ({on: keeps_owning} if owns else {}))
    assert [one.hand_over for one in move.hand_overs] == ([expected] if expected else [])
    assert waits_for(sca, "move_hand_over") == len(move.hand_overs)
    assert waits_for(hr, "move_hand_over") == 0
    assert ("move_hand_over" in {occasion for _, occasion in _told()}) == (expected is not None)


def test_it_is_done_once_somebody_has_taken_over(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Another owner and another administrator; who leaves by then does not count, nor does whoever is back."""
    own = account(make, "Libraries", jo)
    move = moved(jo, hr, {grant(make, own, jo): False, own: False})
    own.owner_id = owner.id
    make.keep(own)
    assert [one.is_left for one in left_by(move, TODAY)] == [True]
    going = make.person("Going", last_working_day=FRIDAY)
    grant(make, own, going)
    assert waits_for(sca, "move_hand_over") == 1
    grant(make, own, owner)
    assert waits_for(sca, "move_hand_over") == 0
    away = make.person("Away", manager=owner)
    hers = account(make, "Parks", away)
    moved(away, hr, {hers: False}, kind=MoveKind.LONG_ABSENCE, day=TODAY - 90 * DAY, back_on=TODAY + DAY)
    assert waits_for(sca, "move_hand_over") == 1
    with clock.set_to(NOW + DAY):
        assert [one.is_left for one in left_by(db.session.get_one(Move, move.id), TODAY + DAY)] == [False]


def test_nobody_is_told_late_of_their_own_move(make: Factory, hr: Person, sca: Person, owner: Person) -> None:
    """Other keepers and HR managers are."""
    mover = make.person("Dep", Role.DEPUTY_SCA)
    move = moved(mover, hr, {grant(make, account(make, "Libraries", owner), mover): False})
    manager = make.person("Desmond", Role.HR_MANAGER)
    asked = [sca.id, manager.id, mover.id, owner.id]
    told = db.session.execute(open_hand_overs(Move)(asked, [str(move.id)], TODAY)).all()
    assert {row.person_id for row in told} == {sca.id, manager.id}


def test_a_changed_day_asks_for_a_hand_over_that_was_not_needed_before(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """The other administrator leaves in between."""
    on = account(make, "Libraries", owner)
    grant(make, on, make.person("Going", last_working_day=FRIDAY))
    move = moved(jo, hr, {grant(make, on, jo): False}, day=TODAY)
    assert move.hand_overs == []
    _to(move, hr, MONDAY)
    assert [one.hand_over for one in move.hand_overs] == [HandOver.ONLY_ADMINISTRATOR]
    assert waits_for(sca, "move_hand_over") == 1


def test_through_pages(make: Factory, client_of: Clients, hr: Person, sca: Person, jo: Person) -> None:
    """A manager records what is let go, changes the day, and withdraws; late clicks are told who was first."""
    manager = jo.line_manager
    assert manager is not None
    own = account(make, "Libraries", jo)
    given = grant(make, own, jo)
    browser = client_of(manager)
    asked = f"{ROOM}/moves/access?person={jo.id}&kind=long_absence&day=2027-03-05"
    page = browser.get(asked)
    for words in ("Nobody else administers it", "Accountable owner of Libraries", "asked at once to find somebody"):
        assert words in page.text
    shown = browser.follow(asked, {f"grant_{given.id.hex}": "ends", f"owned_{own.id.hex}": "ends"})
    assert "Libraries, Facebook needs a new accountable owner and administrator" in shown.text
    where = f"{ROOM}/moves/{db.session.execute(sa.select(Move.id)).scalar_one()}"
    assert "Libraries" in client_of(sca).get("/").text
    change, withdraw = f"{where}/change", f"{where}/withdraw"
    for page in (browser.get(change), browser.get(withdraw)):
        assert "As it stands now" in page.text
        assert "Ends at the end of 5 March 2027" in page.text
    assert browser.get(change).heading == "Change the days of Jo Bell"
    assert "Jo Bell is recorded as away after Friday 5 March 2027" in browser.get(change).text
    typed = {"last_day": ["", "", ""], "back_on": ["", "", ""]}
    assert browser.post(change, typed, status=422).errors == ["Enter the last day on which they need their access"]
    late = browser.post(change, {"last_day": ["8", "3", "2027"], "back_on": ["9", "3", "2027"]}, status=422)
    assert "20 working days or less" in late.errors[0]
    shown = browser.follow(change, {"last_day": ["8", "3", "2027"], "back_on": ["8", "9", "2027"]})
    for words in ("You changed the last day to 8 March 2027", "Changed by Mina Cole", "They are back on"):
        assert words in shown.text
    browser.post(change, {"last_day": ["8", "3", "2027"], "back_on": ["8", "9", "2027"]}, status=409)
    assert browser.get(withdraw).heading == "Record that Jo Bell goes on as before"
    shown = browser.follow(withdraw, {})
    for words in ("Jo Bell goes on as before", "Withdrawn by Mina Cole", "Goes on"):
        assert words in shown.text
    assert "needs a new accountable owner" not in shown.text
    for address in (change, withdraw):
        assert "Mina Cole" in browser.get(address, status=409).text
        browser.post(address, {"last_day": ["9", "3", "2027"], "back_on": ["", "", ""]}, status=409)
        client_of(sca).get(address, status=403)
        client_of(jo).get(address, status=404)
    assert "Withdrawn: they go on as before" in client_of(hr).get(f"{ROOM}/moves").text
    with counted_queries() as queries:
        browser.get(where)
    assert len(queries) <= 8, queries
