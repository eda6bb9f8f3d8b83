"""The demo's register: imported from the pack's CSV file by the keeper, as on the page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.account_register.models import AccessGrant, AccessLevel, Account, EndReason, LoginMode, TwoStep
from app.account_register.operations import (
    change_account,
    details_of,
    end_access,
    give_access,
    import_register,
    plan_register_import,
)
from app.account_register.queries import grants_to_review
from app.core.clock import local_day
from app.core.db import db
from app.credential_rotation.operations import review_access
from app.demo.timeline import act_at
from app.people.models import Person
from app.policy.operations import acknowledge
from app.policy.pack import demo_inputs
from app.policy.queries import current_version

READERS = ("colleague", "manager", "head", "sca", "deputy-sca", "hr", "hr2", "investigator", "decision", "ict", "auditor")


def fill_register(pack_name: str, cast: Mapping[str, Person], at: datetime) -> None:
    """Import the pack's register, and let most of the cast agree to the policy."""
    with act_at(at) as now:
        plan = plan_register_import(demo_inputs(pack_name)[1].read_bytes(), day=local_day(now))
        import_register(plan, by=cast["sca"], at=now)
    for number, name in enumerate(READERS):
        with act_at(at + timedelta(days=1, minutes=13 * number)) as now:
            acknowledge(cast[name], current_version(local_day(now)), at=now)


def record_two_step(cast: Mapping[str, Person], at: datetime) -> None:
    """Record on most accounts that 2-step verification is on, on one that it is off; a few are still to be asked."""
    accounts = db.session.execute(sa.select(Account).order_by(Account.name, Account.id)).scalars().all()
    for number, account_id in enumerate([account.id for account in accounts][:-3]):
        with act_at(at + timedelta(minutes=3 * number)) as now:
            account = db.session.get_one(Account, account_id)
            two_step = TwoStep.OFF if number == 4 else TwoStep.ON
            change_account(account, replace(details_of(account), two_step=two_step), by=cast["sca"], at=now)


def change_access(cast: Mapping[str, Person], at: datetime) -> None:
    """Give one person access that waits for their acknowledgement, and end another's."""
    with act_at(at) as now:
        account = _account("LinkedIn")
        give_access(
            account,
            cast["employee"],
            level=AccessLevel.EDITOR,
            login_mode=LoginMode.DELEGATED,
            starts_on=local_day(now),
            by=cast["sca"],
            at=now,
        )
    with act_at(at + timedelta(minutes=20)) as now:
        grant = give_access(
            _account("LinkedIn"),
            cast["manager"],
            level=AccessLevel.VIEWER,
            login_mode=LoginMode.DELEGATED,
            starts_on=local_day(now),
            by=cast["sca"],
            at=now,
        )
    with act_at(at + timedelta(days=6)) as now:
        ended = db.session.get_one(AccessGrant, grant.id)
        end_access(ended, by=cast["sca"], at=now, ends_on=local_day(now), reason=EndReason.NO_LONGER_NEEDED)


def review_holders(cast: Mapping[str, Person], at: datetime) -> None:
    """The quarter's reviews of access, all but those of the last three accounts, which are overdue."""
    accounts = db.session.execute(sa.select(Account).order_by(Account.name, Account.id)).scalars().all()
    for number, account_id in enumerate([account.id for account in accounts][:-3]):
        with act_at(at + timedelta(minutes=2 * number)) as now:
            account = db.session.get_one(Account, account_id)
            stays = {grant.id: True for grant in grants_to_review(account)}
            review_access(account, stays, by=cast["sca"], at=now)


def _account(platform: str) -> Account:
    return db.session.execute(
        sa.select(Account).where(Account.platform == platform).order_by(Account.name).limit(1)
    ).scalar_one()
