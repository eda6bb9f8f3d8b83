"""The pages about duties: everything that waits for the reader, the rules of reminding, the work that happens by itself."""

from typing import Any

from flask import current_app, render_template, request
from flask_login import current_user

from app.core import clock
from app.core.jobs import jobs_by_name
from app.core.mail import mail_state
from app.duties import blueprint, wording
from app.duties.queries import desk_of
from app.duties.queries.jobs import is_overdue


@blueprint.get("/mine")
def mine() -> Any:
    """Everything that is late, that waits for the reader, and that they wait for."""
    return render_template("duties/mine.html", desk=desk_of(current_user, clock.today()))


@blueprint.get("/rules")
def rules() -> Any:
    """Who is reminded of what and when, whom it goes to once it is late, and where each rule comes from.

    Those about accounts, and about reports and cases, are pages of their own: all together are too many for one.
    """
    asked = request.args.get("about", wording.EVERYDAY)
    page = asked if asked in wording.RULE_PAGES else wording.EVERYDAY
    return render_template(
        "duties/rules.html", parts=wording.rules_by_part(page), page=page, pages=wording.RULE_PAGES
    )


@blueprint.get("/jobs")
def jobs() -> Any:
    """The work that happens by itself: what it is, when it last ran and runs next, and how it failed."""
    now, known = clock.now(), jobs_by_name()
    kinds = current_app.extensions["registries"].jobs.values()
    lines = [wording.job_line(kind, known.get(kind.name)) for kind in kinds]
    silent = any(is_overdue(line.next_run_at, now) for line in lines)
    return render_template("duties/jobs.html", lines=lines, runner_is_silent=silent, mail=mail_state(now))
