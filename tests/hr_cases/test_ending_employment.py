"""The day on which employment ends by a dismissal and the notice: in the act, the forms, the letter, pages and the PDF."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from app.core import clock
from app.core.db import commit
from app.core.errors import InvalidInput
from app.hr_cases.documents import case_report, render_case_report
from app.hr_cases.models import AppealResult, StandingOutcome
from app.hr_cases.operations import decide_appeal, decide_outcome
from app.hr_cases.operations.common import outcome_kind
from app.hr_cases.operations.ending_employment import checked_end
from app.hr_cases.queries import records
from tests.documents.reading import flat, page_texts
from tests.factories import Factory
from tests.hr_cases.stages import (
    OUTCOME,
    accepted_case,
    appealed,
    decided,
    found,
    heard,
    people_for,
    with_appeal_officer,
)
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
DECIDED = date(2027, 3, 17)
NOTICE = "8 weeks, to be worked"
WITH_NOTICE, SUMMARY, WARNING = "dismissal_with_notice", "summary_dismissal", "first_written_warning"


@pytest.mark.usefixtures("make")
@pytest.mark.parametrize(
    ("kind", "ends_on", "notice", "field"),
    [
        (WITH_NOTICE, DECIDED, NOTICE, None),
        (WITH_NOTICE, date(2028, 3, 17), NOTICE, None),
        (WITH_NOTICE, None, NOTICE, "ends_on"),
        (WITH_NOTICE, DECIDED - timedelta(days=1), NOTICE, "ends_on"),
        (WITH_NOTICE, date(2028, 3, 18), NOTICE, "ends_on"),
        (WITH_NOTICE, DECIDED, "  ", "notice"),
        (SUMMARY, None, "", None),
        (SUMMARY, DECIDED, "", None),
        (SUMMARY, DECIDED + timedelta(days=1), "", "ends_on"),
        (SUMMARY, None, NOTICE, "ends_on"),
        (WARNING, None, "", None),
        (WARNING, DECIDED, "", "ends_on"),
        (WARNING, None, NOTICE, "ends_on"),
    ],
)
def test_when_employment_ends_by_each_outcome(kind: str, ends_on: date | None, notice: str, field: str | None) -> None:
    """With notice: a day on or after the decision and the notice in words. Summary: the day itself. Else neither."""
    if field is not None:
        with pytest.raises(InvalidInput) as error:
            checked_end(outcome_kind(kind), ends_on, notice, decided_on=DECIDED)
        assert error.value.field == field
        return
    expected = {WITH_NOTICE: (ends_on, notice), SUMMARY: (DECIDED, ""), WARNING: (None, "")}
    assert checked_end(outcome_kind(kind), ends_on, notice, decided_on=DECIDED) == expected[kind]


def dismissal(kind: str) -> dict[str, Any]:
    """What is decided beside the day and the notice."""
    return {"kind": kind, "months": None, "reasons": "This is gross misconduct.", "change_required": ""}


def test_nothing_is_decided_without_the_day(make: Factory) -> None:
    """422 at its field, and the case is as it was."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = heard(case, people, dismissal_possible=True)
    with pytest.raises(InvalidInput, match="Enter the day on which employment ends") as error:
        decide_outcome(case, findings=found(case), by=people.decision_maker, at=at, **{**OUTCOME, **dismissal(WITH_NOTICE)})
    assert error.value.field == "ends_on"
    assert records.outcome(case) is None


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (WITH_NOTICE, ("Your employment ends on Friday 30 April 2027.", "Your notice: 8 weeks, to be worked.")),
        (SUMMARY, ("Your employment ends on Wednesday 17 March 2027.", "There is no notice.")),
    ],
)
def test_letter_pages_and_report_say_when_and_with_what_notice(
    make: Factory, client_of: ClientOf, kind: str, said: tuple[str, str]
) -> None:
    """The same day everywhere; only the owner reads that it is to be recorded under Leavers, by an act of its own."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = heard(case, people, dismissal_possible=True)
    assert clock.local_day(at) == DECIDED
    end = {"ends_on": date(2027, 4, 30), "notice": NOTICE} if kind == WITH_NOTICE else {}
    decided(case, people, at=at, **dismissal(kind), **end)
    words = records.letters(case)[-1].words
    assert "\n\nWhen your employment ends\n" in words
    for part in said:
        assert part in words
    ends = said[0].removeprefix("Your employment ends on ")
    notice = "Notice: 8 weeks, to be worked" if end else "There is no notice."
    with clock.set_to(at):
        own = client_of(people.subject).get(f"/hr-cases/about-me/{case.reference}").text
        assert said[0] in own
        assert notice in own
        for person in (people.owner, people.manager, people.decision_maker):
            page = client_of(person).get(f"/hr-cases/{case.reference}").text
            assert f"Employment ends on {ends}" in page
            assert notice in page
            assert ("Record the day under Leavers" in page) is (person is people.owner)
    text = flat("".join(page_texts(render_case_report(case_report(case, at=at, reader=people.owner)))))
    assert flat("Employment ends 30 April 2027" if end else "Employment ends 17 March 2027") in text
    assert people.subject.last_working_day is None


def test_a_warning_says_nothing_of_an_end(make: Factory) -> None:
    """No heading, no day."""
    people = people_for(make)
    case = accepted_case(make, people)
    outcome = decided(case, people)
    assert (outcome.employment_ends_on, outcome.notice) == (None, "")
    assert "employment ends" not in records.letters(case)[-1].words


def test_after_an_appeal_the_day_of_what_stands_counts(make: Factory) -> None:
    """Dismissal with notice in place of summary dismissal has a day of its own; a warning in its place has none."""
    people = people_for(make)
    case = accepted_case(make, people)
    outcome = decided(case, people, at=heard(case, people, dismissal_possible=True), **dismissal(SUMMARY))
    appealed(case, people)
    appeal = with_appeal_officer(case, people)
    said = {"result": AppealResult.ALLOWED_IN_PART, "reasons": "Not gross.", "kind": WITH_NOTICE}
    at = appeal.received_at + timedelta(days=7)
    with pytest.raises(InvalidInput, match="Enter the day on which employment ends") as error:
        decide_appeal(appeal, by=people.appeal_officer, at=at, **said)
    assert error.value.field == "ends_on"
    decide_appeal(appeal, by=people.appeal_officer, at=at, ends_on=date(2027, 5, 12), notice=NOTICE, **said)
    commit()
    assert StandingOutcome.of(outcome, appeal).employment_ends_on == date(2027, 5, 12)
    assert "Your employment ends on Wednesday 12 May 2027. Your notice: 8 weeks" in records.letters(case)[-1].words
    report = case_report(case, at=at, reader=people.owner).afterwards
    assert report
    assert report.appeal
    assert "employment ends on 12 May 2027. 8 weeks, to be worked" in report.appeal.stands
    appeal.new_kind, appeal.new_employment_ends_on = "final_written_warning", None
    assert StandingOutcome.of(outcome, appeal).employment_ends_on is None


def test_the_form_asks_for_the_day_and_says_who_records_the_leaving(make: Factory, client_of: ClientOf) -> None:
    """422 at the two fields below the outcome; what was typed is in the letter that is shown first, and then issued."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = heard(case, people, dismissal_possible=True)
    path = f"/hr-cases/{case.reference}/decide-outcome"
    typed = {
        "proof_1": "proved", "finding_reasons_1": "It is there.", "kind": WITH_NOTICE, "reasons": "It was public.",
        "mitigation": "Ten years.", "change_required": "", "equality": "Weighed.",
    }  # fmt: skip
    day = {"ends_on_dismissal_with_notice": ["30", "4", "2027"], "notice_dismissal_with_notice": NOTICE}
    with clock.set_to(at):
        browser = client_of(people.decision_maker)
        page = browser.get(path).text
        assert "records it under “Leavers” as the last working day" in page
        assert "Employment ends on the day of the decision, without notice." in page
        refused = browser.post(path, typed, status=422)
        assert refused.errors == ["Enter the day on which employment ends", "Enter the notice period in words"]
        early = {**typed, **day, "ends_on_dismissal_with_notice": ["16", "3", "2027"]}
        assert "must be on or after 17 March 2027" in browser.post(path, early, status=422).errors[0]
        shown = browser.post(path, {**typed, **day, "preview": "y"}, status=200).text
        assert "Your employment ends on Friday 30 April 2027." in shown
        browser.post(path, {**typed, **day})
    outcome = records.outcome(case)
    assert outcome
    assert (outcome.employment_ends_on, outcome.notice) == (date(2027, 4, 30), NOTICE)
