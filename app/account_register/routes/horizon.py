"""What is new: a platform or feature looked at, by whom, with what result, and when it is looked at next (policy 1.4)."""

import uuid
from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for

from app.account_register import blueprint, operations
from app.account_register import forms_watch as forms
from app.account_register.models import HorizonItem, LookResult
from app.account_register.queries import watch
from app.account_register.routes.discovered import TEMPLATES
from app.account_register.routes.shared import reader
from app.account_register.routes.worked_out import horizon_worked_out
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NothingHere
from app.core.paging import Cursor
from app.core.working_days import months_after
from app.people.models import KEEPERS
from app.people.queries import timeline
from app.policy.queries import period, working_calendar

NEXT_LOOK = "horizon_next_look_months"


@blueprint.get("/horizon")
def horizon() -> Any:
    """What is watched, or what is looked at no more."""
    watched = request.args.get("show") != "over"
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    return render_template(
        f"{TEMPLATES}/horizon.html", page=watch.horizon_page(watched=watched, cursor=cursor), watched=watched,
        keeps=reader().holds(*KEEPERS), today=clock.today(), calendar=working_calendar(),
    )  # fmt: skip


@blueprint.route("/horizon/new", methods=["GET", "POST"])
def watch_horizon() -> Any:
    """Begin to watch a platform or feature."""
    now = clock.now()
    form = forms.HorizonForm()
    if not form.validate_on_submit():
        return render_template(f"{TEMPLATES}/new-horizon.html", form=form), 422 if form.errors else 200
    begin_writing()
    try:
        made = operations.watch_horizon(
            form.name.data, form.what.data, cast(date, form.next_look_on.data), by=reader(), at=now
        )
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return render_template(f"{TEMPLATES}/new-horizon.html", form=form), refusal.status
    commit()
    flash(f"{made.name} is watched now.", "success")
    return redirect(url_for(".show_horizon_item", item_id=made.id), 303)


@blueprint.get("/horizon/<uuid:item_id>")
def show_horizon_item(item_id: uuid.UUID) -> Any:
    """What is watched, and everybody who looked at it."""
    return _page(_item(item_id))


@blueprint.post("/horizon/<uuid:item_id>/look")
def note_look(item_id: uuid.UUID) -> Any:
    """Note what was found."""
    item, now, form = _item(item_id), clock.now(), forms.LookForm()
    if not form.validate():
        return _page(item, form), 422
    begin_writing(item)
    try:
        operations.note_look(
            item, LookResult(str(form.result.data)), form.words.data, form.next_look_on.data, by=reader(), at=now,
            seen=form.seen.data or "",
        )  # fmt: skip
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(_item(item_id), form), refusal.status
    commit()
    flash("You noted what you found.", "success")
    return redirect(url_for(".show_horizon_item", item_id=item_id), 303)


def _item(item_id: uuid.UUID) -> HorizonItem:
    found = watch.horizon_item_by_id(item_id)
    if found is None:
        raise NothingHere
    return found


def _page(item: HorizonItem, sent: forms.LookForm | None = None) -> str:
    looks = item.can_be_looked_at_by(reader())
    again = months_after(clock.today(), period(NEXT_LOOK).value)
    fresh = forms.LookForm(formdata=None, next_look_on=again, seen=item.mark)
    return render_template(
        f"{TEMPLATES}/show-horizon.html", item=item, form=sent, looking=(sent or fresh) if looks else None,
        history=timeline([item.id]), today=clock.today(), calendar=working_calendar(),
        how=horizon_worked_out(item),
    )  # fmt: skip
