"""Somebody who had left came back."""

import uuid
from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, url_for

from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import InvalidInput, NothingHere
from app.credential_rotation import blueprint, operations, queries
from app.credential_rotation.forms_coming_back import ComeBackForm
from app.credential_rotation.models import LeaverNotice
from app.credential_rotation.routes.shared import reader


@blueprint.route("/leavers/<uuid:notice_id>/back", methods=["GET", "POST"])
def come_back(notice_id: uuid.UUID) -> Any:
    """They work here again: nothing of what they had comes back, and what was proved stays as it is."""
    notice, person, now = _notice(notice_id), reader(), clock.now()
    operations.demand_may_take_back(notice, by=person, at=now)
    form = ComeBackForm()
    if not form.validate_on_submit():
        return _page(form, notice), 422 if form.errors else 200
    begin_writing(notice, notice.person)
    try:
        operations.come_back(notice, started=cast(date, form.started.data), by=person, at=now)
    except InvalidInput as refusal:
        form.add_refusal(refusal)
        return _page(form, _notice(notice_id)), 422
    commit()
    flash(f"You recorded that {notice.person.name} came back.", "success")
    return redirect(url_for(".leaver", notice_id=notice.id), 303)


def _notice(notice_id: uuid.UUID) -> LeaverNotice:
    notice = queries.notice_for(reader(), notice_id)
    if notice is None:
        raise NothingHere
    return notice


def _page(form: ComeBackForm, notice: LeaverNotice) -> str:
    return render_template("credential_rotation/come-back.html", form=form, notice=notice)
