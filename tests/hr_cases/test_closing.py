"""The closing list, item by item, and the closing."""

import pytest

from app.breach_reports.models import Route, TriageDecision
from app.core.db import commit
from app.core.errors import InvalidInput
from app.hr_cases.models import CLOSING_ITEMS, CaseStatus, ClosingAnswer
from app.hr_cases.operations import answer_closing_item, close_case, unanswered_items
from app.hr_cases.queries import records
from tests.factories import Factory
from tests.hr_cases.stages import START, accepted_case, answered, closed, final, people_for

CODES = [item.code for item in CLOSING_ITEMS]


def final_case(make: Factory) -> tuple:
    """A case whose outcome is final."""
    people = people_for(make)
    case = accepted_case(make, people)
    return case, people, final(case, people)


def test_the_list(make: Factory) -> None:
    """Six items, each with its source."""
    assert CODES == ["lessons", "access", "dbs_regulator", "takedowns", "reporter", "retention"]
    assert {item.code: item.source for item in CLOSING_ITEMS}["takedowns"] == "paragraph 11.2"
    assert all(item.source and item.words for item in CLOSING_ITEMS)


@pytest.mark.parametrize("left", CODES)
def test_every_item_is_needed(make: Factory, left: str) -> None:
    """One unanswered item, and the refusal names it."""
    case, people, at = final_case(make)
    answered(case, people, at, but=left)
    words = next(item.words for item in CLOSING_ITEMS if item.code == left)
    assert [item.code for item in unanswered_items(case)] == [left]
    with pytest.raises(InvalidInput) as error:
        close_case(case, by=people.owner, at=at)
    assert error.value.sentence == f"Answer first: {words}"
    assert case.status is CaseStatus.FINAL


def test_nothing_answered_lists_everything(make: Factory) -> None:
    """All six."""
    case, people, at = final_case(make)
    with pytest.raises(InvalidInput) as error:
        close_case(case, by=people.owner, at=at)
    assert all(item.words in error.value.sentence for item in CLOSING_ITEMS)


@pytest.mark.parametrize(
    ("code", "answer", "note", "sentence"),
    [
        ("tea", ClosingAnswer.DONE, "", "Select an item"),
        ("lessons", ClosingAnswer.DONE, " ", "Enter what was decided"),
        ("lessons", ClosingAnswer.NOT_APPLICABLE, "None.", "must be done in every case"),
        ("retention", ClosingAnswer.NOT_APPLICABLE, "None.", "must be done in every case"),
        ("dbs_regulator", ClosingAnswer.DONE, "", "Enter what was decided"),
        ("dbs_regulator", ClosingAnswer.NOT_APPLICABLE, "", "Enter why this does not apply"),
        ("takedowns", ClosingAnswer.NOT_APPLICABLE, "", "Enter why this does not apply"),
        ("reporter", ClosingAnswer.DONE, "Told that sam subject was spoken to.", "may learn only that it was dealt with"),
        ("reporter", ClosingAnswer.DONE, "They got a First Written Warning.", "may learn only that it was dealt with"),
        ("reporter", ClosingAnswer.DONE, "x" * 301, "at most 300 characters"),
    ],
)
def test_what_an_answer_needs(make: Factory, code: str, answer: ClosingAnswer, note: str, sentence: str) -> None:
    """422 with the sentence; what the reporter is told gives nothing away."""
    case, people, at = final_case(make)
    with pytest.raises(InvalidInput, match=sentence):
        answer_closing_item(case, code=code, answer=answer, note=note, by=people.owner, at=at)
    assert records.closing_items(case) == []


def test_after_safeguarding_the_referral_is_always_decided(make: Factory) -> None:
    """Where the safeguarding lead was asked, nobody may say that it does not apply."""
    case, people, at = final_case(make)
    make.keep(
        TriageDecision(
            report=case.report, report_id=case.report.id, route=Route.SAFEGUARDING, decided_by_id=people.manager.id,
            decided_at=START, second_by_id=people.stranger.id, second_at=START, second_agreed=True,
        )
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="safeguarding lead was asked"):
        answer_closing_item(
            case, code="dbs_regulator", answer=ClosingAnswer.NOT_APPLICABLE, note="No.", by=people.owner, at=at
        )


def test_an_answer_may_be_changed_until_the_end(make: Factory) -> None:
    """The last answer counts, and there is one for each item."""
    case, people, at = final_case(make)
    for note in ("First thought.", "Second thought."):
        answer_closing_item(case, code="lessons", answer=ClosingAnswer.DONE, note=note, by=people.owner, at=at)
        commit()
    assert [item.note for item in records.closing_items(case)] == ["Second thought."]
    assert case.lessons == "Second thought."


def test_closing(make: Factory) -> None:
    """Nothing is due any more, and the reporter's report is closed."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = closed(case, people)
    assert (case.status, case.closed_at, case.step_due_on) == (CaseStatus.CLOSED, at, None)
    assert case.report.closed_at == at
