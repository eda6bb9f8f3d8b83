"""A line manager who begins later stays on record, and somebody manages until then; since when nobody does."""

from datetime import date, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from app.core.audit import ActorKind
from app.core.db import commit, db
from app.core.errors import InvalidInput, NotAllowed
from app.people.managing import is_asked_until_then, missing_since, what_was_recorded, who_comes
from app.people.models import Person, Role, decider_of
from app.people.operations import import_people, name_line_manager, plan_people_import
from app.people.queries import decided_by, decider_column, needs_a_manager_recorded, nobody_decides
from tests.conftest import NOW
from tests.factories import Factory

TODAY, DAY = NOW.date(), timedelta(days=1)
BEGINS = TODAY + 40 * DAY
DAYS = {
    "here": {}, "gone": {"last_working_day": TODAY - DAY}, "to come": {"started": BEGINS},
}  # fmt: skip
HEADER = "email,name,post,service,person_kind,manager_email,started,last_working_day\n"


def test_who_decides_and_whether_a_manager_is_to_be_recorded(make: Factory) -> None:
    """Every line manager, with everybody who could manage until then, with every head: people and queries say the same."""
    made, states = [], (None, "here", "gone", "to come")
    bosses = {name: make.person(f"Boss {name}", **days) for name, days in DAYS.items()}
    acting = {name: make.person(f"Acting {name}", **days) for name, days in DAYS.items()}
    heads = {name: make.person(f"Head {name}", **days) for name, days in DAYS.items()}
    for name in states:
        make.service(f"Service {name}", head=heads.get(str(name)))
    for boss, until_then, head in product(states, states, states):
        one = make.person(f"{boss}/{until_then}/{head}", manager=bosses.get(str(boss)), service=f"Service {head}")
        one.manager_until_then = acting.get(str(until_then))
        decides = bosses["here"] if boss == "here" else None
        decides = acting["here"] if boss == "to come" and until_then == "here" else decides
        lacks = decides is None and not (boss == "to come" and head == "here")
        made.append((one, decides or (heads["here"] if head == "here" else None), lacks))
    commit()
    columns = (Person.id, decider_column(TODAY), nobody_decides(TODAY), needs_a_manager_recorded(TODAY))
    found = {row[0]: tuple(row[1:]) for row in db.session.execute(sa.select(*columns))}
    everybody = [*bosses.values(), *acting.values(), *heads.values()]
    told = {boss.id: set(db.session.execute(sa.select(Person.id).where(decided_by(boss.id, TODAY))).scalars())
            for boss in everybody}  # fmt: skip
    for one, decides, lacks in made:
        decider_id = decides.id if decides is not None else None
        assert (decider_of(one, TODAY), one.needs_a_manager_recorded_on(TODAY)) == (decider_id, lacks), one.name
        assert found[one.id] == (decider_id, decider_id is None, lacks), one.name
        assert {boss_id for boss_id, theirs in told.items() if one.id in theirs} == {decider_id} - {None}, one.name


def test_whoever_manages_until_then_is_beside_the_one_who_comes(make: Factory) -> None:
    """Both stay; on the first day of the one who comes they manage, whatever a file of people says again before."""
    hr, ada = make.person("Hana", Role.HR_MANAGER), make.person("Ada")
    nina, mia = make.person("Nina", email="nina@x.example", started=BEGINS), make.person("Mia")
    name_line_manager(ada, nina, by=hr, at=NOW)
    assert is_asked_until_then(ada, TODAY)
    assert who_comes(ada, TODAY) == "Nina manages them from 12 April 2027."
    said = "Nobody decides for them until then: enter who manages them until then"
    assert what_was_recorded(ada, nina, TODAY).endswith(said)
    with pytest.raises(InvalidInput, match=r"Nina begins on 12 April 2027\. Enter who manages Ada until then"):
        name_line_manager(ada, nina, by=hr, at=NOW)
    name_line_manager(ada, mia, by=hr, at=NOW)
    commit()
    assert (ada.line_manager, ada.manager_until_then) == (nina, mia)
    assert what_was_recorded(ada, mia, TODAY) == "You recorded that Mia manages Ada until Nina begins on 12 April 2027"
    assert not is_asked_until_then(ada, TODAY)
    row = f"{ada.email},Ada,Officer,,employee,nina@x.example,2020-01-06,\n"
    import_people(plan_people_import((HEADER + row).encode(), today=TODAY), by=ActorKind.INSTALLATION, at=NOW)
    commit()
    assert [decider_of(ada, day) for day in (TODAY, BEGINS - DAY, BEGINS)] == [mia.id, mia.id, nina.id]


def test_the_one_who_comes_can_be_recorded_otherwise(make: Factory) -> None:
    hr, ada, mia = make.person("Hana", Role.HR_MANAGER), make.person("Ada"), make.person("Mia")
    nina, nora = make.person("Nina", started=BEGINS), make.person("Nora", started=BEGINS + DAY)
    for manager in (nina, mia, nora):
        name_line_manager(ada, manager, by=hr, at=NOW)
    assert (ada.line_manager, ada.manager_until_then) == (nora, None)
    below = make.person("Below", manager=ada)
    with pytest.raises(InvalidInput, match="come back to the same person"):
        name_line_manager(ada, below, by=hr, at=NOW)
    with pytest.raises(NotAllowed):
        name_line_manager(ada, hr, by=hr, at=NOW)


def test_the_head_who_stands_in_is_named(make: Factory) -> None:
    hr, nina = make.person("Hana", Role.HR_MANAGER), make.person("Nina", started=BEGINS)
    make.service("Libraries", head=make.person("Hedda"))
    ada = make.person("Ada", service="Libraries")
    name_line_manager(ada, nina, by=hr, at=NOW)
    assert what_was_recorded(ada, nina, TODAY) == (
        "You recorded that Nina manages Ada from 12 April 2027. Until then Hedda, the head of their service, decides"
    )
    assert not is_asked_until_then(ada, TODAY)


@pytest.mark.parametrize(
    ("manager", "head", "since"),
    [
        (TODAY - 5 * DAY, None, TODAY - 5 * DAY), (TODAY - 5 * DAY, TODAY - 2 * DAY, TODAY - 2 * DAY),
        (TODAY - 2 * DAY, TODAY - 5 * DAY, TODAY - 2 * DAY), (TODAY - 5 * DAY, TODAY, TODAY - 5 * DAY),
        (None, TODAY - 5 * DAY, TODAY - DAY), (None, None, TODAY - DAY),
    ],
)  # fmt: skip
def test_since_when_nobody_is_there(make: Factory, manager: date | None, head: date | None, since: date) -> None:
    make.service("Libraries", head=make.person("Head", last_working_day=head) if head else None)
    boss = make.person("Boss", last_working_day=manager) if manager else None
    assert missing_since(make.person("Ada", manager=boss, service="Libraries"), TODAY) == since
