"""Accounts that look like ours: telling of one, reporting it to the platform, what came of it."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.account_register import blueprint, operations
from app.account_register import forms_watch as forms
from app.account_register.forms import platform_choices
from app.account_register.models import LookAlike, LookAlikeOutcome
from app.account_register.queries import watch
from app.account_register.routes.discovered import TEMPLATES
from app.account_register.routes.shared import reader
from app.account_register.routes.worked_out import look_alike_worked_out
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NothingHere, demand
from app.core.forms import ProbityForm
from app.core.paging import Cursor
from app.people.queries import timeline
from app.policy.queries import working_calendar


@blueprint.get("/look-alikes")
def look_alikes() -> Any:
    """The accounts that look like ours of which the reader may know."""
    waiting = request.args.get("show") != "closed"
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    return render_template(
        f"{TEMPLATES}/look-alikes.html", page=watch.look_alikes_page(reader(), waiting=waiting, cursor=cursor),
        waiting=waiting, today=clock.today(), calendar=working_calendar(),
    )  # fmt: skip


@blueprint.route("/look-alikes/new", methods=["GET", "POST"])
def record_look_alike() -> Any:
    """Tell the keepers of an account that looks like ours."""
    now = clock.now()
    form = forms.LookAlikeForm(noticed_on=clock.local_day(now), choices={"platform": platform_choices()})
    form.noticed_on.not_after = clock.local_day(now)
    if not form.validate_on_submit():
        return render_template(f"{TEMPLATES}/new-look-alike.html", form=form), 422 if form.errors else 200
    begin_writing()
    try:
        made = operations.record_look_alike(form.noticed, by=reader(), at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return render_template(f"{TEMPLATES}/new-look-alike.html", form=form), refusal.status
    commit()
    flash(f"You told the keeper of the register of {made.title}. {form.derived}".rstrip(), "success")
    return redirect(url_for(".show_look_alike", look_alike_id=made.id), 303)


@blueprint.get("/look-alikes/<uuid:look_alike_id>")
def show_look_alike(look_alike_id: uuid.UUID) -> Any:
    """One account that looks like ours: what is known, what is to be done, what happened."""
    return _page(_look_alike(look_alike_id))


@blueprint.route("/look-alikes/<uuid:look_alike_id>/reported", methods=["GET", "POST"])
def report_look_alike(look_alike_id: uuid.UUID) -> Any:
    """Note that the platform was asked to act."""
    found, now = _look_alike(look_alike_id), clock.now()
    form = forms.ReportedForm(reported_on=clock.local_day(now))
    form.reported_on.not_after = clock.local_day(now)
    if found.can_be_reported_by(reader()) and not form.validate_on_submit():
        return _form_page("report", form, found), 422 if form.errors else 200
    day = form.reported_on.data or clock.local_day(now)
    begin_writing(found)
    try:
        operations.report_look_alike(found, day, form.reference.data or "", by=reader(), at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _form_page("report", form, _look_alike(look_alike_id)), refusal.status
    commit()
    flash("You noted that it was reported to the platform.", "success")
    return redirect(url_for(".show_look_alike", look_alike_id=look_alike_id), 303)


@blueprint.route("/look-alikes/<uuid:look_alike_id>/close", methods=["GET", "POST"])
def close_look_alike(look_alike_id: uuid.UUID) -> Any:
    """Note what came of it."""
    found, now, form = _look_alike(look_alike_id), clock.now(), forms.CloseLookAlikeForm()
    if found.can_be_closed_by(reader()) and not form.validate_on_submit():
        return _form_page("close", form, found), 422 if form.errors else 200
    chosen = form.outcome.data
    outcome = LookAlikeOutcome(chosen) if chosen in set(LookAlikeOutcome) else LookAlikeOutcome.HARMLESS
    begin_writing(found)
    try:
        operations.close_look_alike(found, outcome, form.words.data or "", by=reader(), at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _form_page("close", form, _look_alike(look_alike_id)), refusal.status
    commit()
    flash("You noted what came of it.", "success")
    return redirect(url_for(".show_look_alike", look_alike_id=look_alike_id), 303)


def _look_alike(look_alike_id: uuid.UUID) -> LookAlike:
    found = watch.look_alike_by_id(look_alike_id)
    if found is None:
        raise NothingHere
    demand(found.can_be_seen_by(reader()), "You cannot see this.", what_now="Ask the keeper of the register about it.")
    return found


def _form_page(act: str, form: ProbityForm, found: LookAlike) -> str:
    return render_template(f"{TEMPLATES}/{act}-look-alike.html", form=form, found=found)


def _page(found: LookAlike) -> str:
    person = reader()
    return render_template(
        f"{TEMPLATES}/show-look-alike.html", found=found, reports=found.can_be_reported_by(person),
        closes=found.can_be_closed_by(person), history=timeline([found.id]), today=clock.today(),
        calendar=working_calendar(), how=look_alike_worked_out(found),
    )  # fmt: skip
