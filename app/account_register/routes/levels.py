"""Changing what a holder may do."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.account_register import blueprint, operations, queries
from app.account_register.forms import LEVEL_CHOICES, ChangeLevelForm
from app.account_register.models import AccessGrant, AccessLevel, AccessRequestStatus
from app.account_register.operations.asking import NOT_YOURS_TO_ASK
from app.account_register.routes.access import grant_or_nothing
from app.account_register.routes.shared import reader
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.people.models import KEEPERS
from app.policy.queries import pack


@blueprint.route("/access/<uuid:grant_id>/change-level", methods=["GET", "POST"])
def change_level(grant_id: uuid.UUID) -> Any:
    """Let a holder do less, at once; or ask that they may do more, which somebody approves."""
    grant, person, now = grant_or_nothing(grant_id), reader(), clock.now()
    demand(grant.level_can_be_changed_by(person), NOT_YOURS_TO_ASK, what_now="Ask the keeper of the register.")
    if grant.is_called_off or grant.is_over_on(clock.local_day(now)):
        raise AlreadyDone("This access has ended.", what_now="Whoever needs it after all is given access anew.")
    form = _form(grant)
    if not form.validate_on_submit():
        return _page(form, grant), 422 if form.errors else 200
    level = AccessLevel(str(form.level.data))
    begin_writing(grant.account, grant)
    try:
        place, said = _changed(grant, level, form, now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(form, grant_or_nothing(grant_id)), refusal.status
    commit()
    flash(said, "success")
    return redirect(place, 303)


def _changed(grant: AccessGrant, level: AccessLevel, form: ChangeLevelForm, now: Any) -> tuple[str, str]:
    """Where it leads, and what is said of it."""
    person, account = reader(), grant.account
    if not level.is_more_than(grant.level):
        operations.lower_level(grant, level, by=person, at=now)
        said = f"{grant.person.name} has access to {account.name} as {level} now."
        return url_for(".show", account_id=account.id), said
    made = operations.ask_for_more(
        grant, level, by=person, at=now, reason=form.reason.data, advice=form.advice.data if form.advice else "",
        trained_on=form.trained_on.data if form.trained_on else None,
    )  # fmt: skip
    place = url_for(".show_access_request", request_id=made.id)
    if made.status is AccessRequestStatus.APPROVED:
        return place, f"You approved that {grant.person.name} may do more. They have access as {level} now."
    return place, f"You asked that {grant.person.name} may do more. It waits for {made.who_decides(clock.today())} now."


def _form(grant: AccessGrant) -> ChangeLevelForm:
    """With what the reader may choose: whoever may not lower it asks for more only."""
    lowers = grant.level_can_be_lowered_by(reader())
    shown = [one for one in LEVEL_CHOICES if lowers or AccessLevel(one.value).is_more_than(grant.level)]
    form = ChangeLevelForm(data={"level": grant.level}, choices={"level": shown})
    if grant.trained_on is not None or not pack().switches["training_before_access"].value:
        del form.trained_on
    if not reader().holds(*KEEPERS):
        del form.advice
    return form


def _page(form: ChangeLevelForm, grant: AccessGrant) -> str:
    return render_template(
        "account_register/access/change-level.html", form=form, grant=grant,
        first=queries.agreement_refusal(grant.person, clock.today())
    )  # fmt: skip
