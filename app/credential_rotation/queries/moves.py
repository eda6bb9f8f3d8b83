"""Who moves to other work or is away for long, what access they have, and what their pages show."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.account_register.models import AccessGrant, Account, is_there
from app.core import clock
from app.core.db import db
from app.core.paging import Cursor, KeyPage, key_page
from app.credential_rotation.models import (
    OPEN_ROTATION,
    CredentialRotation,
    Move,
    MoveHandOver,
    MoveHolding,
    MoveKind,
    MoveStatus,
    RotationCause,
)
from app.credential_rotation.queries.hand_overs import left_by_move
from app.credential_rotation.queries.known_passwords import may_be_known
from app.credential_rotation.queries.leavers import lost_access
from app.people.knowing import knows_of
from app.people.models import Person

PAGE = 25


def accesses_after(person: Person, last_day: date) -> list[AccessGrant]:
    """Every access that would run after a day, and after today, by the account's name: of each it is decided whether it
    goes on.
    """
    last_day = max(last_day, clock.today())
    return list(
        db.session.execute(
            sa.select(AccessGrant)
            .join(AccessGrant.account)
            .where(
                AccessGrant.person_id == person.id, is_there(),
                sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on > last_day),
            )
            .options(
                contains_eager(AccessGrant.account).options(
                    joinedload(Account.owner), selectinload(Account.grants).joinedload(AccessGrant.person)
                )
            )
            .order_by(Account.name, Account.id, AccessGrant.starts_on, AccessGrant.id)
        ).scalars()
    )  # fmt: skip


def owned_by(person: Person) -> list[Account]:
    """The accounts somebody answers for, by name: another owner is found where they cannot go on."""
    return list(
        db.session.execute(
            sa.select(Account)
            .where(Account.owner_id == person.id, is_there())
            .options(selectinload(Account.grants).joinedload(AccessGrant.person))
            .order_by(Account.name, Account.platform, Account.id)
        ).scalars()
    )


def same_move(person: Person, kind: MoveKind, last_day: date) -> Move | None:
    """What was recorded already of the same move, and stands."""
    return db.session.execute(
        sa.select(Move)
        .where(
            Move.person_id == person.id, Move.kind == kind, Move.last_day == last_day, Move.status == MoveStatus.RECORDED
        )
        .options(joinedload(Move.recorded_by), joinedload(Move.changed_by))
    ).scalar_one_or_none()


def move_for(viewer: Person, move_id: uuid.UUID) -> Move | None:
    """A move with all its page shows, if this person may know of it."""
    return db.session.execute(
        sa.select(Move)
        .where(Move.id == move_id, knows_of(viewer, Move.person_id))
        .options(joinedload(Move.person), joinedload(Move.recorded_by), joinedload(Move.changed_by))
    ).scalar_one_or_none()


def moves_touching(account: Account, day: date) -> list[Move]:
    """The moves that are still to come, or begin today, of whoever had access to an account then, or ever came to know its
    password by changing it, by signing in with it, or by a shared login that was corrected since.
    """
    held = sa.select(MoveHolding.id).where(MoveHolding.move_id == Move.id, MoveHolding.account_id == account.id)
    concerned = sa.or_(held.correlate(Move).exists(), may_be_known(account.id, Move.person_id))
    found = db.session.execute(
        sa.select(Move)
        .where(
            Move.status == MoveStatus.RECORDED, concerned,
            sa.or_(Move.last_day >= day, sa.func.coalesce(Move.changed_at, Move.recorded_at) >= clock.at_local(day)),
        )
        .options(joinedload(Move.person), selectinload(Move.holdings), selectinload(Move.hand_overs))
        .order_by(Move.recorded_at, Move.id)
    ).scalars()  # fmt: skip
    return [move for move in found if move.ends_on >= day]


def holdings_of(move: Move) -> Sequence[MoveHolding]:
    """What was decided of each access, with the change of its password, by the account's name; without what they only knew
    where that is no reason any more.
    """
    rotation = joinedload(MoveHolding.cause).joinedload(RotationCause.rotation)
    return list(
        db.session.execute(
            sa.select(MoveHolding)
            .join(MoveHolding.account)
            .where(
                MoveHolding.move_id == move.id,
                sa.or_(MoveHolding.grant_id.is_not(None), MoveHolding.cause_id.is_not(None)),
            )
            .options(
                contains_eager(MoveHolding.account),
                joinedload(MoveHolding.grant),
                rotation.options(
                    joinedload(CredentialRotation.owner), joinedload(CredentialRotation.done_by),
                    joinedload(CredentialRotation.verified_by), selectinload(CredentialRotation.causes),
                ),
            )
            .order_by(Account.name, Account.id, MoveHolding.id)
        ).scalars()
    )  # fmt: skip


def left_by(move: Move, day: date) -> list[Any]:
    """What somebody else had to take over of a move, by the account's name: rows that say whether it is still to be done."""
    columns: list[Any] = [
        Account.id.label("account_id"), Account.name.label("account"), Account.platform,
        MoveHandOver.hand_over, MoveHandOver.hand_over_by, left_by_move(day).label("is_left"),
    ]  # fmt: skip
    return list(
        db.session.execute(
            sa.select(*columns)
            .select_from(MoveHandOver)
            .join(Move, Move.id == MoveHandOver.move_id)
            .join(Account, Account.id == MoveHandOver.account_id)
            .where(MoveHandOver.move_id == move.id)
            .order_by(Account.name, Account.platform, Account.id)
        )
    )


def lost_by_move(move: Move, day: date) -> list[Any]:
    """The accounts to which who goes on as before has to be given access again: rows of id, name and platform."""
    ended = (
        sa.select(AccessGrant.account_id)
        .join(MoveHolding, MoveHolding.grant_id == AccessGrant.id)
        .where(MoveHolding.move_id == move.id, sa.not_(MoveHolding.goes_on))
    )
    return lost_access(move.person_id, ended, move.kind.end_reason, day)


def moves_page(viewer: Person, cursor: Cursor) -> KeyPage:
    """Moves this person may know of, latest first, with how many passwords are still to be seen to."""
    still_open = (
        sa.select(sa.func.count(MoveHolding.id))
        .join(RotationCause, RotationCause.id == MoveHolding.cause_id)
        .join(CredentialRotation, CredentialRotation.id == RotationCause.rotation_id)
        .where(MoveHolding.move_id == Move.id, CredentialRotation.status.in_(OPEN_ROTATION))
        .correlate(Move)
        .scalar_subquery()
    )
    columns: list[Any] = [
        Move.id, Move.person_id, Person.name, Person.post, Move.kind, Move.last_day, Move.back_on, Move.status,
        still_open.label("still_open"),
    ]  # fmt: skip
    query = sa.select(*columns).join(Person, Person.id == Move.person_id).where(knows_of(viewer, Move.person_id))
    return key_page(query, [Move.last_day], Move.id, cursor, size=PAGE, descending=True)
