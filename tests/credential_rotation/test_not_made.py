"""A second person sees that a password was not changed, though somebody had said so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import KeeperNotice
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations, queries
from app.credential_rotation.models import CredentialRotation, LeaverNotice, NoticeStatus, Promptness, RotationStatus
from app.credential_rotation.operations import messages
from app.credential_rotation.queries.known_passwords import passwords_of
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, changed, grant, leave, started, verified
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
HOUR = timedelta(hours=1)
WHY = "The vault has the old date"
DUE, NOT_MADE = RotationStatus.DUE, RotationStatus.NOT_MADE


@pytest.fixture
def notice(make: Factory, sca: Person, owner: Person, hr: Person, jo: Person) -> LeaverNotice:
    """Of somebody who knew a password of which the owner says that it was changed."""
    on = account(make, "Libraries", owner)
    for person in (jo, make.person("Stays Here")):
        grant(make, on, person)
    made = leave(jo, hr)
    with clock.set_to(NOW + HOUR):
        changed(_one(DUE), owner)
    return made


def _one(status: RotationStatus) -> CredentialRotation:
    it = CredentialRotation
    return db.session.execute(sa.select(it).where(it.status == status)).scalar_one()


def _not_made(rotation: CredentialRotation, by: Person, *, why: str = WHY) -> CredentialRotation:
    begin_writing(rotation)
    again = operations.say_not_made(rotation, why=why, by=by, at=NOW + 2 * HOUR)
    commit()
    return again


def _told(person: Person) -> list[str]:
    rows = db.session.execute(sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)).scalars()
    return [kind for kind in rows if kind == messages.NOT_MADE.name]


def test_it_is_still_to_be_changed_by_the_same_day(
    notice: LeaverNotice, make: Factory, sca: Person, owner: Person, hr: Person, jo: Person
) -> None:
    """What was said stays on record and settles nothing; the real change is what chain, figures and keeper have."""
    first = _one(RotationStatus.TO_VERIFY)
    due_on, opened_at, said = first.due_on, first.opened_at, first.changed_at
    again = _not_made(first, sca)
    assert (first.status, first.changed_at, first.not_made_why, first.not_made_by_id) == (NOT_MADE, said, WHY, sca.id)
    assert (again.status, again.due_on, again.opened_at, again.owner_id) == (DUE, due_on, opened_at, owner.id)
    assert [cause.person_id for cause in again.standing_causes] == [jo.id]
    assert first.is_caused_by(jo)
    assert not first.standing_causes
    assert notice.status is NoticeStatus.NOTIFIED
    (row,) = queries.chain_of(notice, TODAY)
    assert (row.rotation_id, row.changed_at, row.told_at) == (again.id, None, None)
    assert [one.promptness for one in queries.changes_between(TODAY, TODAY)] == [Promptness.OUTSTANDING]
    with clock.set_to(NOW + 4 * HOUR):
        changed(again, owner, at=NOW + 3 * HOUR)
        verified(again, sca, at=NOW + 4 * HOUR)
        assert notice.status is NoticeStatus.COMPLETE
        (row,) = queries.chain_of(notice, TODAY)
        assert (row.changed_at, row.told_at) == (NOW + 3 * HOUR, NOW + 3 * HOUR)
        assert [one.promptness for one in queries.changes_between(TODAY, TODAY)] == [Promptness.ON_TIME]
    notices = db.session.execute(sa.select(KeeperNotice.subject_id).order_by(KeeperNotice.sent_at)).scalars()
    assert list(notices) == [first.id, again.id]


def test_it_settles_nothing(notice: LeaverNotice, make: Factory, sca: Person, owner: Person, jo: Person) -> None:
    """Who knows the password knows it still; who said that they changed it may know it too."""
    rotation = _one(RotationStatus.TO_VERIFY)
    on = rotation.account
    _not_made(rotation, sca)
    story = passwords_of(sa.true())[on.id]
    assert (story.changes, story.asked_by) == ([], rotation.due_on)
    assert story.known_to(owner.id)
    with clock.set_to(NOW + 3 * HOUR):
        changed(_one(DUE), sca, at=NOW + 3 * HOUR)
    story = passwords_of(sa.true())[on.id]
    assert story.changes == [NOW + 3 * HOUR]
    assert not story.known_to(owner.id)


def test_it_joins_what_is_due_already(notice: LeaverNotice, sca: Person, owner: Person, jo: Person) -> None:
    """Somebody asked for another change meanwhile: then that one is for all of their reasons, by the sooner day."""
    first = _one(RotationStatus.TO_VERIFY)
    second = started(first.account, sca, at=NOW + HOUR)
    again = _not_made(first, sca)
    assert (again, second.due_on, len(second.standing_causes)) == (second, first.due_on, 2)
    assert second.is_caused_by(jo)
    assert queries.chain_of(notice, TODAY)[0].rotation_id == second.id


def test_doer_owner_and_keepers_are_told_neutrally(
    notice: LeaverNotice, make: Factory, sca: Person, owner: Person, jo: Person
) -> None:
    """Not who said so, nor because of whom it changes."""
    holder = next(one.person for one in _one(RotationStatus.TO_VERIFY).account.grants if one.person_id != jo.id)
    _not_made(_one(RotationStatus.TO_VERIFY), holder)
    assert [len(_told(person)) for person in (sca, owner, holder, jo)] == [1, 0, 0, 0]
    asked = db.session.execute(sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == owner.id)).scalars()
    assert list(asked).count(messages.TO_CHANGE.name) == 2


def test_refusals(notice: LeaverNotice, make: Factory, sca: Person, owner: Person, jo: Person) -> None:
    """Who may not verify may not say this; no reason; somebody was first."""
    rotation = _one(RotationStatus.TO_VERIFY)
    for person in (owner, jo, make.person()):
        with pytest.raises(NotAllowed):
            operations.say_not_made(rotation, why=WHY, by=person, at=NOW)
    with pytest.raises(InvalidInput, match="Enter how you know"):
        operations.say_not_made(rotation, why="  ", by=sca, at=NOW)
    again = _not_made(rotation, sca)
    with pytest.raises(AlreadyDone, match="was not made") as late:
        operations.say_not_made(rotation, why=WHY, by=sca, at=NOW)
    assert late.value.who == "Cleo Marsh"
    with pytest.raises(AlreadyDone, match="not been changed yet"):
        operations.say_not_made(again, why=WHY, by=sca, at=NOW)


def test_through_the_page(notice: LeaverNotice, client_of: Clients, sca: Person, owner: Person, hr: Person) -> None:
    """The reason is asked for; the old page says what was said, and leads to what is still to be done."""
    first = _one(RotationStatus.TO_VERIFY)
    address = f"{ROOM}/rotations/{first.id}"
    with clock.set_to(NOW + 2 * HOUR):
        browser = client_of(sca)
        page = browser.post(f"{address}/verified", {"saw": "not_made"}, status=422)
        assert page.errors == ["Enter how you know that it has not been changed"]
        page = browser.follow(f"{address}/verified", {"saw": "not_made", "why_not_made": WHY})
        for words in ("Not changed after all", "Said to be changed", WHY, "See how the password is changed instead"):
            assert words in page.text
        browser.post(f"{address}/verified", {"saw": "vault_date"}, status=409)
        browser.post(f"{address}/verified", {"saw": "not_made", "why_not_made": WHY}, status=409)
        mine = client_of(owner).get(f"{ROOM}/rotations/{_one(DUE).id}")
        assert "Mark as changed" in mine.text
        assert "Jo Bell" not in mine.text
        assert "Not made: Olu Abara" in client_of(hr).get(f"{ROOM}/accounts/{first.account_id}/password-changes").text
        assert "Libraries" in browser.get(f"{ROOM}/all?show=not_made").text


def test_several_on_one_page(
    notice: LeaverNotice, make: Factory, client_of: Clients, sca: Person, owner: Person
) -> None:
    """One was changed, of another it was only said."""
    museum = account(make, "Museum", owner)
    grant(make, museum, make.person("Holder Too"))
    with clock.set_to(NOW + 2 * HOUR):
        changed(started(museum, sca), owner)
        both = {one.account.name: one.id.hex for one in queries.rotations_by_ids(_waiting())}
        sent = {f"saw_{both['Libraries']}": "not_made", f"saw_{both['Museum']}": "vault_date"}
        browser = client_of(sca)
        page = browser.post(f"{ROOM}/verify-together", sent, status=422)
        assert page.errors == ["Enter how you know that it has not been changed"]
        page = browser.follow(f"{ROOM}/verify-together", {**sent, "why_not_made": WHY})
        assert "You verified 1 new password. You said that 1 password has not been changed." in page.text
    assert (_one(NOT_MADE).not_made_why, _one(RotationStatus.COMPLETE).account_id) == (WHY, museum.id)


def _waiting() -> list[object]:
    it = CredentialRotation
    return list(db.session.execute(sa.select(it.id).where(it.status == RotationStatus.TO_VERIFY)).scalars())
