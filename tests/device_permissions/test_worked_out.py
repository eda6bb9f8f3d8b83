"""By when a manager decides about a device, and until when a permission lasts, with how that came about."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from app.core import clock
from app.core.db import begin_writing, commit
from app.device_permissions import operations
from tests.conftest import NOW
from tests.device_permissions.factories import ANSWERS, approved, submitted
from tests.factories import Factory
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (NOW, date(2027, 3, 10)),
        (clock.at_local(date(2027, 3, 3), 17), date(2027, 3, 11)),
        (clock.at_local(date(2027, 3, 6), 9), date(2027, 3, 15)),
        (clock.at_local(date(2027, 3, 24), 9), date(2027, 4, 2)),
    ],
)
def test_a_request_after_hours_counts_from_the_next_working_day(make: Factory, at: datetime, due: date) -> None:
    person = make.person(manager=make.person())
    with clock.set_to(at):
        assert operations.submit_device_request(ANSWERS, by=person, at=at).due_on == due


def test_the_page_says_how_the_date_came_about(make: Factory, client_of: ClientOf) -> None:
    manager = make.person()
    person = make.person(manager=manager)
    made = submitted(person)
    where = f"/device-permissions/requests/{made.reference}"
    page = client_of(manager).get(where)
    assert "The request was sent on Wednesday 3 March 2027. That day does not count." in page.text
    begin_writing(made)
    operations.return_device_request(made, by=manager, at=NOW, question="Whose is it?")
    operations.answer_device_question(made, by=person, at=clock.at_local(date(2027, 3, 4), 18), answer="Mine")
    commit()
    page = client_of(manager).get(where)
    assert "The manager’s question was answered on 4 March 2027 at 6pm" in page.text.replace("6:00pm", "6pm")
    assert "it counts from Friday 5 March 2027 (local setting)" in page.text
    assert "So it is Friday 12 March 2027." in page.text


def test_a_permission_says_how_long_it_could_have_been(make: Factory, client_of: ClientOf) -> None:
    manager = make.person()
    whole = approved(make.person(manager=manager), manager, until=date(2028, 3, 2))
    page = client_of(manager).get(f"/device-permissions/requests/{whole.reference}")
    assert "for 12 months (the longest time, local setting). That day counts as the first." in page.text
    assert "The 3rd of the month comes round again on 3 March 2028" in page.text
    shorter = approved(make.person(manager=manager), manager, until=date(2027, 9, 30))
    page = client_of(manager).get(f"/device-permissions/requests/{shorter.reference}")
    assert "12 months would end on 2 March 2028; it was set to end sooner." in page.text


def test_beyond_the_data_a_request_is_taken_in_all_the_same(make: Factory) -> None:
    """Nobody is sent away because bank holidays are not known yet; Monday to Friday count then."""
    person = make.person(manager=make.person())
    at = clock.at_local(date(2028, 12, 29), 9)
    with clock.set_to(at):
        asked = operations.submit_device_request(ANSWERS, by=person, at=at)
    assert asked.due_on == date(2029, 1, 5)
