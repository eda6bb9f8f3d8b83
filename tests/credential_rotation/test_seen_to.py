"""Who sees to a change is told when that changes; large teams; what comes by an address."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations, queries
from app.credential_rotation.models import CredentialRotation, LeaverNotice, MoveKind, Trigger
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, grant, leave
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ROOM, HOUR = "/credential-rotation", timedelta(hours=1)


def _rotation() -> CredentialRotation:
    return db.session.execute(sa.select(CredentialRotation)).scalar_one()


def _told(person: Person) -> list[str]:
    rows = db.session.execute(sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)).scalars()
    return [occasion.partition("#")[0] for occasion in rows]


def test_the_owner_is_told_of_more_time_and_of_no_need(make: Factory, hr: Person, owner: Person, jo: Person) -> None:
    grant(make, account(make, "Libraries", owner), jo)
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    begin_writing(notice)
    operations.change_leaving(notice, last_working_day=date(2027, 3, 8), immediate=False, by=hr, at=NOW + HOUR)
    commit()
    assert _told(owner).count("rotation_later") == 1
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=hr, at=NOW + 2 * HOUR)
    commit()
    assert _told(owner).count("rotation_called_off") == 1


def test_the_new_owner_of_an_account_sees_to_its_change(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    on = account(make, "Libraries", owner)
    grant(make, on, jo)
    leave(jo, hr, day=TODAY)
    other = make.person("Nia Next")
    begin_writing(on)
    on.owner, on.owner_id = other, other.id
    operations.follow_account(on, by=sca.id, at=NOW + HOUR)
    commit()
    assert _rotation().owner_id == other.id
    assert "rotation_due" in _told(other)


def test_a_secret_in_the_address_of_a_move_is_refused(make: Factory, client_of: Clients, hr: Person, jo: Person) -> None:
    """By the act; what is taken is shown before it is recorded."""
    moving = operations.Moving(jo, MoveKind.MOVED, FRIDAY, None, "password: hunter2Secret99!")
    with pytest.raises(InvalidInput):
        operations.preview_move(moving, by=hr, at=NOW)
    where = f"{ROOM}/moves/access?person={jo.id}&kind=moved&day={FRIDAY}"
    client_of(hr).get(f"{where}&post=password:%20hunter2Secret99!", status=422)
    assert "from then on Museum Officer" in client_of(hr).get(f"{where}&post=Museum%20Officer").text


def test_a_manager_of_many_finds_anybody_of_their_line_by_name(
    make: Factory, client_of: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is not cut in silence: with more people than can be chosen from, they are written."""
    from app.credential_rotation.queries import leavers

    monkeypatch.setattr(leavers, "MOST_TO_CHOOSE", 3)
    monkeypatch.setattr(queries, "MOST_TO_CHOOSE", 3)
    boss, stranger = make.person("Bo Boss"), make.person("Stan Stranger")
    team = [make.person(f"Team {number}", manager=boss) for number in range(4)]
    browser = client_of(boss)
    for page in ("leavers", "moves"):
        assert browser.get(f"{ROOM}/{page}/new").soup.select("input[name=person]"), page
    said = {"last_working_day": ["5", "3", "2027"], "immediate": "no"}
    refused = browser.post(f"{ROOM}/leavers/new", {**said, "person": stranger.name}, status=422)
    assert "Nobody who reports to you" in refused.errors[0]
    refused = browser.post(f"{ROOM}/leavers/new", {**said, "person": "Nobody Known"}, status=422)
    assert "Nobody who reports to you" in refused.errors[0]
    assert browser.post(f"{ROOM}/leavers/new", {**said, "person": team[3].name}, status=303)
    assert db.session.execute(sa.select(LeaverNotice)).first() is None


def test_the_same_request_sent_twice_is_one(make: Factory, sca: Person, owner: Person) -> None:
    """Within a minute, whichever of the two looked at the clock first; later it is another compromise."""
    on = account(make, "Libraries", owner)
    grant(make, on, make.person())

    def _ask(seconds: int) -> None:
        begin_writing(on)
        operations.start_rotation(on, trigger=Trigger.COMPROMISE, by=sca, at=NOW + timedelta(seconds=seconds))
        commit()

    _ask(10)
    for seconds in (0, 10, 25, 69):
        with pytest.raises(AlreadyDone, match="asked for already"):
            _ask(seconds)
        db.session.rollback()
    _ask(70)
    assert len(_rotation().causes) == 2
