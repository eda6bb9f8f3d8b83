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
    """Than the day that HR put in the place of what it told; that it says later HR are told."""
    _changed(told, hr, at=NOW + HOUR, day=date(2027, 3, 12))
    assert (outcome := _hear(jo, LATER, at=NOW + NIGHT)).done == 0
    assert (len(outcome.kept), _told(hr), jo.last_working_day) == (1, 1, date(2027, 3, 12))
    assert len(_hear(jo, date(2027, 3, 8), at=NOW + 2 * NIGHT).changed) == 1
    assert len(_hear(jo, date(2027, 3, 9), at=NOW + 3 * NIGHT).changed) == 1  # what it told itself it may make less


def test_a_notice_that_hr_record_after_that_stands_too(hr: Person, jo: Person, told: LeaverNotice) -> None:
    """It is of the person: a day that was told of the first is no news for the second. What was told and taken out is, and
    HR are told that the directory names no day.
    """
    _changed(told, hr, at=NOW + HOUR, day=None)
    with clock.set_to(NOW + 2 * HOUR):
        second = leave(jo, hr, day=LATER, immediate=False, at=NOW + 2 * HOUR)
    assert _hear(jo, FRIDAY, at=NOW + NIGHT).done == 0
    assert [one.told_otherwise == [] for one in (told, second)] == [True, False]
    assert _told(hr) == 1
    assert _hear(jo, None, at=NOW + 2 * NIGHT).done == 0
    assert ([one.last_working_day for one in second.told_otherwise], jo.last_working_day, _told(hr)) == ([None], LATER, 2)
    assert len(_hear(jo, FRIDAY, at=NOW + 3 * NIGHT).changed) == 1
    assert second.told_otherwise == []


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
    """Neither their first day nor that they work here; HR managers are told once, as of another day before. Their next
    leaving is news.
    """
    if heard_before:
        _hear(jo, day, at=NOW + HOUR)
    before = _told(hr)
    assert before == (heard_before and day != TODAY)
    back, started = NOW + 10 * NIGHT, (NOW + 8 * NIGHT).date()
    with clock.set_to(back):
        begin_writing(gone, jo)
        operations.come_back(gone, started=started, by=hr, at=back)
        commit()
    for night in (1, 2):
        _import(jo, day, at=back + night * NIGHT)
        assert (jo.started, jo.last_working_day, _told(hr)) == (started, None, before + 1)
    assert _notices() == [gone]
    assert _import(jo, (back + 20 * NIGHT).date(), at=back + 3 * NIGHT).done == 1
    assert (len(_notices()), _told(hr)) == (2, before + 1)


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


GONE_LONG = NOW + 50 * NIGHT
NO_DAY = "The staff directory gave a last working day and gives none any more. What is recorded here stands. If they stay"
TOO_LATE = "What is recorded here stands, because they left too long ago to change it."


def test_a_later_day_that_is_dropped_is_told_once(
    make: Factory, client_of: Clients, hr: Person, jo: Person
) -> None:
    """Of each day that it gives, whoever recorded the one that stands; the pages say so until one of them is put right."""
    manager, browser = make.person("Mina Cole"), client_of(hr)
    jo.line_manager = manager
    make.keep(jo)
    notice = leave(jo, manager, day=FRIDAY, immediate=False)
    where = f"{ROOM}/leavers/{notice.id}"
    for night in (1, 2, 3):
        outcome = _hear(jo, LATER, at=NOW + night * NIGHT)
        assert (outcome.done, [one.why for one in outcome.kept], _told(hr)) == (0, ["people recorded otherwise"], 1)
    assert "still gives Wednesday 31 March 2027 as their last working day. What is recorded" in browser.get(where).text
    assert "still says otherwise" in browser.get(f"{ROOM}/leavers").text
    _hear(jo, LATER - NIGHT, at=NOW + 3 * NIGHT + HOUR)
    assert _told(hr) == 2
    _changed(notice, hr, at=NOW + 3 * NIGHT + 2 * HOUR, day=LATER - NIGHT)
    assert _hear(jo, LATER - NIGHT, at=NOW + 4 * NIGHT).kept == []
    assert ("still gives" in browser.get(where).text, jo.last_working_day, _told(hr)) == (False, LATER - NIGHT, 2)


@pytest.mark.parametrize("by_officer", [False, True])
def test_a_day_taken_out_withdraws_what_the_feed_alone_recorded(
    make: Factory, hr: Person, jo: Person, by_officer: bool
) -> None:
    """Also where it had moved the day itself. HR are told, and a day that it gives later is news."""
    by = make.person("Officer", Role.HR_INTAKE) if by_officer else ActorKind.INSTALLATION
    for night, day in enumerate((FRIDAY, LATER)):
        assert _hear(jo, day, at=NOW + night * NIGHT, by=by).done == 1
    before = _told(hr, "leaver_changed")
    assert _hear(jo, None, at=NOW + 2 * NIGHT, by=by).withdrawn == _notices()
    assert (jo.last_working_day, _told(hr, "leaver_changed"), _told(hr)) == (None, before + 1, 0)
    assert _hear(jo, None, at=NOW + 3 * NIGHT, by=by).kept == []
    assert len(_hear(jo, LATER, at=NOW + 4 * NIGHT, by=by).recorded) == 1


@pytest.mark.parametrize("how", ["hr changed it", "hr recorded it", "hr changed it, then sooner"])
def test_a_day_taken_out_undoes_nothing_that_people_did(client_of: Clients, hr: Person, jo: Person, how: str) -> None:
    """It stands, also where the directory gave a sooner day since; HR managers are told once, and the page says so."""
    if how == "hr recorded it":
        leave(jo, hr, day=LATER, immediate=False)
    else:
        _hear(jo, FRIDAY, at=NOW)
        _changed(_notices()[0], hr, at=NOW + HOUR, day=LATER)
    if how != "hr changed it":
        assert len(_hear(jo, LATER - NIGHT, at=NOW + 2 * HOUR).changed) == 1
    stands = jo.last_working_day
    for night in (1, 2, 3):
        outcome = _hear(jo, None, at=NOW + night * NIGHT)
        assert (outcome.done, [one.why for one in outcome.kept], _told(hr)) == (0, ["people recorded otherwise"], 1)
    assert jo.last_working_day == stands
    browser, where = client_of(hr), f"{ROOM}/leavers/{_notices()[0].id}"
    assert NO_DAY in browser.get(where).text
    assert "still says otherwise" in browser.get(f"{ROOM}/leavers").text
    _changed(_notices()[0], hr, at=NOW + 3 * NIGHT + HOUR, day=None)
    assert _hear(jo, None, at=NOW + 4 * NIGHT).kept == []
    assert ("gives none any more" in browser.get(where).text, _told(hr)) == (False, 1)


@pytest.mark.parametrize("by_officer", [False, True])
def test_of_a_day_that_was_never_given_nothing_is_told(make: Factory, hr: Person, jo: Person, by_officer: bool) -> None:
    """People recorded it first: a directory, or a file of an officer, that does not know yet says nothing."""
    by = make.person("Officer", Role.HR_INTAKE) if by_officer else ActorKind.INSTALLATION
    leave(jo, hr, day=FRIDAY, immediate=False)
    for night in (1, 2):
        outcome = _hear(jo, None, at=NOW + night * NIGHT, by=by)
        assert (outcome.done, outcome.unchanged, outcome.kept, _told(hr)) == (0, 1, [], 0)
    assert (jo.last_working_day, _notices()[0].told_otherwise) == (FRIDAY, [])
    source = NoticeSource.FILE if by_officer else NoticeSource.DIRECTORY
    assert operations.days_taken_out({str(jo.email)}, source=source) == []


def test_a_day_taken_out_lets_nobody_back_in(client_of: Clients, hr: Person, jo: Person, told: LeaverNotice) -> None:
    """Who has left has left, whoever told it; HR managers are told once."""
    for night in (5, 6, 50):
        outcome = _hear(jo, None, at=NOW + night * NIGHT)
        assert (outcome.done, outcome.refused, _told(hr), jo.last_working_day) == (0, [], 1, FRIDAY)
        why = "they have left" if night < 50 else "they left more than 30 days ago"
        assert [one.why for one in outcome.kept] == [why]
    where = f"{ROOM}/leavers/{told.id}"
    for at, words in ((NOW + 6 * NIGHT, NO_DAY), (GONE_LONG, TOO_LATE)):
        with clock.set_to(at):
            assert words in client_of(hr).get(where).text


def test_what_nobody_can_change_any_more_is_left_as_it_is(
    make: Factory, client_of: Clients, hr: Person, jo: Person, told: LeaverNotice
) -> None:
    """A day put right long after they left hinders no other; HR managers are told once."""
    for night in (0, 1):
        outcome = _hear(jo, LATER, at=GONE_LONG + night * NIGHT)
        assert (outcome.refused, outcome.done) == ([], 0)
        assert [(one.person, one.why) for one in outcome.kept] == [(jo, "they left more than 30 days ago")]
        assert (jo.last_working_day, _told(hr)) == (FRIDAY, 1)
    with clock.set_to(GONE_LONG):
        assert TOO_LATE in client_of(hr).get(f"{ROOM}/leavers/{told.id}").text
    assert len(_hear(jo, TODAY, at=GONE_LONG + 2 * NIGHT).changed) == 1  # that they left sooner is no less


def test_what_is_too_late_and_what_a_feed_may_take_back(make: Factory, hr: Person, jo: Person) -> None:
    """As truth tables."""
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    source = NoticeSource.DIRECTORY
    told = ToldByFeed(person_id=jo.id, source=source, immediate=False, told_at=NOW, acted_at=notice.told_at, alone=True)
    for alone, acted_at, may in ((True, notice.told_at, True), (False, notice.told_at, False), (True, NOW - HOUR, False)):
        told.alone, told.acted_at = alone, acted_at
        assert told.may_take_back(notice) is may
    long = FRIDAY + 31 * NIGHT
    assert not told.is_too_late(long)  # it is of no notice
    told.against = notice
    for day, today, late in (
        (LATER, long, True), (LATER, long - NIGHT, False), (None, long, True), (None, long - NIGHT, False),
        (TODAY, long, False), (FRIDAY, long, False),
    ):  # fmt: skip
        told.last_working_day = day
        assert told.is_too_late(today) is late
    notice.status, told.last_working_day = NoticeStatus.WITHDRAWN, LATER
    assert not told.is_too_late(long)
    db.session.rollback()


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
