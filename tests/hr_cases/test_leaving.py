"""Somebody leaves while their case is open: the owner decides with reasons whether it goes on, and is asked till then."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from app.breach_reports.models import Route, TriageDecision
from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.core.presentation import uk_weekday_date
from app.credential_rotation.models import LeaverNotice
from app.credential_rotation.operations import change_leaving, come_back, record_leaver, withdraw_leaver
from app.duties.queries import desk_of
from app.hr_cases import queries
from app.hr_cases.documents.gathering import case_report
from app.hr_cases.documents.rendering import parts_of, render_case_report
from app.hr_cases.models import (
    REFERRAL,
    Case,
    CaseLeaving,
    CaseStatus,
    ClosingAnswer,
    Finding,
    InvestigationFinding,
    LeavingDecision,
    LetterKind,
)
from app.hr_cases.models.stages import BEFORE_OUTCOME
from app.hr_cases.operations import EarlyEnd, decide_after_leaving
from app.hr_cases.queries import records
from app.people.models import Person, RoleAssignment
from app.policy.queries import due_within
from tests.factories import Factory
from tests.hr_cases.at_stage import READERS, TABS, address, world_at
from tests.hr_cases.factories import World, asked_by_everybody, case_at, opened, people_and_report
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
S = CaseStatus
GO_ON, CLOSE = LeavingDecision.GO_ON, LeavingDecision.CLOSE
DAY = timedelta(days=1)
WHY = "The work with residents goes on elsewhere."
SAID = EarlyEnd(ClosingAnswer.DONE, "The lead: no referral, since nobody was harmed.", "They would not answer any more.")
LINE = "Decide whether case {} goes on: the person concerned leaves"


def leaves(world: World, in_days: int = -1, **values: Any) -> LeaverNotice:
    """HR records that the person concerned leaves, with a last working day so many days from now."""
    day = clock.local_day(world.at) + in_days * DAY
    given: dict[str, Any] = {"immediate": False, "by": world.manager, "at": world.at, **values}
    with clock.set_to(world.at):
        notice = record_leaver(world.subject, last_working_day=day, **given)
        commit()
    return notice


def decided_in(world: World, decision: LeavingDecision = GO_ON, **values: Any) -> CaseLeaving:
    """The owner decides, a minute later."""
    world.at += timedelta(minutes=1)
    given: dict[str, Any] = {"reasons": WHY, "by": world.owner, "at": world.at, "early_end": SAID, **values}
    made = decide_after_leaving(world.case, decision=decision, **given)
    commit()
    return made


def asked_of_lead(world: World) -> None:
    """The safeguarding lead was asked about the report."""
    report, lead = world.case.report, world.make.person("Sal Lead")
    world.make.keep(
        TriageDecision(
            report=report, report_id=report.id, number=2, route=Route.SAFEGUARDING, decided_by_id=world.owner.id,
            decided_at=world.at, second_by_id=lead.id, second_at=world.at, second_agreed=True,
            reasons="A child may be concerned.",
        )
    )  # fmt: skip
    commit()
    db.session.refresh(report)


def desk(person: Person, at: datetime) -> list[tuple[str, date | None]]:
    """What the first page asks of somebody because people leave."""
    with current_app.test_request_context(), clock.set_to(at):
        page = desk_of(person, clock.local_day(at))
    return [(item.text, item.day) for item in (*page.late, *page.needs) if "the person concerned leaves" in item.text]


# When it is asked, and by when it is due


@pytest.mark.parametrize("stage", [stage for stage in S if stage is not S.CLOSED])
def test_at_which_stages_it_is_asked(make: Factory, stage: CaseStatus) -> None:
    """At every one before the outcome; from then on they may appeal, and the closing list asks about a referral."""
    world = world_at(make, stage)
    leaves(world)
    asked = stage in BEFORE_OUTCOME
    assert (world.case.leaving is not None) is world.case.leaving_waits is asked
    assert bool(desk(world.owner, world.at)) is asked
    assert world.case.can_decide_after_leaving(world.owner) is asked
    if not asked:
        with pytest.raises(AlreadyDone):
            decided_in(world, CLOSE)


@pytest.mark.parametrize(("in_days", "counted"), [(-30, 0), (-1, 0), (0, 0), (20, 20)])
def test_by_when_it_is_due(make: Factory, in_days: int, counted: int) -> None:
    """Five working days from the last working day, or from when that became known; asked from then on."""
    world = world_at(make, S.INVESTIGATING)
    leaves(world, in_days)
    leaving, start = world.case.leaving, clock.local_day(world.at) + counted * DAY
    assert leaving
    due = due_within("case_after_leaving_working_days", start)
    assert (leaving.counted_from, leaving.due_on) == (start, due)
    assert desk(world.owner, world.at) == [(LINE.format(world.case.reference), due)]
    assert all(desk(person, world.at) == [] for name, person in world.everybody().items() if name != "owner")


def test_a_day_far_ahead_stops_nobody_who_records_it(make: Factory) -> None:
    """Beyond the bank holidays known, the day itself is the one by which it is due."""
    world = world_at(make, S.INVESTIGATING)
    leaves(world, 700)
    leaving = world.case.leaving
    assert leaving
    assert leaving.due_on >= leaving.last_working_day


def test_they_stay_or_leave_another_day_or_come_back(make: Factory) -> None:
    """What was asked is taken back, or asked anew; what was decided stays readable and does not count any more."""
    world = world_at(make, S.INVESTIGATING)
    notice = leaves(world, 20)
    first = decided_in(world)
    assert desk(world.owner, world.at) == []
    with clock.set_to(world.at):
        day = notice.last_working_day + 7 * DAY
        change_leaving(notice, last_working_day=day, immediate=False, by=world.manager, at=world.at)
        commit()
    second = world.case.leaving
    assert second
    assert (first.stands, second.last_working_day, second.decision) == (False, day, None)
    assert len(desk(world.owner, world.at)) == 1
    with clock.set_to(world.at):
        withdraw_leaver(notice, by=world.manager, at=world.at)
        commit()
    assert world.case.leaving is None
    assert desk(world.owner, world.at) == []
    assert [(one.decision, one.reasons) for one in world.case.leavings] == [(GO_ON, WHY), (None, "")]
    acts = db.session.execute(
        sa.select(AuditEvent.act, AuditEvent.actor_id)
        .where(AuditEvent.subject_id == world.case.id, AuditEvent.act.startswith("case:leaving"))
        .order_by(AuditEvent.number)
    ).all()
    said = ["asked", "decided", "withdrawn", "asked", "withdrawn"]
    assert [row.act.removeprefix("case:leaving-") for row in acts] == said
    assert [row.actor_id for row in acts] == [None, world.owner.id, None, None, None], "not whoever recorded the leaving"


def test_coming_back_takes_it_back_too(make: Factory) -> None:
    world = world_at(make, S.INVESTIGATING)
    notice = leaves(world, -10)
    assert world.case.leaving_waits
    with clock.set_to(world.at):
        come_back(notice, started=clock.local_day(world.at), by=world.manager, at=world.at)
        commit()
    assert not world.case.leaving_waits


def test_a_case_about_somebody_who_leaves_already(make: Factory) -> None:
    """It is asked when the case is opened."""
    world = people_and_report(make)
    leaves(world, 5)
    opened(world)
    assert world.case.leaving_waits
    assert world.case.leaving
    assert world.case.leaving.last_working_day == world.subject.last_working_day


# Who decides what


def test_who_decides(make: Factory) -> None:
    """The owner alone; other readers of the case are told so, and nobody else learns that there is one."""
    world = world_at(make, S.INVESTIGATING)
    leaves(world, 5)
    for name in (*READERS, "subject", "reporter", "line_manager", "stranger"):
        person = world.everybody()[name]
        assert world.case.can_decide_after_leaving(person) is (name == "owner")
    asked_by_everybody(
        world,
        [(lambda w, by: decide_after_leaving(w.case, decision=GO_ON, reasons=WHY, by=by, at=w.at), {"owner"},
          set(BEFORE_OUTCOME))],
        readers={"manager", "investigator"},
    )  # fmt: skip
    for kind, name in ((NotAllowed, "manager"), (NothingHere, "line_manager"), (NothingHere, "subject")):
        with pytest.raises(kind):
            decided_in(world, by=world.everybody()[name])


@pytest.mark.parametrize("stage", BEFORE_OUTCOME)
@pytest.mark.parametrize("decision", [GO_ON, CLOSE])
def test_what_follows_at_each_stage(make: Factory, stage: CaseStatus, decision: LeavingDecision) -> None:
    """The case goes on where it is, or is closed, with a letter that waits to be sent; pauses end with it."""
    world = world_at(make, stage)
    was_told = world.case.told_subject_at is not None
    leaves(world, -1)
    made = decided_in(world, decision)
    case = world.case
    assert (made.stage, made.decided_by, made.reasons) == (stage, world.owner, WHY)
    assert case.status is (stage if decision is GO_ON else S.CLOSED)
    kinds = [letter.kind for letter in records.letters(case)]
    assert (LetterKind.ENDED in kinds) is (decision is CLOSE and was_told)
    assert [item.code for item in records.closing_items(case)] == ([REFERRAL] if decision is CLOSE else [])
    assert desk(world.owner, world.at) == []
    if decision is CLOSE:
        assert (case.closed_at, case.step_due_on) == (world.at, None)
        assert all(pause.ended_at for pause in case.pauses)
        assert case.report.closed_at is not None
        with pytest.raises(AlreadyDone):
            decided_in(world)


def test_going_on_may_be_thought_over(make: Factory) -> None:
    """Both decisions stay; the same once more, or one from a page that showed another, is refused with who and when."""
    world = world_at(make, S.INVESTIGATING)
    leaves(world)
    first = decided_in(world)
    for values in ({}, {"decision": CLOSE}, {"seen": first.decided_at}):
        with pytest.raises(AlreadyDone) as late:
            decided_in(world, **values)
        db.session.rollback()
        assert (late.value.who, late.value.when) == (world.owner.name, first.decided_at)
    second = decided_in(world, CLOSE, seen=first.decided_at, reasons="Nobody can be asked any more.")
    assert [(one.decision, one.stands) for one in world.case.leavings] == [(GO_ON, False), (CLOSE, True)]
    assert (second.asked_at, second.due_on) == (first.asked_at, first.due_on)


@pytest.mark.parametrize(
    ("safeguarding", "stage", "said", "field"),
    [
        (False, S.INVESTIGATING, EarlyEnd(no_finding="Why."), f"answer_{REFERRAL}"),
        (False, S.INVESTIGATING, EarlyEnd(ClosingAnswer.DONE, "No.", " "), "no_finding"),
        (False, S.INVESTIGATING, EarlyEnd(ClosingAnswer.NOT_APPLICABLE, "", "Why."), REFERRAL),
        (False, S.INVESTIGATING, EarlyEnd(ClosingAnswer.NOT_APPLICABLE, "No such work.", "Why."), None),
        (False, S.NOTIFIED, EarlyEnd(), f"answer_{REFERRAL}"),
        (True, S.INVESTIGATING, SAID, "decision"),
        (True, S.REPORT_REVIEW, SAID, "decision"),
        (True, S.ACCEPTED, EarlyEnd(), f"answer_{REFERRAL}"),
        (True, S.ACCEPTED, EarlyEnd(ClosingAnswer.NOT_APPLICABLE, "No such work."), REFERRAL),
        (True, S.ACCEPTED, EarlyEnd(ClosingAnswer.DONE, "No referral."), None),
        (True, S.HEARING_SET_UP, EarlyEnd(ClosingAnswer.DONE, "No referral."), None),
    ],
)
def test_what_a_case_needs_to_end(
    make: Factory, safeguarding: bool, stage: CaseStatus, said: EarlyEnd, field: str | None
) -> None:
    """The answer on a referral, and a finding or why there can be none; with safeguarding, an accepted report before."""
    world = world_at(make, stage)
    report = records.accepted_report(world.case)
    if report is not None and not report.findings:
        one = world.case.allegations[0]
        finding = {"finding": Finding.ESTABLISHED, "basis": "contested", "reasons": "It stands there."}
        make.keep(InvestigationFinding(report=report, report_id=report.id, allegation=one, allegation_id=one.id, **finding))
    if safeguarding:
        asked_of_lead(world)
    leaves(world)
    if field is None:
        decided_in(world, CLOSE, early_end=said)
        assert world.case.status is S.CLOSED
        return
    with pytest.raises(InvalidInput) as refused:
        decided_in(world, CLOSE, early_end=said)
    db.session.rollback()
    assert refused.value.field == field
    assert (world.case.status, records.closing_items(world.case)) == (stage, [])
    decided_in(world, GO_ON)
    assert world.case.status is stage


def test_it_does_not_end_while_they_work_here(make: Factory) -> None:
    """Up to their last working day they may stay; that the case goes on can be decided before."""
    world = world_at(make, S.INVESTIGATING)
    leaves(world, 0)
    with pytest.raises(InvalidInput, match="may still stay"):
        decided_in(world, CLOSE)
    db.session.rollback()
    world.at += DAY
    decided_in(world, CLOSE)


# What pages and papers say, and who reads it


def test_on_the_page_of_the_case_in_its_timeline_and_its_report(make: Factory, client_of: ClientOf) -> None:
    """With the day and how it was worked out; decided through the form, refused with what was typed, told to the late."""
    world = world_at(make, S.REPORT_REVIEW)
    leaves(world)
    leaving = world.case.leaving
    assert leaving
    path = address(world, "/after-leaving")
    with clock.set_to(world.at + DAY):
        owner, manager = client_of(world.owner), client_of(world.manager)
        page = owner.get(address(world))
        assert f"decide whether the case goes on, by {uk_weekday_date(leaving.due_on)}" in page.text
        assert "How was this day worked out?" in page.text
        assert "The case owner decides this." in manager.get(address(world)).text
        manager.get(path, status=403)
        form = owner.get(path)
        assert "the last working day is" in form.text
        refused = owner.post(path, {"decision": "close", "reasons": WHY, "decision_seen": ""}, status=422)
        assert refused.errors == ["Enter why no finding can be reached"]
        assert refused.field("reasons") == WHY
        typed = {"decision": "go_on", "reasons": WHY, "decision_seen": ""}
        done = owner.follow(path, typed)
        assert "You decided that the case goes on." in done.text
        assert WHY in done.text
        assert world.owner.name in owner.post(path, typed, status=409).text
        assert WHY in owner.get(path).text
        assert WHY in client_of(world.investigator).get(address(world)).text
        assert "leaves: go on" in owner.get(address(world, "/timeline")).text.lower()
    report = case_report(world.case, at=world.at + DAY, reader=world.manager)
    assert [(one.decision, one.reasons, one.stands) for one in report.leavings] == [("The case goes on", WHY, True)]
    rows = [row.what for row in report.chronology]
    assert "The case goes on, since the person concerned leaves" in rows
    assert any(what.startswith("Asked whether the case goes on") for what in rows)
    assert "The person concerned leaves" in [getattr(part, "text", "") for part in parts_of(report)]


@pytest.mark.parametrize("stage", BEFORE_OUTCOME)
def test_a_case_that_ended_reads_for_all_who_worked_on_it(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    """Every page and the report; the rail shows the stages that it had; whoever investigated reads how it ended."""
    world = world_at(make, stage)
    leaves(world)
    decided_in(world, CLOSE)
    with clock.set_to(world.at):
        for name in READERS:
            person = world.everybody()[name]
            if queries.find_case(world.case.reference, person, on=clock.local_day(world.at)) is None:
                continue
            browser = client_of(person)
            for tab in TABS:
                page = browser.get(address(world, tab))
                assert len(page.html) < 30 * 1024
            listed = browser.get("/hr-cases/?stage=closed").text
            handed_over = name == "investigator" and world.case.was_handed_over
            assert (world.case.reference in listed) is not handed_over
            assert (world.case.reference in browser.get("/hr-cases/").text) is handed_over
            report = case_report(world.case, at=world.at, reader=person)
            assert render_case_report(report)
            assert ("ended without an outcome" in str(report.ending)) is handed_over
            assert bool(report.leavings) is not handed_over
        rail = client_of(world.owner).get(address(world)).soup.select(".app-stages li")
        assert "Appeal" not in " ".join(one.text for one in rail)


def test_whoever_records_the_leaving_learns_nothing(make: Factory, client_of: ClientOf) -> None:
    """The page of the leaver is the same for their line manager with a case as without one."""
    world = case_at(make, S.INVESTIGATING)
    notice = leaves(world, 5, by=world.line_manager)
    with clock.set_to(world.at):
        page = client_of(world.line_manager).get(f"/credential-rotation/leavers/{notice.id}")
        assert world.case.reference not in page.html
        assert "case" not in page.text.lower().replace("in any case", "")
        assert world.case.reference not in client_of(world.line_manager).get("/").html


def test_an_owner_to_whom_the_case_is_closed_is_not_asked(make: Factory) -> None:
    """Somebody else takes over first, and is asked then."""
    world = world_at(make, S.INVESTIGATING)
    leaves(world)
    db.session.execute(sa.delete(RoleAssignment).where(RoleAssignment.person_id == world.owner.id))
    commit()
    db.session.refresh(world.owner)
    assert desk(world.owner, world.at) == []


def test_one_at_most_stands(make: Factory) -> None:
    """The database refuses a second."""
    world = world_at(make, S.INVESTIGATING)
    leaves(world)
    day = clock.local_day(world.at)
    second = CaseLeaving(case_id=world.case.id, last_working_day=day, asked_at=world.at, due_on=day)
    db.session.add(second)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()
    assert db.session.execute(sa.select(Case).where(Case.id == world.case.id)).unique().scalar_one().leaving_waits
