"""Opening a case from a report, appointing who investigates, planning, and telling the person concerned (domain 3.6)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.breach_reports.models import BreachReport, ReportEvidence
from app.breach_reports.operations import count_reporters_of_repeats, mark_case_opened
from app.core import clock
from app.core.audit import Actor, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.evidence_files import SealedFile, seal_copy
from app.core.file_kinds import kind_called
from app.core.outbox import notify
from app.core.references import new_reference
from app.core.sealing import SealBroken
from app.hr_cases.models import (
    Allegation,
    Attribution,
    Case,
    CaseStatus,
    EvidenceItem,
    EvidenceKind,
    LetterKind,
    UnrecordedPolicy,
    Visibility,
)
from app.hr_cases.operations import messages
from app.hr_cases.operations.appointing import take_part
from app.hr_cases.operations.drafting import (
    AllegationDraft,
    basis_for,
    basis_of,
    check_days,
    check_drafts,
    new_allegation,
    rewrite_allegation,
)
from app.hr_cases.operations.guards import ask_stage, ask_who, need
from app.hr_cases.operations.leaving import ask_after_leaving
from app.hr_cases.operations.letters import LetterWords, investigation_letter, issue_letter
from app.hr_cases.operations.owners import tell_owner
from app.hr_cases.operations.paths import refuse_wrong_path
from app.hr_cases.operations.step_dates import count_step
from app.hr_cases.queries.staffing import nobody_left
from app.matters.models import Capacity, Matter, MatterKind
from app.matters.operations import carry_wall
from app.matters.queries import holders_not_kept_from
from app.people.models import Person, Role
from app.policy.queries import pack

OPENED = event_kind("case:opened", "opened the case about {about}")
OWNER_APPOINTED = event_kind("case:owner-appointed", "made {about} the owner of the case")
INVESTIGATOR_APPOINTED = event_kind("case:investigator-appointed", "appointed {about} to investigate")
PLAN_APPROVED = event_kind("case:plan-approved", "wrote down the plan and began to investigate")
SUBJECT_TOLD = event_kind("case:subject-told", "told {about} what is alleged")
ALLEGATION_ADDED = event_kind("case:allegation-added", "added allegation {allegation}")
ALLEGATION_CHANGED = event_kind("case:allegation-changed", "changed allegation {allegation}")


@dataclass(frozen=True)
class PreparedCase:
    """A matter of its own for a case, and the report's files sealed again under its key, by id of the original."""

    matter: Matter
    copies: dict[uuid.UUID, SealedFile]


def prepare_copies(report: BreachReport, *, at: datetime) -> PreparedCase:
    """Seal the report's files again under a new key, so that report and case can be destroyed apart.

    Slow work: call it outside any transaction. Raises SealBroken where an original is not what its fingerprint says.
    """
    matter = Matter.new(MatterKind.CASE, at=at)
    copies = {evidence.id: _copy(evidence, matter) for evidence in report.evidence}
    return PreparedCase(matter, copies)


def _copy(evidence: ReportEvidence, matter: Matter) -> SealedFile:
    kind = kind_called(evidence.media_type)
    sealed = seal_copy(evidence.stored_as, kind, matter.data_key, opened_with=evidence.data_key)
    if sealed.sha256 != evidence.sha256:
        raise SealBroken(f"file {evidence.number} of the report is not the one that was sent")
    return sealed


def open_case(
    report: BreachReport,
    *,
    prepared: PreparedCase,
    subject: Person,
    allegations: Sequence[AllegationDraft],
    owner: Person,
    by: Person,
    at: datetime,
    policy_choice: UnrecordedPolicy | None = None,
    policy_reason: str = "",
) -> Case:
    """Open one person's case from a report that HR decided to make a case of, with at least one allegation.

    The policy is that in force on the day of the conduct; where none is recorded for it, what HR chose with a reason. The
    report's files become the first exhibits, and its parties stay walled off. Refuses (422) whoever has another procedure, a
    day in the future, a day before the policy without that choice, and a case that no HR manager may deal with.
    """
    mark_case_opened(report, by=by, at=at)
    day = clock.local_day(at)
    if not report.matter.has_party(subject, Capacity.SUBJECT):
        raise InvalidInput(f"Record first that the report is about {subject.name}.", field="subject")
    refuse_wrong_path(subject)
    nobody = nobody_left(report.matter, day, to=Role.HR_MANAGER)
    if nobody:
        raise InvalidInput(nobody, field="owner")
    check_days(allegations, day)
    basis = basis_for(min(draft.happened_on for draft in allegations), policy_choice, policy_reason)
    check_drafts(allegations, day, basis)
    if prepared.copies.keys() != {evidence.id for evidence in report.evidence}:
        raise AlreadyDone("Evidence was added to the report in the meantime.", what_now="Open the case again.")
    case = Case(
        reference=new_reference(),
        matter=prepared.matter,
        matter_id=prepared.matter.id,
        report=report,
        report_id=report.id,
        policy_version=basis.version,
        policy_version_id=basis.version.id,
        unrecorded_policy=basis.chosen,
        policy_reason=basis.reason,
        status=CaseStatus.OPENED,
        opened_at=at,
        opened_by_id=by.id,
        owner_id=owner.id,
    )
    count_step(case, "investigator_appointment_working_days", day)
    db.session.add(case)
    carry_wall(report.matter, case.matter, subject, at=at)
    count_reporters_of_repeats(report, case.matter, at=at)
    for number, draft in enumerate(allegations, start=1):
        new_allegation(case, number, draft)
    _add_report_evidence(report, case, prepared, by, at)
    record(OPENED, case.id, by=by.id, at=at, about=subject.id, facts={"report": report.id})
    _appoint_owner(case, owner, by, at)
    ask_after_leaving(case, at=at)
    return case


def follow_repeat(report: BreachReport, *, by: Actor, at: datetime) -> None:  # noqa: ARG001 - as every follower is called
    """Whoever reported the same while its case goes on already counts as a reporter of the case from then on.

    An officer of the case who did has to be replaced (`queries.replacing`).
    """
    case = db.session.execute(sa.select(Case).where(Case.report_id == report.id)).scalar_one_or_none()
    if case is not None:
        count_reporters_of_repeats(report, case.matter, at=at)


def _appoint_owner(case: Case, owner: Person, by: Person, at: datetime) -> None:
    take_part(case, owner, Capacity.CASE_OWNER, by=by, at=at, field="owner")
    record(OWNER_APPOINTED, case.id, by=by.id, at=at, about=owner.id)
    managers = holders_not_kept_from(case.matter, [Role.HR_MANAGER], clock.local_day(at))
    for person in {one.id: one for one in (owner, *managers)}.values():
        if person.id != by.id:
            notify(person.id, messages.OPENED, case.id, at=at, matter_id=case.matter_id)


def _add_report_evidence(report: BreachReport, case: Case, prepared: PreparedCase, by: Person, at: datetime) -> None:
    presumed = pack().switches["own_account_presumption"].value
    for evidence in report.evidence:
        copy = prepared.copies[evidence.id]
        item = EvidenceItem(
            case=case,
            case_id=case.id,
            number=evidence.number,
            kind=EvidenceKind.IMAGE if copy.kind.is_picture else EvidenceKind.DOCUMENT,
            visibility=Visibility.SUPPLIED,
            attribution=Attribution.PRESUMED if presumed and copy.kind.is_picture else Attribution.NOT_APPLICABLE,
            special_category=False,
            third_party_data=False,
            from_report_evidence_id=evidence.id,
            stored_as=copy.stored_as,
            sha256=copy.sha256,
            size=copy.size,
            media_type=copy.kind.media_type,
            added_at=at,
            added_by_id=by.id,
        )
        item.title = evidence.description or evidence.file_name or f"File {evidence.number} of the report"
        item.transcript = evidence.description
        item.address = report.address
        item.lawful_source = "Sent to Human Resources with the report"
        db.session.add(item)


def appoint_investigator(
    case: Case, *, investigator: Person, terms: str, by: Person, at: datetime
) -> None:
    """Appoint who investigates, with terms of reference. The conflict rules decide who can (domain 3.11)."""
    ask_who(case, case.is_managed_by(by), by=by, at=at, whose="an HR manager")
    ask_stage(
        case,
        case.can_appoint_investigator(by),
        doing=INVESTIGATOR_APPOINTED,
        sentence="An investigator has already been appointed.",
    )
    terms = need(terms, "Enter what the investigator is asked to find out", "terms")
    take_part(case, investigator, Capacity.INVESTIGATOR, by=by, at=at, field="investigator")
    case.move_to(CaseStatus.PLANNING)
    case.terms = terms
    count_step(case, "investigation_plan_working_days", clock.local_day(at))
    record(INVESTIGATOR_APPOINTED, case.id, by=by.id, at=at, about=investigator.id)
    notify(investigator.id, messages.INVESTIGATOR, case.id, at=at, matter_id=case.matter_id)


def approve_plan(case: Case, *, plan: str, by: Person, at: datetime) -> None:
    """Write down how it will be investigated: scope, witnesses, evidence and times; the investigation begins."""
    ask_who(case, case.is_investigated_by(by), by=by, at=at, whose="the investigator")
    ask_stage(
        case, case.can_approve_plan(by), doing=PLAN_APPROVED, sentence="The plan was written down already."
    )
    case.plan = need(plan, "Enter the plan of the investigation", "plan")
    case.move_to(CaseStatus.INVESTIGATING)
    case.plan_approved_at = at
    count_step(case, "investigation_report_working_days", clock.local_day(at))
    record(PLAN_APPROVED, case.id, by=by.id, at=at)
    tell_owner(case, messages.PLAN, case.id, at=at)


def tell_subject(case: Case, *, letter_words: LetterWords, by: Person, at: datetime) -> None:
    """Tell the person concerned by letter what is alleged. From now on the wording is frozen and they find it here.

    As soon as it will not prejudice the investigation, and before they are interviewed (domain 3.6).
    """
    ask_who(case, case.is_owned_by(by), by=by, at=at, whose="the owner of the case")
    ask_stage(case, case.can_tell_subject(by), doing=SUBJECT_TOLD, sentence=_why_not_told(case))
    words = investigation_letter(case, letter_words, by=by, at=at)
    case.told_subject_at = at
    for allegation in case.allegations:
        allegation.frozen_at = at
    issue_letter(case, kind=LetterKind.INVESTIGATION, words=words, by=by, at=at)
    record(SUBJECT_TOLD, case.id, by=by.id, at=at, about=case.subject.id)


def _why_not_told(case: Case) -> str:
    if case.told_subject_at is not None:
        return "The person concerned has already been told."
    if case.status is CaseStatus.PAUSED:
        return "The case stands still, so nobody is told now. Resume the investigation first."
    return "The person concerned is told before anything is decided, and this case has been decided."


def add_allegation(case: Case, draft: AllegationDraft, *, by: Person, at: datetime) -> Allegation:
    """Add an allegation, before the person concerned has been told, under the same version of the policy."""
    _ask_allegations(case, by, at)
    _refuse_same(case, draft)
    check_drafts([draft], clock.local_day(at), basis_of(case))
    number = max((allegation.number for allegation in case.allegations), default=0) + 1
    added = new_allegation(case, number, draft)
    record(ALLEGATION_ADDED, case.id, by=by.id, at=at, facts={"allegation": number})
    return added


def change_allegation(allegation: Allegation, draft: AllegationDraft, *, by: Person, at: datetime) -> None:
    """Change an allegation, before the person concerned has been told; from then on its wording is frozen."""
    case = allegation.case
    _ask_allegations(case, by, at)
    _refuse_same(case, draft, but=allegation)
    check_drafts([draft], clock.local_day(at), basis_of(case))
    rewrite_allegation(allegation, draft)
    record(ALLEGATION_CHANGED, case.id, by=by.id, at=at, facts={"allegation": allegation.number})


def _refuse_same(case: Case, draft: AllegationDraft, *, but: Allegation | None = None) -> None:
    if case.alleges(draft.wording, but=but):
        raise InvalidInput("This is alleged in the case already. Change the words, or go back.", field="wording")


def _ask_allegations(case: Case, by: Person, at: datetime) -> None:
    ask_who(case, case.is_owned_by(by), by=by, at=at, whose="the owner of the case")
    ask_stage(
        case,
        case.can_change_allegations(by),
        doing=SUBJECT_TOLD,
        sentence="The allegations are frozen: the person concerned has been told, or the investigation has ended.",
    )
