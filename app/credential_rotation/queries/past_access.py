"""Who could get into an account on a day, and what somebody could get into: past days and days to come alike.

Somebody could get in by access that ran on that day, or because they knew a password that others went on using: their
access by a shared login had ended, and the password had not been changed since (policy 6.1(3)). Of days to come it says
what follows from what is recorded now.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.account_register.models import AccessGrant, AccessLevel, Account, GrantState, grant_state, let_in
from app.account_register.queries.access import acknowledged_at, level_before
from app.core import clock
from app.core.db import db
from app.core.presentation import uk_date
from app.credential_rotation.models import CredentialRotation
from app.people.models import HR_OFFICERS, KEEPERS, Person, Role
from app.people.queries import person_by_email


class Way(StrEnum):
    """How somebody could get in."""

    ACCESS = "access"
    KNOWN_PASSWORD = "known_password"
    UNTIL_THEY_LEFT = "until_they_left"
    ENDED_LATER = "ended_later"
    NOT_YET = "not_yet"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {
            "access": "Had access", "known_password": "Knew the shared password",
            "until_they_left": "Had access until they left that day",
            "ended_later": "Had access: its end was recorded later",
            "not_yet": "Had not agreed to the policy yet",
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """That somebody could get in on the day: by which grant, how, as what, and when a known password changed at last."""

    grant: AccessGrant
    way: Way
    changed_at: datetime | None
    level: AccessLevel

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
        if self.way is not Way.ENDED_LATER or grant.ended_at is None:
            return self.way.label
        why = f": {grant.correction}" if grant.correction else ""
        return f"Had access. On {uk_date(grant.ended_at)} it was recorded that it ended on {uk_date(grant.ends_on)}{why}"


def way_in(
    grant: AccessGrant, agreed_at: datetime | None, changes: Iterable[datetime], day: date
) -> tuple[Way, datetime | None] | None:
    """How a grant let its holder in on a day, with when the password was changed at last; None if it did not.

    `changes` are the moments at which the account's password changed. A change on the last day of the access counts, as
    it does when somebody leaves; on the day of a change itself the old password still opened the account until then.
    """
    if grant_state(grant, agreed_at, day) is GrantState.ACTIVE:
        return Way.ACCESS, None
    last_open = grant.last_open_day
    if grant.ends_on is None or last_open is None or grant.ends_on > day:
        return None
    if not let_in(grant, agreed_at, min(day, last_open)):
        return None
    if grant.ends_on < day <= last_open:
        return Way.ENDED_LATER, None
    if not grant.needs_new_password:
        return (Way.UNTIL_THEY_LEFT, None) if grant.ends_on == day else None
    settled_from = grant.settled_from
    changed_at = min(
        (moment for moment in changes if settled_from and not clock.is_earlier(moment, settled_from)), default=None
    )
    if changed_at is not None and clock.local_day(changed_at) < day:
        return None
    return Way.KNOWN_PASSWORD, changed_at


def ways_in(day: date, account_id: UUID | None = None) -> list[Entry]:
    """Everybody who could get into an account, or into each of them, by name, each once for an account; and who waits."""
    whose = sa.true() if account_id is None else AccessGrant.account_id == account_id
    return _entries(whose, day, lambda entry: (entry.grant.account_id, entry.grant.person_id))


def what_could_be_got_into(person: Person, day: date) -> list[Entry]:
    """The accounts that somebody could get into on a day, by name, each once."""
    entries = _entries(AccessGrant.person_id == person.id, day, lambda entry: entry.grant.account_id)
    return [entry for entry in entries if not entry.waits]


def people_called(typed: str) -> list[Person]:
    """Everybody of this name, or with this work address, who works here or did, by post; at most twenty."""
    if "@" in typed:
        found = person_by_email(typed)
        return [found] if found else []
    asked = sa.select(Person).where(sa.func.lower(Person.name) == typed.lower())
    return list(db.session.execute(asked.order_by(Person.post, Person.id).limit(20)).scalars())


def past_access_is_known_to(person: Person, viewer: Person) -> bool:
    """Whether somebody reads what a person could get into: themselves, their manager, HR, who sees everything."""
    return viewer.id == person.id or viewer.manages(person) or viewer.holds(*HR_OFFICERS, *KEEPERS, Role.AUDITOR)


def _entries(whose: sa.ColumnElement[bool], day: date, key: Any) -> list[Entry]:
    end = clock.at_local(day + timedelta(days=1))
    rows = db.session.execute(
        sa.select(AccessGrant, acknowledged_at().label("agreed_at"), level_before(end).label("level"))
        .join(AccessGrant.account)
        .join(AccessGrant.person)
        .where(whose, AccessGrant.starts_on <= day, sa.or_(Account.closed_on.is_(None), Account.closed_on >= day))
        .options(
            joinedload(AccessGrant.account), joinedload(AccessGrant.person), joinedload(AccessGrant.approved_by)
        )
        .order_by(Person.name, Account.name, AccessGrant.starts_on, AccessGrant.id)
    ).all()
    changes = _changes({row.AccessGrant.account_id for row in rows})
    found: dict[Any, Entry] = {}
    for grant, agreed_at, level in rows:
        way = way_in(grant, agreed_at, changes[grant.account_id], day)
        if way is None and grant.runs_on(day) and grant.person.is_here_on(day):
            way = Way.NOT_YET, None
        if way is not None:
            entry = Entry(grant, *way, level or grant.level)
            if key(entry) not in found or _first(entry) < _first(found[key(entry)]):
                found[key(entry)] = entry
    return list(found.values())


def _first(entry: Entry) -> int:
    """Which of several ways in is told: access before a password that was known."""
    return (Way.ACCESS, Way.ENDED_LATER, Way.UNTIL_THEY_LEFT, Way.KNOWN_PASSWORD, Way.NOT_YET).index(entry.way)


def _changes(account_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[datetime]]:
    it = CredentialRotation
    rows = db.session.execute(
        sa.select(it.account_id, it.changed_at).where(it.account_id.in_(list(account_ids)), it.changed_at.is_not(None))
    )
    changes: dict[UUID, list[datetime]] = defaultdict(list)
    for account_id, changed_at in rows:
        if changed_at is not None:
            changes[account_id].append(changed_at)
    return changes
