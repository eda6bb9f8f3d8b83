"""Who may come to the pages of cases. Existence is secret: all others are told the same as for no such address."""

from app.breach_reports.models import TRIAGE_ROLES
from app.core.access import Access, roles, signed_in
from app.navigation import CASE_WORKERS

_LOOKS_UP = "queries.find_case"
_OWN_CASE = "queries.case_for_subject"


def _case(then_asks: str = "") -> Access:
    asks = f"{_LOOKS_UP}, {then_asks}" if then_asks else _LOOKS_UP
    return roles(*CASE_WORKERS, then_asks=asks, secret=True)


def _own(then_asks: str = "") -> Access:
    return signed_in(f"{_OWN_CASE}, {then_asks}" if then_asks else _OWN_CASE, secret=True)


ACCESS = {
    "hr_cases.index": roles(*CASE_WORKERS, then_asks="queries.case_list", secret=True),
    "hr_cases.open": roles(*TRIAGE_ROLES, then_asks="report_for, report.can_become_case_by", secret=True),
    "hr_cases.show": _case(),
    "hr_cases.allegations": _case(),
    "hr_cases.allegation": _case(),
    "hr_cases.evidence": _case(),
    "hr_cases.evidence_item": _case(),
    "hr_cases.evidence_file": _case(),
    "hr_cases.evidence_original": _case(),
    "hr_cases.people": _case(),
    "hr_cases.appoint_instead": _case("case.can_replace"),
    "hr_cases.meetings": _case(),
    "hr_cases.meeting_file": _case("queries.notices, notice.is_ahead"),
    "hr_cases.statement": _case(),
    "hr_cases.letters": _case(),
    "hr_cases.letter": _case(),
    "hr_cases.timeline": _case(),
    "hr_cases.access": _case("case.is_owned_by"),
    "hr_cases.report": _case("case.is_investigated_by"),
    "hr_cases.report_pdf": _case(),
    "hr_cases.appoint_investigator": _case("case.can_appoint_investigator"),
    "hr_cases.add_allegation": _case("case.can_change_allegations"),
    "hr_cases.change_allegation": _case("case.can_change_allegations"),
    "hr_cases.approve_plan": _case("case.can_approve_plan"),
    "hr_cases.tell_subject": _case("case.can_tell_subject"),
    "hr_cases.add_evidence": _case("case.can_add_evidence"),
    "hr_cases.weigh_evidence": _case("case.can_add_evidence"),
    "hr_cases.release_file": _case("case.can_release_files"),
    "hr_cases.add_statement": _case("case.can_add_statement"),
    "hr_cases.check_statement": _case("case.can_record_statement_check"),
    "hr_cases.pause": _case("case.can_pause"),
    "hr_cases.resume": _case("case.can_resume"),
    "hr_cases.write_report": _case("case.can_write_report"),
    "hr_cases.record_finding": _case("case.can_write_report"),
    "hr_cases.submit_report": _case("case.can_write_report"),
    "hr_cases.review_report": _case("case.can_review_report"),
    "hr_cases.appoint_decision_maker": _case("case.can_appoint_decision_maker"),
    "hr_cases.decide_case_to_answer": _case("case.can_decide_case_to_answer"),
    "hr_cases.complete_informal": _case("case.can_complete_informal"),
    "hr_cases.issue_notice": _case("case.can_issue_notice"),
    "hr_cases.judge_companion": _case("case.can_judge_companion"),
    "hr_cases.postpone": _case("case.can_postpone"),
    "hr_cases.record_hearing": _case("case.can_record_hearing"),
    "hr_cases.decide_outcome": _case("case.can_decide_outcome"),
    "hr_cases.live_warnings": _case("case.can_see_live_warnings"),
    "hr_cases.judge_late_appeal": _case("case.can_judge_late_appeal"),
    "hr_cases.appoint_appeal_officer": _case("case.can_appoint_appeal_officer"),
    "hr_cases.decide_appeal": _case("case.can_decide_appeal"),
    "hr_cases.record_answer": _case("case.can_record_answer"),
    "hr_cases.record_appeal": _case("case.can_record_appeal"),
    "hr_cases.send_letter": _case("case.can_send_letters"),
    "hr_cases.after_leaving": _case("case.can_decide_after_leaving"),
    "hr_cases.make_final": _case("case.can_make_final"),
    "hr_cases.closing": _case("case.can_close"),
    "hr_cases.close": _case("case.can_close"),
    "hr_cases.about_me_list": signed_in("queries.cases_for_subject", secret=True),
    "hr_cases.about_me": _own(),
    "hr_cases.about_me_letter": _own(),
    "hr_cases.about_me_meeting_file": _own("queries.notices, notice.is_ahead"),
    "hr_cases.papers": _own("queries.notices"),
    "hr_cases.paper_picture": _own("queries.notices"),
    "hr_cases.paper_original": _own("queries.notices"),
    "hr_cases.answer_notice": _own("case.can_answer_notice"),
    "hr_cases.appeal": _own("case.can_appeal"),
}
