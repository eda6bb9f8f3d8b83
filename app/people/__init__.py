"""Who is who: everybody for whom the policy holds, who manages them, which roles they carry and since when.

Somebody with a work address and a password signs in; a post without a named person is a person who cannot. A person
is never deleted while something refers to them: a leaver keeps their history and no longer signs in. Roles have dates
and an appointer, and nobody appoints themselves. Line managers and heads of service are relations, not roles.
"""

from flask import Blueprint

from app.core.jobs import Daily, JobKind
from app.core.registries import Registries
from app.people import vacancies
from app.people.due import NEXT_HEADS, NEXT_HR_MANAGER, TIES_TO_CONFIRM, without_hr_manager

blueprint = Blueprint("people", __name__, url_prefix="/people")

from app.people import routes, routes_heads, signing_in  # noqa: E402, F401 - the routes attach themselves to the blueprint


def register(registries: Registries) -> None:
    """Sweep up what signing in leaves: sessions that are over, and failed tries that hold nobody back any more.

    And put what was said of close relationships before those who confirm it, services whose head leaves before HR, and
    that nobody is an HR manager before the administrator.
    """
    for name, words, work in (
        ("sweep-sessions", "Deletes sessions that are over", signing_in.sweep_sessions),
        ("sweep-failed-tries", "Deletes counts of failed sign-ins that no longer matter", signing_in.sweep_failed_tries),
    ):
        registries.add_job(JobKind(name, words, Daily(3), work))
    registries.add_due(TIES_TO_CONFIRM)
    registries.add_due(NEXT_HEADS)
    registries.add_due(NEXT_HR_MANAGER)
    registries.add_panel("roles", vacancies.explained(without_hr_manager))
