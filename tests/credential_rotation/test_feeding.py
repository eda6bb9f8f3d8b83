"""Leavers told by a feed, again and again; and what people told is undone by nobody in silence."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.core.audit import ActorKind
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.models import LeaverNotice, NoticeSource, NoticeStatus
from app.credential_rotation.operations import FeedOutcome, LeaverTold
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, grant, leave
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ROOM, HOUR = "/credential-rotation", timedelta(hours=1)
MONDAY = date(2027, 3, 8)


def _hear(*told: LeaverTold, by: Person | ActorKind = ActorKind.INSTALLATION) -> FeedOutcome:
    begin_writing()
    source = NoticeSource.FILE if isinstance(by, Person) else NoticeSource.DIRECTORY
    made = operations.hear_of_leavers(told, source=source, by=by, at=NOW + HOUR)
    commit()
    return made


def _notice() -> LeaverNotice:
    return db.session.execute(sa.select(LeaverNotice)).scalar_one()


def _told(person: Person) -> set[str]:
    rows = db.session.execute(sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)).scalars()
    return {occasion.partition("#")[0] for occasion in rows}


def test_a_feed_records_changes_and_withdraws_and_says_it_twice_for_nothing(
    make: Factory, client_of: Clients, hr: Person, owner: Person, jo: Person
) -> None:
    """Without anybody of HR; the page says where it was told."""
    grant(make, account(make, "Libraries", owner), jo)
    assert len(_hear(LeaverTold(jo, FRIDAY)).recorded) == 1
    assert (_notice().source, _notice().notified_by_id, jo.last_working_day) == (NoticeSource.DIRECTORY, None, FRIDAY)
    assert _hear(LeaverTold(jo, FRIDAY)).unchanged == 1
    assert "Recorded by The staff directory" in client_of(hr).get(f"{ROOM}/leavers/{_notice().id}").text
    assert len(_hear(LeaverTold(jo, MONDAY)).changed) == 1
    assert (_notice().last_working_day, jo.last_working_day) == (MONDAY, MONDAY)
    assert "Changed by The staff directory" in client_of(hr).get(f"{ROOM}/leavers/{_notice().id}").text
    assert len(_hear(LeaverTold(jo, None)).withdrawn) == 1
    assert (_notice().status, jo.last_working_day) == (NoticeStatus.WITHDRAWN, None)
    assert _hear(LeaverTold(jo, None)).unchanged == 1


def test_one_who_is_refused_hinders_nobody(make: Factory, jo: Person) -> None:
    """A day before the first is no day; the other is recorded, and nothing of the first is left."""
    late = make.person("Late", started=TODAY)
    outcome = _hear(LeaverTold(late, TODAY - timedelta(days=9)), LeaverTold(jo, FRIDAY))
    assert [(person.id, type(why)) for person, why in outcome.refused] == [(late.id, InvalidInput)]
    assert (late.last_working_day, jo.last_working_day) == (None, FRIDAY)


def test_a_directory_that_does_not_know_yet_undoes_nothing(hr: Person, jo: Person) -> None:
    """It says that they stay, or leave later: HR knows better. What is sooner counts."""
    leave(jo, hr, day=FRIDAY, immediate=False)
    for day in (None, MONDAY):
        assert _hear(LeaverTold(jo, day)).unchanged == 1
    assert _notice().last_working_day == FRIDAY
    assert len(_hear(LeaverTold(jo, TODAY)).changed) == 1


def test_no_file_makes_an_exit_at_once_a_planned_one(hr: Person, jo: Person) -> None:
    leave(jo, hr)
    for day in (TODAY, FRIDAY):
        assert _hear(LeaverTold(jo, day), by=hr).unchanged == 1
    assert _notice().immediate


@pytest.fixture
def manager(make: Factory, jo: Person) -> Person:
    """Who manages her."""
    made = make.person("Mina Cole")
    jo.line_manager = made
    make.keep(jo)
    return made


def test_a_manager_undoes_nothing_that_hr_told(client_of: Clients, hr: Person, manager: Person, jo: Person) -> None:
    """Neither an exit at once nor a day; what is sooner they may record, and HR is told."""
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    with pytest.raises(NotAllowed):
        operations.withdraw_leaver(notice, by=manager, at=NOW + HOUR)
    with pytest.raises(NotAllowed):
        operations.change_leaving(notice, last_working_day=MONDAY, immediate=False, by=manager, at=NOW + HOUR)
    where = f"{ROOM}/leavers/{notice.id}"
    browser = client_of(manager)
    browser.get(f"{where}/withdraw", status=403)
    assert "record that they stay after all" not in browser.get(where).text
    begin_writing(notice)
    operations.change_leaving(notice, last_working_day=TODAY, immediate=True, by=manager, at=NOW + HOUR)
    commit()
    assert "leaver_changed" in _told(hr)
    with pytest.raises(NotAllowed):
        operations.change_leaving(notice, last_working_day=TODAY, immediate=False, by=manager, at=NOW + 2 * HOUR)
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=hr, at=NOW + 2 * HOUR)
    commit()
    assert "leaver_changed" in _told(manager)


def test_what_a_manager_told_a_manager_may_think_again(hr: Person, manager: Person, jo: Person) -> None:
    """Until HR say something of it themselves. HR are told."""
    notice = leave(jo, manager, day=FRIDAY, immediate=False)
    assert notice.source is NoticeSource.MANAGER
    begin_writing(notice)
    operations.change_leaving(notice, last_working_day=MONDAY, immediate=False, by=manager, at=NOW + HOUR)
    commit()
    assert "leaver_changed" in _told(hr)
    begin_writing(notice)
    operations.change_leaving(notice, last_working_day=FRIDAY, immediate=False, by=hr, at=NOW + 2 * HOUR)
    commit()
    assert "leaver_changed" in _told(manager)
    with pytest.raises(NotAllowed):
        operations.withdraw_leaver(notice, by=manager, at=NOW + 3 * HOUR)


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date(2199, 1, 1), date.max])
def test_a_day_that_cannot_be_is_refused_of_one_and_hinders_nobody_else(make: Factory, day: date) -> None:
    """Too long ago or too far away, also where it takes the place of a day that was told before."""
    jo, kim = make.person("Jo Bell", started=None), make.person("Kim Lee", started=None)
    outcome = _hear(LeaverTold(jo, day), LeaverTold(kim, FRIDAY))
    assert [(one, type(refusal)) for one, refusal in outcome.refused] == [(jo, InvalidInput)]
    assert (len(outcome.recorded), jo.last_working_day) == (1, None)
    outcome = _hear(LeaverTold(kim, day))
    assert (len(outcome.refused), kim.last_working_day) == (1, FRIDAY)
