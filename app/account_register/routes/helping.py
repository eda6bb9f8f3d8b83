"""The help page of whoever keeps the register."""

from typing import Any

from flask import render_template
from flask_login import current_user

from app.account_register import blueprint
from app.account_register.routes.shared import reader
from app.people.models import KEEPERS
from app.policy.queries import pack


@blueprint.get("/how-to-keep-it")
def how_to_keep_it() -> Any:
    """What the keeper of the register does each week and each quarter, and how each of it is done here."""
    settings = pack()
    return render_template("account_register/how-to-keep-it.html", pack=settings, periods=settings.periods)


@blueprint.app_context_processor
def who_is_helped() -> dict[str, object]:
    """What the one link to this help asks, on whichever page it stands: whether its reader keeps the register."""
    return {"keeps_register": lambda: current_user.is_authenticated and reader().holds(*KEEPERS)}
