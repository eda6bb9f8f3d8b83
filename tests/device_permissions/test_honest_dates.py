"""What becomes of requests and permissions whose people change: told, listed, refused; and dates of their own."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccountStatus
from app.core import clock
from app.core.audit import ReadEvent
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone
from app.core.outbox import OutboxMessage
from app.device_permissions import operations
from app.device_permissions.models import DeviceKind, DevicePermissionRequest, RequestStatus
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.device_permissions.factories import ANSWERS, TODAY, account_of, approved, submitted
from tests.due_equality import assert_same_duties
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
DAY = timedelta(days=1)


@pytest.fixture
def head(make: Factory) -> Person:
    """Who manages the manager."""
    return make.person("Hedda Head")


@pytest.fixture
def manager(make: Factory, head: Person) -> Person:
    """Who decides."""
    return make.person("Priya Shah", manager=head)


def _on(day: date) -> AbstractContextManager[None]:
    return clock.set_to(clock.at_local(day, 10))


def _morning(day: date) -> None:
    with clock.set_to(clock.at_local(day, 6, 55)):
        for job in (operations.ask_new_managers, operations.record_lapses):
            begin_writing()
            job(clock.now())
            commit()


def _told(person: Person, kind: str) -> int:
    query = sa.select(sa.func.count()).where(
        OutboxMessage.to_person_id == person.id, OutboxMessage.occasion.startswith(f"{kind}#")
    )
    return int(db.session.execute(query).scalar_one())


def _asked_back(made: DevicePermissionRequest, by: Person, day: date) -> None:
    with _on(day):
        begin_writing(made)
        operations.return_device_request(made, by=by, at=clock.now(), question="Which one?")
        commit()


def test_a_question_has_a_date_of_its_own(client_of: Clients, person: Person, manager: Person) -> None:
    """From the day on which it was asked, however late that was; the page says how it was counted."""
    made = submitted(person)
    late = made.due_on
    _asked_back(made, manager, late)
    assert made.questions[0].answer_by == date(2027, 3, 17)
    with _on(late):
        assert "17 March 2027" in client_of(person).get("/").text
        page = client_of(person).get(f"/device-permissions/requests/{made.reference}")
        assert "to be answered by 17 March 2027" in page.text
        assert "The question was asked" in page.text
    assert assert_same_duties(late + 20 * DAY) > 0


def test_a_holder_is_told_that_a_new_manager_has_to_confirm_and_that_it_lapsed(
    make: Factory, client_of: Clients, person: Person, manager: Person
) -> None:
    """A message when the days begin and one when they ended without a word; until then it stands with what they wait for."""
    made = approved(person, manager)
    person.line_manager_id = make.person("New manager").id
    commit()
    _morning(TODAY + DAY)
    last = made.confirm_due_on
    assert last is not None
    line = "Your device permission, to be confirmed by your new manager"
    assert (_told(person, "device_to_confirm"), _told(person, "device_lapsed")) == (1, 0)
    with _on(TODAY + DAY):
        assert line in client_of(person).get("/").text
        assert "has to be confirmed by your new manager" in client_of(person).get("/messages").text
    _morning(last)
    assert _told(person, "device_lapsed") == 0
    for day in (last + DAY, last + 2 * DAY):
        _morning(day)
    assert (_told(person, "device_to_confirm"), _told(person, "device_lapsed")) == (1, 1)
    with _on(last + DAY):
        assert line not in client_of(person).get("/").text
        assert "Your device permission does not hold any more" in client_of(person).get("/messages").text


def test_a_holder_is_told_of_another_post_and_of_closed_accounts(make: Factory, manager: Person) -> None:
    """Once; of its last day and of leaving nobody is told anew, and what has lapsed does not hold again."""
    moved, closed, left, short = (make.person(name, manager=manager, post="Officer") for name in ("Mo", "Cleo", "Lee", "Su"))
    account = account_of(make, closed)
    for one in (moved, left):
        approved(one, manager)
    made = submitted(closed, account_ids=(account.id,), platforms=())
    begin_writing(made)
    operations.approve_device_request(made, by=manager, at=NOW, expires_on=TODAY + 100 * DAY)
    commit()
    approved(short, manager, until=TODAY)
    moved.post, left.last_working_day = "Head of parks", TODAY - DAY
    account.status, account.closed_on = AccountStatus.CLOSED, TODAY
    commit()
    for day in (1, 2):
        _morning(TODAY + day * DAY)
    assert [_told(one, "device_lapsed") for one in (moved, closed, left, short)] == [1, 1, 0, 0]
    moved.post = "Officer"
    commit()
    _morning(TODAY + 3 * DAY)
    assert _told(moved, "device_lapsed") == 1


def _renewed(old: DevicePermissionRequest, **changes: object) -> DevicePermissionRequest:
    begin_writing(old.person)
    made = operations.submit_device_request(replace(ANSWERS, **changes), by=old.person, at=NOW, renews=old)  # type: ignore[arg-type]
    commit()
    return made


@pytest.mark.parametrize(
    ("changes", "is_replaced"),
    [
        ({}, True),
        ({"device_words": ""}, True),
        ({"platforms": ("Facebook", "Instagram")}, True),
        ({"device_kind": DeviceKind.PHONE}, False),
        ({"device_words": "the Dell"}, False),
        ({"platforms": ("TikTok",)}, False),
    ],
)
def test_asked_again_for_another_device_the_old_permission_goes_on(
    person: Person, manager: Person, changes: dict[str, object], is_replaced: bool
) -> None:
    """One for the same device and for no less takes the place of the old (policy 6.2(1); local setting)."""
    old = approved(person, manager, until=TODAY + 10 * DAY)
    new = _renewed(old, **changes)
    assert new.renews_id == (old.id if is_replaced else None)
    begin_writing(new, old)
    operations.approve_device_request(new, by=manager, at=NOW, expires_on=TODAY + 50 * DAY)
    commit()
    assert old.status is (RequestStatus.RENEWED if is_replaced else RequestStatus.APPROVED)


def test_changed_to_another_device_after_a_question_it_is_a_request_of_its_own(person: Person, manager: Person) -> None:
    old = approved(person, manager, until=TODAY + 10 * DAY)
    new = _renewed(old)
    _asked_back(new, manager, TODAY)
    begin_writing(new)
    operations.change_device_request(new, replace(ANSWERS, device_kind=DeviceKind.TABLET), by=person, at=NOW)
    commit()
    assert new.renews_id is None


def test_the_check_page_says_what_becomes_of_the_permission(client_of: Clients, person: Person, manager: Person) -> None:
    old = approved(person, manager, until=TODAY + 10 * DAY)
    browser, start = client_of(person), f"/device-permissions/requests/{old.reference}/ask"
    for step, answers in (("security", {"checks": "locked"}), ("undertaking", {"undertaken": "y"})):
        browser.post(f"{start}/{step}", answers)
    assert f"takes the place of {old.reference}" in browser.get(f"{start}/check-answers").text
    browser.post(f"{start}/device", {"device_kind": "phone", "device_words": ""})
    page = browser.get(f"{start}/check-answers")
    assert "So it is a request of its own: the permission that you have goes on until 13 March 2027" in page.text
    assert "takes the place" not in page.text


def test_the_manager_reads_how_the_former_permission_stands(client_of: Clients, person: Person, manager: Person) -> None:
    old = approved(person, manager, until=TODAY + 3 * DAY)
    new = _renewed(old)
    address = f"/device-permissions/requests/{new.reference}"
    named = f"In place of {old.reference}, Home computer (my laptop), used for Facebook"
    assert f"{named}, which holds until 6 March 2027" in client_of(manager).get(address).text
    with _on(TODAY + 4 * DAY):
        assert f"{named}, which ran out on 6 March 2027" in client_of(manager).get(address).text
    begin_writing(new, old)
    operations.approve_device_request(new, by=manager, at=NOW, expires_on=TODAY + 50 * DAY)
    commit()
    assert f"{named}, which ended on 3 March 2027" in client_of(manager).get(address).text


def test_what_is_late_stands_in_the_list_of_the_stand_in(
    client_of: Clients, make: Factory, person: Person, head: Person
) -> None:
    """As long as it waits; before it is late, and to others, it is not listed."""
    made, other = submitted(person), make.person("Other")
    late = made.due_on + DAY
    for day, listed in ((made.due_on, False), (late, True)):
        with _on(day):
            assert ("Sam Okoro" in client_of(head).get("/device-permissions/team").text) == listed
            assert "Sam Okoro" not in client_of(other).get("/device-permissions/team").text
    _asked_back(made, head, late)
    with _on(late):
        assert "Sam Okoro" not in client_of(head).get("/device-permissions/team").text
        assert "Which one?" in client_of(head).get(f"/device-permissions/requests/{made.reference}").text
        client_of(other).get(f"/device-permissions/requests/{made.reference}", status=403)


def test_a_stand_in_who_approved_it_may_end_it(client_of: Clients, person: Person, manager: Person, head: Person) -> None:
    """As long as they manage whoever decides; the manager may too."""
    made = submitted(person)
    with _on(made.due_on + DAY):
        begin_writing(made)
        operations.approve_device_request(made, by=head, at=clock.now(), expires_on=TODAY + 90 * DAY)
        commit()
        assert [made.can_be_revoked_by(one) for one in (person, manager, head)] == [False, True, True]
        client_of(head).post(f"/device-permissions/requests/{made.reference}/revoke", {"reasons": "It was stolen."})
        assert made.status is RequestStatus.REVOKED
    manager.line_manager_id = None
    commit()
    assert not made.is_ender(head)


def test_nothing_is_decided_about_somebody_who_has_left(
    client_of: Clients, person: Person, manager: Person
) -> None:
    """It is no duty of the manager and HR, stands among what has ended, and cannot be approved."""
    made = submitted(person)
    person.last_working_day = TODAY
    commit()
    address = f"/device-permissions/requests/{made.reference}"
    assert "Sam Okoro" in client_of(manager).get("/").text
    with _on(TODAY + DAY):
        browser = client_of(manager)
        assert "Sam Okoro" not in browser.get("/").text
        assert "Sam Okoro" not in browser.get("/device-permissions/team").text
        assert "Left before it was decided" in browser.get("/device-permissions/team?show=ended").text
        assert "Left before it was decided" in browser.look("/device-permissions/export.csv?show=ended").response.text
        page = browser.get(address)
        assert "Sam Okoro does not work here any more" in page.text
        assert not page.has_button("Record decision")
        late = browser.post(f"{address}/decide", {"decision": "refuse", "reasons": "Gone."}, status=409)
        assert "does not work here any more" in late.text
        with pytest.raises(AlreadyDone):
            operations.approve_device_request(made, by=manager, at=clock.now(), expires_on=TODAY + 9 * DAY)
        assert assert_same_duties(TODAY + DAY) >= 0


def test_the_same_device_without_its_words_is_the_same_device(person: Person) -> None:
    """Which one it is, is said only of several; so one without words and one with are one while the first is open."""
    submitted(person, device_kind=DeviceKind.TABLET, device_words="my iPad")
    with pytest.raises(AlreadyDone, match="You already asked for this device"):
        submitted(person, device_kind=DeviceKind.TABLET, device_words="")
    db.session.rollback()
    submitted(person, device_kind=DeviceKind.TABLET, device_words="the one at the branch")


def test_an_empty_list_leaves_no_record_of_being_taken_away(
    client_of: Clients, make: Factory, person: Person, manager: Person
) -> None:
    """Whoever has no list takes nothing away, however often they ask."""
    taken = sa.select(sa.func.count()).where(ReadEvent.act == "device:list-taken")
    client_of(make.person("Other", Role.SAFEGUARDING_LEAD)).look("/device-permissions/export.csv")
    assert db.session.execute(taken).scalar_one() == 0
    submitted(person)
    assert "Sam Okoro" in client_of(manager).look("/device-permissions/export.csv").response.text
    assert db.session.execute(taken).scalar_one() == 1
