"""Whose access to an account is looked at in a review, and for whom a review waits."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.account_register.health import goes_on
from app.account_register.models import AccessGrant, AccessReview, Account, EndSetAside, is_there
from app.account_register.queries.access import known_end_in, with_known_end
from app.core import clock
from app.core.db import db, named
from app.core.registries import Viewer
from app.core.seen import mark_of
from app.people.everybody import carries
from app.people.models import KEEPERS, Person
from app.people.queries import carrying, is_here


def grants_to_review(account: Account) -> list[AccessGrant]:
    """Everybody's access that goes on after today, by name, however near its last day; and what ends today because somebody
    leaves or moves, for not everybody may know that they do.
    """
    return list(db.session.execute(_to_review(account)).scalars())


def review_before(account: Account) -> tuple[str, AccessReview | None]:
    """The last review of who has access to an account, and a mark that is different once there is another."""
    it = AccessReview
    select = sa.select(it, sa.func.count().over()).where(it.account_id == account.id).options(joinedload(it.reviewed_by))
    found = db.session.execute(select.order_by(it.reviewed_at.desc(), it.id.desc()).limit(1)).first()
    return (mark_of(found[1]), found[0]) if found else (mark_of(0), None)


def ends_to_review(account: Account, reader: Person) -> list[tuple[AccessGrant, date | None]]:
    """The same, each with the day on which it ends, as far as the reader may know it."""
    rows = db.session.execute(with_known_end(_to_review(account), reader))
    return [(row.AccessGrant, known_end_in(row, reader, clock.today())) for row in rows]


def _to_review(account: Account) -> sa.Select[Any]:
    today, it = clock.today(), EndSetAside
    ended = sa.exists().where(it.grant_id == AccessGrant.id, sa.not_(it.follows), it.ends_on <= today)
    return (
        sa.select(AccessGrant)
        .join(AccessGrant.person)
        .where(
            AccessGrant.account_id == account.id, goes_on(today), sa.not_(ended),
            sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on > today, AccessGrant.end_follows),
        )
        .options(joinedload(AccessGrant.person), joinedload(AccessGrant.approved_by))
        .order_by(Person.name, AccessGrant.id)
    )  # fmt: skip


def reviews_due(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The accounts whose access somebody is to review now: their own, and for keepers those whose owner cannot."""
    owner = named(Person, "owner_who_stays")
    columns: list[Any] = [
        sa.literal("account_review").label("name"), sa.cast(Account.id, sa.String).label("key"),
        (Account.name + " (" + Account.platform + ")").label("who"), Account.access_review_due_on.label("due_on"),
    ]  # fmt: skip
    has_owner = sa.exists().where(owner.id == Account.owner_id, is_here(today, owner)).correlate(Account)
    return sa.select(*columns).where(
        Account.access_review_from <= today,
        is_there(),
        sa.or_(Account.owner_id == viewer.id, sa.and_(carries(viewer, *KEEPERS), ~has_owner)),
    )


def open_to_keepers(people: Collection[uuid.UUID], keys: Collection[str], on: date) -> sa.Select[Any]:
    """Which of these people keep the register, and so may review any account: rows of key and person."""
    columns: list[Any] = [sa.cast(Account.id, sa.String).label("key"), Person.id.label("person_id")]
    return (
        sa.select(*columns)
        .join(Person, Person.id.in_(list(people)))
        .where(sa.cast(Account.id, sa.String).in_(list(keys)), Person.id.in_(carrying(KEEPERS, on)))
    )
