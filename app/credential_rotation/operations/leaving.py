"""Recording that somebody leaves: what will follow, and then the notice itself (policy 6.1(3))."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.account_register.models import AccessGrant, AccessLevel, Account, AccountStatus, EndReason, LoginMode
from app.account_register.operations import end_access
from app.account_register.queries import keepers_on
from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import notify
from app.core.working_days import HolidayDataEnds
from app.credential_rotation.models import (
    CredentialRotation,
    HandOver,
    LeaverHolding,
    LeaverNotice,
    NoticeStatus,
    Trigger,
)
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.opening import backstops, begin_rotation, owner_for
from app.credential_rotation.operations.rotating import complete_notice
from app.credential_rotation.queries import latest_notice_of, may_record_leaver
from app.people.models import Person
from app.people.operations import set_last_working_day
from app.policy.queries import due_within

RECORDED = event_kind("leaver:recorded", "recorded that {about} leaves, with {last_working_day} as the last day")
LEAVERS_DAY = "last_working_day"
AFTER_PLANNED = "rotation_after_planned_leaving_working_days"
AFTER_IMMEDIATE = "rotation_after_immediate_leaving_working_days"


@dataclass(frozen=True)
class HoldingPlan:
    """What follows for one account that the leaver holds or owns."""

    account: Account
    grant: AccessGrant | None
    ends: bool
    rotates: bool
    counts_from: datetime
    due_on: date
    owner: Person | None
    hand_over: HandOver | None


@dataclass(frozen=True)
class LeaverPlan:
    """What will follow from a notice, account by account."""

    person: Person
    last_working_day: date
    immediate: bool
    holdings: Sequence[HoldingPlan]

    @property
    def accesses_ended(self) -> int:
        """How many accesses end."""
        return sum(holding.ends for holding in self.holdings)

    @property
    def passwords_to_change(self) -> int:
        """How many shared passwords change."""
        return sum(holding.rotates for holding in self.holdings)

    @property
    def hand_overs(self) -> list[HoldingPlan]:
        """What somebody else has to take over first."""
        return [holding for holding in self.holdings if holding.hand_over is not None]


def preview_leaver(
    person: Person, *, last_working_day: date, immediate: bool, by: Person, at: datetime
) -> LeaverPlan:
    """What will follow when somebody leaves. Changes nothing; refuses what recording it would refuse."""
    demand(
        may_record_leaver(by, person),
        "Only HR or their line manager can record that somebody leaves.",
        what_now="Tell HR when they leave.",
    )
    _refuse_second(person, at)
    today = clock.local_day(at)
    if person.started is not None and last_working_day < person.started:
        raise InvalidInput("The last working day must be on or after the day they started", field=LEAVERS_DAY)
    if immediate and last_working_day > today:
        raise InvalidInput("Somebody who leaves at once has a last working day of today or earlier", field=LEAVERS_DAY)
    try:
        due_on = due_within(*change_period(last_working_day, today, immediate=immediate))
    except HolidayDataEnds as refusal:
        raise InvalidInput(refusal.sentence, field=LEAVERS_DAY) from refusal
    first_moment = clock.at_local(last_working_day)
    if immediate:
        first_moment = min(at, clock.at_local(last_working_day + timedelta(days=1)))
    holdings = _holdings(person, last_working_day, first_moment, due_on, today)
    return LeaverPlan(person, last_working_day, immediate, holdings)


def change_period(last_working_day: date, told_on: date, *, immediate: bool) -> tuple[str, date]:
    """Which setting says by when passwords change, and the day it is counted from: the last day, or that of the notice."""
    if immediate:
        return AFTER_IMMEDIATE, told_on
    return AFTER_PLANNED, last_working_day


def record_leaver(
    person: Person, *, last_working_day: date, immediate: bool, by: Person, at: datetime
) -> LeaverNotice:
    """Record that somebody leaves: end every access on the last day, and have each shared password changed.

    Never refused because nobody else could take over: where the leaver owns an account, or alone can let others in, the
    hand-over becomes an urgent duty of the keeper of the register.
    """
    plan = preview_leaver(person, last_working_day=last_working_day, immediate=immediate, by=by, at=at)
    set_last_working_day(person, last_working_day, by=by.id, at=at)
    notice = LeaverNotice(
        person_id=person.id, last_working_day=last_working_day, immediate=immediate, notified_by_id=by.id, notified_at=at
    )
    db.session.add(notice)
    db.session.flush()
    record(RECORDED, notice.id, by=by.id, at=at, about=person.id, facts={LEAVERS_DAY: last_working_day})
    period, since = change_period(last_working_day, clock.local_day(at), immediate=immediate)
    for holding in plan.holdings:
        notice.holdings.append(_carry_out(holding, plan, period, since, by=by, at=at))
    db.session.flush()
    for keeper in keepers_on(clock.local_day(at)):
        if keeper.id not in (by.id, person.id):
            kind = messages.HAND_OVER if plan.hand_overs else messages.LEAVER
            notify(keeper.id, kind, notice.id, at=at)
    if not plan.passwords_to_change:
        complete_notice(notice, by=by, at=at)
    return notice


def _refuse_second(person: Person, at: datetime) -> None:
    first = latest_notice_of(person)
    if first is None:
        return
    if first.status is NoticeStatus.NOTIFIED or not person.is_here_on(clock.local_day(at)):
        raise AlreadyDone(
            f"It is already recorded that {person.name} {first.leaves}, with {first.last_working_day:%-d %B %Y} as the "
            "last working day.",
            who=first.notified_by.name,
            when=first.notified_at,
            what_now="Open the list of leavers to see what is done and what is not.",
        )


def _holdings(
    person: Person, last_day: date, first_moment: datetime, due_on: date, today: date
) -> list[HoldingPlan]:
    grants = _grants_by_account(person)
    owned = _owned_accounts(person)
    accounts = {account.id: account for account in [*owned, *(several[0].account for several in grants.values())]}
    changed = _last_changes(accounts)
    keepers = backstops(today)
    made = [
        _holding(
            account, person, grants.get(account.id, []), changed.get(account.id), last_day, first_moment, due_on,
            owner_for(account, {person.id}, today, keepers), today,
        )
        for account in sorted(accounts.values(), key=lambda account: (account.name, str(account.id)))
    ]  # fmt: skip
    return [holding for holding in made if holding.ends or holding.rotates or holding.hand_over or holding.grant]


def _holding(
    account: Account, person: Person, grants: Sequence[AccessGrant], changed: datetime | None,
    last_day: date, first_moment: datetime, due_on: date, owner: Person | None, today: date,
) -> HoldingPlan:  # fmt: skip
    running = [grant for grant in grants if grant.ends_on is None or grant.ends_on > last_day]
    shared_running = any(grant.login_mode == LoginMode.SHARED for grant in running)
    ended = [g.ends_on for g in grants if g.login_mode == LoginMode.SHARED and g.ends_on and g.ends_on <= last_day]
    known_until = max(ended, default=None)
    knows_still = known_until is not None and (changed is None or changed < clock.at_local(known_until))
    counts_from = first_moment if shared_running or known_until is None else clock.at_local(known_until)
    current = next((grant for grant in grants if grant.runs_on(today)), None)
    return HoldingPlan(
        account=account,
        grant=running[0] if running else current,
        ends=bool(running),
        rotates=shared_running or knows_still,
        counts_from=counts_from,
        due_on=due_on,
        owner=owner,
        hand_over=_hand_over(account, person, running, last_day),
    )


def _hand_over(account: Account, person: Person, running: Sequence[AccessGrant], day: date) -> HandOver | None:
    owns = account.owner_id == person.id
    others = any(
        grant.level is AccessLevel.ADMIN and grant.person_id != person.id and grant.runs_on(day)
        and grant.person.is_here_on(day)
        for grant in account.grants
    )  # fmt: skip
    only = any(grant.level is AccessLevel.ADMIN for grant in running) and not others
    if owns and only:
        return HandOver.BOTH
    return HandOver.OWNER if owns else HandOver.ONLY_ADMINISTRATOR if only else None


def _carry_out(
    holding: HoldingPlan, plan: LeaverPlan, period: str, since: date, *, by: Person, at: datetime
) -> LeaverHolding:
    made = LeaverHolding(account_id=holding.account.id, grant_id=holding.grant.id if holding.grant else None)
    made.hand_over = holding.hand_over
    made.hand_over_by = clock.local_day(at) if holding.hand_over else None
    for grant in holding.account.grants:
        if grant.person_id == plan.person.id and (grant.ends_on is None or grant.ends_on > plan.last_working_day):
            actor = by if grant.can_be_ended_by(by) else ActorKind.SYSTEM
            last = max(plan.last_working_day, grant.starts_on)
            if grant.ends_on is None or grant.ends_on > last:
                end_access(grant, by=actor, at=at, ends_on=last, reason=EndReason.LEFT)
    if holding.rotates:
        cause = begin_rotation(
            holding.account, trigger=Trigger.LEAVER, person=plan.person, counts_from=holding.counts_from,
            period=period, since=since, by=by, at=at,
        )  # fmt: skip
        made.cause_id = cause.id
    return made


def _account_options() -> Any:
    return joinedload(Account.owner), selectinload(Account.grants).joinedload(AccessGrant.person)


def _grants_by_account(person: Person) -> dict[UUID, list[AccessGrant]]:
    rows = db.session.execute(
        sa.select(AccessGrant)
        .join(AccessGrant.account)
        .where(AccessGrant.person_id == person.id, Account.status != AccountStatus.CLOSED)
        .options(joinedload(AccessGrant.account).options(*_account_options()))
        .order_by(AccessGrant.starts_on, AccessGrant.id)
    ).scalars()
    found: dict[UUID, list[AccessGrant]] = {}
    for grant in rows:
        found.setdefault(grant.account_id, []).append(grant)
    return found


def _owned_accounts(person: Person) -> list[Account]:
    return list(
        db.session.execute(
            sa.select(Account)
            .where(Account.owner_id == person.id, Account.status != AccountStatus.CLOSED)
            .options(*_account_options())
            .order_by(Account.name, Account.id)
        ).scalars()
    )


def _last_changes(accounts: Mapping[UUID, Account]) -> dict[UUID, datetime]:
    rows = db.session.execute(
        sa.select(CredentialRotation.account_id, sa.func.max(CredentialRotation.changed_at))
        .where(CredentialRotation.account_id.in_(list(accounts)), CredentialRotation.changed_at.is_not(None))
        .group_by(CredentialRotation.account_id)
    )
    return {account_id: changed for account_id, changed in rows if changed is not None}
