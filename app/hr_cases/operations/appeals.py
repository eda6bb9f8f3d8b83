"""An appeal, and how an outcome becomes final.

Sources: domain 3.6, rows Decided and Appealed; Acas Code paragraphs 26 to 29.
"""

from datetime import date, datetime

from app.core import clock
from app.core.audit import EventKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.outbox import notify
from app.core.presentation import uk_weekday_date
from app.core.working_days import last_live_day
from app.hr_cases.models import Appeal, AppealResult, Came, Case, CaseStatus, LetterKind, Outcome
from app.hr_cases.operations import messages
from app.hr_cases.operations.appointing import take_part
from app.hr_cases.operations.common import NO_ACTION, appeal_of, ask_officer, ask_subject, outcome_kind, outcome_of
from app.hr_cases.operations.ending_employment import checked_end
from app.hr_cases.operations.guards import need
from app.hr_cases.operations.letters import issue_letter
from app.hr_cases.operations.letters_of_outcome import (
    appeal_officer_letter,
    appeal_received_letter,
    appeal_result_letter,
    late_appeal_refused_letter,
)
from app.hr_cases.operations.owners import tell_owner
from app.hr_cases.operations.relying import tell_who_relied_on
from app.hr_cases.operations.sending import ask_outcome_sent
from app.hr_cases.operations.step_dates import APPEAL_APPOINTMENT, LATE_APPEAL_DECISION, MAKING_FINAL, count_step
from app.hr_cases.queries.reaching import why_not_reached
from app.hr_cases.queries.sending import waits_to_be_sent
from app.matters.models import Capacity
from app.people.models import Person
from app.policy.pack import OutcomeKind
from app.policy.queries import due_at_once, due_within, pack, received

APPEAL_SUBMITTED = event_kind("case:appeal-submitted", "appealed against the outcome")
APPEAL_RECORDED = event_kind("case:appeal-recorded", "recorded an appeal that came another way")
LATE_APPEAL_JUDGED = event_kind("case:late-appeal-judged", "decided whether the late appeal is heard: {answer}")
APPEAL_OFFICER_APPOINTED = event_kind("case:appeal-officer-appointed", "appointed {about} to hear the appeal")
APPEAL_DECIDED = event_kind("case:appeal-decided", "decided the appeal: {result}")
APPEAL_HEARING = "appeal_hearing_working_days"
MADE_FINAL = event_kind("case:made-final", "made the outcome final")


def submit_appeal(case: Case, *, grounds: str, by: Person, at: datetime) -> Appeal:
    """The person concerned appeals. In time it goes ahead; late, it is kept, and HR decides whether it is heard."""
    made = case.appeal is not None
    sentence = "You have appealed already. There is one appeal." if made else "There is no outcome to appeal against now."
    ask_subject(case, case.can_appeal(by) and not made, by=by, act=came_as(case), sentence=sentence)
    appeal = take_appeal(case, grounds=need(grounds, "Enter why you appeal", "grounds"), by=case.owner or by, at=at)
    record(APPEAL_SUBMITTED, case.id, by=by.id, at=at, facts={"in_time": appeal.in_time})
    tell_owner(case, messages.APPEAL_RECEIVED, appeal.id, at=at)
    return appeal


def take_appeal(case: Case, *, grounds: str, by: Person, at: datetime, came: Came | None = None) -> Appeal:
    """Take an appeal in, however it came: in time or late by the day on which it came, with a letter that says so."""
    day = came.on if came else clock.local_day(at)
    appeal = Appeal(
        case=case, case_id=case.id, received_at=at, in_time=_is_in_time(case, day, at),
        heard_by=due_at_once(APPEAL_HEARING, _received_on(at, came.on if came else None)), grounds=grounds,
    )  # fmt: skip
    if came is not None:
        appeal.came_another_way(came, by)
    db.session.add(appeal)
    words = appeal_received_letter(case, appeal, by=by, at=at)
    issue_letter(case, kind=LetterKind.APPEAL_RECEIVED, words=words, by=by, at=at)
    start = received(at).day
    if appeal.in_time:
        _go_ahead(case, start)
    else:
        count_step(case, LATE_APPEAL_DECISION, start, due_on=due_at_once(LATE_APPEAL_DECISION, start))
    return appeal


def _is_in_time(case: Case, day: date, at: datetime) -> bool:
    """The time to appeal runs only once the person concerned was told of the outcome."""
    return day <= outcome_of(case).appeal_by or waits_to_be_sent(case, LetterKind.OUTCOME, clock.local_day(at))


def came_as(case: Case) -> EventKind:
    """By which act the appeal in a case came, or would come."""
    return APPEAL_RECORDED if case.appeal is not None and case.appeal.is_recorded else APPEAL_SUBMITTED


def _go_ahead(case: Case, start: date) -> None:
    """Somebody is appointed to hear it by a day of its own, counted from when it came into Probity or was let through.

    The day by which it is heard is theirs, whoever they are: it would be too late for finding them.
    """
    case.move_to(CaseStatus.APPEALED)
    count_step(case, APPEAL_APPOINTMENT, start, due_on=due_at_once(APPEAL_APPOINTMENT, start))


def counted_from(appeal: Appeal) -> date:
    """From which day the time for hearing an appeal counts: when it was received, or when a late one was let through."""
    if appeal.late_judged_at:
        return clock.local_day(appeal.late_judged_at)
    return _received_on(appeal.received_at, appeal.came_on)


def _received_on(moment: datetime, came_on: date | None) -> date:
    """From which day it counts. Of what came another way the day alone is known: it counts as come in working hours."""
    return received(clock.at_local(came_on) if came_on else moment).day


def judge_late_appeal(appeal: Appeal, *, accepted: bool, reasons: str, by: Person, at: datetime) -> None:
    """HR's discretion about an appeal that came late, with reasons. If it is not accepted the outcome stands, and can be
    made final, for which the time counts anew: it could not be while the appeal waited.
    """
    case = appeal.case
    may = case.can_judge_late_appeal(by)
    ask_officer(case, case.is_owned_by(by), may, by=by, at=at, whose="the case owner", act=LATE_APPEAL_JUDGED)
    appeal.late_reasons = need(reasons, "Enter your reasons", "reasons")
    appeal.late_judged_at = at
    if accepted:
        appeal.late_accepted_by_id = by.id
        appeal.heard_by = due_within(APPEAL_HEARING, clock.local_day(at))
        words = appeal_received_letter(case, appeal, by=by, at=at)
        issue_letter(case, kind=LetterKind.APPEAL_RECEIVED, words=words, by=by, at=at)
        _go_ahead(case, clock.local_day(at))
    else:
        words = late_appeal_refused_letter(case, appeal, by=by, at=at)
        issue_letter(case, kind=LetterKind.APPEAL_RESULT, words=words, by=by, at=at)
        count_step(case, MAKING_FINAL, max(clock.local_day(at), outcome_of(case).appeal_by))
    record(LATE_APPEAL_JUDGED, case.id, by=by.id, at=at, facts={"answer": "yes" if accepted else "no"})


def appoint_appeal_officer(case: Case, *, officer: Person, by: Person, at: datetime) -> None:
    """Appoint who hears the appeal: from the pool, and never before involved in the case or the report behind it.

    From then on the case waits for them, by the day by which the appeal is to be heard.
    """
    ask_officer(
        case,
        case.is_owned_by(by),
        case.can_appoint_appeal_officer(by),
        by=by,
        at=at,
        whose="the case owner",
        act=APPEAL_OFFICER_APPOINTED,
    )
    take_part(case, officer, Capacity.APPEAL_OFFICER, by=by, at=at, field="officer")
    appeal = appeal_of(case)
    count_step(case, APPEAL_HEARING, counted_from(appeal), due_on=appeal.heard_by)
    words = appeal_officer_letter(case, appeal, by=by, at=at)
    issue_letter(case, kind=LetterKind.APPEAL_RECEIVED, words=words, by=by, at=at)
    record(APPEAL_OFFICER_APPOINTED, case.id, by=by.id, at=at, about=officer.id)
    notify(officer.id, messages.APPEAL_TO_HEAR, case.id, at=at, matter_id=case.matter_id)


def decide_appeal(
    appeal: Appeal,
    *,
    result: AppealResult,
    reasons: str,
    by: Person,
    at: datetime,
    kind: str | None = None,
    months: int | None = None,
    ends_on: date | None = None,
    notice: str = "",
) -> None:
    """Decide the appeal, finally and with reasons. An outcome replaced in part gets a lighter one, never a harder one."""
    case = appeal.case
    ask_officer(
        case,
        case.is_appeal_heard_by(by),
        case.can_decide_appeal(by),
        by=by,
        at=at,
        whose="whoever hears the appeal",
        act=APPEAL_DECIDED,
    )
    outcome = outcome_of(case)
    reasons = need(reasons, "Enter the reasons for your decision", "reasons")
    stands = _what_stands(case, outcome, result, kind, months)
    _end_employment(appeal, stands, outcome, ends_on, notice, today=clock.local_day(at))
    appeal.result, appeal.result_reasons = result, reasons
    appeal.decided_at, appeal.decided_by_id = at, by.id
    if stands is not None:
        appeal.new_kind, appeal.new_months = stands.code, months
        # The lighter warning runs from the day of the first: an appeal lengthens nothing.
        appeal.new_last_live_day = last_live_day(outcome.issued_on, months) if months is not None else None
        tell_who_relied_on(outcome, at=at)
    words = appeal_result_letter(case, appeal, kind=stands, issued_on=outcome.issued_on, by=by, at=at)
    issue_letter(case, kind=LetterKind.APPEAL_RESULT, words=words, by=by, at=at)
    _make_final(case, at=at)
    record(APPEAL_DECIDED, case.id, by=by.id, at=at, facts={"result": result, "kind": appeal.new_kind})
    tell_owner(case, messages.APPEAL_DECIDED, case.id, at=at)


def _end_employment(
    appeal: Appeal, stands: OutcomeKind | None, outcome: Outcome, ends_on: date | None, notice: str, *, today: date
) -> None:
    """A dismissal that stands in place of another has its own day; with notice, on or after the first decision."""
    if stands is not None:
        decided_on = today if stands.gross_misconduct_only else outcome.issued_on
        appeal.new_employment_ends_on, appeal.new_notice = checked_end(stands, ends_on, notice, decided_on=decided_on)


def _what_stands(
    case: Case, outcome: Outcome, result: AppealResult, kind: str | None, months: int | None
) -> OutcomeKind | None:
    if result != AppealResult.ALLOWED_IN_PART:
        if kind is not None or months is not None:
            raise InvalidInput("Select another outcome only where the appeal succeeds in part", field="kind")
        return outcome_kind(NO_ACTION) if result == AppealResult.ALLOWED else None
    lighter = {choice.code: choice for choice in lighter_outcomes(case, outcome)}
    if kind is None:
        raise InvalidInput("Select the outcome that stands after the appeal", field="kind")
    if kind not in lighter:
        raise InvalidInput("An appeal cannot make the outcome harder. Select a lighter outcome", field="kind")
    new = lighter[kind]
    _check_new_length(outcome, new, months)
    return new


def _check_new_length(outcome: Outcome, new: OutcomeKind, months: int | None) -> None:
    if new.months is None:
        if months is not None:
            raise InvalidInput("This outcome has no length. Leave the number of months empty", field="months")
        return
    most = (new.max_months or new.months).value
    if new.code == outcome.kind and outcome.months is not None:
        most = outcome.months - 1
    if outcome.months is not None and not pack().switches["appeal_may_increase_sanction"].value:
        most = min(most, outcome.months)
    if months is None:
        raise InvalidInput("Enter for how many months the warning counts", field="months")
    if not 1 <= months <= most:
        raise InvalidInput(f"Enter a number of months from 1 to {most}: an appeal cannot lengthen a warning", field="months")


def lighter_outcomes(case: Case, outcome: Outcome) -> list[OutcomeKind]:
    """What may replace an outcome on appeal: anything lighter, or the same warning for a shorter time.

    What has no end takes something away for good, unless the pack names it before the warning: in the place of a warning
    that ends it could make the outcome worse. Where the pack lets an appeal increase an outcome, anything that this person's
    procedure allows.
    """
    kinds = list(pack().outcomes.get(case.subject.person_kind.value, ()))
    if pack().switches["appeal_may_increase_sanction"].value:
        return kinds
    before = next((n for n, kind in enumerate(kinds) if kind.code == outcome.kind), 0)
    if not kinds:
        return []
    limit = _weight(kinds[before], before)
    return [
        kind
        for place, kind in enumerate(kinds)
        if (_weight(kind, place) < limit and (place < before or not _takes_more(kind, kinds[before])))
        or (kind.code == outcome.kind and (outcome.months or 0) > 1)
    ]


def _takes_more(kind: OutcomeKind, warning: OutcomeKind) -> bool:
    """Whether something without an end would stand in the place of a warning that has one."""
    return kind.months is None and warning.months is not None


def _weight(kind: OutcomeKind, place: int) -> tuple[bool, bool, bool, int, int]:
    """How hard an outcome is: dismissals, then formal outcomes by their length (none is for good), then their place."""
    months = kind.months.value if kind.months else (10_000 if kind.formal else 0)
    return (kind.gross_misconduct_only, kind.needs_dismissal_authority, kind.formal, months, place)


def make_final(case: Case, *, by: Person, at: datetime, none_came: bool = False) -> None:
    """Make an outcome final once the time to appeal has passed and no appeal is waiting.

    Where the person concerned cannot sign in, `none_came` says that the owner made sure that none came another way.
    """
    today = clock.local_day(at)
    may = case.status is CaseStatus.DECIDED
    ask_officer(case, case.is_owned_by(by), may, by=by, at=at, whose="the case owner", act=MADE_FINAL)
    if case.late_appeal_waits:
        raise AlreadyDone(
            "An appeal came late and nobody has decided yet whether it is heard.", what_now="Decide about the appeal first."
        )
    ask_outcome_sent(case, at=at)
    outcome = outcome_of(case)
    if today <= outcome.appeal_by or not case.can_make_final(by, today):
        raise AlreadyDone(
            f"The person concerned may appeal up to the end of {uk_weekday_date(outcome.appeal_by)}.",
            what_now="Make the outcome final after that day.",
        )
    unreached = why_not_reached(case.subject, today) is not None
    if unreached and not none_came:
        raise InvalidInput("Confirm that no appeal came another way, or record the one that came", field="none_came")
    _make_final(case, at=at)
    record(MADE_FINAL, case.id, by=by.id, at=at, facts={"could_sign_in": not unreached})


def _make_final(case: Case, *, at: datetime) -> None:
    case.move_to(CaseStatus.FINAL)
    case.final_at = at
    count_step(case, "case_closure_working_days", clock.local_day(at))
