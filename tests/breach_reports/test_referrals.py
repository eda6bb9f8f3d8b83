"""A referral is never left to somebody who cannot answer it: HR takes it back, or the independent person answers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from app.breach_reports.models import BreachReport, ReportStatus, Route
from app.breach_reports.operations import answer_referral, route_report, take_back_referral
from app.breach_reports.queries import QueueFilter, is_left_unanswered, may_see, queue_page
from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.duties.queries import desk_of
from app.matters.models import Capacity
from app.matters.operations import add_party
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role, RoleAssignment
from tests.breach_reports.factories import decided, in_triage, shown_by
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

TODAY = NOW.date()
DAY = timedelta(days=1)
ROLE = {Route.SAFEGUARDING: Role.SAFEGUARDING_LEAD, Route.WHISTLEBLOWING: Role.WHISTLEBLOWING_OFFICER}
Happening = Callable[[Factory, BreachReport, Person], None]


def _leaves(_make: Factory, _report: BreachReport, holder: Person) -> None:
    holder.last_working_day = TODAY - DAY


def _role_ends(_make: Factory, _report: BreachReport, holder: Person) -> None:
    db.session.execute(sa.update(RoleAssignment).filter_by(person_id=holder.id).values(until=TODAY - DAY))


def _is_a_witness(_make: Factory, report: BreachReport, holder: Person) -> None:
    add_party(report.matter, holder, Capacity.WITNESS, at=NOW)


def _is_close(make: Factory, report: BreachReport, holder: Person) -> None:
    assert report.subject is not None
    make.keep(
        DeclaredRelationship(person_id=holder.id, other_id=report.subject.id, kind=RelationshipKind.FAMILY, since=TODAY)
    )


def _is_managed(_make: Factory, report: BreachReport, holder: Person) -> None:
    holder.line_manager = report.subject


HAPPENINGS = (_leaves, _role_ends, _is_a_witness, _is_close, _is_managed)


class World:
    """A report that was referred, with everybody who may have to do with it."""

    def __init__(self, make: Factory, route: Route) -> None:
        self.make = make
        self.hr, self.hr2 = make.person("Hana", Role.HR_INTAKE), make.person("Hugh", Role.HR_MANAGER)
        self.ina, self.holder = make.person("Ina", Role.INDEPENDENT), make.person("Wynn", ROLE[route])
        self.report = decided(in_triage(make.person("Rita"), self.hr, subject=make.person("Sam")), self.hr, route)

    def happens(self, happening: Happening) -> None:
        happening(self.make, self.report, self.holder)
        commit()
        db.session.expire_all()

    def desk(self, person: Person) -> str:
        with current_app.test_request_context(), clock.set_to(NOW):
            desk = desk_of(person, TODAY)
            return " | ".join(item.text for item in (*desk.late, *desk.needs))


@pytest.mark.parametrize("route", list(ROLE))
def test_a_referral_stays_open_until_it_is_answered(make: Factory, route: Route) -> None:
    """With its day, in the list of open reports of whoever has it; once a disclosure is taken over, nothing is due."""
    world = World(make, route)
    assert world.report.next_due == world.report.triage_by
    assert not is_left_unanswered(world.report, TODAY)
    rows, _ = queue_page(world.holder, TODAY, QueueFilter())
    assert [row.reference for row in rows] == [world.report.reference]
    assert "Answer the referral" in world.desk(world.holder)
    answer_referral(world.report, reasons="Done.", by=world.holder, at=NOW)
    commit()
    assert (world.report.next_due is None) is (route == Route.WHISTLEBLOWING)


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_hr_is_told_when_nobody_is_left_and_refers_it_again(make: Factory, happening: Happening) -> None:
    """Whatever took the safeguarding lead away; the hold goes on, and the next lead answers."""
    world = World(make, Route.SAFEGUARDING)
    assert "nobody is left" not in world.desk(world.hr)
    with pytest.raises(NotAllowed, match="somebody who answers"):
        take_back_referral(world.report, reasons="x", by=world.hr, at=NOW)
    world.happens(happening)
    for officer in (world.hr, world.hr2):
        assert f"Refer report {world.report.reference} again" in world.desk(officer)
    assert "report" not in world.desk(world.ina)
    with pytest.raises(InvalidInput, match="Enter your reasons"):
        take_back_referral(world.report, reasons=" ", by=world.hr, at=NOW)
    take_back_referral(world.report, reasons="Wynn has left.", by=world.hr, at=NOW)
    commit()
    assert (world.report.status, world.report.route) == (ReportStatus.TRIAGE, None)
    assert world.report.next_due is not None
    assert not world.report.safeguarding_was_asked
    with pytest.raises(AlreadyDone):
        take_back_referral(world.report, reasons="x", by=world.hr2, at=NOW)
    with pytest.raises(InvalidInput, match="appoint a deputy"):
        route_report(world.report, route=Route.SAFEGUARDING, reasons="x", by=world.hr, at=NOW)
    following = make.person("Neil", Role.SAFEGUARDING_LEAD)
    route_report(world.report, route=Route.SAFEGUARDING, reasons="Again.", by=world.hr, at=NOW)
    answer_referral(world.report, reasons="Done.", by=following, at=NOW)
    assert world.report.safeguarding_was_asked


def test_a_new_holder_has_it_without_more(make: Factory) -> None:
    """Then there is nothing to take back."""
    world = World(make, Route.SAFEGUARDING)
    world.happens(_leaves)
    following = make.person("Neil", Role.SAFEGUARDING_LEAD)
    assert "nobody is left" not in world.desk(world.hr)
    assert "Answer the referral" in world.desk(following)


def test_whoever_referred_it_is_no_holder_who_may_answer(make: Factory) -> None:
    """An HR officer who becomes the safeguarding lead cannot answer their own referral."""
    world = World(make, Route.SAFEGUARDING)
    world.hr.roles.append(RoleAssignment(role=Role.SAFEGUARDING_LEAD, since=TODAY))
    world.happens(_leaves)
    assert is_left_unanswered(world.report, TODAY)
    assert "nobody is left" in world.desk(world.hr2)


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_a_disclosure_falls_to_the_independent_person(make: Factory, happening: Happening) -> None:
    """And HR learns nothing of it, neither before nor after; whoever took it over can open it afterwards."""
    world = World(make, Route.WHISTLEBLOWING)
    assert not may_see(world.report, world.ina, TODAY)
    assert "report" not in world.desk(world.ina)
    world.happens(happening)
    assert may_see(world.report, world.ina, TODAY)
    assert f"Answer the referral of report {world.report.reference}" in world.desk(world.ina)
    still_here = [world.holder] if world.holder.is_here_on(TODAY) else []
    for officer in (world.hr, world.hr2, *still_here):
        assert not may_see(world.report, officer, TODAY)
        assert world.report.reference not in world.desk(officer)
        for act in (take_back_referral, answer_referral):
            with pytest.raises(NothingHere):
                act(world.report, reasons="x", by=officer, at=NOW)
    answer_referral(world.report, reasons="I have it.", by=world.ina, at=NOW)
    commit()
    make.person("Neil", Role.WHISTLEBLOWING_OFFICER)
    assert may_see(world.report, world.ina, TODAY)
    assert world.report.next_due is None


def test_a_disclosure_goes_back_to_the_next_officer_unless_taken_over(make: Factory) -> None:
    """The independent person sees it no longer than they have to."""
    world = World(make, Route.WHISTLEBLOWING)
    world.happens(_leaves)
    following = make.person("Neil", Role.WHISTLEBLOWING_OFFICER)
    assert may_see(world.report, following, TODAY)
    assert not may_see(world.report, world.ina, TODAY)


def test_the_wall_holds_for_the_independent_person_too(make: Factory) -> None:
    """A disclosure about them, or about somebody above them, does not fall to them."""
    world = World(make, Route.WHISTLEBLOWING)
    world.happens(_leaves)
    add_party(world.report.matter, world.ina, Capacity.WITNESS, at=NOW)
    commit()
    assert not may_see(world.report, world.ina, TODAY)


def test_the_pages_of_a_referral_nobody_can_answer(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """HR reads that nobody has it and takes it back; the independent person reads a disclosure and answers."""
    held, sealed = World(make, Route.SAFEGUARDING), World(make, Route.WHISTLEBLOWING)
    browser, where = client_of(held.hr), f"/breach-reports/{held.report.reference}"
    assert "The safeguarding lead has it" in browser.get(where).text
    assert not browser.get(where).has_button("Take it back")
    for world in (held, sealed):
        world.happens(_leaves)
    page = browser.get(where)
    assert "Nobody is left to answer" in page.text
    assert "The safeguarding lead has it" not in page.text
    assert browser.post(f"{where}/take-back", {"reasons": ""}, status=422).errors == ["Enter your reasons"]
    shown = shown_by(browser.get(where), "/take-back")
    browser.post(f"{where}/take-back", {"reasons": "older", **shown, "decisions_seen": "0"}, status=409)
    page = browser.follow(f"{where}/take-back", {"reasons": "Wynn <b>left</b>", **shown})
    assert "You took the referral back" in page.text
    assert "Wynn <b>left</b>" in page.text
    browser.post(f"{where}/take-back", {"reasons": "again", **shown}, status=409)
    secret = f"/breach-reports/{sealed.report.reference}"
    browser.get(secret, status=404)
    browser.post(f"{secret}/take-back", {"reasons": "x"}, status=404)
    page = client_of(sealed.ina).follow(f"{secret}/answer", {"reasons": "I have it.", "decisions_seen": "1"})
    assert "You answered the referral" in page.text


def test_the_administrator_is_told_of_a_role_that_nobody_holds_and_of_nothing_else(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """Whether there is a report or not; a holder who is barred from one is never spoken of."""
    admin = make.person("Ada", Role.ADMINISTRATOR)
    world = World(make, Route.WHISTLEBLOWING)
    said = world.desk(admin)
    assert "Appoint somebody: nobody holds the role of Safeguarding lead" in said
    assert "Whistleblowing" not in said
    assert "Independent" not in said
    world.happens(_is_a_witness)
    assert world.desk(admin) == said
    world.happens(_leaves)
    assert "nobody holds the role of Whistleblowing officer" in world.desk(admin)
    assert "nobody holds" not in world.desk(world.hr)
    with clock.set_to(NOW):
        page = client_of(admin).get("/")
        assert page.soup.select_one("a[href='/people/roles?role=whistleblowing_officer']") is not None
