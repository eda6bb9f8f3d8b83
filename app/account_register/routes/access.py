"""Giving access, and ending access by a login of one's own."""

import uuid
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.account_register import blueprint, operations, queries
from app.account_register.forms import EndAccessForm, GiveAccessForm
from app.account_register.models import AccessGrant, AccessLevel, Account, EndReason, LoginMode
from app.account_register.operations.access import ASK_FOR_IT, ONLY_KEEPERS
from app.account_register.routes.shared import account_or_nothing, reader
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.presentation import uk_date
from app.people.models import Person
from app.policy.queries import pack


@blueprint.route("/<uuid:account_id>/give-access", methods=["GET", "POST"])
def give_access(account_id: uuid.UUID) -> Any:
    """Give somebody access to an account, as a keeper of the register; its owner asks for it."""
    account = account_or_nothing(account_id)
    if account.owner_id == reader().id and not account.access_can_be_given_by(reader()):
        return redirect(url_for("account_register.ask_for_access", account=account.id), 303)
    demand(account.access_can_be_given_by(reader()), ONLY_KEEPERS, what_now=ASK_FOR_IT)
    if not account.takes_holders:
        raise AlreadyDone("This account is closed or being closed, so nobody can be given access any more.")
    now = clock.now()
    form = GiveAccessForm(data={"login_mode": account.login_mode, "starts_on": clock.local_day(now)})
    if not pack().switches["training_before_access"].value:
        del form.trained_on
    if not form.is_submitted():
        return _give_page(form, account)
    if not form.validate():
        return _give_page(form, account), 422
    begin_writing(account)
    try:
        grantee = queries.person_to_choose(form.person.data, clock.local_day(now), field="person")
        grant = operations.give_access(
            account, grantee, level=AccessLevel(str(form.level.data)), login_mode=LoginMode(str(form.login_mode.data)),
            starts_on=form.starts_on.data or clock.local_day(now), by=reader(), at=now,
            approved_by=_approver(form.approved_by.data, clock.local_day(now)), advice=form.advice.data,
            trained_on=form.trained_on.data if form.trained_on else None,
        )  # fmt: skip
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _give_page(form, account), 422
    commit()
    then = " They can use it once they have read the policy." if grant.required_version_id else ""
    differs = f" The register says of the account: {account.login_mode.label.lower()}." if grant.differs_from_account else ""
    flash(f"You gave {grantee.name} access to {account.name}.{then}{differs}", "success")
    return redirect(url_for("account_register.show", account_id=account.id), 303)


@blueprint.route("/access/<uuid:grant_id>/end", methods=["GET", "POST"])
def end_access(grant_id: uuid.UUID) -> Any:
    """End access by a login of one's own. A shared login is ended where the password is changed, and what has not begun is
    called off there.
    """
    grant, now = grant_or_nothing(grant_id), clock.now()
    demand(grant.can_be_ended_by(reader()), "You cannot end this access.", what_now="Ask the keeper of the register.")
    if grant.may_know_password or grant.is_to_come(clock.local_day(now)) or grant.is_called_off:
        return redirect(url_for("credential_rotation.end_shared_access", grant_id=grant.id), 303)
    form = EndAccessForm(data={"ends_on": clock.local_day(now)})
    if not grant.end_can_be_corrected_by(reader()):
        del form.correction
    if not form.is_submitted():
        return _end_page(form, grant)
    if not form.validate():
        return _end_page(form, grant), 422
    begin_writing(grant)
    try:
        operations.end_access_of_own_login(
            grant, by=reader(), at=now, ends_on=form.ends_on.data or clock.local_day(now),
            reason=EndReason(str(form.reason.data)), correction=form.correction.data if form.correction else "",
        )  # fmt: skip
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _end_page(form, grant), 422
    commit()
    flash(_said_of_its_end(grant, form.ends_on.data or clock.local_day(now)), "success")
    return redirect(url_for("account_register.show", account_id=grant.account_id), 303)


def _said_of_its_end(grant: AccessGrant, last_day: date) -> str:
    """As it was recorded: who may not know that it ends sooner does not read it here."""
    if grant.open_until:
        return f"You recorded that the access of {grant.person.name} ended on {uk_date(last_day)}."
    return f"{grant.person.name} has access until {uk_date(last_day)}, and not after."


def _approver(typed: str, day: date) -> Person | None:
    return queries.person_to_choose(typed, day, field="approved_by") if typed else None


def grant_or_nothing(grant_id: uuid.UUID) -> AccessGrant:
    """The grant, if its account opens for the reader."""
    grant = queries.grant_by_id(grant_id)
    if grant is None:
        raise NothingHere
    account_or_nothing(grant.account_id)
    return grant


def _give_page(form: GiveAccessForm, account: Account) -> str:
    return render_template(
        "account_register/give_access.html",
        form=form,
        account=account,
        acknowledgement=pack().switches["acknowledgement_before_access"],
        pack=pack(),
    )


def _end_page(form: EndAccessForm, grant: AccessGrant) -> str:
    return render_template("account_register/end_access.html", form=form, grant=grant)
