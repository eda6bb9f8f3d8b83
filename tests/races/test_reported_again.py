"""Reports that repeat one another, closed at once, and while the case of what they repeat is opened: nobody is forgotten."""

import threading

import sqlalchemy as sa
from flask import Flask

from app.breach_reports.models import BreachReport, Route
from app.core import clock
from app.core.db import db
from app.hr_cases.models import Case
from app.matters.models import Capacity
from app.people.models import Person, Role
from tests.breach_reports.factories import decided, in_triage
from tests.conftest import NOW
from tests.factories import Factory, sign_in
from tests.hr_cases.factories import people_and_report
from tests.pages import PageClient
from tests.races.starts import ALLEGATION

Sent = tuple[Person, str, dict[str, str]]


def _at_once(app: Flask, sent: list[Sent]) -> list[int]:
    """The statuses of the answers to forms that are sent in the same moment."""
    barrier, answers = threading.Barrier(len(sent)), []
    browsers = [PageClient(app.test_client()) for _ in sent]
    for browser, (person, _, _) in zip(browsers, sent, strict=True):
        sign_in(browser.browser, person)
    db.session.remove()

    def send(browser: PageClient, path: str, data: dict[str, str]) -> None:
        fields = {**data, "csrf_token": browser._token()}
        barrier.wait(20)
        answers.append(browser.browser.post(path, data=fields).status_code)

    threads = [
        threading.Thread(target=send, args=(browser, path, data), daemon=True)
        for browser, (_, path, data) in zip(browsers, sent, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def _agreed(repeat: BreachReport, by: Person) -> Sent:
    return by, f"/breach-reports/{repeat.reference}/second", {"agrees": "yes", "decisions_seen": "1"}


def test_whoever_reported_again_is_in_the_case_whichever_came_first(racing_app: Flask) -> None:
    """Four repeats, two by the same person, and the case of what they repeat; each is done, and each counts once."""
    with racing_app.app_context(), clock.set_to(NOW):
        world = people_and_report(Factory())
        officers = [world.make.person(f"Hr {number}", Role.HR_INTAKE) for number in range(2)]
        one, two, three = (world.make.person(f"Again {number}") for number in range(3))
        nearer = decided(in_triage(one, officers[0]), officers[0], Route.DUPLICATE, repeats=world.report)
        repeats = [
            decided(in_triage(by, officers[0]), officers[0], Route.DUPLICATE, repeats=what)
            for by, what in ((one, world.report), (two, world.report), (three, nearer))
        ]
        case = {**ALLEGATION, "subject": str(world.subject.id), "owner": str(world.owner.id)}
        sent = [_agreed(repeat, officers[1]) for repeat in (nearer, *repeats)]
        report_id, expected = world.report.id, sorted(person.name for person in (one, two, three))
        opened = (world.owner, f"/hr-cases/open/{world.report.reference}", case)
        assert _at_once(racing_app, [*sent, opened]) == [303] * 5
        report = db.session.get_one(BreachReport, report_id)
        found = db.session.execute(sa.select(Case).where(Case.report_id == report_id)).scalar_one()
        for matter in (report.matter, found.matter):
            assert sorted(person.name for person in matter.people_as(Capacity.ALSO_REPORTED)) == expected
