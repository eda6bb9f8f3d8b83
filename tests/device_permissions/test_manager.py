"""A request whose manager and head of service have both gone: HR records who manages, and it goes to them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.core.presentation import uk_date
from app.device_permissions.models import DevicePermissionRequest
from app.device_permissions.operations import (
    approve_device_request,
    ask_new_managers,
    confirm_device_permission,
    give_manager,
    refuse_device_request,
    return_device_request,
    revoke_device_permission,
    withdraw_device_request,
)
from app.duties.queries import desk_of
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.device_permissions.factories import TODAY, approved, submitted
from tests.due_equality import assert_same_duties
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

ClientOf = Callable[..., PageClient]
DAY = timedelta(days=1)


def _left_alone(make: Factory, asks: Person | None = None) -> DevicePermissionRequest:
    """A request whose decider has gone since; the head of the service too."""
    asks = asks or make.person("Ada Asks", service="Libraries")
    asks.line_manager = make.person("Gone Manager")
    head = make.person("Gone Head")
    assert asks.service is not None
    asks.service.head_id = head.id
    commit()
    made = submitted(asks)
    asks.line_manager.last_working_day = head.last_working_day = TODAY - DAY
    commit()
    return made


def _told(person: Person) -> list[str]:
    """The kinds of the messages to somebody."""
    told = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)
    return [one.partition("#")[0] for one in db.session.execute(told).scalars()]


def _duties(person: Person) -> list[str]:
    with current_app.test_request_context():
        desk = desk_of(person, clock.today())
    return [item.text for item in (*desk.late, *desk.needs) if "manages" in item.text]


@pytest.mark.parametrize(
    ("manager", "head", "waits"),
    [("here", "here", False), ("gone", "here", True), (None, "here", True), ("here", "gone", False),
     ("gone", "gone", True), (None, "gone", True), ("gone", None, True), (None, None, True), ("gone", "self", True),
     ("last day", "gone", False)],
)  # fmt: skip
def test_when_the_record_is_to_be_mended(make: Factory, manager: str | None, head: str | None, waits: bool) -> None:
    """The record's own predicate, the duty of HR and everybody's duties say the same."""
    made, hr = _left_alone(make), make.person("Hana HR", Role.HR_MANAGER)
    asks, service = made.person, made.person.service
    assert service is not None
    days = {"here": None, "gone": TODAY - DAY, "last day": TODAY}
    asks.line_manager = None if manager is None else make.person("Manager", last_working_day=days[manager])
    other = None if head in (None, "self") else make.person("Head", last_working_day=days[str(head)])
    service.head_id = asks.id if head == "self" else other.id if other else None
    commit()
    db.session.expire_all()
    assert made.can_be_given_a_manager_by(hr) == waits
    assert bool(_duties(hr)) == waits
    assert_same_duties(TODAY)


def test_hr_records_who_manages_and_the_request_goes_there(make: Factory, client_of: ClientOf) -> None:
    made, hr = _left_alone(make), make.person("Hana HR", Role.HR_MANAGER)
    manager = make.person("Mia Manager")
    browser, address = client_of(hr), f"/device-permissions/requests/{made.reference}/manager"
    assert _duties(hr) == ["Record who manages Ada Asks, who asked to use a device"]
    page = browser.get(address)
    assert made.reason not in page.text  # what was asked stays between them and their manager
    assert browser.post(address, {"manager": ""}, status=422).errors == ["Enter who manages them now"]
    page = browser.post(address, {"manager": "Nobody Known"}, status=422)
    assert page.errors == ["Nobody is recorded as “Nobody Known”. Enter their work e-mail address"]
    assert page.field("manager") == "Nobody Known"
    page = browser.follow(address, {"manager": manager.email})
    assert "You recorded that Mia Manager manages Ada Asks, and sent the request to them." in page.text
    assert made.can_be_decided_by(manager)
    assert _duties(hr) == []
    assert _told(manager) == ["device_decide"]
    assert browser.post(address, {"manager": manager.email}, status=409)


def test_whoever_is_recorded_a_second_time_is_told_a_second_time(make: Factory, client_of: ClientOf) -> None:
    """Taken off the record by other work in a file of people, say, and recorded again: HR reads that it was sent."""
    made, hr, manager = _left_alone(make), make.person("Hana HR", Role.HR_MANAGER), make.person("Mia Manager")
    browser, address = client_of(hr), f"/device-permissions/requests/{made.reference}/manager"
    for number in (1, 2):
        page = browser.follow(address, {"manager": manager.email})
        assert "You recorded that Mia Manager manages Ada Asks, and sent the request to them." in page.text
        assert _told(manager) == ["device_decide"] * number
        made.person.line_manager_id = made.person.manager_recorded_on = None
        commit()


def test_nobody_decides_or_mends_their_own(make: Factory, client_of: ClientOf) -> None:
    hr = make.person("Hana HR", Role.HR_MANAGER, service="Libraries")
    made, other = _left_alone(make, hr), make.person("Hugo HR", Role.HR_MANAGER)
    address = f"/device-permissions/requests/{made.reference}/manager"
    assert _duties(hr) == []
    assert _duties(other) != []
    client_of(hr).get(address, status=403)
    for by, manager, kind in ((hr, other, NotAllowed), (other, other, NotAllowed), (other, hr, InvalidInput)):
        begin_writing(made)
        with pytest.raises(kind):
            give_manager(made, manager, by=by, at=NOW)
        db.session.rollback()
    below = make.person("Below", manager=hr)
    begin_writing(made)
    with pytest.raises(InvalidInput, match="come back to the same person"):
        give_manager(made, below, by=other, at=NOW)
    db.session.rollback()
    assert not made.can_be_decided_by(hr)
    assert not made.can_be_decided_by(other)


def test_strangers_and_late_clicks(make: Factory, client_of: ClientOf) -> None:
    made, hr, manager = _left_alone(make), make.person("Hana HR", Role.HR_MANAGER), make.person("Mia Manager")
    address = f"/device-permissions/requests/{made.reference}/manager"
    for person in (made.person, manager, make.person("Sca", Role.SCA), make.person("Intake", Role.HR_INTAKE)):
        client_of(person).get(address, status=403)
        begin_writing(made)
        with pytest.raises(NotAllowed):
            give_manager(made, manager, by=person, at=NOW)
        db.session.rollback()
    client_of(hr).get("/device-permissions/requests/nothing/manager", status=404)
    begin_writing(made)
    give_manager(made, manager, by=hr, at=NOW)
    commit()
    assert "recorded by now" in client_of(hr).get(address, status=409).text
    begin_writing(made)
    with pytest.raises(AlreadyDone, match="recorded by now"):
        give_manager(made, manager, by=hr, at=NOW)
    db.session.rollback()


def _alone_with_head(make: Factory) -> tuple[Person, Person]:
    """Somebody without a line manager, and the head of their service."""
    asks, head = make.person("Ada Asks", service="Libraries", post="Officer"), make.person("Hetty Head")
    assert asks.service is not None
    asks.service.head_id = head.id
    commit()
    return asks, head


def _become(made: DevicePermissionRequest, fate: str, head: Person) -> None:
    """What becomes of the request before HR acts."""
    begin_writing(made)
    if fate == "refused":
        refuse_device_request(made, by=head, at=NOW, reasons="Use the Council's own")
    elif fate == "returned":
        return_device_request(made, by=head, at=NOW, question="Whose is it?")
    elif fate != "withdrawn":
        approve_device_request(made, by=head, at=NOW, expires_on=TODAY + 90 * DAY)
    if fate in ("withdrawn", "given up"):
        withdraw_device_request(made, by=made.person, at=NOW)
    if fate == "revoked":
        revoke_device_permission(made, by=head, at=NOW, reasons="Not kept up to date")
    commit()


FATES = {
    "approved": "is asked to confirm what was permitted",
    "refused": "Nothing has to be decided about it any more",
    "returned": "Whoever you record decides about it from now on",
    "withdrawn": "Nothing has to be decided about it any more",
    "given up": "Nothing has to be decided about it any more",
    "revoked": "Nothing has to be decided about it any more",
}
SENT = {
    "approved": ", and asked them to confirm the permission.",
    "returned": ". The request goes to them once the question about it is answered.",
}


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("was_sent_alone", [True, False])
def test_hr_is_asked_still_whatever_became_of_the_request(
    make: Factory, client_of: ClientOf, fate: str, was_sent_alone: bool
) -> None:
    """By the day that was promised, until a line manager is recorded who is here, or begins later while the head stands in;
    or the person has left.
    """
    (asks, head), hr = _alone_with_head(make), make.person("Hana HR", Role.HR_MANAGER)
    gone = None if was_sent_alone else make.person("Gone Manager")
    asks.line_manager = gone
    commit()
    made = submitted(asks)
    promised = made.due_on
    if gone is not None:
        gone.last_working_day = TODAY - DAY
        commit()
    _become(made, fate, head)
    assert (made.lacks_a_manager_on(TODAY), made.mended_by) == (True, promised)
    assert _duties(hr) == ["Record who manages Ada Asks, who asked to use a device"]
    assert_same_duties(TODAY)
    with clock.set_to(NOW + 300 * DAY):
        assert made.can_be_given_a_manager_by(hr)
    browser, address = client_of(hr), f"/device-permissions/requests/{made.reference}/manager"
    page = browser.get(address)
    assert FATES[fate] in page.text
    assert uk_date(promised) in page.text
    asks.last_working_day = TODAY - DAY
    commit()
    assert _duties(hr) == []
    assert "does not work here any more" in browser.get(address, status=409).text
    asks.last_working_day = None
    asks.line_manager = make.person("Begins later", started=TODAY + DAY)
    commit()
    assert _duties(hr) == []
    assert "Begins later manages them from" in browser.get(address, status=409).text
    asks.line_manager = None
    commit()
    manager = make.person("Mia Manager")
    page = browser.follow(address, {"manager": manager.email})
    assert f"You recorded that Mia Manager manages Ada Asks{SENT.get(fate, '.')}" in page.text
    assert _duties(hr) == []
    assert_same_duties(TODAY)
    assert "recorded by now" in browser.get(address, status=409).text
    assert made.can_be_confirmed_by(manager) == (fate == "approved")
    assert _told(manager) == (["device_confirm"] if fate == "approved" else [])


def test_the_head_who_approved_it_and_is_recorded_confirms_nothing(make: Factory, client_of: ClientOf) -> None:
    (asks, head), hr = _alone_with_head(make), make.person("Hana HR", Role.HR_MANAGER)
    made = submitted(asks)
    _become(made, "approved", head)
    page = client_of(hr).follow(f"/device-permissions/requests/{made.reference}/manager", {"manager": head.email})
    assert "They have answered for the permission already." in page.text
    assert made.confirm_due_on is None
    assert _duties(hr) == []


def test_of_a_decided_request_hr_is_not_asked_for_a_manager_who_goes_later(make: Factory, client_of: ClientOf) -> None:
    """What was mended is not asked again by its old day; and of what never lacked a manager nothing is asked."""
    (asks, head), hr, manager = _alone_with_head(make), make.person("Hana HR", Role.HR_MANAGER), make.person("Mia")
    made = submitted(asks)
    _become(made, "refused", head)
    asks.line_manager = manager
    commit()
    assert _duties(hr) == []
    begin_writing()
    ask_new_managers(NOW)
    commit()
    manager.last_working_day = TODAY - DAY
    commit()
    db.session.expire_all()
    assert made.manager_due_on is None
    assert _duties(hr) == []
    page = client_of(hr).get(f"/device-permissions/requests/{made.reference}/manager", status=409)
    assert "Nothing of this request waits for a manager of Ada Asks" in page.text


def test_confirmed_or_lapsed_in_the_managers_absence_hr_is_asked_still(make: Factory) -> None:
    (asks, head), hr, manager = _alone_with_head(make), make.person("Hana HR", Role.HR_MANAGER), make.person("Mia")
    asks.line_manager = manager
    commit()
    made = approved(asks, manager)
    asks.line_manager = None
    commit()
    begin_writing()
    ask_new_managers(NOW)
    commit()
    db.session.refresh(made)
    promised = made.confirm_due_on
    assert promised is not None
    with clock.set_to(clock.at_local(promised + DAY, 10)):
        assert not made.in_force_on(clock.today())  # it was not confirmed in time
        assert made.can_be_given_a_manager_by(hr)
        assert_same_duties(clock.today())
    begin_writing(made)
    confirm_device_permission(made, by=head, at=NOW)
    commit()
    assert (made.confirm_due_on, made.mended_by, made.lacks_a_manager_on(TODAY)) == (None, promised, True)
    assert _duties(hr) != []
    assert_same_duties(TODAY)


def test_the_page_takes_a_fixed_number_of_queries(make: Factory, client_of: ClientOf) -> None:
    made, hr = _left_alone(make), make.person("Hana HR", Role.HR_MANAGER)
    with counted_queries() as queries:
        client_of(hr).get(f"/device-permissions/requests/{made.reference}/manager")
    assert len(queries) <= 8
