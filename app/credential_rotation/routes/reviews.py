"""The page on which the owner of an account says of everybody with access whether they still need it."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.account_register.models import AccessGrant, Account
from app.account_register.queries import account_by_id, ends_to_review
from app.account_register.queries.reviews import review_before
from app.account_register.queries.worked_out import review_worked_out
from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere, demand
from app.core.presentation import count_words
from app.credential_rotation import blueprint, forms, operations
from app.credential_rotation.routes.shared import reader


@blueprint.route("/accounts/<uuid:account_id>/review-access", methods=["GET", "POST"])
def review_access(account_id: uuid.UUID) -> Any:
    """Everybody with access on one page; each stays or loses it."""
    account, person, now = _account(account_id), reader(), clock.now()
    grants = ends_to_review(account, person)
    form = forms.review_form(grants, clock.local_day(now), seen=review_before(account)[0])
    if not form.validate_on_submit():
        page = render_template(
            "credential_rotation/review-access.html", form=form, account=account, grants=grants,
            how=review_worked_out(account),
        )  # fmt: skip
        return page, 422 if form.errors else 200
    begin_writing(account)
    operations.review_access(account, form.stays, by=person, at=now, seen=form.seen.data or "")
    commit()
    followed = _what_followed([grant for grant, _ in grants], form.stays)
    flash(f"You looked at who has access to {account.name}. {followed}", "success")
    return redirect(url_for("account_register.show", account_id=account.id), 303)


def _what_followed(grants: Iterable[AccessGrant], stays: Mapping[uuid.UUID, bool]) -> str:
    going = [grant for grant in grants if not stays[grant.id]]
    called_off = sum(grant.is_called_off for grant in going)
    said = []
    if ended := len(going) - called_off:
        said.append(f"{count_words(ended, 'person has', 'people have')} lost access.")
    if called_off:
        said.append(f"The access of {count_words(called_off, 'person', 'people')} that had not begun was called off.")
    return " ".join(said) or "Everybody keeps their access."


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
