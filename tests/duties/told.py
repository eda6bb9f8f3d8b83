"""What is late with others, as those who were told read it: each line leads to a page that opens, or names nobody."""

import re
from datetime import date

import sqlalchemy as sa
from flask import Flask, g

from app.core.db import db
from app.core.registries import Registries
from app.duties.models import Reminder
from app.duties.queries import DueItem, desk_of
from app.people.models import Person
from app.policy.queries import pack
from tests.factories import sign_in


def assert_each_line_opens_or_names_nobody(app: Flask, day: date, *, but: str = "nothing") -> set[str]:
    """Look at all that stands on the first pages of all who were told, but for links that begin so; gives the kinds."""
    told: dict[object, set[str]] = {}
    for person_id, kind in db.session.execute(sa.select(Reminder.to_person_id, Reminder.kind).where(Reminder.escalated)):
        told.setdefault(person_id, set()).add(kind)
    assert told
    names = set(db.session.execute(sa.select(Person.name)).scalars())
    for person_id in sorted(told, key=str):
        person = db.session.get(Person, person_id)
        assert person is not None
        for line in lines_of_others(app, person, day):
            if line.href.startswith(but):
                continue
            if line.href:
                _opens(app, person, line)
            else:
                _names_nobody(app, line, names)
    return {kind for kinds in told.values() for kind in kinds}


def kinds_told_to_others(app: Flask) -> set[str]:
    """The kinds of which a rule tells anybody but whoever has the duty."""
    rules = pack().chases.items()
    return {name for name, rule in rules if any(step.to != "doer" for step in rule.steps)}


def lines_of_others(app: Flask, person: Person, day: date) -> list[DueItem]:
    """The lines of a first page about what is with somebody else."""
    with app.test_request_context():
        desk = desk_of(person, day)
    return [line for line in (*desk.late, *desk.needs) if line.text.startswith(("Late with ", "With "))]


def _opens(app: Flask, person: Person, line: DueItem) -> None:
    browser = app.test_client()
    sign_in(browser, person)
    g.pop("_login_user", None)
    answer = browser.get(line.href.partition("#")[0])
    assert answer.status_code == 200, f"{person.name}: {line.text} leads to {line.href}, which answers {answer.status_code}"


def _names_nobody(app: Flask, line: DueItem, names: set[str]) -> None:
    registries: Registries = app.extensions["registries"]
    places = {kind.unopened for kind in registries.due.values() if kind.unopened}
    late_with, _, said = line.text.partition(": ")
    found = re.fullmatch(r"(?:one thing|\d+ things) (.+)", said)
    assert found, line.text
    assert found[1] in places, line.text
    assert not [name for name in names if name in said], line.text
    assert late_with.startswith(("Late with ", "With "))
