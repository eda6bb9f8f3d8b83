"""The first page: what needs me, what I am waiting for, and what I can do here."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import navigation
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.outbox import OutboxMessage, mark_all_read, messages_page
from app.core.paging import Cursor
from app.duties.queries import desk_of

blueprint = Blueprint("home", __name__)

MOST_LINES = 7


@blueprint.get("/")
def index() -> Any:
    """Everything that waits for the reader, late first, from the same queries as the queues; nothing urgent is cut off."""
    today = clock.today()
    desk = desk_of(current_user, today)
    late = desk.late[: max(0, MOST_LINES - sum(item.urgent for item in desk.needs))]
    panels = current_app.extensions["registries"].panels_for("home", today, current_user)
    return render_template(
        "home/index.html",
        late=late,
        needs=desk.needs[: MOST_LINES - len(late)],
        more=max(0, len(desk.late) + len(desk.needs) - MOST_LINES),
        is_cut=desk.is_cut,
        waiting=desk.waiting[:MOST_LINES],
        more_waiting=max(0, len(desk.waiting) - MOST_LINES),
        numbers=desk.numbers,
        doors=navigation.doors_home(current_user, has_team=desk.has_team),
        panels=panels,
    )


@blueprint.get("/messages")
def messages() -> Any:
    """What the reader was told of, newest first; what still needs them stands on the first page."""
    walls = current_app.extensions["registries"].message_walls
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    page = messages_page(current_user.id, clock.today(), walls, cursor)
    return render_template("home/messages.html", page=page, told=_folded([row.OutboxMessage for row in page.rows]))


def _folded(messages: list[OutboxMessage]) -> list[list[OutboxMessage]]:
    """Those that say the same one after another on one day, as one: the reminders of a morning bury nothing else."""
    said = groupby(messages, lambda one: (one.kind.name, clock.local_day(one.created_at), one.read_at is None))
    return [list(alike) for _, alike in said]


@blueprint.post("/messages/read")
def read_messages() -> Any:
    """The reader has read all that there was when the page was made: what came since is as new as before."""
    now = clock.now()
    begin_writing()
    mark_all_read(current_user.id, until=_moment(request.form.get("until", "")) or now, at=now)
    commit()
    flash("Your messages are marked as read.", "success")
    return redirect(url_for("home.messages"), 303)


def _moment(typed: str) -> datetime | None:
    """What the page sent along: when the newest message that it showed was written; None for what no page sends."""
    try:
        moment = datetime.fromisoformat(typed)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


@blueprint.get("/accessibility")
def accessibility() -> Any:
    """The accessibility statement that the law asks of public bodies (2018 Regulations, regulation 8)."""
    return render_template("home/accessibility.html")


@blueprint.get("/health")
def health() -> Any:
    """Whether the service and its database answer; for machines, without a session."""
    db.session.execute(db.text("SELECT 1"))
    return {"status": "ok"}
