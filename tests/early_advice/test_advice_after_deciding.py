"""What HR advises after the manager decided opens the decision again, with a day, and what was decided before stays."""

from collections.abc import Callable
from datetime import date

import pytest

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.outbox import OutboxMessage
from app.early_advice import operations, queries
from app.early_advice.models import (
    DeclarationAction,
    DeclarationOfInterest,
    DeclarationStatus,
    HrAnswer,
    StepOf,
)
from app.early_advice.queries.worked_out import declaration_worked_out
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.due_equality import assert_same_duties
from tests.early_advice.factories import TODAY, People, declared, passed_on, reviewed
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
LATER = NOW + (clock.at_local(TODAY, 15) - clock.at_local(TODAY, 10))


def _advised(
    one: DeclarationOfInterest, by: Person, answer: HrAnswer = HrAnswer.ADVICE, advice: str = "It has to end."
) -> DeclarationOfInterest:
    begin_writing(one)
    operations.answer_for_hr(one, answer, words="Sealed notes.", advice=advice, by=by, at=clock.now())
    commit()
    return one


def _times_told(person: Person, name: str) -> int:
    rows = db.session.query(OutboxMessage).filter(OutboxMessage.to_person_id == person.id).all()
    return sum(row.occasion.partition("#")[0] == name for row in rows)


def _in(people: People, status: DeclarationStatus, *, may_stay: bool = False) -> DeclarationOfInterest:
    one = declared(people.author, at_risk="yes")
    if status is DeclarationStatus.WITH_HR:
        reviewed(one, people.manager, DeclarationAction.REFER)
    elif may_stay:
        reviewed(one, people.manager)
    elif status is not DeclarationStatus.DECLARED:
        reviewed(one, people.manager, DeclarationAction.UNLINK)
        if status is not DeclarationStatus.TO_DO:
            operations.end_connection(one, by=people.author, at=NOW)
    if status is DeclarationStatus.ENDED:
        operations.end_declaration(one, by=people.author, at=NOW)
    commit()
    return one


AFTER = {
    DeclarationStatus.DECLARED: DeclarationStatus.DECLARED, DeclarationStatus.WITH_HR: DeclarationStatus.DECLARED,
    DeclarationStatus.TO_DO: DeclarationStatus.DECLARED, DeclarationStatus.IN_PLACE: DeclarationStatus.DECLARED,
    DeclarationStatus.ENDED: DeclarationStatus.ENDED,
}  # fmt: skip


@pytest.mark.parametrize("status", list(DeclarationStatus))
@pytest.mark.parametrize("answer", list(HrAnswer))
def test_where_a_declaration_stands_after_hr_answered(
    make: Factory, status: DeclarationStatus, answer: HrAnswer
) -> None:
    """Where there is no concern what was decided stays; what was taken to HR comes back with every answer."""
    people, lead = People(make), make.person("Lena Lead", Role.SAFEGUARDING_LEAD)
    one = _in(people, status)
    before = one.is_decided
    with clock.set_to(LATER):
        _advised(one, people.hr, answer)
        opened = before and answer is not HrAnswer.NO_CONCERN
        after = AFTER[status] if answer is not HrAnswer.NO_CONCERN or not before else status
        assert (one.status, one.is_decided_anew) == (after, opened)
        assert one.can_be_reviewed_by(people.manager) == (after is DeclarationStatus.DECLARED)
        assert assert_same_duties(clock.today()) > 0
    assert one.is_passed_on == (answer is HrAnswer.PASSED_ON) == one.is_for_lead(lead)


@pytest.mark.parametrize("may_stay", [True, False])
def test_advice_opens_the_decision_again_and_keeps_what_was_decided(make: Factory, may_stay: bool) -> None:
    people = People(make)
    one = _in(people, DeclarationStatus.TO_DO, may_stay=may_stay)
    first = DeclarationAction.MAY_STAY if may_stay else DeclarationAction.UNLINK
    with clock.set_to(LATER):
        _advised(one, people.hr)
        (kept,) = one.before(StepOf.MANAGER)
        assert (kept.action, kept.by, kept.words, kept.label) == (
            first, people.manager, "It is long ago.", f"Decided: {first.label}",
        )  # fmt: skip
        assert (one.action, one.reasons, one.reviewed_by, one.act_by, one.again_on) == (None, "", None, None, None)
        assert (one.review_since, one.review_by) == (LATER, date(2027, 3, 10))
        ((what, how),) = declaration_worked_out(one)
        assert (what, how is not None and how.sentences[0].partition(" on ")[0]) == (
            "decided by", "Human Resources had looked at it",
        )  # fmt: skip
        assert _times_told(people.manager, "early:declared") == 2
        assert not one.can_be_done_by(people.author)
        reviewed(one, people.manager, DeclarationAction.REFER, at=LATER)
        _advised(one, people.hr_manager)
        assert _times_told(people.manager, "early:declared") == 3
        reviewed(one, people.manager, DeclarationAction.UNLINK, at=LATER)
        assert [step.action for step in one.before(StepOf.MANAGER)] == [first, DeclarationAction.REFER]
        assert one.status is DeclarationStatus.TO_DO
    assert _times_told(people.author, "early:yours") == 3


def test_words_beside_a_passing_on_open_it_too_and_silence_does_not(make: Factory) -> None:
    people = People(make)
    make.person("Lena Lead", Role.SAFEGUARDING_LEAD)
    one = passed_on(_in(people, DeclarationStatus.IN_PLACE), people.hr)
    assert (one.status, one.before(StepOf.MANAGER)) == (DeclarationStatus.IN_PLACE, [])


def test_whoever_decided_before_keeps_a_part_in_it(make: Factory) -> None:
    """Also where they look after somebody else now: they read it, and judge nothing of it for HR."""
    people = People(make)
    judge = make.person("Jo Both", Role.HR_INTAKE)
    people.author.line_manager = judge
    make.keep(people.author)
    one = reviewed(declared(people.author, at_risk="yes"), judge)
    people.author.line_manager = people.manager
    make.keep(people.author)
    _advised(one, people.hr)
    assert one.has_a_part(judge)
    assert not one.is_for_hr(judge)
    assert queries.may_read_declaration(one, judge, TODAY)
    reviewed(one, people.manager, DeclarationAction.REFER)
    assert judge not in queries.hr_for(one, TODAY)
    assert assert_same_duties(TODAY) > 0


def test_the_pages_say_that_hr_looks_too_and_that_it_is_looked_at_again(client_of: Clients, make: Factory) -> None:
    people = People(make)
    one = declared(people.author, at_risk="yes")
    address = f"/early-advice/declare/{one.reference}"
    author, manager, hr = client_of(people.author), client_of(people.manager), client_of(people.hr)
    page = manager.get(address)
    assert "Human Resources looks at this too, by 4 March 2027" in page.text
    assert "decide when they have answered" in page.text
    assert "Human Resources looks at this too" not in author.get(address).text
    manager.follow(f"{address}/review", {"action": "may_stay", "reasons": "Neighbours."})
    assert "Human Resources looks at this too" not in manager.get(address).text
    hr.follow(f"{address}/hr", {"answer": "advice", "words": "Sealed notes.", "advice": "It has to end."})
    assert f"Decide on {people.author.name}’s declaration" in manager.get("/").text
    page = manager.get(address)
    assert page.has_button("Record decision")
    for words in ("the manager decides again", "It has to end.", "Decided: It may stay", "Neighbours."):
        assert words in page.text
    page = author.get(address)
    for words in ("your manager looks at it again", "To be decided", "Neighbours."):
        assert words in page.text
    for words in ("It has to end", "Sealed notes", "looked at again by"):
        assert words not in page.text
    assert not page.has_button("It still holds")
    manager.follow(f"{address}/review", {"action": "unlink", "reasons": "Please end it."})
    assert author.get(address).has_button("The connection online has ended")
