"""The page on which a keeper corrects how holders of an account sign in."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.account_register.models import LoginMode
from app.account_register.operations.levels import NOT_YOURS_TO_CORRECT
from app.account_register.queries import account_by_id, grants_that_go_on
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NothingHere, demand
from app.core.presentation import count_words
from app.credential_rotation import blueprint, operations
from app.credential_rotation.forms_sign_in import sign_in_form
from app.credential_rotation.routes.shared import reader
from app.people.models import KEEPERS


@blueprint.route("/accounts/<uuid:account_id>/ways-of-signing-in", methods=["GET", "POST"])
def correct_sign_in(account_id: uuid.UUID) -> Any:
    """Correct for whom it is true how the register says that they sign in; asked too when that of the account changes."""
    account, now = account_by_id(account_id), clock.now()
    if account is None:
        raise NothingHere
    demand(reader().holds(*KEEPERS), NOT_YOURS_TO_CORRECT, what_now="Ask the keeper of the register.")
    grants = [one for one in grants_that_go_on(account, clock.local_day(now)) if one.sign_in_can_be_corrected_by(reader())]
    marked = [one.id for one in grants if one.differs_from_account]
    form = sign_in_form(grants, account.login_mode, marked)
    if not form.validate_on_submit():
        return _page(form, account), 422 if form.errors else 200
    chosen = form.chosen(grants)
    begin_writing(account, *chosen)
    try:
        operations.correct_ways_of_signing_in(
            chosen, LoginMode(str(form.login_mode.data)), true_from=form.true_from.data, reason=form.reason.data,
            never_shared=form.never_shared, by=reader(), at=now,
        )  # fmt: skip
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(form, account), refusal.status
    commit()
    flash(f"You corrected how {count_words(len(chosen), 'person signs', 'people sign')} in.", "success")
    return redirect(url_for("account_register.show", account_id=account_id), 303)


def _page(form: Any, account: Any) -> str:
    return render_template("credential_rotation/ways-of-signing-in.html", form=form, account=account)
