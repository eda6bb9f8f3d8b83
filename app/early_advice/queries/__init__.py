"""What this room shows to whom, and what waits for whom."""

from app.early_advice.queries.hearing import (
    ALERTS,
    QUESTIONS,
    hr_for,
    is_close,
    leads_for,
    may_read_declaration,
    seat_title,
    seats_of_chain,
    who_hears,
)
from app.early_advice.queries.records import (
    alert_by_reference,
    alerts_for,
    declaration_by_reference,
    declarations_for,
    own_alerts,
    own_checks,
    own_declarations,
    own_questions,
    own_report_of,
    question_by_reference,
    questions_for,
)
from app.early_advice.queries.told_early import Told, alert_told_before, can_count, told_before
from app.early_advice.queries.waiting import first_for_a_manager, waits_for_a_manager, waits_for_a_tick

__all__ = [
    "ALERTS",
    "QUESTIONS",
    "Told",
    "alert_by_reference",
    "alert_told_before",
    "alerts_for",
    "can_count",
    "declaration_by_reference",
    "declarations_for",
    "first_for_a_manager",
    "hr_for",
    "is_close",
    "leads_for",
    "may_read_declaration",
    "own_alerts",
    "own_checks",
    "own_declarations",
    "own_questions",
    "own_report_of",
    "question_by_reference",
    "questions_for",
    "seat_title",
    "seats_of_chain",
    "told_before",
    "waits_for_a_manager",
    "waits_for_a_tick",
    "who_hears",
]
