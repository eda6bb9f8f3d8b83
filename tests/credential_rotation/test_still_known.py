"""Who moves is followed until their last day is over; and what somebody who has gone still knows is found every morning."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import Account, LoginMode
from app.account_register.operations.following import let_rooms_follow
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.credential_rotation import operations
from app.credential_rotation.models import (
    CredentialRotation,
    LeaverNotice,
    Move,
    NoticeStatus,
    RotationStatus,
    Sighting,
    Trigger,
)
from app.credential_rotation.queries import chain_of
from app.credential_rotation.queries.known_passwords import (
    accounts_known_to,
    known_without_access,
    may_be_known,
    still_known_by_the_gone,
)
from app.credential_rotation.routes.worked_out import rotation_worked_out
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, changed, grant, moved, started
from tests.factories import Factory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _renew(on: Account, by: Person, verifier: Person, *, asked_by: Person | None = None) -> None:
    """Changed by one and signed in with by another."""
    made = started(on, asked_by or by, at=NOW + HOUR)
    changed(made, by, at=NOW + 2 * HOUR)
    begin_writing(made)
    operations.verify_rotation(made, by=verifier, at=NOW + 3 * HOUR, saw=Sighting.SIGNED_IN)
    commit()


def _due(on: Account) -> list[CredentialRotation]:
    it = CredentialRotation
    found = sa.select(it).where(it.account_id == on.id, it.status == RotationStatus.DUE)
    return list(db.session.execute(found).scalars())


def _morning(day: date) -> int:
    at = clock.at_local(day, 6)
    with clock.set_to(at):
        begin_writing()
        done = operations.change_what_is_still_known(at)
        commit()
        begin_writing()
        assert operations.change_what_is_still_known(at) == 0, "once is enough"
        commit()
    return done


@pytest.mark.parametrize("who", ["changes", "signs in"])
def test_who_comes_to_know_it_after_the_move_was_recorded(
    hr: Person, sca: Person, deputy: Person, on: Account, who: str
) -> None:
    """It changes after their last day; on the page of the move as what they only knew."""
    move = moved(deputy, hr, {})
    assert move.holdings == []
    _renew(on, *((deputy, sca) if who == "changes" else (sca, deputy)), asked_by=sca)
    (rotation,) = _due(on)
    assert [(cause.person_id, cause.trigger) for cause in rotation.causes] == [(deputy.id, Trigger.MOVED)]
    assert (rotation.counts_from, rotation.due_on) == (clock.at_local(FRIDAY), FRIDAY)
    assert [(one.account_id, one.grant_id) for one in move.holdings] == [(on.id, None)]


def test_who_does_not_know_it_any_more_or_is_given_access_needs_no_change(
    make: Factory, hr: Person, sca: Person, deputy: Person, owner: Person, on: Account
) -> None:
    """Decided by what they know on the day, not when it was recorded."""
    move = moved(deputy, hr, {})
    _renew(on, deputy, sca, asked_by=sca)
    (rotation,) = _due(on)
    grant(make, on, deputy, mode=LoginMode.INDIVIDUAL)
    begin_writing(on)
    operations.follow_account(on, by=sca.id, at=NOW + 4 * HOUR)
    commit()
    assert rotation.status is RotationStatus.STOOD_DOWN
    assert [one.cause for one in move.holdings] == [None]


def test_the_account_goes_to_somebody_else_before_the_day(
    make: Factory, hr: Person, sca: Person, owner: Person, deputy: Person, on: Account
) -> None:
    """Its owner was to go on owning it and to know its password; then it goes to another."""
    _renew(on, owner, sca, asked_by=sca)
    move = moved(owner, hr, {on: True}, at=NOW + 4 * HOUR)
    assert (_due(on), move.holdings) == ([], [])
    begin_writing(on)
    on.owner = make.person("New Owner")
    let_rooms_follow(on, by=sca.id, at=NOW + 5 * HOUR)
    commit()
    (rotation,) = _due(on)
    assert {cause.person_id for cause in rotation.causes} == {owner.id}


def test_a_later_day_counts_what_they_came_to_know_meanwhile(hr: Person, sca: Person, deputy: Person, on: Account) -> None:
    """Their last day was over; they were to have known nothing then, and stay longer after all."""
    move = moved(deputy, hr, {}, day=TODAY)
    with clock.set_to(NOW + DAY + 5 * HOUR):
        made = started(on, sca, at=NOW + DAY)
        changed(made, deputy, at=NOW + DAY + HOUR)
        assert _due(on) == []
        begin_writing(move)
        operations.change_move(move, last_day=FRIDAY, back_on=None, by=hr, at=NOW + DAY + 2 * HOUR)
        commit()
    assert [{cause.person_id for cause in one.causes} for one in _due(on)] == [{deputy.id}]


def test_access_that_is_lost_in_another_way_is_found_in_the_morning(
    make: Factory, hr: Person, sca: Person, deputy: Person, on: Account
) -> None:
    """By a login of their own, that was to go on and ended: a password they signed in with is theirs to know no more."""
    own = grant(make, on, deputy, mode=LoginMode.INDIVIDUAL)
    _renew(on, sca, deputy)
    moved(deputy, hr, {own: True}, at=NOW + 4 * HOUR)
    own.ends_on, own.end_reason = FRIDAY, "no_longer_needed"
    make.keep(own)
    assert _morning(FRIDAY) == 0, "until their last day is over they may know it"
    assert _morning(FRIDAY + DAY) == 1
    (rotation,) = _due(on)
    assert {cause.person_id for cause in rotation.causes} == {deputy.id}


def test_what_they_come_to_know_after_the_day_is_no_part_of_the_move(
    hr: Person, sca: Person, deputy: Person, on: Account
) -> None:
    moved(deputy, hr, {}, day=TODAY)
    with clock.set_to(NOW + 2 * DAY):
        changed(started(on, sca, at=NOW + DAY), deputy, at=NOW + DAY + HOUR)
    assert _morning(TODAY + 2 * DAY) == 0
    assert db.session.execute(sa.select(Move)).scalar_one().holdings == []


@pytest.mark.parametrize("noticed", [True, False])
def test_who_left_before_this_was_asked_for_is_found(
    make: Factory, hr: Person, sca: Person, deputy: Person, owner: Person, on: Account, noticed: bool
) -> None:
    """As after an upgrade: they changed it or signed in with it, nothing was asked for, and all seems done; also of somebody
    of whom there is only a last working day. It is due from today, and the page says why.
    """
    _renew(on, owner, deputy, asked_by=sca)
    gone = (owner, deputy)
    for person in gone:
        person.last_working_day = TODAY
        make.keep(person)
        if noticed:
            make.keep(
                LeaverNotice(
                    person_id=person.id, last_working_day=TODAY, immediate=False, source="hr", notified_by_id=hr.id,
                    notified_at=NOW, status=NoticeStatus.COMPLETE, completed_at=NOW,
                )
            )  # fmt: skip
    assert _morning(TODAY) == 0, "today they still work here"
    later = TODAY + 60 * DAY
    assert _morning(later) == 2
    (rotation,) = _due(on)
    assert {cause.person_id for cause in rotation.causes} == {one.id for one in gone}
    assert {cause.trigger for cause in rotation.causes} == {Trigger.LEAVER}
    assert rotation.owner_id == sca.id
    assert rotation.due_on >= later, "nobody is late with it on the day it is found"
    how = rotation_worked_out(rotation, knows=True)
    assert how is not None
    assert "has left, still knows the password" in " ".join(how.sentences)
    for notice in db.session.execute(sa.select(LeaverNotice)).scalars():
        assert notice.status is NoticeStatus.NOTIFIED
        assert [row.rotation_id for row in chain_of(notice, later)] == [rotation.id]
    at = clock.at_local(later, 9)
    with clock.set_to(at):
        changed(rotation, sca, at=at)
    assert _morning(later + DAY) == 0


@pytest.mark.parametrize("changed_since", [True, False])
def test_who_had_a_shared_login_that_was_corrected_and_has_gone_is_found(
    make: Factory, sca: Person, deputy: Person, on: Account, changed_since: bool
) -> None:
    """There is only a last working day of them: nobody recorded a leaving, from which the rest would follow."""
    jo = make.person("Jo")
    theirs = grant(make, on, jo, mode=LoginMode.SHARED)
    begin_writing(on, theirs)
    operations.correct_ways_of_signing_in(
        [theirs], LoginMode.INDIVIDUAL, true_from=None, reason="They told me", by=sca, at=NOW
    )  # fmt: skip
    commit()
    if changed_since:
        changed(started(on, sca, at=NOW + HOUR), deputy, at=NOW + 2 * HOUR)
    jo.last_working_day = TODAY
    make.keep(jo)
    assert _morning(TODAY) == 0, "today they still work here"
    assert _morning(TODAY + DAY) == (0 if changed_since else 1)
    assert [{cause.person_id for cause in one.causes} for one in _due(on)] == ([] if changed_since else [{jo.id}])
    assert _morning(TODAY + 2 * DAY) == 0


def test_one_rule_says_who_may_know_a_password(
    make: Factory, sca: Person, deputy: Person, owner: Person, on: Account
) -> None:
    """Asked of an account, of a person, and of what is known now: the same people, whichever way they came to know it."""
    jo, other = make.person("Jo"), make.person("Other")
    theirs, _others = grant(make, on, jo, mode=LoginMode.INDIVIDUAL), grant(make, on, other, mode=LoginMode.INDIVIDUAL)
    _renew(on, owner, deputy, asked_by=sca)
    theirs.knew_shared_at = NOW + 4 * HOUR
    make.keep(theirs)
    know = {owner.id, deputy.id, jo.id}
    people = db.session.execute(sa.select(Person)).scalars().all()
    assert {one.id for one in people if on in known_without_access(one)} == know
    asked = sa.select(Person.id).where(may_be_known(on.id, Person.id))
    assert set(db.session.execute(asked).scalars()) == know
    for one in people:
        found = set(db.session.execute(accounts_known_to(one.id)).scalars())
        assert found == ({on.id} if one.id in know else set())
        one.last_working_day = TODAY
    db.session.flush()
    gone = still_known_by_the_gone(TODAY + DAY, most=50).all()
    assert {person.id for _account, person, _since in gone} == know
