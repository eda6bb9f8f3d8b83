"""What rooms higher up do when an account changes hands."""

from datetime import datetime

from flask import current_app

from app.account_register.models import Account
from app.core.audit import Actor
from app.core.registries import Registries

CHANGES_HANDS = "account:changes-hands"


def let_rooms_follow(account: Account, *, by: Actor, at: datetime) -> None:
    """Tell rooms higher up that somebody was given access to an account, or made its owner, in the act that did it."""
    registries: Registries = current_app.extensions["registries"]
    registries.follow(CHANGES_HANDS, account, by=by, at=at)
