"""Evidence, statements, and letting a case stand still."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from app.breach_reports.operations.messages import RECEIVED as REPORT_RECEIVED
from app.breach_reports.queries import QueueFilter, count_queue, queue_page, report_for
from app.core import clock
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, Refusal
from app.core.evidence_files import read_file, seal_file
from app.core.outbox import messages_page, notify
from app.core.paging import Cursor
from app.hr_cases.models import Bearing, CaseStatus, EvidenceItem, PauseReason, StatementKind, StatementState
from app.hr_cases.operations import (
    add_evidence,
    pause_case,
    record_statement_check,
    resume_case,
    tell_subject,
    weigh_evidence,
)
from app.hr_cases.queries import exhibit, exhibits, pauses, statements
from app.matters.models import Capacity
from app.people.models import DeclaredRelationship, RelationshipKind, Role
from tests.conftest import NOW
from tests.factories import Factory
from tests.hr_cases.factories import (
    PNG,
    AskedAct,
    World,
    a_statement,
    an_exhibit,
    asked_by_everybody,
    bring_to,
    case_at,
    details,
    later,
    letter_words,
)
from tests.hr_cases.test_opening import acts_of, refused

S = CaseStatus
TODAY = NOW.date()


def _add(world: World, **values: Any) -> EvidenceItem:
    given: dict[str, Any] = {"details": details(), "file": None, "bearings": {}, "by": world.investigator, "at": NOW}
    return add_evidence(world.case, **{**given, **values})


def _pause(world: World, **values: Any) -> Any:
    given: dict[str, Any] = {"reason": PauseReason.POLICE, "note": "The police asked.", "by": world.owner, "at": NOW}
    return pause_case(world.case, **{**given, **values})


def _resume(world: World, **values: Any) -> None:
    resume_case(world.case, **{"by": world.owner, "at": NOW, **values})


def test_an_exhibit_goes_on_from_those_of_the_report(make: Factory) -> None:
    """Numbers run on; the file is sealed with the case's key; it speaks for one allegation and against another."""
    world = case_at(make, S.INVESTIGATING, files=1)
    first, second = world.case.allegations
    sealed = seal_file(io.BytesIO(PNG), world.case.data_key)
    item = _add(world, file=sealed, bearings={first.id: Bearing.FOR, second.id: Bearing.AGAINST})
    db.session.commit()
    db.session.expire_all()
    found = exhibits(world.case)[1]
    assert (found.id, found.label, found.title, found.transcript) == (item.id, "E2", details().title, "You are a liar.")
    assert {b.allegation_id: b.bearing for b in found.bearings} == {first.id: Bearing.FOR, second.id: Bearing.AGAINST}
    assert b"".join(read_file(str(found.stored_as), world.case.data_key)) == PNG
    assert acts_of(world)[-1] == "case:evidence-added"
    _add(world, by=world.owner)
    assert [one.number for one in exhibits(world.case)] == [1, 2, 3]


def test_an_exhibit_never_changes(make: Factory) -> None:
    """The database itself refuses."""
    world = case_at(make, S.INVESTIGATING)
    item = an_exhibit(world)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.update(EvidenceItem).where(EvidenceItem.id == item.id).values(size=1))
    db.session.rollback()


def test_what_an_exhibit_must_have(make: Factory) -> None:
    """What it is, how we came by it, a file or words; captured not in the future; allegations of this case."""
    world = case_at(make, S.INVESTIGATING)
    faults: list[tuple[dict[str, Any], str, str]] = [
        ({"title": " "}, "Enter what it is", "title"),
        ({"lawful_source": " "}, "Enter how we came by it", "lawful_source"),
        ({"transcript": " "}, "Select a file, or enter", "file"),
        ({"captured_on": TODAY + timedelta(days=1)}, "must be today or in the past", "captured_on"),
    ]
    for values, words, field in faults:
        given = details(**values)
        refused(lambda given=given: _add(world, details=given), InvalidInput, words, field)
    refused(lambda: _add(world, bearings={make.id(): Bearing.FOR}), InvalidInput, "allegations of this case")
    assert _add(world, details=details(captured_on=TODAY)).label == "E1"


def test_a_statement_makes_a_witness(make: Factory) -> None:
    """Whoever gives one is walled off from then on; the reporter stays the reporter."""
    world = case_at(make, S.INVESTIGATING)
    given = a_statement(world, world.stranger, present="Ian Investigator")
    assert (given.label, given.state) == ("S1", StatementState.SENT_FOR_CHECKING)
    assert given.check_by == date(2027, 3, 10)
    assert world.case.matter.has_party(world.stranger, Capacity.WITNESS)
    assert a_statement(world, world.reporter).label == "S2"
    assert not world.case.matter.has_party(world.reporter, Capacity.WITNESS)
    assert [(s.label, s.words) for s in statements(world.case)] == [
        ("S1", "I saw the post on Wednesday."),
        ("S2", "I saw the post on Wednesday."),
    ]


def test_whoever_works_on_the_case_gives_no_statement(make: Factory) -> None:
    """A witness is walled off: the case would be left without its owner, or without anybody who appoints."""
    world = case_at(make, S.INVESTIGATING)
    for officer in (world.owner, world.manager):
        refused(lambda officer=officer: a_statement(world, officer), InvalidInput, "works on this case", "person_email")
        assert world.case.can_be_read_by(officer)
    colleague = make.person("Henry Help", Role.HR_INTAKE)
    assert a_statement(world, colleague).label == "S1"
    assert world.case.matter.has_party(colleague, Capacity.WITNESS)


def test_the_person_concerned_is_heard_only_after_they_were_told(make: Factory) -> None:
    """409 before; then a reply is theirs alone, on the day they were told or later."""
    world = case_at(make, S.INVESTIGATING, tells=False)
    refused(lambda: a_statement(world, world.subject), AlreadyDone, "has not been told yet")
    tell_subject(world.case, letter_words=letter_words(), by=world.owner, at=NOW)
    db.session.commit()
    reply = StatementKind.SUBJECT_REPLY
    early = TODAY - timedelta(days=1)
    refused(lambda: a_statement(world, world.reporter, kind=reply), InvalidInput, "Only the person concerned", "kind")
    refused(lambda: a_statement(world, world.subject, taken_on=early), InvalidInput, "was told on 3 March", "taken_on")
    assert a_statement(world, world.subject, kind=reply).label == "S1"
    assert not world.case.matter.has_party(world.subject, Capacity.WITNESS)


def test_what_a_statement_must_have(make: Factory) -> None:
    """Words; a day not in the future; not from the investigator."""
    world = case_at(make, S.INVESTIGATING)
    tomorrow = TODAY + timedelta(days=1)
    refused(lambda: a_statement(world, world.stranger, words=" "), InvalidInput, "Enter what they said", "words")
    refused(lambda: a_statement(world, world.stranger, taken_on=tomorrow), InvalidInput, "today or in the past", "taken_on")
    refused(lambda: a_statement(world, world.investigator), InvalidInput, "from yourself", "person")


def test_amendments_stand_beside_the_statement(make: Factory) -> None:
    """Checked once; the first wording stays."""
    world = case_at(make, S.INVESTIGATING)
    given = a_statement(world, world.stranger)

    def check(**values: Any) -> None:
        said: dict[str, Any] = {
            "state": StatementState.AGREED_WITH_AMENDMENTS, "amendments": "It was Tuesday.", "checked_on": TODAY,
            "by": world.investigator, "at": NOW,
        }  # fmt: skip
        record_statement_check(given, **{**said, **values})

    refused(lambda: check(amendments=" "), InvalidInput, "Enter the changes", "amendments")
    refused(lambda: check(state=StatementState.SENT_FOR_CHECKING), InvalidInput, "Select what they answered", "state")
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        refused(lambda day=day: check(checked_on=day), InvalidInput, "on or after the day of the statement", "checked_on")
    check()
    db.session.commit()
    assert (given.words, given.amendments) == ("I saw the post on Wednesday.", "It was Tuesday.")
    late = refused(check, AlreadyDone, "recorded already")
    assert isinstance(late, AlreadyDone)
    assert late.who == world.investigator.name


def test_a_pause_keeps_the_working_days_that_were_left(make: Factory) -> None:
    """Reviewed in ten working days; afterwards the report is due as many working days ahead as when it stopped."""
    world = case_at(make, S.INVESTIGATING)
    refused(lambda: _pause(world, note=" "), InvalidInput, "Enter what has been agreed", "note")
    due = world.case.step_due_on
    pause = _pause(world)
    db.session.commit()
    assert (world.case.status, pause.step_was_due_on) == (S.PAUSED, due)
    assert world.case.step_due_on == pause.review_on == date(2027, 3, 17)
    refused(lambda: a_statement(world, world.stranger), AlreadyDone, "stands still")
    late = refused(lambda: _pause(world), AlreadyDone, "Only a case that is being investigated")
    assert isinstance(late, AlreadyDone)
    assert (late.who, late.when) == (world.owner.name, NOW)
    with clock.set_to(later(world, days=7)):
        _resume(world, at=world.at)
    db.session.commit()
    assert world.case.status is S.INVESTIGATING
    assert pauses(world.case)[0].ended_at == world.at
    assert world.case.step_due_on == date(2027, 4, 9)  # 20 working days after 10 March
    bring_to(world, S.REPORT_REVIEW)


ACTS: list[AskedAct] = [
    (_add, {"investigator", "owner"}, {S.INVESTIGATING}),
    (lambda w, by: a_statement(w, w.stranger, by=by), {"investigator"}, {S.INVESTIGATING}),
    (_pause, {"owner"}, {S.INVESTIGATING}),
    (_resume, {"owner"}, {S.PAUSED}),
]


def test_acts_ask_who_first_and_stage_second(make: Factory) -> None:
    """Strangers learn nothing, other readers get 403, the rightful one 409 at every other stage."""
    asked_by_everybody(case_at(make, S.INVESTIGATING), ACTS, readers={"owner", "manager", "investigator"})


def test_an_exhibit_from_the_report_is_weighed_later(make: Factory) -> None:
    """It starts without any bearing; what is said later takes the place of what was said before."""
    world = case_at(make, CaseStatus.INVESTIGATING, files=1)
    item = exhibit(world.case, 1)
    assert item is not None
    assert (item.bearings, item.transcript) == ([], "Screenshot 1")
    first, second = world.case.allegations
    for said in ({first.id: Bearing.FOR}, {first.id: Bearing.AGAINST, second.id: Bearing.FOR}, {}):
        weigh_evidence(item, bearings=said, by=world.investigator, at=world.at)
        db.session.commit()
        db.session.expire_all()
        assert {one.allegation_id: one.bearing for one in item.bearings} == said
    with pytest.raises(InvalidInput):
        weigh_evidence(item, bearings={make.id(): Bearing.FOR}, by=world.investigator, at=world.at)
    with pytest.raises(Refusal):
        weigh_evidence(item, bearings={}, by=world.subject, at=world.at)


def test_a_witness_is_walled_off_from_the_report_behind_the_case_too(make: Factory) -> None:
    """In the queue, in a look-up and in its messages, and so is whoever is close to them (3.11, rules 1 and 6)."""
    world = case_at(make, S.INVESTIGATING)
    officer = make.person("Hanna Officer", Role.HR_INTAKE)
    friend = make.person("Fritz Officer", Role.HR_INTAKE)
    make.keep(DeclaredRelationship(person_id=friend.id, other_id=officer.id, kind=RelationshipKind.FAMILY, since=TODAY))
    dealt, reference = QueueFilter(dealt_with=True), world.report.reference
    for person in (officer, friend):
        notify(person.id, REPORT_RECEIVED, world.report.id, at=NOW, matter_id=world.report.matter_id)
        assert report_for(reference, person, TODAY) is not None
    a_statement(world, person=officer)
    db.session.commit()
    walls = current_app.extensions["registries"].message_walls
    for person in (officer, friend):
        assert report_for(reference, person, TODAY) is None
        assert queue_page(person, TODAY, dealt)[0] == []
        assert count_queue(person, TODAY, dealt).all == 0
        assert messages_page(person.id, TODAY, walls, Cursor()).rows == []
    assert report_for(reference, world.owner, TODAY) is not None
