"""What follows when somebody leaves, account by account: worked out for the preview, and again when it is carried out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.account_register.models import AccessGrant, Account, EndReason, EndSetAside, LoginMode, is_there
from app.account_register.queries.agreements import has_been_let_in
from app.core import clock
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.presentation import uk_date
from app.core.working_days import months_after
from app.credential_rotation.models import CredentialRotation, HandOver, LeaverNotice, RotationCause, RotationStatus, Trigger
from app.credential_rotation.operations.handing_over import Others, others_on, what_to_hand_over
from app.credential_rotation.operations.opening import backstops, owner_for
from app.credential_rotation.queries.because_of import changes_because_of, earliest_that_belongs, hand_overs_left_by
from app.credential_rotation.queries.known_passwords import NEVER_CHANGED, Password, accounts_known_to, passwords_of
from app.people.models import Person
from app.policy.queries import due_at_once

AFTER_PLANNED = "rotation_after_planned_leaving_working_days"
AFTER_IMMEDIATE = "rotation_after_immediate_leaving_working_days"
MOST_MONTHS_AHEAD = 60
EARLIEST_DAY = date(2000, 1, 1)
"""Nobody who was gone by then had access to anything that is on the register."""


@dataclass(frozen=True)
class Leaving:
    """Who leaves, when and how, as it was told."""

    person: Person
    last_working_day: date
    immediate: bool
    told_at: datetime

    @classmethod
    def as_told(cls, notice: LeaverNotice) -> "Leaving":
        """The leaving of a notice as it stands."""
        return cls(notice.person, notice.last_working_day, notice.immediate, notice.told_at)

    @property
    def is_gone(self) -> bool:
        """Whether they are out as soon as it is recorded: they leave at once, or their last day is over."""
        return self.immediate or self.last_working_day < clock.local_day(self.told_at)

    @property
    def lets_others_in_until(self) -> date:
        """The last day on which they can let somebody into an account."""
        yesterday = clock.local_day(self.told_at) - timedelta(days=1)
        return min(self.last_working_day, yesterday) if self.is_gone else self.last_working_day

    @property
    def period(self) -> tuple[str, date]:
        """Which setting says by when passwords change, and the day it is counted from."""
        return change_period(self.last_working_day, clock.local_day(self.told_at), immediate=self.immediate)

    @property
    def first_moment(self) -> datetime:
        """From when a change of password settles what they know: on a last day that is to come, but not before it was told;
        else when they were gone.
        """
        if self.is_gone:
            return min(self.told_at, clock.at_local(self.last_working_day + timedelta(days=1)))
        return max(self.told_at, clock.at_local(self.last_working_day))

    def settles(self, grant: AccessGrant, today: date) -> datetime | None:
        """From when a change of password settles what they knew by an access that ends for another reason: where they leave
        at once on its last day, they had it until then.
        """
        own = _comes_back(grant, self.last_working_day, today)
        ends_on = own.ends_on if own is not None else grant.ends_on
        if self.immediate and ends_on == clock.local_day(self.told_at) == self.last_working_day:
            return self.told_at
        return own.settled_from if own is not None else grant.settled_from


@dataclass(frozen=True)
class HoldingPlan:
    """What follows for one account that the leaver holds or owns, or whose password they know. `grants` are those that end
    with the leaving, `called_off` those that were to begin after it, `lost` those that ended at once and are not given back,
    `back` those that end sooner again, as they were to before; `had_access` says whether they had any; `asked_by` is the day
    by which its password changes already. Of what came before: `over` is access that ended lately, `made` why the password
    was changed at last because of them, `asked_to_take_over` since when somebody is asked for because they moved.
    """

    account: Account
    grants: Sequence[AccessGrant]
    called_off: Sequence[AccessGrant]
    lost: Sequence[AccessGrant]
    back: Sequence[AccessGrant]
    had_access: bool
    grant: AccessGrant | None
    rotates: bool
    counts_from: datetime
    period: tuple[str, date]
    due_on: date
    asked_by: date | None
    owner: Person | None
    hand_over: HandOver | None
    over: AccessGrant | None = None
    made: RotationCause | None = None
    asked_to_take_over: date | None = None

    @property
    def due_by(self) -> date:
        """By when the password changes: earlier than this leaving asks for where it was asked for already."""
        return min(self.due_on, self.asked_by or self.due_on)

    @property
    def ends_by_itself_on(self) -> date | None:
        """The last day of an access that is over, or ends for another reason than this leaving."""
        own = self.grant.end_of_its_own if self.grant in self.back and self.grant is not None else None
        return own.ends_on if own is not None else self.grant.ends_on if self.grant is not None else None

    @property
    def ends(self) -> bool:
        """Whether access ends because of the leaving."""
        return bool(self.grants)

    @property
    def change_made(self) -> CredentialRotation | None:
        """The change of the password that was made because of them already, where no other follows."""
        return self.made.rotation if self.made is not None and not self.rotates else None


@dataclass(frozen=True)
class LeaverPlan:
    """What will follow from a notice, account by account."""

    leaving: Leaving
    holdings: Sequence[HoldingPlan]

    @property
    def person(self) -> Person:
        """Who leaves."""
        return self.leaving.person

    @property
    def last_working_day(self) -> date:
        """Their last day."""
        return self.leaving.last_working_day

    @property
    def accesses_ended(self) -> int:
        """How many accesses end."""
        return sum(holding.ends for holding in self.holdings)

    @property
    def accesses_called_off(self) -> int:
        """How many accesses never begin."""
        return sum(bool(holding.called_off) for holding in self.holdings)

    @property
    def passwords_to_change(self) -> int:
        """How many shared passwords change."""
        return sum(holding.rotates for holding in self.holdings)

    @property
    def hand_overs(self) -> list[HoldingPlan]:
        """What somebody else has to take over first."""
        return [holding for holding in self.holdings if holding.hand_over is not None]


def change_period(last_working_day: date, told_on: date, *, immediate: bool) -> tuple[str, date]:
    """Which setting says by when passwords change, and the day it is counted from: the last day, or that of the notice.

    Of a last day that was told late it is counted from the notice too: nobody is late with what they could not know.
    """
    if immediate:
        return AFTER_IMMEDIATE, told_on
    return AFTER_PLANNED, max(last_working_day, told_on)


def check_not_far_away(day: date, today: date, *, field: str, what: str = "The last day") -> None:
    """Refuses a day so far away, or so long ago, that it can only be a slip of the pen."""
    if day > months_after(today, MOST_MONTHS_AHEAD):
        raise InvalidInput(f"{what} must be within {MOST_MONTHS_AHEAD // 12} years from today", field=field)
    if day < EARLIEST_DAY:
        raise InvalidInput(f"{what} must be {uk_date(EARLIEST_DAY)} or later", field=field)


def plan_leaving(
    leaving: Leaving, today: date, *, only: Account | None = None, also: Sequence[Leaving] = ()
) -> LeaverPlan:
    """What follows on each account the person holds, owns, or whose shared password they still know; or on one of them.

    `also` are others who are recorded in the same act: they cannot take over what they leave themselves.

    Nobody keeps their access because bank holidays are not known yet: what lies beyond them is an estimate.
    """
    accounts = {account.id: account for account in _accounts_of(leaving.person, only)}
    passwords = passwords_of(Account.id.in_(list(accounts)))
    keepers = backstops(today)
    asked = {} if leaving.immediate else _asked_for_at_once(leaving.person, accounts, today)
    also_go = {one.person.id: one.lets_others_in_until for one in also if one.person.id != leaving.person.id}
    others = others_on(accounts.values(), also_go)
    made = [
        _holding(
            leaving, account, _grants_on(account, leaving.person), passwords.get(account.id, NEVER_CHANGED),
            asked.get(account.id),
            owner_for(account, {leaving.person.id}, today, keepers), today, others,
        )
        for account in accounts.values()
    ]  # fmt: skip
    changes = changes_because_of(leaving.person, today) if any(one.changes for one in passwords.values()) else {}
    whole = _with_what_came_before(leaving, made, changes, today, others)
    needed = [
        one for one in whole
        if one.ends or one.called_off or one.rotates or one.hand_over or one.grant or one.over or one.made
    ]  # fmt: skip
    return LeaverPlan(leaving, needed)


def _with_what_came_before(
    leaving: Leaving, plans: Sequence[HoldingPlan], changes: Mapping[UUID, RotationCause], today: date,
    others: Others,
) -> Sequence[HoldingPlan]:  # fmt: skip
    """The same with access that ended before they leave, because they moved, were away or needed it no more, with the change
    of its password, and what nobody has taken over from them since: that belongs to their leaving too.
    """
    person, earliest = leaving.person, clock.local_day(earliest_that_belongs(leaving.person, today))
    over = {plan.account.id: _over_on(today, plan.account, person) for plan in plans}
    before = (one for ended in over.values() for one in ended if one.end_reason is not EndReason.LEFT)
    left = hand_overs_left_by(person, today) if any(before) else {}
    whole = []
    for plan in plans:
        account, ended = plan.account, over[plan.account.id]
        lately = [one for one in ended if one.ends_on is not None and one.ends_on >= earliest]
        hand_over = plan.hand_over
        if account.id in left:
            ending = [*plan.grants, *plan.called_off, *plan.lost, *ended]
            owns = account.owner_id == person.id
            hand_over = what_to_hand_over(
                account, ending, leaving.last_working_day, today, owner_goes=owns, others=others
            )
        whole.append(
            replace(
                plan, over=max(lately, key=lambda one: one.ends_on or date.min, default=None),
                made=changes.get(account.id), hand_over=hand_over, asked_to_take_over=left.get(account.id),
            )
        )
    return whole


def _holding(
    leaving: Leaving, account: Account, grants: Sequence[AccessGrant], password: Password,
    asked: RotationCause | None, owner: Person | None, today: date, others: Others,
) -> HoldingPlan:  # fmt: skip
    last_day = leaving.last_working_day
    called_off = [grant for grant in grants if _never_begins(grant, last_day, today)]
    lost = [] if leaving.is_gone else [grant for grant in grants if _ended_at_once(grant, today)]
    running = [grant for grant in grants if grant not in [*called_off, *lost] and _ends_with(grant, last_day, today)]
    shared = [grant for grant in running if grant.login_mode == LoginMode.SHARED]
    ended = [
        leaving.settles(grant, today) for grant in grants
        if grant not in running and grant not in called_off and not grant.is_called_off
        and grant.login_mode == LoginMode.SHARED and not _was_never_used(grant, today)
    ]  # fmt: skip
    known_until = max((moment for moment in ended if moment is not None), default=None)
    knows_still = known_until is not None and password.settled_at(known_until) is None
    without_access = password.known_to(leaving.person.id)
    counts_from, period = leaving.first_moment, leaving.period
    due_on = due_at_once(*period)
    if asked is not None and not shared and asked.due_period is not None and asked.due_counted_from is not None:
        # Somebody who was sent away at once comes back without this access: its password still changes at once.
        knows_still, counts_from, period = True, asked.counts_from, (asked.due_period, asked.due_counted_from)
        due_on = asked.due_on
    elif shared or without_access is not None:
        # A change made before they were given the password, or came to know it, settles nothing.
        got_it = [grant.approved_at for grant in shared] + ([without_access.settled_from] if without_access else [])
        lost_it_sooner = not shared and known_until is not None and account.owner_id != leaving.person.id
        counts_from = max(known_until if lost_it_sooner and known_until is not None else counts_from, *got_it)
    elif known_until is not None:
        counts_from = known_until
    current = next((grant for grant in grants if grant.runs_on(today)), called_off[0] if called_off else None)
    return HoldingPlan(
        account=account,
        grants=running,
        called_off=called_off,
        lost=lost,
        back=[grant for grant in grants if grant not in lost and _comes_back(grant, last_day, today) is not None],
        had_access=any(not grant.is_called_off for grant in grants),
        grant=running[0] if running else current,
        rotates=bool(shared) or knows_still or without_access is not None,
        counts_from=counts_from,
        period=period,
        due_on=due_on,
        asked_by=password.asked_by,
        owner=owner,
        hand_over=what_to_hand_over(
            account, [*running, *called_off, *lost], last_day, today, owner_goes=account.owner_id == leaving.person.id,
            others=others,
        ),
    )


def _was_never_used(grant: AccessGrant, today: date) -> bool:
    """Whether an access lapsed because its holder never agreed to the policy, so that they know no password by it."""
    return grant.end_reason is EndReason.LAPSED and not has_been_let_in(grant, today)


def _never_begins(grant: AccessGrant, last_day: date, today: date) -> bool:
    """Whether an access was to begin only after the leaving. One that has begun already ran: the register keeps that."""
    return grant.starts_on > max(last_day, today) and not grant.is_called_off


def _ends_with(grant: AccessGrant, last_day: date, today: date) -> bool:
    """Whether an access ends because of the leaving: it would go on, or was set to end for that very reason."""
    if grant.is_called_off:
        return False
    if grant.ends_on is None or grant.ends_on > last_day:
        return True
    return grant.ends_with_leaving and grant.ends_on >= min(today, last_day) and _comes_back(grant, last_day, today) is None


def _comes_back(grant: AccessGrant, last_day: date, today: date) -> EndSetAside | None:
    """The end for another reason that an access has again, where the leaving that set it aside is not sooner any more; one
    with the same day stays aside.
    """
    if not grant.ends_with_leaving or grant.is_over_on(today):
        return None
    own = grant.end_of_its_own
    return own if own is not None and own.ends_on <= last_day and own.ends_on != grant.ends_on else None


def _ended_at_once(grant: AccessGrant, today: date) -> bool:
    """Whether it ended today because they left at once. It is not given back where they come back on the same day."""
    return grant.end_reason is EndReason.LEFT and grant.ends_on == today and grant.is_over_on(today)


def _accounts_of(person: Person, only: Account | None) -> list[Account]:
    """Every account that somebody holds, held or owns, or whose password they came to know without access, by name, with who
    else has access to it.
    """
    held = sa.exists().where(AccessGrant.account_id == Account.id, AccessGrant.person_id == person.id)
    return list(
        db.session.execute(
            sa.select(Account)
            .where(
                sa.or_(Account.owner_id == person.id, held, Account.id.in_(accounts_known_to(person.id))),
                is_there(),
                *([] if only is None else [Account.id == only.id]),
            )
            .options(
                joinedload(Account.owner),
                selectinload(Account.grants).options(
                    joinedload(AccessGrant.person), joinedload(AccessGrant.ends_set_aside)
                ),
            )
            .order_by(Account.name, Account.id)
            .execution_options(populate_existing=True)
        ).scalars()
    )  # fmt: skip


def _over_on(day: date, account: Account, person: Person) -> list[AccessGrant]:
    """Somebody's accesses to an account that have ended."""
    return [one for one in _grants_on(account, person) if not one.is_called_off and one.is_over_on(day)]


def _grants_on(account: Account, person: Person) -> list[AccessGrant]:
    """Somebody's accesses to an account, the oldest first."""
    found = [grant for grant in account.grants if grant.person_id == person.id]
    return sorted(found, key=lambda grant: (grant.starts_on, str(grant.id)))


def _asked_for_at_once(person: Person, accounts: Mapping[UUID, Account], today: date) -> dict[UUID, RotationCause]:
    """Which passwords are still to be changed because this person left at once, by account."""
    theirs = [grant for account in accounts.values() for grant in account.grants if grant.person_id == person.id]
    if not any(grant.end_reason is EndReason.LEFT and grant.is_over_on(today) for grant in theirs):
        return {}
    cause, rotation = RotationCause, CredentialRotation
    rows = db.session.execute(
        sa.select(rotation.account_id, cause)
        .join(cause, cause.rotation_id == rotation.id)
        .where(
            rotation.account_id.in_(list(accounts)), rotation.status == RotationStatus.DUE,
            cause.person_id == person.id, cause.trigger == Trigger.LEAVER, cause.due_period == AFTER_IMMEDIATE,
            cause.stood_down_at.is_(None),
        )
        .order_by(cause.due_on, cause.id)
    )  # fmt: skip
    return {account_id: one for account_id, one in rows}
