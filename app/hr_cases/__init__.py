"""What HR did about a reported breach: investigation, hearing, outcome, appeal, closing, each by somebody else.

A case is opened from a report by a recorded decision, about one person, under the policy as it was on the day of the
conduct. An investigator plans, gathers evidence for and against, and reports facts with reasons and a recommendation but
no sanction; the owner accepts the report or sends it back and may not change a word. A decision maker says whether there
is a case to answer; only then comes a hearing, with notice, a companion and time to prepare. The outcome has reasons, a
length and a right of appeal, which a fourth person hears. Before the person concerned is told, nothing here shows them
that there is a case, and whoever takes part in one as subject, reporter, witness or companion has no officer's view of it.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, url_for

from app.breach_reports.models import BreachReport
from app.breach_reports.operations import REPORTED_AGAIN
from app.core.registries import CountKind, Panel, Registries, Viewer
from app.people.leaving import LEAVES
from app.people.models import HR_OFFICERS, Person

blueprint = Blueprint("hr_cases", __name__, url_prefix="/hr-cases")

from app.hr_cases import routes  # noqa: E402, F401 - the routes attach themselves to the blueprint


def register(registries: Registries) -> None:
    """Put what cases ask of people on their home pages, and a door for those who were told of a matter about them."""
    from app.hr_cases.due import register_due
    from app.hr_cases.operations.leaving import follow_leaving
    from app.hr_cases.operations.left_to_nobody import TELL_OF_IT
    from app.hr_cases.operations.opening import follow_repeat
    from app.hr_cases.queries import cases_about, open_cases_of
    from app.hr_cases.queries.left_to_nobody import APPOINT_SOMEBODY, OF_CASES, OF_REPORTS

    def about_the_reader(_today: Any, viewer: Viewer) -> Panel | None:
        told = cases_about(viewer)
        return Panel("hr_cases/home_panel.html", {"told": told}) if told else None

    def how_many(viewer: Viewer, _today: date) -> sa.Select[Any] | None:
        return open_cases_of(viewer) if viewer.holds(*HR_OFFICERS) else None

    def where_a_case_is_opened(report: BreachReport, viewer: Person) -> str | None:
        return url_for("hr_cases.open", reference=report.reference) if report.can_become_case_by(viewer) else None

    register_due(registries)
    registries.add_due(APPOINT_SOMEBODY)
    registries.add_job(TELL_OF_IT)
    registries.add_follower(LEAVES, follow_leaving)
    registries.add_follower(REPORTED_AGAIN, follow_repeat)
    registries.left_to_nobody += [OF_REPORTS, OF_CASES]
    registries.add_way_on("breach_report:open-case", where_a_case_is_opened)
    registries.add_count(CountKind("cases", "open case", "open cases", "hr_cases.index", how_many))
    registries.add_panel("home", about_the_reader)
