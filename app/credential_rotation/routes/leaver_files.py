"""Leavers from a file: choose, look at what would follow, confirm."""

import base64
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.core import clock
from app.core.csv_files import MAX_FILE_BYTES
from app.core.db import begin_writing, commit
from app.core.drafts import Draft, discard_draft, find_draft, keep_draft
from app.core.errors import AlreadyDone, InvalidInput
from app.core.presentation import count_words
from app.credential_rotation import blueprint, operations
from app.credential_rotation.forms import ConfirmLeaversForm, LeaversFileForm
from app.credential_rotation.routes.shared import reader, titled
from app.people.models import Person

ROOM = "credential_rotation"
DRAFT = "leavers_file"
SHOWN = 50
SEE_LIST = "Open the list of leavers to see how it stands."


@blueprint.route("/leavers/from-file", methods=["GET", "POST"])
def choose_leavers_file() -> Any:
    """Take a file, check it whole, and keep it sealed until it is confirmed."""
    form = LeaversFileForm()
    if not form.is_submitted():
        return _choose_page(form)
    if not form.validate():
        return _choose_page(form), 422
    person, now, content = reader(), clock.now(), request.files["file"].read(MAX_FILE_BYTES + 1)
    try:
        plan = operations.plan_leavers(content, by=person, at=now)
    except InvalidInput as refusal:
        form.add_refusal(refusal)
        return _choose_page(form), 422
    if plan.problems:
        form.add_refusal(InvalidInput("Nobody was recorded. Mend the lines below and select the file again", field="file"))
        return _choose_page(form, plan), 422
    begin_writing()
    kept = {
        "content": base64.b64encode(content).decode(), "shown": plan.shown, "left_empty": plan.left_empty,
        "plan": plan.fingerprint,
    }  # fmt: skip
    keep_draft(person.id, DRAFT, kept, at=now)
    commit()
    return redirect(url_for(".check_leavers_file"), 303)


@blueprint.route("/leavers/from-file/check", methods=["GET", "POST"])
def check_leavers_file() -> Any:
    """Show what would follow for each leaver, and record all of them once it is confirmed."""
    form, person, now = ConfirmLeaversForm(), reader(), clock.now()
    draft = find_draft(person.id, DRAFT)
    if not form.validate_on_submit():
        if draft is None:
            return redirect(url_for(".choose_leavers_file"), 303)
        return _check_page(form, draft), 422 if form.errors else 200
    if draft is None:
        raise AlreadyDone("This file was recorded already.", what_now=SEE_LIST)
    told = _plan(draft, by=person, at=now).told
    begin_writing(draft, *sorted((one.person for one in told), key=lambda one: str(one.id)))
    plan = _plan(draft, by=person, at=now)
    if plan.problems or plan.fingerprint != form.plan.data:
        raise AlreadyDone(
            "Something changed since you looked at this file, so what was shown would not be what happens.",
            what_now="Select the file again: it is checked and shown anew.",
        )
    operations.record_leavers(plan.told, by=person, at=now)
    discard_draft(draft)
    commit()
    flash(f"You recorded {count_words(len(plan.told), 'leaver')}.", "success")
    return redirect(url_for(".leavers"), 303)


def _plan(draft: Draft, *, by: Person, at: datetime) -> operations.LeaversPlan:
    return operations.plan_leavers(base64.b64decode(draft.answers["content"]), by=by, at=at)


def _choose_page(form: LeaversFileForm, plan: operations.LeaversPlan | None = None) -> str:
    return render_template(
        f"{ROOM}/leavers-file.html", form=form, problems=plan.problems if plan else [], shown=SHOWN,
        headers=operations.LEAVER_HEADERS, optional=operations.OPTIONAL_LEAVER_HEADERS,
    )  # fmt: skip


def _check_page(form: ConfirmLeaversForm, draft: Draft) -> str:
    if not form.is_submitted():
        form.plan.data = draft.answers["plan"]
    rows = [{**row, "day": date.fromisoformat(row["day"])} for row in draft.answers["shown"]]
    left_empty = titled(draft.answers.get("left_empty", {}))  # not kept of a file that was selected before these were shown
    return render_template(f"{ROOM}/check-leavers.html", form=form, rows=rows, shown=SHOWN, left_empty=left_empty)
