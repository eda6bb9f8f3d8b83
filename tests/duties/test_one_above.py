"""Who stands above somebody, to whom comes what is late with them: of somebody who is here, and whoever is told can act."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import commit, db
from app.device_permissions.queries import open_to_stand_ins
from app.duties.models import Reminder
from app.duties.queries.chasing import _people_above, reports_of
from app.people.models import Person, Role, one_above
from app.people.queries import one_above_column
from tests.conftest import NOW
from tests.device_permissions.factories import submitted
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
TODAY, DAY = NOW.date(), timedelta(days=1)
DAYS: dict[str, dict[str, date]] = {
    "here": {}, "gone": {"last_working_day": TODAY - DAY}, "to come": {"started": TODAY + 40 * DAY},
}  # fmt: skip
DOERS_MANAGER = "doers_manager"


def test_who_stands_above_somebody_on_a_day(make: Factory) -> None:
    """Every line manager, with every one above them and every head: people, queries and the chase say the same."""
    made, states = [], (None, "here", "gone", "to come")
    grands = {name: make.person(f"Grand {name}", **days) for name, days in DAYS.items()}
    heads = {name: make.person(f"Head {name}", **days) for name, days in DAYS.items()}
    for name in states:
        make.service(f"Service {name}", head=heads.get(str(name)))
    for boss, grand, head in product(states, states, states):
        above = grands.get(str(grand))
        manager = make.person(f"Boss {boss}", manager=above, **DAYS[boss]) if boss else None
        one = make.person(f"{boss}/{grand}/{head}", manager=manager, service=f"Service {head}")
        expected = manager if boss == "here" else above if boss and grand == "here" else None
        made.append((one, expected, heads["here"] if head == "here" else None))
    leads = make.person("Leads their service", manager=make.person("Left", last_working_day=TODAY - DAY), service="Led")
    make.service("Led", head=leads)
    made.append((leads, None, None))
    ring = make.person("Stands above themselves", service="Service here")
    ring.line_manager = make.person("Gone, below them", manager=ring, last_working_day=TODAY - DAY)
    made.append((ring, None, heads["here"]))
    commit()
    found: dict[Any, Any] = dict(db.session.execute(sa.select(Person.id, one_above_column(TODAY))).all())
    chased = _people_above([one.id for one, _, _ in made], TODAY)
    for one, manager, head in made:
        told = manager or head
        assert one_above(one, TODAY) == told, one.name
        assert found[one.id] == (told.id if told else None), one.name
        assert chased[one.id].meant_by(DOERS_MANAGER) == (told.id if told else None), one.name
        ids = (manager.id if manager else None, head.id if head else None)
        assert (chased[one.id].manager_id, chased[one.id].head_id) == ids, one.name
        theirs = [boss for boss in (manager, head) if boss is not None and _reports_to(boss, one)]
        assert theirs == ([manager] if manager else []), one.name


def _reports_to(boss: Person, one: Person) -> bool:
    return one.id in db.session.execute(reports_of(boss.id, TODAY)).scalars().all()


@pytest.mark.parametrize("boss", [None, "here", "gone", "to come"])
@pytest.mark.parametrize("head", [None, "here", "gone", "decides"])
def test_whoever_is_told_of_a_late_request_opens_and_decides_it(
    make: Factory, client_of: ClientOf, boss: str | None, head: str | None
) -> None:
    """The manager who decides has a boss who is here, has left, begins later or is missing; or the head decides."""
    hr = make.person("Hana HR", Role.HR_MANAGER)
    grand = make.person("Grand Boss")
    over = make.person("Boss", manager=grand, **DAYS[boss]) if boss else None
    decider = make.person("Dora Decides", manager=over, service="Libraries")
    other = make.person("Hetty Head", **DAYS["gone" if head == "gone" else "here"])
    make.service("Libraries", head=decider if head == "decides" else other if head else None)
    asks = make.person("Ada Asks", manager=None if head == "decides" else decider, service="Libraries")
    commit()
    made = submitted(asks)
    expected = over if boss == "here" else grand if boss else other if head == "here" else None
    with clock.set_to(clock.at_local(made.due_on + DAY, 9)):
        morning(clock.today())
        is_told = sa.select(Reminder.to_person_id).where(Reminder.kind == "device_decide", Reminder.escalated)
        told = list(db.session.execute(is_told).scalars())
        assert told == [expected.id if expected else hr.id]  # where nobody is above, HR sees to it that there is
        people = [one for one in (grand, over, other, asks) if one is not None]
        assert [one for one in people if made.is_stand_in(one)] == ([expected] if expected else [])
        found = open_to_stand_ins([one.id for one in people], [made.reference], clock.today())
        assert [row.person_id for row in db.session.execute(found)] == ([expected.id] if expected else [])
        for one in people:
            if one.is_here_on(clock.today()) and one is not asks:
                status = 200 if one is expected else 403
                client_of(one).get(f"/device-permissions/requests/{made.reference}", status=status)
                assert made.can_be_decided_by(one) == (one is expected)
        if expected is not None:
            assert "Ada Asks" in client_of(expected).get("/device-permissions/team").text
