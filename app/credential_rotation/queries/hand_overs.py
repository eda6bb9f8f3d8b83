"""What somebody who leaves, moves or is away has still to hand over, and who is told when nobody takes it."""

import uuid
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.account_register.models import AccessGrant, AccessLevel, Account, AccountStatus, is_there
from app.account_register.queries.agreements import waits_for_agreement
from app.core.db import db, named
from app.credential_rotation.models import HandOver, LeaverHolding, LeaverNotice, Move, MoveHandOver, MoveStatus
from app.people.models import KEEPERS, Person, Role
from app.people.queries import carrying, has_left

Opens = Callable[[Collection[uuid.UUID], Collection[str], date], sa.Select[Any]]


def still_to_hand_over(
    holding: type[LeaverHolding] | type[MoveHandOver], person_id: Any, last: Any, day: Any, *, back_on: Any = None
) -> sa.ColumnElement[bool]:
    """Whether somebody still owns an account of which they are to let go, or nobody goes on administering it: from the
    register as it stands. Who was given access and has still to agree to the policy does not administer it yet.

    Who goes, their last day and their first day back are values, or columns of the query. Told late, their own access runs
    until the end of that day: by it nobody has taken over.
    """
    other = named(Person, "other_administrator")
    is_not_their_end = sa.or_(
        AccessGrant.person_id != person_id, AccessGrant.ends_on.is_(None), AccessGrant.ends_on > day
    )
    administered = (
        sa.select(AccessGrant.id)
        .join(other, other.id == AccessGrant.person_id)
        .where(
            AccessGrant.account_id == Account.id, AccessGrant.level == AccessLevel.ADMIN, is_not_their_end,
            sa.or_(AccessGrant.starts_on <= day, AccessGrant.starts_on <= last),
            sa.or_(AccessGrant.ends_on.is_(None), sa.and_(AccessGrant.ends_on > last, AccessGrant.ends_on >= day)),
            sa.or_(other.last_working_day.is_(None), other.last_working_day > last), sa.not_(has_left(day, other)),
            sa.not_(waits_for_agreement()),
        )
        .correlate_except(AccessGrant, other)
        .exists()
    )  # fmt: skip
    owns = sa.and_(holding.hand_over.in_((HandOver.OWNER, HandOver.BOTH)), Account.owner_id == person_id)
    if back_on is not None:
        owns = sa.and_(owns, sa.or_(back_on.is_(None), back_on > day))
    no_administrator = sa.and_(
        holding.hand_over.in_((HandOver.ONLY_ADMINISTRATOR, HandOver.BOTH)), sa.not_(administered)
    )
    needed = sa.and_(is_there(), sa.or_(owns, no_administrator))
    return sa.func.coalesce(needed, sa.false())


def deputy_of(person: Person) -> list[Account]:
    """The accounts of which somebody is the deputy owner, by name: whoever goes deputises for nobody any more."""
    found = sa.select(Account).where(Account.deputy_id == person.id, Account.status != AccountStatus.CLOSED)
    return list(db.session.execute(found.order_by(Account.name, Account.platform, Account.id)).scalars())


def left_by_move(day: date) -> sa.ColumnElement[bool]:
    """`still_to_hand_over` in a query of moves and what they leave; nothing where the move was withdrawn."""
    needed = still_to_hand_over(MoveHandOver, Move.person_id, Move.last_day, day, back_on=Move.back_on)
    return sa.and_(Move.status != MoveStatus.WITHDRAWN, needed)


def open_hand_overs(going: type[LeaverNotice] | type[Move]) -> Opens:
    """Which of these hand-overs may be read by which of these people when it is late: keepers of the register and HR
    managers, never who goes. A query of rows of key and person.
    """

    def _open(people: Collection[uuid.UUID], keys: Collection[str], day: date) -> sa.Select[Any]:
        columns: list[Any] = [sa.cast(going.id, sa.String).label("key"), Person.id.label("person_id")]
        return (
            sa.select(*columns)
            .join(Person, Person.id.in_(list(people)))
            .where(
                going.id.in_([uuid.UUID(key) for key in keys]),
                Person.id != going.person_id,
                Person.id.in_(carrying((*KEEPERS, Role.HR_MANAGER), day)),
            )
        )

    return _open
