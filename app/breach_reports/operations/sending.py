"""Sending a report: taken whenever it says what happened and the first questions are answered (domain 3.6, Draft)."""

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.breach_reports.models import (
    BreachReport,
    Capacity,
    ReportEvidence,
    WaitingEvidence,
    YesNoUnknown,
)
from app.breach_reports.operations import messages
from app.breach_reports.operations.preparing import draft_matter, waiting_evidence
from app.breach_reports.queries import people_possibly_meant, roles_of_chain, stand_in_roles
from app.breach_reports.queries.worked_out import ACKNOWLEDGEMENT, SAFEGUARDING, TRIAGE, WHISTLEBLOWING
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.drafts import Draft, discard_draft
from app.core.errors import InvalidInput
from app.core.outbox import notify
from app.core.references import new_reference
from app.core.sealing import blind_index
from app.matters.models import Capacity as Part
from app.matters.models import Matter, MatterKind
from app.matters.operations import add_party
from app.matters.queries import holders_not_kept_from
from app.people.models import HR_OFFICERS, Person
from app.policy.queries import due_after_receipt, due_at_once, pack

REPORT_SENT = event_kind("report:sent", "sent this report")


@dataclass(frozen=True)
class ReportAnswers:
    """What a report says. Only what happened and the four first questions are asked of everybody."""

    what_happened: str
    malpractice: YesNoUnknown
    person_at_risk: YesNoUnknown
    personal_data_exposed: YesNoUnknown
    reporter_harmed: YesNoUnknown
    platform: str = ""
    address: str = ""
    happened_on: date | None = None
    roughly_when: str = ""
    subject: Person | None = None
    named: str = ""
    who: str = ""
    category: str = ""
    capacity: Capacity = Capacity.UNKNOWN
    in_working_hours: YesNoUnknown = YesNoUnknown.UNKNOWN


def answers_of(draft: Draft) -> ReportAnswers:
    """What a draft says so far, as the report it would be. Raises InvalidInput where it cannot be sent yet."""
    said = draft.answers
    if not said.get("what_happened"):
        raise InvalidInput("Say what happened", field="what_happened")
    if is_to_be_found(draft):
        raise InvalidInput("Say who it is about, or that you do not know", field="who")
    screening = ("malpractice", "person_at_risk", "personal_data_exposed", "reporter_harmed")
    if any(name not in said for name in screening):
        raise InvalidInput("Answer the four questions that decide who must see your report first", field="screening")
    return ReportAnswers(
        what_happened=said["what_happened"],
        platform=said.get("platform", ""),
        address=said.get("address", ""),
        happened_on=date.fromisoformat(said["happened_on"]) if said.get("happened_on") else None,
        roughly_when=said.get("roughly_when", ""),
        subject=db.session.get(Person, uuid.UUID(said["subject_id"])) if said.get("subject_id") else None,
        named=said.get("name", ""),
        who=said.get("who", ""),
        category=_known_category(said.get("category", "")),
        capacity=Capacity(said.get("capacity", Capacity.UNKNOWN)),
        in_working_hours=YesNoUnknown(said.get("in_working_hours", YesNoUnknown.UNKNOWN)),
        **{name: YesNoUnknown(said[name]) for name in screening},
    )


def is_to_be_found(draft: Draft) -> bool:
    """Whether the reporter typed a name and has not been asked yet which person it is."""
    said = draft.answers
    return bool(said.get("name")) and not said.get("subject_id") and not said.get("asked_who")


def _known_category(code: str) -> str:
    return code if any(category.code == code for category in pack().categories) else ""


def report_sent_from(draft_id: uuid.UUID, by: Person) -> BreachReport | None:
    """The report that was made of a draft already, for a second click on its button; a report keeps its draft's id."""
    report = db.session.get(BreachReport, draft_id)
    return report if report is not None and report.matter.has_party(by, Part.REPORTER) else None


def submit_report(
    answers: ReportAnswers, *, by: Person, at: datetime, draft: Draft | None = None
) -> BreachReport:
    """Take a report from somebody who signed in (policy 7.10, last point).

    A draft gives it its id, its key and its files, and is gone afterwards. HR's intake officers who may know of it are
    told that something waits; where every officer is walled off, the independent person is.
    """
    _refuse_unfinished(answers, at)
    matter = draft_matter(draft) if draft is not None else Matter.new(MatterKind.REPORT, at=at)
    report = _new_report(answers, matter, at, draft.id if draft is not None else uuid.uuid4())
    db.session.add_all([matter, report])
    add_party(matter, by, Part.REPORTER, at=at)
    if answers.subject is not None:
        add_party(matter, answers.subject, Part.SUBJECT, at=at)
    db.session.flush()
    files = waiting_evidence(by) if draft is not None else []
    for number, item in enumerate(files, 1):
        _move(item, report, number, by)
    if draft is not None:
        discard_draft(draft)
    _wall_off_possible_subjects(report, answers, [item.description or "" for item in files], by, at)
    sealed = hashlib.sha256(report.what_happened_sealed or b"").hexdigest()
    record(REPORT_SENT, report.id, by=by.id, at=at, facts={"files": len(files), "fingerprint": sealed})
    _tell_intake(report, at)
    return report


def _wall_off_possible_subjects(
    report: BreachReport, answers: ReportAnswers, descriptions: list[str], by: Person, at: datetime
) -> None:
    """Whoever may be meant cannot see the report until HR says who it is (domain 3.11, rule 6).

    Where somebody was chosen, others may have had a part in it: an officer whom the words name is kept from it too.
    """
    named, who = ("", "") if answers.subject is not None else (answers.named, answers.who)
    texts = (answers.what_happened, answers.address, *descriptions)
    for person in people_possibly_meant(named, who, texts, clock.local_day(at)):
        if person.id != by.id and (answers.subject is None or person.id != answers.subject.id):
            add_party(report.matter, person, Part.POSSIBLE_SUBJECT, at=at)
    db.session.flush()


def _refuse_unfinished(answers: ReportAnswers, at: datetime) -> None:
    if not answers.what_happened.strip():
        raise InvalidInput("Say what happened", field="what_happened")
    if answers.happened_on is not None and answers.happened_on > clock.local_day(at):
        raise InvalidInput("The date when it happened must be today or in the past", field="happened_on")


def _new_report(answers: ReportAnswers, matter: Matter, at: datetime, report_id: uuid.UUID) -> BreachReport:
    acknowledge_by, triage_by = _due_dates(answers, at)
    known = pack().find_platform(answers.platform) if answers.platform else None
    report = BreachReport(
        id=report_id,
        reference=new_reference(),
        matter_id=matter.id,
        matter=matter,
        category=answers.category,
        platform=known.name if known else "",
        happened_on=answers.happened_on,
        capacity=answers.capacity,
        in_working_hours=answers.in_working_hours,
        malpractice=answers.malpractice,
        person_at_risk=answers.person_at_risk,
        personal_data_exposed=answers.personal_data_exposed,
        reporter_harmed=answers.reporter_harmed,
        received_at=at,
        acknowledge_by=acknowledge_by,
        triage_by=triage_by,
        next_due=acknowledge_by,
    )
    report.what_happened, report.address, report.who = answers.what_happened, answers.address, answers.who
    report.roughly_when, report.other_platform = answers.roughly_when, "" if known else answers.platform
    if answers.address:
        report.address_index = blind_index("report-address", normalised_address(answers.address))
    return report


def _due_dates(answers: ReportAnswers, at: datetime) -> tuple[date, date]:
    """When HR confirms and when it decides: sooner where somebody is at risk or it may be a disclosure.

    What came after hours counts from the next working day, but for safeguarding: that counts from the day it came.
    """
    decide = [due_after_receipt(TRIAGE, at)]
    if answers.person_at_risk == YesNoUnknown.YES:
        decide.append(due_at_once(SAFEGUARDING, clock.local_day(at)))
    if answers.malpractice == YesNoUnknown.YES:
        decide.append(due_after_receipt(WHISTLEBLOWING, at))
    return min(due_after_receipt(ACKNOWLEDGEMENT, at), *decide), min(decide)


def normalised_address(address: str) -> str:
    """One spelling for one page: no scheme, no www, small letters, nothing after # and no slash at the end."""
    bare = re.sub(r"^(https?:)?//", "", address.strip().casefold())
    return bare.removeprefix("www.").removeprefix("m.").split("#")[0].rstrip("/")


def _move(item: WaitingEvidence, report: BreachReport, number: int, by: Person) -> None:
    """Make a waiting file part of the report. The file stays as it lies; its words are sealed for their new place."""
    moved = ReportEvidence(
        id=item.id,
        report_id=report.id,
        report=report,
        number=number,
        stored_as=item.stored_as,
        sha256=item.sha256,
        size=item.size,
        media_type=item.media_type,
        added_at=item.added_at,
        added_by_id=by.id,
    )
    moved.file_name, moved.description = item.file_name, item.description
    db.session.delete(item)
    db.session.add(moved)


def _tell_intake(report: BreachReport, at: datetime) -> None:
    day = clock.local_day(at)
    for roles in (roles_of_chain("breach_report_to"), HR_OFFICERS, stand_in_roles()):
        told = holders_not_kept_from(report.matter, roles, day)
        for officer in told:
            notify(officer.id, messages.RECEIVED, report.id, at=at, matter_id=report.matter_id)
        if told:
            return


def answers_as_kept(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers of one page as plain JSON, as a draft keeps them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in answers.items()}
