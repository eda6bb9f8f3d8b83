"""Appointing the decision maker, deciding whether there is a case to answer, and settling informally."""

from datetime import date, timedelta

import pytest

from app.core.db import db
from app.core.errors import InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.hr_cases.models import CaseStatus, CaseToAnswer, Letter, LetterKind
from app.hr_cases.operations import appoint_decision_maker, complete_informal, decide_case_to_answer
from app.hr_cases.queries import records
from app.matters.models import Capacity
from app.matters.operations import add_party
from app.people.models import Person, Role
from tests.factories import Factory
from tests.hr_cases.stages import (
    DISREPUTE,
    PRIVATE,
    START,
    accepted_case,
    people_for,
    with_decision,
    with_decision_maker,
)

WORDS = "The post can still be read."


def refused(make: Factory, decision_maker_is: str) -> str:
    """What HR reads when somebody unsuitable is to be appointed."""
    people = people_for(make)
    case = accepted_case(make, people)
    head = make.person("Hal Head", Role.DECISION_MAKER)
    candidates: dict[str, Person] = {
        "not in the pool": people.stranger,
        "the investigator": people.investigator,
        "the owner": people.owner,
        "the line manager": head,
        "below the subject": make.person("Bo Below", Role.DECISION_MAKER, manager=people.subject),
        "a witness": make.person("Wim Witness", Role.DECISION_MAKER),
        "who appoints": people.manager,
        "gone": make.person("Lee Leaver", Role.DECISION_MAKER, last_working_day=date(2027, 3, 2)),
    }
    people.subject.line_manager_id = head.id
    chosen = candidates[decision_maker_is]
    if decision_maker_is == "a witness":
        add_party(case.matter, chosen, Capacity.WITNESS, at=START)
    if decision_maker_is in ("the investigator", "the owner"):
        make.keep(*_in_the_pool(chosen))
    with pytest.raises(InvalidInput) as error:
        appoint_decision_maker(case, decision_maker=chosen, by=people.manager, at=START)
    assert error.value.field == "decision_maker"
    assert case.decision_maker is None
    return error.value.sentence


def _in_the_pool(person: Person) -> list[Person]:
    from app.people.models import RoleAssignment

    person.roles.append(RoleAssignment(role=Role.DECISION_MAKER, since=date(2020, 1, 6)))
    return [person]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("not in the pool", "is not one of the people who may decide cases"),
        ("the investigator", "is or was the investigator in this matter"),
        ("the owner", "is or was the case owner in this matter"),
        ("the line manager", "is the line manager of the person concerned"),
        ("below the subject", "reports to the person concerned"),
        ("a witness", "is the subject, the reporter, a witness or a companion"),
        ("who appoints", "You cannot appoint yourself"),
        ("gone", "no longer works here"),
    ],
)
def test_who_cannot_decide(make: Factory, who: str, why: str) -> None:
    """Every conflict rule is named to HR, and nobody is appointed."""
    assert why in refused(make, who)


def test_the_decision_maker_reads_the_case_from_the_appointment_on(make: Factory) -> None:
    """Before it they know nothing of it."""
    people = people_for(make)
    case = accepted_case(make, people)
    assert not case.can_be_read_by(people.decision_maker)
    with_decision_maker(case, people)
    assert case.can_be_read_by(people.decision_maker)
    messages = db.session.query(OutboxMessage).filter_by(to_person_id=people.decision_maker.id).all()
    assert [message.occasion for message in messages] == ["case:to-decide"]


def test_the_investigator_never_decides(make: Factory) -> None:
    """403, whatever else they are (Acas Code paragraph 6)."""
    people = people_for(make)
    case = with_decision_maker(accepted_case(make, people), people)
    with pytest.raises(NotAllowed, match="investigated"):
        decide_case_to_answer(
            case, decision=CaseToAnswer.NO_CASE, reasons={}, equality="", by=people.investigator, at=START
        )


@pytest.mark.parametrize(
    ("decision", "answers", "sentence", "field"),
    [
        (CaseToAnswer.CASE_TO_ANSWER, [], "Enter your reasons for allegation 1, allegation 2", "reasons"),
        (CaseToAnswer.CASE_TO_ANSWER, [(True, WORDS)], "Enter your reasons for allegation 2", "reasons"),
        (CaseToAnswer.NO_CASE, [(False, WORDS), (False, "  ")], "Enter your reasons for allegation 2", "reasons"),
        (CaseToAnswer.CASE_TO_ANSWER, [(False, WORDS), (False, WORDS)], "at least one allegation", "decision"),
        (CaseToAnswer.NO_CASE, [(False, WORDS), (True, WORDS)], "there is one on allegation 2", "decision"),
    ],
)
def test_reasons_for_each_allegation(
    make: Factory, decision: CaseToAnswer, answers: list[tuple[bool, str]], sentence: str, field: str
) -> None:
    """No reasons, or reasons that contradict the decision, are refused and nothing is decided."""
    people = people_for(make)
    case = with_decision_maker(accepted_case(make, people, PRIVATE, PRIVATE), people)
    reasons = {a.id: answer for a, answer in zip(case.allegations, answers, strict=False)}
    with pytest.raises(InvalidInput, match=sentence) as error:
        decide_case_to_answer(
            case, decision=decision, reasons=reasons, equality="", by=people.decision_maker, at=START
        )
    assert error.value.field == field
    assert case.status is CaseStatus.ACCEPTED
    assert records.decision(case) is None


def test_reasons_about_something_else(make: Factory) -> None:
    """An allegation of another case is not taken."""
    people = people_for(make)
    case = with_decision_maker(accepted_case(make, people), people)
    with pytest.raises(InvalidInput, match="only for the allegations of this case"):
        decide_case_to_answer(
            case, decision=CaseToAnswer.NO_CASE, reasons={make.id(): (False, WORDS)}, equality="",
            by=people.decision_maker, at=START,
        )  # fmt: skip


@pytest.mark.parametrize(("category", "needed"), [(DISREPUTE, True), (PRIVATE, False)])
def test_the_equality_check_where_the_category_asks_for_it(make: Factory, category: str, needed: bool) -> None:
    """Higgs v Farmor's School: a response to what somebody said in private must be weighed."""
    people = people_for(make)
    case = with_decision_maker(accepted_case(make, people, category), people)
    reasons = {a.id: (True, WORDS) for a in case.allegations}
    values = {"decision": CaseToAnswer.CASE_TO_ANSWER, "reasons": reasons, "by": people.decision_maker, "at": START}
    if needed:
        with pytest.raises(InvalidInput, match="equality and human rights") as error:
            decide_case_to_answer(case, equality=" ", **values)
        assert error.value.field == "equality"
    else:
        decide_case_to_answer(case, equality=" ", **values)
    assert case.status is (CaseStatus.ACCEPTED if needed else CaseStatus.HEARING_SET_UP)


@pytest.mark.parametrize("decision", [CaseToAnswer.INFORMAL, CaseToAnswer.CASE_TO_ANSWER])
def test_nothing_is_decided_against_somebody_who_was_never_told(make: Factory, decision: CaseToAnswer) -> None:
    """They are told first, also this late, and are asked for their side (Acas Code paragraphs 4 and 9)."""
    people = people_for(make)
    case = accepted_case(make, people, told=False)
    with pytest.raises(InvalidInput, match="has not been told of this case yet") as error:
        with_decision(case, people, decision)
    assert error.value.field == "decision"
    assert case.can_tell_subject(people.owner)
    assert case.status is CaseStatus.ACCEPTED


@pytest.mark.parametrize("told", [True, False])
def test_no_case(make: Factory, told: bool) -> None:
    """The case closes. Whoever was told gets a letter with reasons; whoever never knew learns nothing."""
    people = people_for(make)
    case = with_decision(accepted_case(make, people, told=told), people, CaseToAnswer.NO_CASE)
    assert case.status is CaseStatus.CLOSED
    assert case.closed_at == case.decided_without_hearing_at == START + timedelta(hours=1)
    assert case.step_due_on is None
    letters = records.letters(case)
    assert [letter.kind for letter in letters] == ([LetterKind.NO_CASE] if told else [])
    to_subject = db.session.query(OutboxMessage).filter_by(to_person_id=people.subject.id).count()
    assert to_subject == (1 if told else 0)
    assert (case.told_subject_at is not None) is told
    assert case.report.closed_at == START + timedelta(hours=1)


def test_case_to_answer_sets_a_day(make: Factory) -> None:
    """The notice is due within five working days: 3 March 2027 and five are 10 March."""
    people = people_for(make)
    case = with_decision(accepted_case(make, people), people)
    assert case.status is CaseStatus.HEARING_SET_UP
    assert case.step_due_on == date(2027, 3, 10)


def informal(make: Factory) -> tuple:
    """A case that is settled informally."""
    people = people_for(make)
    return with_decision(accepted_case(make, people), people, CaseToAnswer.INFORMAL), people


@pytest.mark.parametrize(
    ("values", "sentence", "field"),
    [
        ({"months": 6}, "is not a warning and has no length", "months"),
        ({"note": "  "}, "Enter what was agreed", "note"),
        ({"review_on": date(2027, 3, 3)}, "must be in the future", "review_on"),
        ({"review_on": date(9999, 1, 1)}, "within 24 months", "review_on"),
    ],
)
def test_an_informal_note_is_no_warning(make: Factory, values: dict, sentence: str, field: str) -> None:
    """It has no length; it has words and a day to look at it again."""
    case, people = informal(make)
    with pytest.raises(InvalidInput, match=sentence) as error:
        complete_informal(
            case, **{"note": "To ask before posting.", "review_on": date(2027, 4, 1), **values}, by=people.owner, at=START
        )
    assert error.value.field == field
    assert case.status is CaseStatus.INFORMAL


def test_completing_informally(make: Factory) -> None:
    """The note is kept and sent, with the day; the case and its report are closed."""
    case, people = informal(make)
    complete_informal(case, note="To ask before posting.", review_on=date(2027, 4, 1), by=people.owner, at=START)
    db.session.commit()
    assert case.status is CaseStatus.CLOSED
    assert (case.informal_note, case.informal_review_on) == ("To ask before posting.", date(2027, 4, 1))
    words = [letter.words for letter in db.session.query(Letter).filter_by(case_id=case.id)]
    assert any("To ask before posting." in one and "Thursday 1 April 2027" in one for one in words)
    assert all("not a warning" in one for one in words)
