"""Who holds access to what: for the acts of this room and for the rooms above it."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.account_register.health import acknowledged_at as acknowledged_at
from app.account_register.health import goes_on, runs
from app.account_register.models import AccessGrant, AccessLevelChange, Account, EndSetAside, grant_state
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.presentation import uk_date
from app.people.knowing import knows_of
from app.people.models import Person
from app.people.naming import everybody_called
from app.people.queries import person_by_email, who_has_now
from app.policy.models import PolicyVersion
from app.policy.queries import is_covered, pack, version_in_force


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


def grants_that_go_on(account: Account, day: date) -> list[AccessGrant]:
    """The accesses to an account that are not over, with their holders, by name."""
    it = AccessGrant
    select = sa.select(it).join(Person, Person.id == it.person_id).where(it.account_id == account.id, goes_on(day))
    loaded = select.options(joinedload(it.person), joinedload(it.account)).order_by(Person.name, it.id)
    return [one for one in db.session.execute(loaded).scalars() if not one.is_called_off]


def with_known_end(select: sa.Select[*tuple[Any, ...]], reader: Person) -> sa.Select[*tuple[Any, ...]]:
    """A query of `AccessGrant` that also tells what of each end somebody may know, for `known_end_in`."""
    own = sa.select(sa.func.min(EndSetAside.ends_on)).where(
        EndSetAside.grant_id == AccessGrant.id, EndSetAside.ended_by_id == reader.id
    )
    return select.add_columns(
        sa.case((knows_of(reader, AccessGrant.person_id), 1), else_=0).label("known"),
        own.correlate(AccessGrant).scalar_subquery().label("own_end"),
    )


def known_end_in(row: Any, reader: Person, day: date) -> date | None:
    """`AccessGrant.end_known_to` by a row of such a query: the last day as its reader may know it."""
    grant: AccessGrant = row.AccessGrant
    own_end: date | None = row.own_end
    return grant.ends_on if row.known or grant.ended_by_id == reader.id or grant.is_over_on(day) else own_end


def who_has_access(account: Account, day: date) -> set[uuid.UUID]:
    """Those whose access to an account runs on a day or is about to begin."""
    rows = db.session.execute(
        sa.select(AccessGrant, acknowledged_at().label("at"))
        .where(AccessGrant.account_id == account.id, goes_on(day))
        .options(joinedload(AccessGrant.person))
    )
    return {row.AccessGrant.person_id for row in rows if grant_state(row.AccessGrant, row.at, day).is_held}


def somebody_signs_in_otherwise(account: Account, day: date) -> bool:
    """Whether the register says of a holder that they sign in in another way than it says of the account."""
    return any(one.differs_from_account for one in grants_that_go_on(account, day))


def accountable_owner(account: Account, day: date) -> Person | None:
    """Who answers for an account on a day; nobody if its owner has left."""
    owner = account.owner
    return owner if owner is not None and owner.is_here_on(day) else None


def last_level_change(grant: AccessGrant) -> AccessLevelChange | None:
    """When what a holder may do was changed last."""
    it = AccessLevelChange
    select = sa.select(it).where(it.grant_id == grant.id).order_by(it.changed_at.desc(), it.id).limit(1)
    return db.session.execute(select).scalar_one_or_none()


def person_to_choose(typed: str, day: date, *, field: str) -> Person:
    """The person somebody meant by a work address or a full name, of today or before, if they still work here.

    Raises InvalidInput for the field where nobody, or more than one person, is meant.
    """
    found = [person_by_email(typed)] if "@" in typed else _people_called(typed, day)
    known = [person for person in found if person is not None]
    if not known:
        now = "@" in typed and who_has_now(typed)
        what_now = f"{now}. Enter that one" if now else "Enter their work e-mail address"
        raise InvalidInput(f"Nobody is recorded as “{typed}”. {what_now}", field=field)
    if len(known) > 1:
        raise InvalidInput(f"More than one person is called {typed}. Enter the work e-mail address", field=field)
    if known[0].has_left_on(day):
        left = uk_date(known[0].last_working_day)
        raise InvalidInput(f"{known[0].name} left on {left}. Enter somebody who works here", field=field)
    return known[0]


def _people_called(name: str, day: date) -> list[Person]:
    """Everybody of this name who works here; else somebody of this name who left, so that the refusal can say so."""
    everybody = everybody_called(name)
    return [person for person in everybody if not person.has_left_on(day)] or everybody[:1]


def closed_list_refusal(account: Account, person: Person) -> str | None:
    """Why a closed list of the policy does not let this person in, with its paragraph; None if it does or is none.

    Lists differ by channel. Where two name the same one, the narrower rules: whoever is missing from either has no access.
    """
    return platform_list_refusal(account.platform, person)


def platform_list_refusal(platform: str, person: Person) -> str | None:
    """The same for a platform, whether or not the account is on the register."""
    post = _folded(person.post or "")
    for entry in pack().access_lists:
        if entry.closed and platform in entry.platforms and post not in map(_folded, entry.posts):
            posts = [f"the {one}" for one in entry.posts]
            named = " and ".join([", ".join(posts[:-1]), posts[-1]] if len(posts) > 1 else posts)
            return f"Only {named} may have access to {platform} ({pack().cite(entry.sources)})"
    return None


def version_to_agree_to(day: date) -> PolicyVersion | None:
    """The version of the policy to which whoever is given access agrees first; None where the pack asks for none."""
    return version_in_force(day) if pack().switches["acknowledgement_before_access"].value else None


def agreement_refusal(person: Person, day: date) -> str | None:
    """Why somebody who has access can not be let do more yet, with its paragraph: they have not agreed to the policy."""
    version = version_to_agree_to(day)
    if version is None or is_covered(person.id, version):
        return None
    cited = pack().cite(pack().switches["acknowledgement_before_access"].sources)
    return (
        f"{person.name} can be let do more once they have read the policy in force and agreed to it ({cited}). Ask them to, "
        "then come back"
    )


def _folded(post: str) -> str:
    return " ".join(post.split()).casefold()
