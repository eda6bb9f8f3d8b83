"""Telling what one uses for work, and the list of it for the keepers of the register."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NotAllowed, NothingHere, demand
from app.core.paging import Cursor
from app.device_permissions import blueprint, forms, operations, queries
from app.device_permissions.queries import UsesShown
from app.device_permissions.routes.shared import ROOM, account_choices, reader
from app.people.models import KEEPERS
from app.policy.queries import pack


@blueprint.route("/uses/new", methods=["GET", "POST"])
def declare_use() -> Any:
    """Tell the keepers of the register what one uses for work."""
    person, now, form = reader(), clock.now(), forms.UseForm()
    if not queries.is_use_notified():
        raise NotAllowed("The policy of this organisation does not ask to be told of this.", what_now="You need do nothing.")
    form.accounts.choices = account_choices(person)
    form.using_since.not_after = clock.local_day(now)
    if not form.validate_on_submit():
        return _new_page(form), 422 if form.errors else 200
    begin_writing(person)  # one at a time for one person: the second click finds what the first one told
    try:
        made = operations.declare_use(form.declared, by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _new_page(form), 422
    commit()
    flash(f"You told the {pack().register_keeper_title.value} what you use for work.", "success")
    return redirect(url_for(".told", use_id=made.id), 303)


def _new_page(form: forms.UseForm) -> str:
    return render_template(f"{ROOM}/declare-use.html", form=form, pack=pack())


@blueprint.get("/uses/<uuid:use_id>/told")
def told(use_id: uuid.UUID) -> Any:
    """That it was told, and whether a permission is still to be asked for."""
    found, person = queries.use_by_id(use_id), reader()
    if found is None:
        raise NothingHere
    demand(found.person_id == person.id, "This page is for the person who told of it.")
    signs = queries.signs_of([found], clock.today())[found.id]
    return render_template(
        f"{ROOM}/told.html", missing=signs.missing if queries.why_not_ask(person) is None else (), pack=pack()
    )


@blueprint.post("/uses/<uuid:use_id>/end")
def end_use(use_id: uuid.UUID) -> Any:
    """Say that one uses it no longer."""
    found, person, now = queries.use_by_id(use_id), reader(), clock.now()
    if found is None:
        raise NothingHere
    begin_writing(found)
    operations.end_use(found, by=person, at=now)
    commit()
    flash("You said that you use it no longer.", "success")
    return redirect(url_for(".my_uses"), 303)


@blueprint.get("/uses/mine")
def my_uses() -> Any:
    """What I told that I use for work."""
    return render_template(f"{ROOM}/my-uses.html", uses=queries.uses_of(reader()))


@blueprint.get("/uses")
def uses() -> Any:
    """What people said they use for work: new to the keepers of the register, known to them, over."""
    shown = request.args.get("show", "")
    part = UsesShown(shown) if shown in set(UsesShown) else UsesShown.NEW
    person, today = reader(), clock.today()
    page = queries.uses_for(person, part, today, Cursor.read(request.args.get("after"), request.args.get("before")))
    return render_template(
        f"{ROOM}/uses.html", page=page, shown=part, parts=UsesShown, signs=queries.signs_of(page.rows, today),
        today=today, pack=pack(), keeps=person.holds(*KEEPERS),
    )  # fmt: skip
