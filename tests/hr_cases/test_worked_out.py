"""How the dates of a case are explained on its pages, and what holidays, closed days and pauses do to them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput
from app.hr_cases.models import CaseStatus, PauseReason
from app.hr_cases.operations import complete_informal, issue_notice, pause_case, resume_case
from app.hr_cases.queries import records
from app.hr_cases.routes.worked_out import (
    BEGAN,
    notice_worked_out,
    outcome_worked_out,
    statement_worked_out,
    step_worked_out,
)
from app.people.models import Role
from tests.factories import Factory
from tests.hr_cases.at_stage import address, world_at
from tests.hr_cases.factories import World, a_statement, case_at, opened, people_and_report
from tests.pages import Page, PageClient
from tests.policy.test_closed_days import closed

ClientOf = Callable[..., PageClient]
S = CaseStatus
ASKED = "How was this worked out?"


def explained(page: Page) -> list[str]:
    """What stands in each answer to "How was this worked out?"."""
    return [" ".join(one.get_text(" ").split()) for one in page.soup.select("details.app-worked-out")]


@pytest.mark.parametrize("stage", [stage for stage in CaseStatus if stage is not S.CLOSED])
def test_every_step_that_is_counted_is_explained(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    """From what the case keeps, to the date it has; a hearing has the day that somebody set."""
    world = world_at(make, stage)
    how = step_worked_out(world.case, records.pauses(world.case))
    with clock.set_to(world.at):
        page = client_of(world.owner).get(address(world, ""))
    if stage is S.NOTIFIED:
        assert how is None  # nothing was counted: somebody set the day, with at least the notice that is due
        assert explained(page)[0].startswith(f"{ASKED} (next step) The notice was given on ")
        return
    assert how is not None
    assert how.sentences[0].startswith("The plan" if stage is S.INVESTIGATING else BEGAN[stage])
    assert how.sentences[-1].startswith("The time for it is ")  # the date has exactly the days of the setting
    assert explained(page)[0].startswith(f"{ASKED} (next step) {how.sentences[0]}")
    assert how.result in page.text


def test_the_day_to_look_again_at_what_was_agreed_informally_stands_on_the_case(
    make: Factory, client_of: ClientOf
) -> None:
    """The owner chose it, when they closed the case; whoever does not see what came after the report does not see it."""
    world = world_at(make, S.INFORMAL)
    begin_writing(world.case)
    complete_informal(world.case, note="To ask first.", review_on=date(2027, 6, 1), by=world.owner, at=world.at)
    commit()
    with clock.set_to(world.at):
        page = client_of(world.owner).get(address(world, ""))
        handed_over = client_of(world.investigator).get(address(world, ""))
    assert f"to be looked at again with {world.case.subject.name} on Tuesday 1 June 2027" in page.text
    assert any("the case owner chose this day when they recorded what was agreed" in one for one in explained(page))
    assert "1 June 2027" not in handed_over.text


def test_what_was_set_before_it_was_kept_is_shown_without_an_answer(make: Factory, client_of: ClientOf) -> None:
    """A case from before the day of counting was kept; nothing is made up."""
    world = case_at(make, S.OPENED)
    world.case.step_counted_from = world.case.step_period = None
    db.session.commit()
    assert explained(client_of(world.owner).get(address(world, ""))) == []


def _pause(world: World, day: date) -> None:
    begin_writing(world.case)
    pause_case(
        world.case, reason=PauseReason.SICKNESS, note="Sam is ill.", by=world.owner, at=clock.at_local(day, 11)
    )
    commit()


def _resume(world: World, day: date) -> None:
    begin_writing(world.case)
    resume_case(world.case, by=world.owner, at=clock.at_local(day, 11))
    commit()


@pytest.mark.parametrize(
    ("paused_on", "due", "late"),
    [
        (date(2027, 4, 1), date(2027, 5, 5), False),
        (date(2027, 4, 2), date(2027, 5, 4), False),
        (date(2027, 4, 5), date(2027, 4, 2), True),
    ],
)
def test_a_pause_moves_only_what_was_not_yet_due(
    make: Factory, client_of: ClientOf, paused_on: date, due: date, late: bool
) -> None:
    """Due on 2 April: one day left, the day itself, and late since Friday when it stops on Monday."""
    world = case_at(make, S.INVESTIGATING)
    assert world.case.step_due_on == date(2027, 4, 2)
    _pause(world, paused_on)
    _resume(world, date(2027, 5, 4))
    assert world.case.step_due_on == due
    with clock.set_to(clock.at_local(date(2027, 5, 4), 12)):
        assert (due < clock.today()) == late
        page = client_of(world.owner).get(address(world, ""))
    assert ("It stood still from" in page.text) != late
    assert "The time for it is 20 working days" in page.text


def test_pauses_push_the_step_on_and_are_told(make: Factory, client_of: ClientOf) -> None:
    """Twenty working days from 3 March, paused twice, once over Easter: each day of the report is still there."""
    world = case_at(make, S.INVESTIGATING)
    assert world.case.step_due_on == date(2027, 4, 2)  # Good Friday and Easter Monday left out: 3 March + 20
    _pause(world, date(2027, 3, 10))
    assert world.case.step_due_on == date(2027, 3, 24)
    page = client_of(world.owner).get(address(world, ""))
    assert "The case was paused on Wednesday 10 March 2027. That day does not count." in page.text
    _resume(world, date(2027, 3, 31))
    assert world.case.step_due_on == date(2027, 4, 21)  # 15 left after five: counted from 31 March
    _pause(world, date(2027, 4, 1))
    _resume(world, date(2027, 4, 1))
    assert world.case.step_due_on == date(2027, 4, 21)
    page = client_of(world.owner).get(address(world, ""))
    assert "It stood still from Wednesday 10 March 2027 to Wednesday 31 March 2027." in page.text
    assert "The time for it is 20 working days (local setting)." in page.text
    assert "Thursday 11 to Wednesday 31 March 2027: it stood still, not counted" in page.text
    assert "working days 19 and 20" in page.text or "working days 18 to 20" in page.text
    assert "So it is Wednesday 21 April 2027." in page.text


def test_a_closed_day_recorded_in_between_moves_what_is_left(make: Factory) -> None:
    """What was set stays until the case goes on; the rest is then counted by the days known by then."""
    world = case_at(make, S.INVESTIGATING)
    _pause(world, date(2027, 3, 10))
    closed(date(2027, 4, 6), make.person(None, Role.HR_MANAGER))
    assert world.case.step_due_on == date(2027, 3, 24)
    _resume(world, date(2027, 3, 31))
    assert world.case.step_due_on == date(2027, 4, 22)


def test_a_hearing_keeps_notice_and_papers_over_easter_and_closed_days(make: Factory) -> None:
    """Notice on Monday 22 March: 23, 24, 25, 30, 31 March; with the 24th closed it is 1 April."""
    world = world_at(make, S.HEARING_SET_UP)
    given = clock.at_local(date(2027, 3, 22), 11)

    def notice_for(day: date) -> None:
        issue_notice(
            world.case, hearing_at=clock.at_local(day, 10), place="Room 4", dismissal_possible=False, by=world.owner,
            at=given,
        )  # fmt: skip

    closed(date(2027, 3, 24), make.person(None, Role.HR_MANAGER))
    with pytest.raises(InvalidInput, match="The earliest day for the hearing is Thursday 1 April 2027"):
        notice_for(date(2027, 3, 31))
    with pytest.raises(InvalidInput, match="Easter Monday"):
        # the day must be worked, too; a later Easter is out of reach, so a day far enough ahead is taken
        issue_notice(
            world.case, hearing_at=clock.at_local(date(2028, 4, 17), 10), place="Room 4", dismissal_possible=False,
            by=world.owner, at=given,
        )  # fmt: skip
    notice_for(date(2027, 4, 1))
    commit()
    notice = records.notices(world.case)[-1]
    assert notice.papers_by == date(2027, 3, 30)
    how = notice_worked_out(notice)
    assert how["papers"] is not None
    assert how["papers"].days == (
        "Wednesday 31 March 2027 back to Tuesday 30 March 2027: working days 1 and 2",
    )
    assert how["notice"] is not None
    assert how["notice"].result == "That makes 5 working days, the day itself included."
    assert "Wednesday 24 March 2027: Closed for a move, not counted" in how["notice"].days


def test_beyond_the_bank_holidays_a_hearing_is_refused_at_its_form(make: Factory, client_of: ClientOf) -> None:
    """In a sentence, with all that was typed: a page of 422, not a fault."""
    world = world_at(make, S.HEARING_SET_UP)
    sent = {
        "dismissal_possible": "no", "hearing_at": ["8", "1", "2029"], "hearing_time": "10:00", "place": "Room 4",
        "union_standing": "not_representative",
    }  # fmt: skip
    page = client_of(world.owner).post(f"/hr-cases/{world.case.reference}/issue-notice", sent, status=422)
    assert "Bank holidays are known only up to 31 December 2028" in page.errors[0]
    assert page.field("place") == "Room 4"
    with clock.set_to(clock.at_local(date(2028, 12, 29), 10)):
        page = client_of(world.owner).get(f"/hr-cases/{world.case.reference}/issue-notice", status=422)
        assert "Ask the administrator to update Probity." in page.text
        client_of(world.owner).get(f"/hr-cases/{world.case.reference}")


def test_the_outcome_explains_its_last_live_day_and_the_time_to_appeal(make: Factory, client_of: ClientOf) -> None:
    world = world_at(make, S.DECIDED)
    outcome = records.outcome(world.case)
    how = outcome_worked_out(outcome)
    assert how["live"] is not None
    assert how["live"].sentences[0].endswith("That day counts as the first.")
    assert outcome_worked_out(None) == {}
    with clock.set_to(world.at):
        own = client_of(world.subject).get(f"/hr-cases/about-me/{world.case.reference}")
        assert len(explained(own)) == 2
        assert "which no longer counts" in explained(own)[0]
        assert "The letter with the outcome was issued on" in explained(own)[1]


def test_an_appeal_explains_by_when_it_is_heard(make: Factory, client_of: ClientOf) -> None:
    world = world_at(make, S.APPEALED)
    with clock.set_to(world.at):
        own = client_of(world.subject).get(f"/hr-cases/about-me/{world.case.reference}")
        assert any("The appeal was received on" in one for one in explained(own))


def test_a_statement_explains_by_when_it_is_to_be_checked(make: Factory, client_of: ClientOf) -> None:
    world = case_at(make, S.INVESTIGATING)
    statement = a_statement(world, world.stranger)
    how = statement_worked_out(statement)
    assert how is not None
    page = client_of(world.owner).get(f"/hr-cases/{world.case.reference}/meetings/statements/1")
    assert how.result in explained(page)[0]


def test_notices_explain_themselves_on_the_meetings_tab_and_to_the_subject(make: Factory, client_of: ClientOf) -> None:
    world = world_at(make, S.NOTIFIED)
    with clock.set_to(world.at):
        page = client_of(world.owner).get(address(world, "/meetings"))
        assert any(one.startswith("How much notice is this?") for one in explained(page))
        assert any("counted backwards from the hearing" in one for one in explained(page))
        own = client_of(world.subject).get(f"/hr-cases/about-me/{world.case.reference}")
        assert any("counted backwards from the hearing" in one for one in explained(own))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2027, 3, 24), date(2027, 3, 31)),  # Thursday 25, Tuesday 30, Wednesday 31
        (date(2027, 3, 25), date(2027, 4, 1)),
        (date(2027, 12, 30), date(2028, 1, 5)),  # Friday 31, then Tuesday 4: New Year's Day is kept on Monday 3
        (date(2027, 12, 23), date(2027, 12, 30)),  # Friday 24, Wednesday 29, Thursday 30
        (date(2028, 2, 28), date(2028, 3, 2)),
    ],
)
def test_a_case_opened_before_holidays_gets_its_three_working_days(make: Factory, day: date, due: date) -> None:
    world = people_and_report(make)
    world.at = clock.at_local(day, 10)
    assert opened(world).step_due_on == due
    assert timedelta(days=3) <= due - day
