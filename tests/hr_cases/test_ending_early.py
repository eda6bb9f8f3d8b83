"""A case of safeguarding, or of somebody who left, does not end early without a referral decided and a finding."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from app.breach_reports.models import Route, TriageDecision
from app.core import clock
from app.core.db import commit, db
from app.core.errors import InvalidInput
from app.hr_cases.documents import case_report
from app.hr_cases.models import (
    REFERRAL,
    Basis,
    Case,
    CaseStatus,
    CaseToAnswer,
    ClosingAnswer,
    Finding,
    InvestigationFinding,
)
from app.hr_cases.operations import EarlyEnd, asks_why_no_finding, complete_informal, decide_case_to_answer
from app.hr_cases.queries import records
from app.matters.models import Capacity
from tests.factories import Factory
from tests.hr_cases.stages import LATER, START, People, accepted_case, people_for, with_decision_maker
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
NO_CASE, INFORMAL, TO_ANSWER = CaseToAnswer.NO_CASE, CaseToAnswer.INFORMAL, CaseToAnswer.CASE_TO_ANSWER
DONE, LEFT_OUT = ClosingAnswer.DONE, ClosingAnswer.NOT_APPLICABLE
WHY, DECIDED = "The account was deleted.", "The safeguarding lead: no referral, since nobody was harmed."
ANSWER = f"answer_{REFERRAL}"


def a_case(make: Factory, *, safeguarding: bool = False, left: bool = False, finding: Finding) -> tuple[Case, People]:
    """An accepted case with one finding, whose lead was asked or whose person has left."""
    people = people_for(make)
    case = with_decision_maker(accepted_case(make, people), people)
    report = records.accepted_report(case)
    assert report
    make.keep(
        InvestigationFinding(
            report=report, report_id=report.id, allegation=case.allegations[0], allegation_id=case.allegations[0].id,
            finding=finding, basis=Basis.CONTESTED, reasons="Nobody saw it.",
        )
    )  # fmt: skip
    if safeguarding:
        lead = make.person("Sal Lead")
        make.keep(
            TriageDecision(
                report=case.report, report_id=case.report_id, route=Route.SAFEGUARDING, decided_by_id=people.owner.id,
                decided_at=START, second_by_id=lead.id, second_at=START, second_agreed=True,
                reasons="A child may be concerned.",
            )
        )  # fmt: skip
    if left:
        people.subject.last_working_day = START.date() - timedelta(days=1)
    commit()
    db.session.refresh(report)
    db.session.refresh(case.report)
    return case, people


def decide(case: Case, people: People, decision: CaseToAnswer, said: EarlyEnd) -> None:
    """The decision on the report."""
    reasons = {one.id: (decision is TO_ANSWER, "As the report says.") for one in case.allegations}
    decide_case_to_answer(
        case, decision=decision, reasons=reasons, equality="", early_end=said, by=people.decision_maker, at=LATER,
    )  # fmt: skip
    commit()


@pytest.mark.parametrize(
    ("safeguarding", "left", "finding", "referral", "no_finding"),
    [
        (False, False, Finding.UNABLE, False, False),
        (True, False, Finding.UNABLE, True, True),
        (False, True, Finding.UNABLE, True, True),
        (True, True, Finding.UNABLE, True, True),
        (True, False, Finding.ESTABLISHED, True, False),
        (False, True, Finding.NOT_ESTABLISHED, True, False),
    ],
)
def test_which_case_may_not_just_end(
    make: Factory, safeguarding: bool, left: bool, finding: Finding, referral: bool, no_finding: bool
) -> None:
    """Where the lead was asked or the person has left; and why no finding is asked only where the report has none."""
    case, _people = a_case(make, safeguarding=safeguarding, left=left, finding=finding)
    assert case.asks_for_referral(clock.local_day(LATER)) is referral
    assert asks_why_no_finding(case, clock.local_day(LATER)) is no_finding


def test_the_last_working_day_is_a_day_here(make: Factory) -> None:
    """Until it has passed they have not left."""
    case, people = a_case(make, finding=Finding.UNABLE)
    people.subject.last_working_day = date(2027, 3, 3)
    assert not case.asks_for_referral(date(2027, 3, 3))
    assert case.asks_for_referral(date(2027, 3, 4))


@pytest.mark.parametrize(
    ("values", "said", "field"),
    [
        ({"safeguarding": True}, EarlyEnd(), "no_finding"),
        ({"safeguarding": True}, EarlyEnd(no_finding=WHY), ANSWER),
        ({"safeguarding": True}, EarlyEnd(DONE, " ", WHY), REFERRAL),
        ({"safeguarding": True}, EarlyEnd(LEFT_OUT, "Not needed.", WHY), REFERRAL),
        ({"safeguarding": True}, EarlyEnd(DONE, DECIDED), "no_finding"),
        ({"safeguarding": True}, EarlyEnd(DONE, DECIDED, WHY), None),
        ({"left": True}, EarlyEnd(), "no_finding"),
        ({"left": True}, EarlyEnd(LEFT_OUT, "", WHY), REFERRAL),
        ({"left": True}, EarlyEnd(LEFT_OUT, "No work with children or adults at risk.", WHY), None),
        ({}, EarlyEnd(), None),
    ],
)
def test_no_case_does_not_bypass_the_closing_list(
    make: Factory, values: dict[str, Any], said: EarlyEnd, field: str | None
) -> None:
    """422 at the field, and the case stays where it is; answered, it closes, with the answer where the list keeps it."""
    case, people = a_case(make, finding=Finding.UNABLE, **values)
    if field is not None:
        with pytest.raises(InvalidInput) as error:
            decide(case, people, NO_CASE, said)
        db.session.rollback()
        assert error.value.field == field
        assert case.status is CaseStatus.ACCEPTED
        assert (records.decision(case), records.closing_items(case)) == (None, [])
        return
    decide(case, people, NO_CASE, said)
    assert case.status is CaseStatus.CLOSED
    kept = [(item.code, item.answer, item.note) for item in records.closing_items(case)]
    assert kept == ([(REFERRAL, said.answer, said.note)] if values else [])
    decision = records.decision(case)
    assert decision
    assert decision.no_finding == said.no_finding


def test_settling_it_informally_does_not_bypass_it_either(make: Factory) -> None:
    """Why no finding is said with the decision; the referral when the owner closes the case."""
    case, people = a_case(make, safeguarding=True, finding=Finding.UNABLE)
    with pytest.raises(InvalidInput, match="Enter why no finding can be reached"):
        decide(case, people, INFORMAL, EarlyEnd())
    db.session.rollback()
    decide(case, people, INFORMAL, EarlyEnd(no_finding=WHY))
    agreed: dict[str, Any] = {"note": "To ask first.", "review_on": date(2027, 4, 1), "by": people.owner, "at": LATER}
    with pytest.raises(InvalidInput, match="Disclosure and Barring Service") as error:
        complete_informal(case, **agreed)
    db.session.rollback()
    assert error.value.field == ANSWER
    assert case.status is CaseStatus.INFORMAL
    complete_informal(case, **agreed, early_end=EarlyEnd(DONE, DECIDED))
    commit()
    assert case.status is CaseStatus.CLOSED
    assert [item.code for item in records.closing_items(case)] == [REFERRAL]


def test_a_case_to_answer_goes_on_to_the_closing_list(make: Factory) -> None:
    """Nothing is asked before: the list asks at its end."""
    case, people = a_case(make, safeguarding=True, left=True, finding=Finding.UNABLE)
    decide(case, people, TO_ANSWER, EarlyEnd())
    assert case.status is CaseStatus.HEARING_SET_UP
    assert records.closing_items(case) == []


def test_forms_ask_case_and_report_say_it(make: Factory, client_of: ClientOf) -> None:
    """The decision maker is asked both, 422 at each; the owner reads it on the case, and the report has it."""
    case, people = a_case(make, safeguarding=True, left=True, finding=Finding.UNABLE)
    path = f"/hr-cases/{case.reference}/decide-case-to-answer"
    typed = {"answer_1": "no", "reasons_1": "Nobody saw it.", "decision": "no_case", "equality": ""}
    with clock.set_to(LATER):
        browser = client_of(people.decision_maker)
        assert "Why can no finding be reached?" in browser.get(path).text
        assert browser.post(path, typed, status=422).errors == ["Enter why no finding can be reached"]
        page = browser.post(path, {**typed, "no_finding": WHY}, status=422)
        assert "the case cannot end before" in page.errors[0]
        assert page.field("no_finding") == WHY
        browser.post(path, {**typed, "no_finding": WHY, ANSWER: "done", REFERRAL: DECIDED})
        assert case.status is CaseStatus.CLOSED
        assert f"Why no finding can be reached: {WHY}" in client_of(people.owner).get(f"/hr-cases/{case.reference}").text
    after = case_report(case, at=LATER, reader=people.owner).afterwards
    assert after
    assert after.closing
    assert after.decision.no_finding == WHY
    assert [note for _words, _answer, note in after.closing.items] == [DECIDED]


def test_the_owner_is_asked_when_it_was_settled_informally(make: Factory, client_of: ClientOf) -> None:
    """And nobody is asked where the person still works here and the lead had nothing to do with it."""
    asked, other = (a_case(make, left=left, finding=Finding.ESTABLISHED) for left in (True, False))
    typed = {"note": "To ask first.", "review_on": ["1", "6", "2027"]}
    with clock.set_to(LATER):
        for (case, people), asks in ((asked, True), (other, False)):
            decide(case, people, INFORMAL, EarlyEnd())
            path = f"/hr-cases/{case.reference}/complete-informal"
            browser = client_of(people.owner)
            assert ("Disclosure and Barring Service" in browser.get(path).text) is asks
            if asks:
                browser.post(path, typed, status=422)
            browser.post(path, {**typed, **({ANSWER: "not_applicable", REFERRAL: "No such work."} if asks else {})})
            assert case.status is CaseStatus.CLOSED
            assert case.matter.people_as(Capacity.SUBJECT) == [people.subject]
