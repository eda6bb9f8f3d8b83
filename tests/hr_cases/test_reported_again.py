"""Whoever reported the same in a report of their own is a reporter of the case: for the wall, and for their name."""

from collections.abc import Callable

import pytest

from app.breach_reports.models import BreachReport, Route
from app.breach_reports.operations import second_closing
from app.core import clock
from app.core.db import commit, db
from app.core.errors import InvalidInput
from app.hr_cases import queries
from app.hr_cases.documents.gathering import case_report
from app.hr_cases.documents.masking import MASK
from app.hr_cases.documents.rendering import render_case_report
from app.hr_cases.forms.naming import NAMES_REPORTER
from app.hr_cases.models import ROLE_FOR, CaseStatus, StatementKind
from app.hr_cases.operations.appointing import take_part
from app.matters.models import Capacity
from app.matters.operations import add_party
from app.matters.queries import is_kept_from
from app.people.models import Person, Role
from tests.breach_reports.factories import decided, in_triage, repeat_of
from tests.conftest import NOW
from tests.documents.reading import flat, page_texts
from tests.factories import Factory
from tests.hr_cases.at_stage import address, own_address, world_at
from tests.hr_cases.factories import World, a_statement, an_exhibit, case_at, opened, people_and_report
from tests.hr_cases.test_replacing import STAGE_OF, part_of, replaced, waiting
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
S, C = CaseStatus, Capacity


def reported_again(world: World, person: Person) -> BreachReport:
    """Somebody reports the same, and two officers close it as reported before."""
    officers = [world.make.person(f"Hr {number}", Role.HR_INTAKE) for number in ("Eight", "Nine")]
    return repeat_of(world.report, person, *officers, subject=world.subject)


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize("capacity", list(ROLE_FOR))
def test_they_get_no_part(make: Factory, client_of: ClientOf, capacity: Capacity, is_open: bool) -> None:
    """Whichever came first, the end of their report or the case; whatever roles they hold, and the case is not there."""
    world = people_and_report(make)
    person = make.person("Pat Parallel", *ROLE_FOR.values(), Role.HR_MANAGER, Role.HR_INTAKE)
    if is_open:
        opened(world)
    reported_again(world, person)
    if not is_open:
        opened(world)
    assert world.case.matter.has_party(person, C.ALSO_REPORTED)
    with pytest.raises(InvalidInput, match=r"is the subject, the reporter|was involved in this case before"):
        take_part(world.case, person, capacity, by=world.manager, at=NOW, field="x")
    browser = client_of(person)
    for page in ("", "/people", "/evidence"):
        assert browser.look(address(world, page)).status == 404
    assert world.case.reference not in browser.get("/hr-cases/").html
    assert browser.look(f"/breach-reports/{world.report.reference}").status == 404
    page = client_of(world.manager).get(address(world, "/appoint-investigator"))
    assert ("Ian Investigator" in page.text, "Pat Parallel" in page.text) == (True, False)


@pytest.mark.parametrize("capacity", list(ROLE_FOR))
def test_an_officer_at_work_has_to_be_replaced(make: Factory, client_of: ClientOf, capacity: Capacity) -> None:
    """The HR manager is asked to appoint somebody else, and the case is closed to them from then on."""
    world = world_at(make, STAGE_OF[capacity])
    person, today = part_of(world, capacity).person, clock.local_day(world.at)
    with clock.set_to(world.at):
        assert waiting(world) == []
        reported_again(world, person)
        assert is_kept_from(world.case.matter, person, today)
        asked = [(one.part.capacity, "takes part in this case otherwise" in one.why) for one in
                 queries.officers_to_replace(world.case, today)]  # fmt: skip
        assert asked == [(capacity, True)]
        assert waiting(world) == [world.case.reference]
        assert client_of(person).look(address(world)).status == 404
        replaced(world, capacity)
        assert waiting(world) == []


def test_an_hr_manager_who_reports_the_same_is_walled_off(make: Factory, client_of: ClientOf) -> None:
    """From the case, the list, the report and its reminders, from the moment at which it is agreed, and not before."""
    world = case_at(make, S.INVESTIGATING)
    first, second = (make.person(f"Hr {number}", Role.HR_INTAKE) for number in ("Eight", "Nine"))
    again = decided(in_triage(world.manager, first), first, Route.DUPLICATE, repeats=world.report)
    with clock.set_to(world.at):
        browser = client_of(world.manager)
        assert world.case.reference in browser.get("/hr-cases/").html
        second_closing(again, agrees=True, reasons="", by=second, at=world.at)
        commit()
        assert world.case.reference not in browser.get("/hr-cases/").html
        assert world.case.reference not in browser.get("/").html
        assert again.reference in browser.get("/breach-reports/mine").html


def test_who_tells_of_themselves_or_is_concerned_is_no_reporter(make: Factory) -> None:
    """The person concerned never; whoever may be, in the report alone, is one of the case about somebody else."""
    world = case_at(make, S.PLANNING)
    may_be = make.person("May Be", Role.INVESTIGATOR)
    add_party(world.report.matter, may_be, C.POSSIBLE_SUBJECT, at=NOW)
    for person in (world.subject, may_be):
        reported_again(world, person)
    assert world.case.matter.people_as(C.ALSO_REPORTED) == [may_be]
    assert world.report.matter.people_as(C.ALSO_REPORTED) == []


@pytest.mark.parametrize("stage", [S.NOTIFIED, S.DECIDED])
def test_their_name_is_masked_like_the_first_ones(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    """For the person concerned and whoever decides, on every page and in the PDF; HR reads it."""
    world = case_at(make, S.INVESTIGATING)
    person = make.person("Carys Llyr")
    reported_again(world, person)
    an_exhibit(world, title="Screenshot sent by Carys Llyr")
    a_statement(world, person, kind=StatementKind.INTERVIEW, words="I am Carys Llyr.")
    db.session.commit()
    from tests.hr_cases.at_stage import _AFTER
    from tests.hr_cases.factories import bring_to

    bring_to(world, S.ACCEPTED)
    _AFTER[stage](world)
    db.session.commit()
    with clock.set_to(world.at):
        for one, path in (
            (world.decision_maker, address(world, "/evidence")),
            (world.decision_maker, address(world, "/people")),
            (world.decision_maker, address(world, "/meetings")),
            (world.subject, own_address(world, "/papers")),
        ):
            page = client_of(one).get(path)
            assert "Carys" not in page.html, path
            assert "also reported" not in page.text
        assert MASK in client_of(world.decision_maker).get(address(world, "/evidence")).text
        people = client_of(world.owner).get(address(world, "/people")).text
        assert "Carys Llyr also reported" in people
        drawn = render_case_report(case_report(world.case, reader=world.owner, at=world.at))
    assert "Carys" not in flat(" ".join(page_texts(drawn)))


def test_a_text_with_their_name_is_asked_about(make: Factory, client_of: ClientOf) -> None:
    """As with whoever reported first."""
    world = case_at(make, S.INVESTIGATING)
    path, finding = address(world, "/allegations/1/finding"), {"finding": "established", "basis": "contested"}
    reported_again(world, make.person("Carys Llyr"))
    page = client_of(world.investigator).post(path, {**finding, "reasons": "Carys Llyr sent it."}, status=422)
    assert page.errors == [NAMES_REPORTER]


def test_an_officer_whom_letters_name_is_not_masked(make: Factory, client_of: ClientOf) -> None:
    """A gap where the name stood would tell who it is; whoever writes is asked about it all the same."""
    world = world_at(make, S.NOTIFIED)
    decider = world.decision_maker
    with clock.set_to(world.at):
        path = own_address(world)
        before = client_of(world.subject).get(path)
        reported_again(world, decider)
        after = client_of(world.subject).get(path)
        assert before.text == after.text
        assert "The reporter" not in after.text
        replaced(world, C.DECISION_MAKER)
        new = part_of(world, C.DECISION_MAKER).person
        people = client_of(new).get(address(world, "/people")).text
        assert ("Dora Decider decision maker" in people, "also reported" in people) == (True, False)
        assert "Dora Decider also reported" in client_of(world.owner).get(address(world, "/people")).text
