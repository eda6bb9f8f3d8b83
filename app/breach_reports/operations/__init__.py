"""The acts of this room: preparing and sending a report, and deciding where it belongs."""

from app.breach_reports.operations.preparing import (
    DRAFT_KIND,
    MOST_FILES,
    add_waiting_evidence,
    draft_matter,
    keep_answers,
    remove_waiting_evidence,
    throw_draft_away,
    waiting_evidence,
)
from app.breach_reports.operations.sending import (
    ReportAnswers,
    answers_of,
    is_to_be_found,
    report_sent_from,
    submit_report,
)
from app.breach_reports.operations.triage import (
    EVIDENCE_READ,
    REPORT_READ,
    acknowledge_report,
    answer_referral,
    mark_case_closed,
    mark_case_opened,
    name_subject,
    propose_closing,
    route_report,
    second_closing,
    too_late,
)

__all__ = [
    "DRAFT_KIND",
    "EVIDENCE_READ",
    "MOST_FILES",
    "REPORT_READ",
    "ReportAnswers",
    "acknowledge_report",
    "add_waiting_evidence",
    "answer_referral",
    "answers_of",
    "draft_matter",
    "is_to_be_found",
    "keep_answers",
    "mark_case_closed",
    "mark_case_opened",
    "name_subject",
    "propose_closing",
    "remove_waiting_evidence",
    "report_sent_from",
    "route_report",
    "second_closing",
    "submit_report",
    "throw_draft_away",
    "too_late",
    "waiting_evidence",
]
