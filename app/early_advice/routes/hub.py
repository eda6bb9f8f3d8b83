"""Where the light tracks begin, one's own things, what others told, and whose manager is to be recorded."""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.account_register.queries import person_to_choose
from app.core import clock
from app.core.clock import local_day
from app.core.db import begin_writing, commit
from app.core.errors import AlreadyDone, NothingHere, demand
from app.core.forms import tried
from app.core.paging import Cursor, KeyPage
from app.early_advice import blueprint, forms, operations, queries
from app.early_advice.models import AlertStatus, states_of
from app.early_advice.queries.worked_out import manager_worked_out
from app.early_advice.routes.common import ROOM, me
from app.people.managing import RECORDED_OTHERWISE, until_then
from app.people.queries import person_by_id
from app.policy.queries import pack

LISTS = {
    "alerts": ("mistake_alerts", "Mistakes", queries.alerts_for, "show_alert"),
    "questions": ("ask_first", "Questions before posting", queries.questions_for, "show_question"),
    "declarations": ("declarations_of_interest", "Declarations", queries.declarations_for, "show_declaration"),
}


@blueprint.get("/")
def index() -> Any:
    """Ask first, tell early: what there is, and what the reader told or asked."""
    person = me()
    return render_template(
        f"{ROOM}/index.html", alerts=queries.own_alerts(person), questions=queries.own_questions(person),
        declarations=queries.own_declarations(person), switches=pack().switches,
    )  # fmt: skip


@blueprint.get("/for-me")
def for_me() -> Any:
    """What others told or asked the reader, one list for each track."""
    person = me()
    offered = [name for name, (switch, *_) in LISTS.items() if pack().switches[switch].value]
    wanted, cursor = request.args.get("show", ""), Cursor.read(request.args.get("after"), request.args.get("before"))
    pages = ((name, LISTS[name][2](person, clock.today(), cursor)) for name in ([wanted] if wanted in offered else offered))
    # A message leads here without saying to which list: the first that holds something, else the first.
    looked_at = list(_until_one_has_rows(pages))
    chosen, page = looked_at[-1] if looked_at[-1][1].rows else looked_at[0]
    endpoint = LISTS[chosen][3]
    return render_template(
        f"{ROOM}/for_me.html", page=page, chosen=chosen, endpoint=f"{ROOM}.{endpoint}",
        lists=[(name, LISTS[name][1]) for name in offered], states=_states,
    )  # fmt: skip


def _states(row: Any) -> list[tuple[str, str]]:
    """Where something stands, as states with their words: an alert may stand with two."""
    if isinstance(row.status, AlertStatus):
        return states_of(row.status, row.waits_for_officer)
    return [(row.status, row.status.label)]


def _until_one_has_rows(pages: Iterable[tuple[str, KeyPage]]) -> Iterator[tuple[str, KeyPage]]:
    for name, page in pages:
        yield name, page
        if page.rows:
            return


@blueprint.route("/people/<uuid:person_id>/manager", methods=["GET", "POST"])
def manager(person_id: uuid.UUID) -> Any:
    """Say who manages somebody of whom something waits for nobody. What it is stays between them and their manager."""
    found, form, person, now = person_by_id(person_id), forms.ManagerForm(), me(), clock.now()
    if found is None:
        raise NothingHere
    demand(found.id != person.id, "You cannot say who manages you.", what_now="Ask another HR manager.")
    if not queries.waits_for_a_manager(found, local_day(now)):
        raise AlreadyDone("There is somebody who decides for them by now.", what_now=RECORDED_OTHERWISE)
    name, said = found.name, ""

    def act() -> None:
        nonlocal said
        chosen = person_to_choose(form.manager.data, local_day(now), field="manager")
        begin_writing(found)
        operations.record_manager(found, chosen, by=person, at=now)
        said = f"You recorded that {chosen.name} manages {found.name}."

    if not form.validate_on_submit() or not tried(act, form):
        due_on = queries.first_for_a_manager(found, local_day(now))
        how, comes = manager_worked_out(found, due_on) if due_on else None, until_then(found, local_day(now))
        page = render_template(f"{ROOM}/manager.html", form=form, name=name, due_on=due_on, how=how, comes=comes)
        return page, 422 if form.errors else 200
    commit()
    flash(said, "success")
    return redirect(url_for("home.index"), 303)
