"""The stages of a case and which may follow which (domain 3.6)."""

from enum import StrEnum

from app.core.statuses import TransitionTable


class CaseStatus(StrEnum):
    """Where a case is; nothing is ever skipped (domain 3.6)."""

    OPENED = "opened"
    PLANNING = "planning"
    INVESTIGATING = "investigating"
    PAUSED = "paused"
    REPORT_REVIEW = "report_review"
    ACCEPTED = "accepted"
    INFORMAL = "informal"
    HEARING_SET_UP = "hearing_set_up"
    NOTIFIED = "notified"
    HEARD = "heard"
    DECIDED = "decided"
    APPEALED = "appealed"
    FINAL = "final"
    CLOSED = "closed"


CASE_TRANSITIONS = TransitionTable(
    CaseStatus,
    {
        CaseStatus.OPENED: (CaseStatus.PLANNING,),
        CaseStatus.PLANNING: (CaseStatus.INVESTIGATING,),
        CaseStatus.INVESTIGATING: (CaseStatus.PAUSED, CaseStatus.REPORT_REVIEW),
        CaseStatus.PAUSED: (CaseStatus.INVESTIGATING,),
        CaseStatus.REPORT_REVIEW: (CaseStatus.INVESTIGATING, CaseStatus.ACCEPTED),
        CaseStatus.ACCEPTED: (CaseStatus.CLOSED, CaseStatus.INFORMAL, CaseStatus.HEARING_SET_UP),
        CaseStatus.INFORMAL: (CaseStatus.CLOSED,),
        CaseStatus.HEARING_SET_UP: (CaseStatus.NOTIFIED,),
        # Back to setting up: a postponement ends one notice and needs another.
        CaseStatus.NOTIFIED: (CaseStatus.HEARD, CaseStatus.HEARING_SET_UP),
        # Back to setting up: whoever decides must have heard the person, so a new decision maker holds a new hearing.
        CaseStatus.HEARD: (CaseStatus.DECIDED, CaseStatus.HEARING_SET_UP),
        CaseStatus.DECIDED: (CaseStatus.APPEALED, CaseStatus.FINAL),
        CaseStatus.APPEALED: (CaseStatus.FINAL,),
        CaseStatus.FINAL: (CaseStatus.CLOSED,),
    },
)

BEING_INVESTIGATED = (CaseStatus.PLANNING, CaseStatus.INVESTIGATING)
MAY_BE_TOLD = (*BEING_INVESTIGATED, CaseStatus.REPORT_REVIEW, CaseStatus.ACCEPTED)
"""The stages in which the person concerned is told: as soon as it will not prejudice the investigation, and at the latest
before anything is decided against them (Acas Code paragraphs 4 and 9).
"""
