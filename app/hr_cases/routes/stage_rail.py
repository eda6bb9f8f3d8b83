"""The rail of stages: where a case has been, where it is, and what is still to come."""

from typing import Any

from app.hr_cases.models import Case, CaseStatus

_S = CaseStatus
RAIL: tuple[tuple[str, tuple[CaseStatus, ...]], ...] = (
    ("Opened", (_S.OPENED,)),
    ("Plan", (_S.PLANNING,)),
    ("Investigation", (_S.INVESTIGATING, _S.PAUSED)),
    ("Report", (_S.REPORT_REVIEW,)),
    ("Case to answer", (_S.ACCEPTED,)),
    ("Hearing", (_S.HEARING_SET_UP, _S.NOTIFIED)),
    ("Outcome", (_S.HEARD, _S.DECIDED)),
    ("Appeal", (_S.APPEALED,)),
    ("Closing", (_S.FINAL,)),
    ("Closed", (_S.CLOSED,)),
)
WITHOUT_HEARING: tuple[tuple[str, tuple[CaseStatus, ...]], ...] = (
    *RAIL[:5],
    ("Informal steps", (_S.INFORMAL,)),
    RAIL[-1],
)


def stages_of(case: Case) -> list[dict[str, Any]]:
    """The stages of this case, each done, current or to come; a case settled without a hearing has fewer."""
    no_hearing = case.status is _S.INFORMAL or case.decided_without_hearing_at is not None
    rail = WITHOUT_HEARING if no_hearing else RAIL
    here = next(number for number, (_, statuses) in enumerate(rail) if case.status in statuses)
    days = {"Opened": case.opened_at, "Plan": case.plan_approved_at, "Closed": case.closed_at}
    return [
        {
            "text": "Investigation (paused)" if case.status is _S.PAUSED and text == "Investigation" else text,
            "state": _state(number, here, is_closed=case.status is _S.CLOSED),
            "day": days.get(text) if number <= here else None,
        }
        for number, (text, _) in enumerate(rail)
    ]


def _state(number: int, here: int, *, is_closed: bool) -> str:
    if number < here or is_closed:
        return "done"
    return "current" if number == here else "to come"
