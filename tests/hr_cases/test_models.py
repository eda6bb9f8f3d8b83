"""Who may do what, by stage, capacity and role; and which stage may follow which."""

import itertools
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from app.core.db import db
from app.core.errors import AlreadyDone
from app.hr_cases.models import (
    CASE_TRANSITIONS,
    REPORT_TRANSITIONS,
    Appeal,
    Case,
    CaseStatus,
    InvestigationReport,
    ReportState,
)
from app.hr_cases.models.permissions import CasePermissions
from app.hr_cases.operations import submit_report
from app.matters.models import WALLED, Capacity
from app.matters.operations import add_party
from app.people.models import Person
from tests.conftest import NOW
from tests.factories import Factory
from tests.hr_cases.factories import World, case_at, complete, opened, people_and_report

S = CaseStatus
TODAY = date(2027, 3, 3)
ALL = frozenset(CaseStatus)

# predicate: who is rightful, and in which stages (with the person concerned told, nobody but the investigator appointed
# twice over, and the last day to appeal gone).
TRUTH: dict[str, tuple[frozenset[str], frozenset[CaseStatus]]] = {
    "can_be_read_by": (frozenset({"owner", "manager", "investigator", "decision_maker", "appeal_officer"}), ALL),
    "is_owned_by": (frozenset({"owner"}), ALL),
    "is_managed_by": (frozenset({"manager"}), ALL),
    "is_investigated_by": (frozenset({"investigator"}), ALL),
    "is_decided_by": (frozenset({"decision_maker"}), ALL),
    "is_appeal_heard_by": (frozenset({"appeal_officer"}), ALL),
    "is_about": (frozenset({"subject"}), ALL),
    "can_appoint_investigator": (frozenset({"manager"}), frozenset({S.OPENED})),
    "can_approve_plan": (frozenset({"investigator"}), frozenset({S.PLANNING})),
    "can_add_evidence": (frozenset({"investigator", "owner"}), frozenset({S.INVESTIGATING})),
    "can_add_statement": (frozenset({"investigator"}), frozenset({S.INVESTIGATING})),
    "can_record_statement_check": (frozenset({"investigator"}), frozenset({S.INVESTIGATING, S.PAUSED})),
    "can_pause": (frozenset({"owner"}), frozenset({S.INVESTIGATING})),
    "can_resume": (frozenset({"owner"}), frozenset({S.PAUSED})),
    "can_write_report": (frozenset({"investigator"}), frozenset({S.INVESTIGATING})),
    "can_review_report": (frozenset({"owner"}), frozenset({S.REPORT_REVIEW})),
    "can_decide_case_to_answer": (frozenset({"decision_maker"}), frozenset({S.ACCEPTED})),
    "can_complete_informal": (frozenset({"owner"}), frozenset({S.INFORMAL})),
    "can_issue_notice": (frozenset({"owner"}), frozenset({S.HEARING_SET_UP})),
    "can_answer_notice": (frozenset({"subject"}), frozenset({S.NOTIFIED})),
    "can_record_answer": (frozenset({"owner"}), frozenset({S.NOTIFIED})),
    "can_record_appeal": (frozenset({"owner"}), frozenset({S.DECIDED})),
    "can_send_letters": (frozenset({"owner"}), ALL),
    "can_release_files": (frozenset({"owner"}), frozenset(S) - {S.CLOSED}),
    "can_judge_companion": (frozenset({"owner"}), frozenset({S.NOTIFIED})),
    "can_postpone": (frozenset({"owner"}), frozenset({S.NOTIFIED})),
    "can_record_hearing": (frozenset({"decision_maker"}), frozenset({S.NOTIFIED})),
    "can_decide_outcome": (frozenset({"decision_maker"}), frozenset({S.HEARD})),
    "can_dismiss": (frozenset({"decision_maker"}), frozenset({S.HEARD})),
    "can_appeal": (frozenset({"subject"}), frozenset({S.DECIDED})),
    "can_decide_appeal": (frozenset({"appeal_officer"}), frozenset({S.APPEALED})),
    "can_close": (frozenset({"owner"}), frozenset({S.FINAL})),
    # Nobody may do these here: the person concerned was told and works here, and everybody is appointed.
    "can_tell_subject": (frozenset(), ALL),
    "can_change_allegations": (frozenset(), ALL),
    "can_appoint_decision_maker": (frozenset(), ALL),
    "can_appoint_appeal_officer": (frozenset(), ALL),
    "can_judge_late_appeal": (frozenset(), ALL),
    "can_decide_after_leaving": (frozenset(), ALL),
}


@pytest.fixture
def full(make: Factory) -> Iterator[World]:
    """A case in which everybody has their capacity; a companion too."""
    world = case_at(make, S.PLANNING)
    parts = {Capacity.DECISION_MAKER: world.decision_maker, Capacity.APPEAL_OFFICER: world.appeal_officer}
    for capacity, person in parts.items():
        add_party(world.case.matter, person, capacity, at=NOW)
    with db.session.no_autoflush:
        yield world


def _allowed(case: Case, predicate: str, people: dict[str, Person]) -> set[str]:
    return {name for name, person in people.items() if getattr(case, predicate)(person)}


def test_each_predicate_by_stage_and_person(full: World) -> None:
    """Every predicate at every stage for everybody: exactly those of the table."""
    people = full.everybody()
    for predicate, (who, stages) in TRUTH.items():
        for stage in CaseStatus:
            full.case.status = stage
            allowed = _allowed(full.case, predicate, people)
            assert allowed == (who if stage in stages else set()), (predicate, stage)


def test_the_table_knows_every_predicate() -> None:
    """A predicate that nobody put into the table fails here; some have a table of their own below or in test_replacing."""
    names = {name for name in dir(CasePermissions) if name.startswith(("can_", "is_"))}
    assert names - set(TRUTH) == {"can_make_final", "can_replace", "can_see_live_warnings"}


@pytest.mark.parametrize(
    ("predicate", "who", "stages"),
    [
        ("can_tell_subject", "owner", {S.PLANNING, S.INVESTIGATING, S.REPORT_REVIEW, S.ACCEPTED}),
        ("can_change_allegations", "owner", {S.OPENED, S.PLANNING, S.INVESTIGATING}),
        ("can_appoint_decision_maker", "manager", {S.ACCEPTED}),
        ("can_appoint_appeal_officer", "owner", {S.APPEALED}),
    ],
)
def test_what_is_done_once_is_open_until_it_is_done(
    make: Factory, predicate: str, who: str, stages: set[CaseStatus]
) -> None:
    """Telling, changing allegations and appointing: open in their stages while not done yet."""
    world = case_at(make, S.PLANNING, tells=False)
    for stage in CaseStatus:
        world.case.status = stage
        assert _allowed(world.case, predicate, world.everybody()) == ({who} if stage in stages else set()), stage


@pytest.mark.parametrize("has_found", [True, False])
def test_who_may_see_live_warnings(full: World, has_found: bool) -> None:
    """The owner until it is closed; the decision maker after the hearing and their findings; the appeal officer at the
    appeal. Nobody else, and at no other stage.
    """
    for stage in CaseStatus:
        full.case.status = stage
        may = {name for name, one in full.everybody().items() if full.case.can_see_live_warnings(one, has_found=has_found)}
        expected = {"owner"} if stage is not S.CLOSED else set()
        expected |= {"decision_maker"} if stage is S.HEARD and has_found else set()
        assert may == expected | ({"appeal_officer"} if stage is S.APPEALED else set()), stage


def test_before_they_are_told_there_is_nothing_for_the_person_concerned(make: Factory) -> None:
    """Nothing of the case is theirs until the letter."""
    world = case_at(make, S.PLANNING, tells=False)
    for stage in CaseStatus:
        world.case.status = stage
        for predicate in ("is_about", "can_answer_notice", "can_appeal", "can_be_read_by"):
            assert not getattr(world.case, predicate)(world.subject)


def test_made_final_only_after_the_last_day_to_appeal(full: World) -> None:
    """The last day itself still belongs to the person concerned."""
    for stage in CaseStatus:
        full.case.status = stage
        for last_day, may in ((date(2027, 3, 2), True), (TODAY, False), (date(2027, 3, 4), False)):
            full.case.step_counted_from = last_day
            allowed = {n for n, p in full.everybody().items() if full.case.can_make_final(p, TODAY)}
            assert allowed == ({"owner"} if may and stage is S.DECIDED else set())


def test_while_a_late_appeal_waits_it_is_judged_and_nothing_is_final(full: World) -> None:
    """By the owner, at the stage of the outcome; one that came in time or was judged does not hold it up."""
    full.case.step_counted_from = date(2027, 3, 2)
    appeal = Appeal(case=full.case, case_id=full.case.id, received_at=NOW, in_time=False, heard_by=TODAY)
    for in_time, judged, waits in ((False, None, True), (False, NOW, False), (True, None, False)):
        appeal.in_time, appeal.late_judged_at = in_time, judged
        for stage in CaseStatus:
            full.case.status = stage
            judges = {n for n, p in full.everybody().items() if full.case.can_judge_late_appeal(p)}
            ends = {n for n, p in full.everybody().items() if full.case.can_make_final(p, TODAY)}
            is_decided = stage is S.DECIDED
            assert judges == ({"owner"} if is_decided and waits else set())
            assert ends == ({"owner"} if is_decided and not waits else set())


def test_made_final_on_the_day_on_which_a_late_appeal_was_refused(full: World) -> None:
    """The step counts from that day; a day to come, such as a new last day to appeal, is waited for all the same."""
    full.case.status = S.DECIDED
    Appeal(case=full.case, case_id=full.case.id, received_at=NOW, in_time=False, late_judged_at=NOW, heard_by=TODAY)
    for counted_from, may in ((date(2027, 3, 2), True), (TODAY, True), (date(2027, 3, 4), False), (None, False)):
        full.case.step_counted_from = counted_from
        allowed = {n for n, p in full.everybody().items() if full.case.can_make_final(p, TODAY)}
        assert allowed == ({"owner"} if may else set())


def test_whoever_becomes_a_walled_party_is_no_officer_any_more(full: World) -> None:
    """The wall is retroactive and stays after the part has ended (rule 6)."""
    officers = ("owner", "manager", "investigator", "decision_maker", "appeal_officer")
    for who, capacity, ended in itertools.product(officers, WALLED, (None, NOW)):
        person = full.everybody()[who]
        party = add_party(full.case.matter, person, capacity, at=NOW)
        party.until = ended
        acts = [predicate for predicate, (names, _) in TRUTH.items() if who in names]
        for stage in CaseStatus:
            full.case.status = stage
            assert not any(getattr(full.case, predicate)(person) for predicate in acts), (who, capacity, stage)
        full.case.matter.parties.remove(party)
        db.session.expunge(party)
        assert full.case.can_be_read_by(person)


def test_whose_part_has_ended_is_no_officer(full: World) -> None:
    """Capacities count from their beginning to their end."""
    for party in full.case.matter.parties:
        party.until = NOW
    for name in ("owner", "investigator", "decision_maker", "appeal_officer", "subject"):
        assert not full.case.can_be_read_by(full.everybody()[name])
    assert not full.case.is_about(full.subject)


@pytest.mark.parametrize(("old", "new", "allowed"), CASE_TRANSITIONS.pairs())
def test_every_stage_from_every_other(old: CaseStatus, new: CaseStatus, allowed: bool) -> None:
    """A case moves only along the table; anything else is 409."""
    case = Case(status=old)
    _try(lambda: case.move_to(new), allowed)
    assert case.status is (new if allowed else old)


@pytest.mark.parametrize(("old", "new", "allowed"), REPORT_TRANSITIONS.pairs())
def test_every_state_of_a_report_from_every_other(old: ReportState, new: ReportState, allowed: bool) -> None:
    """A report moves only along the table."""
    report = InvestigationReport(status=old)
    _try(lambda: report.move_to(new), allowed)
    assert report.status is (new if allowed else old)


def _try(act: Callable[[], None], allowed: bool) -> None:
    if allowed:
        act()
    else:
        with pytest.raises(AlreadyDone):
            act()


def test_a_draft_report_is_its_authors_alone(make: Factory) -> None:
    """Others read it from its submission on (domain 3.11)."""
    world = case_at(make, S.INVESTIGATING)
    everybody = world.everybody().items()
    report = complete(world)
    assert {name for name, person in everybody if report.can_be_read_by(person)} == {"investigator"}
    submit_report(report, by=world.investigator, at=NOW)
    assert {name for name, person in everybody if report.can_be_read_by(person)} == {"investigator", "owner", "manager"}


def test_labels_of_exhibits_and_who_is_who(make: Factory) -> None:
    """A case names its people by capacity."""
    world = people_and_report(make, files=1)
    case = opened(world)
    assert (case.subject, case.owner) == (world.subject, world.owner)
    assert (case.investigator, case.decision_maker, case.appeal_officer) == (None, None, None)
