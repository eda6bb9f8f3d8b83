"""Recording who manages somebody whose proposal waits for nobody."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.account_register import blueprint
from app.account_register.operations.managers import record_manager
from app.account_register.queries import person_to_choose
from app.account_register.queries.managers import first_for_a_manager, manager_worked_out
from app.account_register.routes.shared import TEMPLATES, reader
from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import AlreadyDone, NothingHere, demand
from app.core.forms import NoSecrets, ProbityForm, Required, StringField, tried
from app.people.managing import MANAGER_HINT, RECORDED_OTHERWISE, until_then
from app.people.queries import person_by_id


class ManagerForm(ProbityForm):
    """Who manages them now?"""

    manager = StringField(
        "Line manager", [Required("Enter who manages them now"), NoSecrets()], max_length=254, what="the manager",
        hint=MANAGER_HINT,
    )  # fmt: skip


@blueprint.route("/proposals/of/<uuid:person_id>/manager", methods=["GET", "POST"])
def manager(person_id: uuid.UUID) -> Any:
    """Say who manages somebody. What they proposed is read by whoever supports and approves it."""
    found, form, person, now = person_by_id(person_id), ManagerForm(), reader(), clock.now()
    if found is None:
        raise NothingHere
    demand(found.id != person.id, "You cannot say who manages you.", what_now="Ask another HR manager.")
    due_on, name, said = first_for_a_manager(found, clock.local_day(now)), found.name, ""
    if due_on is None:
        raise AlreadyDone("There is somebody who decides about what they proposed by now.", what_now=RECORDED_OTHERWISE)

    def act() -> None:
        nonlocal said
        chosen = person_to_choose(form.manager.data, clock.local_day(now), field="manager")
        begin_writing(found)
        record_manager(found, chosen, by=person, at=now)
        said = f"You recorded that {chosen.name} manages {found.name}."

    if not form.validate_on_submit() or not tried(act, form):
        how, comes = manager_worked_out(found, due_on), until_then(found, clock.local_day(now))
        page = render_template(f"{TEMPLATES}/manager.html", form=form, name=name, due_on=due_on, how=how, comes=comes)
        return page, form.answered_as
    commit()
    flash(said, "success")
    return redirect(url_for("home.index"), 303)
