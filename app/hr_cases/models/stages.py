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
        # To closed from every stage before the outcome: the person concerned has left, and the owner decided to end it.
        CaseStatus.OPENED: (CaseStatus.PLANNING, CaseStatus.CLOSED),
        CaseStatus.PLANNING: (CaseStatus.INVESTIGATING, CaseStatus.CLOSED),
        CaseStatus.INVESTIGATING: (CaseStatus.PAUSED, CaseStatus.REPORT_REVIEW, CaseStatus.CLOSED),
        CaseStatus.PAUSED: (CaseStatus.INVESTIGATING, CaseStatus.CLOSED),
        CaseStatus.REPORT_REVIEW: (CaseStatus.INVESTIGATING, CaseStatus.ACCEPTED, CaseStatus.CLOSED),
        CaseStatus.ACCEPTED: (CaseStatus.CLOSED, CaseStatus.INFORMAL, CaseStatus.HEARING_SET_UP),
        CaseStatus.INFORMAL: (CaseStatus.CLOSED,),
        CaseStatus.HEARING_SET_UP: (CaseStatus.NOTIFIED, CaseStatus.CLOSED),
        # Back to setting up: a postponement ends one notice and needs another.
        CaseStatus.NOTIFIED: (CaseStatus.HEARD, CaseStatus.HEARING_SET_UP, CaseStatus.CLOSED),
        # Back to setting up: whoever decides must have heard the person, so a new decision maker holds a new hearing.
        CaseStatus.HEARD: (CaseStatus.DECIDED, CaseStatus.HEARING_SET_UP, CaseStatus.CLOSED),
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
BEFORE_OUTCOME = tuple(CaseStatus)[: tuple(CaseStatus).index(CaseStatus.DECIDED)]
"""The stages in which it is asked what becomes of a case whose person concerned leaves. From the outcome on nothing is left
to choose: they may appeal, whether they work here or not (Acas Code paragraph 26), and the closing list asks about a
referral.
"""
