"""What stands beside the demo's accounts: a linked group, a website tool, a closed account, and words for the public."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.account_register.models import Account, AccountKind, AccountStatus, LoginMode, Recovery, TwoStep
from app.account_register.operations import AccountDetails, change_account, change_status, close_account, register_account
from app.account_register.operations.details import details_of
from app.core.db import db
from app.demo.timeline import act_at
from app.people.models import Person

WELCOME = "News and answers of the Council, read on working days."


def add_more_accounts(cast: Mapping[str, Person], at: datetime) -> None:
    """Registered by hand, one after the other; the last is closed the same week."""
    sca, first = cast["sca"], sa.select(Account).where(Account.platform == "Facebook").order_by(Account.name, Account.id)
    with act_at(at) as now:
        parent = db.session.execute(first.limit(1)).scalar_one()
        group = replace(
            _details(cast, "Northmere Readers’ Circle", "Facebook"), handle="northmerereaders", parent_id=parent.id,
            target_group="People who read together", purpose="Readers choose the book of the month.",
        )  # fmt: skip
        register_account(group, by=sca, at=now)
    with act_at(at + timedelta(minutes=9)) as now:
        tool = _details(cast, "Council website editor", "Website tools")
        register_account(replace(tool, url="https://edit.northmere.example/"), by=sca, at=now)
    with act_at(at + timedelta(minutes=20)) as now:
        old = register_account(
            replace(_details(cast, "Northmere Weddings", "Pinterest"), handle="northmereweddings"), by=sca, at=now
        )
        old_id = old.id
    with act_at(at + timedelta(days=1)) as now:
        change_status(_account(old_id), AccountStatus.CLOSING, by=sca, at=now, reason="Nobody has used it since 2025.")
    with act_at(at + timedelta(days=3)) as now:
        close_account(
            _account(old_id), by=sca, at=now, archive_kept="The folder “Weddings” of the registrars",
            redirect_notice="A last post with the registrars’ page, until the end of the year",
        )  # fmt: skip
    with act_at(at + timedelta(days=3, minutes=20)) as now:
        for account in db.session.execute(first.where(Account.kind == AccountKind.SOCIAL)).scalars():
            change_account(account, replace(details_of(account), public_words=WELCOME), by=sca, at=now)


def _account(account_id: object) -> Account:
    return db.session.get_one(Account, account_id)


def _details(cast: Mapping[str, Person], name: str, platform: str) -> AccountDetails:
    owner = cast["colleague"]
    return AccountDetails(
        name=name, platform=platform, handle=None, url=None, service_id=owner.service_id, owner_id=owner.id,
        purpose="It was there before the register.", login_mode=LoginMode.INDIVIDUAL, two_step=TwoStep.ON,
        target_group="Residents", identification="A link from the Council’s website",
        recovery_kind=Recovery.ORGANISATION,
    )  # fmt: skip
