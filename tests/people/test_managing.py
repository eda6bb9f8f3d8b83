"""Who manages and decides where a line manager is missing or begins later; since when nobody does."""

from datetime import date, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from app.core.db import commit, db
from app.core.errors import InvalidInput, NotAllowed
from app.people.managing import missing_since, until_then
from app.people.models import Person, Role, decider_of
from app.people.operations import name_line_manager
from app.people.queries import decided_by, decider_column, needs_a_manager_recorded, nobody_decides
from tests.conftest import NOW
from tests.factories import Factory

TODAY, DAY = NOW.date(), timedelta(days=1)
BEGINS = TODAY + 40 * DAY
DAYS = {
    "here": {}, "gone": {"last_working_day": TODAY - DAY}, "to come": {"started": BEGINS},
}  # fmt: skip


def test_who_decides_and_whether_a_manager_is_to_be_recorded(make: Factory) -> None:
    """Every line manager with every head: people and queries say the same."""
    made, states = [], (None, "here", "gone", "to come")
    bosses = {name: make.person(f"Boss {name}", **days) for name, days in DAYS.items()}
    heads = {name: make.person(f"Head {name}", **days) for name, days in DAYS.items()}
    for name in states:
        make.service(f"Service {name}", head=heads.get(str(name)))
    for boss, head in product(states, states):
        one = make.person(f"{boss}/{head}", manager=bosses.get(str(boss)), service=f"Service {head}")
        decides = bosses["here"] if boss == "here" else heads["here"] if head == "here" else None
        lacks = boss != "here" and not (boss == "to come" and head == "here")
        made.append((one, decides, lacks))
    commit()
    columns = (Person.id, decider_column(TODAY), nobody_decides(TODAY), needs_a_manager_recorded(TODAY))
    found = {row[0]: tuple(row[1:]) for row in db.session.execute(sa.select(*columns))}
    everybody = [*bosses.values(), *heads.values()]
    told = {boss.id: set(db.session.execute(sa.select(Person.id).where(decided_by(boss.id, TODAY))).scalars())
            for boss in everybody}  # fmt: skip
    for one, decides, lacks in made:
        decider_id = decides.id if decides is not None else None
        assert (decider_of(one, TODAY), one.needs_a_manager_recorded_on(TODAY)) == (decider_id, lacks), one.name
        assert found[one.id] == (decider_id, decider_id is None, lacks), one.name
        assert {boss_id for boss_id, theirs in told.items() if one.id in theirs} == {decider_id} - {None}, one.name


def test_whoever_is_named_is_here_and_takes_the_place_of_the_one_who_comes(make: Factory) -> None:
    hr, ada = make.person("Hana", Role.HR_MANAGER), make.person("Ada")
    nina, mia, nora = make.person("Nina", started=BEGINS), make.person("Mia"), make.person("Nora", started=BEGINS + DAY)
    for recorded in (None, nina):
        ada.line_manager = recorded
        with pytest.raises(InvalidInput, match=r"Nina begins on 12 April 2027\. Enter who manages them until then"):
            name_line_manager(ada, nina, by=hr, at=NOW)
        assert ada.line_manager == recorded
    with pytest.raises(InvalidInput, match=r"Nora begins on 13 April 2027\. Enter who manages them until then"):
        name_line_manager(ada, nora, by=hr, at=NOW)
    assert until_then(ada, TODAY) == "Nina manages them from 12 April 2027. Enter who manages them until then."
    name_line_manager(ada, mia, by=hr, at=NOW)
    commit()
    assert (ada.line_manager, until_then(ada, TODAY)) == (mia, "")
    assert mia.manages(ada)
    assert [decider_of(ada, day) for day in (TODAY, BEGINS)] == [mia.id, mia.id]
    name_line_manager(ada, make.person("Otto", started=TODAY), by=hr, at=NOW)  # whoever begins today is here


def test_nobody_comes_to_manage_whoever_stands_above_them_and_nobody_names_themselves(make: Factory) -> None:
    hr, ada = make.person("Hana", Role.HR_MANAGER), make.person("Ada")
    below = make.person("Below", manager=ada)
    with pytest.raises(InvalidInput, match="come back to the same person"):
        name_line_manager(ada, below, by=hr, at=NOW)
    with pytest.raises(NotAllowed):
        name_line_manager(ada, hr, by=hr, at=NOW)


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
