"""What honest people tell and ask early: alerts, questions before posting, declarations, looks at a profile."""

from app.early_advice.models.alerts import (
    NEXT_STATUS,
    UNDECIDED,
    URGENT,
    AlertAnswers,
    AlertOutcome,
    AlertReceipt,
    AlertReport,
    AlertStatus,
    BreachAnswer,
    MistakeAlert,
    ToldEarly,
)
from app.early_advice.models.declarations import (
    Connection,
    DeclarationAction,
    DeclarationAnswers,
    DeclarationOfInterest,
    DeclarationStatus,
    HrAnswer,
)
from app.early_advice.models.profiles import ProfileCheck, ProfileLine
from app.early_advice.models.questions import AdviceQuestion, QuestionAnswers, QuestionStatus, Verdict
from app.early_advice.models.seats import ROLES_OF_SEAT, Seat

__all__ = [
    "NEXT_STATUS",
    "ROLES_OF_SEAT",
    "UNDECIDED",
    "URGENT",
    "AdviceQuestion",
    "AlertAnswers",
    "AlertOutcome",
    "AlertReceipt",
    "AlertReport",
    "AlertStatus",
    "BreachAnswer",
    "Connection",
    "DeclarationAction",
    "DeclarationAnswers",
    "DeclarationOfInterest",
    "DeclarationStatus",
    "HrAnswer",
    "MistakeAlert",
    "ProfileCheck",
    "ProfileLine",
    "QuestionAnswers",
    "QuestionStatus",
    "Seat",
    "ToldEarly",
    "Verdict",
]
