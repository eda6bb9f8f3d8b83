"""From when HR has its days to record who manages somebody, and line managers who are recorded and begin later."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.outbox import OutboxMessage
from app.device_permissions.models import DevicePermissionRequest
from app.device_permissions.operations import approve_device_request, ask_new_managers, give_manager
from app.duties.models import Reminder
from app.duties.queries import desk_of
from app.people.models import Person, Role
from app.people.operations import set_last_working_day
from tests.conftest import NOW
from tests.device_permissions.factories import TODAY, submitted
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
DAY = timedelta(days=1)
LAST, MONDAY, MEND_BY = date(2027, 3, 12), date(2027, 3, 15), date(2027, 3, 19)
BEGINS = date(2027, 4, 12)


def _to_mend(hr: Person) -> list[tuple[str, date]]:
    with current_app.test_request_context():
        desk = desk_of(hr, clock.today())
    found = [(item.text, item.day) for item in (*desk.late, *desk.needs)]
    return [(text, day) for text, day in found if "manages" in text and day is not None]


def _job(day: date) -> None:
    begin_writing()
    ask_new_managers(clock.at_local(day, 6, 50))
    commit()


def _world(make: Factory, head: bool = True) -> tuple[Person, Person, Person]:
    """Somebody with a line manager, and an HR manager with a head of her own."""
    make.service("Libraries", head=make.person("Hetty Head") if head else None)
    manager = make.person("Mia Manager")
    hr = make.person("Hana HR", Role.HR_MANAGER, manager=make.person("Head of HR"))
    return make.person("Ada Asks", service="Libraries", manager=manager), manager, hr


def test_hr_has_its_days_from_the_last_day_of_the_manager(make: Factory, client_of: ClientOf) -> None:
    """A decision that is late with a manager who is there is not late with HR on the first day without one."""
    asks, manager, hr = _world(make)
    made = submitted(asks)
    assert made.due_on == date(2027, 3, 10)
    manager.last_working_day = LAST
    commit()
    with clock.set_to(clock.at_local(MONDAY, 9)):
        _job(MONDAY)
        morning(MONDAY)
        assert (made.mended_by, made.manager_missing_since) == (MEND_BY, LAST)
        assert _to_mend(hr) == [("Record who manages Ada Asks, who asked to use a device", MEND_BY)]
        assert_same_duties(MONDAY)
        page = client_of(hr).get(f"/device-permissions/requests/{made.reference}/manager").text
        assert "Somebody here last managed them on Friday 12 March 2027." in page
        assert "So it is Friday 19 March 2027." in page
        told = sa.select(Reminder.to_person_id).where(Reminder.kind == "device_manager", Reminder.escalated)
        assert db.session.execute(told).scalars().all() == []
    for number in range(12):  # and it stays as it was counted
        _job(MONDAY + number * DAY)
    assert made.mended_by == MEND_BY
    with clock.set_to(clock.at_local(MEND_BY + 4 * DAY, 9)):
        morning(clock.today())
        assert db.session.execute(told).scalars().all() == [hr.line_manager_id]


def test_whoever_leaves_at_once_leaves_hr_its_days_from_that_moment(make: Factory) -> None:
    asks, manager, hr = _world(make, head=False)
    made = submitted(asks)
    with clock.set_to(clock.at_local(MONDAY, 15)):
        begin_writing(manager)
        set_last_working_day(manager, MONDAY, by=hr.id, at=clock.now(), at_once=True)
        commit()
        assert (made.mended_by, made.manager_missing_since) == (date(2027, 3, 22), MONDAY)
        assert [day for _, day in _to_mend(hr)] == [date(2027, 3, 22)]
    begin_writing(manager)
    set_last_working_day(manager, None, by=hr.id, at=clock.at_local(MONDAY, 16))
    commit()
    _job(MONDAY + DAY)
    assert (made.manager_due_on, made.manager_missing_since) == (None, None)


def test_a_manager_taken_off_the_record_is_missing_since_the_day_before_the_job_saw_it(make: Factory) -> None:
    asks, _, _hr = _world(make)
    made = submitted(asks)
    asks.line_manager = None
    commit()
    _job(date(2027, 3, 17))
    assert (made.mended_by, made.manager_missing_since) == (date(2027, 3, 23), date(2027, 3, 16))


def test_what_was_sent_without_a_manager_keeps_its_day(make: Factory) -> None:
    asks, _, hr = _world(make)
    asks.line_manager = None
    commit()
    made = submitted(asks)
    _job(TODAY + DAY)
    assert (made.mended_by, made.manager_missing_since) == (made.due_on, None)
    assert [day for _, day in _to_mend(hr)] == [made.due_on]


def test_two_requests_of_one_person_are_one_line_and_both_go_to_the_manager(make: Factory, client_of: ClientOf) -> None:
    asks, old, hr = _world(make)
    made = [submitted(asks), submitted(asks, device_words="my tablet"), submitted(asks, device_words="my phone")]
    begin_writing(made[2])
    approve_device_request(made[2], by=old, at=NOW, expires_on=TODAY + 90 * DAY)
    commit()
    asks.line_manager = None
    commit()
    _job(TODAY + DAY)
    assert len(_to_mend(hr)) == 1
    assert_same_duties(TODAY)
    manager = make.person("New Manager", email="new@x.example")
    browser = client_of(hr)
    (line,) = [link["href"] for link in browser.get("/").soup.select("main a") if link["href"].endswith("/manager")]
    page = browser.follow(line, {"manager": "new@x.example"})
    assert "You recorded that New Manager manages Ada Asks" in page.text
    assert _to_mend(hr) == []
    told = sa.select(OutboxMessage.occasion, OutboxMessage.subject_id).where(OutboxMessage.to_person_id == manager.id)
    rows = {(occasion.partition("#")[0], subject) for occasion, subject in db.session.execute(told)}
    assert rows == {("device_decide", made[0].id), ("device_decide", made[1].id), ("device_confirm", made[2].id)}


def test_a_manager_who_begins_later_is_nothing_to_mend_while_the_head_decides(make: Factory, client_of: ClientOf) -> None:
    asks, _, hr = _world(make)
    asks.line_manager = make.person("Nina Newcomer", started=BEGINS)
    commit()
    said = "Nina Newcomer manages you from 12 April 2027; until then the head of your service, Hetty Head, decides"
    browser = client_of(asks)
    assert f"{said}." in browser.get("/device-permissions/").text
    made = submitted(asks)
    _job(TODAY + DAY)
    assert (made.lacks_a_manager_on(TODAY), made.manager_due_on, _to_mend(hr)) == (False, None, [])
    assert_same_duties(TODAY)
    page = browser.get(f"/device-permissions/requests/{made.reference}").text
    assert "Hetty Head, the head of your service until Nina Newcomer begins on 12 April 2027" in page
    page = browser.get(f"/device-permissions/requests/{made.reference}/sent").text
    assert "as the head of your service until Nina Newcomer begins on 12 April 2027. They decide" in page
    late = client_of(hr).get(f"/device-permissions/requests/{made.reference}/manager", status=409).text
    assert "Nina Newcomer manages them from 12 April 2027. Until then the head of their service decides." in late


@pytest.mark.parametrize("head", [False, True])
def test_hr_names_somebody_who_is_here(make: Factory, client_of: ClientOf, head: bool) -> None:
    """Whoever begins later is refused, with who to enter; whoever is entered is the line manager in every room."""
    asks, manager, hr = _world(make, head=head)
    make.person("Nina Newcomer", email="nina@x.example", started=BEGINS)
    make.person("Acting Manager", email="acting@x.example")
    made = submitted(asks)
    manager.last_working_day = TODAY - DAY
    commit()
    browser, address = client_of(hr), f"/device-permissions/requests/{made.reference}/manager"
    assert "is recorded by a file of people that is imported from then on." in browser.get(address).text
    page = browser.post(address, {"manager": "nina@x.example"}, status=422)
    assert page.errors == ["Nina Newcomer begins on 12 April 2027. Enter who manages them until then"]
    assert (asks.line_manager, len(_to_mend(hr))) == (manager, 1)
    page = browser.follow(address, {"manager": "acting@x.example"})
    assert "You recorded that Acting Manager manages Ada Asks, and sent the request to them." in page.text
    assert _to_mend(hr) == []


def test_where_nobody_stands_in_hr_says_who_manages_until_then(make: Factory, client_of: ClientOf) -> None:
    """Who is named takes the place of the one who comes, and HR is never left with what it cannot end."""
    asks, _, hr = _world(make, head=False)
    asks.line_manager = make.person("Nina Newcomer", email="nina@x.example", started=BEGINS)
    acting = make.person("Acting Manager", email="acting@x.example", manager=make.person("Above"))
    commit()
    made = submitted(asks)
    browser, address = client_of(hr), f"/device-permissions/requests/{made.reference}/manager"
    words = "works here now. Nina Newcomer manages them from 12 April 2027. Enter who manages them until then."
    assert words in browser.get(address).text
    assert len(_to_mend(hr)) == 1
    page = browser.post(address, {"manager": "nina@x.example"}, status=422)
    assert page.errors == ["Nina Newcomer begins on 12 April 2027. Enter who manages them until then"]
    words = "HR is asked who manages you until Nina Newcomer begins on 12 April 2027"
    assert words in client_of(asks).get(f"/device-permissions/requests/{made.reference}").text
    page = browser.follow(address, {"manager": "acting@x.example"})
    assert "You recorded that Acting Manager manages Ada Asks, and sent the request to them." in page.text
    assert (asks.line_manager, made.can_be_decided_by(acting), _to_mend(hr)) == (acting, True, [])
    late = browser.get(address, status=409).text
    assert "If somebody else manages them, ask whoever imports the files of people to record that." in late
    assert acting.line_manager is not None
    with clock.set_to(clock.at_local(made.due_on + DAY, 9)):  # who stands above whoever decides, asked of people and queries
        assert made.can_be_decided_by(acting.line_manager)
        assert "Ada Asks" in client_of(acting.line_manager).get("/device-permissions/team").text
        assert_same_duties(clock.today())


def test_what_was_permitted_meanwhile_is_confirmed_by_whoever_takes_over(make: Factory) -> None:
    asks, _, hr = _world(make, head=False)
    acting, nina = make.person("Acting Manager"), make.person("Nina Newcomer", started=BEGINS)
    asks.line_manager = nina
    commit()
    made = submitted(asks)
    begin_writing(made)
    give_manager(made, acting, by=hr, at=NOW)
    approve_device_request(made, by=acting, at=NOW, expires_on=TODAY + 200 * DAY)
    commit()
    _job(BEGINS)
    assert made.confirm_due_on is None
    asks.line_manager = nina  # by the file that is imported from that day
    commit()
    _job(BEGINS + DAY)
    assert db.session.get_one(DevicePermissionRequest, made.id).confirm_asked_of_id == nina.id
