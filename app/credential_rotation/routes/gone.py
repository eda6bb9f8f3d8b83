"""Saying that an account no longer exists or is lost, confirming it as a second person, and taking it back."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.account_register.models import Account
from app.account_register.queries import accounts_opened_by
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput
from app.core.worked_out import WorkedOut
from app.credential_rotation import blueprint, operations, queries
from app.credential_rotation import forms_gone as forms
from app.credential_rotation.models import AccountGone, IncidentKind
from app.credential_rotation.operations.gone import CLOSING_PERIOD, CONFIRMING_PERIOD
from app.credential_rotation.routes.shared import account_or_nothing, happened_or_nothing, reader
from app.policy.explaining import counted_from
from app.policy.queries import pack, working_calendar

TEMPLATES = "credential_rotation/gone"


@blueprint.route("/accounts/<uuid:account_id>/gone", methods=["GET", "POST"])
def record_gone(account_id: uuid.UUID) -> Any:
    """Record that an account no longer exists on its platform, or is lost for good."""
    account, person, now = account_or_nothing(account_id), reader(), clock.now()
    operations.demand_may_say_gone(account, person)
    form = forms.GoneForm(since=clock.local_day(now))
    form.since.not_after = clock.local_day(now)
    if not form.validate_on_submit():
        return _record_page(form, account), 422 if form.errors else 200
    begin_writing(account)
    try:
        made = operations.record_gone(account, form.report, by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _record_page(form, account_or_nothing(account_id)), refusal.status
    commit()
    flash(f"You recorded that {account.name} {made.in_words}. A second person confirms it now.", "success")
    return redirect(url_for(".account_gone", gone_id=made.id), 303)


@blueprint.get("/gone/<uuid:gone_id>")
def account_gone(gone_id: uuid.UUID) -> Any:
    """What was said of an account that is gone, and what follows once it is confirmed."""
    return _page(_gone(gone_id))


@blueprint.post("/gone/<uuid:gone_id>/confirmed")
def confirm_gone(gone_id: uuid.UUID) -> Any:
    """Confirm it as a second person."""
    found, now, form = _gone(gone_id), clock.now(), forms.ConfirmGoneForm()
    if found.can_be_confirmed_by(reader()) and not form.validate():
        return _page(found, confirming=form), 422
    begin_writing(found, found.account)
    try:
        operations.confirm_gone(found, form.how_known.data or "", by=reader(), at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(_gone(gone_id), confirming=form), refusal.status
    commit()
    flash(f"You confirmed that {found.account.name} {found.in_words}. It is being closed.", "success")
    return redirect(url_for(".account_gone", gone_id=gone_id), 303)


@blueprint.post("/gone/<uuid:gone_id>/taken-back")
def take_back_gone(gone_id: uuid.UUID) -> Any:
    """Say that it is not so, while nobody has confirmed it."""
    found, now, form = _gone(gone_id), clock.now(), forms.NotGoneForm()
    if found.can_be_taken_back_by(reader()) and not form.validate():
        return _page(found, taking_back=form), 422
    begin_writing(found)
    try:
        operations.take_back_gone(found, form.why.data or "", by=reader(), at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(_gone(gone_id), taking_back=form), refusal.status
    commit()
    flash("You took it back. Everything about the account goes on as it was.", "success")
    return redirect(url_for(".account_gone", gone_id=gone_id), 303)


def _gone(gone_id: uuid.UUID) -> AccountGone:
    return happened_or_nothing(queries.gone_by_id(gone_id))


def _record_page(form: forms.GoneForm, account: Account) -> str:
    return render_template(f"{TEMPLATES}/record.html", form=form, account=account)


def _how(found: AccountGone) -> WorkedOut | None:
    """How the day came about by which somebody confirms it, or closes what is confirmed."""
    if found.waits_to_be_closed and found.settled_at is not None and found.close_by is not None:
        return counted_from(CLOSING_PERIOD, clock.local_day(found.settled_at), found.close_by, since="It was confirmed")
    if not found.is_waiting:
        return None
    day = clock.local_day(found.recorded_at)
    return counted_from(CONFIRMING_PERIOD, day, found.confirm_by, since="It was recorded")


def _page(
    found: AccountGone, *, confirming: forms.ConfirmGoneForm | None = None, taking_back: forms.NotGoneForm | None = None
) -> str:
    person, today = reader(), clock.today()
    confirms, takes_back = found.can_be_confirmed_by(person), found.can_be_taken_back_by(person)
    incident = queries.open_incident_of(found.account, IncidentKind.COMPROMISE) if found.is_waiting else None
    return render_template(
        f"{TEMPLATES}/show.html", gone=found, form=confirming or taking_back, how=_how(found),
        confirm_form=(confirming or forms.ConfirmGoneForm(formdata=None)) if confirms else None,
        back_form=(taking_back or forms.NotGoneForm(formdata=None)) if takes_back else None,
        unanswered=[incident.label_of(step) for step in incident.unanswered] if incident and confirms else [],
        incident=incident if incident and incident.can_be_seen_by(person) else None,
        finds_confirmer=found.confirmer_is_found_by(person), closes=found.account_can_be_closed_by(person),
        opens_account=bool(accounts_opened_by(person, [found.account_id], today)),
        today=today, calendar=working_calendar(), pack=pack(),
    )  # fmt: skip
