"""Accounts that no longer exist or are lost in the simulated year: one says so, another confirms it, a keeper
closes them."""

import random
import uuid
from collections.abc import Mapping
from datetime import datetime

from app.account_register.models import Account, Gone
from app.account_register.operations import close_account
from app.core import clock
from app.core.db import db
from app.credential_rotation.models import AccountGone, GoneReport
from app.credential_rotation.operations import confirm_gone, record_gone, take_back_gone
from app.credential_rotation.queries import standing_gone_of
from app.demo.timeline import act_at
from app.people.models import KEEPERS, Role
from app.people.queries import holders_of
from app.simulated_year.doing import MOST, Act, Doing, one_of
from app.simulated_year.keeping import appoint_somebody


def say_gone(account_id: uuid.UUID, chance: random.Random, at: datetime) -> None:
    """A keeper of the register finds that an account is not there any more, unless that is being said already."""
    day = clock.local_day(at)
    keepers = holders_of(KEEPERS, day)
    if not keepers or standing_gone_of(db.session.get_one(Account, account_id)) is not None:
        return
    by = one_of(keepers, chance)
    with act_at(at):
        report = GoneReport(Gone.DELETED, day, "The platform shows nothing under its name.")
        record_gone(db.session.get_one(Account, account_id), report, by=by, at=at)


def _settle(doing: Doing) -> None:
    """Most is as it was said; now and then it is found again. Where nobody can confirm it, somebody is appointed."""
    gone = db.session.get_one(AccountGone, doing.id)
    if not gone.can_be_confirmed_by(doing.by):
        appoint_somebody(Role.DEPUTY_SCA, doing)
        return
    with act_at(doing.at):
        gone = db.session.get_one(AccountGone, doing.id)
        if doing.chance.random() < MOST:
            confirm_gone(gone, "I looked for it too.", by=doing.by, at=doing.at)
        else:
            take_back_gone(gone, "It has another name now.", by=doing.by, at=doing.at)


def _close(doing: Doing) -> None:
    with act_at(doing.at):
        account = db.session.get_one(AccountGone, doing.id).account
        close_account(
            account, by=doing.by, at=doing.at, archive_kept="Nothing could be kept.", redirect_notice="Our website says so."
        )


GONE_ACTS: Mapping[str, Act] = {"account_gone": _settle, "account_gone_close": _close}
