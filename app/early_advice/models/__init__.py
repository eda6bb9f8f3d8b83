"""What honest people tell and ask early: alerts, questions before posting, declarations, looks at a profile."""

from app.early_advice.models.alert_reports import AlertReport, ToldEarly
from app.early_advice.models.alerts import (
    UNDECIDED,
    AlertAnswers,
    AlertOutcome,
    AlertReceipt,
    AlertStatus,
    EarlierOutcome,
    MistakeAlert,
    states_of,
)
from app.early_advice.models.declarations import (
    Connection,
    DeclarationAnswers,
    DeclarationOfInterest,
    DeclarationStatus,
)
from app.early_advice.models.earlier_steps import DeclarationAction, EarlierStep, HrAnswer, StepOf
from app.early_advice.models.officer import BreachAnswer, OfficerNote, OfficerStep
from app.early_advice.models.profiles import ProfileCheck, ProfileLine
from app.early_advice.models.questions import AdviceQuestion, QuestionAnswers, QuestionStatus, Verdict
from app.early_advice.models.seats import ROLES_OF_SEAT, Seat

__all__ = [
    "ROLES_OF_SEAT",
    "UNDECIDED",
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
    "EarlierOutcome",
    "EarlierStep",
    "HrAnswer",
    "MistakeAlert",
    "OfficerNote",
    "OfficerStep",
    "ProfileCheck",
    "ProfileLine",
    "QuestionAnswers",
    "QuestionStatus",
    "Seat",
    "StepOf",
    "ToldEarly",
    "Verdict",
    "states_of",
]
