"""What becomes of a case whose person concerned leaves: it is asked of the owner, who decides with reasons.

A resignation ends no case by itself. In a matter of safeguarding the case goes on until a finding is reached, and no case
ends before it is decided whether the Disclosure and Barring Service or a regulator must be told (domain 3.6, row Any after
leaving). Whoever records that somebody leaves learns nothing of it: it is asked in the case, of its owner alone.
"""

from datetime import date, datetime

from app.breach_reports.operations import mark_case_closed
from app.core.audit import Actor, ActorKind, event_kind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.outbox import notify
from app.core.presentation import uk_date
from app.core.working_days import HolidayDataEnds
from app.hr_cases.models import Case, CaseLeaving, CaseStatus, LeavingDecision, LetterKind
from app.hr_cases.models.stages import BEFORE_OUTCOME
from app.hr_cases.operations import messages
from app.hr_cases.operations.closing import answer_referral
from app.hr_cases.operations.common import ask_officer
from app.hr_cases.operations.ending_early import NOTHING_SAID, EarlyEnd, asks_why_no_finding
from app.hr_cases.operations.guards import need
from app.hr_cases.operations.letter_parts import known
from app.hr_cases.operations.letters import issue_letter
from app.hr_cases.operations.letters_of_change import ended_letter
from app.hr_cases.operations.owners import tell_owner
from app.hr_cases.operations.step_dates import AFTER_LEAVING, set_step
from app.hr_cases.queries import records
from app.hr_cases.queries.leaving import open_cases_about
from app.people.models import Person
from app.policy.queries import due_within

LEAVING_ASKED = event_kind(
    "case:leaving-asked", "asked whether the case goes on, since {about} leaves with {last_working_day} as the last day"
)
LEAVING_WITHDRAWN = event_kind(
    "case:leaving-withdrawn", "took back what was asked, since {about} stays or leaves on another day"
)
LEAVING_DECIDED = event_kind("case:leaving-decided", "decided, since {about} leaves: {decision}")
GO_ON_FIRST = "Select “Go on with the case”."


def follow_leaving(person: Person, *, by: Actor, at: datetime) -> None:  # noqa: ARG001 - every follower is told who acts
    """Ask the owner of each open case about somebody, once their last working day is another one or none.

    It is asked in the name of the system: the record of a case is nothing for whoever told that somebody leaves.
    """
    for case in open_cases_about(person):
        ask_after_leaving(case, at=at)


def ask_after_leaving(case: Case, *, at: datetime) -> None:
    """Ask what becomes of a case whose person concerned leaves, and take back what was asked because of another day."""
    subject, standing = case.subject, case.leaving
    day = subject.last_working_day
    if standing is not None:
        if standing.last_working_day == day:
            return
        standing.ended_at = at
        record(LEAVING_WITHDRAWN, case.id, by=ActorKind.SYSTEM, at=at, about=subject.id)
    db.session.flush()  # one at most stands
    if day is None or case.status not in BEFORE_OUTCOME:
        return
    due_on, counted_from = _due(day, local_day(at))
    case.leavings.append(
        CaseLeaving(case_id=case.id, last_working_day=day, asked_at=at, due_on=due_on, counted_from=counted_from)
    )
    facts = {"last_working_day": day, "due_on": due_on}
    record(LEAVING_ASKED, case.id, by=ActorKind.SYSTEM, at=at, about=subject.id, facts=facts)
    tell_owner(case, messages.LEAVING, case.id, at=at, number=len(case.leavings))


def _due(last_working_day: date, today: date) -> tuple[date, date | None]:
    """Counted from when they are gone, or from when that is known: until then they may stay, or leave on another day."""
    start = max(last_working_day, today)
    try:
        return due_within(AFTER_LEAVING, start), start
    except HolidayDataEnds:  # a day far ahead never stops whoever records that somebody leaves
        return start, None


def decide_after_leaving(
    case: Case,
    *,
    decision: LeavingDecision,
    reasons: str,
    by: Person,
    at: datetime,
    early_end: EarlyEnd = NOTHING_SAID,
    seen: datetime | None = None,
) -> CaseLeaving:
    """Decide with reasons that the case goes on, or end it. What is decided later takes the place of what was before.

    A case ends only once the person concerned is gone, with the answer on a referral and, where the investigation reached
    no finding, why none can be reached. Where the safeguarding lead was asked, it does not end before the investigation
    report is accepted (422). `seen` is when what the page showed was decided: an older page decides nothing anew.
    """
    may = case.can_decide_after_leaving(by)
    ask_officer(case, case.is_owned_by(by), may, by=by, at=at, whose="the case owner", act=LEAVING_DECIDED)
    leaving = known(case.leaving)
    _ask_shown(leaving, decision, seen)
    reasons = need(reasons, "Enter why you decide this", "reasons")
    no_finding = ""
    if decision == LeavingDecision.CLOSE:
        _ask_may_end(case, at)
        if asks_why_no_finding(case, local_day(at)):
            no_finding = need(early_end.no_finding, "Enter why no finding can be reached", "no_finding")
        answer_referral(case, answer=early_end.answer, note=early_end.note, by=by, at=at)
    made = _decided(case, leaving, decision, by=by, at=at)
    made.reasons, made.no_finding = reasons, no_finding
    record(LEAVING_DECIDED, case.id, by=by.id, at=at, about=case.subject.id, facts={"decision": decision})
    if decision == LeavingDecision.CLOSE:
        _close(case, by=by, at=at)
    return made


def _ask_shown(leaving: CaseLeaving, decision: LeavingDecision, seen: datetime | None) -> None:
    """Refuse (409) a decision from a page that did not show what stands, and the same decision once more."""
    if leaving.decided_at is not None and (leaving.decided_at != seen or leaving.decision == decision):
        raise AlreadyDone(
            "It has been decided already that this case goes on.",
            who=known(leaving.decided_by).name,
            when=leaving.decided_at,
            did="decided that it goes on",
            what_now="Open the case to read why. If something has changed since, decide it anew from there.",
        )


def _ask_may_end(case: Case, at: datetime) -> None:
    subject = case.subject
    if not subject.has_left_on(local_day(at)):
        raise InvalidInput(
            f"{subject.name} works here up to and including {uk_date(subject.last_working_day)} and may still stay. "
            f"{GO_ON_FIRST} You can decide anew once they have left",
            field="decision",
        )
    if case.report.safeguarding_was_asked and records.accepted_report(case) is None:
        raise InvalidInput(
            "The safeguarding lead was asked in this case, so it goes on until the investigation has reached a finding and "
            f"you have accepted its report. {GO_ON_FIRST}",
            field="decision",
        )


def _decided(case: Case, leaving: CaseLeaving, decision: LeavingDecision, *, by: Person, at: datetime) -> CaseLeaving:
    """The answer to what was asked; a second one stands beside the first, which no longer counts."""
    made = leaving
    if leaving.decided_at is not None:
        leaving.ended_at = at
        db.session.flush()  # one at most stands
        made = CaseLeaving(
            case_id=case.id, last_working_day=leaving.last_working_day, asked_at=leaving.asked_at, due_on=leaving.due_on,
            counted_from=leaving.counted_from,
        )  # fmt: skip
        case.leavings.append(made)
    made.decision, made.stage, made.decided_at = decision, case.status, at
    made.decided_by, made.decided_by_id = by, by.id
    return made


def _close(case: Case, *, by: Person, at: datetime) -> None:
    """End the case: whoever worked on it is told, and the person concerned by letter if they knew of it."""
    if case.told_subject_at is not None:
        issue_letter(case, kind=LetterKind.ENDED, words=ended_letter(case, by=by, at=at), by=by, at=at)
    for pause in case.pauses:
        if pause.ended_at is None:
            pause.ended_at = at
    for officer in (case.investigator, case.decision_maker):
        if officer is not None:
            notify(officer.id, messages.ENDED_EARLY, case.id, at=at, matter_id=case.matter_id)
    case.move_to(CaseStatus.CLOSED)
    case.closed_at = at
    set_step(case, None)
    mark_case_closed(case.report, by=by, at=at)
