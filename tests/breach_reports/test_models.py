"""What may be done with a report, by whom, in which state: the predicates as truth tables."""

import pytest
import sqlalchemy as sa

from app.breach_reports.models import (
    REPORT_TRANSITIONS,
    TRIAGE_ROLES,
    BreachReport,
    ReportEvidence,
    ReportStatus,
    Route,
    TriageDecision,
)
from app.core.db import db
from app.core.errors import AlreadyDone
from app.matters.models import WHO_REPORTED
from app.matters.models import Capacity as Part
from app.matters.operations import add_party
from app.people.models import Person, Role
from tests.breach_reports.factories import a_report
from tests.conftest import NOW
from tests.factories import Factory


@pytest.fixture
def report(make: Factory) -> BreachReport:
    """A report by somebody about nobody known."""
    make.person("First Officer", Role.HR_INTAKE)
    return a_report(make.person("Rep Orter"))


@pytest.mark.parametrize(("old", "new", "allowed"), REPORT_TRANSITIONS.pairs())
def test_every_transition(old: ReportStatus, new: ReportStatus, allowed: bool) -> None:
    """The table and nothing else."""
    report = BreachReport(status=old)
    if allowed:
        report.move_to(new)
        assert report.status == new
    else:
        with pytest.raises(AlreadyDone):
            report.move_to(new)
        assert report.status == old


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("status", list(ReportStatus))
def test_who_may_acknowledge_and_triage(
    make: Factory, report: BreachReport, role: Role, status: ReportStatus
) -> None:
    """HR officers and the independent person, each in its state only."""
    person = make.person(None, role)
    report.status = status
    is_officer = role in TRIAGE_ROLES
    assert report.can_be_acknowledged_by(person) is (is_officer and status == ReportStatus.RECEIVED)
    assert report.can_be_triaged_by(person) is (is_officer and status == ReportStatus.TRIAGE)
    assert report.can_name_subject(person) is (is_officer and status == ReportStatus.TRIAGE)
    assert not report.can_become_case_by(person)
    report.route = Route.CASE
    assert report.can_become_case_by(person) is (is_officer and status == ReportStatus.TRIAGE)
    assert report.can_name_subject(person) is (is_officer and status == ReportStatus.TRIAGE), "until the case is opened"


@pytest.mark.parametrize("capacity", list(Part))
def test_an_officer_who_takes_part_may_do_nothing(make: Factory, report: BreachReport, capacity: Part) -> None:
    """Subject, reporter, witness or companion: no act, whatever the role."""
    officer = make.person(None, Role.HR_MANAGER)
    add_party(report.matter, officer, capacity, at=NOW)
    concerned = capacity in (*WHO_REPORTED, Part.SUBJECT, Part.POSSIBLE_SUBJECT, Part.WITNESS, Part.COMPANION)
    assert report.is_work_of(officer) is not concerned


def _decision(report: BreachReport, by: Person, route: Route) -> TriageDecision:
    return TriageDecision(report=report, report_id=report.id, route=route, decided_by_id=by.id, decided_at=NOW)


@pytest.mark.parametrize("status", list(ReportStatus))
@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("role", [Role.HR_INTAKE, Role.HR_MANAGER, Role.SCA, Role.AUDITOR])
def test_who_may_second(
    make: Factory, report: BreachReport, status: ReportStatus, same: bool, role: Role
) -> None:
    """Another officer than the one who proposed it, while it waits."""
    proposer, person = make.person(None, Role.HR_INTAKE), make.person(None, role)
    with db.session.no_autoflush:
        _decision(report, person if same else proposer, Route.NO_FURTHER_ACTION)
        report.status = status
        expected = status == ReportStatus.CLOSING and not same and role in TRIAGE_ROLES
        assert report.can_be_seconded_by(person) is expected
        report.decisions[-1].second_by_id = proposer.id
        assert not report.can_be_seconded_by(person)


@pytest.mark.parametrize("route", [*Route, None])
@pytest.mark.parametrize("role", [Role.WHISTLEBLOWING_OFFICER, Role.SAFEGUARDING_LEAD, Role.HR_MANAGER])
def test_who_may_answer_a_referral(make: Factory, report: BreachReport, route: Route | None, role: Role) -> None:
    """Whom it was referred to, never who referred it, and once."""
    officer, person = make.person(None, Role.HR_INTAKE), make.person(None, role)
    right = {Route.WHISTLEBLOWING: Role.WHISTLEBLOWING_OFFICER, Route.SAFEGUARDING: Role.SAFEGUARDING_LEAD}
    with db.session.no_autoflush:
        decision = _decision(report, officer, route or Route.ADVICE)
        report.status, report.route = ReportStatus.ROUTED, route
        assert report.can_be_answered_by(person) is (route is not None and right.get(route) == role)
        decision.decided_by_id = person.id
        assert not report.can_be_answered_by(person)


def test_words_and_addresses_are_sealed(make: Factory, report: BreachReport) -> None:
    """The row holds nothing of what was said."""
    report = a_report(make.person(), what_happened="unmistakable words", address="https://x.example/post", who="somebody")
    row = db.session.execute(
        sa.text("SELECT * FROM breach_report WHERE reference = :r"), {"r": report.reference}
    ).one()
    kept = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    for word in (b"unmistakable", b"x.example", b"somebody"):
        assert word not in kept


def test_evidence_rows_never_change(make: Factory, report: BreachReport) -> None:
    """The database itself refuses."""
    item = ReportEvidence(
        report_id=report.id, report=report, number=1, stored_as="a", sha256="b", size=1, media_type="image/png", added_at=NOW
    )
    make.keep(item)
    with pytest.raises(sa.exc.DatabaseError, match="append-only"):
        db.session.execute(sa.update(ReportEvidence).values(size=2))
    db.session.rollback()


@pytest.mark.parametrize("field", ["second_by_id", "second_at", "second_agreed"])
def test_the_database_wants_a_whole_second_answer(make: Factory, report: BreachReport, field: str) -> None:
    """Who, when and what, or nothing; and never the same person twice."""
    one, two = make.person(), make.person()
    whole = {"second_by_id": two.id, "second_at": NOW, "second_agreed": True}
    values = {"report_id": report.id, "route": Route.ADVICE, "decided_by_id": one.id, "decided_at": NOW}
    for wrong in ({**whole, field: None}, {**whole, "second_by_id": one.id}):
        db.session.add(TriageDecision(**values, **wrong))
        with pytest.raises(sa.exc.IntegrityError):
            db.session.flush()
        db.session.rollback()
