"""Every act from an accepted report to the closing, as a table: whose it is, at which stage, and how it is called."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.core import clock
from app.hr_cases.models import (
    Appeal,
    AppealResult,
    Came,
    CameBy,
    Case,
    CaseStatus,
    CaseToAnswer,
    ClosingAnswer,
    CompanionKind,
    HearingNotice,
)
from app.hr_cases.operations import (
    answer_closing_item,
    answer_notice,
    appoint_appeal_officer,
    appoint_decision_maker,
    close_case,
    complete_informal,
    decide_appeal,
    decide_case_to_answer,
    decide_outcome,
    issue_notice,
    judge_companion,
    judge_late_appeal,
    make_final,
    postpone_hearing,
    record_answer,
    record_appeal,
    record_hearing,
    submit_appeal,
)
from app.hr_cases.queries import records
from app.people.models import Person
from tests.hr_cases.stages import (
    OUTCOME,
    START,
    People,
    answered,
    appealed,
    decided,
    end_of_day,
    final,
    found,
    heard,
    notified,
    outcome_in,
    with_appeal_officer,
    with_decision,
    with_decision_maker,
)


@dataclass
class Act:
    """One act: the part whose it is, its stage, how a case is brought there, how it is called, and its late answer."""

    whose: str
    stage: CaseStatus
    prepare: Callable[[Case, People], Any]
    call: Callable[[Case, People, Person, datetime], Any]
    once: bool = True
    """Whether the same person cannot do it a second time."""


def notice_of(case: Case) -> HearingNotice:
    """The newest notice."""
    return records.notices(case)[-1]


def appeal_in(case: Case) -> Appeal:
    """The appeal."""
    found_appeal = records.appeal(case)
    assert found_appeal is not None
    return found_appeal


def _named_other(case: Case, people: People) -> None:
    notice = notified(case, people)
    answer_notice(
        notice, companion_kind=CompanionKind.OTHER, companion="A neighbour", reply="", by=people.subject, at=START
    )


def _late_appeal(case: Case, people: People) -> None:
    outcome = decided(case, people)
    appealed(case, people, at=end_of_day(outcome.appeal_by) + timedelta(seconds=1))


def _closing(case: Case, people: People) -> None:
    answered(case, people, final(case, people))


def _decide(case: Case, _people: People, by: Person, at: datetime) -> Any:
    reasons = {a.id: (True, "It can be read.") for a in case.allegations}
    return decide_case_to_answer(
        case, decision=CaseToAnswer.CASE_TO_ANSWER, reasons=reasons, equality="Weighed.", by=by, at=at
    )


def _issue(case: Case, _people: People, by: Person, at: datetime) -> Any:
    day = clock.at_local(clock.local_day(START + timedelta(days=28)), 14)
    return issue_notice(case, hearing_at=day, place="Room 4", dismissal_possible=False, by=by, at=at)


def _record(case: Case, _people: People, by: Person, _at: datetime) -> Any:
    at = notice_of(case).hearing_at
    return record_hearing(
        case, held_on=clock.local_day(at), in_absence=False, absence_reasons="", present="All", minutes="Said.", by=by, at=at
    )


def _final(case: Case, _people: People, by: Person, _at: datetime) -> Any:
    return make_final(
        case, by=by, at=end_of_day(outcome_in(case).appeal_by) + timedelta(days=1), none_came=True
    )


ACTS: dict[str, Act] = {
    "appoint_decision_maker": Act(
        "manager", CaseStatus.ACCEPTED, lambda _case, _people: None,
        lambda case, people, by, at: appoint_decision_maker(case, decision_maker=people.decision_maker, by=by, at=at),
    ),
    "decide_case_to_answer": Act("decision_maker", CaseStatus.ACCEPTED, with_decision_maker, _decide),
    "complete_informal": Act(
        "owner", CaseStatus.INFORMAL, lambda case, people: with_decision(case, people, CaseToAnswer.INFORMAL),
        lambda case, _people, by, at: complete_informal(
            case, note="To ask before posting.", review_on=at.date() + timedelta(days=30), by=by, at=at
        ),
    ),
    "issue_notice": Act("owner", CaseStatus.HEARING_SET_UP, with_decision, _issue),
    "answer_notice": Act(
        "subject", CaseStatus.NOTIFIED, notified,
        lambda case, _people, by, at: answer_notice(
            notice_of(case), companion_kind=None, companion="", reply="I will come.", by=by, at=at
        ),
        once=False,
    ),
    "record_answer": Act(
        "owner", CaseStatus.NOTIFIED, notified,
        lambda case, _people, by, at: record_answer(
            notice_of(case), companion_kind=None, companion="", reply="I will come.", came=Came(at.date(), CameBy.LETTER),
            by=by, at=at,
        ),
    ),
    "judge_companion": Act(
        "owner", CaseStatus.NOTIFIED, _named_other,
        lambda case, _people, by, at: judge_companion(notice_of(case), allowed=True, by=by, at=at),
    ),
    "postpone_hearing": Act(
        "owner", CaseStatus.NOTIFIED, notified,
        lambda case, _people, by, at: postpone_hearing(notice_of(case), reason="The room is flooded.", by=by, at=at),
    ),
    "record_hearing": Act("decision_maker", CaseStatus.NOTIFIED, notified, _record),
    "decide_outcome": Act(
        "decision_maker", CaseStatus.HEARD, heard,
        lambda case, _people, by, at: decide_outcome(case, findings=found(case), by=by, at=at, **OUTCOME),
    ),
    "submit_appeal": Act(
        "subject", CaseStatus.DECIDED, decided,
        lambda case, _people, by, at: submit_appeal(case, grounds="Too hard.", by=by, at=at),
    ),
    "record_appeal": Act(
        "owner", CaseStatus.DECIDED, decided,
        lambda case, _people, by, _at: record_appeal(
            case, grounds="Too hard.", came=Came(outcome_in(case).issued_on, CameBy.LETTER), by=by,
            at=outcome_in(case).decided_at,
        ),
    ),
    "judge_late_appeal": Act(
        "owner", CaseStatus.DECIDED, _late_appeal,
        lambda case, _people, by, at: judge_late_appeal(
            appeal_in(case), accepted=True, reasons="They were in hospital.", by=by, at=at
        ),
    ),
    "appoint_appeal_officer": Act(
        "owner", CaseStatus.APPEALED, appealed,
        lambda case, people, by, at: appoint_appeal_officer(case, officer=people.appeal_officer, by=by, at=at),
    ),
    "decide_appeal": Act(
        "appeal_officer", CaseStatus.APPEALED, with_appeal_officer,
        lambda case, _people, by, at: decide_appeal(
            appeal_in(case), result=AppealResult.DISMISSED, reasons="The length is usual.", by=by, at=at
        ),
    ),
    "make_final": Act("owner", CaseStatus.DECIDED, decided, _final),
    "answer_closing_item": Act(
        "owner", CaseStatus.FINAL, final,
        lambda case, _people, by, at: answer_closing_item(
            case, code="lessons", answer=ClosingAnswer.DONE, note="Remind the team.", by=by, at=at
        ),
        once=False,
    ),
    "close_case": Act(
        "owner", CaseStatus.FINAL, _closing, lambda case, _people, by, at: close_case(case, by=by, at=at)
    ),
}  # fmt: skip
