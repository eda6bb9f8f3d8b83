"""Every letter: what it must say, that it has no hole, and that it cannot be issued with an empty part."""

import hashlib
import re
from dataclasses import replace

import pytest

from app.core.db import commit, db
from app.core.errors import InvalidInput
from app.hr_cases.models import AppealResult, Case, CaseStatus, CaseToAnswer, CompanionKind, Letter, LetterKind
from app.hr_cases.operations import (
    LetterWords,
    complete_informal,
    investigation_letter,
    judge_late_appeal,
    postpone_hearing,
)
from app.hr_cases.operations.letter_parts import COMPANION_WORDS
from app.hr_cases.operations.letters import issue_letter
from app.hr_cases.queries import records
from tests.factories import Factory
from tests.hr_cases.acts_after_acceptance import ACTS, appeal_in
from tests.hr_cases.at_stage import world_at
from tests.hr_cases.stages import (
    START,
    People,
    accepted_case,
    final_by_appeal,
    notified,
    people_for,
    with_decision,
)
from tests.hr_cases.test_leaving import CLOSE, decided_in, leaves
from tests.hr_cases.test_replacing import STAGE_OF, replaced

WORDS = LetterWords(
    what_happens_next="Ivy Investigator will ask you to a meeting within ten working days.",
    contact="Olive Owner, olive@demo.example",
    support="The staff support line is there for you at any hour.",
    companion="A colleague or a union representative may come with you.",
    confidentiality="You may talk to your companion, your union and your family. Please tell nobody else.",
)
HOLES = re.compile(r"[{}\[\]<>]|%s|None\b|\bnull\b|  +|\n\n\n|Capacity\.|datetime|\bTODO\b|\.\.|[a-z]+_[a-z]+")


def every_letter(make: Factory) -> list[str]:
    """One letter of each sort, all issued by acts."""
    people = people_for(make)
    for decision in (CaseToAnswer.NO_CASE, CaseToAnswer.INFORMAL):
        case = with_decision(accepted_case(make, people), people, decision)
    complete_informal(case, note="To ask first.", review_on=START.date().replace(month=6), by=people.owner, at=START)
    case = accepted_case(make, people)
    issue_letter(
        case, kind=LetterKind.INVESTIGATION, words=investigation_letter(case, WORDS, by=people.owner, at=START),
        by=people.owner, at=START,
    )  # fmt: skip
    postpone_hearing(notified(case, people), reason="The room is flooded.", by=people.owner, at=START)
    commit()
    final_by_appeal(case, people)
    for accepted in (True, False):
        late = accepted_case(make, people)
        ACTS["judge_late_appeal"].prepare(late, people)
        appeal = appeal_in(late)
        judge_late_appeal(appeal, accepted=accepted, reasons="See above.", by=people.owner, at=appeal.received_at)
        commit()
    in_part = {"result": AppealResult.ALLOWED_IN_PART, "kind": "first_written_warning", "months": 3}
    for values in ({"result": AppealResult.ALLOWED}, in_part):
        final_by_appeal(accepted_case(make, people), people, **values)
    for capacity, stage in STAGE_OF.items():
        replaced(world_at(make, stage), capacity)
    left = world_at(make, CaseStatus.INVESTIGATING)
    leaves(left)
    decided_in(left, CLOSE)
    return [letter.words for letter in db.session.query(Letter)]


def test_no_letter_has_a_hole(make: Factory) -> None:
    """No placeholder, no code word, no empty heading; each has a greeting, a reference, somebody to ask, a signature."""
    letters = every_letter(make)
    kinds = {kind for (kind,) in db.session.query(Letter.kind)}
    assert kinds == set(LetterKind)
    for words in letters:
        assert not HOLES.search(words), (HOLES.search(words), words)
        assert "Dear Sam Subject," in words
        assert "Northmere Council" in words
        assert re.search(r"Reference [A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", words)
        assert "Whom you can ask\n" in words
        assert "Yours sincerely," in words
        assert len(max(words.split("\n"), key=len)) < 700
        for paragraph in words.strip().split("\n\n"):
            assert paragraph.strip()


@pytest.mark.parametrize("part", list(vars(WORDS)))
def test_the_first_letter_has_every_part(make: Factory, part: str) -> None:
    """An empty part is refused at its field."""
    people = people_for(make)
    case = accepted_case(make, people)
    with pytest.raises(InvalidInput, match="Enter ") as error:
        investigation_letter(case, replace(WORDS, **{part: " \n"}), by=people.owner, at=START)
    assert error.value.field == part
    assert getattr(WORDS, part) in investigation_letter(case, WORDS, by=people.owner, at=START)


def letter_of_hearing(case: Case, people: People, **values: bool) -> str:
    """The notice as it was issued."""
    notified(case, people, **values)
    return records.letters(case)[-1].words


def test_the_notice_says_all_that_the_acas_code_asks_for(make: Factory) -> None:
    """Paragraphs 9 and 10: allegations, possible outcomes, evidence, date, time, place, companion."""
    people = people_for(make)
    case = accepted_case(make, people)
    words = letter_of_hearing(case, people)
    for part in (
        "Allegation 1: That post number 1 told what was said in a closed meeting.",
        "paragraph 8.1(b)(1)",
        "Wednesday 10 March 2027 at 2:05pm",
        "Room 4, Council offices",
        "a final written warning",
        "the investigation report",
        "by the end of Monday 8 March 2027",
        "You have a right to bring",
        "Dan Decider",
        "Olive Owner",
        "Nothing has been proved",
    ):
        assert part in words
    assert "dismiss" not in words.replace("action short of dismissal", "")
    for kind, companion in COMPANION_WORDS.items():
        assert (companion in words) is (kind is not CompanionKind.OTHER)


def test_the_notice_of_a_possible_dismissal_says_so(make: Factory) -> None:
    """Nobody learns of it only afterwards."""
    people = people_for(make)
    case = accepted_case(make, people)
    words = letter_of_hearing(case, people, dismissal_possible=True)
    assert "One of the possible outcomes is that you are dismissed." in words
    assert "dismissal with notice" in words


def test_a_letter_is_kept_as_it_was_and_tells(make: Factory) -> None:
    """Its fingerprint is of its words. A letter alone does not make somebody told: that is an act of its own."""
    people = people_for(make)
    case = accepted_case(make, people, told=False)
    letter = issue_letter(case, kind=LetterKind.HEARING, words="Dear Sam", by=people.owner, at=START)
    commit()
    assert letter.fingerprint == hashlib.sha256(b"Dear Sam").hexdigest()
    assert letter.words == "Dear Sam"
    assert b"Dear" not in letter.words_sealed
    assert case.told_subject_at is None


def test_no_letter_without_words(make: Factory) -> None:
    """422."""
    people = people_for(make)
    case = accepted_case(make, people)
    with pytest.raises(InvalidInput):
        issue_letter(case, kind=LetterKind.HEARING, words=" ", by=people.owner, at=START)
