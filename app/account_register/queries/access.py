"""Who holds access to what: for the acts of this room and for the rooms above it."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.account_register.health import runs
from app.account_register.models import AccessGrant, AccessLevel, Account, LoginMode
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.presentation import uk_date
from app.people.models import Person
from app.people.queries import is_here, person_by_email
from app.policy.models import Acknowledgement, PolicyVersion
from app.policy.queries import pack


def accounts_open_to(person: Person, day: date) -> list[Account]:
    """The accounts to which somebody has access on a day, by name, with owner and service."""
    return list(
        db.session.execute(
            sa.select(Account)
            .where(Account.id.in_(sa.select(AccessGrant.account_id).where(AccessGrant.person_id == person.id, runs(day))))
            .options(joinedload(Account.owner), joinedload(Account.service))
            .order_by(Account.name, Account.id)
        ).scalars()
    )


def open_grants_of(person: Person) -> list[AccessGrant]:
    """Everything somebody was given and nobody has set an end to, by account, with account and owner."""
    return list(
        db.session.execute(
            sa.select(AccessGrant)
            .join(AccessGrant.account)
            .where(AccessGrant.person_id == person.id, AccessGrant.ends_on.is_(None))
            .options(
                joinedload(AccessGrant.account).joinedload(Account.owner),
                joinedload(AccessGrant.account).joinedload(Account.service),
                joinedload(AccessGrant.person),
            )
            .order_by(Account.name, AccessGrant.id)
        ).scalars()
    )


def grants_with_shared_credential(person: Person) -> list[AccessGrant]:
    """Those of somebody's open grants by which they know a password that others use too."""
    return [grant for grant in open_grants_of(person) if grant.login_mode == LoginMode.SHARED]


def grant_by_id(grant_id: uuid.UUID) -> AccessGrant | None:
    """The grant with its account and its holder."""
    return db.session.execute(
        sa.select(AccessGrant)
        .where(AccessGrant.id == grant_id)
        .options(joinedload(AccessGrant.account), joinedload(AccessGrant.person))
    ).scalar_one_or_none()


def grants_running_on(account: Account, day: date) -> list[AccessGrant]:
    """Everybody's access to an account that runs on a day, with the holders, by name."""
    return list(
        db.session.execute(
            sa.select(AccessGrant)
            .join(AccessGrant.person)
            .where(AccessGrant.account_id == account.id, runs(day))
            .options(joinedload(AccessGrant.person))
            .order_by(Person.name, AccessGrant.id)
        ).scalars()
    )


def is_only_administrator(account: Account, person: Person, day: date) -> bool:
    """Whether nobody but this person administers the account on a day: without them nobody can let others in."""
    administrators = (
        db.session.execute(
            sa.select(AccessGrant.person_id)
            .join(AccessGrant.person)
            .where(
                AccessGrant.account_id == account.id, AccessGrant.level == AccessLevel.ADMIN, runs(day), is_here(day)
            )
        )
        .scalars()
        .all()
    )
    return list(administrators) == [person.id]


def accountable_owner(account: Account, day: date) -> Person | None:
    """Who answers for an account on a day; nobody if its owner has left."""
    owner = account.owner
    return owner if owner is not None and owner.is_here_on(day) else None


def acknowledged_at() -> sa.ScalarSelect[datetime]:
    """When the holder of the row's grant agreed to the version it requires, or to a later one of the same document.

    A later one counts, because who was given access just before a new version can agree only to the new one.
    """
    required, agreed = aliased(PolicyVersion), aliased(PolicyVersion)
    return (
        sa.select(sa.func.min(Acknowledgement.at))
        .join(agreed, agreed.id == Acknowledgement.version_id)
        .join(required, sa.and_(required.slug == agreed.slug, required.effective_on <= agreed.effective_on))
        .where(Acknowledgement.person_id == AccessGrant.person_id, required.id == AccessGrant.required_version_id)
        .correlate(AccessGrant)
        .scalar_subquery()
    )


def person_to_choose(typed: str, day: date, *, field: str) -> Person:
    """The person somebody meant by a work address or a full name, if they still work here.

    Raises InvalidInput for the field where nobody, or more than one person, is meant.
    """
    found = [person_by_email(typed)] if "@" in typed else _people_called(typed, day)
    known = [person for person in found if person is not None]
    if not known:
        raise InvalidInput(f"Nobody is recorded as “{typed}”. Enter their work e-mail address", field=field)
    if len(known) > 1:
        raise InvalidInput(f"More than one person is called {typed}. Enter the work e-mail address", field=field)
    if not known[0].is_here_on(day):
        left = uk_date(known[0].last_working_day)
        raise InvalidInput(f"{known[0].name} left on {left}. Enter somebody who works here", field=field)
    return known[0]


def _people_called(name: str, day: date) -> list[Person]:
    """Everybody of this name who works here; else somebody of this name who left, so that the refusal can say so."""
    everybody = list(
        db.session.execute(
            sa.select(Person)
            .where(sa.or_(Person.name == name, sa.func.lower(Person.name) == name.lower()))
            .order_by(Person.id)
            .limit(20)
        ).scalars()
    )
    return [person for person in everybody if person.is_here_on(day)] or everybody[:1]


def closed_list_refusal(account: Account, person: Person) -> str | None:
    """Why a closed list of the policy does not let this person in, with its paragraph; None if it does or is none."""
    for entry in pack().access_lists:
        if entry.closed and account.platform in entry.platforms and person.post not in entry.posts:
            posts = " and ".join(f"the {post}" for post in entry.posts)
            return f"Only {posts} may have access to {account.platform} ({pack().cite(entry.sources)})"
    return None
