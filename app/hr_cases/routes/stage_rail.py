"""The rail of stages: where a case has been and when each stage was done, where it is, and what is still to come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.core.audit import EventKind
from app.hr_cases.models import Case, CaseStatus
from app.hr_cases.operations.appeals import APPEAL_DECIDED
from app.hr_cases.operations.deciding import CASE_TO_ANSWER_DECIDED, INFORMAL_COMPLETED
from app.hr_cases.operations.hearing import HEARING_HELD
from app.hr_cases.operations.outcomes import OUTCOME_DECIDED
from app.hr_cases.operations.reporting import ACCEPTED, SUBMITTED

_S = CaseStatus
RAIL: tuple[tuple[str, tuple[CaseStatus, ...]], ...] = (
    ("Opened", (_S.OPENED,)),
    ("Plan", (_S.PLANNING,)),
    ("Investigation", (_S.INVESTIGATING, _S.PAUSED)),
    ("Report", (_S.REPORT_REVIEW,)),
    ("Case to answer", (_S.ACCEPTED,)),
    ("Informal steps", (_S.INFORMAL,)),
    ("Hearing", (_S.HEARING_SET_UP, _S.NOTIFIED)),
    ("Outcome", (_S.HEARD, _S.DECIDED)),
    ("Appeal", (_S.APPEALED,)),
    ("Closing", (_S.FINAL,)),
    ("Closed", (_S.CLOSED,)),
)
DONE_BY: Mapping[str, EventKind] = {
    "Investigation": SUBMITTED,
    "Report": ACCEPTED,
    "Case to answer": CASE_TO_ANSWER_DECIDED,
    "Informal steps": INFORMAL_COMPLETED,
    "Hearing": HEARING_HELD,
    "Outcome": OUTCOME_DECIDED,
    "Appeal": APPEAL_DECIDED,
}
"""The act that ended a stage; the case itself keeps the moments of the others."""

_WITH_HEARING_ONLY = ("Hearing", "Outcome", "Appeal", "Closing")


def stages_of(case: Case, moments: Mapping[str, datetime], *, up_to: CaseStatus | None = None) -> list[dict[str, Any]]:
    """The stages of this case, each done, current or to come. `moments`: when each act of `DONE_BY` was done last.

    Whoever is told of the case only up to a stage sees those before it, all done.
    A stage that this case never had is left out: informal steps or a hearing, and an appeal that nobody made.
    """
    rail = [(text, statuses) for text, statuses in RAIL if _belongs(text, case, moments)]
    rail = _cut_short(rail, case)
    here = next(number for number, (_, statuses) in enumerate(rail) if (up_to or case.status) in statuses)
    rail = rail if up_to is None else rail[:here]
    days = {text: moments.get(kind.name) for text, kind in DONE_BY.items()}
    days |= {"Opened": case.opened_at, "Plan": case.plan_approved_at, "Closing": case.final_at, "Closed": case.closed_at}
    is_closed = case.status is _S.CLOSED and up_to is None
    return [
        {
            "text": "Investigation (paused)" if case.status is _S.PAUSED and text == "Investigation" else text,
            "state": _state(number, here, is_closed=is_closed),
            "day": days[text] if number < here or is_closed or text == "Opened" else None,
        }
        for number, (text, _) in enumerate(rail)
    ]


def _cut_short(rail: list[tuple[str, tuple[CaseStatus, ...]]], case: Case) -> list[tuple[str, tuple[CaseStatus, ...]]]:
    """Of a case that ended because the person concerned had left, the stages that it had, and the end."""
    ended_at = _ended_at(case)
    if ended_at is None:
        return rail
    last = next(number for number, (_, statuses) in enumerate(rail) if ended_at in statuses)
    return [*rail[: last + 1], rail[-1]]


def _belongs(text: str, case: Case, moments: Mapping[str, datetime]) -> bool:
    no_hearing = _S.INFORMAL in (case.status, _ended_at(case)) or case.decided_without_hearing_at is not None
    if text == "Informal steps":
        return _S.INFORMAL in (case.status, _ended_at(case)) or INFORMAL_COMPLETED.name in moments
    if text == "Appeal" and case.status in (_S.FINAL, _S.CLOSED) and APPEAL_DECIDED.name not in moments:
        return False
    return not (no_hearing and text in _WITH_HEARING_ONLY)


def _ended_at(case: Case) -> CaseStatus | None:
    """At which stage a case ended because the person concerned had left."""
    return case.ended_by_leaving.stage if case.ended_by_leaving is not None else None


def _state(number: int, here: int, *, is_closed: bool) -> str:
    if number < here or is_closed:
        return "done"
    return "current" if number == here else "to come"
