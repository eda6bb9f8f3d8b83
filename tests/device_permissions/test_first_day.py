"""A permission while the next line manager is announced and has not begun: it waits for who stands in, then for them."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.device_permissions import operations
from app.device_permissions.models import DevicePermissionRequest, Lapse
from app.duties.models import Reminder
from app.people.models import Person, Role
from app.policy.queries import working_calendar
from tests.device_permissions.factories import TODAY, approved
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.factories import Factory

DAY = timedelta(days=1)
FIRST_DAY = date(2027, 4, 26)
"""Later than the twenty working days that began with the change of manager."""


def _lives(first: date, last: date) -> None:
    day = first
    while day <= last:
        at = clock.at_local(day, 6, 50)
        with clock.set_to(at):
            begin_writing()
            operations.ask_new_managers(at)
            commit()
        morning(day)
        assert_same_duties(day)
        day += DAY
    db.session.expire_all()


def _reminded(person: Person) -> list[date]:
    told = sa.select(Reminder.sent_on).where(Reminder.to_person_id == person.id, Reminder.kind == "device_confirm")
    return sorted(db.session.execute(told).scalars())


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_permission_does_not_lapse_of_a_manager_who_has_not_begun(make: Factory, confirmed: bool) -> None:
    """The head of service is asked till then and can confirm it; then the manager, with twenty days of their own."""
    make.person("Hana", Role.HR_MANAGER)
    head, old = make.person("Hedda"), make.person("Old Manager")
    make.service("Libraries", head=head)
    person = make.person("Sam", manager=old, service="Libraries", post="Officer")
    made: DevicePermissionRequest = approved(person, old, until=TODAY + 300 * DAY)
    new = make.person("Nia New", manager=head, started=FIRST_DAY)
    person.line_manager_id = new.id
    make.keep(person)
    _lives(TODAY + DAY, TODAY + DAY)
    of_head = made.confirm_due_on
    assert made.confirm_asked_of_id == head.id
    assert of_head is not None
    assert of_head < FIRST_DAY
    with clock.set_to(clock.at_local(TODAY + DAY, 10)):
        assert [made.can_be_confirmed_by(one) for one in (head, new)] == [True, False]
        if confirmed:
            begin_writing(made)
            operations.confirm_device_permission(made, by=head, at=clock.now())
            commit()
    if not confirmed:
        _lives(of_head, of_head)
        assert _reminded(head) == [of_head]
    _lives(FIRST_DAY - 4 * DAY, FIRST_DAY - DAY)
    assert _reminded(new) == []
    assert made.lapse_on(FIRST_DAY - DAY) is (None if confirmed else Lapse.NOT_CONFIRMED)
    if not confirmed:
        return
    _lives(FIRST_DAY, FIRST_DAY)
    assert made.confirm_asked_of_id == new.id
    assert made.confirm_due_on is not None
    assert len(working_calendar().explain(FIRST_DAY, made.confirm_due_on).counted) == 20
    with clock.set_to(clock.at_local(FIRST_DAY, 10)):
        assert [made.can_be_confirmed_by(one) for one in (head, new)] == [False, True]
    _lives(made.confirm_due_on, made.confirm_due_on)
    assert _reminded(new) == [made.confirm_due_on]
