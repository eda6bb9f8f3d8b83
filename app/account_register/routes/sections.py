"""Changing what the register says of an account, one part at a time, and reading what it said before."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.account_register import blueprint, operations, queries
from app.account_register.forms import PlaceForm, platform_choices
from app.account_register.forms_sections import DETAILS, SECTIONS
from app.account_register.models import WHERE_SECRETS_ARE, Account, LoginMode, Recovery, TwoStep, TwoStepMethod, Upkeep
from app.account_register.naming import OTHER, OTHER_PLATFORM, canonical_platform, clean_url, platform_fields
from app.account_register.operations.details import (
    HIDDEN,
    AccountDetails,
    Seen,
    details_of,
    in_words,
    mark_of_details,
    words_for,
)
from app.account_register.routes.shared import account_or_nothing, reader, warn_of_its_handle
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NothingHere
from app.core.form_fields import sentence_start
from app.core.forms import Choices, SeenForm
from app.core.paging import Cursor
from app.core.seen import ChangedBySomebody

YES_NO = {"yes": True, "no": False, "unknown": None}


@blueprint.route("/<uuid:account_id>/change/<section>", methods=["GET", "POST"])
def change_section(account_id: uuid.UUID, section: str) -> Any:
    """Change one part of what the register says of an account."""
    account = account_or_nothing(account_id)
    if section not in SECTIONS:
        raise NothingHere
    if account.is_closed:
        raise AlreadyDone("This account is closed, so nothing about it can change.")
    form = _form(account, section)
    if not form.validate_on_submit():
        return _page(form, account, section), 422 if form.errors else 200
    now = clock.now()
    begin_writing(account)
    details, seen = details_of(account), Seen(DETAILS[section], form.seen.data or "")
    try:
        details = replace(details, **_ENTERED[section](form, clock.local_day(now)))
        changed = operations.change_account(account, details, by=reader(), at=now, seen=seen)
    except ChangedBySomebody as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _older_page(form, account_or_nothing(account_id), section, details), refusal.status
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(form, account_or_nothing(account_id), section), refusal.status
    commit()
    place = url_for("account_register.show", account_id=account.id, _anchor=section)
    if changed:
        if "handle" in changed or "platform" in changed:
            warn_of_its_handle(account)
        derived = form.derived if isinstance(form, PlaceForm) else ""
        flash(f"You changed what the register says of {account.name}. {derived}".rstrip(), "success")
        if "login_mode" in changed and queries.somebody_signs_in_otherwise(account, clock.local_day(now)):
            place = url_for("credential_rotation.correct_sign_in", account_id=account.id)
    else:
        flash("Nothing was different, so nothing changed.", "info")
    return redirect(place, 303)


@blueprint.get("/<uuid:account_id>/changes")
def changes(account_id: uuid.UUID) -> Any:
    """What the register said of an account before, who changed it and when."""
    account = account_or_nothing(account_id)
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    return render_template(
        "account_register/changes.html", account=account, page=queries.changes_page(account, cursor), words_for=words_for,
        kept_from_reader=() if account.vault_is_known_to(reader()) else WHERE_SECRETS_ARE, kept_words=HIDDEN,
    )  # fmt: skip


def _page(form: SeenForm, account: Account, section: str) -> str:
    heading = SECTIONS[section][0]
    return render_template("account_register/section.html", form=form, account=account, title=heading, section=section)


def _older_page(form: SeenForm, account: Account, section: str, entered: AccountDetails) -> str:
    """What was entered stays, beside what the register says now; who sends it again has seen that."""
    differing = [name for name in DETAILS[section] if getattr(account, name) != getattr(entered, name)]
    now = {name: in_words(name, getattr(account, name)) for name in differing}
    form.there_now = [{"key": sentence_start(words_for(name)), "value": now[name]} for name in now]
    return _page(form, account, section)


def _form(account: Account, section: str) -> SeenForm:
    choices: dict[str, Choices] = {}
    if section == "names":
        choices["platform"] = platform_choices()
    if section == "owners":
        choices["service"] = [(service.id, service.name) for service in queries.services()]
    data = {**_known(account), "seen": mark_of_details(account, DETAILS[section])}
    return SECTIONS[section][1](data=data, choices=choices)


def _known(account: Account) -> dict[str, Any]:
    """Everything that the register says, as its questions show it."""
    known = dict(vars(details_of(account)))
    pause = account.pre_election_pause
    return {
        **known,
        **platform_fields(account.platform),
        "parent": f"{account.parent.name} ({account.parent.platform})" if account.parent else "",
        "owner": (account.owner.email or account.owner.name) if account.owner else "",
        "deputy": (account.deputy.email or account.deputy.name) if account.deputy else "",
        "service": str(account.service_id or ""),
        "two_step_method": account.two_step_method.value if account.two_step_method else "",
        "listed_publicly": "yes" if account.listed_publicly else "no",
        "pre_election_pause": next(word for word, value in YES_NO.items() if value is pause),
    }


def _names(form: Any, day: date) -> dict[str, Any]:
    platform = form.platform.data or ""
    if platform == OTHER_PLATFORM:
        platform = OTHER + form.other_platform.data
    if form.opened_on.data and form.opened_on.data > day:
        raise InvalidInput("The day it was opened must be today or earlier", field="opened_on")
    return {
        "name": form.name.data,
        "platform": canonical_platform(platform),
        "handle": (form.handle.data.strip(" @") and form.handle.data) or None,
        "url": clean_url(form.url.data),
        "parent_id": _account_meant(form.parent.data, day),
        "opened_on": form.opened_on.data,
    }


def _account_meant(typed: str, day: date) -> uuid.UUID | None:
    if not typed:
        return None
    try:
        return queries.account_meant(typed, reader(), day).id
    except InvalidInput as refusal:
        raise InvalidInput(refusal.sentence, field="parent") from refusal


def _owners(form: Any, day: date) -> dict[str, Any]:
    people = {
        f"{field}_id": queries.person_to_choose(typed, day, field=field).id if typed else None
        for field, typed in (("owner", form.owner.data), ("deputy", form.deputy.data))
    }
    service_id = uuid.UUID(form.service.data) if form.service.data else None
    return {
        **people, "service_id": service_id, "brand": form.brand.data, "emergency_contact": form.emergency_contact.data,
    }  # fmt: skip


def _audience(form: Any, _day: date) -> dict[str, Any]:
    return {name: form[name].data for name in ("purpose", "target_group", "identification")}


def _security(form: Any, day: date) -> dict[str, Any]:
    if form.compromise_drill_on.data and form.compromise_drill_on.data > day:
        raise InvalidInput("The day of the drill must be today or earlier", field="compromise_drill_on")
    method = form.two_step_method.data
    return {
        "login_mode": LoginMode(str(form.login_mode.data)),
        "two_step": TwoStep(str(form.two_step.data)),
        "two_step_method": TwoStepMethod(method) if method in set(TwoStepMethod) else None,
        "two_step_custody": form.two_step_custody.data,
        "two_step_waiver": form.two_step_waiver.data,
        "recovery_kind": Recovery(str(form.recovery_kind.data)),
        "recovery": form.recovery.data,
        "vault_item": form.vault_item.data,
        "connected_tools": form.connected_tools.data,
        "compromise_drill_on": form.compromise_drill_on.data,
    }


def _care(form: Any, _day: date) -> dict[str, Any]:
    return {
        "alerts": Upkeep(str(form.alerts.data)),
        "auto_acknowledgement": Upkeep(str(form.auto_acknowledgement.data)),
        "pre_election_pause": YES_NO[str(form.pre_election_pause.data)],
    }


def _public(form: Any, _day: date) -> dict[str, Any]:
    return {"listed_publicly": form.listed_publicly.data == "yes", "public_words": form.public_words.data}


_ENTERED: dict[str, Callable[[Any, date], dict[str, Any]]] = {
    "names": _names, "owners": _owners, "audience": _audience, "security": _security, "care": _care,
    "public": _public,
}  # fmt: skip
