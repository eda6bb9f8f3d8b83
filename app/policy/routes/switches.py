"""The pages on which switches of the pack are turned on and off."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import NothingHere
from app.policy import blueprint, operations, queries
from app.policy.forms import SwitchForm
from app.policy.models import SET_HERE, Installation
from app.policy.routes.shared import reader


@blueprint.get("/switches/<switch>")
def show_switch(switch: str) -> Any:
    """Whether a switch of the pack is on here, who turned it and why, and the form that turns it."""
    return _switch_page(switch, SwitchForm(formdata=None))


@blueprint.post("/switches/<switch>")
def set_switch(switch: str) -> Any:
    """Turn a switch of the pack on or off from now on."""
    person, now, form = reader(), clock.now(), SwitchForm()
    if switch not in SET_HERE or form.to.data not in ("on", "off"):
        raise NothingHere
    if not form.validate():
        return _switch_page(switch, form), 422
    begin_writing(db.session.get(Installation, 1))  # one at a time: each begins from what the other left
    operations.set_switch(switch, form.to.data == "on", reason=form.reason.data or "", by=person, at=now)
    commit()
    flash(f"{SET_HERE[switch]} is {form.to.data} now.", "success")
    return redirect(url_for("policy.show_switch", switch=switch), 303)


def _switch_page(switch: str, form: SwitchForm) -> str:
    if switch not in SET_HERE:
        raise NothingHere
    settings = queries.all_settings(switch)
    in_pack = queries.pack().switches[switch]
    is_on = settings[0].is_on if settings else bool(in_pack.value)
    form.to.data = "off" if is_on else "on"
    return render_template(
        "policy/switch.html", form=form, title=SET_HERE[switch], switch=switch, is_on=is_on, settings=settings,
        in_pack=in_pack,
    )  # fmt: skip
