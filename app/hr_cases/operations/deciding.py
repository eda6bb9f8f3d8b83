"""Whether there is a case to answer, decided by somebody who did not investigate; and what is settled informally.

Sources: domain 3.6, rows Accepted and Informal; Acas Code paragraphs 5 to 7; Acas guide to investigations, step 5.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from app.breach_reports.operations import mark_case_closed
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import InvalidInput, NotAllowed
from app.core.outbox import notify
from app.core.working_days import months_after
from app.hr_cases.models import (
    Case,
    CaseStatus,
    CaseToAnswer,
    CaseToAnswerDecision,
    CaseToAnswerReason,
    LetterKind,
)
from app.hr_cases.operations import messages
from app.hr_cases.operations.appointing import take_part
from app.hr_cases.operations.closing import answer_referral
from app.hr_cases.operations.common import EQUALITY_MISSING, ask_officer, listed_numbers, needs_equality_check
from app.hr_cases.operations.ending_early import NOTHING_SAID, EarlyEnd, checked_no_finding
from app.hr_cases.operations.guards import need
from app.hr_cases.operations.letters import informal_letter, informal_note_letter, issue_letter, no_case_letter
from app.hr_cases.operations.owners import tell_owner
from app.hr_cases.operations.step_dates import HEARING_SET_UP, begin_step_anew, count_step, set_step
from app.hr_cases.queries.sending import is_told
from app.matters.models import Capacity
from app.people.models import Person

MOST_MONTHS_TO_REVIEW = 24  # a slip of the hand beyond
DECISION_MAKER_APPOINTED = event_kind("case:decision-maker-appointed", "appointed {about} to decide")
CASE_TO_ANSWER_DECIDED = event_kind("case:case-to-answer-decided", "decided on the report: {decision}")
INFORMAL_COMPLETED = event_kind(
    "case:informal-completed", "recorded what was agreed informally, to be looked at again on {review_on}"
)

Reasons = Mapping[uuid.UUID, tuple[bool, str]]


def appoint_decision_maker(case: Case, *, decision_maker: Person, by: Person, at: datetime) -> None:
    """Appoint who decides: from the pool, another person than the investigator and the owner, without any conflict.

    They have the whole time for it, however long it took to find them.
    """
    ask_officer(
        case,
        case.is_managed_by(by),
        case.can_appoint_decision_maker(by),
        by=by,
        at=at,
        whose="an HR manager",
        act=DECISION_MAKER_APPOINTED,
    )
    take_part(case, decision_maker, Capacity.DECISION_MAKER, by=by, at=at, field="decision_maker")
    begin_step_anew(case, CaseStatus.ACCEPTED, at=at)
    record(DECISION_MAKER_APPOINTED, case.id, by=by.id, at=at, about=decision_maker.id)
    notify(decision_maker.id, messages.TO_DECIDE, case.id, at=at, matter_id=case.matter_id)


def decide_case_to_answer(
    case: Case,
    *,
    decision: CaseToAnswer,
    reasons: Reasons,
    equality: str,
    by: Person,
    at: datetime,
    early_end: EarlyEnd = NOTHING_SAID,
) -> CaseToAnswerDecision:
    """Decide on an accepted report, with reasons for each allegation: no case, informal, or a case to answer.

    Without a case to answer the case is closed, and the person concerned is told only if they knew of it. Where it may not
    end so without more, `early_end` says what is needed.
    """
    if case.is_investigated_by(by):
        raise NotAllowed("Whoever investigated cannot decide whether there is a case to answer.")
    ask_officer(
        case,
        case.is_decided_by(by),
        case.can_decide_case_to_answer(by),
        by=by,
        at=at,
        whose="the decision maker",
        act=CASE_TO_ANSWER_DECIDED,
    )
    _check_reasons(case, decision, reasons)
    if decision != CaseToAnswer.NO_CASE:
        _ask_told(case, at)
    if needs_equality_check(case.allegations):
        need(equality, EQUALITY_MISSING, "equality")
    no_finding = checked_no_finding(case, decision, early_end.no_finding, day=clock.local_day(at))
    if decision == CaseToAnswer.NO_CASE:
        answer_referral(case, answer=early_end.answer, note=early_end.note, by=by, at=at)
    made = _decision_of(case, decision, reasons, equality, by=by, at=at)
    made.no_finding = no_finding
    record(CASE_TO_ANSWER_DECIDED, case.id, by=by.id, at=at, facts={"decision": decision})
    _follow(case, made, by=by, at=at)
    return made


def _ask_told(case: Case, at: datetime) -> None:
    if is_told(case, clock.local_day(at)):
        return
    owner, first = case.owner.name if case.owner else "the case owner", "to tell them first"
    if case.told_subject_at is not None:
        first = "to send them the letter about it first, another way than in Probity"
    raise InvalidInput(
        f"{case.subject.name} has not been told of this case yet, so nothing can be decided against them. "
        f"Ask {owner} {first}",
        field="decision",
    )


def _check_reasons(case: Case, decision: CaseToAnswer, reasons: Reasons) -> None:
    known = {allegation.id for allegation in case.allegations}
    if set(reasons) - known:
        raise InvalidInput("Give reasons only for the allegations of this case", field="reasons")
    missing = [a for a in case.allegations if a.id not in reasons or not reasons[a.id][1].strip()]
    if missing:
        raise InvalidInput(f"Enter your reasons for {listed_numbers(missing)}", field="reasons")
    to_answer = [a for a in case.allegations if reasons[a.id][0]]
    if decision == CaseToAnswer.CASE_TO_ANSWER and not to_answer:
        raise InvalidInput("Select at least one allegation on which there is a case to answer", field="decision")
    if decision == CaseToAnswer.NO_CASE and to_answer:
        raise InvalidInput(
            f"You decided that there is no case to answer, but said that there is one on {listed_numbers(to_answer)}. "
            "Change one of the two",
            field="decision",
        )


def _decision_of(
    case: Case, decision: CaseToAnswer, reasons: Reasons, equality: str, *, by: Person, at: datetime
) -> CaseToAnswerDecision:
    made = CaseToAnswerDecision(
        case=case, case_id=case.id, decision=decision, decided_by=by, decided_by_id=by.id, decided_at=at,
        equality=equality.strip(),
    )  # fmt: skip
    for allegation in case.allegations:
        to_answer, words = reasons[allegation.id]
        CaseToAnswerReason(
            decision=made, decision_id=made.id, allegation=allegation, allegation_id=allegation.id, to_answer=to_answer,
            words=words.strip(),
        )  # fmt: skip
    db.session.add(made)
    return made


def _follow(case: Case, made: CaseToAnswerDecision, *, by: Person, at: datetime) -> None:
    today = clock.local_day(at)
    if made.decision == CaseToAnswer.NO_CASE:
        if case.told_subject_at is not None:
            issue_letter(case, kind=LetterKind.NO_CASE, words=no_case_letter(case, made, by=by, at=at), by=by, at=at)
        _close(case, by=by, at=at)
    elif made.decision == CaseToAnswer.INFORMAL:
        case.move_to(CaseStatus.INFORMAL)
        count_step(case, "case_closure_working_days", today)
        issue_letter(case, kind=LetterKind.INFORMAL, words=informal_letter(case, made, by=by, at=at), by=by, at=at)
    else:
        case.move_to(CaseStatus.HEARING_SET_UP)
        count_step(case, HEARING_SET_UP, today)
    tell_owner(case, messages.TO_ANSWER_DECIDED, case.id, at=at)


def complete_informal(
    case: Case,
    *,
    note: str,
    review_on: date,
    by: Person,
    at: datetime,
    months: int | None = None,
    early_end: EarlyEnd = NOTHING_SAID,
) -> None:
    """Record what was agreed informally and when to look at it again, and close the case. It is no warning: no length."""
    ask_officer(
        case,
        case.is_owned_by(by),
        case.can_complete_informal(by),
        by=by,
        at=at,
        whose="the case owner",
        act=INFORMAL_COMPLETED,
    )
    if months is not None:
        raise InvalidInput(
            "What is agreed informally is not a warning and has no length. Leave the length empty", field="months"
        )
    note = need(note, "Enter what was agreed", "note")
    if review_on <= clock.local_day(at):
        raise InvalidInput("The day to look at it again must be in the future", field="review_on")
    if review_on > months_after(clock.local_day(at), MOST_MONTHS_TO_REVIEW):
        raise InvalidInput(
            f"The day to look at it again must be within {MOST_MONTHS_TO_REVIEW} months from today", field="review_on"
        )
    answer_referral(case, answer=early_end.answer, note=early_end.note, by=by, at=at)
    case.informal_note = note
    case.informal_review_on = review_on
    words = informal_note_letter(case, note, review_on, by=by, at=at)
    issue_letter(case, kind=LetterKind.INFORMAL, words=words, by=by, at=at)
    _close(case, by=by, at=at)
    record(INFORMAL_COMPLETED, case.id, by=by.id, at=at, facts={"review_on": review_on})


def _close(case: Case, *, by: Person, at: datetime) -> None:
    case.move_to(CaseStatus.CLOSED)
    case.decided_without_hearing_at = at
    case.closed_at = at
    set_step(case, None)
    mark_case_closed(case.report, by=by, at=at)
