"""Cases at every later stage: an accepted report made of records, and from there through acts only."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.breach_reports.models import BreachReport, ReportStatus, YesNoUnknown
from app.breach_reports.models import Capacity as ReportedCapacity
from app.core import clock
from app.core.db import commit, db
from app.core.references import new_reference
from app.hr_cases.models import (
    CLOSING_ITEMS,
    Allegation,
    AllegationParagraph,
    Appeal,
    AppealResult,
    Case,
    CaseStatus,
    CaseToAnswer,
    ClosingAnswer,
    ConductCapacity,
    HearingNotice,
    InvestigationReport,
    Manner,
    Outcome,
    Proof,
    Recommendation,
    ReportState,
)
from app.hr_cases.operations.appeals import appoint_appeal_officer, decide_appeal, make_final, submit_appeal
from app.hr_cases.operations.closing import answer_closing_item, close_case
from app.hr_cases.operations.deciding import appoint_decision_maker, decide_case_to_answer
from app.hr_cases.operations.disclosing import decide_disclosure
from app.hr_cases.operations.hearing import earliest_hearing_day, issue_notice, record_hearing
from app.hr_cases.operations.outcomes import decide_outcome
from app.hr_cases.queries import undecided_files
from app.matters.models import Capacity, Matter, MatterKind
from app.matters.operations import add_party
from app.people.models import Person, PersonKind, Role
from app.policy.queries import current_version, paragraphs_by_number, working_calendar
from tests.factories import Factory

START = datetime(2027, 3, 3, 10, 0, tzinfo=UTC)
LATER = START + timedelta(hours=1)
"""After the acceptance of the report, on the same day."""
PRIVATE = "CONF-COUNCIL"
DISREPUTE = "DISREPUTE-ARGUE"


@dataclass
class People:
    """Everybody in a case; each has one part."""

    subject: Person
    reporter: Person
    owner: Person
    manager: Person
    investigator: Person
    decision_maker: Person
    appeal_officer: Person
    stranger: Person

    def everybody(self) -> dict[str, Person]:
        """All of them by their part."""
        return dict(vars(self))


def end_of_day(day: date) -> datetime:
    """The last second of a day: deadlines end with their day."""
    return clock.at_local(day + timedelta(days=1)) - timedelta(seconds=1)



def people_for(make: Factory, kind: PersonKind = PersonKind.EMPLOYEE) -> People:
    """Somebody for each part."""
    return People(
        subject=make.password(make.person("Sam Subject", kind=kind)),
        reporter=make.person("Rita Reporter"),
        owner=make.person("Olive Owner", Role.HR_CASE_OWNER),
        manager=make.person("Mo Manager", Role.HR_MANAGER),
        investigator=make.person("Ivy Investigator", Role.INVESTIGATOR),
        decision_maker=make.person("Dan Decider", Role.DECISION_MAKER, Role.DISMISSAL_AUTHORITY),
        appeal_officer=make.person("Ann Appeal", Role.APPEAL_OFFICER),
        stranger=make.person("Stan Stranger"),
    )


def accepted_case(
    make: Factory, people: People, *categories: str, told: bool = True, at: datetime = START
) -> Case:
    """A case whose report was accepted, with one allegation for each category."""
    report_matter, matter = Matter.new(MatterKind.REPORT, at=at), Matter.new(MatterKind.CASE, at=at)
    make.keep(report_matter.data_key, matter.data_key, report_matter, matter)
    for one in (report_matter, matter):
        add_party(one, people.subject, Capacity.SUBJECT, at=at)
        add_party(one, people.reporter, Capacity.REPORTER, at=at)
    add_party(matter, people.owner, Capacity.CASE_OWNER, at=at)
    add_party(matter, people.investigator, Capacity.INVESTIGATOR, at=at)
    report = make.keep(_report(report_matter, at))
    version = current_version(clock.local_day(at))
    case = Case(
        reference=new_reference(), matter=matter, matter_id=matter.id, report=report, report_id=report.id,
        policy_version=version, policy_version_id=version.id, status=CaseStatus.ACCEPTED,
        step_due_on=at.date(), opened_at=at,
        opened_by_id=people.owner.id, owner_id=people.owner.id,
        told_subject_at=at if told else None,
    )  # fmt: skip
    make.keep(case)
    for number, category in enumerate(categories or (PRIVATE,), start=1):
        make.keep(_allegation(case, number, category, at))
    make.keep(_investigation_report(case, people.investigator, at))
    return case


def _report(matter: Matter, at: datetime) -> BreachReport:
    return BreachReport(
        reference=new_reference(), matter=matter, matter_id=matter.id, status=ReportStatus.CASE_OPENED, category=PRIVATE,
        platform="Facebook", capacity=ReportedCapacity.PERSONAL, in_working_hours=YesNoUnknown.NO,
        malpractice=YesNoUnknown.NO, person_at_risk=YesNoUnknown.NO, personal_data_exposed=YesNoUnknown.NO,
        reporter_harmed=YesNoUnknown.NO, received_at=at, acknowledge_by=at.date(), triage_by=at.date(),
    )  # fmt: skip


def _allegation(case: Case, number: int, category: str, at: datetime) -> Allegation:
    allegation = Allegation(
        case=case, case_id=case.id, number=number, category=category, happened_on=date(2027, 2, 1),
        capacity=ConductCapacity.PERSONAL, wording=f"that post number {number} told what was said in a closed meeting",
        frozen_at=at,
    )  # fmt: skip
    db.session.add(allegation)
    for paragraph in paragraphs_by_number(case.policy_version, ["8.1(b)(1)"]):
        allegation.paragraphs.append(AllegationParagraph(paragraph_id=paragraph.id, paragraph=paragraph))
    return allegation


def _investigation_report(case: Case, investigator: Person, at: datetime) -> InvestigationReport:
    return InvestigationReport(
        case=case, case_id=case.id, number=1, status=ReportState.ACCEPTED, author_id=investigator.id,
        recommendation=Recommendation.FORMAL, submitted_at=at, fingerprint=hashlib.sha256(b"report").hexdigest(),
    )  # fmt: skip


def with_decision_maker(case: Case, people: People, at: datetime = LATER) -> Case:
    """The decision maker is appointed."""
    appoint_decision_maker(case, decision_maker=people.decision_maker, by=people.manager, at=at)
    commit()
    return case


def with_decision(
    case: Case, people: People, decision: CaseToAnswer = CaseToAnswer.CASE_TO_ANSWER, at: datetime = LATER
) -> Case:
    """ACCEPTED -> CLOSED, INFORMAL or HEARING_SET_UP."""
    with_decision_maker(case, people, at)
    answered = decision is not CaseToAnswer.NO_CASE
    decide_case_to_answer(
        case, decision=decision, reasons={a.id: (answered, "The post can still be read.") for a in case.allegations},
        equality="Weighed: belief and free expression.", by=people.decision_maker, at=at,
    )  # fmt: skip
    commit()
    return case


def give_files(case: Case, owner: Person, *, at: datetime = START) -> None:
    """Let the person concerned have each file of which nobody decided yet what they get."""
    for item in undecided_files(case):
        decide_disclosure(item, manner=Manner.FILE, shown=True, by=owner, at=at)


def notified(
    case: Case, people: People, *, dismissal_possible: bool = False, at: datetime = LATER, day: date | None = None
) -> HearingNotice:
    """ACCEPTED or HEARING_SET_UP -> NOTIFIED, for the earliest working day."""
    if case.status is CaseStatus.ACCEPTED:
        with_decision(case, people, at=at)
    give_files(case, people.owner, at=at)
    day = day or earliest_hearing_day(clock.local_day(at), dismissal_possible)
    notice = issue_notice(
        case, hearing_at=clock.at_local(day, 14, 5), place="Room 4, Council offices",
        dismissal_possible=dismissal_possible, by=people.owner, at=at,
    )  # fmt: skip
    commit()
    return notice


def heard(case: Case, people: People, *, dismissal_possible: bool = False, at: datetime = LATER) -> datetime:
    """ACCEPTED or NOTIFIED -> HEARD; gives the moment after the hearing."""
    if case.status is not CaseStatus.NOTIFIED:
        notified(case, people, dismissal_possible=dismissal_possible, at=at)
    notice = db.session.query(HearingNotice).filter_by(case_id=case.id, postponed_at=None).one()
    after = notice.hearing_at + timedelta(hours=2)
    record_hearing(
        case, held_on=clock.local_day(after), in_absence=False, absence_reasons="", present="All who were asked",
        minutes="Sam Subject said that the post was a mistake.", by=people.decision_maker, at=after,
    )  # fmt: skip
    commit()
    return after


OUTCOME: dict[str, Any] = {
    "kind": "first_written_warning",
    "months": 6,
    "reasons": "The meeting was closed, and the post was public for a week.",
    "mitigation": "Ten years without any complaint, and an apology.",
    "change_required": "Nothing from closed meetings is to be published.",
    "equality": "Weighed: nothing bears on a protected characteristic.",
}


def found(case: Case, proof: Proof = Proof.PROVED) -> dict[Any, tuple[Proof, str]]:
    """The same finding on every allegation."""
    return {allegation.id: (proof, "The screenshots show it.") for allegation in case.allegations}


def decided(case: Case, people: People, *, at: datetime | None = None, **values: Any) -> Outcome:
    """ACCEPTED, NOTIFIED or HEARD -> DECIDED."""
    if case.status is not CaseStatus.HEARD:
        dismissal = str(values.get("kind", "")).endswith(("dismissal", "with_notice"))
        at = at or heard(case, people, dismissal_possible=dismissal)
    at = at or LATER
    if values.get("kind") == "dismissal_with_notice":
        values = {"ends_on": clock.local_day(at) + timedelta(days=28), "notice": "4 weeks, to be worked", **values}
    outcome = decide_outcome(
        case, findings=values.pop("findings", found(case)), by=people.decision_maker, at=at, **{**OUTCOME, **values}
    )
    commit()
    return outcome


def appealed(case: Case, people: People, *, at: datetime | None = None, **values: Any) -> Appeal:
    """ACCEPTED to DECIDED -> an appeal; on the last day in time, if no moment is given."""
    outcome = decided(case, people, **values) if case.status is not CaseStatus.DECIDED else outcome_in(case)
    at = at or end_of_day(outcome.appeal_by)
    appeal = submit_appeal(case, grounds="The length is too hard.", by=people.subject, at=at)
    commit()
    return appeal


def outcome_in(case: Case) -> Outcome:
    """The outcome of a decided case."""
    return db.session.query(Outcome).filter_by(case_id=case.id).one()


def with_appeal_officer(case: Case, people: People, *, at: datetime | None = None) -> Appeal:
    """... -> APPEALED, with somebody to hear it."""
    appeal = (
        appealed(case, people)
        if case.status is not CaseStatus.APPEALED
        else db.session.query(Appeal).filter_by(case_id=case.id).one()
    )
    appoint_appeal_officer(
        case, officer=people.appeal_officer, by=people.owner, at=at or appeal.received_at + timedelta(days=1)
    )
    commit()
    return appeal


def final_by_appeal(case: Case, people: People, **values: Any) -> Appeal:
    """... -> FINAL by the decision on an appeal."""
    appeal = with_appeal_officer(case, people)
    decide_appeal(
        appeal, by=people.appeal_officer, at=appeal.received_at + timedelta(days=7),
        **{"result": AppealResult.DISMISSED, "reasons": "The length is the usual one.", **values},
    )  # fmt: skip
    commit()
    return appeal


def final(case: Case, people: People) -> datetime:
    """... -> FINAL because the window passed; gives the first moment in which that could be."""
    outcome = decided(case, people) if case.status is not CaseStatus.DECIDED else outcome_in(case)
    at = end_of_day(outcome.appeal_by) + timedelta(seconds=1)
    make_final(case, by=people.owner, at=at, none_came=True)
    commit()
    return at


def answered(case: Case, people: People, at: datetime, *, but: str = "") -> None:
    """Every item of the closing list answered, but one."""
    for item in CLOSING_ITEMS:
        if item.code != but:
            answer_closing_item(
                case, code=item.code, answer=ClosingAnswer.DONE, note="It has been dealt with.", by=people.owner, at=at
            )
    commit()


def closed(case: Case, people: People) -> datetime:
    """... -> CLOSED."""
    at = final(case, people)
    answered(case, people, at)
    close_case(case, by=people.owner, at=at)
    commit()
    return at


def next_working_day(day: date) -> date:
    """The working day after one."""
    return working_calendar().add(day, 1)
