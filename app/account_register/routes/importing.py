"""The register from a file: choose, look at what would happen, confirm."""

import base64
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.account_register import blueprint, operations
from app.account_register.forms import ConfirmImportForm, ImportForm
from app.account_register.models import AccessLevel
from app.account_register.operations import OPTIONAL_HEADERS, REGISTER_HEADERS, RegisterPlan
from app.account_register.operations.reading import STATUSES
from app.account_register.queries.imports import last_import, lock_register
from app.account_register.queries.watch import found_in_use_among
from app.account_register.routes.shared import reader
from app.core import clock
from app.core.csv_files import MAX_FILE_BYTES
from app.core.db import begin_writing, commit
from app.core.drafts import Draft, discard_draft, find_draft, keep_draft
from app.core.errors import AlreadyDone, InvalidInput
from app.core.presentation import count_words

DRAFT = "account_import"
SHOWN = 50
CHANGED_MEANWHILE = "The register changed since you looked at this file, so what was shown would not be what happens."


@blueprint.route("/import", methods=["GET", "POST"])
def choose_import() -> Any:
    """Take a file, check it whole, and keep it sealed until it is confirmed."""
    form = ImportForm()
    if not form.is_submitted():
        return _choose_page(form)
    if not form.validate():
        return _choose_page(form), 422
    now, content = clock.now(), request.files["file"].read(MAX_FILE_BYTES + 1)
    try:
        plan = operations.plan_register_import(content, day=clock.local_day(now))
    except InvalidInput as refusal:
        form.add_refusal(refusal)
        return _choose_page(form), 422
    if plan.problems:
        form.add_refusal(InvalidInput("Nothing was imported. Mend the lines below and select the file again", field="file"))
        return _choose_page(form, plan), 422
    begin_writing()
    keep_draft(reader().id, DRAFT, {"content": base64.b64encode(content).decode()}, at=now)
    commit()
    return redirect(url_for("account_register.check_import"), 303)


@blueprint.route("/import/check", methods=["GET", "POST"])
def check_import() -> Any:
    """Show what a file would do, and do it once it is confirmed."""
    form, now = ConfirmImportForm(), clock.now()
    if not form.validate_on_submit():
        draft = find_draft(reader().id, DRAFT)
        if draft is None:
            return redirect(url_for("account_register.choose_import"), 303)
        return _check_page(form, _plan(draft, now)), 422 if form.errors else 200
    person = reader()
    begin_writing()
    draft = find_draft(person.id, DRAFT)
    if draft is None:
        raise _came_late("This file was imported already.", "Open the register to see how it stands.")
    lock_register()
    plan = _plan(draft, now)
    if plan.problems or plan.fingerprint != form.plan.data:
        raise _came_late(CHANGED_MEANWHILE, "Go back to the check of the file, which shows it anew.", draft.changed_at)
    operations.import_register(plan, by=person, at=now)
    discard_draft(draft)
    commit()
    flash(
        f"{count_words(len(plan.added), 'account')} added, {count_words(len(plan.changed), 'account')} changed, "
        f"{count_words(plan.unchanged, 'account')} as before.", "success",
    )  # fmt: skip
    return redirect(url_for("account_register.index"), 303)


def _came_late(sentence: str, what_now: str, since: datetime | None = None) -> AlreadyDone:
    """The refusal of a confirmation that comes second, with who imported a file first where somebody did."""
    first = last_import()
    if first is None or (since is not None and first.at < since):
        return AlreadyDone(sentence, what_now=what_now)
    return AlreadyDone(sentence, who=first.actor, when=first.at, what_now=what_now)


def _plan(draft: Draft, at: datetime) -> RegisterPlan:
    content = base64.b64decode(draft.answers["content"])
    return operations.plan_register_import(content, day=clock.local_day(at))


def _choose_page(form: ImportForm, plan: RegisterPlan | None = None) -> str:
    return render_template(
        "account_register/import.html",
        form=form,
        problems=plan.problems if plan else [],
        shown=SHOWN,
        headers=REGISTER_HEADERS,
        optional=OPTIONAL_HEADERS,
        statuses=[status.value for status in STATUSES],
        levels=[level.value for level in AccessLevel],
    )


def _check_page(form: ConfirmImportForm, plan: RegisterPlan) -> str:
    if not form.is_submitted():
        form.plan.data = plan.fingerprint
    return render_template(
        "account_register/check_import.html", form=form, plan=plan, shown=SHOWN, own=plan.added_with(reader()),
        told_of=found_in_use_among(plan.added),
    )  # fmt: skip
