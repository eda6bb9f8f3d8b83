"""Which access does somebody keep in their other work? It leads to the page on which a move is recorded."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere, demand
from app.credential_rotation import blueprint, queries
from app.credential_rotation.models import WorkChange
from app.credential_rotation.operations.moving import ONLY_HR_OR_MANAGER, TELL_HR
from app.credential_rotation.operations.other_work import WORK_CHANGE_PERIOD, say_all_goes_on
from app.credential_rotation.queries.work_changes import work_change_by_id
from app.credential_rotation.routes.shared import reader
from app.people.queries import timeline
from app.policy.explaining import counted_from
from app.policy.queries import working_calendar


@blueprint.get("/work-changes/<uuid:change_id>")
def work_change(change_id: uuid.UUID) -> Any:
    """What changed in somebody's work, by when it is asked, and both answers."""
    found = work_change_or_nothing(change_id)
    how = counted_from(WORK_CHANGE_PERIOD, found.told_on, found.due_on, since="The people file told of it")
    return render_template(
        "credential_rotation/work-change.html", change=found, how=how, today=clock.today(), calendar=working_calendar(),
        history=timeline([found.id]),
    )  # fmt: skip


@blueprint.post("/work-changes/<uuid:change_id>/all-goes-on")
def all_goes_on(change_id: uuid.UUID) -> Any:
    """Say that nothing changes for their access."""
    found, now = work_change_or_nothing(change_id), clock.now()
    begin_writing(found)
    say_all_goes_on(found, by=reader(), at=now)
    commit()
    flash(f"You said that all access of {found.person.name} goes on.", "success")
    return redirect(url_for("home.index"), 303)


def work_change_or_nothing(change_id: uuid.UUID) -> WorkChange:
    """What changed in somebody's work, if the reader may answer for them."""
    found = work_change_by_id(change_id)
    if found is None:
        raise NothingHere
    demand(queries.may_record_leaver(reader(), found.person), ONLY_HR_OR_MANAGER, what_now=TELL_HR)
    return found
