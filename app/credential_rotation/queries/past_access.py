"""Who could get into an account on a day, and what somebody could get into: past days and days to come alike.

Somebody could get in by access that ran on that day, or because they knew a password that others went on using: their
access by a shared login had ended, or waited because their agreement to the policy had been taken back as a mistake, or
they had changed it or signed in with it to verify a change, and the password had not been changed since (policy 6.1(3)).
From the day on which it was confirmed that an account is gone nobody could. Of days to come it says what follows from what
is recorded now.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.account_register.models import (
    AccessGrant,
    AccessLevel,
    Account,
    Agreed,
    Approval,
    GrantState,
    agreed_at_end_of,
    grant_state,
    let_in_during,
    was_let_in,
)
from app.account_register.queries.agreements import agreements, of_grant
from app.account_register.queries.approvals import approval_in, with_approval
from app.core import clock
from app.core.db import db
from app.core.presentation import uk_date
from app.credential_rotation.queries.gone import nobody_gets_into_it
from app.credential_rotation.queries.known_passwords import (
    NEVER_CHANGED,
    Password,
    accounts_known_to,
    first_that_settles,
    passwords_of,
)
from app.people.models import HR_OFFICERS, KEEPERS, Person, Role
from app.people.naming import called_now_and_before
from app.people.queries import former_addresses, person_by_email


class Way(StrEnum):
    """How somebody could get in."""

    ACCESS = "access"
    KNOWN_PASSWORD = "known_password"
    CAME_TO_KNOW = "came_to_know"
    UNTIL_THEY_LEFT = "until_they_left"
    UNTIL_TAKEN_BACK = "until_taken_back"
    ENDED_LATER = "ended_later"
    NOT_YET = "not_yet"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {
            "access": "Had access", "known_password": "Knew the shared password",
            "came_to_know": "Knew the shared password: changed it or said so, or signed in with it",
            "until_they_left": "Had access until they left that day",
            "until_taken_back": "Had access until that day, when it was found that they had not agreed to the policy",
            "ended_later": "Had access: its end was recorded later",
            "not_yet": "Had not agreed to the policy yet",
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """That somebody could get in on the day: by which grant, how, as what, and when a known password changed at last. Who
    knew the password by changing it, or by signing in with it, needs no grant for that.
    """

    account: Account
    person: Person
    grant: AccessGrant | None
    way: Way
    changed_at: datetime | None
    approval: Approval | None
    since: date

    @property
    def level(self) -> AccessLevel | None:
        """What they could do by that access."""
        return self.approval.level if self.approval else None

    @property
    def runs(self) -> bool:
        """Whether the access itself ran on that day."""
        return self.way is Way.ACCESS

    @property
    def waits(self) -> bool:
        """Whether they could not get in yet, because they had not agreed to the policy."""
        return self.way is Way.NOT_YET

    @property
    def words(self) -> str:
        """How they could get in; where the end was recorded late, when that was and how somebody knew it."""
        grant = self.grant
        if self.way is not Way.ENDED_LATER or grant is None or grant.ended_at is None:
            return self.way.label
        why = f": {grant.correction}" if grant.correction else ""
        return f"Had access. On {uk_date(grant.ended_at)} it was recorded that it ended on {uk_date(grant.ends_on)}{why}"


def way_in(
    grant: AccessGrant, agreed: Sequence[Agreed], changes: Iterable[datetime], day: date
) -> tuple[Way, datetime | None] | None:
    """How a grant let its holder in on a day, with when the password was changed at last; None if it did not.

    `agreed` is when it counted that the holder had agreed to the policy. `changes` are the moments at which the account's
    password changed. A change on the last day of the access counts, as it does when somebody leaves; on the day of a change
    itself the old password still opened the account until then. Who waits to agree anew has their access still, so they are
    as little kept from a changed password as whoever goes on: only a change after its end settles what they know.
    """
    if grant_state(grant, agreed_at_end_of(agreed, day), day) is GrantState.ACTIVE:
        return Way.ACCESS, None
    if not was_let_in(grant, agreed, day):
        return None
    until_then, is_over = let_in_during(grant, agreed, day), grant.is_over_on(day)
    if until_then and is_over and grant.ends_on != day:
        return Way.ENDED_LATER, None
    if not grant.needs_new_password:
        partly = Way.UNTIL_THEY_LEFT if is_over else Way.UNTIL_TAKEN_BACK
        return (partly, None) if until_then else None
    changed_at = first_that_settles(changes, grant.settled_from)
    if changed_at is not None and clock.local_day(changed_at) < day:
        return None
    return Way.KNOWN_PASSWORD, changed_at


def ways_in(day: date, account_id: UUID | None = None) -> list[Entry]:
    """Everybody who could get into an account, or into each of them, by name, each once for an account; and who waits."""
    if account_id is None:
        return _entries(sa.true(), sa.true(), day)
    return _entries(AccessGrant.account_id == account_id, Account.id == account_id, day)


def what_could_be_got_into(person: Person, day: date) -> list[Entry]:
    """The accounts that somebody could get into on a day, by name, each once."""
    held = sa.select(AccessGrant.account_id).where(AccessGrant.person_id == person.id)
    passwords = sa.or_(Account.id.in_(held), Account.id.in_(accounts_known_to(person.id)))
    entries = _entries(AccessGrant.person_id == person.id, passwords, day)
    return [entry for entry in entries if entry.person.id == person.id and not entry.waits]


def people_called(typed: str) -> tuple[list[Person], list[Person]]:
    """Everybody of this name, or with this work address, who works here or did, by post; and who had it before."""
    if "@" in typed:
        found, was = person_by_email(typed), former_addresses().get(typed.strip().casefold())
        return [found] if found else [], [was.person] if was else []
    now, before = called_now_and_before(typed)
    return _by_post(now), _by_post(before)


def _by_post(people: list[Person]) -> list[Person]:
    """At most twenty."""
    return sorted(people, key=lambda one: (one.post, one.id))[:20]


def past_access_is_known_to(person: Person, viewer: Person) -> bool:
    """Whether somebody reads what a person could get into: themselves, their manager, HR, who sees everything."""
    return viewer.id == person.id or viewer.manages(person) or viewer.holds(*HR_OFFICERS, *KEEPERS, Role.AUDITOR)


def _entries(whose: sa.ColumnElement[bool], of: sa.ColumnElement[bool], day: date) -> list[Entry]:
    """Each person once for an account, by name; `whose` are the grants asked about, and `of` the rotations."""
    there = sa.and_(sa.or_(Account.closed_on.is_(None), Account.closed_on >= day), sa.not_(nobody_gets_into_it(day)))
    passwords, found = passwords_of(sa.and_(of, there)), dict[tuple[UUID, UUID], Entry]()
    for entry in (*_by_access(sa.and_(whose, there), passwords, day), *_without_access(passwords, day)):
        key = entry.account.id, entry.person.id
        if key not in found or _first(entry) < _first(found[key]):
            found[key] = entry
    return sorted(found.values(), key=lambda one: (one.person.name, one.account.name, str(one.account.id)))


def _by_access(
    whose: sa.ColumnElement[bool], passwords: Mapping[UUID, Password], day: date
) -> Iterator[Entry]:
    rows = agreements()
    select = (
        sa.select(AccessGrant, rows.c.since, rows.c.until)
        .join(AccessGrant.account)
        .join(AccessGrant.person)
        .outerjoin(rows, of_grant(rows))
        .where(whose, AccessGrant.starts_on <= day)
        .options(joinedload(AccessGrant.account), joinedload(AccessGrant.person))
        .order_by(AccessGrant.starts_on, AccessGrant.id)
    )
    for grant, its_rows in groupby(db.session.execute(with_approval(select, day)).all(), lambda row: row.AccessGrant):
        row, *more = its_rows  # one for each time that they agreed to what it requires
        agreed = [Agreed(one.since, one.until) for one in (row, *more) if one.since is not None]
        way = way_in(grant, agreed, passwords.get(grant.account_id, NEVER_CHANGED).changes, day)
        if way is None and grant.runs_on(day) and not grant.person.has_left_on(day):
            way = Way.NOT_YET, None
        if way is not None:
            yield Entry(grant.account, grant.person, grant, *way, approval_in(row), grant.starts_on)


def _without_access(passwords: Mapping[UUID, Password], day: date) -> Iterator[Entry]:
    """Those who knew a password on the day because they had changed it, or signed in with it."""
    for password in passwords.values():
        account = password.account
        if account is None:
            continue
        for known in password.known:
            since, changed_at = clock.local_day(known.since), password.settled_at(known.settled_from)
            if since <= day and (changed_at is None or clock.local_day(changed_at) >= day):
                yield Entry(account, known.person, None, Way.CAME_TO_KNOW, changed_at, None, since)


_BEST_FIRST = (
    Way.ACCESS, Way.ENDED_LATER, Way.UNTIL_THEY_LEFT, Way.UNTIL_TAKEN_BACK, Way.KNOWN_PASSWORD, Way.CAME_TO_KNOW,
    Way.NOT_YET,
)  # fmt: skip


def _first(entry: Entry) -> tuple[int, bool, float]:
    """Which of several ways in is told: access before a password that was known, one still known before one that changed."""
    changed = entry.changed_at
    return _BEST_FIRST.index(entry.way), changed is not None, -changed.timestamp() if changed else 0
