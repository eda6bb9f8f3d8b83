"""Accounts found in use that are not on the register: telling of one, bringing it in, closing it."""

import uuid
from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for

from app.account_register import blueprint, operations, queries
from app.account_register import forms_watch as forms
from app.account_register.forms import platform_choices
from app.account_register.models import DiscoveredAccount, Found
from app.account_register.operations.watch import SHADOW
from app.account_register.queries import watch
from app.account_register.routes.accounts import account_form, entered_details
from app.account_register.routes.shared import reader, warn_of_its_handle
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.forms import Choices, ProbityForm
from app.core.paging import Cursor
from app.core.seen import mark_of
from app.people.queries import timeline
from app.policy.explaining import counted_from
from app.policy.queries import working_calendar

TEMPLATES = "account_register/watch"


@blueprint.get("/discovered")
def discovered() -> Any:
    """The accounts found in use of which the reader may know."""
    waiting = request.args.get("show") != "settled"
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    return render_template(
        f"{TEMPLATES}/discovered.html", waiting=waiting, today=clock.today(),
        page=watch.discovered_page(reader(), clock.today(), waiting=waiting, cursor=cursor), calendar=working_calendar(),
    )  # fmt: skip


@blueprint.route("/discovered/new", methods=["GET", "POST"])
def record_discovered() -> Any:
    """Tell the keepers of an account in use that is not on the register."""
    now = clock.now()
    services: Choices = [(service.id, service.name) for service in queries.services()]
    form = forms.DiscoveredForm(
        found_on=clock.local_day(now), choices={"platform": platform_choices(), "service": services}
    )
    form.found_on.not_after = clock.local_day(now)
    if not form.validate_on_submit():
        return _new_page(form), 422 if form.errors else 200
    begin_writing()
    try:
        made = operations.record_discovered(_found(form), by=reader(), at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _new_page(form), refusal.status
    commit()
    flash(f"You told the keeper of the register of {made.name}. {form.derived}".rstrip(), "success")
    return redirect(url_for(".show_discovered", discovered_id=made.id), 303)


@blueprint.get("/discovered/<uuid:discovered_id>")
def show_discovered(discovered_id: uuid.UUID) -> Any:
    """One account found in use: what is known, what is to be done, what happened."""
    return _page(_discovered(discovered_id))


@blueprint.route("/discovered/<uuid:discovered_id>/ask", methods=["GET", "POST"])
def ask_for_proposal(discovered_id: uuid.UUID) -> Any:
    """Ask somebody to propose it; what is known is in their proposal already."""
    found, now = _to_settle(discovered_id), clock.now()
    form = forms.AskForm(data={"seen": mark_of(found.asked_id)})
    if not form.validate_on_submit():
        return _form_page("ask", form, found), 422 if form.errors else 200
    try:
        person = queries.person_to_choose(form.person.data, clock.local_day(now), field="person")
        begin_writing(found)
        operations.ask_for_proposal(found, person, by=reader(), at=now, seen=form.seen.data or "")
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _form_page("ask", form, _discovered(discovered_id)), refusal.status
    commit()
    flash(f"You asked {person.name} to propose it.", "success")
    return redirect(url_for(".show_discovered", discovered_id=discovered_id), 303)


@blueprint.route("/discovered/<uuid:discovered_id>/register", methods=["GET", "POST"])
def register_discovered(discovered_id: uuid.UUID) -> Any:
    """Put it on the register: what is known of it is filled in already."""
    found, now = _to_settle(discovered_id), clock.now()
    form = account_form(forms.known_of(found))
    if not form.validate_on_submit():
        return _form_page("register", form, found), 422 if form.errors else 200
    begin_writing(found)
    try:
        account = operations.register_discovered(found, entered_details(form), by=reader(), at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _form_page("register", form, _discovered(discovered_id)), refusal.status
    commit()
    flash(f"You put {account.name} on the register. Now give people access. {form.derived}".rstrip(), "success")
    warn_of_its_handle(account)
    return redirect(url_for(".show", account_id=account.id), 303)


@blueprint.post("/discovered/<uuid:discovered_id>/on-register")
def settle_on_register(discovered_id: uuid.UUID) -> Any:
    """Note that it is on the register already."""
    found, now = _to_settle(discovered_id), clock.now()
    begin_writing(found)
    account = operations.settle_on_register(found, by=reader(), at=now)
    commit()
    flash(f"You settled it: it is on the register as {account.name}.", "success")
    return redirect(url_for(".show_discovered", discovered_id=discovered_id), 303)


@blueprint.route("/discovered/<uuid:discovered_id>/close", methods=["GET", "POST"])
def close_discovered(discovered_id: uuid.UUID) -> Any:
    """Note what became of it where it does not come on the register."""
    found, now, form = _to_settle(discovered_id), clock.now(), forms.CloseDiscoveredForm()
    if not form.validate_on_submit():
        return _form_page("close", form, found), 422 if form.errors else 200
    begin_writing(found)
    operations.close_discovered(found, form.outcome.data, by=reader(), at=now)
    commit()
    flash("You closed it with what became of it.", "success")
    return redirect(url_for(".show_discovered", discovered_id=discovered_id), 303)


def _discovered(discovered_id: uuid.UUID) -> DiscoveredAccount:
    found = watch.discovered_by_id(discovered_id)
    if found is None:
        raise NothingHere
    demand(found.can_be_seen_by(reader()), "You cannot see this.", what_now="Ask the keeper of the register about it.")
    return found


def _to_settle(discovered_id: uuid.UUID) -> DiscoveredAccount:
    found = _discovered(discovered_id)
    if not found.can_be_settled_by(reader()):
        raise AlreadyDone(
            "This account has been settled or proposed already.", when=found.settled_at,
            who=found.settled_by.name if found.settled_by else None, what_now="Open it to see how it stands.",
        )  # fmt: skip
    return found


def _found(form: forms.DiscoveredForm) -> Found:
    platform, handle, url = form.place
    return Found(
        name=form.name.data, platform=platform, handle=handle, url=url, found_on=cast(date, form.found_on.data),
        service_id=uuid.UUID(form.service.data) if form.service.data else None, how_found=form.how_found.data,
    )  # fmt: skip


def _new_page(form: forms.DiscoveredForm) -> str:
    return render_template(f"{TEMPLATES}/new-discovered.html", form=form)


def _form_page(act: str, form: ProbityForm, found: DiscoveredAccount) -> str:
    return render_template(f"{TEMPLATES}/{act}-discovered.html", form=form, found=found)


def _page(found: DiscoveredAccount) -> str:
    person, since = reader(), clock.local_day(found.recorded_at)
    settles = found.can_be_settled_by(person)
    return render_template(
        f"{TEMPLATES}/show-discovered.html", found=found, asks=found.can_be_asked_for_by(person),
        settles=settles, there=watch.account_of_found(found) if settles else None,
        proposal_href=_proposal_href(found), account_href=_account_href(found),
        history=timeline([found.id]), today=clock.today(), calendar=working_calendar(),
        how=counted_from(SHADOW, since, found.due_on, since="It was told of") if found.is_to_be_settled else None,
    )  # fmt: skip


def _proposal_href(found: DiscoveredAccount) -> str:
    seen = found.proposal is not None and found.proposal.can_be_seen_by(reader())
    return url_for(".show_proposal", reference=found.proposal.reference) if seen and found.proposal else ""


def _account_href(found: DiscoveredAccount) -> str:
    seen = found.account_id is not None and queries.account_for(reader(), found.account_id, clock.today()) is not None
    return url_for(".show", account_id=found.account_id) if seen else ""
