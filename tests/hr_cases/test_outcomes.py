"""Outcomes, their lengths, appeals and how an outcome becomes final."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput
from app.hr_cases.documents import case_report
from app.hr_cases.documents.words import letter_name
from app.hr_cases.models import AppealResult, CaseStatus, LetterKind, Outcome, Proof
from app.hr_cases.operations import (
    appoint_appeal_officer,
    decide_appeal,
    decide_case_to_answer,
    decide_outcome,
    judge_late_appeal,
    lighter_outcomes,
    make_final,
    outcomes_to_choose,
    submit_appeal,
)
from app.hr_cases.operations.outcomes import OutcomeWords, preview_outcome
from app.hr_cases.queries import records
from app.matters.models import Capacity
from app.matters.operations import add_party
from app.people.models import PersonKind, Role
from app.policy.queries import pack
from tests.factories import Factory
from tests.hr_cases.stages import (
    DISREPUTE,
    OUTCOME,
    PRIVATE,
    START,
    accepted_case,
    appealed,
    decided,
    end_of_day,
    found,
    heard,
    next_working_day,
    people_for,
    with_appeal_officer,
    with_decision_maker,
)
from tests.pages import PageClient

AFTER = datetime(2027, 3, 10, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "sentence", "field"),
    [
        ({"findings": {}}, "Enter what you find and why for allegation 1", "findings"),
        ({"reasons": " "}, "Enter the reasons for the outcome", "reasons"),
        ({"mitigation": ""}, "Enter what you took into account", "mitigation"),
        ({"change_required": ""}, "Enter what must change", "change_required"),
        ({"equality": ""}, "equality and human rights", "equality"),
        ({"kind": "fine"}, "Select an outcome from the list", "kind"),
        ({"kind": "end_of_assignment", "months": None}, "not possible for this person", "kind"),
        ({"kind": "dismissal_with_notice", "months": None}, "did not say that dismissal was possible", "kind"),
        ({"months": None}, "Enter for how many months", "months"),
        ({"months": 0}, "a number of months from 1 to 6", "months"),
        ({"months": 7}, "a number of months from 1 to 6", "months"),
        ({"kind": "final_written_warning", "months": 25}, "a number of months from 1 to 24", "months"),
        ({"kind": "final_written_warning", "months": 13}, "longer than the usual 12 months", "length_reasons"),
        ({"kind": "training", "months": 6}, "has no length", "months"),
    ],
)
def test_what_an_outcome_needs(make: Factory, values: dict, sentence: str, field: str) -> None:
    """Findings, reasons, mitigation, a kind the pack allows, a length where there is one: else 422 and no outcome."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = heard(case, people)
    with pytest.raises(InvalidInput, match=sentence) as error:
        decide_outcome(case, **{"findings": found(case), **OUTCOME, **values}, by=people.decision_maker, at=at)
    assert error.value.field == field
    assert case.status is CaseStatus.HEARD
    assert records.outcome(case) is None


def test_nothing_proved_nothing_done(make: Factory) -> None:
    """No outcome but no action where nothing was proved."""
    people = people_for(make)
    case = accepted_case(make, people, PRIVATE, PRIVATE)
    at = heard(case, people)
    nothing = found(case, Proof.NOT_PROVED)
    with pytest.raises(InvalidInput, match="Nothing was proved"):
        decide_outcome(case, findings=nothing, **OUTCOME, by=people.decision_maker, at=at)
    outcome = decided(case, people, at=at, findings=nothing, kind="no_action", months=None, change_required="", equality="")
    assert (outcome.kind, outcome.months, outcome.last_live_day) == ("no_action", None, None)
    assert "No action follows" in records.letters(case)[-1].words


@pytest.mark.parametrize("kind", list(PersonKind))
def test_no_action_is_possible_whatever_somebody_has_become(make: Factory, kind: PersonKind) -> None:
    """The staff directory may say by now that they are somebody else; who is cleared is cleared, and only they are."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = heard(case, people)
    case.subject.person_kind = kind
    commit()
    codes = [one.code for one in outcomes_to_choose(case)]
    assert codes.count("no_action") == 1
    said = {**OUTCOME, "kind": "no_action", "months": None, "change_required": "", "equality": ""}
    if kind in (PersonKind.EMPLOYEE, PersonKind.VOLUNTEER, PersonKind.PARTNERSHIP_MEMBER):
        assert preview_outcome(
            case, kind="no_action", months=None, findings=found(case), words=OutcomeWords("x", "x", "", ""),
            by=people.decision_maker, at=at,
        )  # fmt: skip
    else:
        what_now = "Select another" if len(codes) > 1 else "what the person is recorded as"
        with pytest.raises(InvalidInput, match=what_now) as error:
            decide_outcome(case, findings=found(case), **said, by=people.decision_maker, at=at)
        assert error.value.field == "kind"
    outcome = decided(case, people, at=at, findings=found(case, Proof.NOT_PROVED), **said)
    assert outcome.kind == "no_action"
    assert "No action follows" in records.letters(case)[-1].words


def test_findings_only_on_what_was_heard(make: Factory) -> None:
    """Where there was no case to answer, nothing can be found."""
    people = people_for(make)
    case = with_decision_maker(accepted_case(make, people, PRIVATE, PRIVATE), people)
    first, second = case.allegations
    reasons = {first.id: (True, "It can be read."), second.id: (False, "Somebody else wrote it.")}
    decide_case_to_answer(
        case, decision="case_to_answer", reasons=reasons, equality="", by=people.decision_maker, at=START
    )
    commit()
    at = heard(case, people)
    notice = records.letters(case)[0].words
    assert "Allegation 1" in notice
    assert "Allegation 2" not in notice.split("What is not taken further")[0]
    with pytest.raises(InvalidInput, match="the hearing was about"):
        decide_outcome(case, findings=found(case), **OUTCOME, by=people.decision_maker, at=at)
    decided(case, people, at=at, findings={first.id: (Proof.PARTLY, "One post only.")})


def test_the_equality_check_before_any_formal_outcome_or_where_the_category_asks(make: Factory) -> None:
    """An informal outcome needs it only where the category does."""
    people = people_for(make)
    informal = {**OUTCOME, "kind": "training", "months": None, "change_required": "", "equality": ""}
    plain = accepted_case(make, people)
    decided(plain, people, **informal)
    delicate = accepted_case(make, people, DISREPUTE)
    at = heard(delicate, people)
    with pytest.raises(InvalidInput, match="equality"):
        decide_outcome(delicate, findings=found(delicate), **informal, by=people.decision_maker, at=at)


def test_dismissal_only_where_the_notice_said_so(make: Factory) -> None:
    """It is offered only then; without notice only as gross misconduct, said in the reasons."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = heard(case, people, dismissal_possible=True)
    assert {"dismissal_with_notice", "summary_dismissal"} <= {kind.code for kind in outcomes_to_choose(case)}
    summary = {**OUTCOME, "kind": "summary_dismissal", "months": None, "change_required": ""}
    with pytest.raises(InvalidInput, match="why this is gross misconduct"):
        decide_outcome(case, findings=found(case), **summary, by=people.decision_maker, at=at)
    words = "This was gross misconduct: the trust is gone."
    outcome = decided(case, people, at=at, **{**summary, "reasons": words})
    assert (outcome.kind, outcome.last_live_day) == ("summary_dismissal", None)
    assert "dismissal without notice for gross misconduct" in records.letters(case)[-1].words


def test_without_the_notice_no_dismissal_is_offered(make: Factory) -> None:
    """The list of choices says the same as the act."""
    people = people_for(make)
    case = accepted_case(make, people)
    heard(case, people)
    assert not any(kind.needs_dismissal_authority for kind in outcomes_to_choose(case))


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2027, 1, 29), 12, date(2028, 1, 28)),
        (date(2026, 10, 30), 4, date(2027, 2, 28)),
        (date(2027, 1, 1), 6, date(2027, 6, 30)),
    ],
)
def test_how_long_a_warning_lives(make: Factory, issued: date, months: int, last: date) -> None:
    """The day of issue counts: Bevan Ashford v Malin [1994]; month ends that do not exist end with their month."""
    people = people_for(make)
    case = accepted_case(make, people)
    heard(case, people)
    outcome = decided(case, people, at=clock.at_local(issued, 12), kind="final_written_warning", months=months)
    assert (outcome.issued_on, outcome.last_live_day) == (issued, last)


def test_the_day_of_issue_is_a_day_in_london(make: Factory) -> None:
    """Half past eleven at night in UTC is the next day in summer."""
    people = people_for(make)
    case = accepted_case(make, people)
    heard(case, people)
    outcome = decided(case, people, at=datetime(2027, 6, 30, 23, 30, tzinfo=UTC))
    assert (outcome.issued_on, outcome.last_live_day) == (date(2027, 7, 1), date(2027, 12, 31))


def test_a_longer_final_warning_with_reasons(make: Factory) -> None:
    """Up to 24 months."""
    people = people_for(make)
    case = accepted_case(make, people)
    outcome = decided(
        case, people, kind="final_written_warning", months=24, length_reasons="The third time in two years."
    )
    assert outcome.length_reasons == "The third time in two years."
    assert outcome.last_live_day == date(2029, 3, 9)


def test_the_preview_of_the_outcome_keeps_nothing(make: Factory) -> None:
    """What is shown before is what is sent."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = heard(case, people)
    words = OutcomeWords(**{k: OUTCOME[k] for k in ("reasons", "mitigation", "change_required", "equality")})
    shown = preview_outcome(
        case, kind="first_written_warning", months=6, findings=found(case), words=words, by=people.decision_maker, at=at
    )
    commit()
    assert db.session.query(Outcome).count() == 0
    decided(case, people, at=at)
    assert records.letters(case)[-1].words == shown


# Appeals


def test_the_time_to_appeal_over_easter(make: Factory) -> None:
    """Ten working days from the day of the letter: 18 March 2027 and ten are 5 April, past two bank holidays."""
    people = people_for(make)
    case = accepted_case(make, people)
    heard(case, people)
    outcome = decided(case, people, at=clock.at_local(date(2027, 3, 18), 12))
    assert outcome.appeal_by == date(2027, 4, 5)
    assert case.step_due_on == date(2027, 4, 6)  # nothing is late on the first day on which it can be made final
    assert "by the end of Monday 5 April 2027" in records.letters(case)[-1].words


def test_on_the_last_day_it_is_in_time(make: Factory) -> None:
    """The last second of the last day; after hours, so it counts from the next: three working days for finding somebody to
    hear it, past Good Friday and Easter Monday, and twenty for hearing it.
    """
    people = people_for(make)
    case = accepted_case(make, people)
    appeal = appealed(case, people)
    assert appeal.received_at == end_of_day(date(2027, 3, 24))
    assert appeal.in_time
    assert case.status is CaseStatus.APPEALED
    assert (case.step_due_on, appeal.heard_by) == (date(2027, 4, 1), date(2027, 4, 26))
    assert records.letters(case)[-1].kind is LetterKind.APPEAL_RECEIVED


def test_the_day_after_it_is_late_and_kept(make: Factory) -> None:
    """The case stays decided until HR has judged, and cannot become final before."""
    people = people_for(make)
    case = accepted_case(make, people)
    outcome = decided(case, people)
    at = end_of_day(outcome.appeal_by) + timedelta(seconds=1)
    appeal = appealed(case, people, at=at)
    assert not appeal.in_time
    assert appeal.waits_for_judgement
    assert case.status is CaseStatus.DECIDED
    assert "after the last day" in records.letters(case)[-1].words
    with pytest.raises(AlreadyDone, match="nobody has decided yet"):
        make_final(case, by=people.owner, at=at, none_came=True)
    with pytest.raises(AlreadyDone, match="There is one appeal"):
        submit_appeal(case, grounds="Again.", by=people.subject, at=at)


def test_letters_about_an_appeal_are_told_apart(make: Factory) -> None:
    """On pages, in the chronology and in the appendix of letters each is called by what it says."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = end_of_day(decided(case, people).appeal_by) + timedelta(days=2)
    appeal = appealed(case, people, at=at)
    judge_late_appeal(appeal, accepted=True, reasons="In hospital.", by=people.owner, at=at + timedelta(days=1))
    with_appeal_officer(case, people, at=at + timedelta(days=2))
    names = [letter_name(one, appeal) for one in records.letters(case) if one.kind is LetterKind.APPEAL_RECEIVED]
    assert sorted(names) == ["Appeal received", "Late appeal is heard", "Who hears the appeal"]
    report = case_report(case, at=at + timedelta(days=3), reader=people.owner)
    assert {line.kind for line in report.letters} >= set(names)
    assert {f"Letter issued: {name}" for name in names} <= {row.what for row in report.chronology}


@pytest.mark.parametrize("accepted", [True, False])
def test_a_late_appeal_is_judged_with_reasons(make: Factory, accepted: bool) -> None:
    """Accepted it goes ahead; not accepted the outcome stands, and the letter says why."""
    people = people_for(make)
    case = accepted_case(make, people)
    outcome = decided(case, people)
    at = end_of_day(outcome.appeal_by) + timedelta(days=2)
    appeal = appealed(case, people, at=at)
    with pytest.raises(InvalidInput, match="Enter your reasons"):
        judge_late_appeal(appeal, accepted=accepted, reasons=" ", by=people.owner, at=at)
    judge_late_appeal(appeal, accepted=accepted, reasons="They were in hospital.", by=people.owner, at=at)
    commit()
    assert appeal.is_going_ahead is accepted
    assert not appeal.waits_for_judgement
    if accepted:
        assert case.status is CaseStatus.APPEALED
        assert appeal.late_accepted_by_id == people.owner.id
    else:
        assert case.status is CaseStatus.DECIDED
        assert any("They were in hospital." in letter.words for letter in records.letters(case))
        make_final(case, by=people.owner, at=at, none_came=True)
        assert case.status is CaseStatus.FINAL


def test_an_appeal_in_time_is_not_judged(make: Factory) -> None:
    """It goes ahead by itself."""
    people = people_for(make)
    case = accepted_case(make, people)
    appeal = appealed(case, people)
    with pytest.raises(AlreadyDone):
        judge_late_appeal(appeal, accepted=False, reasons="No.", by=people.owner, at=appeal.received_at)


def test_an_appeal_says_why(make: Factory) -> None:
    """Grounds are needed, and what was said is kept sealed."""
    people = people_for(make)
    case = accepted_case(make, people)
    decided(case, people)
    with pytest.raises(InvalidInput, match="Enter why you appeal"):
        submit_appeal(case, grounds=" ", by=people.subject, at=AFTER)


@pytest.mark.parametrize(
    "part",
    ["investigator", "decision_maker", "owner", "reporter", "companion", "part in the report", "not in the pool", "below"],
)
def test_who_cannot_hear_an_appeal(make: Factory, part: str) -> None:
    """Nobody who was involved before, in the case or in the report behind it."""
    people = people_for(make)
    case = accepted_case(make, people)
    appeal = appealed(case, people)
    officer = make.person("Nell New", *([] if part == "not in the pool" else [Role.APPEAL_OFFICER]))
    if part == "companion":
        add_party(case.matter, officer, Capacity.COMPANION, at=START)
    elif part == "part in the report":
        add_party(case.report.matter, officer, Capacity.POSSIBLE_SUBJECT, at=START)
    elif part == "below":
        officer.line_manager_id = people.subject.id
        make.keep(officer)
    elif part != "not in the pool":
        officer = people.everybody()[part]
    with pytest.raises(InvalidInput) as error:
        appoint_appeal_officer(case, officer=officer, by=people.owner, at=appeal.received_at)
    assert error.value.field == "officer"
    assert case.appeal_officer is None


def test_whoever_hears_it_is_named_to_the_person(make: Factory) -> None:
    """They can say if they think that it will not be fair."""
    people = people_for(make)
    case = accepted_case(make, people)
    with_appeal_officer(case, people)
    words = records.letters(case)[-1].words
    assert "Ann Appeal will hear your appeal" in words


def result_of(make: Factory, decided_as: dict, **values: object) -> object:
    """An appeal against an outcome, decided."""
    people = people_for(make)
    case = accepted_case(make, people)
    decided(case, people, **decided_as)
    appeal = with_appeal_officer(case, people)
    at = appeal.received_at + timedelta(days=7)
    decide_appeal(
        appeal, **{"result": AppealResult.ALLOWED_IN_PART, "reasons": "The length was too hard.", **values},
        by=people.appeal_officer, at=at,
    )  # fmt: skip
    commit()
    assert case.status is CaseStatus.FINAL
    assert case.final_at == at
    assert records.letters(case)[-1].kind is LetterKind.APPEAL_RESULT
    return appeal


FINAL_WARNING = {"kind": "final_written_warning", "months": 12}


@pytest.mark.parametrize(
    ("values", "sentence", "field"),
    [
        ({"kind": None}, "Select the outcome that stands", "kind"),
        ({"kind": "action_short_of_dismissal"}, "cannot make the outcome harder", "kind"),
        ({"kind": "summary_dismissal"}, "cannot make the outcome harder", "kind"),
        ({"kind": "final_written_warning", "months": 12}, "from 1 to 11", "months"),
        ({"kind": "final_written_warning", "months": None}, "Enter for how many months", "months"),
        ({"kind": "first_written_warning", "months": 7}, "from 1 to 6", "months"),
        ({"kind": "training", "months": 3}, "has no length", "months"),
        ({"result": AppealResult.DISMISSED, "kind": "training"}, "only where the appeal succeeds in part", "kind"),
        ({"reasons": " "}, "Enter the reasons", "reasons"),
    ],
)
def test_an_appeal_never_makes_it_harder(make: Factory, values: dict, sentence: str, field: str) -> None:
    """422, whatever is tried."""
    with pytest.raises(InvalidInput, match=sentence) as error:
        result_of(make, FINAL_WARNING, **values)
    assert error.value.field == field


def test_a_lighter_warning_runs_from_the_first_day(make: Factory) -> None:
    """It ends earlier than the warning it replaces."""
    appeal = result_of(make, FINAL_WARNING, kind="first_written_warning", months=6)
    assert (appeal.new_kind, appeal.new_months, appeal.new_last_live_day) == (
        "first_written_warning", 6, date(2027, 9, 9),
    )  # fmt: skip


def test_what_stands_after_an_appeal(make: Factory) -> None:
    """Dismissed: the outcome; allowed: no action."""
    assert result_of(make, FINAL_WARNING, result=AppealResult.DISMISSED).new_kind is None
    assert result_of(make, FINAL_WARNING, result=AppealResult.ALLOWED).new_kind == "no_action"


@pytest.mark.parametrize(
    ("values", "stands", "until"),
    [
        ({"kind": "first_written_warning", "months": 6}, "First written warning", "9 September 2027"),
        ({"result": AppealResult.ALLOWED}, "No action", None),
    ],
)
def test_what_stands_is_read_everywhere(
    make: Factory, client_of: Callable[..., PageClient], values: dict, stands: str, until: str | None
) -> None:
    """On the person's own page, on that of the case and in its report; the first outcome counts no more and says so."""
    appeal = result_of(make, FINAL_WARNING, **values)
    case = appeal.case
    own = client_of(case.subject).get(f"/hr-cases/about-me/{case.reference}")
    assert f"The outcome after your appeal: {stands.lower()}" in own.text
    assert "The first outcome (final written warning) does not count any more." in own.text
    page = client_of(case.owner).get(f"/hr-cases/{case.reference}")
    assert page.soup.find("strong", string=stands)
    assert "decided on appeal by" in page.text
    assert "In place of: Final written warning" in page.text
    for shown in (own.text, page.text):
        assert "9 March 2028" not in shown
        assert until is None or until in shown
    after = case_report(case, at=appeal.decided_at, reader=case.owner).afterwards
    assert after is not None
    assert after.outcome.is_replaced
    assert after.appeal.stands.startswith(stands)
    assert until is None or until in after.appeal.stands


def test_another_kind_of_warning_lasts_no_longer_than_the_first(make: Factory) -> None:
    """A short final warning is not replaced by a first warning that counts for longer."""
    with pytest.raises(InvalidInput, match="from 1 to 2: an appeal cannot lengthen"):
        result_of(make, {"kind": "final_written_warning", "months": 2}, kind="first_written_warning", months=6)


INFORMAL = ["no_action", "informal_advice", "training"]
WARNINGS = ["first_written_warning", "final_written_warning"]


@pytest.mark.parametrize(
    ("kind", "months", "lighter"),
    [
        ("informal_advice", None, ["no_action"]),
        ("first_written_warning", 6, [*INFORMAL, "first_written_warning"]),
        ("first_written_warning", 1, INFORMAL),
        ("final_written_warning", 12, [*INFORMAL, *WARNINGS]),
        ("action_short_of_dismissal", None, [*INFORMAL, *WARNINGS, "access_withdrawn"]),
        ("dismissal_with_notice", None, [*INFORMAL, *WARNINGS, "action_short_of_dismissal", "access_withdrawn"]),
        ("access_withdrawn", None, INFORMAL),
    ],
)
def test_what_may_replace_an_outcome(make: Factory, kind: str, months: int | None, lighter: list[str]) -> None:
    """Anything lighter, and the same warning for a shorter time; what has no end not in the place of a warning."""
    people = people_for(make)
    case = accepted_case(make, people)
    outcome = decided(case, people)
    outcome.kind, outcome.months = kind, months
    assert [kind.code for kind in lighter_outcomes(case, outcome)] == lighter


def test_a_pack_that_names_it_before_a_warning_lets_it_replace_the_warning(
    make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order of the pack says what weighs less."""
    people = people_for(make)
    case = accepted_case(make, people)
    outcome = decided(case, people)
    turned = tuple(sorted(pack().outcomes["employee"], key=lambda one: one.code != "access_withdrawn"))
    other = replace(pack(), outcomes={"employee": turned})
    monkeypatch.setattr("app.hr_cases.operations.appeals.pack", lambda: other)
    assert lighter_outcomes(case, outcome)[0].code == "access_withdrawn"


# Final


def test_final_only_after_the_last_day(make: Factory) -> None:
    """On the last day 409 with the date; the day after it is final, and closing is due in five working days."""
    people = people_for(make)
    case = accepted_case(make, people)
    outcome = decided(case, people)
    last = end_of_day(outcome.appeal_by)
    with pytest.raises(AlreadyDone, match="up to the end of Wednesday 24 March 2027"):
        make_final(case, by=people.owner, at=last)
    assert not case.can_make_final(people.owner, outcome.appeal_by)
    assert case.can_make_final(people.owner, outcome.appeal_by + timedelta(days=1))
    assert case.step_due_on == next_working_day(outcome.appeal_by) == date(2027, 3, 25)
    after = last + timedelta(seconds=1)
    make_final(case, by=people.owner, at=after, none_came=True)
    assert case.final_at == after
    assert case.step_due_on == date(2027, 4, 5)
