"""Which service is headed by whom: the list, and recording it."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere
from app.core.forms import tried
from app.core.paging import Cursor
from app.people import blueprint
from app.people.forms import HeadForm
from app.people.heading import mark_of_head, name_head
from app.people.heads import next_head_due, service_by_id, services_page
from app.people.queries import timeline
from app.people.routes import known_by_address


@blueprint.get("/services")
def services() -> Any:
    """Every service with its head."""
    page = services_page(clock.today(), Cursor.read(request.args.get("after"), request.args.get("before")))
    return render_template("people/services.html", page=page)


@blueprint.route("/services/<uuid:service_id>/head", methods=["GET", "POST"])
def head_of_service(service_id: uuid.UUID) -> Any:
    """Record who heads a service, or that nobody does."""
    service, now, person = service_by_id(service_id), clock.now(), current_user._get_current_object()
    if service is None:
        raise NothingHere
    form = HeadForm(data={"seen": mark_of_head(service)})

    def act() -> None:
        head = known_by_address(form.email.data, "email") if form.who.data == "somebody" else None
        begin_writing(service)
        name_head(service, head, by=person, at=now, seen=form.seen.data or "")

    if not form.validate_on_submit() or not tried(act, form):
        not_here = service.head.why_not_here_on(clock.today()) if service.head is not None else ""
        page = render_template(
            "people/head.html", form=form, service=service, due=next_head_due(service, person),
            history=timeline([service.id]), not_here=not_here,
        )  # fmt: skip
        return page, form.answered_as
    commit()
    head = service.head
    flash(f"You recorded that {head.name if head else 'nobody'} heads {service.name}, from now on.", "success")
    return redirect(url_for(".services"), 303)
