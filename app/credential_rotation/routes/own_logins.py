"""Somebody's own login to a compromised account: what to do, and saying that it is done."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import seen_or_nothing
from app.credential_rotation import blueprint, operations
from app.credential_rotation.models import LoginToSecure
from app.credential_rotation.operations.opening import OTHER_TRIGGER
from app.credential_rotation.queries.own_logins import own_login_by_id
from app.credential_rotation.routes.shared import reader
from app.policy.explaining import counted_from
from app.policy.queries import working_calendar


@blueprint.get("/own-logins/<uuid:login_id>")
def own_login(login_id: uuid.UUID) -> Any:
    """What its holder does to secure it, by when, and how far that is."""
    found, person, today = _login(login_id), reader(), clock.today()
    how = counted_from(OTHER_TRIGGER, clock.local_day(found.asked_at), found.due_on, since="It was asked for")
    return render_template(
        "credential_rotation/incidents/own-login.html", login=found, how=how, today=today, calendar=working_calendar(),
        is_own=found.grant.person_id == person.id, is_asked=found.is_asked_on(today), end=found.end_on(today),
        can_record=found.can_be_recorded_by(person, today), sees_incident=found.incident.can_be_seen_by(person),
    )  # fmt: skip


@blueprint.post("/own-logins/<uuid:login_id>/secured")
def secure_login(login_id: uuid.UUID) -> Any:
    """Say that it is secured, or write it down for its holder."""
    found, person, now = _login(login_id), reader(), clock.now()
    begin_writing(found, found.incident)
    operations.secure_login(found, by=person, at=now)
    commit()
    if found.grant.person_id == person.id:
        flash(f"You said that your own login to {found.grant.account.name} is secured.", "success")
    else:
        flash(f"You recorded that the own login of {found.grant.person.name} is secured.", "success")
    return redirect(url_for(".own_login", login_id=login_id), 303)


def _login(login_id: uuid.UUID) -> LoginToSecure:
    return seen_or_nothing(
        own_login_by_id(login_id), reader(),
        "This page is for whoever has this login, and those who look after the account.",
        what_now="If you know something about the account, tell the keeper of the register.",
    )  # fmt: skip
