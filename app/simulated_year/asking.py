"""Access in the simulated year: officers ask for it, the keeper advises, managers approve or refuse."""

import random
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from app.account_register.models import AccessLevel, AccessRequest, Account, AccountStatus, LoginMode
from app.account_register.operations import WantedAccess, advise_on_access, approve_access, ask_for_access, refuse_access
from app.account_register.queries import request_by_id
from app.core import clock
from app.core.db import db
from app.demo.timeline import act_at
from app.people.models import Person
from app.simulated_year.doing import NEARLY_ALL, Act, Doing, one_of


def ask(asker: Person, chance: random.Random, at: datetime) -> None:
    """Somebody asks to use an account, with a login of their own."""
    live = sa.select(Account).where(Account.status == AccountStatus.LIVE).order_by(Account.platform, Account.name)
    account = one_of(list(db.session.execute(live).scalars()), chance)
    wanted = WantedAccess(account, asker, AccessLevel.EDITOR, LoginMode.INDIVIDUAL, clock.local_day(at))
    with act_at(at):
        ask_for_access(wanted, by=asker, at=at, reason="I answer the questions of residents.")


def _approve(doing: Doing) -> None:
    dice = doing.chance.random()
    with act_at(doing.at):
        if dice < NEARLY_ALL:
            approve_access(_asked(doing), by=doing.by, at=doing.at)
        else:
            refuse_access(_asked(doing), by=doing.by, at=doing.at, reasons="Two colleagues can already do this.")


def _advise(doing: Doing) -> None:
    with act_at(doing.at):
        advise_on_access(_asked(doing), by=doing.by, at=doing.at, advice="Go ahead.")


def _asked(doing: Doing) -> AccessRequest:
    found = request_by_id(doing.id)
    assert found is not None
    return found


ASKING_ACTS: Mapping[str, Act] = {"access_approve": _approve, "access_advise": _advise}
