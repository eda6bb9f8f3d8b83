"""Who is leaving, which passwords are due, and what their pages show."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.account_register.health import runs
from app.account_register.models import AccessGrant, AccessLevel, Account, KeeperNotice, NoticeKind
from app.core.db import db, named
from app.core.paging import Cursor, KeyPage, key_page
from app.core.registries import Viewer
from app.credential_rotation.models import (
    SEES_CAUSES,
    CredentialRotation,
    HandOver,
    LeaverHolding,
    LeaverNotice,
    RotationCause,
    RotationStatus,
)
from app.people.everybody import carries
from app.people.models import HR_OFFICERS, KEEPERS, Person, Role, Service
from app.people.queries import carrying, is_here

PAGE = 25
MOST = 100


def people_below(manager_id: uuid.UUID) -> sa.Select[Any]:
    """The ids of everybody in a manager's line, down to the last; a cycle in the line ends by itself."""
    line = sa.select(Person.id.label("id")).where(Person.line_manager_id == manager_id).cte("line", recursive=True)
    line = line.union(sa.select(Person.id).join(line, Person.line_manager_id == line.c.id))
    return sa.select(line.c.id)


def manages_up_the_line(manager: Person, person_ids: Collection[uuid.UUID]) -> bool:
    """Whether somebody manages one of these people, directly or further up."""
    if not person_ids:
        return False
    below = people_below(manager.id).subquery()
    found = db.session.execute(sa.select(below.c.id).where(below.c.id.in_(list(person_ids))).limit(1)).first()
    return found is not None


def may_record_leaver(by: Person, person: Person) -> bool:
    """Whether this person may record that the other leaves: HR, or a manager up the line; never for oneself."""
    return by.id != person.id and (by.holds(*HR_OFFICERS) or manages_up_the_line(by, [person.id]))


def team_of(manager: Person, day: date) -> list[Person]:
    """Everybody in a manager's line who still works here, by name."""
    return list(
        db.session.execute(
            sa.select(Person)
            .where(Person.id.in_(people_below(manager.id)), Person.id != manager.id, is_here(day))
            .order_by(Person.name, Person.id)
            .limit(MOST)
        ).scalars()
    )


def latest_notice_of(person: Person) -> LeaverNotice | None:
    """The last notice that this person leaves, with who recorded it."""
    return db.session.execute(
        sa.select(LeaverNotice)
        .where(LeaverNotice.person_id == person.id)
        .options(joinedload(LeaverNotice.notified_by))
        .order_by(LeaverNotice.notified_at.desc(), LeaverNotice.id)
        .limit(1)
    ).scalar_one_or_none()


def _sees_notices(viewer: Person) -> sa.ColumnElement[bool]:
    """The notices a person may know of: all for HR, keepers and the auditor; else of their line, never their own."""
    if viewer.holds(*SEES_CAUSES):
        return sa.true()
    return sa.and_(LeaverNotice.person_id.in_(people_below(viewer.id)), LeaverNotice.person_id != viewer.id)


def notice_for(viewer: Person, notice_id: uuid.UUID) -> LeaverNotice | None:
    """A notice with its people, if this person may know of it."""
    return db.session.execute(
        sa.select(LeaverNotice)
        .where(LeaverNotice.id == notice_id, _sees_notices(viewer))
        .options(joinedload(LeaverNotice.person), joinedload(LeaverNotice.notified_by))
    ).scalar_one_or_none()


def leavers_page(viewer: Person, cursor: Cursor) -> KeyPage:
    """Leavers this person may know of, latest last day first, with how many passwords are still to be seen to."""
    still_open = (
        sa.select(sa.func.count(LeaverHolding.id))
        .join(RotationCause, RotationCause.id == LeaverHolding.cause_id)
        .join(CredentialRotation, CredentialRotation.id == RotationCause.rotation_id)
        .where(LeaverHolding.notice_id == LeaverNotice.id, CredentialRotation.status != RotationStatus.COMPLETE)
        .correlate(LeaverNotice)
        .scalar_subquery()
    )
    query = (
        sa.select(
            LeaverNotice.id, Person.name, Person.post, LeaverNotice.last_working_day, LeaverNotice.status,
            LeaverNotice.completed_at, still_open.label("still_open"),
        )
        .join(Person, Person.id == LeaverNotice.person_id)
        .where(_sees_notices(viewer))
    )  # fmt: skip
    return key_page(query, [LeaverNotice.last_working_day], LeaverNotice.id, cursor, size=PAGE, descending=True)


@dataclass(frozen=True)
class ChainRow:
    """One account of a leaver through the four columns of the chain."""

    account_id: uuid.UUID
    account: str
    platform: str
    ends_on: date | None
    hand_over: HandOver | None
    rotation_id: uuid.UUID | None
    status: RotationStatus | None
    due_on: date | None
    owner: str | None
    done_by: str | None
    changed_at: datetime | None
    verified_by: str | None
    verified_at: datetime | None
    told_at: datetime | None
    noted_at: datetime | None
    still_to_hand_over: bool


def chain_of(notice: LeaverNotice, day: date) -> list[ChainRow]:
    """Every account of a notice, by name, in one query."""
    owner, doer, verifier = aliased(Person), aliased(Person), aliased(Person)
    columns: list[Any] = [
        Account.id, Account.name, Account.platform, AccessGrant.ends_on, LeaverHolding.hand_over, CredentialRotation.id,
        CredentialRotation.status, CredentialRotation.due_on, owner.name, doer.name, CredentialRotation.changed_at,
        verifier.name, CredentialRotation.verified_at, KeeperNotice.sent_at, KeeperNotice.noted_at,
        still_to_hand_over(notice.person_id, day),
    ]  # fmt: skip
    rows = db.session.execute(
        sa.select(*columns)
        .select_from(LeaverHolding)
        .join(Account, Account.id == LeaverHolding.account_id)
        .outerjoin(AccessGrant, AccessGrant.id == LeaverHolding.grant_id)
        .outerjoin(RotationCause, RotationCause.id == LeaverHolding.cause_id)
        .outerjoin(CredentialRotation, CredentialRotation.id == RotationCause.rotation_id)
        .outerjoin(owner, owner.id == CredentialRotation.owner_id)
        .outerjoin(doer, doer.id == CredentialRotation.done_by_id)
        .outerjoin(verifier, verifier.id == CredentialRotation.verified_by_id)
        .outerjoin(
            KeeperNotice,
            sa.and_(
                KeeperNotice.kind == NoticeKind.PASSWORD_CHANGED, KeeperNotice.subject_id == CredentialRotation.id
            ),
        )
        .where(LeaverHolding.notice_id == notice.id)
        .order_by(Account.name, Account.id)
    )  # fmt: skip
    return [ChainRow(*row) for row in rows]


def still_to_hand_over(person_id: Any, day: date) -> sa.ColumnElement[bool]:
    """Whether a leaver still owns an account or nobody else administers it: derived from the register as it stands."""
    other = named(Person, "other_administrator")
    administered = (
        sa.select(AccessGrant.id)
        .join(other, other.id == AccessGrant.person_id)
        .where(
            AccessGrant.account_id == Account.id, AccessGrant.person_id != person_id,
            AccessGrant.level == AccessLevel.ADMIN, runs(day),
            sa.or_(other.last_working_day.is_(None), other.last_working_day >= day),
        )
        .correlate(Account, LeaverNotice)
        .exists()
    )  # fmt: skip
    no_owner = sa.and_(LeaverHolding.hand_over.in_((HandOver.OWNER, HandOver.BOTH)), Account.owner_id == person_id)
    no_administrator = sa.and_(
        LeaverHolding.hand_over.in_((HandOver.ONLY_ADMINISTRATOR, HandOver.BOTH)), sa.not_(administered)
    )
    return sa.func.coalesce(sa.or_(no_owner, no_administrator), sa.false())


def rotation_by_id(rotation_id: uuid.UUID) -> CredentialRotation | None:
    """A rotation with all that its page shows and its predicates ask."""
    rotation = CredentialRotation
    return (
        db.session.execute(
            sa.select(rotation)
            .where(rotation.id == rotation_id)
            .options(
                joinedload(rotation.account).options(
                    joinedload(Account.owner).joinedload(Person.service), selectinload(Account.grants)
                ),
                joinedload(rotation.owner).joinedload(Person.service),
                joinedload(rotation.permitted_by),
                joinedload(rotation.done_by),
                joinedload(rotation.verified_by),
                joinedload(rotation.causes).joinedload(RotationCause.person),
                selectinload(rotation.steps),
            )
        )
        .unique()
        .scalar_one_or_none()
    )


def notice_of(rotation: CredentialRotation) -> KeeperNotice | None:
    """What the keeper of the register was told about this change."""
    return db.session.execute(
        sa.select(KeeperNotice)
        .where(KeeperNotice.kind == NoticeKind.PASSWORD_CHANGED, KeeperNotice.subject_id == rotation.id)
        .options(joinedload(KeeperNotice.noted_by))
    ).scalar_one_or_none()


def knows_causes(rotation: CredentialRotation, viewer: Person) -> bool:
    """Whether somebody may read because of whom a password changes: HR, keepers, auditor, the managers of all concerned."""
    if viewer.holds(*SEES_CAUSES):
        return True
    people = {cause.person_id for cause in rotation.causes if cause.person_id is not None}
    return bool(people) and all(manages_up_the_line(viewer, [person_id]) for person_id in people)


def caused_by(person_id: Any) -> sa.ColumnElement[bool]:
    """`CredentialRotation.is_caused_by` as a condition of a query; the person may be a column of it."""
    return (
        sa.select(RotationCause.id)
        .where(RotationCause.rotation_id == CredentialRotation.id, RotationCause.person_id == person_id)
        .correlate_except(RotationCause)
        .exists()
    )


def mine_to_change(viewer: Any, day: Any) -> sa.ColumnElement[bool]:
    """Passwords that this person is to change, in a query that joins the account: theirs as owner of rotation or account.

    Where every owner has left, or it changes because of them, the keepers of the register do it.
    """
    owner = aliased(Person)
    somebody_answers = (
        sa.select(owner.id)
        .where(
            owner.id.in_((CredentialRotation.owner_id, Account.owner_id)),
            sa.or_(owner.last_working_day.is_(None), owner.last_working_day >= day),
            sa.not_(caused_by(owner.id)),
        )
        .correlate_except(owner)
        .exists()
    )
    owns = sa.or_(CredentialRotation.owner_id == viewer.id, Account.owner_id == viewer.id)
    return sa.and_(
        CredentialRotation.status == RotationStatus.DUE,
        sa.or_(owns, sa.and_(carries(viewer, *KEEPERS), sa.not_(somebody_answers))),
        sa.not_(caused_by(viewer.id)),
    )


def mine_to_verify(viewer: Any, day: date) -> sa.ColumnElement[bool]:
    """`CredentialRotation.can_be_verified_by` as a condition of a query that joins the account."""
    holds_access = (
        sa.select(AccessGrant.id)
        .where(AccessGrant.account_id == Account.id, AccessGrant.person_id == viewer.id, runs(day))
        .correlate_except(AccessGrant)
        .exists()
    )
    answers = sa.or_(CredentialRotation.owner_id == viewer.id, Account.owner_id == viewer.id, holds_access)
    return sa.and_(
        CredentialRotation.status == RotationStatus.TO_VERIFY,
        CredentialRotation.done_by_id != viewer.id,
        sa.not_(caused_by(viewer.id)),
        sa.or_(carries(viewer, *KEEPERS), answers),
    )


def open_when_late(people: Collection[uuid.UUID], keys: Collection[str], day: date) -> sa.Select[Any]:
    """Which of these rotations may be read by which of these people when it is late: keepers, and who stands above an
    owner; never one who caused it. Rows of key and person.
    """
    reader, owner = aliased(Person), aliased(Person)
    above = (
        sa.select(owner.id)
        .outerjoin(Service, Service.id == owner.service_id)
        .where(
            owner.id.in_((CredentialRotation.owner_id, Account.owner_id)),
            sa.or_(owner.line_manager_id == reader.id, Service.head_id == reader.id),
        )
        .correlate(CredentialRotation, Account, reader)
        .exists()
    )
    columns: list[Any] = [sa.cast(CredentialRotation.id, sa.String).label("key"), reader.id.label("person_id")]
    return (
        sa.select(*columns)
        .join(Account, Account.id == CredentialRotation.account_id)
        .join(reader, reader.id.in_(list(people)))
        .where(
            CredentialRotation.id.in_([uuid.UUID(key) for key in keys]),
            sa.not_(caused_by(reader.id)),
            sa.or_(reader.id.in_(carrying(KEEPERS, day)), above),
        )
    )


def open_hand_overs(people: Collection[uuid.UUID], keys: Collection[str], day: date) -> sa.Select[Any]:
    """Which of these leavers' hand-overs may be read by which of these people when it is late: keepers of the register
    and HR managers, never the leaver. Rows of key and person.
    """
    columns: list[Any] = [sa.cast(LeaverNotice.id, sa.String).label("key"), Person.id.label("person_id")]
    return (
        sa.select(*columns)
        .join(Person, Person.id.in_(list(people)))
        .where(
            LeaverNotice.id.in_([uuid.UUID(key) for key in keys]),
            Person.id != LeaverNotice.person_id,
            Person.id.in_(carrying((*KEEPERS, Role.HR_MANAGER), day)),
        )
    )


@dataclass(frozen=True)
class MyRotations:
    """What somebody has to change and to verify, oldest first."""

    to_change: list[Any]
    to_verify: list[Any]


def rotations_of(viewer: Person, day: date) -> MyRotations:
    """What this person has to change and to verify, oldest first, in one query."""
    rows = list(
        db.session.execute(
            _rows()
            .where(sa.or_(mine_to_change(viewer, day), mine_to_verify(viewer, day)))
            .order_by(CredentialRotation.due_on, Account.name, CredentialRotation.id)
            .limit(MOST)
        )
    )
    return MyRotations(
        [row for row in rows if row.status is RotationStatus.DUE],
        [row for row in rows if row.status is RotationStatus.TO_VERIFY],
    )


def _rows() -> sa.Select[Any]:
    owner = aliased(Person)
    columns: list[Any] = [
        CredentialRotation.id, Account.name, Account.platform, CredentialRotation.status, CredentialRotation.due_on,
        CredentialRotation.verify_by, CredentialRotation.verified_at, owner.name.label("owner"),
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .join(Account, Account.id == CredentialRotation.account_id)
        .outerjoin(owner, owner.id == CredentialRotation.owner_id)
    )


def rotations_page(status: RotationStatus, cursor: Cursor) -> KeyPage:
    """Every rotation in a state, due first; complete ones newest first."""
    return key_page(
        _rows().where(CredentialRotation.status == status), [CredentialRotation.due_on], CredentialRotation.id, cursor,
        size=PAGE, descending=status is RotationStatus.COMPLETE,
    )  # fmt: skip


def passwords_to_change(viewer: Viewer, _today: date) -> sa.Select[int] | None:
    """How many passwords are still to be changed: a number for a keeper's first page."""
    if not viewer.holds(*KEEPERS):
        return None
    return sa.select(sa.func.count(CredentialRotation.id)).where(CredentialRotation.status == RotationStatus.DUE)


def open_rotations_of(account: Account) -> list[CredentialRotation]:
    """The rotations of an account that are not complete, with their causes and owners."""
    rotation = CredentialRotation
    return list(
        db.session.execute(
            sa.select(rotation)
            .where(rotation.account_id == account.id, rotation.status != RotationStatus.COMPLETE)
            .options(
                joinedload(rotation.causes),
                joinedload(rotation.owner).joinedload(Person.service),
                joinedload(rotation.account),
            )
            .order_by(rotation.due_on, rotation.id)
        )
        .unique()
        .scalars()
    )
