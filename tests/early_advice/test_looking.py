"""What the manager takes to HR waits for HR and then for the manager, however often, and nothing of it is lost."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.outbox import OutboxMessage
from app.early_advice import operations, queries
from app.early_advice.models import (
    DeclarationAction,
    DeclarationOfInterest,
    DeclarationStatus,
    EarlierStep,
    HrAnswer,
    StepOf,
)
from app.early_advice.queries.worked_out import declaration_worked_out
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.early_advice.factories import TODAY, People, declared, passed_on, reminded_on, reviewed
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
DAY = timedelta(days=1)
REVIEW, FOR_HR = "early_declaration_review", "early_declaration_hr"
MAUNDY, EASTER_TUESDAY = date(2027, 3, 25), date(2027, 3, 30)


def _answered(
    one: DeclarationOfInterest, by: Person, answer: HrAnswer = HrAnswer.NO_CONCERN, advice: str = ""
) -> DeclarationOfInterest:
    begin_writing(one)
    operations.answer_for_hr(one, answer, words="Sealed notes.", advice=advice, by=by, at=clock.now())
    commit()
    return one


def _messages(person: Person) -> list[str]:
    """What somebody was told of, oldest first."""
    rows = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)
    return list(db.session.execute(rows.order_by(OutboxMessage.created_at, OutboxMessage.occasion)).scalars())


def test_what_is_taken_to_hr_is_agreed_only_once_the_manager_decided(make: Factory) -> None:
    people = People(make)
    one = reviewed(declared(people.author), people.manager, DeclarationAction.REFER)
    assert (one.status, one.hr_due_on, one.again_on) == (DeclarationStatus.WITH_HR, TODAY + DAY, None)
    with pytest.raises(AlreadyDone, match="with human resources"):
        operations.review_declaration(one, DeclarationAction.UNLINK, reasons="x", by=people.manager, at=NOW)
    with pytest.raises(AlreadyDone):
        operations.still_holds(one, by=people.author, at=NOW)
    db.session.rollback()
    with pytest.raises(InvalidInput, match="words for the manager"):
        _answered(one, people.hr, HrAnswer.ADVICE)
    db.session.rollback()
    _answered(one, people.hr, HrAnswer.ADVICE, "The connection has to end.")
    assert (one.status, one.advice) == (DeclarationStatus.DECLARED, "The connection has to end.")
    assert _messages(people.manager) == ["early:declared", "early:declared#1"]
    reviewed(one, people.manager, DeclarationAction.UNLINK)
    assert (one.status, one.action) == (DeclarationStatus.TO_DO, DeclarationAction.UNLINK)
    assert [(step.step_of, step.words) for step in one.earlier] == [(StepOf.MANAGER, "It is long ago.")]
    assert _messages(people.author) == ["early:yours", "early:yours#1"]


@pytest.mark.parametrize("answer", [HrAnswer.NO_CONCERN, HrAnswer.ADVICE])
def test_a_manager_asks_hr_again_after_it_has_answered(make: Factory, answer: HrAnswer) -> None:
    """The normal order: HR has one working day, the manager five. HR gets a date, a duty and a message."""
    people = People(make)
    one = _answered(declared(people.author, at_risk="unknown"), people.hr, answer, "Talk to them.")
    assert "early:advice#1" in _messages(people.manager)
    later = NOW + 3 * DAY
    with clock.set_to(later):
        reviewed(one, people.manager, DeclarationAction.REFER, at=later)
        assert (one.waits_for_hr, one.hr_asked_at, one.hr_due_on) == (True, later, date(2027, 3, 8))
        for officer in (people.hr, people.hr_manager):
            assert _messages(officer) == ["early:hr", "early:hr#1"]
            assert one.can_be_answered_by(officer)
        (kept,) = one.before(StepOf.HR)
        assert (kept.answer, kept.by, kept.words, kept.advice) == (answer, people.hr, "Sealed notes.", "Talk to them.")
        assert (one.hr_answer, one.hr_words, one.advice) == (None, "", "")
        assert assert_same_duties(clock.today()) > 0
        _answered(one, people.hr_manager)
        assert one.status is DeclarationStatus.DECLARED
        reviewed(one, people.manager, DeclarationAction.REFER, at=later)
        assert (one.status, len(one.before(StepOf.HR)), len(one.before(StepOf.MANAGER))) == ("with_hr", 2, 1)
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.update(EarlierStep).values(answer="no_concern"))
    db.session.rollback()


def test_hr_that_looks_already_is_told_that_the_manager_asks_too(make: Factory) -> None:
    """Its date stays as it was; once it has answered, the manager decides."""
    people = People(make)
    one = declared(people.author, at_risk="yes")
    with clock.set_to(NOW + timedelta(hours=1)):
        reviewed(one, people.manager, DeclarationAction.REFER, at=clock.now())
        assert (one.status, one.hr_asked_at, one.hr_due_on) == (DeclarationStatus.WITH_HR, NOW, TODAY + DAY)
        assert _messages(people.hr) == ["early:hr", "early:hr-too"]
        assert _answered(one, people.hr).status is DeclarationStatus.DECLARED
        assert one.before(StepOf.HR) == []


def test_what_the_lead_has_stays_with_the_lead_who_is_told_of_the_new_facts(make: Factory) -> None:
    """While HR looks again too. What the lead took over and HR passes on once more is theirs again, with a new date."""
    people, lead = People(make), make.person("Lena Lead", Role.SAFEGUARDING_LEAD)
    one = passed_on(declared(people.author, at_risk="yes"), people.hr)
    first = one.lead_due_on
    with clock.set_to(NOW + DAY):
        reviewed(one, people.manager, DeclarationAction.REFER, at=clock.now())
        assert _messages(lead) == ["early:lead", "early:lead-again"]
        assert (one.is_passed_on, one.lead_due_on, one.waits_for_hr) == (True, first, True)
        assert queries.may_read_declaration(one, lead, clock.today())
        assert one.can_be_taken_over_by(lead, [lead])
        assert assert_same_duties(clock.today()) > 0
        begin_writing(one)
        operations.take_over_declaration(one, words="I spoke to the family.", by=lead, at=clock.now())
        commit()
        assert _messages(people.hr)[-1] == "early:taken-over"
        passed_on(one, people.hr_manager, clock.now())
        assert (one.lead_due_on, one.lead_at) == (TODAY + 2 * DAY, None)
        assert [step.words for step in one.before(StepOf.LEAD)] == ["I spoke to the family."]
        assert "early:lead#1" in _messages(lead)
        begin_writing(one)
        operations.take_over_declaration(one, words="Again.", by=lead, at=clock.now())
        commit()
        assert "early:taken-over#1" in _messages(people.hr_manager)


def test_what_ended_meanwhile_does_not_come_back_to_the_manager(make: Factory) -> None:
    people = People(make)
    one = reviewed(declared(people.author), people.manager, DeclarationAction.REFER)
    operations.end_declaration(one, by=people.author, at=NOW)
    commit()
    _answered(one, people.hr)
    assert (one.status, "early:declared#1" in _messages(people.manager)) == (DeclarationStatus.ENDED, False)


def test_the_managers_time_begins_anew_over_easter(app: Flask, make: Factory) -> None:
    """HR is asked on Maundy Thursday and answers on the Tuesday after; the manager has five working days from then."""
    people = People(make)
    at = clock.at_local(MAUNDY, 10)
    with clock.set_to(at):
        one = reviewed(declared(people.author, at=at), people.manager, DeclarationAction.REFER, at=at)
        assert one.hr_due_on == EASTER_TUESDAY
        assert [what for what, _ in declaration_worked_out(one)] == ["looked at by"]
    for number in range(1, 6):
        morning(MAUNDY + number * DAY)
    assert reminded_on(people.hr, FOR_HR) == [(EASTER_TUESDAY, False)]
    assert reminded_on(people.manager, REVIEW) == []
    with clock.set_to(clock.at_local(EASTER_TUESDAY, 11)):
        _answered(one, people.hr)
        assert one.review_by == date(2027, 4, 6)
        ((what, how),) = declaration_worked_out(one)
        assert (what, how is not None and how.sentences[0]) == (
            "decided by", "Human Resources had looked at it on Tuesday 30 March 2027. That day does not count.",
        )  # fmt: skip
    for number in range(1, 9):
        morning(EASTER_TUESDAY + number * DAY)
    assert reminded_on(people.manager, REVIEW) == [(date(2027, 4, 5), False), (date(2027, 4, 6), False)]


def test_the_pages_say_that_it_is_looked_at_and_who_decides(client_of: Clients, make: Factory) -> None:
    """HR writes to the manager beside its own notes; whoever declared it reads neither."""
    people = People(make)
    one = declared(people.author)
    address = f"/early-advice/declare/{one.reference}"
    author, manager, hr = client_of(people.author), client_of(people.manager), client_of(people.hr)
    hr.get(address, status=404)
    page = manager.follow(f"{address}/review", {"action": "refer", "reasons": "They meet alone."})
    assert "You took Alan Author’s declaration to Human Resources." in page.text
    for browser in (author, manager):
        page = browser.get(address)
        assert "With Human Resources" in page.text
        assert "to be looked at by 4 March 2027" in page.text
        assert "Agreed" not in page.text
    assert not author.get(address).has_button("It still holds")
    assert "Your declaration, which is being looked at" in author.get("/").text
    assert "They meet alone." in hr.get(address).text
    typed = {"answer": "advice", "words": "Sealed notes."}
    assert hr.post(f"{address}/hr", typed, status=422).errors == ["Enter your words for the manager"]
    hr.follow(f"{address}/hr", {**typed, "advice": "Tell Alan that it has to end."})
    assert "Decide on Alan Author’s declaration" in manager.get("/").text
    page = manager.get(address)
    assert "Tell Alan that it has to end." in page.text
    assert page.has_button("Record decision")
    assert "10 March 2027" in page.text
    for words in ("Sealed notes.", "Advice to the manager", "Ivo Intake"):
        assert words not in page.text
    page = author.get(address)
    assert "Human Resources has looked at it. Your manager decides next" in page.text
    assert "it has to end" not in page.text
    manager.follow(f"{address}/review", {"action": "refer", "reasons": "They still do."})
    page = hr.get(address)
    for words in ("Sealed notes.", "Tell Alan that it has to end.", "They meet alone.", "They still do."):
        assert words in page.text
    assert "Tell Alan that it has to end." in manager.get(address).text
    assert "Sealed notes." not in manager.get(address).text
    page = author.get(address)
    assert "They meet alone." in page.text
    for words in ("Sealed notes.", "it has to end", "Looked at by Human Resources", "Ivo Intake"):
        assert words not in page.text
    hr.follow(f"{address}/hr", {"answer": "no_concern", "words": "x"})
    assert "Agreed" in manager.follow(f"{address}/review", {"action": "may_stay", "reasons": "All clear."}).text
