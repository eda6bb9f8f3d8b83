"""A case is closed to the reporting line of the person concerned: pages, lists, duties, messages, files, PDF and choices."""

from collections.abc import Callable

import pytest

from app.core.db import commit, db
from app.core.errors import InvalidInput, NothingHere
from app.core.outbox import notify
from app.hr_cases import queries
from app.hr_cases.models import CaseStatus, ReappointmentReason
from app.hr_cases.operations import appoint_appeal_officer, appoint_investigator, messages, replace_officer
from app.matters.models import Capacity
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.factories import Factory
from tests.hr_cases.at_stage import TABS, address, world_at
from tests.hr_cases.factories import World, case_at, opened, people_and_report
from tests.hr_cases.test_queries import due_of
from tests.pages import PageClient, counted_queries

ClientOf = Callable[[Person], PageClient]
S = CaseStatus
TODAY = NOW.date()
IN_LINE = ("manages", "stands above", "reports", "reports far below")
PAGES = (*TABS, "/access", "/evidence/1", "/evidence/1/picture", "/evidence/1/original", "/report", "/report.pdf")


def put(make: Factory, world: World, person: Person, where: str) -> None:
    """Give somebody a place in the reporting line of the person concerned; "beside" is none."""
    between, subject = make.person("Bettina Between"), world.subject
    if where == "manages":
        subject.line_manager_id = person.id
    elif where == "stands above":
        subject.line_manager_id, between.line_manager_id = between.id, person.id
    elif where == "reports":
        person.line_manager_id = subject.id
    elif where == "reports far below":
        person.line_manager_id, between.line_manager_id = between.id, subject.id
    else:
        person.line_manager_id = world.line_manager.id
    commit()


@pytest.mark.parametrize("where", [*IN_LINE, "beside"])
def test_an_hr_manager_in_the_line_finds_nothing_anywhere(make: Factory, client_of: ClientOf, where: str) -> None:
    """The constant page at every address, no row, no number, no duty and no message; and the act refuses."""
    world = world_at(make, S.ACCEPTED, files=1)
    case, manager = world.case, world.manager
    make.person("Hal Other", Role.HR_MANAGER)
    notify(manager.id, messages.ACCEPTED, case.id, at=NOW, number=7, matter_id=case.matter_id)
    commit()
    put(make, world, manager, where)
    hidden = where != "beside"
    browser = client_of(manager)
    for page in PAGES if hidden else TABS:
        real = browser.get(address(world, page), status=404 if hidden else 200).response
        if hidden:
            assert real.data == browser.get(f"/hr-cases/CCCC-DDDD-FFFF{page}", status=404).response.data
    for page in ("/hr-cases/", f"/hr-cases/?stage={case.status}", "/"):
        assert (case.reference not in browser.get(page).text) is hidden, page
    assert ("1 open case" in browser.get("/").text) is not hidden
    assert (due_of(manager) == []) is hidden
    assert (messages.ACCEPTED.reads in browser.get("/messages").text) is not hidden
    assert queries.may_see(case, manager, TODAY) is not hidden
    assert (queries.case_of_report(case.report_id, manager, TODAY) is None) is hidden
    if hidden:
        with pytest.raises(NothingHere):
            appoint_investigator(case, investigator=world.investigator, terms="x", by=manager, at=NOW)
        browser.post(address(world, "/appoint-decision-maker"), {"decision_maker": "x"}, status=404)


@pytest.mark.parametrize("where", IN_LINE)
@pytest.mark.parametrize("officer", ["owner", "investigator"])
def test_whoever_comes_into_the_line_later_sees_it_no_more(
    make: Factory, client_of: ClientOf, officer: str, where: str
) -> None:
    """Nobody is left with what they had; an HR manager reads that somebody else has to take over, and why."""
    world = case_at(make, S.INVESTIGATING)
    person = world.everybody()[officer]
    client_of(person).get(address(world))
    put(make, world, person, where)
    client_of(person).get(address(world), status=404)
    assert world.case.reference not in client_of(person).get("/hr-cases/").text
    assert due_of(person) == []
    assert [one.part.person for one in queries.officers_to_replace(world.case, TODAY)] == [person]
    shown = client_of(world.manager).get(address(world)).text
    words = "takes part in this case otherwise, is close to somebody in this case, or is in the same reporting line"
    assert f"{person.name} {words}" in shown


@pytest.mark.parametrize("where", IN_LINE)
def test_whoever_decides_or_hears_may_stand_above_the_line_manager(make: Factory, client_of: ClientOf, where: str) -> None:
    """Hearings and appeals are for managers with authority; the line manager and all below are kept out of these too."""
    world = world_at(make, S.NOTIFIED)
    put(make, world, world.decision_maker, where)
    sees = where == "stands above"
    client_of(world.decision_maker).get(address(world), status=200 if sees else 404)
    assert [one.part.person for one in queries.officers_to_replace(world.case, TODAY)] == (
        [] if sees else [world.decision_maker]
    )


@pytest.mark.parametrize("where", [*IN_LINE, "beside"])
@pytest.mark.parametrize(
    ("stage", "page", "role", "field"),
    [
        (S.OPENED, "/appoint-investigator", Role.INVESTIGATOR, "investigator"),
        (S.ACCEPTED, "/appoint-decision-maker", Role.DECISION_MAKER, "decision_maker"),
        (S.DECIDED, "/appoint-appeal-officer", Role.APPEAL_OFFICER, "officer"),
    ],
)
def test_nobody_in_the_line_is_offered(
    make: Factory, client_of: ClientOf, stage: CaseStatus, page: str, role: Role, field: str, where: str
) -> None:
    """And whoever may not be chosen cannot be sent either."""
    world = world_at(make, stage)
    if stage is S.DECIDED:
        world.case.move_to(S.APPEALED)
    other = make.person("Paula Possible", role)
    put(make, world, other, where)
    who = world.owner if stage is S.DECIDED else world.manager
    offers = "Paula Possible" in client_of(who).get(address(world, page)).text
    assert offers is (where == "beside" or (where == "stands above" and role is not Role.INVESTIGATOR))
    if not offers:
        client_of(who).post(address(world, page), {field: str(other.id), "terms": "Find out."}, status=422)


@pytest.mark.parametrize("where", IN_LINE)
def test_each_act_that_appoints_refuses_the_line(make: Factory, where: str) -> None:
    """With a sentence that names the reason and says what to do; whatever the page offered."""
    world = case_at(make, S.OPENED)
    other = make.person("Paula Possible", Role.INVESTIGATOR, Role.HR_CASE_OWNER)
    put(make, world, other, where)
    words = {
        "manages": "is the line manager of the person concerned. Select somebody else.",
        "stands above": "is above the person concerned in their reporting line. Select somebody else.",
    }.get(where, "reports to the person concerned. Select somebody else.")
    with pytest.raises(InvalidInput, match=words):
        appoint_investigator(world.case, investigator=other, terms="Find out.", by=world.manager, at=NOW)
    part = next(one for one in world.case.matter.parties if one.capacity is Capacity.CASE_OWNER)
    with pytest.raises(InvalidInput, match=words):
        replace_officer(
            world.case, part, successor=other, reason=ReappointmentReason.AWAY, note="", by=world.manager, at=NOW
        )


def test_the_line_manager_neither_decides_nor_hears_the_appeal(make: Factory) -> None:
    """Whoever manages the person is no officer of the case, also not for the appeal (domain 3.11, table)."""
    world = world_at(make, S.DECIDED)
    world.case.move_to(S.APPEALED)
    put(make, world, world.appeal_officer, "manages")
    with pytest.raises(InvalidInput, match=r"is the line manager of the person concerned\. Select somebody else"):
        appoint_appeal_officer(world.case, officer=world.appeal_officer, by=world.owner, at=NOW)


@pytest.mark.parametrize("where", [*IN_LINE, "beside"])
def test_who_may_own_a_new_case(make: Factory, client_of: ClientOf, where: str) -> None:
    """The page offers nobody in the line, and the act refuses them."""
    world = people_and_report(make)
    other = make.person("Paula Possible", Role.HR_CASE_OWNER)
    put(make, world, other, where)
    page = client_of(world.owner).get(f"/hr-cases/open/{world.report.reference}").text
    assert ("Paula Possible" in page) is (where == "beside")
    if where == "beside":
        assert opened(world, owner=other).owner == other
    else:
        with pytest.raises(InvalidInput, match=r"Paula Possible .* Select somebody else\."):
            opened(world, owner=other)


@pytest.mark.parametrize("role", [Role.HR_MANAGER, Role.HR_CASE_OWNER])
def test_where_nobody_in_hr_is_left_it_is_said_what_to_do(make: Factory, client_of: ClientOf, role: Role) -> None:
    """The case is not opened with nobody to go on with it; somebody else, also from outside, is to be appointed (rule 7)."""
    world = people_and_report(make)
    opener = make.person("Ina Intake", Role.HR_INTAKE)
    put(make, world, world.manager if role is Role.HR_MANAGER else world.owner, "manages")
    page = client_of(opener).get(f"/hr-cases/open/{world.report.reference}")
    assert "Ask the administrator to appoint somebody else to the role" in page.text
    assert not page.has_button("Open the case")
    if role is Role.HR_MANAGER:
        with pytest.raises(InvalidInput, match="Ask the administrator to appoint somebody else to the role"):
            opened(world, by=opener)
        db.session.rollback()
    make.person("Otto Outside", role)
    assert client_of(opener).get(f"/hr-cases/open/{world.report.reference}").has_button("Open the case")


def test_the_rule_costs_no_query_more(make: Factory, client_of: ClientOf) -> None:
    """Lists and pages ask it inside the query that they ask anyway, however long the line."""
    world = case_at(make, S.INVESTIGATING)
    counts, browser, pages = [], client_of(world.owner), ("/hr-cases/", address(world))
    for _ in range(2):
        found = []
        for page in pages:
            browser.get(page)
            with counted_queries() as statements:
                browser.get(page)
            found.append(len(statements))
        counts.append(found)
        boss = world.line_manager
        for _ in range(5):
            above = make.person()
            boss.line_manager_id = above.id
            boss = above
        commit()
    assert counts[0] == counts[1]
    assert counts[0][0] <= 4
    assert counts[0][1] <= 8
