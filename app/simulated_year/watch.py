"""Accounts found in use, accounts that look like ours and what is new, in the simulated year."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.account_register.models import (
    DiscoveredAccount,
    Found,
    HorizonItem,
    LoginMode,
    LookAlike,
    LookAlikeOutcome,
    LookAlikeStatus,
    LookResult,
    Noticed,
    TwoStep,
)
from app.account_register.operations import (
    AccountDetails,
    close_discovered,
    close_look_alike,
    note_look,
    record_discovered,
    record_look_alike,
    register_discovered,
    report_look_alike,
    watch_horizon,
)
from app.core import clock
from app.core.db import db
from app.demo.timeline import act_at
from app.people.models import KEEPERS, Person
from app.people.queries import holders_of
from app.simulated_year.doing import MOST, Act, Doing, one_of


def notice(by: Person, chance: random.Random, at: datetime) -> None:
    """Somebody finds an account, or one that looks like ours; or a keeper hears of something new."""
    today, dice = clock.local_day(at), chance.random()
    with act_at(at):
        if dice < 0.4:
            found = Found(f"Found {at:%d %B}", "Facebook", f"found{at:%y%m%d}", None, by.service_id, today, "A resident.")
            record_discovered(found, by=by, at=at)
        elif dice < 0.8:
            noticed = Noticed("X", f"notours{at:%y%m%d}", None, today, "Our logo, and it asks for money.")
            record_look_alike(noticed, by=by, at=at)
        else:
            keeper = one_of(holders_of(KEEPERS, today), chance)
            watch_horizon(f"Feature of {at:%d %B %Y}", "Everybody asks.", today + timedelta(days=10), by=keeper, at=at)


def _settle(doing: Doing) -> None:
    with act_at(doing.at):
        found = db.session.get_one(DiscoveredAccount, doing.id)
        if doing.chance.random() < MOST:
            details = AccountDetails(
                name=found.name, platform=found.platform, handle=found.handle, url=found.url, service_id=found.service_id,
                owner_id=None, purpose="News", login_mode=LoginMode.SHARED, two_step=TwoStep.NOT_RECORDED,
            )  # fmt: skip
            register_discovered(found, details, by=doing.by, at=doing.at)
        else:
            close_discovered(found, "It was deleted.", by=doing.by, at=doing.at)


def _see_to(doing: Doing) -> None:
    with act_at(doing.at):
        found = db.session.get_one(LookAlike, doing.id)
        if found.status is LookAlikeStatus.FOUND:
            report_look_alike(found, clock.local_day(doing.at), "R-1", by=doing.by, at=doing.at)
        else:
            close_look_alike(found, LookAlikeOutcome.REMOVED, "", by=doing.by, at=doing.at)


def _look(doing: Doing) -> None:
    with act_at(doing.at):
        item, over = db.session.get_one(HorizonItem, doing.id), doing.chance.random() > MOST
        result = LookResult.NOT_FOR_US if over else LookResult.WATCH
        again = None if over else clock.local_day(doing.at) + timedelta(days=20)
        note_look(item, result, "Nobody uses it here.", again, by=doing.by, at=doing.at)


WATCH_ACTS: Mapping[str, Act] = {"discovered_settle": _settle, "look_alike_settle": _see_to, "horizon_look": _look}
