"""Gathering evidence for and against, taking statements, and letting a case stand still (domain 3.6, Investigating)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.evidence_files import SealedFile
from app.core.outbox import notify
from app.core.presentation import uk_date
from app.hr_cases.models import (
    Attribution,
    Bearing,
    Case,
    CasePause,
    CaseStatus,
    EvidenceBearing,
    EvidenceItem,
    EvidenceKind,
    LetterKind,
    PauseReason,
    Statement,
    StatementKind,
    StatementState,
    Visibility,
)
from app.hr_cases.operations import messages
from app.hr_cases.operations.guards import ask_stage, ask_who, need
from app.hr_cases.operations.reporting import SUBMITTED
from app.hr_cases.operations.sending import ask_sent, told_from
from app.hr_cases.operations.step_dates import PAUSE_REVIEW, resume_step, stop_step
from app.matters.models import SEPARATE, Capacity
from app.matters.operations import wall_off
from app.people.models import Person, Role
from app.policy.queries import due_within

STATEMENT_CHECK = "statement_check_working_days"
EVIDENCE_ADDED = event_kind("case:evidence-added", "added exhibit {exhibit}")
EVIDENCE_WEIGHED = event_kind("case:evidence-weighed", "said what exhibit {exhibit} speaks for")
STATEMENT_ADDED = event_kind("case:statement-added", "added statement {statement}")
STATEMENT_CHECKED = event_kind("case:statement-checked", "recorded the answer to statement {statement}: {state}")
PAUSED = event_kind("case:paused", "let the case stand still: {reason}")
RESUMED = event_kind("case:resumed", "let the case go on")


@dataclass(frozen=True)
class EvidenceDetails:
    """What is written down about an exhibit beside its file."""

    title: str
    kind: EvidenceKind
    visibility: Visibility
    attribution: Attribution
    lawful_source: str
    transcript: str = ""
    address: str = ""
    captured_on: date | None = None
    captured_by: str = ""
    special_category: bool = False
    third_party_data: bool = False


def add_evidence(
    case: Case,
    *,
    details: EvidenceDetails,
    file: SealedFile | None,
    bearings: Mapping[uuid.UUID, Bearing],
    by: Person,
    at: datetime,
) -> EvidenceItem:
    """Add an exhibit, with how it was lawfully come by and which allegations it speaks for or against.

    The file was sealed with the case's key before the act; neither it nor the row ever changes.
    """
    ask_who(
        case, case.is_investigated_by(by) or case.is_owned_by(by),
        by=by, at=at, whose="the investigator or the owner of the case",
    )  # fmt: skip
    _ask_investigating(case, case.can_add_evidence(by), "Evidence is added while the case is investigated.")
    _check_evidence(case, details, file, bearings, clock.local_day(at))
    item = EvidenceItem(
        case=case,
        case_id=case.id,
        number=_next_number(case, EvidenceItem),
        kind=details.kind,
        captured_on=details.captured_on,
        visibility=details.visibility,
        attribution=details.attribution,
        special_category=details.special_category,
        third_party_data=details.third_party_data,
        stored_as=file.stored_as if file else None,
        sha256=file.sha256 if file else None,
        size=file.size if file else None,
        media_type=file.kind.media_type if file else None,
        added_at=at,
        added_by=by,
        added_by_id=by.id,
        bearings=[EvidenceBearing(allegation_id=one, bearing=bearing) for one, bearing in bearings.items()],
    )
    item.title, item.address = details.title.strip(), details.address.strip()
    item.captured_by, item.lawful_source = details.captured_by.strip(), details.lawful_source.strip()
    item.transcript = details.transcript.strip()
    db.session.add(item)
    record(EVIDENCE_ADDED, case.id, by=by.id, at=at, facts={"exhibit": item.label, "item": item.id})
    return item


def weigh_evidence(
    item: EvidenceItem, *, bearings: Mapping[uuid.UUID, Bearing], by: Person, at: datetime, weighing_seen: str | None = None
) -> None:
    """Say which allegations an exhibit speaks for or against, in place of what was said before.

    The exhibit itself never changes; those that came with the report start without any bearing. `weighing_seen` is what the
    page showed: investigator and owner may both say it, and neither replaces what they have not read.
    """
    case = item.case
    ask_who(
        case, case.is_investigated_by(by) or case.is_owned_by(by),
        by=by, at=at, whose="the investigator or the owner of the case",
    )  # fmt: skip
    _ask_investigating(case, case.can_add_evidence(by), "Evidence is weighed while the case is investigated.")
    ask_stage(
        case,
        weighing_seen in (None, item.weighing),
        doing=EVIDENCE_WEIGHED,
        sentence=f"It was said anew in the meantime what exhibit {item.label} speaks for.",
    )
    _check_bearings(case, bearings)
    for known in list(item.bearings):
        if known.allegation_id not in bearings:
            item.bearings.remove(known)
    present = {known.allegation_id: known for known in item.bearings}
    for allegation_id, bearing in bearings.items():
        if allegation_id in present:
            present[allegation_id].bearing = bearing
        else:
            item.bearings.append(EvidenceBearing(allegation_id=allegation_id, bearing=bearing))
    record(EVIDENCE_WEIGHED, case.id, by=by.id, at=at, facts={"exhibit": item.label, "item": item.id})


def _check_bearings(case: Case, bearings: Mapping[uuid.UUID, Bearing]) -> None:
    if not set(bearings) <= {allegation.id for allegation in case.allegations}:
        raise InvalidInput("Select allegations of this case")


def _check_evidence(
    case: Case, details: EvidenceDetails, file: SealedFile | None, bearings: Mapping[uuid.UUID, Bearing], today: date
) -> None:
    need(details.title, "Enter what it is", "title")
    need(details.lawful_source, "Enter how we came by it", "lawful_source")
    if file is None and not details.transcript.strip():
        raise InvalidInput("Select a file, or enter what it says or shows in words", field="file")
    if details.captured_on is not None and details.captured_on > today:
        raise InvalidInput("The day on which it was captured must be today or in the past", field="captured_on")
    _check_bearings(case, bearings)


def _ask_investigating(case: Case, allowed: bool, sentence: str) -> None:
    if case.status is CaseStatus.PAUSED:
        ask_stage(case, allowed, doing=PAUSED, sentence="The case stands still. Its owner must let it go on first.")
    ask_stage(case, allowed, doing=SUBMITTED, sentence=sentence)


def _next_number(case: Case, kind: type[EvidenceItem] | type[Statement]) -> int:
    last = db.session.execute(sa.select(sa.func.max(kind.number)).where(kind.case_id == case.id)).scalar_one()
    return (last or 0) + 1


def add_statement(
    case: Case,
    *,
    person: Person,
    kind: StatementKind,
    taken_on: date,
    words: str,
    present: str,
    by: Person,
    at: datetime,
) -> Statement:
    """Write down somebody's account. Whoever gives one is a witness from now on, walled off from case and report alike.

    The person concerned is heard only after they have been told what is alleged (409 before that).
    """
    ask_who(case, case.is_investigated_by(by), by=by, at=at, whose="the investigator")
    _ask_investigating(case, case.can_add_statement(by), "Statements are taken while the case is investigated.")
    is_subject = case.matter.has_party(person, Capacity.SUBJECT)
    if is_subject:
        _ask_told(case, at)
    if person.id == by.id:
        raise InvalidInput("You cannot take a statement from yourself.", field="person")
    _refuse_officer(case, person)
    if kind is StatementKind.SUBJECT_REPLY and not is_subject:
        raise InvalidInput("Only the person concerned gives a reply. Select how this account was given.", field="kind")
    _check_day(case, is_subject, taken_on, clock.local_day(at))
    statement = Statement(
        case=case,
        case_id=case.id,
        number=_next_number(case, Statement),
        person=person,
        person_id=person.id,
        kind=kind,
        state=StatementState.SENT_FOR_CHECKING,
        taken_on=taken_on,
        check_by=due_within(STATEMENT_CHECK, clock.local_day(at)),
        added_at=at,
        added_by_id=by.id,
    )
    statement.words = need(words, "Enter what they said", "words")
    statement.present = present.strip()
    db.session.add(statement)
    wall_off(person, Capacity.WITNESS, from_all=(case.matter, case.report.matter), at=at)
    record(
        STATEMENT_ADDED, case.id, by=by.id, at=at, about=person.id,
        facts={"statement": statement.label, "kind": kind, "id": statement.id},
    )  # fmt: skip
    return statement


def _ask_told(case: Case, at: datetime) -> None:
    if case.told_subject_at is None:
        raise AlreadyDone(
            "The person concerned has not been told yet, so they cannot be heard.",
            what_now="Ask the owner of the case to tell them first.",
        )
    sentence = "The letter that tells the person concerned has not been sent to them yet, so they cannot be heard."
    ask_sent(case, LetterKind.INVESTIGATION, sentence, at=at)


def _check_day(case: Case, is_subject: bool, taken_on: date, today: date) -> None:
    if taken_on > today:
        raise InvalidInput("The day on which it was given must be today or in the past", field="taken_on")
    told = told_from(case) if is_subject else None
    if told is not None and taken_on < told:
        raise InvalidInput(
            f"The person concerned was told on {uk_date(told)}. Enter that day or a later one.", field="taken_on"
        )


def _refuse_officer(case: Case, person: Person) -> None:
    """A witness is walled off, so whoever works on the case cannot become one: nobody might be left to go on with it."""
    if case.matter.has_party(person, *SEPARATE) or person.holds(Role.HR_MANAGER):
        raise InvalidInput(
            f"{person.name} works on this case, or manages those who do. As a witness they could not go on. "
            "Ask HR how to hear them before you take a statement.",
            field="person_email",
        )


def record_statement_check(
    statement: Statement, *, state: StatementState, amendments: str, checked_on: date, by: Person, at: datetime
) -> None:
    """Record what somebody answered when they checked their statement; amendments stand beside it, never in it."""
    case = statement.case
    ask_who(case, case.is_investigated_by(by), by=by, at=at, whose="the investigator")
    ask_stage(
        case,
        case.can_record_statement_check(by) and statement.waits_for_answer,
        doing=STATEMENT_CHECKED,
        sentence="The answer was recorded already, or the investigation has ended.",
    )
    if state is StatementState.SENT_FOR_CHECKING:
        raise InvalidInput("Select what they answered", field="state")
    if state is StatementState.AGREED_WITH_AMENDMENTS:
        need(amendments, "Enter the changes they asked for", "amendments")
    if not statement.taken_on <= checked_on <= clock.local_day(at):
        raise InvalidInput(
            "The day of their answer must be on or after the day of the statement, and not in the future",
            field="checked_on",
        )
    statement.state, statement.checked_on = state, checked_on
    statement.amendments = amendments.strip()
    record(
        STATEMENT_CHECKED, case.id, by=by.id, at=at, about=statement.person_id,
        facts={"statement": statement.label, "state": state},
    )  # fmt: skip


def pause_case(case: Case, *, reason: PauseReason, note: str, by: Person, at: datetime) -> CasePause:
    """Let a case stand still for a recorded reason, with a day on which that is looked at again."""
    ask_who(case, case.is_owned_by(by), by=by, at=at, whose="the owner of the case")
    ask_stage(
        case, case.can_pause(by), doing=PAUSED, sentence="Only a case that is being investigated can stand still."
    )
    note = need(note, "Enter what has been agreed, and with whom", "note")
    day = clock.local_day(at)
    pause = CasePause(
        case=case,
        case_id=case.id,
        reason=reason,
        started_at=at,
        started_by_id=by.id,
        review_on=due_within(PAUSE_REVIEW, day),
    )
    pause.note = note
    db.session.add(pause)
    case.move_to(CaseStatus.PAUSED)
    stop_step(case, pause)
    record(PAUSED, case.id, by=by.id, at=at, facts={"reason": reason})
    if case.investigator is not None:
        notify(case.investigator.id, messages.PAUSED, pause.id, at=at, matter_id=case.matter_id)
    return pause


def resume_case(case: Case, *, by: Person, at: datetime) -> None:
    """Let a case go on. The investigator has as many working days left for the report as when it stopped."""
    ask_who(case, case.is_owned_by(by), by=by, at=at, whose="the owner of the case")
    ask_stage(case, case.can_resume(by), doing=RESUMED, sentence="The case does not stand still.")
    case.move_to(CaseStatus.INVESTIGATING)
    for pause in case.pauses:
        if pause.ended_at is None:
            pause.ended_at = at
            resume_step(case, pause, at)
            if case.investigator is not None:
                notify(case.investigator.id, messages.RESUMED, pause.id, at=at, matter_id=case.matter_id)
    record(RESUMED, case.id, by=by.id, at=at)
