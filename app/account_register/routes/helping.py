"""The help page of whoever keeps the register."""

from typing import Any

from flask import render_template

from app.account_register import blueprint
from app.policy.queries import pack


@blueprint.get("/how-to-keep-it")
def how_to_keep_it() -> Any:
    """What the keeper of the register does each week and each quarter, and how each of it is done here."""
    settings = pack()
    return render_template("account_register/how-to-keep-it.html", pack=settings, periods=settings.periods)
