"""The first page: what needs me, what I am waiting for, and what I can do here."""

from typing import Any

from flask import Blueprint, current_app, render_template
from flask_login import current_user

from app import navigation
from app.core import clock
from app.core.db import db
from app.due import due_for

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> Any:
    """Everything that waits for the reader, late first, from the same queries as the queues."""
    today = clock.today()
    needs, waiting = due_for(current_user, today)
    panels = current_app.extensions["registries"].panels_for("home", today, current_user)
    return render_template(
        "home/index.html", needs=needs, waiting=waiting, doors=navigation.doors_home(), panels=panels
    )


@blueprint.get("/accessibility")
def accessibility() -> Any:
    """The accessibility statement that the law asks of public bodies (2018 Regulations, regulation 8)."""
    return render_template("home/accessibility.html")


@blueprint.get("/health")
def health() -> Any:
    """Whether the service and its database answer; for machines, without a session."""
    db.session.execute(db.text("SELECT 1"))
    return {"status": "ok"}
