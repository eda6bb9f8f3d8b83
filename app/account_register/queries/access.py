"""Who holds access to what: for the acts of this room and for the rooms above it."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.account_register.health import runs
from app.account_register.models import AccessGrant, Account
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.presentation import uk_date
from app.people.models import Person
from app.people.queries import person_by_email
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


def grant_by_id(grant_id: uuid.UUID) -> AccessGrant | None:
    """The grant with its account and its holder."""
    return db.session.execute(
        sa.select(AccessGrant)
        .where(AccessGrant.id == grant_id)
        .options(joinedload(AccessGrant.account), joinedload(AccessGrant.person))
    ).scalar_one_or_none()


def accountable_owner(account: Account, day: date) -> Person | None:
    """Who answers for an account on a day; nobody if its owner has left."""
    owner = account.owner
    return owner if owner is not None and owner.is_here_on(day) else None


def acknowledged_at() -> sa.ScalarSelect[datetime]:
    """When the holder of the row's grant agreed to the version it requires, or to another that counts as well.

    A later one counts, because who was given access just before a new version can agree only to the new one; and so does an
    earlier one since which no rule has changed.
    """
    required, agreed = aliased(PolicyVersion), aliased(PolicyVersion)
    return (
        sa.select(sa.func.min(Acknowledgement.at))
        .join(agreed, agreed.id == Acknowledgement.version_id)
        .join(required, sa.and_(required.slug == agreed.slug, required.material_since <= agreed.effective_on))
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
    """Why a closed list of the policy does not let this person in, with its paragraph; None if it does or is none.

    Lists differ by channel. Where two name the same one, the narrower rules: whoever is missing from either has no access.
    """
    post = _folded(person.post or "")
    for entry in pack().access_lists:
        if entry.closed and account.platform in entry.platforms and post not in map(_folded, entry.posts):
            posts = [f"the {one}" for one in entry.posts]
            named = " and ".join([", ".join(posts[:-1]), posts[-1]] if len(posts) > 1 else posts)
            return f"Only {named} may have access to {account.platform} ({pack().cite(entry.sources)})"
    return None


def _folded(post: str) -> str:
    return " ".join(post.split()).casefold()
