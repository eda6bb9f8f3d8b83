"""Asking for the policy in another format, and sending it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NothingHere, demand
from app.people.models import HR_OFFICERS
from app.policy import blueprint, operations, queries
from app.policy.explaining import counted_from_receipt
from app.policy.forms import FormatForm, SentForm
from app.policy.models import Format, FormatRequest
from app.policy.routes.shared import reader


@blueprint.route("/formats", methods=["GET", "POST"])
def formats() -> Any:
    """What the reader asked for, for HR everybody's; and asking for another format."""
    if not queries.pack().switches["alternative_formats"].value:
        raise NothingHere
    person, now, form = reader(), clock.now(), FormatForm()
    if form.validate_on_submit():
        begin_writing(person)  # one at a time for one person: the second click finds the first
        try:
            made = operations.ask_for_format(Format(form.format.data or ""), form.words.data, by=person, at=now)
        except InvalidInput as refusal:
            db.session.rollback()
            form.add_refusal(refusal)
        else:
            commit()
            flash("You asked for the policy in another format.", "success")
            return redirect(url_for("policy.format_request", request_id=made.id), 303)
    sends = person.holds(*HR_OFFICERS)
    version = queries.current_version(clock.local_day(now))
    return render_template(
        "policy/formats.html", form=form, requests=queries.format_requests(person, everybodys=sends), sends=sends,
        version=version, today=clock.today(), calendar=queries.working_calendar().estimating(),
    ), 422 if form.errors else 200  # fmt: skip


@blueprint.route("/formats/<uuid:request_id>", methods=["GET", "POST"])
def format_request(request_id: UUID) -> Any:
    """One request: what is needed, by when; and recording that it was sent."""
    found, person, now, form = _request(request_id), reader(), clock.now(), SentForm()
    if form.is_submitted():
        demand(found.is_sent_by(person), "Only Human Resources sends the policy in another format.")
        if form.validate():
            begin_writing(found)
            operations.send_format(found, form.how_sent.data, by=person, at=now)
            commit()
            flash(f"You recorded that it was sent to {found.person.name}.", "success")
            return redirect(url_for("policy.formats"), 303)
    how = counted_from_receipt(operations.SENT_WITHIN, found.asked_at, found.due_on, since="It was asked for")
    return render_template(
        "policy/format-request.html", found=found, form=form, how=how, person=person
    ), 422 if form.errors else 200  # fmt: skip


@blueprint.post("/formats/<uuid:request_id>/withdraw")
def withdraw_format(request_id: UUID) -> Any:
    """Take a request back."""
    found, now = _request(request_id), clock.now()
    begin_writing(found)
    operations.withdraw_format_request(found, by=reader(), at=now)
    commit()
    flash("You took it back. Nobody need send anything.", "success")
    return redirect(url_for("policy.formats"), 303)


def _request(request_id: UUID) -> FormatRequest:
    found = queries.format_request_by_id(request_id)
    if found is None:
        raise NothingHere
    demand(found.can_be_seen_by(reader()), "Only the person who asked and HR can open this.")
    return found
