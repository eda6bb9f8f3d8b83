"""By when somebody answers a statement that they were sent to check: who is reminded, until when, and where it is said."""

from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa
from flask import current_app

from app.core import clock
from app.core.db import db
from app.duties.models import Reminder
from app.duties.queries import desk_of
from app.hr_cases.models import CaseStatus, PauseReason, Statement, StatementState
from app.hr_cases.operations import pause_case, record_statement_check, resume_case
from app.hr_cases.routes.worked_out import statement_worked_out
from app.people.models import Person
from tests.conftest import NOW
from tests.duties.factories import morning
from tests.factories import Factory
from tests.hr_cases.at_stage import address
from tests.hr_cases.factories import World, a_statement, bring_to, case_at, complete
from tests.hr_cases.test_worked_out import explained
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
S = CaseStatus
KIND = "case-check-statement"
TODAY, DAY = NOW.date(), timedelta(days=1)
EXPECTED = date(2027, 3, 10)
"""Five working days after Wednesday 3 March."""


def _waits(person: Person) -> list[date | None]:
    """The days of this duty on somebody's first page."""
    with current_app.test_request_context():
        desk = desk_of(person, TODAY)
    return [item.day for item in (*desk.late, *desk.needs) if item.text.startswith("Record the answer to a statement")]


def _answered(world: World, statement: Statement, state: StatementState = StatementState.AGREED) -> None:
    record_statement_check(statement, state=state, amendments="", checked_on=TODAY, by=world.investigator, at=NOW)
    db.session.commit()


def _reminded(person: Person) -> list[tuple[date, int]]:
    query = sa.select(Reminder.sent_on, Reminder.step).where(Reminder.to_person_id == person.id, Reminder.kind == KIND)
    return [(on, step) for on, step in db.session.execute(query.order_by(Reminder.sent_on))]


def test_the_investigator_reads_by_when_the_first_answer_is_expected(make: Factory) -> None:
    """One line for each case, of the statement that waits longest, until each is answered, whatever the answer is."""
    world = case_at(make, S.INVESTIGATING)
    assert _waits(world.investigator) == []
    first, second = a_statement(world, world.stranger), a_statement(world, world.reporter)
    second.check_by = EXPECTED + DAY
    db.session.commit()
    waiting = {name: _waits(person) for name, person in world.everybody().items()}
    assert {name: days for name, days in waiting.items() if days} == {"investigator": [EXPECTED]}
    _answered(world, first, StatementState.NOT_AGREED)
    assert _waits(world.investigator) == [EXPECTED + DAY]
    _answered(world, second)
    assert _waits(world.investigator) == []


def test_it_does_not_wait_while_the_case_stands_still_nor_once_the_report_is_submitted(make: Factory) -> None:
    world = case_at(make, S.INVESTIGATING)
    statement = a_statement(world, world.stranger)
    pause_case(world.case, reason=PauseReason.SICKNESS, note="Two weeks off.", by=world.owner, at=NOW)
    db.session.commit()
    assert _waits(world.investigator) == []
    resume_case(world.case, by=world.owner, at=NOW)
    db.session.commit()
    assert _waits(world.investigator) == [EXPECTED]
    bring_to(world, S.REPORT_REVIEW)
    assert statement.waits_for_answer
    assert _waits(world.investigator) == []


def test_the_investigator_is_reminded_and_the_hr_manager_after_two_days(make: Factory) -> None:
    world = case_at(make, S.INVESTIGATING)
    statement = a_statement(world, world.stranger)
    for days in range(18):
        morning(EXPECTED - 2 * DAY + days * DAY)
    late = [(date(2027, 3, 12), 2), (date(2027, 3, 19), 7)]
    assert _reminded(world.investigator) == [(date(2027, 3, 9), -1), (EXPECTED, 0), *late]
    assert _reminded(world.manager) == late
    _answered(world, statement)
    morning(date(2027, 3, 30))
    assert _reminded(world.manager) == late


def test_the_meetings_say_by_when_and_how_that_was_worked_out(make: Factory, client_of: ClientOf) -> None:
    """Of the first that waits; each statement explains its own."""
    world = case_at(make, S.INVESTIGATING)
    first, second = a_statement(world, world.stranger), a_statement(world, world.reporter)
    second.check_by = EXPECTED + DAY
    db.session.commit()
    how = statement_worked_out(first)
    assert how is not None
    with clock.set_to(NOW):
        page = client_of(world.investigator).get(address(world, "/meetings"))
        assert "no answer recorded. Answer expected by 10 March 2027" in page.text
        assert "no answer recorded. Answer expected by 11 March 2027" in page.text
        assert [how.result in one for one in explained(page)] == [True]
        _answered(world, first)
        _answered(world, second)
        page = client_of(world.investigator).get(address(world, "/meetings"))
    assert "Agreed, 3 March 2027" in page.text
    assert explained(page) == []


def test_whoever_submits_the_report_reads_which_answers_are_not_recorded(make: Factory, client_of: ClientOf) -> None:
    """It is said, and submitting is not refused."""
    world = case_at(make, S.INVESTIGATING)
    complete(world)
    db.session.commit()
    browser = client_of(world.investigator)
    assert "No answer is recorded" not in browser.get(address(world, "/write-report")).text
    first = a_statement(world, world.stranger)
    assert "No answer is recorded yet to statement S1. " in browser.get(address(world, "/write-report")).text
    a_statement(world, world.reporter)
    assert "No answer is recorded yet to statements S1, S2. " in browser.get(address(world, "/write-report")).text
    _answered(world, first)
    assert "No answer is recorded yet to statement S2. " in browser.get(address(world, "/write-report")).text
    browser.post(address(world, "/submit-report"))
    db.session.refresh(world.case)
    assert world.case.status is S.REPORT_REVIEW
