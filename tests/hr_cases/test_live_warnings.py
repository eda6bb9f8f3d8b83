"""Live warnings where a sanction is decided: who sees which, what may be relied on, and where that is kept.

The journey. Sam has a first written warning of six months. In a second case, heard by somebody else, the decision maker
opens “Decide the outcome”: nothing is said of the warning. They find on the allegation and select “Show live warnings”: the
warning stands there with its last live day, the spent one does not, and that it was read is recorded. They cannot issue the
outcome without saying whether they rely on it. They do, and show the letter, which says so. Overnight the warning runs out,
and the next morning the outcome is refused with its last live day. Where it is still live the outcome is issued: letter,
audit log, PDF and the page of the case say what was relied on. An appeal that takes the warning away later is noted there,
and the owner of the second case is told.
"""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.audit import AuditEvent, ReadEvent
from app.core.db import commit, db
from app.core.errors import InvalidInput
from app.core.outbox import OutboxMessage
from app.documents.parts import KeyFacts, Table
from app.hr_cases import queries
from app.hr_cases.documents import case_report
from app.hr_cases.documents.rendering_afterwards import afterwards_parts
from app.hr_cases.models import Appeal, AppealResult, Case, EarlierWarning, Outcome, ReliedOnWarning
from app.hr_cases.operations import decide_appeal, decide_outcome
from app.hr_cases.operations.letter_parts import known
from app.hr_cases.operations.outcomes import OutcomeWords, preview_outcome
from app.hr_cases.queries import live_warnings
from app.matters.models import Capacity
from app.matters.operations import add_party
from app.people.models import Person, PersonKind, Role
from tests.factories import Factory
from tests.hr_cases.stages import (
    OUTCOME,
    People,
    accepted_case,
    appealed,
    decided,
    final_by_appeal,
    found,
    heard,
    people_for,
    with_appeal_officer,
)
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
GIVEN = date(2027, 3, 29)
LAST = date(2027, 9, 28)
NO_LETTERS: dict[str, Any] = {"kind": "training", "months": None, "change_required": ""}


def day_at(day: date) -> datetime:
    """Noon of a day."""
    return clock.at_local(day, 12)


def warned(make: Factory, people: People, *, on: date = GIVEN, **values: Any) -> Outcome:
    """A case of Sam's that ended in a warning of six months on a day."""
    case = accepted_case(make, people)
    heard(case, people)
    return decided(case, people, at=day_at(on), **values)


def again(make: Factory, people: People) -> Case:
    """A second case of Sam's, after its hearing, decided by somebody else."""
    other = people_for(make)
    second = People(**{**vars(other), "subject": people.subject, "reporter": people.reporter})
    case = accepted_case(make, second)
    heard(case, second)
    return case


def decider(case: Case) -> Person:
    """Who decides in a case."""
    assert case.decision_maker is not None
    return case.decision_maker


def rely(case: Case, *warnings: Outcome, on: date = LAST, **values: Any) -> Outcome:
    """Decide the outcome of a case in reliance on warnings."""
    outcome = decide_outcome(
        case, findings=found(case), by=decider(case), at=day_at(on), relies_on=[one.id for one in warnings],
        **{**OUTCOME, **values},
    )  # fmt: skip
    commit()
    return outcome


def taken_away(appeal: Appeal, people: People, *, result: AppealResult = AppealResult.ALLOWED, **values: Any) -> None:
    """An appeal is decided on 20 April 2027; nothing is left of the warning, if nothing else is said."""
    at = day_at(date(2027, 4, 20))
    decide_appeal(appeal, result=result, reasons="Weighed.", by=people.appeal_officer, at=at, **values)
    commit()


@pytest.mark.parametrize(
    ("on", "last", "is_live"),
    [
        (GIVEN - timedelta(days=1), LAST, False),
        (GIVEN, LAST, True),
        (LAST, LAST, True),
        (LAST + timedelta(days=1), LAST, False),
        (GIVEN, None, False),
        (date(1993, 1, 28), date(1993, 1, 28), False),
    ],
)
def test_from_when_to_when_a_warning_is_live(on: date, last: date | None, is_live: bool) -> None:
    """From the day of issue to the last live day, both included; never once an appeal took it away."""
    assert EarlierWarning(uuid4(), "first_written_warning", GIVEN, last).is_live_on(on) is is_live


def test_the_law_report_that_the_rule_comes_from() -> None:
    """Bevan Ashford v Malin: 29 January 1992 for 12 months is live on 28 January 1993, and on the day after it is not."""
    warning = EarlierWarning(uuid4(), "final_written_warning", date(1992, 1, 29), date(1993, 1, 28))
    assert [warning.is_live_on(date(1993, 1, day)) for day in (28, 29)] == [True, False]


def test_which_warnings_are_listed(make: Factory) -> None:
    """Live ones of this person from other cases, the newest first; not spent ones, other outcomes or other people's."""
    people = people_for(make)
    first, final = warned(make, people), warned(make, people, on=date(2027, 4, 5), kind="final_written_warning", months=12)
    warned(make, people, **NO_LETTERS)
    warned(make, people_for(make))
    case = again(make, people)
    listed = [one.id for one in live_warnings(case, decider(case), LAST)]
    assert listed == [final.id, first.id]
    assert [one.id for one in live_warnings(case, decider(case), LAST + timedelta(days=1))] == [final.id]
    assert live_warnings(case, decider(case), GIVEN - timedelta(days=1)) == []
    assert first.id not in [one.id for one in live_warnings(first.case, decider(first.case), LAST)]


@pytest.mark.parametrize(
    ("result", "values", "last"),
    [
        (AppealResult.DISMISSED, {}, LAST),
        (AppealResult.ALLOWED, {}, None),
        (AppealResult.ALLOWED_IN_PART, {"kind": "first_written_warning", "months": 3}, date(2027, 6, 28)),
        (AppealResult.ALLOWED_IN_PART, {"kind": "training"}, None),
    ],
)
def test_a_warning_counts_as_it_stands_after_an_appeal(
    make: Factory, result: AppealResult, values: dict[str, Any], last: date | None
) -> None:
    """While the appeal is open it stands, and that is said; then what the appeal left of it."""
    people = people_for(make)
    warning = warned(make, people)
    case = again(make, people)
    (before,) = live_warnings(case, decider(case), GIVEN)
    assert not before.appeal_is_open
    appeal = with_appeal_officer(warning.case, people)
    (meanwhile,) = live_warnings(case, decider(case), GIVEN)
    assert (meanwhile.appeal_is_open, meanwhile.last_live_day) == (True, LAST)
    taken_away(appeal, people, result=result, **values)
    on = date(2027, 6, 1)
    assert [(one.last_live_day, one.appeal_is_open) for one in live_warnings(case, decider(case), on)] == (
        [(last, False)] if last else []
    )


def test_a_warning_in_the_place_of_a_dismissal_is_live(make: Factory) -> None:
    """Nothing is live while the dismissal stands; what an appeal put in its place is, and can be relied on."""
    people = people_for(make)
    case = accepted_case(make, people)
    dismissal = decided(case, people, kind="dismissal_with_notice", months=None, change_required="")
    second = again(make, people)
    assert live_warnings(second, decider(second), dismissal.issued_on) == []
    instead = {"result": AppealResult.ALLOWED_IN_PART, "kind": "final_written_warning", "months": 12}
    appeal = final_by_appeal(case, people, **instead)
    on = clock.local_day(known(appeal.decided_at))
    (warning,) = live_warnings(second, decider(second), on)
    assert (warning.kind, warning.last_live_day) == ("final_written_warning", appeal.new_last_live_day)
    (kept,) = rely(second, dismissal, on=on).relied_on
    assert kept.warning_id == dismissal.id
    later = known(appeal.new_last_live_day) + timedelta(days=1)
    assert live_warnings(second, decider(second), later) == []


@pytest.mark.parametrize("as_", [Capacity.WITNESS, Capacity.REPORTER])
def test_a_matter_that_is_closed_to_somebody_is_not_told_of(make: Factory, as_: Capacity) -> None:
    """Whoever was a witness in the other case, or reported it, learns nothing of how it ended, whatever they decide now."""
    people = people_for(make)
    warning = warned(make, people)
    case = again(make, people)
    assert live_warnings(case, decider(case), LAST)
    add_party(warning.case.matter, decider(case), as_, at=day_at(LAST))
    commit()
    assert live_warnings(case, decider(case), LAST) == []
    with pytest.raises(InvalidInput, match="Select only from the live warnings"):
        rely(case, warning)


def test_whoever_decides_from_above_the_line_manager_is_told(make: Factory) -> None:
    """A head of service may be appointed to decide about their people; they see the warning, and not the other case."""
    people = people_for(make)
    warned(make, people)
    case = again(make, people)
    between = make.person("Bettina Between")
    people.subject.line_manager_id, between.line_manager_id = between.id, decider(case).id
    commit()
    (one,) = live_warnings(case, decider(case), LAST)
    assert one.reference is None


def test_the_reference_is_for_whoever_may_open_that_case(make: Factory) -> None:
    """An officer of both, and an HR manager; not somebody who decides in this case only."""
    people = people_for(make)
    warning = warned(make, people)
    case = again(make, people)
    seen = {
        "decides here": live_warnings(case, decider(case), LAST)[0].reference,
        "decides in both": live_warnings(case, people.decision_maker, LAST)[0].reference,
        "HR manager": live_warnings(case, make.person("Hal", Role.HR_MANAGER), LAST)[0].reference,
    }
    assert seen == {"decides here": None, "decides in both": warning.case.reference, "HR manager": warning.case.reference}


def test_no_warnings_where_the_procedure_knows_none(make: Factory) -> None:
    """A volunteer's procedure has no warnings: what they were given as an employee is not weighed in it."""
    people = people_for(make)
    warned(make, people)
    case = again(make, people)
    people.subject.person_kind = PersonKind.VOLUNTEER
    commit()
    assert live_warnings(case, decider(case), LAST) == []


def test_what_may_not_be_relied_on(make: Factory) -> None:
    """Spent, taken away on appeal, another person's, or any with no action: it is said why, and nothing is kept."""
    people = people_for(make)
    spent, gone, others = warned(make, people), warned(make, people, on=date(2027, 4, 5)), warned(make, people_for(make))
    appeal = with_appeal_officer(gone.case, people)
    taken_away(appeal, people)
    case = again(make, people)
    after = LAST + timedelta(days=1)
    for chosen, sentence in (
        (spent, "first written warning of 29 March 2027 counted up to and including Tuesday 28 September 2027"),
        (gone, "warning of 5 April 2027 does not stand any more since the appeal"),
        (others, "Select only from the live warnings that this page lists"),
    ):
        with pytest.raises(InvalidInput, match=sentence) as error:
            rely(case, chosen, on=after)
        assert error.value.field == "relies_on"
        db.session.rollback()
    with pytest.raises(InvalidInput, match="No action follows"):
        rely(case, spent, kind="no_action", months=None, change_required="")
    db.session.rollback()
    assert db.session.query(ReliedOnWarning).count() == 0
    assert queries.outcome(case) is None


def test_what_was_relied_on_is_kept(make: Factory) -> None:
    """With the outcome, in the audit log, in the letter, in the PDF; as it stood, and none where none was."""
    people = people_for(make)
    warning = warned(make, people)
    case = again(make, people)
    said = OutcomeWords(*(OUTCOME[name] for name in ("reasons", "mitigation", "change_required", "equality")))
    shown = preview_outcome(
        case, kind="final_written_warning", months=12, findings=found(case), words=said, by=decider(case), at=day_at(LAST),
        relies_on=[warning.id],
    )  # fmt: skip
    db.session.rollback()
    outcome = rely(case, warning, kind="final_written_warning", months=12)
    (kept,) = outcome.relied_on
    assert (kept.warning_id, kept.kind, kept.issued_on, kept.last_live_day, kept.changed_on) == (
        warning.id, "first_written_warning", GIVEN, LAST, None,
    )  # fmt: skip
    letter = queries.letters(case)[-1].words
    last = "counts up to and including Tuesday 28 September 2027."
    assert f"Your first written warning of 29 March 2027, which {last}" in letter
    assert shown == letter
    assert "earlier warnings" not in queries.letters(warning.case)[-1].words
    event = db.session.execute(
        sa.select(AuditEvent).where(AuditEvent.subject_id == case.id, AuditEvent.act == "case:outcome-decided")
    ).scalar_one()
    assert json.loads(event.facts)["relies_on"] == [str(warning.id)]
    line = "First written warning, given on 29 March 2027, live up to and including Tuesday 28 September 2027"
    assert _printed(case) == line
    assert _printed(warning.case) == "None recorded"


def _printed(case: Case) -> str | None:
    after = case_report(case, at=day_at(LAST), reader=decider(case)).afterwards
    assert after is not None
    facts = [dict(part.rows) for part in afterwards_parts(after, Table(("None",), ())) if isinstance(part, KeyFacts)]
    return next((one["Live warnings relied on"] for one in facts if "Live warnings relied on" in one), None)


def test_an_appeal_that_changes_a_warning_is_noted_where_it_was_relied_on(make: Factory) -> None:
    """The owner of the later case is told once; an appeal that changes nothing is not."""
    people = people_for(make)
    kept, gone = warned(make, people), warned(make, people, on=date(2027, 4, 5))
    case = again(make, people)
    outcome = rely(case, kept, gone, on=date(2027, 4, 12))
    for warning, result in ((kept, AppealResult.DISMISSED), (gone, AppealResult.ALLOWED)):
        appealed(warning.case, people)
        taken_away(with_appeal_officer(warning.case, people), people, result=result)
    db.session.refresh(outcome)
    assert [one.changed_on for one in outcome.relied_on] == [None, date(2027, 4, 20)]
    told = db.session.query(OutboxMessage).filter_by(occasion="case:relied-on-changed").all()
    assert [one.to_person_id for one in told] == [case.owner_id]
    assert (_printed(case) or "").endswith("An appeal changed it on 20 April 2027")


FINDINGS = {"proof_1": "proved", "finding_reasons_1": "The post shows it."}
ANSWERS = {
    **FINDINGS, "kind": "final_written_warning", "months_final_written_warning": "12", "reasons": "It was public.",
    "mitigation": "He apologised.", "change_required": "Think before posting.", "equality": "Weighed.",
}  # fmt: skip
SHOWN = "First written warning of 29 March 2027"


def reads(case: Case) -> int:
    """How often somebody looked up live warnings in a case."""
    return db.session.query(ReadEvent).filter_by(subject_id=case.id, act="case:live-warnings-read").count()


def test_the_journey(make: Factory, client_of: ClientOf) -> None:
    """As it is told at the head of this file, up to the warning that ran out overnight."""
    people = people_for(make)
    warned(make, people, kind="final_written_warning", months=1)
    warning = warned(make, people)
    case = again(make, people)
    path = f"/hr-cases/{case.reference}/decide-outcome"
    chosen = {**ANSWERS, "relies_on": str(warning.id)}
    with clock.set_to(day_at(LAST)):
        browser = client_of(decider(case))
        assert SHOWN not in browser.get(path).text
        missing = browser.post(path, {"proof_1": "proved", "show_warnings": "y"}, status=422)
        assert SHOWN not in missing.text
        assert missing.errors == ["Enter your reasons on allegation 1"]
        assert reads(case) == 0
        page = browser.post(path, {**FINDINGS, "reasons": "It was public.", "show_warnings": "y"}, status=200)
        assert SHOWN in page.text
        assert "Live up to and including Tuesday 28 September 2027." in page.text
        assert warning.case.reference not in page.text
        assert "Final written warning of 29 March 2027" not in page.text
        assert (page.field("finding_reasons_1"), page.field("reasons")) == ("The post shows it.", "It was public.")
        assert reads(case) == 1
        unsaid = browser.post(path, ANSWERS, status=422)
        assert unsaid.errors == ["Select which live warning you rely on, or that you rely on none"]
        both = browser.post(path, {**ANSWERS, "relies_on": [str(warning.id), "none"]}, status=422)
        assert "alone" in both.errors[0]
        browser.post(path, {**ANSWERS, "relies_on": "rubbish"}, status=422)
        letter = browser.post(path, {**chosen, "preview": "y"}, status=200)
        assert "Your first written warning of 29 March 2027" in letter.text
    with clock.set_to(day_at(LAST + timedelta(days=1))):
        browser = client_of(decider(case))
        late = browser.post(path, chosen, status=422)
        assert "counted up to and including Tuesday 28 September 2027, and no longer. It may not be" in late.errors[0]
        assert late.field("reasons") == "It was public."
        assert SHOWN not in browser.post(path, {**FINDINGS, "show_warnings": "y"}, status=200).text
        foreign = browser.post(path, {**ANSWERS, "relies_on": str(uuid4())}, status=422)
        assert "Select only from the live warnings" in foreign.errors[0]
        browser.post(path, ANSWERS)


def test_the_journey_ends_with_what_was_relied_on(make: Factory, client_of: ClientOf) -> None:
    """The page of the case says it to those who read what followed; a warning taken away since is marked there."""
    people = people_for(make)
    warning = warned(make, people)
    case = again(make, people)
    with clock.set_to(day_at(date(2027, 4, 5))):
        browser = client_of(decider(case))
        browser.post(f"/hr-cases/{case.reference}/decide-outcome", {**ANSWERS, "relies_on": str(warning.id)})
        assert "Relied on: First written warning, given on 29 March 2027" in browser.get(f"/hr-cases/{case.reference}").text
        assert case.investigator is not None
        assert "29 March 2027" not in client_of(case.investigator).get(f"/hr-cases/{case.reference}").text
    appeal = with_appeal_officer(warning.case, people)
    taken_away(appeal, people)
    with clock.set_to(day_at(date(2027, 4, 21))):
        page = client_of(decider(case)).get(f"/hr-cases/{case.reference}")
        assert "An appeal changed it on 20 April 2027. Take advice on whether this outcome still holds." in page.text


def test_who_opens_the_page_of_live_warnings(make: Factory, client_of: ClientOf) -> None:
    """The owner, with a link on the case; not the decision maker, who finds first, nor others who read the case."""
    people = people_for(make)
    warned(make, people)
    case = again(make, people)
    path = f"/hr-cases/{case.reference}/live-warnings"
    assert case.owner is not None
    assert case.investigator is not None
    with clock.set_to(day_at(LAST)):
        owner = client_of(case.owner)
        assert path in owner.get(f"/hr-cases/{case.reference}").response.get_data(as_text=True)
        assert SHOWN in owner.get(path).text
        assert reads(case) == 1
        assert "looked up which earlier warnings are live" in owner.get(f"/hr-cases/{case.reference}/access").text
        for other in (decider(case), case.investigator, make.person("Hal", Role.HR_MANAGER)):
            client_of(other).get(path, status=404)
            assert path not in client_of(other).get(f"/hr-cases/{case.reference}").response.get_data(as_text=True)
        for nobody in (people.subject, people.reporter, people.stranger):
            client_of(nobody).get(path, status=404)
        assert reads(case) == 1
    with clock.set_to(day_at(LAST + timedelta(days=1))):
        assert "No live warning of Sam Subject is on record" in client_of(case.owner).get(path).text
