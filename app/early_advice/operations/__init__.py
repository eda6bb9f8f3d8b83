"""The acts of this room: telling of a mistake, asking first, declaring a connection, looking at one's own profile."""

from app.early_advice.operations.alerts import (
    ONLY_TOLD,
    confirm_taken_down,
    decide_alert,
    mark_alert_seen,
    report_alert,
    send_alert,
    take_down_after_all,
)
from app.early_advice.operations.counting import (
    count_as_told_early,
    follow_leaving,
    keep_since_when_managers_are_missing,
    record_manager,
    take_back_told_early,
)
from app.early_advice.operations.declarations import (
    declare_interest,
    end_connection,
    end_declaration,
    review_declaration,
    still_holds,
)
from app.early_advice.operations.looking import answer_for_hr, take_over_declaration
from app.early_advice.operations.officer import (
    OfficerAskedMeanwhile,
    answer_breach,
    correct_finding,
    send_to_officer,
)
from app.early_advice.operations.profiles import check_profile, stop_reminders
from app.early_advice.operations.questions import answer_question, ask_first, withdraw_question
from app.early_advice.operations.sending import free_id, sent_with

__all__ = [
    "ONLY_TOLD",
    "OfficerAskedMeanwhile",
    "answer_breach",
    "answer_for_hr",
    "answer_question",
    "ask_first",
    "check_profile",
    "confirm_taken_down",
    "correct_finding",
    "count_as_told_early",
    "decide_alert",
    "declare_interest",
    "end_connection",
    "end_declaration",
    "follow_leaving",
    "free_id",
    "keep_since_when_managers_are_missing",
    "mark_alert_seen",
    "record_manager",
    "report_alert",
    "review_declaration",
    "send_alert",
    "send_to_officer",
    "sent_with",
    "still_holds",
    "stop_reminders",
    "take_back_told_early",
    "take_down_after_all",
    "take_over_declaration",
    "withdraw_question",
]
