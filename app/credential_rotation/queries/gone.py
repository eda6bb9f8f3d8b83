"""What is said of accounts that no longer exist or are lost, and for whom it waits to be confirmed."""

import uuid
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app.account_register.models import SEES_ACCOUNTS, AccessGrant, Account, AccountStatus, EndReason
from app.core import clock
from app.core.db import db, named
from app.core.registries import Viewer
from app.credential_rotation.models import (
    OPEN_ROTATION,
    AccountGone,
    CredentialRotation,
    GoneStatus,
    RotationCause,
)
from app.credential_rotation.queries.permitting import holds_access
from app.credential_rotation.queries.rotations import knows_causes, says_who_sees
from app.people.everybody import carries
from app.people.models import KEEPERS, Person, Role
from app.people.queries import carrying, is_here

_STANDS = AccountGone.status != GoneStatus.TAKEN_BACK


def gone_by_id(gone_id: uuid.UUID) -> AccountGone | None:
    """What was said of an account, with all that its page shows and its predicates ask."""
    return _found(AccountGone.id == gone_id)


def standing_gone_of(account: Account) -> AccountGone | None:
    """That an account is gone, as it waits to be confirmed or was confirmed; what was taken back does not stand."""
    return _found(AccountGone.account_id == account.id, _STANDS)


def gone_and_open_changes_of(
    account: Account, viewer: Person
) -> tuple[AccountGone | None, list[tuple[CredentialRotation, bool]]]:
    """What `standing_gone_of` and `open_rotations_of` give of an account, in one question: its page shows both. Each change
    with whether somebody may read why it is made.
    """
    it, change = AccountGone, CredentialRotation
    rows = db.session.execute(
        sa.select(Account, it, change, knows_causes(viewer))
        .outerjoin(it, sa.and_(it.account_id == Account.id, _STANDS))
        .outerjoin(change, sa.and_(change.account_id == Account.id, change.status.in_(OPEN_ROTATION)))
        .where(Account.id == account.id)
        .options(
            joinedload(Account.grants).joinedload(AccessGrant.person), joinedload(it.recorded_by),
            joinedload(it.settled_by), *says_who_sees(change),
        )
        .order_by(change.due_on, change.id)
    ).unique().all()  # fmt: skip
    gone = next((row[1] for row in rows), None)
    changes = [(row[2], bool(row[3])) for row in rows if row[2] is not None]
    if gone is not None:
        set_committed_value(gone, "open_rotations", [change for change, _ in changes])
    return gone, changes


def _found(*which: sa.ColumnElement[bool]) -> AccountGone | None:
    it = AccountGone
    return db.session.execute(
        sa.select(it)
        .where(*which)
        .options(
            joinedload(it.account).options(
                joinedload(Account.owner), selectinload(Account.grants).joinedload(AccessGrant.person)
            ),
            joinedload(it.recorded_by), joinedload(it.settled_by),
            selectinload(it.open_rotations).selectinload(CredentialRotation.causes),
        )
    ).scalar_one_or_none()  # fmt: skip


def gone_to_close(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """What waits for this person: to close what two people said is gone (`AccountGone.account_can_be_closed_by`)."""
    return _of_accounts("account_gone_close", AccountGone.close_by).where(
        AccountGone.status == GoneStatus.CONFIRMED, Account.status != AccountStatus.CLOSED, carries(viewer, *KEEPERS)
    )


def nobody_gets_into_it(day: date) -> sa.ColumnElement[bool]:
    """That two people had said by the end of a day that the account of the row is gone: from then on nobody could get in,
    whoever still knows its last password.
    """
    it = named(AccountGone, "gone_by_then")
    confirmed = sa.select(it.id).where(
        it.account_id == Account.id, it.status == GoneStatus.CONFIRMED,
        it.settled_at < clock.at_local(day + timedelta(days=1)),
    )  # fmt: skip
    return confirmed.correlate(Account).exists()


def _of_accounts(name: str, due_on: Any) -> sa.Select[Any]:
    columns: list[Any] = [
        sa.literal(name).label("name"), sa.cast(AccountGone.id, sa.String).label("key"),
        (Account.name + " (" + Account.platform + ")").label("who"), due_on.label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).join(Account, Account.id == AccountGone.account_id)


def gone_to_confirm(viewer: Viewer, today: date) -> sa.Select[Any]:
    """What waits for this person: to confirm it, or to find somebody who can."""
    it = AccountGone
    asked = sa.and_(
        sa.or_(carries(viewer, *KEEPERS), Account.owner_id == viewer.id), sa.not_(_is_left_out(viewer.id))
    )
    return _of_accounts("account_gone", it.confirm_by).where(
        it.status == GoneStatus.WAITING, sa.or_(asked, mine_to_find_confirmer(viewer, today))
    )


def mine_to_find_confirmer(viewer: Any, today: date) -> sa.ColumnElement[bool]:
    """`AccountGone.confirmer_is_found_by` as a condition of a query that joins the account."""
    one = named(Person, "anybody_to_confirm")
    asked = sa.select(one.id).where(
        is_here(today, one), sa.or_(one.id == Account.owner_id, one.id.in_(carrying(KEEPERS, today))),
        sa.not_(_is_left_out(one.id)),
    )  # fmt: skip
    return sa.and_(carries(viewer, Role.ADMINISTRATOR), sa.not_(asked.correlate_except(one).exists()))


def _is_left_out(person_id: Any) -> sa.ColumnElement[bool]:
    """Who said so, and those because of whom a password of the account is still to be changed."""
    concerned = (
        sa.select(RotationCause.id)
        .join(CredentialRotation, CredentialRotation.id == RotationCause.rotation_id)
        .where(
            CredentialRotation.account_id == AccountGone.account_id, CredentialRotation.status.in_(OPEN_ROTATION),
            RotationCause.person_id == person_id,
        )
        .correlate_except(RotationCause, CredentialRotation)
        .exists()
    )  # fmt: skip
    return sa.or_(AccountGone.recorded_by_id == person_id, concerned)


def _held_until_then(person_id: Any) -> sa.ColumnElement[bool]:
    """That somebody had access until it was confirmed, in a query that joins the account."""
    ended = sa.select(AccessGrant.id).where(
        AccessGrant.account_id == Account.id, AccessGrant.person_id == person_id,
        AccessGrant.end_reason == EndReason.ACCOUNT_GONE,
    )  # fmt: skip
    return ended.correlate_except(AccessGrant).exists()


def gone_seen(viewer: Viewer, today: date) -> sa.Select[Any]:
    """What was said of accounts that are gone, as far as somebody may know of it: `AccountGone.can_be_seen_by`."""
    it = AccountGone
    made: sa.Select[Any] = sa.select(sa.cast(it.id, sa.String).label("key"))
    return made.join(Account, Account.id == it.account_id).where(
        sa.or_(
            carries(viewer, *SEES_ACCOUNTS), Account.owner_id == viewer.id, Account.deputy_id == viewer.id,
            it.recorded_by_id == viewer.id, it.settled_by_id == viewer.id,
            sa.and_(sa.or_(holds_access(viewer.id, today), _held_until_then(viewer.id)), sa.not_(_is_left_out(viewer.id))),
            sa.and_(it.status == GoneStatus.WAITING, mine_to_find_confirmer(viewer, today)),
        )
    )  # fmt: skip
