"""What honest people tell and ask early: light tracks that are no procedure.

Whoever thinks they made a mistake tells their manager and the Strategic Communications Adviser at once (policy 6.3); both
tick that they have seen it, and one of them says what comes of it. Whoever is not sure asks before posting, and the answer
is kept (6.3, 7.10). A connection with somebody who uses a service is declared without naming them, and the manager decides
(7.6); what bears on somebody's safety goes to HR. Once a year people look through their own profile, and nobody else knows
of it (7.8). None of this is an admission; reporting to HR stays an act of its own, and whoever told early is credited there.
"""

from flask import Blueprint

from app.core.jobs import Daily, JobKind
from app.core.registries import Registries

blueprint = Blueprint("early_advice", __name__, url_prefix="/early-advice")

from app.early_advice import routes  # noqa: E402, F401 - the routes attach themselves to the blueprint


def register(registries: Registries) -> None:
    """Put the duties of this room on home pages, and what was told early beside reports and cases."""
    from app.early_advice.due import DUE_KINDS
    from app.early_advice.operations import follow_leaving, keep_since_when_managers_are_missing
    from app.early_advice.panels import panel_of_case, panel_of_report
    from app.early_advice.queries.left_to_nobody import OF_DECLARATIONS
    from app.people.leaving import LEAVES

    for kind in DUE_KINDS:
        registries.add_due(kind)
    words = "Notes since when nobody is there to hear what somebody told, asked or declared early"
    registries.add_job(JobKind("notice-nobody-hears", words, Daily(0, 15), keep_since_when_managers_are_missing))
    registries.add_follower(LEAVES, follow_leaving)
    registries.left_to_nobody.append(OF_DECLARATIONS)
    registries.add_panel("breach_report", panel_of_report)
    registries.add_panel("case", panel_of_case)
