"""A feed that repeats what it told before: what people recorded since stands, and HR managers are told of it once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.audit import ActorKind
from app.core.db import begin_writing, commit, db
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.models import LeaverNotice, NoticeSource, NoticeStatus, ToldByFeed
from app.credential_rotation.operations import FeedOutcome, LeaverTold, messages
from app.people.models import Person, Role
from app.people.operations import PEOPLE_HEADERS, import_people, plan_people_import
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, leave
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
HOUR, NIGHT = timedelta(hours=1), timedelta(days=1)
LATER = date(2027, 3, 31)
OTHERWISE = "The staff directory still gives Friday 5 March 2027 as their last working day."


def _hear(
    jo: Person, day: date | None, *, at: datetime, by: Person | ActorKind = ActorKind.INSTALLATION
) -> FeedOutcome:
    source = NoticeSource.FILE if isinstance(by, Person) else NoticeSource.DIRECTORY
    with clock.set_to(at):
        begin_writing()
        made = operations.hear_of_leavers([LeaverTold(jo, day)], source=source, by=by, at=at)
        commit()
    return made


def _changed(notice: LeaverNotice, hr: Person, *, at: datetime, day: date | None, immediate: bool = False) -> None:
    with clock.set_to(at):
        begin_writing(notice, notice.person)
        if day is None:
            operations.withdraw_leaver(notice, by=hr, at=at)
        else:
            operations.change_leaving(notice, last_working_day=day, immediate=immediate, by=hr, at=at)
        commit()


def _notices() -> list[LeaverNotice]:
    return list(db.session.execute(sa.select(LeaverNotice).order_by(LeaverNotice.notified_at)).scalars())


def _told(person: Person, kind: str = messages.TOLD_OTHERWISE.name) -> int:
    rows = db.session.execute(sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)).scalars()
    return sum(occasion.partition("#")[0] == kind for occasion in rows)


@pytest.fixture
def told(hr: Person, jo: Person) -> LeaverNotice:
    """What the staff directory told first."""
    return _hear(jo, FRIDAY, at=NOW).recorded[0]


@pytest.mark.parametrize(
    ("day", "immediate"), [(None, False), (LATER, False), (TODAY, False), (TODAY, True)],
    ids=["stays", "later", "sooner", "at once"],
)  # fmt: skip
def test_what_hr_recorded_since_stands_every_night(
    make: Factory, hr: Person, jo: Person, told: LeaverNotice, day: date | None, immediate: bool
) -> None:
    """They stay, or leave later, sooner or at once. Each HR manager is told once."""
    other = make.person("Other HR", Role.HR_MANAGER)
    _changed(told, hr, at=NOW + HOUR, day=day, immediate=immediate)
    for night in (1, 2, 3):
        outcome = _hear(jo, FRIDAY, at=NOW + night * NIGHT)
        assert (outcome.done, outcome.unchanged, [one.person for one in outcome.kept]) == (0, 1, [jo])
        assert (_told(hr), _told(other)) == (1, 1)
    assert [one.is_withdrawn for one in _notices()] == [day is None]
    assert (jo.last_working_day, jo.left_at_once) == (day, immediate)


def test_the_pages_say_what_the_directory_tells(
    client_of: Clients, hr: Person, jo: Person, told: LeaverNotice
) -> None:
    """Until it is recorded otherwise, or the directory says the same."""
    browser, where = client_of(hr), f"{ROOM}/leavers/{told.id}"
    _changed(told, hr, at=NOW + HOUR, day=LATER)
    assert "still gives" not in browser.get(where).text
    _hear(jo, FRIDAY, at=NOW + NIGHT)
    assert OTHERWISE in browser.get(where).text
    assert "still says otherwise" in browser.get(f"{ROOM}/leavers").text
    assert "still says otherwise" in browser.get("/messages").text
    _hear(jo, LATER, at=NOW + 2 * NIGHT)
    assert "still gives" not in browser.get(where).text
    assert "still says otherwise" not in browser.get(f"{ROOM}/leavers").text


def test_hr_are_told_again_of_what_they_record_again(hr: Person, jo: Person, told: LeaverNotice) -> None:
    """Another decision against the directory is another to be put right."""
    for number, day in enumerate((LATER, TODAY + 3 * NIGHT, None), 1):
        _changed(told, hr, at=NOW + number * NIGHT, day=day)
        assert told.told_otherwise == []
        for late in (1, 2):
            _hear(jo, FRIDAY, at=NOW + number * NIGHT + late * HOUR)
        assert _told(hr) == number


@pytest.mark.parametrize("day", [date(2027, 3, 4), date(2027, 3, 8)])
def test_a_day_that_it_has_not_told_before_is_news(
    make: Factory, hr: Person, jo: Person, told: LeaverNotice, day: date
) -> None:
    """Also of somebody who was to stay: it is recorded anew, and who had said so is told."""
    officer = make.person("Officer", Role.HR_INTAKE)
    _changed(told, officer, at=NOW + HOUR, day=None)
    before = _told(hr, "leaver_changed")
    assert len(_hear(jo, day, at=NOW + NIGHT).recorded) == 1
    assert [one.status for one in _notices()] == [NoticeStatus.WITHDRAWN, NoticeStatus.NOTIFIED]
    assert (jo.last_working_day, _told(hr, "leaver_changed"), _told(officer, "leaver_changed")) == (day, before + 1, 1)
    _changed(_notices()[1], officer, at=NOW + NIGHT + HOUR, day=None)
    assert _hear(jo, day, at=NOW + 2 * NIGHT).done == 0
    assert _told(hr) == 1


def test_sooner_is_news_and_later_makes_nothing_less(hr: Person, jo: Person, told: LeaverNotice) -> None:
    """Than the day that HR put in the place of what it told."""
    _changed(told, hr, at=NOW + HOUR, day=date(2027, 3, 12))
    assert (outcome := _hear(jo, LATER, at=NOW + NIGHT)).done == 0
    assert (len(outcome.kept), _told(hr), jo.last_working_day) == (1, 0, date(2027, 3, 12))
    assert len(_hear(jo, date(2027, 3, 8), at=NOW + 2 * NIGHT).changed) == 1
    assert len(_hear(jo, date(2027, 3, 9), at=NOW + 3 * NIGHT).changed) == 1  # what it told itself it may make less


def test_a_notice_that_hr_record_after_that_stands_too(hr: Person, jo: Person, told: LeaverNotice) -> None:
    """It is of the person: a day that was told of the first is no news for the second. What was told and taken back is."""
    _changed(told, hr, at=NOW + HOUR, day=None)
    with clock.set_to(NOW + 2 * HOUR):
        second = leave(jo, hr, day=LATER, immediate=False, at=NOW + 2 * HOUR)
    assert _hear(jo, FRIDAY, at=NOW + NIGHT).done == 0
    assert [one.told_otherwise == [] for one in (told, second)] == [True, False]
    begin_writing()
    operations.hear_of_no_leaving({str(jo.email)}, source=NoticeSource.DIRECTORY, at=NOW + 2 * NIGHT)
    commit()
    assert (second.told_otherwise, jo.last_working_day) == ([], LATER)
    assert len(_hear(jo, FRIDAY, at=NOW + 2 * NIGHT).changed) == 1


def test_a_file_in_the_name_of_an_officer_repeats_as_a_directory_does(make: Factory, hr: Person, jo: Person) -> None:
    """The file of every night, not the one that HR select and confirm on the page."""
    officer = make.person("Officer", Role.HR_INTAKE)
    notice = _hear(jo, FRIDAY, by=officer, at=NOW).recorded[0]
    _changed(notice, hr, at=NOW + HOUR, day=None)
    assert _hear(jo, FRIDAY, by=officer, at=NOW + NIGHT).done == 0
    assert (_told(hr), _told(officer)) == (1, 0)
    content = f"email,last_working_day\n{jo.email},{FRIDAY}\n".encode()
    with clock.set_to(NOW + NIGHT):
        begin_writing()
        plan = operations.plan_leavers(content, by=hr, at=NOW + NIGHT)
        assert len(operations.record_leavers(plan.told, by=hr, at=NOW + NIGHT)) == 1
        commit()
    assert jo.last_working_day == FRIDAY


@pytest.fixture
def gone(hr: Person, jo: Person) -> LeaverNotice:
    """Of somebody for whom nothing is left to do."""
    notice = leave(jo, hr)
    assert notice.status is NoticeStatus.COMPLETE
    return notice


@pytest.mark.parametrize("heard_before", [True, False])
@pytest.mark.parametrize("day", [TODAY, FRIDAY])
def test_an_old_row_of_somebody_who_came_back_changes_nothing(
    hr: Person, jo: Person, gone: LeaverNotice, heard_before: bool, day: date
) -> None:
    """Neither their first day nor that they work here; HR managers are told once. Their next leaving is news."""
    if heard_before:
        _hear(jo, day, at=NOW + HOUR)
    back, started = NOW + 10 * NIGHT, (NOW + 8 * NIGHT).date()
    with clock.set_to(back):
        begin_writing(gone, jo)
        operations.come_back(gone, started=started, by=hr, at=back)
        commit()
    for night in (1, 2):
        _import(jo, day, at=back + night * NIGHT)
        assert (jo.started, jo.last_working_day, _told(hr)) == (started, None, 1)
    assert _notices() == [gone]
    assert _import(jo, (back + 20 * NIGHT).date(), at=back + 3 * NIGHT).done == 1
    assert (len(_notices()), _told(hr)) == (2, 1)


def _import(jo: Person, day: date, *, at: datetime) -> FeedOutcome:
    """With the first day of long ago; the row is as it was."""
    row = f"{jo.email},{jo.name},{jo.post},,employee,,2020-01-06,{day}"
    with clock.set_to(at):
        begin_writing()
        plan = plan_people_import(f"{','.join(PEOPLE_HEADERS)}\n{row}\n".encode(), today=at.date())
        assert (plan.unchanged, plan.changed, plan.problems) == (1, [], [])
        import_people(plan, by=ActorKind.INSTALLATION, at=at)
        commit()
    return _hear(jo, day, at=at)


def test_what_a_feed_told(make: Factory, hr: Person, jo: Person) -> None:
    """Whether it repeats itself, and whether a notice is its own, as truth tables."""
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    told = ToldByFeed(person_id=jo.id, source=NoticeSource.FILE, last_working_day=FRIDAY, immediate=False, told_at=NOW)
    for day, immediate, same in ((FRIDAY, False, True), (FRIDAY, True, False), (LATER, False, False), (None, False, False)):
        assert told.repeats(day, immediate=immediate) is same
    for acted_at, own in ((None, False), (notice.told_at, True), (notice.told_at - HOUR, False)):
        told.acted_at = acted_at
        assert told.made(notice) is own
    for day, immediate, agrees in ((FRIDAY, False, True), (FRIDAY, True, False), (TODAY, False, False), (None, True, False)):
        assert notice.agrees_with(day, immediate=immediate) is agrees
    notice.immediate = True
    assert notice.agrees_with(FRIDAY, immediate=False)
    notice.status = NoticeStatus.WITHDRAWN
    assert not notice.agrees_with(FRIDAY, immediate=True)
    db.session.rollback()
