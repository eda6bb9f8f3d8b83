"""Who is told that something is late with somebody else, and what they then read, of every kind there is."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.registries import Registries
from app.people.models import Person, Role
from app.policy.queries import pack
from app.simulated_year.opening import PAGES
from tests.conftest import NOW
from tests.duties.factories import morning
from tests.duties.test_same_duties import VACANCIES, Organisation
from tests.duties.told import assert_each_line_opens_or_names_nobody, kinds_told_to_others
from tests.factories import Factory

TODAY, DAY = NOW.date(), timedelta(days=1)
OF_AN_ACCOUNT = {"account_review", "content_review", "account_results", "risk_review", "risk_accept", "account_papers"}
OF_A_CHANGE = {"rotation_change", "rotation_no_changer", "rotation_verify", "rotation_no_verifier", "rotation_permit"}
OPEN_TO_MORE = {"device_decide", "device_unanswered", *OF_A_CHANGE, *OF_AN_ACCOUNT}
"""A stand-in is asked as of the day; the owner, the deputy and holders of an account read what is due of it as well, and are
not told that it is late with somebody else.
"""


def test_each_kind_of_which_others_are_told_says_what_they_read(app: Flask) -> None:
    """Where the page does not open: of what is late with a manager's people where it is, of matters nothing."""
    registries: Registries = app.extensions["registries"]
    for name, rule in pack().chases.items():
        kind = registries.due[name]
        if rule.about_matters:
            assert not kind.unopened, f"{name} would be told to those behind the wall"
        elif name in kinds_told_to_others(app):
            assert kind.unopened or kind.opens, f"of {name} nobody would be told"
            nearly_always_there = {"doer", Role.HR_MANAGER}  # the rules for roles keep one of them; others may all be gone
            above = {step.to for step in rule.steps} - nearly_always_there
            assert kind.unopened or not above, f"of {name} whoever is above would not be told"
        assert not set("{}") & set(kind.unopened), f"{name} names what it is about"


def test_what_opens_by_query_is_what_opens_by_page(app: Flask, make: Factory) -> None:
    """Of every kind and for everybody; nothing opens by query that the page refuses."""
    Organisation(make)
    registries: Registries = app.extensions["registries"]
    people = {person.id: person for person in db.session.execute(sa.select(Person)).scalars()}
    looked_at = set()
    for ask, kinds in registries.asked_of_everybody().items():
        waiting = db.session.execute(ask(), {"today": TODAY}).all()
        for kind in kinds:
            keys = sorted({row.key for row in waiting if row.name == kind.name})
            if kind.opens is None or kind.name not in PAGES or not keys:
                continue
            found = {tuple(row) for row in db.session.execute(kind.opens(list(people), keys, TODAY))}
            pages = {(key, id_) for key in keys for id_, person in people.items() if PAGES[kind.name](key, person)}
            assert found <= pages, kind.name
            if kind.unopened and kind.name not in OPEN_TO_MORE:
                assert found == pages, kind.name
            looked_at.add(kind.name)
    assert {"proposal_approve", "access_approve", "incident_close", "look_alike_settle", "discovered_settle"} <= looked_at


def test_whoever_is_told_can_open_it_or_learns_no_name(app: Flask, make: Factory) -> None:
    """With managers who keep nothing, and those above whom there is nobody. The cases here have no content to show."""
    there = Organisation(make)
    above = make.person("Above them")
    for officer in (there.sca, there.deputy, there.manager, there.officers.manager):
        officer.line_manager_id = above.id
        make.keep(officer)
    told: set[str] = set()
    for number in range(1, 36):
        day = TODAY + number * DAY
        morning(day)
        if number in (8, 35):
            with clock.set_to(clock.at_local(day, 10)):
                told |= assert_each_line_opens_or_names_nobody(app, day, but="/hr-cases/")
    matters = {name for name, rule in pack().chases.items() if rule.about_matters}
    keepers_own = {"rotation_verify", "rotation_permit"}  # here the keepers, of whom alone they could be told, have them too
    assert kinds_told_to_others(app) - matters - keepers_own - VACANCIES <= told, kinds_told_to_others(app) - matters - told
