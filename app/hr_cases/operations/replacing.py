"""Appointing somebody else in place of an owner, investigator, decision maker or appeal officer.

People leave, fall ill, lose a role, or turn out to be too close to somebody; the case must go on, and the file must say
who did what until when. What the former officer did stands under their name. Whoever decides has heard the person: after
a hearing, a new decision maker holds another. Sources: domain 3.6 and 3.11, rules 1 to 5; Acas Code paragraphs 6 and 27.
"""

from datetime import datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.outbox import MessageKind, notify
from app.hr_cases.models import Case, CaseStatus, LetterKind, Reappointment, ReappointmentReason, ReportState
from app.hr_cases.operations import messages
from app.hr_cases.operations.appointing import take_part
from app.hr_cases.operations.guards import ask_stage, ask_who, need
from app.hr_cases.operations.letters import issue_letter
from app.hr_cases.operations.letters_of_change import reappointment_letter
from app.hr_cases.operations.owners import tell_owner
from app.hr_cases.operations.step_dates import HEARING_SET_UP, begin_step_anew, count_step
from app.hr_cases.queries.records import last_report, notices
from app.matters.models import Capacity, MatterParty
from app.matters.operations import end_part
from app.people.models import Person

PART_ENDED = event_kind("case:part-ended", "ended the part of {about} as {part} ({reason})")
REAPPOINTED = event_kind("case:reappointed", "appointed {about} as {part} in their place")

_ASKED: dict[Capacity, MessageKind] = {
    Capacity.CASE_OWNER: messages.OWNER,
    Capacity.INVESTIGATOR: messages.INVESTIGATOR,
    Capacity.DECISION_MAKER: messages.TO_DECIDE,
    Capacity.APPEAL_OFFICER: messages.APPEAL_TO_HEAR,
}


def replace_officer(
    case: Case,
    part: MatterParty,
    *,
    successor: Person,
    reason: ReappointmentReason,
    note: str,
    by: Person,
    at: datetime,
) -> Reappointment:
    """Appoint somebody else to a part that still has something to do. The former officer reads the case no more.

    The person concerned gets a letter where they were told of the open case and know of the part. Refuses (409) a part that
    has ended or has nothing left to do, and (422) whoever cannot be appointed, or a note that is missing.
    """
    ask_who(case, case.is_managed_by(by), by=by, at=at, whose="an HR manager")
    ask_stage(
        case,
        case.can_replace(part, by),
        doing=REAPPOINTED,
        sentence="This part has ended, or nothing is left to do in it.",
    )
    if reason.needs_a_note:
        note = need(note, "Enter what the file should say about this", "note")
    former = part.person
    if successor.id == former.id:
        raise InvalidInput(f"{former.name} has this part now. Select somebody else.", field="successor")
    end_part(part, at=at)
    take_part(case, successor, part.capacity, by=by, at=at, field="successor")
    made = Reappointment(
        case=case, case_id=case.id, capacity=part.capacity, former=former, former_id=former.id, successor=successor,
        successor_id=successor.id, reason=reason, made_at=at, made_by_id=by.id, note=note.strip(),
    )  # fmt: skip
    db.session.add(made)
    facts = {"part": part.capacity}
    record(PART_ENDED, case.id, by=by.id, at=at, about=former.id, facts={**facts, "reason": reason})
    record(REAPPOINTED, case.id, by=by.id, at=at, about=successor.id, facts=facts)
    _hand_on(case, part.capacity, successor, at)
    if _is_known_to_subject(case, part.capacity):
        words = reappointment_letter(case, made, by=by, at=at)
        issue_letter(case, kind=LetterKind.REAPPOINTMENT, words=words, by=by, at=at)
    _tell(case, made, by=by, at=at)
    return made


def _hand_on(case: Case, capacity: Capacity, successor: Person, at: datetime) -> None:
    """What the part held goes to the successor, with the whole time for the step that is theirs to do."""
    if capacity is Capacity.CASE_OWNER:
        case.owner_id = successor.id
    elif capacity is Capacity.INVESTIGATOR:
        draft = last_report(case)
        if draft is not None and draft.status is ReportState.DRAFT:
            draft.author, draft.author_id = successor, successor.id
        begin_step_anew(case, CaseStatus.PLANNING, CaseStatus.INVESTIGATING, at=at)
    elif capacity is Capacity.DECISION_MAKER and case.status is CaseStatus.HEARD:
        case.move_to(CaseStatus.HEARING_SET_UP)
        count_step(case, HEARING_SET_UP, clock.local_day(at))
    else:
        begin_step_anew(case, CaseStatus.ACCEPTED, at=at)


def _is_known_to_subject(case: Case, capacity: Capacity) -> bool:
    """Whether a letter has named whoever has this part to the person concerned, in a case that goes on."""
    if case.told_subject_at is None or case.status is CaseStatus.CLOSED:
        return False
    return capacity is not Capacity.DECISION_MAKER or bool(notices(case))


def _tell(case: Case, made: Reappointment, *, by: Person, at: datetime) -> None:
    """The successor and the owner as officers of the case; the former, who is one no longer, in words that say less."""
    notify(made.successor_id, _ASKED[made.capacity], made.id, at=at, matter_id=case.matter_id)
    if case.owner_id not in (made.successor_id, by.id):
        tell_owner(case, messages.REAPPOINTED, made.id, at=at)
    if made.former.is_here_on(clock.local_day(at)) and made.former_id != by.id:
        notify(made.former_id, messages.PART_ENDED, made.id, at=at)
