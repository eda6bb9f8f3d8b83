"""What is found about reports: who may see one, the lists, the ways a report can go, the people somebody may mean."""

from app.breach_reports.queries.lists import (
    QUEUE_PAGE,
    QueueCount,
    QueueFilter,
    QueueRow,
    count_queue,
    queue_page,
    reports_of,
)
from app.breach_reports.queries.naming import people_called
from app.breach_reports.queries.paths import RouteOffer, kind_words, pass_on_words, route_label, routes_offered, why_not
from app.breach_reports.queries.sight import (
    evidence_for,
    may_see,
    own_report,
    report_for,
    roles_of_chain,
    same_address,
    stand_in_roles,
    visible_to,
)

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
    "own_report",
    "pass_on_words",
    "people_called",
    "queue_page",
    "report_for",
    "reports_of",
    "roles_of_chain",
    "route_label",
    "routes_offered",
    "same_address",
    "stand_in_roles",
    "visible_to",
    "why_not",
]
