"""What is found about reports: who may see one, the lists, the ways a report can go, the people somebody may mean."""

from app.breach_reports.queries.lists import (
    QUEUE_PAGE,
    QueueCount,
    QueueFilter,
    QueueRow,
    count_queue,
    open_reports_of,
    queue_page,
    reports_of,
)
from app.breach_reports.queries.naming import people_called, people_named, people_possibly_meant
from app.breach_reports.queries.paths import RouteOffer, kind_words, pass_on_words, route_label, routes_offered, why_not
from app.breach_reports.queries.sight import (
    evidence_for,
    may_see,
    open_to_officers,
    own_report,
    report_for,
    roles_of_chain,
    same_address,
    stand_in_roles,
    visible_to,
)
from app.breach_reports.queries.worked_out import next_step_worked_out, told_to_reporter

__all__ = [
    "QUEUE_PAGE",
    "QueueCount",
    "QueueFilter",
    "QueueRow",
    "RouteOffer",
    "count_queue",
    "evidence_for",
    "kind_words",
    "may_see",
    "next_step_worked_out",
    "open_reports_of",
    "open_to_officers",
    "own_report",
    "pass_on_words",
    "people_called",
    "people_named",
    "people_possibly_meant",
    "queue_page",
    "report_for",
    "reports_of",
    "roles_of_chain",
    "route_label",
    "routes_offered",
    "same_address",
    "stand_in_roles",
    "told_to_reporter",
    "visible_to",
    "why_not",
]
