"""A change counts only from the moment at which access was over: it runs until its end is recorded (domain 3.3)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import EndReason, LoginMode
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, MoveKind, RotationStatus, Trigger
from app.credential_rotation.queries.past_access import Way
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import ALL_DONE, TODAY, account, grant, leave, moved, who_could_get_in
from tests.factories import Factory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + 4 * HOUR


def _rotation() -> CredentialRotation:
    return db.session.execute(sa.select(CredentialRotation)).scalar_one()


def _counts_only_from(moment: object, owner: Person) -> None:
    """One minute before is refused, the very minute counts."""
    rotation = _rotation()
    for changed_at in (NOW - timedelta(minutes=1), NOW - 3 * HOUR, NOW - 10 * DAY):
        with pytest.raises(InvalidInput) as refused:
            operations.mark_changed(rotation, by=owner, at=LATER, changed_at=changed_at, steps=ALL_DONE)
        assert refused.value.field == "changed_on"
    assert rotation.counts_from == moment
    begin_writing(rotation)
    operations.mark_changed(rotation, by=owner, at=LATER, changed_at=NOW, steps=ALL_DONE)
    commit()
    assert rotation.status is RotationStatus.TO_VERIFY


@pytest.mark.parametrize("reason", [EndReason.WITHDRAWN, EndReason.MOVED, EndReason.NO_LONGER_NEEDED])
def test_access_ended_inside_a_day(make: Factory, owner: Person, sca: Person, jo: Person, reason: EndReason) -> None:
    """What was changed in the morning they still knew at noon, when their access ended."""
    given = grant(make, account(make, "Libraries", owner), jo)
    begin_writing(given)
    operations.end_shared_access(given, by=sca, at=NOW, ends_on=TODAY, reason=reason)
    commit()
    _counts_only_from(NOW, owner)


def test_a_review_that_ends_access(make: Factory, owner: Person, sca: Person, jo: Person) -> None:
    on = account(make, "Libraries", owner)
    given = grant(make, on, jo)
    begin_writing(on)
    operations.review_access(on, {given.id: False}, by=sca, at=NOW)
    commit()
    _counts_only_from(NOW, owner)


@pytest.mark.parametrize("days", [0, 21])
@pytest.mark.parametrize("kind", list(MoveKind))
def test_a_move_told_late(
    make: Factory, owner: Person, hr: Person, sca: Person, jo: Person, kind: MoveKind, days: int
) -> None:
    """Their access ran until it was told, and the register says so."""
    given = grant(make, account(make, "Libraries", owner), jo)
    move = moved(jo, hr, {given: False}, day=TODAY - days * DAY, kind=kind)
    assert (given.ends_on, given.ended_at, move.ends_on) == (TODAY, NOW, TODAY)
    _counts_only_from(NOW, owner)


def test_leaving_told_on_the_last_day(make: Factory, owner: Person, hr: Person, jo: Person) -> None:
    grant(make, account(make, "Libraries", owner), jo)
    leave(jo, hr, day=TODAY, immediate=False)
    _counts_only_from(NOW, owner)


def test_a_planned_end_counts_from_the_start_of_its_day(make: Factory, owner: Person, hr: Person, jo: Person) -> None:
    given = grant(make, account(make, "Libraries", owner), jo)
    leave(jo, hr, day=TODAY + 2 * DAY, immediate=False)
    assert _rotation().counts_from == given.settled_from
    assert given.settled_from is not None
    assert given.settled_from.date() == TODAY + 2 * DAY


def test_a_last_day_in_the_past_is_refused_without_a_reason(
    make: Factory, owner: Person, sca: Person, jo: Person
) -> None:
    """The register never says that somebody had no access on a day on which they could get in."""
    shared = grant(make, account(make, "Libraries", owner), jo)
    own = grant(make, account(make, "Museum", owner), jo, mode=LoginMode.DELEGATED)
    begin_writing(shared)
    for one in (shared, own):
        with pytest.raises(InvalidInput):
            operations.end_shared_access(one, by=sca, at=NOW, ends_on=TODAY - DAY, reason=EndReason.WITHDRAWN)
    said = "The platform lists no session of theirs."
    end = {"by": sca, "at": NOW, "ends_on": TODAY - DAY, "reason": EndReason.WITHDRAWN, "correction": said}
    assert operations.end_shared_access(own, **end) is None
    rotation = operations.end_shared_access(shared, **end)
    assert rotation is not None
    assert [cause.counts_from for cause in rotation.causes] == [NOW], "until it was recorded they could get in"


def test_who_leaves_at_once_on_the_last_day_of_an_access_had_it_until_then(
    make: Factory, owner: Person, sca: Person, hr: Person, jo: Person
) -> None:
    """It was withdrawn in the morning for the end of the day, and changed; at noon they were sent away."""
    on = account(make, "Libraries", owner)
    given = grant(make, on, jo)
    begin_writing(given)
    operations.end_shared_access(given, by=sca, at=NOW, ends_on=TODAY, reason=EndReason.WITHDRAWN)
    operations.mark_changed(_rotation(), by=owner, at=NOW + HOUR, changed_at=NOW + HOUR, steps=ALL_DONE)
    commit()
    leave(jo, hr, at=NOW + 2 * HOUR)
    due = db.session.execute(
        sa.select(CredentialRotation).where(CredentialRotation.status == RotationStatus.DUE)
    ).scalar_one()
    assert due.counts_from == NOW + 2 * HOUR


def test_who_could_get_in_tells_a_change_before_the_end_from_one_after(
    make: Factory, owner: Person, sca: Person, jo: Person
) -> None:
    """The new password of the morning was theirs too: they knew it on the next day."""
    on = account(make, "Libraries", owner)
    given = grant(make, on, jo)
    begin_writing(on)
    first = operations.start_rotation(on, trigger=Trigger.SCHEDULED, by=sca, at=NOW - 2 * HOUR)
    operations.mark_changed(first, by=owner, at=NOW - HOUR, changed_at=NOW - HOUR, steps=ALL_DONE)
    operations.end_shared_access(given, by=sca, at=NOW, ends_on=TODAY, reason=EndReason.WITHDRAWN)
    commit()
    ways = {entry.person.name: entry.way for entry in who_could_get_in(on, TODAY + DAY)}
    assert ways == {jo.name: Way.KNOWN_PASSWORD, owner.name: Way.CAME_TO_KNOW}
