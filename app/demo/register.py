"""The demo's register: imported from the pack's CSV file by the keeper, as on the page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.account_register.models import (
    AccessGrant,
    AccessLevel,
    AccessRequest,
    Account,
    EndReason,
    Frequency,
    LoginMode,
    PlanEntry,
    Recovery,
    RiskEntry,
    TwoStep,
    TwoStepMethod,
    Upkeep,
)
from app.account_register.operations import (
    WantedAccess,
    advise_on_access,
    ask_for_access,
    change_account,
    details_of,
    end_access,
    give_access,
    import_register,
    plan_register_import,
    refuse_access,
)
from app.account_register.operations.checks import assess_account, plan_account, review_content
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
    """Record how most accounts are protected and looked after; on one 2-step verification is off; a few are still to do."""
    accounts = db.session.execute(sa.select(Account).order_by(Account.name, Account.id)).scalars().all()
    for number, account_id in enumerate([account.id for account in accounts][:-3]):
        with act_at(at + timedelta(minutes=3 * number)) as now:
            account = db.session.get_one(Account, account_id)
            two_step = TwoStep.OFF if number == 4 else TwoStep.ON
            details = replace(details_of(account), two_step=two_step, **_whole(number, two_step))
            change_account(account, details, by=cast["sca"], at=now)


def _whole(number: int, two_step: TwoStep) -> dict[str, Any]:
    """What else the register asks; every fifth account is left incomplete."""
    if number % 5 == 3:
        return {}
    is_on = two_step is TwoStep.ON
    return {
        "target_group": "Residents, and people who visit", "emergency_contact": "The duty desk, 01632 960 001",
        "identification": "The Council’s crest, and a link from the Council’s website",
        "two_step_method": TwoStepMethod.APP if is_on else None,
        "two_step_custody": "The app on the duty desk’s telephone" if is_on else "",
        "recovery_kind": Recovery.ORGANISATION, "recovery": "The digital team’s mailbox",
        "vault_item": f"Social {number + 1}",
        "connected_tools": "The planner in which posts are scheduled", "alerts": Upkeep.ON,
        "auto_acknowledgement": Upkeep.NOT_OFFERED if number % 2 else Upkeep.ON, "pre_election_pause": True,
    }  # fmt: skip


def write_papers(cast: Mapping[str, Person], at: datetime) -> None:
    """Assess the risks of most accounts and plan how they are evaluated, and read two of them through."""
    accounts = db.session.execute(sa.select(Account).order_by(Account.name, Account.id)).scalars().all()
    for number, account_id in enumerate([account.id for account in accounts][:-4]):
        with act_at(at + timedelta(minutes=4 * number)) as now:
            account, keeper = db.session.get_one(Account, account_id), cast["sca"]
            risk = RiskEntry(
                "Reputation of the Council", "A message is not answered for days.", 2, 3,
                "Two people answer, and one of them is always there.", account.owner_id or keeper.id,
            )  # fmt: skip
            assess_account(account, risk, by=keeper, at=now)
            plan = PlanEntry(
                "Residents hear in time, and get an answer.", "Answers within a working day; people reached in a month.",
                account.owner_id or keeper.id, Frequency.QUARTERLY, local_day(now) + timedelta(days=60 + 15 * number),
            )  # fmt: skip
            plan_account(account, plan, by=keeper, at=now)
            if number < 2:
                review_content(account, by=keeper, at=now, words="All up to date; two old links were mended.")


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
            approved_by=cast["employee"].line_manager,
            advice="Go ahead, once the policy is read.",
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
            approved_by=cast["manager"].line_manager,
            advice="To read the figures only.",
        )
    with act_at(at + timedelta(days=6)) as now:
        ended = db.session.get_one(AccessGrant, grant.id)
        end_access(ended, by=cast["sca"], at=now, ends_on=local_day(now), reason=EndReason.NO_LONGER_NEEDED)


def ask_for_some(cast: Mapping[str, Person], at: datetime, lately: datetime) -> None:
    """One person's access was refused by their manager; two wait for it, one of them with the keeper's advice."""
    wanted = (
        ("YouTube", "employee", "To put up the films of the planning meetings."),
        ("LinkedIn", "manager", "To post vacancies of my service."),
        ("Flickr", "colleague", "To put the pictures of the old town up for its festival."),
    )
    for number, (platform, who, reason) in enumerate(wanted):
        began = (lately if number else at) + timedelta(minutes=20 * number)
        with act_at(began) as now:
            wish = WantedAccess(
                _account(platform), cast[who], AccessLevel.EDITOR, LoginMode.INDIVIDUAL, local_day(now) + timedelta(days=7)
            )
            asked = ask_for_access(wish, by=cast[who], at=now, reason=reason).id
        if number < 2:
            with act_at(began + timedelta(minutes=7)) as now:
                found = db.session.get_one(AccessRequest, asked)
                advise_on_access(found, by=cast["sca"], at=now, advice="Go ahead, for one event at a time.")
        if number == 0:
            with act_at(began + timedelta(hours=2)) as now:
                found = db.session.get_one(AccessRequest, asked)
                refuse_access(found, by=cast["manager"], at=now, reasons="The committee team puts these up already.")


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
