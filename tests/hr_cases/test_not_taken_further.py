"""What becomes of an allegation on which there is no case to answer: told in writing, and said alike to everybody."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from app.core import clock
from app.core.db import commit
from app.hr_cases.documents import case_report
from app.hr_cases.documents.gathering_afterwards import NOT_HEARD
from app.hr_cases.models import (
    AllegationStanding,
    Case,
    CaseStatus,
    CaseToAnswer,
    LetterKind,
    Proof,
    Standing,
    is_told_of_decision,
    standings_of,
)
from app.hr_cases.operations import allegations_to_answer, decide_case_to_answer, postpone_hearing
from app.hr_cases.queries import records
from tests.factories import Factory
from tests.hr_cases.stages import (
    LATER,
    PRIVATE,
    People,
    accepted_case,
    decided,
    heard,
    notified,
    people_for,
    with_decision_maker,
)
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
WHY = "the profile was an oversight"
HEADING = "What is not taken further"
NO_CASE = "No case to answer, and not taken further, decided on 3 March 2027"


def dropped_one(make: Factory, decision: CaseToAnswer = CaseToAnswer.CASE_TO_ANSWER) -> tuple[Case, People]:
    """A case with two allegations, of which the second is not taken further."""
    people = people_for(make)
    case = with_decision_maker(accepted_case(make, people, PRIVATE, PRIVATE), people)
    first, second = case.allegations
    decide_case_to_answer(
        case, decision=decision, reasons={first.id: (True, "It can be read."), second.id: (False, WHY)}, equality="",
        by=people.decision_maker, at=LATER,
    )  # fmt: skip
    commit()
    return case, people


def one_proved(case: Case) -> dict[Any, tuple[Proof, str]]:
    """What is found on the one allegation that was heard."""
    return {one.id: (Proof.PROVED, "It can be read.") for one in allegations_to_answer(case)}


def last_letter(case: Case) -> str:
    """The words of the newest letter."""
    return records.letters(case)[-1].words


def part(words: str, heading: str) -> str:
    """One part of a letter, up to the next line that is a heading of the letters after it."""
    after = words.split(f"\n\n{heading}\n", 1)[1]
    return after.split("\n\nWhen\n")[0].split("\n\nWhat was decided\n")[0].split("\n\nWhat happens next\n")[0]


def test_every_letter_after_the_decision_says_what_is_not_taken_further_and_why(make: Factory) -> None:
    """The notice, the notice after a postponement, and the outcome: the allegation, that it is over, and the reasons."""
    case, people = dropped_one(make)
    notice = notified(case, people)
    postpone_hearing(notice, reason="The room is flooded.", by=people.owner, at=LATER)
    commit()
    notified(case, people)
    decided(case, people, at=heard(case, people), findings=one_proved(case))
    telling = (LetterKind.HEARING, LetterKind.OUTCOME)
    letters = [letter.words for letter in records.letters(case) if letter.kind in telling]
    assert len(letters) == 3
    for words in letters:
        said = part(words, HEADING)
        assert "no case for you to answer" in said
        assert "Allegation 2: That post number 2" in said
        assert "The profile was an oversight." in said
        assert "Allegation 1" not in said
        assert words.count("Allegation 2") == 1


def test_a_letter_has_no_such_part_where_everything_is_taken_further(make: Factory) -> None:
    """No empty heading."""
    people = people_for(make)
    case = accepted_case(make, people)
    notified(case, people)
    decided(case, people, at=heard(case, people))
    assert all(HEADING not in letter.words for letter in records.letters(case))


def test_the_informal_letter_keeps_apart_what_is_not_taken_further(make: Factory) -> None:
    """What is talked about, and what is over; all reasons together where nothing is to answer."""
    case, _people = dropped_one(make, CaseToAnswer.INFORMAL)
    words = last_letter(case)
    assert "Allegation 2" in part(words, HEADING)
    assert "Allegation 2" not in words.split(HEADING)[0]


@pytest.mark.parametrize(
    ("decision", "told", "has_notice", "answer"),
    [
        (None, True, False, False),
        (CaseToAnswer.NO_CASE, True, False, True),
        (CaseToAnswer.NO_CASE, False, False, False),
        (CaseToAnswer.INFORMAL, True, False, True),
        (CaseToAnswer.CASE_TO_ANSWER, True, False, False),
        (CaseToAnswer.CASE_TO_ANSWER, True, True, True),
    ],
)
def test_from_when_on_they_have_been_told(
    make: Factory, decision: CaseToAnswer | None, told: bool, has_notice: bool, answer: bool
) -> None:
    """With the letter of the decision, or with the notice of the hearing where there is one to come."""
    people = people_for(make)
    case = accepted_case(make, people, told=told)
    notice = None
    if decision is not None:
        with_decision_maker(case, people)
        to_answer = decision is not CaseToAnswer.NO_CASE
        decide_case_to_answer(
            case, decision=decision, reasons={one.id: (to_answer, WHY) for one in case.allegations}, equality="",
            by=people.decision_maker, at=LATER,
        )  # fmt: skip
        commit()
    if has_notice:
        notice = notified(case, people)
    assert is_told_of_decision(records.decision(case), notice) is answer


def where(case: Case) -> list[AllegationStanding]:
    """Where the allegations stand, in their order."""
    standings = standings_of(case, records.decision(case), records.outcome(case))
    return [standings[one.id] for one in case.allegations]


@pytest.mark.parametrize("proof", list(Proof))
def test_where_each_allegation_stands(make: Factory, proof: Proof) -> None:
    """To be heard, heard, found; and what was not taken further stays so from the decision on."""
    people = people_for(make)
    assert standings_of(accepted_case(make, people), None, None) == {}
    case, people = dropped_one(make)
    over = AllegationStanding(Standing.NO_CASE, LATER)
    assert where(case) == [AllegationStanding(Standing.TO_BE_HEARD), over]
    notified(case, people)
    assert where(case) == [AllegationStanding(Standing.TO_BE_HEARD), over]
    at = heard(case, people)
    assert where(case) == [AllegationStanding(Standing.HEARD), over]
    findings = {one.id: (proof, "It can be read.") for one in allegations_to_answer(case)}
    none = {"kind": "no_action", "months": None} if proof is Proof.NOT_PROVED else {}
    decided(case, people, at=at, findings=findings, **none)
    assert where(case) == [AllegationStanding(Standing(proof.value), at), over]
    assert where(dropped_one(make, CaseToAnswer.INFORMAL)[0]) == [AllegationStanding(Standing.INFORMAL, LATER), over]


def _page(client_of: ClientOf, case: Case, people: People, at: datetime) -> str:
    with clock.set_to(at):
        text: str = client_of(people.subject).get(f"/hr-cases/about-me/{case.reference}").text
        return text


def test_their_own_page_says_it_as_soon_as_they_are_told_and_not_before(make: Factory, client_of: ClientOf) -> None:
    """Under each allegation: to be answered at the hearing, no case to answer, and then what was found."""
    case, people = dropped_one(make)
    before = _page(client_of, case, people, LATER)
    assert "No case to answer" not in before
    assert "To be answered at the hearing" not in before
    notified(case, people)
    told = _page(client_of, case, people, LATER)
    assert told.index("post number 1") < told.index("To be answered at the hearing") < told.index("post number 2")
    assert told.index("post number 2") < told.index(NO_CASE)
    at = heard(case, people)
    assert "Heard, and not decided yet" in _page(client_of, case, people, at)
    decided(case, people, at=at, findings=one_proved(case))
    after = _page(client_of, case, people, at)
    assert "Found proved at the hearing, decided on" in after
    assert NO_CASE in after


def test_officers_read_the_same_of_each_allegation(make: Factory, client_of: ClientOf) -> None:
    """Once it is decided; the investigator, who handed over before, reads nothing of it."""
    case, people = dropped_one(make)
    with clock.set_to(LATER):
        for person in (people.owner, people.manager, people.decision_maker):
            assert NO_CASE in client_of(person).get(f"/hr-cases/{case.reference}").text
        assert "No case to answer" not in client_of(people.investigator).get(f"/hr-cases/{case.reference}").text


def test_the_case_report_lists_it_beside_what_was_found(make: Factory) -> None:
    """With the findings of the hearing, so that no allegation is left without an end."""
    case, people = dropped_one(make)
    decided(case, people, at=heard(case, people), findings=one_proved(case))
    afterwards = case_report(case, at=LATER, reader=people.owner).afterwards
    assert afterwards
    assert afterwards.outcome
    outcome = afterwards.outcome
    assert [(one.allegation, one.result) for one in outcome.findings] == [(1, "Proved"), (2, "No case to answer")]
    assert outcome.findings[1].reasons == NOT_HEARD
    assert case.status is CaseStatus.DECIDED


GUESS = "they said that Carys, Rita or Aled did it"
MASKED = "They said that Carys, [the reporter] or Aled did it."
UNMASKED = "They said that Carys, Rita or Aled did it."


def test_a_guess_that_the_reasons_repeat_reads_alike_wherever_they_stand(make: Factory, client_of: ClientOf) -> None:
    """To whoever wrote it as they wrote it, in HR's notice too; to the person concerned masked; what HR alleged, too."""
    case, people = dropped_one(make)
    decision = records.decision(case)
    assert decision
    next(reason for reason in decision.reasons if not reason.to_answer).words = GUESS
    case.allegations[1].wording = "that Sam called Rita a liar"
    commit()
    notified(case, people)
    at = heard(case, people)
    decided(case, people, at=at, findings=one_proved(case))
    letters = [letter.id for letter in records.letters(case)]
    assert len(letters) == 2
    with clock.set_to(at):
        for letter in letters:
            theirs = client_of(people.subject).get(f"/hr-cases/about-me/{case.reference}/letters/{letter}").text
            assert MASKED in theirs
            assert "Rita" not in theirs
            own = client_of(people.decision_maker).get(f"/hr-cases/{case.reference}/letters/{letter}").text
            assert UNMASKED in own
            assert "called [the reporter] a liar" in own
            assert UNMASKED in client_of(people.owner).get(f"/hr-cases/{case.reference}/letters/{letter}").text
