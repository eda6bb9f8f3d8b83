"""Passwords to change, to verify, and everything about one of them; ending access to a shared login."""

import uuid
from datetime import date, datetime
from typing import Any, cast

from flask import flash, redirect, render_template, url_for

from app.account_register.models import AccessGrant, EndReason
from app.account_register.queries import account_for, accounts_opened_by, grant_by_id
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.credential_rotation import blueprint, forms, operations, queries
from app.credential_rotation.models import (
    NEEDS_PERMISSION,
    SEES_CAUSES,
    CredentialRotation,
    RotationStatus,
    Sighting,
    Trigger,
    causes_are_known_to,
    is_near_on,
    is_shown_to,
    owner_is_named_to,
)
from app.credential_rotation.operations.rotating import who_permits
from app.credential_rotation.operations.signing_in import settled_when_it_ends
from app.credential_rotation.routes.shared import reader
from app.credential_rotation.routes.worked_out import rotation_worked_out
from app.people.models import KEEPERS, Person
from app.people.queries import TimelineEntry, timeline
from app.policy.queries import pack, working_calendar

ROOM = "credential_rotation"


@blueprint.get("/")
def index() -> Any:
    """My rotations: what to change and what to verify, oldest first."""
    mine = queries.rotations_of(reader(), clock.today())
    return render_template(f"{ROOM}/index.html", mine=mine, today=clock.today(), calendar=working_calendar())


@blueprint.get("/rotations/<uuid:rotation_id>")
def rotation(rotation_id: uuid.UUID) -> Any:
    """One rotation: what to do, or what was done and by whom."""
    return _page(_rotation(rotation_id))


@blueprint.post("/rotations/<uuid:rotation_id>/changed")
def mark_changed(rotation_id: uuid.UUID) -> Any:
    """Note that the password was changed, with every step."""
    found, person, now = _rotation(rotation_id), reader(), clock.now()
    form = _changed_form(found)
    if found.can_be_changed_by(person) and not form.validate():
        return _page(found, changed=form), 422
    begin_writing(found)
    try:
        _note_change(found, form, by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(_rotation(rotation_id), changed=form), 422
    commit()
    flash(f"You marked the password of {found.account.name} as changed. Somebody else verifies it now.", "success")
    return redirect(url_for(".rotation", rotation_id=rotation_id), 303)


def _note_change(found: CredentialRotation, form: forms.ChangedForm, *, by: Person, at: Any) -> None:
    ready = found.can_be_changed_by(by)  # a late or strange click is refused by the act, whatever was typed
    operations.mark_changed(
        found, by=by, at=at, changed_at=form.changed_at if ready else at, steps=form.steps if ready else {},
        emergency_reason=form.emergency if ready else "",
    )  # fmt: skip


@blueprint.post("/rotations/<uuid:rotation_id>/verified")
def verify(rotation_id: uuid.UUID) -> Any:
    """Verify the change as a second person."""
    found, person, now = _rotation(rotation_id), reader(), clock.now()
    form = _verify_form(found, person)
    valid = form.validate()
    if found.can_be_verified_by(person) and not valid:
        return _page(found, verifying=form), 422
    begin_writing(found)
    if found.can_be_verified_by(person) and not valid:
        raise AlreadyDone("The password was changed just now.", what_now="Open the page again and say what you saw.")
    told = _note_what_was_seen(found, form, by=person, at=now)
    commit()
    flash(told, "success")
    return redirect(url_for(".rotation", rotation_id=rotation_id), 303)


def _note_what_was_seen(found: CredentialRotation, form: forms.VerifyForm, *, by: Person, at: datetime) -> str:
    if form.saw.data == forms.NOT_MADE:
        operations.say_not_made(found, why=form.not_made, by=by, at=at)
        return f"You said that the password of {found.account.name} has not been changed. It is still to be changed."
    saw = Sighting(form.saw.data) if form.saw.data in set(Sighting) else Sighting.VAULT_DATE
    operations.verify_rotation(found, by=by, at=at, saw=saw, alone_because=form.why_alone)
    return f"You verified the new password of {found.account.name}."


@blueprint.post("/rotations/<uuid:rotation_id>/permission")
def ask_for_permission(rotation_id: uuid.UUID) -> Any:
    """Ask the other holders to permit the change, where the policy asks for that."""
    found, person, now = _rotation(rotation_id), reader(), clock.now()
    begin_writing(found)
    operations.ask_for_permission(found, by=person, at=now)
    commit()
    flash(f"You asked for permission to change the password of {found.account.name}.", "success")
    return redirect(url_for(".rotation", rotation_id=rotation_id), 303)


@blueprint.post("/rotations/<uuid:rotation_id>/permitted")
def permit(rotation_id: uuid.UUID) -> Any:
    """Permit the change, where the policy asks for that."""
    found, person, now = _rotation(rotation_id), reader(), clock.now()
    begin_writing(found)
    operations.permit_rotation(found, by=person, at=now)
    commit()
    flash(f"You permitted the change for {found.account.name}.", "success")
    return redirect(url_for(".rotation", rotation_id=rotation_id), 303)


@blueprint.route("/rotations/<uuid:rotation_id>/refused", methods=["GET", "POST"])
def refuse_permission(rotation_id: uuid.UUID) -> Any:
    """Say that a change made in an emergency could have waited, and why."""
    found, person, now = _rotation(rotation_id), reader(), clock.now()
    form = forms.RefusalForm()
    if found.can_be_refused_by(person) and not form.validate_on_submit():
        return render_template(f"{ROOM}/refuse.html", form=form, rotation=found), 422 if form.errors else 200
    begin_writing(found)
    operations.refuse_permission(found, str(form.why.data or ""), by=person, at=now)
    commit()
    flash(f"You said that the change for {found.account.name} could have waited.", "success")
    return redirect(url_for(".rotation", rotation_id=rotation_id), 303)


@blueprint.route("/grants/<uuid:grant_id>/end", methods=["GET", "POST"])
def end_shared_access(grant_id: uuid.UUID) -> Any:
    """End somebody's access, and have the password changed that they know; what has not begun is called off."""
    grant, person, now = _grant(grant_id), reader(), clock.now()
    if grant.is_to_come(clock.local_day(now)) or grant.is_called_off:
        return _call_off(grant, by=person, at=now)
    form = forms.EndAccessForm(ends_on=clock.today())
    if not grant.end_can_be_corrected_by(person):
        del form.correction
    if not form.validate_on_submit():
        return _end_page(grant, form), 422 if form.errors else 200
    begin_writing(grant)
    try:
        made = operations.end_shared_access(
            grant, by=person, at=now, ends_on=cast(date, form.ends_on.data), reason=EndReason(str(form.reason.data)),
            correction=form.correction.data if form.correction else "",
        )  # fmt: skip
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _end_page(_grant(grant_id), form), 422
    commit()
    flash(f"You ended the access of {grant.person.name} to {grant.account.name}.", "success")
    if made is not None and made.can_be_seen_by(person):
        return redirect(url_for(".rotation", rotation_id=made.id), 303)
    return redirect(url_for("account_register.show", account_id=grant.account_id), 303)


def _call_off(grant: AccessGrant, *, by: Person, at: datetime) -> Any:
    form, day = forms.CallOffForm(), clock.local_day(at)
    if grant.is_to_come(day) and not form.validate_on_submit():
        page = render_template(f"{ROOM}/call-off.html", form=form, grant=grant)
        return page, 422 if form.errors else 200
    begin_writing(grant)
    operations.end_shared_access(grant, by=by, at=at, ends_on=day, reason=EndReason.NO_LONGER_NEEDED)
    commit()
    flash(f"You called off the access of {grant.person.name} to {grant.account.name}. It does not begin.", "success")
    if not accounts_opened_by(by, [grant.account_id], day):  # its holder saw it only because of this
        return redirect(url_for("home.index"), 303)
    return redirect(url_for("account_register.show", account_id=grant.account_id), 303)


@blueprint.route("/accounts/<uuid:account_id>/start", methods=["GET", "POST"])
def start(account_id: uuid.UUID) -> Any:
    """Have a password changed without anybody leaving; who may not ask for that is told whom to ask."""
    person, now = reader(), clock.now()
    account = account_for(person, account_id, clock.local_day(now))
    if account is None:
        raise NothingHere
    operations.demand_may_start(account, person, at=now)
    form = forms.StartForm()
    if not form.validate_on_submit():
        permits = who_permits() if pack().switches[NEEDS_PERMISSION].value else None
        page = render_template(f"{ROOM}/start.html", form=form, account=account, who_permits=permits)
        return page, 422 if form.errors else 200
    begin_writing(account)
    made = operations.start_rotation(account, trigger=Trigger(str(form.trigger.data)), by=person, at=now)
    commit()
    flash(f"You asked for a new password of {account.name}.", "success")
    if not made.can_be_seen_by(person):  # it changes because of them too, which they are not told
        return redirect(url_for("account_register.show", account_id=account_id), 303)
    return redirect(url_for(".rotation", rotation_id=made.id), 303)


def _rotation(rotation_id: uuid.UUID) -> CredentialRotation:
    found = queries.rotation_by_id(rotation_id)
    if found is None or not is_shown_to(found, reader()):
        raise NothingHere
    demand(
        found.can_be_seen_by(reader(), knows=True),  # whether it is far off and they do not know of it was asked above
        "This page is for those who look after the account.",
        what_now="If you need access to the account, ask its owner.",
    )
    return found


def _grant(grant_id: uuid.UUID) -> AccessGrant:
    grant = grant_by_id(grant_id)
    if grant is None:
        raise NothingHere
    demand(grant.can_be_ended_by(reader()), "You cannot end this access.", what_now="Ask the keeper of the register.")
    return grant


def _end_page(grant: AccessGrant, form: forms.EndAccessForm) -> str:
    knows = settled_when_it_ends(grant, clock.now()) is not None
    return render_template(f"{ROOM}/end-access.html", form=form, grant=grant, knows_password=knows)


def _needs_permission(found: CredentialRotation) -> bool:
    return pack().switches[NEEDS_PERMISSION].value and found.permitted_at is None


def _changed_form(found: CredentialRotation, *, fresh: bool = False) -> forms.ChangedForm:
    made = (
        forms.ChangedForm(formdata=None, **forms.today_and_now(clock.now()))
        if fresh
        else forms.ChangedForm()
    )
    emergencies = pack().switches["rotation_emergency_path"].value
    made.ask_for_emergency(_needs_permission(found) and emergencies)
    made.changed_on.not_after = clock.today()
    return made


def _verify_form(found: CredentialRotation, person: Person, *, fresh: bool = False) -> forms.VerifyForm:
    made = forms.VerifyForm(formdata=None) if fresh else forms.VerifyForm()
    made.ask_why_alone(found.done_by_id == person.id)
    return made


def _page(
    found: CredentialRotation,
    *,
    changed: forms.ChangedForm | None = None,
    verifying: forms.VerifyForm | None = None,
) -> str:
    person = reader()
    can_change, can_verify = found.can_be_changed_by(person), found.can_be_verified_by(person)
    form: Any = None
    if can_change:
        form = changed or _changed_form(found, fresh=True)
    elif can_verify:
        form = verifying or _verify_form(found, person, fresh=True)
    knows = causes_are_known_to(found, person)
    return render_template(
        f"{ROOM}/rotation.html", rotation=found, form=form, can_change=can_change, can_verify=can_verify,
        can_permit=_permission_matters(found) and found.can_be_permitted_by(person),
        can_ask=_needs_permission(found) and found.can_be_asked_for_by(person),
        can_refuse=found.can_be_refused_by(person), finds_verifier=found.verifier_is_found_by(person),
        finds_changer=found.changer_is_found_by(person),
        opens_register=person.holds(*KEEPERS),
        permission_matters=_permission_matters(found), who_permits=who_permits(), permission_source=_permission_source(),
        too_early=found.counts_from > clock.now(),
        knows=knows, notice=queries.notice_of(found), history=_history_of(found, knows=knows),
        names_owner=owner_is_named_to(found, person, knows=knows),
        opens_history=found.account.past_access_is_known_to(person) or person.holds(*SEES_CAUSES),
        reads_reasons=found.reasons_are_known_to(person, knows=knows),
        instead=_instead_of(found, person), step_words=forms.STEP_WORDS, sighting_words=forms.SIGHTING_WORDS,
        today=clock.today(), calendar=working_calendar(), pack=pack(), how=rotation_worked_out(found, knows=knows),
    )  # fmt: skip


def _history_of(found: CredentialRotation, *, knows: bool) -> list[TimelineEntry]:
    """What happened, for who may not know why only since its day was near: they are not told when it was planned."""
    happened = timeline([found.id], knows_causes=knows)
    return [entry for entry in happened if knows or is_near_on(found, clock.local_day(entry.at))]


def _instead_of(found: CredentialRotation, person: Person) -> CredentialRotation | None:
    """What is still to be changed because a change was not made, for who may see it."""
    if found.status is not RotationStatus.NOT_MADE:
        return None
    return next((one for one in queries.open_rotations_of(found.account) if one.can_be_seen_by(person)), None)


def _permission_source() -> str:
    return pack().cite(pack().switches[NEEDS_PERMISSION].sources)


def _permission_matters(found: CredentialRotation) -> bool:
    return pack().switches[NEEDS_PERMISSION].value or found.permitted_at is not None
