"""The page on which the owner of an account says of everybody with access whether they still need it."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.account_register.models import Account
from app.account_register.queries import account_by_id, grants_to_review
from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere, demand
from app.core.presentation import count_words
from app.credential_rotation import blueprint, forms, operations
from app.credential_rotation.routes.shared import reader
from app.credential_rotation.routes.worked_out import review_worked_out


@blueprint.route("/accounts/<uuid:account_id>/review-access", methods=["GET", "POST"])
def review_access(account_id: uuid.UUID) -> Any:
    """Everybody with access on one page; each stays or loses it."""
    account, person, now = _account(account_id), reader(), clock.now()
    grants = grants_to_review(account)
    form = forms.review_form(grants)
    if not form.validate_on_submit():
        page = render_template(
            "credential_rotation/review-access.html", form=form, account=account, grants=grants,
            how=review_worked_out(account),
        )  # fmt: skip
        return page, 422 if form.errors else 200
    begin_writing(account)
    operations.review_access(account, form.stays, by=person, at=now)
    commit()
    ended = sum(not stays for stays in form.stays.values())
    said = f"{count_words(ended, 'person has', 'people have')} lost access." if ended else "Everybody keeps their access."
    flash(f"You looked at who has access to {account.name}. {said}", "success")
    return redirect(url_for("account_register.show", account_id=account.id), 303)


def _account(account_id: uuid.UUID) -> Account:
    found = account_by_id(account_id)
    if found is None:
        raise NothingHere
    demand(
        found.access_can_be_reviewed_by(reader()),
        "Only the owner of this account and the keepers of the register review who has access.",
        what_now="Tell the owner what should change.",
    )
    return found
