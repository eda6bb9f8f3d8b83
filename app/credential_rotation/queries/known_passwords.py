"""Who knows a shared password, and since when: one rule for leavers, for moves, and for who could get in.

Whoever has access by a shared login knows its password. Whoever changed it (or said so, though a second person saw that it
was not changed), or verified a change by signing in with it, knows it too, with access or without; and so does whoever
signed in by the shared login until that was corrected to a login of their own, unless a keeper said that they never did.
Each of them knows it until it is changed the next time: a change that was not made settles nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.account_register.models import AccessGrant, Account, is_there
from app.core import clock
from app.core.db import db
from app.credential_rotation.models import CredentialRotation, Move, MoveStatus, RotationStatus, Sighting
from app.people.models import Person
from app.people.queries import has_left
from app.policy.queries.daily import asked_of_a_day


@dataclass(frozen=True)
class Known:
    """That somebody came to know the password of an account at a moment: by changing it or by signing in with it, or by a
    shared login of which it was corrected then that they had it.
    """

    person: Person
    since: datetime

    @property
    def settled_from(self) -> datetime:
        """From when on a change settles what they know: the minute after, for people tell changes by the minute."""
        return self.since.replace(second=0, microsecond=0) + timedelta(minutes=1)


@dataclass
class Password:
    """The story of an account's password: when it was changed, by when it is to be changed now, and who came to know it."""

    account: Account | None = None
    changes: list[datetime] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    asked_by: date | None = None

    def settled_at(self, settled_from: datetime | None) -> datetime | None:
        """When it was changed at last, so that somebody does not know it any more; None while they do."""
        return first_that_settles(self.changes, settled_from)

    def known_to(self, person_id: UUID) -> Known | None:
        """That somebody knows it now because they changed it or signed in with it; the latest time that counts."""
        found = [one for one in self.known if one.person.id == person_id and self.settled_at(one.settled_from) is None]
        return max(found, key=lambda one: one.since, default=None)


NEVER_CHANGED = Password()


def first_that_settles(changes: Iterable[datetime], settled_from: datetime | None) -> datetime | None:
    """The first change made when it counted: from this moment on. None where there is none, or no such moment yet."""
    made = (moment for moment in changes if settled_from is not None and not clock.is_earlier(moment, settled_from))
    return min(made, default=None)


def _came_to_know(accounts: sa.ColumnElement[bool] | None = None) -> sa.Subquery:
    """Who came to know which password, and since when: the one rule of it, as rows of account, person and moment, of these
    accounts or of all. By changing it, or saying so; by signing in with it to verify a change; by a shared login that was
    corrected then.
    """
    it, grant = CredentialRotation, AccessGrant
    changed = sa.select(it.account_id, it.done_by_id.label("person_id"), it.changed_at.label("since")).where(
        it.done_by_id.is_not(None)
    )
    signed_in = sa.select(it.account_id, it.verified_by_id, it.verified_at).where(it.saw == Sighting.SIGNED_IN)
    corrected = sa.select(grant.account_id, grant.person_id, grant.knew_shared_at).where(grant.knew_shared_at.is_not(None))
    ways = [changed, signed_in, corrected]
    if accounts is not None:
        of_these = sa.select(Account.id).where(accounts)
        ways = [way.where(way.selected_columns.account_id.in_(of_these)) for way in ways]
    return sa.union_all(*ways).subquery("came_to_know")


def accounts_known_to(person_id: Any) -> sa.Select[Any]:
    """The accounts whose password somebody ever came to know without regard to access."""
    known = _came_to_know().c
    return sa.select(known.account_id).where(known.person_id == person_id)


def may_be_known(account_id: UUID, person: Any) -> sa.ColumnElement[bool]:
    """Whether somebody ever came to know the password of an account so; `person` is a column of the query."""
    known = _came_to_know(Account.id == account_id).c
    return sa.type_coerce(person, CredentialRotation.done_by_id.type).in_(sa.select(known.person_id))


def passwords_of(which: sa.ColumnElement[bool]) -> Mapping[UUID, Password]:
    """The stories of passwords by account, with their people, in one query; `which` is a condition on the accounts."""
    told = _told_of(which).c
    rows = db.session.execute(
        sa.select(told.status, told.due_on, told.changed_at, told.since, Account, Person)
        .join(Account, Account.id == told.account_id)
        .outerjoin(Person, Person.id == told.person_id)
    )
    stories: dict[UUID, Password] = {}
    for status, due_on, changed_at, since, account, person in rows:
        story = stories.setdefault(account.id, Password(account))
        if status is RotationStatus.DUE:
            story.asked_by = due_on
        if changed_at is not None and status is not RotationStatus.NOT_MADE:
            story.changes.append(changed_at)
        if person is not None:  # who said so in error may have signed in with it all the same
            story.known.append(Known(person, since))
    return stories


def _told_of(which: sa.ColumnElement[bool]) -> sa.Subquery:
    """The changes of passwords, and below them who came to know which."""
    it, known = CredentialRotation, _came_to_know(which).c
    nobody, never = sa.cast(sa.null(), it.done_by_id.type), sa.cast(sa.null(), it.changed_at.type)
    changes: list[Any] = [
        it.account_id, it.status, it.due_on, it.changed_at, nobody.label("person_id"), never.label("since")
    ]  # fmt: skip
    none = [sa.cast(sa.null(), column.type) for column in (it.status, it.due_on, it.changed_at)]
    return sa.union_all(
        sa.select(*changes).join(Account, Account.id == it.account_id).where(which),
        sa.select(known.account_id, *none, known.person_id, known.since),
    ).subquery()


@asked_of_a_day
def still_known_by_the_gone(day: Any) -> sa.Select[Any]:
    """Who knows a password now without regard to access, where no change of it is due: rows of account, person and since
    when, of accounts that are there and people who have gone by a day; as many as `most`.
    """
    return _still_known().where(has_left(day)).limit(sa.bindparam("most", type_=sa.Integer()))


@asked_of_a_day
def still_known_by_movers(day: Any) -> sa.Select[Any]:
    """The same of people whose move or absence began on the day `since` or later, with that."""
    return (
        _still_known()
        .add_columns(Move)
        .join(Move, Move.person_id == Person.id)
        .where(Move.status == MoveStatus.RECORDED, Move.last_day.between(sa.bindparam("since", type_=sa.Date()), day))
    )


def _still_known() -> sa.Select[Any]:
    known, later, due = _came_to_know().c, aliased(CredentialRotation), aliased(CredentialRotation)
    is_due = sa.exists().where(due.account_id == Account.id, due.status == RotationStatus.DUE)
    changed_since = sa.exists().where(
        later.account_id == Account.id, later.changed_at > known.since, later.status != RotationStatus.NOT_MADE
    )
    return (
        sa.select(Account, Person, known.since)
        .join(Account, Account.id == known.account_id)
        .join(Person, Person.id == known.person_id)
        .where(
            is_there(),
            sa.not_(is_due.correlate_except(due)), sa.not_(changed_since.correlate_except(later)),
        )
        .order_by(Account.name, Account.id, Person.id)
    )  # fmt: skip


def known_without_access(person: Person) -> dict[Account, Known]:
    """The accounts whose password somebody knows now because they changed it or signed in with it, by name; with those
    where they signed in by it until that was corrected.
    """
    passwords = passwords_of(Account.id.in_(accounts_known_to(person.id))).values()
    found = {
        password.account: known
        for password in passwords
        if password.account is not None and (known := password.known_to(person.id)) is not None
    }
    return {
        account: found[account]
        for account in sorted(found, key=lambda one: (one.name, one.platform, str(one.id)))
        if account.is_there
    }
