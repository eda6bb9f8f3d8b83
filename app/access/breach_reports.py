"""Who may come to the pages on which something is reported, and to those on which HR deals with it."""

from app.breach_reports.models import REFERRED_TO, TRIAGE_ROLES
from app.core.access import roles, signed_in

_OWN = signed_in("the reader's own draft only")
_DEALS_WITH_IT = (*TRIAGE_ROLES, *REFERRED_TO.values())

ACCESS = {
    "breach_reports.before_you_start": _OWN,
    "breach_reports.question": _OWN,
    "breach_reports.evidence": _OWN,
    "breach_reports.remove_evidence": _OWN,
    "breach_reports.check": _OWN,
    "breach_reports.send": _OWN,
    "breach_reports.throw_away": _OWN,
    "breach_reports.receipt": signed_in("queries.own_report", secret=True),
    "breach_reports.mine": signed_in("queries.reports_of"),
    "breach_reports.queue": roles(*_DEALS_WITH_IT, then_asks="queries.visible_to", secret=True),
    "breach_reports.show": roles(*_DEALS_WITH_IT, then_asks="queries.report_for", secret=True),
    "breach_reports.file": roles(*_DEALS_WITH_IT, then_asks="queries.evidence_for", secret=True),
    "breach_reports.acknowledge": roles(*_DEALS_WITH_IT, then_asks="report.can_be_acknowledged_by", secret=True),
    "breach_reports.name_subject": roles(*_DEALS_WITH_IT, then_asks="report.can_name_subject", secret=True),
    "breach_reports.decide": roles(*_DEALS_WITH_IT, then_asks="report.can_be_triaged_by", secret=True),
    "breach_reports.second": roles(*_DEALS_WITH_IT, then_asks="report.can_be_seconded_by", secret=True),
    "breach_reports.take_back": roles(*_DEALS_WITH_IT, then_asks="report.can_be_taken_back_by", secret=True),
    "breach_reports.answer": roles(*_DEALS_WITH_IT, then_asks="report.can_be_answered_by", secret=True),
}
