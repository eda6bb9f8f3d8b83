"""Sending a report and deciding where it belongs."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.breach_reports.models import BreachReport, ReportEvidence, ReportStatus, Route, WaitingEvidence, YesNoUnknown
from app.breach_reports.operations import (
    MOST_FILES,
    ReportSeen,
    acknowledge_report,
    add_waiting_evidence,
    answer_referral,
    answers_of,
    draft_matter,
    keep_answers,
    mark_case_closed,
    mark_case_opened,
    name_subject,
    propose_closing,
    remove_waiting_evidence,
    route_report,
    second_closing,
    submit_report,
    throw_draft_away,
    waiting_evidence,
)
from app.breach_reports.operations.sending import normalised_address
from app.breach_reports.queries import may_see, route_label
from app.breach_reports.queries.paths import route_for_kind
from app.core.audit import AuditEvent
from app.core.db import db
from app.core.drafts import Draft
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.core.evidence_files import SealedFile
from app.core.file_kinds import PNG as PNG_KIND
from app.core.outbox import OutboxMessage
from app.core.sealing import DataKey
from app.matters.models import Matter
from app.people.models import DeclaredRelationship, Person, PersonKind, RelationshipKind, Role
from tests.breach_reports.factories import a_report, answers, decided, in_triage
from tests.conftest import NOW
from tests.factories import Factory

SCREENING = {"malpractice": "no", "person_at_risk": "no", "personal_data_exposed": "no", "reporter_harmed": "no"}
TODAY = NOW.date()


@pytest.fixture
def hr(make: Factory) -> Person:
    """An intake officer."""
    return make.person("Hr One", Role.HR_INTAKE)


@pytest.fixture
def hr2(make: Factory) -> Person:
    """Another officer."""
    return make.person("Hr Two", Role.HR_MANAGER)


@pytest.fixture
def reporter(make: Factory) -> Person:
    """Who saw something."""
    return make.person("Rep Orter")


def _told(report: BreachReport, occasion: str) -> set[object]:
    rows = db.session.execute(
        sa.select(OutboxMessage.to_person_id).where(
            OutboxMessage.subject_id == report.id, OutboxMessage.occasion == occasion
        )
    )
    return set(rows.scalars())


def _acts(report: BreachReport) -> list[str]:
    return list(
        db.session.execute(
            sa.select(AuditEvent.act).where(AuditEvent.subject_id == report.id).order_by(AuditEvent.number)
        ).scalars()
    )


# Sending


def test_a_report_is_taken_with_its_parties_and_dates(make: Factory, hr: Person, reporter: Person) -> None:
    """What happened is enough; dates come from the pack, counted in working days from the local day."""
    subject = make.person()
    report = a_report(reporter, subject=subject)
    assert report.status == ReportStatus.RECEIVED
    assert (report.reporter, report.subject) == (reporter, subject)
    assert (report.acknowledge_by, report.triage_by) == (date(2027, 3, 5), date(2027, 3, 10))
    assert report.next_due == report.acknowledge_by
    assert _told(report, "report:received") == {hr.id}


@pytest.mark.parametrize(
    ("urgent", "acknowledge_by", "triage_by"),
    [
        ({"person_at_risk": YesNoUnknown.YES}, date(2027, 3, 4), date(2027, 3, 4)),
        ({"malpractice": YesNoUnknown.YES}, date(2027, 3, 3), date(2027, 3, 3)),
        ({"person_at_risk": YesNoUnknown.UNKNOWN}, date(2027, 3, 5), date(2027, 3, 10)),
    ],
)
def test_urgent_answers_bring_the_dates_forward(
    hr: Person, reporter: Person, urgent: dict[str, YesNoUnknown], acknowledge_by: date, triage_by: date
) -> None:
    """One working day for somebody at risk, the same day for a disclosure."""
    report = a_report(reporter, **urgent)
    assert (report.acknowledge_by, report.triage_by) == (acknowledge_by, triage_by)


def test_a_report_on_a_sunday_night_counts_from_the_local_day(hr: Person, reporter: Person) -> None:
    """23:30 in UTC in summer is already Monday here."""
    report = a_report(reporter, at=datetime(2027, 6, 6, 23, 30, tzinfo=UTC))
    assert report.acknowledge_by == date(2027, 6, 9)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"what_happened": " "}, "what_happened"), ({"happened_on": TODAY + timedelta(days=1)}, "happened_on")],
)
def test_only_nothing_and_the_future_are_refused(
    hr: Person, reporter: Person, wrong: dict[str, object], field: str
) -> None:
    """Everything else is taken."""
    with pytest.raises(InvalidInput) as refused:
        submit_report(answers(**wrong), by=reporter, at=NOW)
    assert refused.value.field == field


def test_the_audit_holds_no_content_and_nobody_else(make: Factory, hr: Person, reporter: Person) -> None:
    """Not the subject, not a word: a fingerprint of sealed bytes and a count."""
    report = a_report(reporter, subject=make.person(), what_happened="unmistakable")
    event = db.session.execute(sa.select(AuditEvent).where(AuditEvent.subject_id == report.id)).scalar_one()
    assert event.about_id is None
    assert event.actor_id == reporter.id
    assert set(json.loads(event.facts)) == {"files", "fingerprint"}
    assert "unmistakable" not in event.facts


@pytest.mark.parametrize("everybody_walled", [False, True])
def test_only_officers_who_may_know_are_told(make: Factory, everybody_walled: bool) -> None:
    """The subject and the subject's friend are not; the independent person only where nobody else is left."""
    subject, friend = make.person(None, Role.HR_INTAKE), make.person(None, Role.HR_INTAKE)
    independent = make.person(None, Role.INDEPENDENT)
    manager = None if everybody_walled else make.person(None, Role.HR_MANAGER)
    make.keep(
        DeclaredRelationship(person_id=friend.id, other_id=subject.id, kind=RelationshipKind.FAMILY, since=TODAY)
    )
    report = a_report(make.person(), subject=subject)
    assert _told(report, "report:received") == {manager.id if manager else independent.id}


def test_equal_addresses_get_the_same_mark(hr: Person, reporter: Person) -> None:
    """However they were copied; the mark is no address."""
    one = a_report(reporter, address="https://www.Facebook.com/Post/1/#top")
    two = a_report(reporter, address="facebook.com/post/1")
    assert one.address_index == two.address_index
    assert "facebook" not in (one.address_index or "")
    assert a_report(reporter).address_index is None
    assert normalised_address("http://m.x.com/a/") == "x.com/a"


# A draft with files


def _file(number: int) -> SealedFile:
    return SealedFile(f"stored{number}", f"{number:064d}", 10, PNG_KIND)


def _a_draft(owner: Person, **said: object) -> Draft:
    draft = keep_answers(owner, {"what_happened": "It was bad", **SCREENING, **said}, at=NOW)
    db.session.commit()
    return draft


def _add(draft: Draft, owner: Person, number: int) -> WaitingEvidence:
    item = add_waiting_evidence(
        draft, _file(number), file_name=f"{number}.png", description=f"Shows {number}", by=owner, at=NOW
    )
    db.session.commit()
    return item


def test_a_draft_gives_the_report_its_id_key_and_files(hr: Person, reporter: Person) -> None:
    """Files sealed while waiting open under the report, in their order; the draft is gone."""
    draft = _a_draft(reporter)
    matter_id, draft_id = draft_matter(draft).id, draft.id
    for number in (1, 2, 3):
        _add(draft, reporter, number)
    remove_waiting_evidence(reporter, waiting_evidence(reporter)[1].id)
    db.session.commit()
    _add(draft, reporter, 4)
    report = submit_report(answers_of(draft), by=reporter, at=NOW, draft=draft)
    db.session.commit()
    db.session.expire_all()
    assert (report.id, report.matter_id) == (draft_id, matter_id)
    assert [(e.number, e.file_name, e.description) for e in report.evidence] == [
        (1, "1.png", "Shows 1"),
        (2, "3.png", "Shows 3"),
        (3, "4.png", "Shows 4"),
    ]
    for table in (WaitingEvidence, Draft):
        assert db.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0


def test_files_of_others_do_not_come_along(make: Factory, hr: Person, reporter: Person) -> None:
    """Each report takes its own reporter's files."""
    other = make.person()
    _add(_a_draft(other), other, 1)
    draft = _a_draft(reporter)
    submit_report(answers_of(draft), by=reporter, at=NOW, draft=draft)
    db.session.commit()
    assert db.session.execute(sa.select(sa.func.count()).select_from(ReportEvidence)).scalar_one() == 0
    with pytest.raises(NothingHere):
        remove_waiting_evidence(reporter, waiting_evidence(other)[0].id)


def test_too_many_files_are_refused_with_the_way_on(hr: Person, reporter: Person) -> None:
    """The twenty-first."""
    draft = _a_draft(reporter)
    for number in range(MOST_FILES):
        _add(draft, reporter, number)
    with pytest.raises(InvalidInput, match="later"):
        _add(draft, reporter, 99)


def test_a_draft_thrown_away_leaves_nothing(reporter: Person) -> None:
    """Its rows, its matter and both keys are gone; the files on disk are named for deletion."""
    draft = _a_draft(reporter)
    _add(draft, reporter, 1)
    keys = db.session.execute(sa.select(sa.func.count()).select_from(DataKey)).scalar_one()
    assert throw_draft_away(draft, by=reporter) == ["stored1"]
    db.session.commit()
    assert db.session.execute(sa.select(sa.func.count()).select_from(DataKey)).scalar_one() == keys - 2
    assert db.session.execute(sa.select(sa.func.count()).select_from(Matter)).scalar_one() == 0


@pytest.mark.parametrize("missing", ["what_happened", *SCREENING])
def test_a_draft_without_the_least_is_not_sent(reporter: Person, missing: str) -> None:
    """What happened, and the four first questions."""
    said = {"what_happened": "x", **SCREENING}
    del said[missing]
    draft = keep_answers(reporter, said, at=NOW)
    with pytest.raises(InvalidInput):
        answers_of(draft)


# Triage


def test_acknowledging_tells_the_reporter_and_only_once(hr: Person, hr2: Person, reporter: Person) -> None:
    """A late click is told who did it and when."""
    report = in_triage(reporter, hr)
    assert report.status == ReportStatus.TRIAGE
    assert report.next_due == report.triage_by
    assert _told(report, "report:acknowledged") == {reporter.id}
    with pytest.raises(AlreadyDone) as late:
        acknowledge_report(report, by=hr2, at=NOW)
    assert (late.value.who, late.value.when) == ("Hr One", NOW)


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.HR_INTAKE, Role.HR_MANAGER, Role.HR_CASE_OWNER)])
def test_no_other_role_can_do_anything(make: Factory, hr: Person, reporter: Person, role: Role) -> None:
    """Every act gives them the answer for what does not exist."""
    report, stranger = a_report(reporter), make.person(None, role)
    for act in (
        lambda: acknowledge_report(report, by=stranger, at=NOW),
        lambda: name_subject(report, make.person(), by=stranger, at=NOW),
        lambda: route_report(report, route=Route.ADVICE, reasons="x", by=stranger, at=NOW),
        lambda: propose_closing(report, route=Route.DUPLICATE, reasons="x", by=stranger, at=NOW),
        lambda: second_closing(report, agrees=True, reasons="", by=stranger, at=NOW),
        lambda: answer_referral(report, reasons="x", by=stranger, at=NOW),
        lambda: mark_case_opened(report, by=stranger, at=NOW),
    ):
        with pytest.raises(NothingHere) as refused:
            act()
        assert refused.value.secret


KIND_ROUTES = {
    PersonKind.EMPLOYEE: Route.CASE,
    PersonKind.AGENCY: Route.EMPLOYER,
    PersonKind.PARTNER: Route.EMPLOYER,
    PersonKind.VOLUNTEER: Route.PROBLEM_SOLVING,
    PersonKind.PARTNERSHIP_MEMBER: Route.PROBLEM_SOLVING,
    PersonKind.STUDENT: Route.PLACEMENT,
    PersonKind.BOARD_MEMBER: Route.BOARD,
    PersonKind.COUNCILLOR: Route.MONITORING_OFFICER,
    PersonKind.SCHOOL_STAFF: Route.SCHOOL,
    PersonKind.CHIEF_OFFICER: Route.SEPARATE_PROCEDURE,
    PersonKind.STATUTORY_OFFICER: Route.SEPARATE_PROCEDURE,
}


@pytest.mark.parametrize("kind", list(PersonKind))
def test_who_the_person_is_decides_the_way(make: Factory, hr: Person, reporter: Person, kind: PersonKind) -> None:
    """The one way for this kind of person is open, every other that depends on it is refused by name (422)."""
    subject = make.person("Sub Ject", kind=kind)
    report = in_triage(reporter, hr, subject=subject)
    right = KIND_ROUTES[kind]
    assert route_for_kind(subject) == right
    for route in set(KIND_ROUTES.values()) - {right}:
        with pytest.raises(InvalidInput, match=f"Choose “{route_label(right)}”"):
            route_report(report, route=route, reasons="x", by=hr, at=NOW)
    decided(report, hr, right)
    assert report.status == (ReportStatus.TRIAGE if right == Route.CASE else ReportStatus.ROUTED)


def test_a_case_needs_a_named_person_and_other_ways_do_not(make: Factory, hr: Person, reporter: Person) -> None:
    """A councillor whom nobody has in the list can still go to the Monitoring Officer."""
    report = in_triage(reporter, hr, who="Councillor somebody")
    with pytest.raises(InvalidInput, match="who this report is about"):
        route_report(report, route=Route.CASE, reasons="x", by=hr, at=NOW)
    decided(report, hr, Route.MONITORING_OFFICER)
    assert report.closed_at == NOW
    assert _told(report, "report:closed") == {reporter.id}


def test_naming_the_subject_builds_the_wall_at_once(make: Factory, hr: Person, hr2: Person, reporter: Person) -> None:
    """Also between the officer who is named and the report; naming another replaces the first."""
    report = in_triage(reporter, hr, subject=make.person())
    name_subject(report, hr2, by=hr, at=NOW)
    db.session.commit()
    assert report.subject == hr2
    with pytest.raises(NothingHere):
        route_report(report, route=Route.ADVICE, reasons="x", by=hr2, at=NOW)


@pytest.mark.parametrize(("kind", "stands"), [(PersonKind.EMPLOYEE, True), (PersonKind.VOLUNTEER, False)])
def test_a_wrong_subject_is_mended_until_the_case_is_opened(
    make: Factory, hr: Person, hr2: Person, reporter: Person, kind: PersonKind, stands: bool
) -> None:
    """With a new wall; the decision to open a case falls where this person has no cases, and never once it is opened."""
    wrong, right = make.person(), make.person(None, Role.HR_INTAKE, kind=kind)
    report = decided(in_triage(reporter, hr, subject=wrong), hr, Route.CASE)
    assert may_see(report, right, TODAY)
    name_subject(report, right, by=hr2, at=NOW)
    db.session.commit()
    assert report.subject == right
    assert not may_see(report, right, TODAY)
    assert report.route == (Route.CASE if stands else None)
    assert report.next_due is not None
    if stands:
        mark_case_opened(report, by=hr, at=NOW)
        with pytest.raises(AlreadyDone):
            name_subject(report, wrong, by=hr, at=NOW)


@pytest.mark.parametrize("route", list(Route))
def test_reasons_are_never_left_out(make: Factory, hr: Person, reporter: Person, route: Route) -> None:
    """Whatever is decided."""
    make.person(None, Role.WHISTLEBLOWING_OFFICER)
    make.person(None, Role.SAFEGUARDING_LEAD)
    kinds = {way: kind for kind, way in KIND_ROUTES.items()}
    subject = make.person(kind=kinds[route]) if route in kinds else None
    report = in_triage(reporter, hr, subject=subject)
    with pytest.raises(InvalidInput, match="Enter your reasons"):
        route_report(report, route=route, reasons=" \n", by=hr, at=NOW)
    assert report.decisions == []


@pytest.mark.parametrize("route", [Route.NO_FURTHER_ACTION, Route.DUPLICATE])
def test_closing_takes_two_officers(hr: Person, hr2: Person, reporter: Person, route: Route) -> None:
    """The same person twice is refused (403); after the second it is closed and the reporter told."""
    before = a_report(reporter) if route is Route.DUPLICATE else None
    report = decided(in_triage(reporter, hr), hr, route, repeats=before)
    assert report.status == ReportStatus.CLOSING
    assert report.closed_at is None
    assert _told(report, "report:second#1") == {hr2.id}
    with pytest.raises(NotAllowed):
        second_closing(report, agrees=True, reasons="", by=hr, at=NOW)
    second_closing(report, agrees=True, reasons="", by=hr2, at=NOW)
    db.session.commit()
    assert (report.status, report.closed_at, report.next_due) == (ReportStatus.CLOSED, NOW, None)
    assert _told(report, "report:closed") == {reporter.id}
    with pytest.raises(AlreadyDone) as late:
        second_closing(report, agrees=False, reasons="no", by=hr2, at=NOW)
    assert late.value.who == "Hr Two"
    assert _acts(report)[-2:] == ["report:closing-proposed", "report:closing-agreed"]


def test_a_closing_sent_back_needs_reasons_and_is_decided_again(hr: Person, hr2: Person, reporter: Person) -> None:
    """Both decisions stay on record, each with its answer."""
    report = decided(in_triage(reporter, hr), hr, Route.NO_FURTHER_ACTION)
    with pytest.raises(InvalidInput, match="why"):
        second_closing(report, agrees=False, reasons="", by=hr2, at=NOW)
    second_closing(report, agrees=False, reasons="Look again.", by=hr2, at=NOW)
    db.session.commit()
    assert (report.status, report.route, report.next_due) == (ReportStatus.TRIAGE, None, report.triage_by)
    decided(report, hr2, Route.ADVICE)
    assert [(d.number, d.route) for d in report.decisions] == [(1, Route.NO_FURTHER_ACTION), (2, Route.ADVICE)]


def _seen(report: BreachReport, **changed: Any) -> ReportSeen:
    """How a page shows the report now."""
    subject = str(report.subject.id) if report.subject else ""
    return replace(ReportSeen(len(report.decisions), subject), **changed)


@pytest.mark.parametrize("was_known", [False, True])
def test_nobody_replaces_a_person_whom_their_page_did_not_show(
    make: Factory, hr: Person, hr2: Person, reporter: Person, was_known: bool
) -> None:
    """Nor decides about one: they learn who is recorded, by whom and when, and may then do either anew."""
    report = in_triage(reporter, hr, **({"subject": make.person("Ann First")} if was_known else {"who": "Somebody"}))
    page, other = _seen(report), make.person("Otto Other")
    name_subject(report, make.person("Siân Right"), by=hr, at=NOW, seen=page)
    db.session.commit()
    for act in (
        lambda seen: name_subject(report, other, by=hr2, at=NOW, seen=seen),
        lambda seen: route_report(report, route=Route.CASE, reasons="x", by=hr2, at=NOW, seen=seen),
        lambda seen: route_report(report, route=Route.NO_FURTHER_ACTION, reasons="x", by=hr2, at=NOW, seen=seen),
    ):
        with pytest.raises(AlreadyDone, match="about Siân Right") as late:
            act(page)
        assert (late.value.who, late.value.when) == ("Hr One", NOW)
    assert (report.subject.name if report.subject else None, report.decisions) == ("Siân Right", [])
    name_subject(report, other, by=hr2, at=NOW, seen=_seen(report))
    assert report.subject == other


def test_nobody_says_who_it_is_past_a_decision_that_their_page_did_not_show(
    make: Factory, hr: Person, hr2: Person, reporter: Person
) -> None:
    """Another person would change what was decided."""
    report = in_triage(reporter, hr, subject=make.person("Ann First"))
    page = _seen(report)
    decided(report, hr, Route.CASE)
    with pytest.raises(AlreadyDone, match="Open a case") as late:
        name_subject(report, make.person(kind=PersonKind.VOLUNTEER), by=hr2, at=NOW, seen=page)
    assert late.value.who == "Hr One"
    assert report.route == Route.CASE
    name_subject(report, make.person(kind=PersonKind.VOLUNTEER), by=hr2, at=NOW, seen=_seen(report))
    assert report.route is None


def test_a_decision_from_an_older_page_is_told_what_was_decided(hr: Person, hr2: Person, reporter: Person) -> None:
    """Two officers with the same page open: the second learns who decided what and when."""
    report = decided(in_triage(reporter, hr, subject=hr.line_manager), hr, Route.GRIEVANCE)
    with pytest.raises(AlreadyDone, match="Grievance") as late:
        route_report(report, route=Route.ADVICE, reasons="x", by=hr2, at=NOW, seen=_seen(report, decisions=0))
    assert (late.value.who, late.value.when) == ("Hr One", NOW)


def test_somebody_at_risk_goes_to_safeguarding_first(make: Factory, hr: Person, reporter: Person) -> None:
    """Nothing else is open until the lead has answered; meanwhile it is on hold, and no case can be opened."""
    lead = make.person("Lea D", Role.SAFEGUARDING_LEAD)
    report = in_triage(reporter, hr, subject=make.person(), person_at_risk=YesNoUnknown.YES)
    for route in (Route.CASE, Route.ADVICE, Route.NO_FURTHER_ACTION, Route.GRIEVANCE):
        with pytest.raises(InvalidInput, match="safeguarding lead first"):
            route_report(report, route=route, reasons="x", by=hr, at=NOW)
    decided(report, hr, Route.SAFEGUARDING)
    assert (report.status, report.closed_at) == (ReportStatus.ROUTED, None)
    assert _told(report, "report:referred#1") == {lead.id}
    with pytest.raises(AlreadyDone):
        mark_case_opened(report, by=hr, at=NOW)
    with pytest.raises(NotAllowed):
        answer_referral(report, reasons="x", by=hr, at=NOW)
    with pytest.raises(InvalidInput, match="Enter your answer"):
        answer_referral(report, reasons="", by=lead, at=NOW)
    answer_referral(report, reasons="Spoke with the council’s officer.", by=lead, at=NOW)
    db.session.commit()
    assert (report.status, report.route) == (ReportStatus.TRIAGE, None)
    assert report.triage_by == date(2027, 3, 10)
    with pytest.raises(NothingHere):
        answer_referral(report, reasons="again", by=lead, at=NOW)
    decided(report, hr, Route.CASE)


def test_nobody_refers_to_themselves_or_to_nobody(make: Factory, reporter: Person) -> None:
    """An officer who is the safeguarding lead too cannot hand it to themselves."""
    both = make.person("Bo Th", Role.HR_INTAKE, Role.SAFEGUARDING_LEAD)
    report = in_triage(reporter, both)
    with pytest.raises(InvalidInput, match="no safeguarding lead"):
        route_report(report, route=Route.SAFEGUARDING, reasons="x", by=both, at=NOW)
    with pytest.raises(InvalidInput, match="no whistleblowing officer"):
        route_report(report, route=Route.WHISTLEBLOWING, reasons="x", by=both, at=NOW)


def test_whistleblowing_is_sealed_off_from_hr(make: Factory, hr: Person, hr2: Person, reporter: Person) -> None:
    """After the referral only the whistleblowing officer can do anything, and only once."""
    officer = make.person("Whi Stle", Role.WHISTLEBLOWING_OFFICER)
    report = in_triage(reporter, hr, malpractice=YesNoUnknown.YES)
    with pytest.raises(NothingHere):
        answer_referral(report, reasons="x", by=officer, at=NOW)
    decided(report, hr, Route.WHISTLEBLOWING)
    for act in (
        lambda: acknowledge_report(report, by=hr2, at=NOW),
        lambda: route_report(report, route=Route.ADVICE, reasons="x", by=hr, at=NOW),
    ):
        with pytest.raises(NothingHere):
            act()
    answer_referral(report, reasons="Taken over.", by=officer, at=NOW)
    db.session.commit()
    assert (report.status, report.closed_at) == (ReportStatus.ROUTED, NOW)
    with pytest.raises(AlreadyDone):
        answer_referral(report, reasons="again", by=officer, at=NOW)


@pytest.mark.parametrize("stands", ["manages", "above", "below"])
@pytest.mark.parametrize(
    ("route", "role"),
    [(Route.WHISTLEBLOWING, Role.WHISTLEBLOWING_OFFICER), (Route.SAFEGUARDING, Role.SAFEGUARDING_LEAD)],
)
def test_a_referral_goes_past_whoever_is_in_the_line_of_the_subject(
    make: Factory, hr: Person, reporter: Person, route: Route, role: Role, stands: str
) -> None:
    """HR reads what to do where nobody else holds the role; a deputy takes it, and the other never finds it."""
    holder, between, subject = make.person("Holly Holder", role), make.person(), make.person()
    if stands == "manages":
        subject.line_manager_id = holder.id
    elif stands == "above":
        subject.line_manager_id, between.line_manager_id = between.id, holder.id
    else:
        holder.line_manager_id, between.line_manager_id = between.id, subject.id
    db.session.commit()
    report = in_triage(reporter, hr, subject=subject)
    with pytest.raises(InvalidInput, match="appoint a deputy to the role"):
        route_report(report, route=route, reasons="x", by=hr, at=NOW)
    db.session.rollback()
    deputy = make.person("Dan Deputy", role)
    decided(report, hr, route)
    assert _told(report, "report:referred#1") == {deputy.id}
    assert [may_see(report, person, NOW.date()) for person in (holder, deputy)] == [False, True]
    with pytest.raises(NothingHere):
        answer_referral(report, reasons="x", by=holder, at=NOW)
    answer_referral(report, reasons="Taken over.", by=deputy, at=NOW)


def test_a_case_is_opened_after_its_decision_only(make: Factory, hr: Person, hr2: Person, reporter: Person) -> None:
    """And once; when the case is closed the reporter reads that it is."""
    report = in_triage(reporter, hr, subject=make.person())
    with pytest.raises(InvalidInput, match="Record first"):
        mark_case_opened(report, by=hr, at=NOW)
    with pytest.raises(AlreadyDone):
        mark_case_closed(report, by=hr, at=NOW)
    decided(report, hr, Route.CASE)
    mark_case_opened(report, by=hr2, at=NOW)
    db.session.commit()
    assert (report.status, report.next_due, report.closed_at) == (ReportStatus.CASE_OPENED, None, None)
    with pytest.raises(AlreadyDone):
        mark_case_opened(report, by=hr, at=NOW)
    mark_case_closed(report, by=hr, at=NOW)
    assert report.closed_at == NOW
    assert _acts(report) == ["report:sent", "report:acknowledged", "report:routed", "report:case-opened"]


def test_a_decision_for_a_case_can_be_changed_until_it_is_opened(make: Factory, hr: Person, reporter: Person) -> None:
    """By an officer who has seen the present decision."""
    report = decided(in_triage(reporter, hr, subject=make.person()), hr, Route.CASE)
    with pytest.raises(AlreadyDone):
        route_report(report, route=Route.ADVICE, reasons="x", by=hr, at=NOW, seen=_seen(report, decisions=0))
    route_report(report, route=Route.ADVICE, reasons="x", by=hr, at=NOW, seen=_seen(report))
    assert (report.status, report.route) == (ReportStatus.ROUTED, Route.ADVICE)


def test_nothing_is_decided_before_it_is_confirmed(hr: Person, reporter: Person) -> None:
    """The conflict check comes first."""
    report = a_report(reporter)
    for act in (
        lambda: route_report(report, route=Route.ADVICE, reasons="x", by=hr, at=NOW),
        lambda: name_subject(report, reporter, by=hr, at=NOW),
        lambda: second_closing(report, agrees=True, reasons="", by=hr, at=NOW),
    ):
        with pytest.raises(AlreadyDone, match="Confirm first"):
            act()
