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

from app.account_register.models import AccessGrant, Account, AccountStatus
from app.core import clock
from app.core.db import db
from app.credential_rotation.models import CredentialRotation, Move, MoveStatus, RotationStatus, Sighting
from app.people.models import Person
from app.people.queries import has_left


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


def _came_to_know(person_id: Any) -> sa.ColumnElement[bool]:
    """Whether somebody ever came to know a password at this rotation, as a condition of a query."""
    it = CredentialRotation
    signed_in = sa.and_(it.verified_by_id == person_id, it.saw == Sighting.SIGNED_IN)
    return sa.or_(it.done_by_id == person_id, signed_in)


def accounts_known_to(person_id: Any) -> sa.CompoundSelect[Any]:
    """The accounts whose password somebody ever came to know by changing it, by signing in with it, or by a shared login
    that was corrected since.
    """
    changed = sa.select(CredentialRotation.account_id).where(_came_to_know(person_id))
    held = sa.select(AccessGrant.account_id)
    return sa.union(changed, held.where(AccessGrant.person_id == person_id, AccessGrant.knew_shared_at.is_not(None)))


def may_be_known(account_id: UUID, person: Any, of: Any) -> sa.ColumnElement[bool]:
    """Whether somebody ever came to know the password of an account so; `person` is a column of the query over `of`."""
    it, grant = CredentialRotation, AccessGrant
    changed = sa.select(it.id).where(it.account_id == account_id, _came_to_know(person))
    held = sa.select(grant.id).where(
        grant.account_id == account_id, grant.person_id == person, grant.knew_shared_at.is_not(None)
    )
    return sa.or_(changed.correlate(of).exists(), held.correlate(of).exists())


def passwords_of(which: sa.ColumnElement[bool]) -> Mapping[UUID, Password]:
    """The stories of passwords by account, with their people, in one query; `which` is a condition on the accounts."""
    it, doer, verifier = _told_of(which).c, aliased(Person), aliased(Person)
    columns: list[Any] = [it.status, it.due_on, it.changed_at, it.verified_at, it.saw, Account, doer, verifier]
    rows = db.session.execute(
        sa.select(*columns)
        .join(Account, Account.id == it.account_id)
        .outerjoin(doer, doer.id == it.done_by_id)
        .outerjoin(verifier, verifier.id == it.verified_by_id)
        .order_by(it.opened_at, it.id)
    )
    stories: dict[UUID, Password] = {}
    for status, due_on, changed_at, verified_at, saw, account, changed_by, verified_by in rows:
        story = stories.setdefault(account.id, Password(account))
        if status is RotationStatus.DUE:
            story.asked_by = due_on
        if changed_at is not None and status is not RotationStatus.NOT_MADE:
            story.changes.append(changed_at)
        if changed_at is not None:  # who said so in error may have signed in with it all the same
            story.known.append(Known(changed_by, changed_at))
        if saw is Sighting.SIGNED_IN:
            story.known.append(Known(verified_by, verified_at))
    return stories


def still_known_by_the_gone(day: date) -> sa.Select[Any]:
    """Who knows a password now because they changed it or signed in with it, where no change of it is due: rows of account,
    person and since when, of accounts that are not closed and people who have gone by a day.
    """
    return _still_known().where(has_left(day))


def still_known_by_movers(day: date, days: int) -> sa.Select[Any]:
    """The same of people whose move or absence began in the last so many days, with that."""
    return (
        _still_known()
        .add_columns(Move)
        .join(Move, Move.person_id == Person.id)
        .where(Move.status == MoveStatus.RECORDED, Move.last_day.between(day - timedelta(days=days), day))
    )


def _still_known() -> sa.Select[Any]:
    it, later, due = CredentialRotation, aliased(CredentialRotation), aliased(CredentialRotation)
    signed_in = sa.and_(it.verified_by_id == Person.id, it.saw == Sighting.SIGNED_IN)
    since = sa.case((signed_in, it.verified_at), else_=it.changed_at)
    is_due = sa.exists().where(due.account_id == it.account_id, due.status == RotationStatus.DUE)
    changed_since = sa.exists().where(
        later.account_id == it.account_id, later.changed_at > since, later.status != RotationStatus.NOT_MADE
    )
    return (
        sa.select(Account, Person, since.label("since"))
        .select_from(it)
        .join(Account, Account.id == it.account_id)
        .join(Person, _came_to_know(Person.id))
        .where(
            Account.status != AccountStatus.CLOSED,
            sa.not_(is_due.correlate_except(due)), sa.not_(changed_since.correlate_except(later)),
        )
        .order_by(Account.name, Account.id, Person.id)
    )  # fmt: skip
def _told_of(which: sa.ColumnElement[bool]) -> sa.Subquery:
    """The rotations, and beside them who knew a password by a shared login when it was corrected how they sign in: as if
    they had signed in with it then to verify a change.
    """
    it, grant = CredentialRotation, AccessGrant
    changes: list[Any] = [
        it.id, it.account_id, it.status, it.due_on, it.changed_at, it.verified_at, it.saw, it.done_by_id, it.verified_by_id,
        it.opened_at,
    ]  # fmt: skip
    signed_in = sa.literal(Sighting.SIGNED_IN, it.saw.type)
    logins: list[Any] = [
        grant.id, grant.account_id, sa.null(), sa.null(), sa.null(), grant.knew_shared_at, signed_in, sa.null(),
        grant.person_id, grant.knew_shared_at,
    ]  # fmt: skip
    return sa.union_all(
        sa.select(*changes).join(Account, Account.id == it.account_id).where(which),
        sa.select(*logins).join(Account, Account.id == grant.account_id).where(which, grant.knew_shared_at.is_not(None)),
    ).subquery()


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
        if not account.is_closed
    }
