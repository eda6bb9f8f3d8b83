"""The managers of the simulated year who are announced take over on their first day, and not before."""

import random

from app.core import clock
from app.core.db import commit, db
from app.people.models import decider_of
from app.simulated_year.starters import announce_manager, begin_managing
from tests.conftest import NOW
from tests.factories import Factory


def test_a_team_stays_with_its_manager_until_the_new_one_begins(make: Factory) -> None:
    before = make.person("Manager before", post="Manager", manager=make.person("Above"))
    team = [make.person(f"Officer {number}", post="Officer", manager=before) for number in range(3)]
    commit()
    announced = announce_manager(random.Random(1), NOW)
    db.session.expire_all()
    assert {decider_of(one, NOW.date()) for one in team} == {before.id}
    begin_managing(announced, clock.at_local(announced.begins, 9))
    db.session.expire_all()
    assert {one.line_manager.email for one in team if one.line_manager} == {announced.email}
    assert sorted(announced.team) == sorted(str(one.email) for one in team)
