"""What the keepers of the register were told, and their receipt of it."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.account_register import blueprint, operations, queries
from app.account_register.models import KeeperNotice
from app.account_register.queries.notices import OPEN_SIZE
from app.account_register.routes.shared import reader
from app.account_register.routes.worked_out import notice_worked_out
from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere
from app.core.paging import Cursor
from app.core.worked_out import WorkedOut
from app.policy.queries import pack, working_calendar


@blueprint.get("/notices")
def notices() -> Any:
    """What is still to be noted, due first, and below it what was noted."""
    today = clock.today()
    waiting = queries.open_notices()
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    return render_template(
        "account_register/notices.html",
        waiting=waiting[:OPEN_SIZE],
        more_waiting=len(waiting) > OPEN_SIZE,
        noted=queries.noted_notices(cursor),
        keepers=queries.keepers_on(today),
        viewer=reader(),
        today=today,
        working_days_between=working_calendar().between,
        hows=_worked_out(waiting[:OPEN_SIZE]),
        pack=pack(),
    )


def _worked_out(waiting: Sequence[KeeperNotice]) -> dict[tuple[str, date, date], WorkedOut | None]:
    """How each date came about, once for all notices of one kind that were told on one day."""
    return {
        (notice.kind, clock.local_day(notice.sent_at), notice.due_on): notice_worked_out(notice) for notice in waiting
    }


@blueprint.post("/notices/<uuid:notice_id>/note")
def note_notice(notice_id: uuid.UUID) -> Any:
    """Note that a notice was read."""
    notice = queries.notice_by_id(notice_id)
    if notice is None:
        raise NothingHere
    now = clock.now()
    begin_writing(notice)
    operations.note_notice(notice, by=reader(), at=now)
    commit()
    flash("You noted it.", "success")
    return redirect(url_for("account_register.notices"), 303)
