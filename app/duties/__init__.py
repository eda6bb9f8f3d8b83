"""What is due from whom: the first page of everybody, reminders, and what happens when something is late.

Every room says what waits for whom; here it is gathered for one person (their first page) and for all (the chase). Who is
reminded of what and when, who is told once it is late and how often from then on is data in the policy pack, with its
sources, and can be read by everybody. A job sends reminders on working days, nobody is reminded twice of one thing on one
day, and whoever may not know of a thing is not told that it is late. What is late with somebody else stands on the first
page of whoever was told, for as long as it is open. The administrator sees which work happens by itself and how it went.
"""

from flask import Blueprint

from app.core.jobs import Daily, JobKind
from app.core.registries import DueKind, Registries

blueprint = Blueprint("duties", __name__, url_prefix="/duties")

from app.duties import operations, routes  # noqa: E402, F401 - the routes attach themselves to the blueprint
from app.duties.queries.jobs import LOOK_AT_JOBS, LOOK_AT_MAIL, jobs_to_look_at, mail_to_look_at  # noqa: E402


def register(registries: Registries) -> None:
    """Let reminders go out each morning, and tell the administrator when nothing does."""
    words = "Reminds people of what is due, and tells those above them once it is late. On working days only."
    registries.add_job(JobKind("chase", words, Daily(7), operations.chase, full_bite=operations.BITE))
    sentence = "See why the work that happens by itself fails or does not run"
    registries.add_due(DueKind(LOOK_AT_JOBS, sentence, "duties.jobs", "part", jobs_to_look_at))
    sentence = "See why e-mail does not leave"
    registries.add_due(DueKind(LOOK_AT_MAIL, sentence, "duties.jobs", "_anchor", mail_to_look_at))
