"""The investigation report: written, submitted, sent back, accepted."""

from datetime import date
from typing import Any

import pytest

from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.hr_cases.models import Basis, CaseStatus, Finding, InvestigationReport, Recommendation, ReportState
from app.hr_cases.operations import (
    accept_report,
    fingerprint_of,
    record_finding,
    report_in_progress,
    return_report,
    submit_report,
    what_is_missing,
    write_report,
)
from app.hr_cases.queries import accepted_report, reports
from tests.conftest import NOW
from tests.factories import Factory
from tests.hr_cases.factories import (
    AskedAct,
    World,
    a_statement,
    an_exhibit,
    asked_by_everybody,
    bring_to,
    case_at,
    complete,
    last_version,
)
from tests.hr_cases.test_opening import acts_of, refused

S = CaseStatus


def _begin(world: World, **values: Any) -> InvestigationReport:
    return report_in_progress(world.case, **{"by": world.investigator, "at": NOW, **values})


def _find(world: World, report: InvestigationReport, number: int = 1, **values: Any) -> None:
    given: dict[str, Any] = {
        "finding": Finding.UNABLE, "basis": Basis.UNSUBSTANTIATED, "reasons": "Nothing shows it.",
        "by": world.investigator, "at": NOW,
    }  # fmt: skip
    record_finding(report, world.case.allegations[number - 1], **{**given, **values})


def _write(world: World, report: InvestigationReport, **values: Any) -> None:
    given: dict[str, Any] = {
        "background": "", "process": "", "mitigation": "", "equality": "", "recommendation": None,
        "recommendation_reasons": "", "other_matters": "", "by": world.investigator, "at": NOW,
    }  # fmt: skip
    write_report(report, **{**given, **values})


def test_there_is_one_draft_at_a_time(make: Factory) -> None:
    """Asking again gives the same version; a finding is replaced, not doubled."""
    world = case_at(make, S.INVESTIGATING)
    report = _begin(world)
    db.session.commit()
    assert _begin(world) is report
    _find(world, report)
    _find(world, report, finding=Finding.ESTABLISHED, basis=Basis.UNCONTESTED, reasons="He agrees.")
    db.session.commit()
    assert [(f.finding, f.basis, f.reasons) for f in report.findings] == [
        (Finding.ESTABLISHED, Basis.UNCONTESTED, "He agrees.")
    ]
    refused(lambda: _find(world, report, reasons=" "), InvalidInput, "Enter the reasons", "reasons")


def test_what_is_missing_is_listed_all_at_once(make: Factory) -> None:
    """Every allegation has finding, basis and reasons; the recommendation has reasons; named exhibits exist."""
    world = case_at(make, S.INVESTIGATING)
    report = _begin(world)
    _find(world, report)
    refusal = refused(lambda: submit_report(report, by=world.investigator, at=NOW), InvalidInput, "The report needs")
    for words in ("on allegation 2", "the background", "what you did", "a recommendation", "reasons for the recommendation"):
        assert words in refusal.sentence
    assert "allegation 1" not in refusal.sentence


def test_equality_is_weighed_where_the_category_asks_for_it(make: Factory) -> None:
    """Private speech about others may be protected: the report says that it was looked at (domain 2.1)."""
    world = case_at(make, S.INVESTIGATING)
    report = complete(world)
    report.equality = ""
    assert what_is_missing(report, NOW.date()) == ["how equality and human rights were weighed"]


def test_exhibits_and_statements_that_are_named_exist(make: Factory) -> None:
    """A report that leans on E2 when there is no E2 is not complete."""
    world = case_at(make, S.INVESTIGATING)
    an_exhibit(world)
    a_statement(world, world.stranger)
    report = complete(world)
    _find(world, report, reasons="E1 and S1 show it, and so do E2 and S7.")
    assert what_is_missing(report, NOW.date()) == ["E2 to exist, or not to be named", "S7 to exist, or not to be named"]
    _find(world, report, reasons="E1 and S1 show it.")
    assert what_is_missing(report, NOW.date()) == []


def test_a_submitted_version_is_sealed(make: Factory) -> None:
    """Its fingerprint fits its words and fits no others; nobody writes in it any more, not even its author."""
    world = case_at(make, S.REPORT_REVIEW)
    report = last_version(world)
    assert (report.status, report.submitted_at) == (ReportState.SUBMITTED, NOW)
    assert world.case.step_due_on == date(2027, 3, 10)
    assert report.fingerprint == fingerprint_of(report)
    with db.session.no_autoflush:
        report.mitigation = "Nothing speaks for him."
        assert report.fingerprint != fingerprint_of(report)
    db.session.rollback()
    refused(lambda: _write(world, report), AlreadyDone, "while the case is investigated")
    late = refused(lambda: submit_report(report, by=world.investigator, at=NOW), AlreadyDone, "while the case")
    assert isinstance(late, AlreadyDone)
    assert (late.who, late.when) == (world.investigator.name, NOW)


def test_a_returned_version_stays_and_the_next_begins_with_its_words(make: Factory) -> None:
    """Reasons are mandatory; the old version keeps its words and fingerprint."""
    world = case_at(make, S.REPORT_REVIEW)
    first = last_version(world)
    wordless = {"reasons": " ", "by": world.owner, "at": NOW}
    refused(lambda: return_report(first, **wordless), InvalidInput, "Enter what is missing", "reasons")
    return_report(first, reasons="Ask the moderators too.", by=world.owner, at=NOW)
    db.session.commit()
    assert (world.case.status, first.status, first.review_reasons) == (
        S.INVESTIGATING, ReportState.RETURNED, "Ask the moderators too.",
    )  # fmt: skip
    assert world.case.step_due_on == date(2027, 4, 2)
    second = _begin(world)
    db.session.commit()
    assert (second.number, second.mitigation, second.recommendation) == (2, first.mitigation, Recommendation.FORMAL)
    assert [f.reasons for f in second.findings] == [f.reasons for f in first.findings]
    refused(lambda: _write(world, first), AlreadyDone, "Version 1 was submitted")
    _find(world, second, reasons="The moderators confirm it.")
    submit_report(second, by=world.investigator, at=NOW)
    db.session.commit()
    assert first.fingerprint == fingerprint_of(first)
    accept_report(second, by=world.owner, at=NOW)
    db.session.commit()
    assert [one.status for one in reports(world.case)] == [ReportState.RETURNED, ReportState.ACCEPTED]
    assert accepted_report(world.case) is second


def test_accepting_asks_for_a_decision_maker(make: Factory) -> None:
    """Five working days to decide; the second click is told who accepted."""
    world = case_at(make, S.ACCEPTED)
    report = last_version(world)
    assert (report.status, report.reviewed_by) == (ReportState.ACCEPTED, world.owner)
    assert world.case.step_due_on == date(2027, 3, 10)
    for act in (accept_report, lambda r, **v: return_report(r, reasons="More.", **v)):
        late = refused(lambda act=act: act(report, by=world.owner, at=NOW), AlreadyDone, "does not wait for a review")
        assert isinstance(late, AlreadyDone)
        assert (late.who, late.when) == (world.owner.name, NOW)
    assert acts_of(world)[-2:] == ["case:report-submitted", "case:report-accepted"]


def test_a_finding_belongs_to_an_allegation_of_the_case(make: Factory) -> None:
    """Not to one of another case."""
    world, other = case_at(make, S.INVESTIGATING), case_at(make, S.OPENED)
    report = _begin(world)
    refused(
        lambda: record_finding(
            report, other.case.allegations[0], finding=Finding.UNABLE, basis=Basis.CONTESTED, reasons="-",
            by=world.investigator, at=NOW,
        ),
        InvalidInput, "allegation of this case",
    )  # fmt: skip


def test_acts_ask_who_first_and_stage_second(make: Factory) -> None:
    """Strangers learn nothing, other readers get 403 (the owner may not write), the rightful one 409 elsewhere."""
    readers = {"owner", "manager", "investigator"}
    world = case_at(make, S.INVESTIGATING)
    report = complete(world)
    db.session.commit()
    writing: list[AskedAct] = [
        (_begin, {"investigator"}, {S.INVESTIGATING}),
        (lambda w, by: _find(w, report, by=by), {"investigator"}, {S.INVESTIGATING}),
        (lambda w, by: _write(w, report, by=by), {"investigator"}, {S.INVESTIGATING}),
        (lambda _, by: submit_report(report, by=by, at=NOW), {"investigator"}, {S.INVESTIGATING}),
    ]
    asked_by_everybody(world, writing, readers=readers)
    bring_to(world, S.REPORT_REVIEW)
    reviewing: list[AskedAct] = [
        (lambda _, by: accept_report(report, by=by, at=NOW), {"owner"}, {S.REPORT_REVIEW}),
        (lambda _, by: return_report(report, reasons="More.", by=by, at=NOW), {"owner"}, {S.REPORT_REVIEW}),
    ]
    asked_by_everybody(world, reviewing, readers=readers)


def test_nothing_is_established_against_somebody_who_was_never_told(make: Factory) -> None:
    """They are asked for their side first (Acas Code paragraphs 4 and 9)."""
    world = case_at(make, S.INVESTIGATING, tells=False)
    report = complete(world)
    assert what_is_missing(report, NOW.date()) == []
    record_finding(
        report, world.case.allegations[0], finding=Finding.ESTABLISHED, basis=Basis.CONTESTED, reasons="It was public.",
        by=world.investigator, at=world.at,
    )  # fmt: skip
    assert what_is_missing(report, NOW.date()) == [
        "the person concerned to have been told and asked for their side, as something is established"
    ]


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("The office at E16 and S10 2TN, near E1 6AN and SW1A 1AA.", []),
        ("The post from E16 came to S10.", []),
        ("He lives in E3 7QA.", []),
        ("Room E204, form S99, model S24/E12-3, the E5000 and size S0.", []),
        ("As E1 shows, and S1 says.", []),
        ("See E4.", ["E4"]),
        ("See S4 and E2.", ["E2", "S4"]),
        ("See exhibit E16.", ["E16"]),
        ("See exhibits E1, E16 and E20; the office is in E17.", ["E16", "E20"]),
        ("Statement S12 says so (E16).", ["S12"]),
    ],
)
def test_only_citations_must_exist(make: Factory, said: str, missing: list[str]) -> None:
    """A district or a postcode is no exhibit; a slip near the last one is found, and any number after the word."""
    world = case_at(make, CaseStatus.INVESTIGATING)
    an_exhibit(world)
    a_statement(world, world.stranger)
    report = complete(world)
    report.background = said
    assert what_is_missing(report, NOW.date()) == [f"{label} to exist, or not to be named" for label in missing]
