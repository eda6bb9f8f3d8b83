"""Which passwords are due, and what their pages show."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.account_register.models import AccessGrant, AccessLevel, Account, KeeperNotice, NoticeKind
from app.core.db import db, named
from app.core.paging import Cursor, KeyPage, key_page
from app.core.plain_letters import PlainLetters, plain_letters
from app.core.registries import Viewer
from app.credential_rotation.models import (
    ALONE,
    OPEN_ROTATION,
    SEES_CAUSES,
    CredentialRotation,
    RotationCause,
    RotationStatus,
)
from app.credential_rotation.queries.permitting import caused_by, gets_in, mine_to_permit, near_on
from app.people.everybody import carries
from app.people.knowing import knows_of
from app.people.models import KEEPERS, Person, Role, Service
from app.people.naming import name_holds
from app.people.queries import carrying, is_here
from app.policy.queries import pack

PAGE = 25
MOST = 100


def whole_rotation() -> tuple[Any, ...]:
    """All that the page of a rotation shows and its predicates ask."""
    rotation = CredentialRotation
    return (
        joinedload(rotation.account).options(
            joinedload(Account.owner).joinedload(Person.service),
            selectinload(Account.grants).joinedload(AccessGrant.person),
        ),
        joinedload(rotation.owner).joinedload(Person.service),
        joinedload(rotation.permitted_by),
        joinedload(rotation.permission_refused_by),
        joinedload(rotation.permission_asked_by),
        joinedload(rotation.done_by),
        joinedload(rotation.verified_by),
        joinedload(rotation.not_made_by),
        joinedload(rotation.causes).joinedload(RotationCause.person),
    )


def rotation_by_id(rotation_id: uuid.UUID) -> CredentialRotation | None:
    """A rotation with all that its page shows and its predicates ask."""
    rotation = CredentialRotation
    return (
        db.session.execute(
            sa.select(rotation)
            .where(rotation.id == rotation_id)
            .options(*whole_rotation(), selectinload(rotation.steps))
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


def knows_causes(viewer: Person) -> sa.ColumnElement[bool]:
    """`causes_are_known_to` as a condition of a query."""
    concerned = (
        sa.select(RotationCause.id)
        .where(RotationCause.rotation_id == CredentialRotation.id, RotationCause.person_id.is_not(None))
        .correlate_except(RotationCause)
    )
    not_known = concerned.where(sa.not_(knows_of(viewer, RotationCause.person_id))).exists()
    return sa.not_(not_known) if viewer.holds(*SEES_CAUSES) else sa.and_(concerned.exists(), sa.not_(not_known))


def mine_to_change(viewer: Any, day: Any) -> sa.ColumnElement[bool]:
    """Passwords that this person is to change, in a query that joins the account: theirs as its owner,
    or as the keeper of the register who sees to it where no owner can; once their day is near.

    Where the owner has left, or it changes because of them, or they permitted it, the keepers of the register do it; where
    none of these can, whoever asked for permission.
    """
    owner, keeper, it = aliased(Person), aliased(Person), CredentialRotation
    owns = owner.id == Account.owner_id
    sees_to_it = sa.and_(owner.id == it.owner_id, owner.id.in_(carrying(KEEPERS, day)))
    somebody_answers = _can_make_it(owner, day, sa.or_(owns, sees_to_it))
    any_keeper = _can_make_it(keeper, day, keeper.id.in_(carrying(KEEPERS, day)))
    keeps_it = sa.or_(it.owner_id == viewer.id, sa.not_(somebody_answers))
    asked = sa.and_(
        it.permission_asked_by_id == viewer.id, gets_in(viewer.id, day, AccessLevel.ADMIN),
        sa.not_(somebody_answers), sa.not_(any_keeper),
    )  # fmt: skip
    return sa.and_(
        it.status == RotationStatus.DUE,
        near_on(day),
        sa.or_(Account.owner_id == viewer.id, sa.and_(carries(viewer, *KEEPERS), keeps_it), asked),
        sa.not_(caused_by(viewer.id)),
        it.permitted_by_id.is_distinct_from(viewer.id),
    )


def _can_make_it(one: Any, day: Any, which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether there is any of these people, by an alias of them, who works here and may change the password."""
    somebody = sa.select(one.id).where(
        which, is_here(day, one), sa.not_(caused_by(one.id)), one.id.is_distinct_from(CredentialRotation.permitted_by_id)
    )
    return somebody.correlate_except(one).exists()


def mine_to_find_changer(viewer: Any, day: date) -> sa.ColumnElement[bool]:
    """`CredentialRotation.changer_is_found_by` as a condition of a query that joins the account."""
    one, it = named(Person, "anybody_to_change"), CredentialRotation
    asker = sa.and_(one.id == it.permission_asked_by_id, gets_in(one.id, day, AccessLevel.ADMIN))
    asked = sa.or_(one.id == Account.owner_id, one.id.in_(carrying(KEEPERS, day)), asker)
    all_concerned = sa.and_(carries(viewer, Role.ADMINISTRATOR), _concerns_every_keeper(day))
    return sa.and_(
        it.status == RotationStatus.DUE,
        near_on(day),
        sa.not_(_can_make_it(one, day, asked)),
        sa.not_(caused_by(viewer.id)),
        sa.or_(carries(viewer, *KEEPERS), all_concerned),
    )


def mine_to_verify(viewer: Any, day: date) -> sa.ColumnElement[bool]:
    """`CredentialRotation.can_be_verified_by` as a condition of a query that joins the account."""
    return sa.and_(
        CredentialRotation.status == RotationStatus.TO_VERIFY,
        _made_by_another(viewer, day),
        sa.not_(caused_by(viewer.id)),
        answers_or_gets_in(viewer, day),
    )


def _made_by_another(viewer: Any, day: date) -> sa.ColumnElement[bool]:
    """That somebody else made the change or, where the pack allows it, that nobody else can verify it:
    `CredentialRotation.is_verified_alone`.
    """
    by_another: sa.ColumnElement[bool] = CredentialRotation.done_by_id != viewer.id
    if not pack().switches[ALONE].value:
        return by_another
    return sa.or_(by_another, sa.not_(_somebody_may_verify(day, but_who_made_it=True)))


def _somebody_may_verify(day: date, *, but_who_made_it: bool) -> sa.ColumnElement[bool]:
    """Whether anybody works here who may verify a change, without whoever made it or with them, in a query that joins the
    account: `CredentialRotation._may_verify`.
    """
    one = named(Person, "anybody_to_verify")
    somebody = sa.select(one.id).where(
        is_here(day, one), sa.not_(caused_by(one.id)),
        sa.or_(one.id == Account.owner_id, one.id.in_(carrying(KEEPERS, day)), gets_in(one.id, day)),
    )  # fmt: skip
    if but_who_made_it:
        somebody = somebody.where(one.id != CredentialRotation.done_by_id)
    return somebody.correlate_except(one).exists()


def mine_to_find_verifier(viewer: Any, day: date) -> sa.ColumnElement[bool]:
    """`CredentialRotation.verifier_is_found_by` as a condition of a query that joins the account."""
    made_it = sa.and_(carries(viewer, *KEEPERS), CredentialRotation.done_by_id == viewer.id)
    return sa.and_(
        CredentialRotation.status == RotationStatus.TO_VERIFY,
        sa.not_(_somebody_may_verify(day, but_who_made_it=not pack().switches[ALONE].value)),
        sa.not_(caused_by(viewer.id)),
        sa.or_(made_it, sa.and_(carries(viewer, Role.ADMINISTRATOR), _concerns_every_keeper(day))),
    )


def _concerns_every_keeper(day: date) -> sa.ColumnElement[bool]:
    """Whether somebody keeps the register and a password changes because of each who does."""
    keeper = named(Person, "keeper_here")
    keepers = sa.select(keeper.id).where(keeper.id.in_(carrying(KEEPERS, day)), is_here(day, keeper))
    not_concerned = keepers.where(sa.not_(caused_by(keeper.id)))
    return sa.and_(
        keepers.correlate_except(keeper).exists(), sa.not_(not_concerned.correlate_except(keeper).exists())
    )


def answers_or_gets_in(viewer: Any, day: date, *levels: AccessLevel) -> sa.ColumnElement[bool]:
    """Whether somebody keeps the register, owns the account, or gets into it today by access at one of these
    levels or at any; in a query that joins the account.
    """
    return sa.or_(carries(viewer, *KEEPERS), Account.owner_id == viewer.id, gets_in(viewer.id, day, *levels))


def open_when_late(people: Collection[uuid.UUID], keys: Collection[str], day: date) -> sa.Select[Any]:
    """Which of these rotations may be read by which of these people when it is late: keepers, and who stands above an
    owner; never one who caused it. Rows of key and person.
    """
    return _open_to(people, keys, carrying(KEEPERS, day))


def open_where_nobody_is_left(people: Collection[uuid.UUID], keys: Collection[str], day: date) -> sa.Select[Any]:
    """The same of those that nobody is left to change or to verify: HR managers read them too."""
    return _open_to(people, keys, carrying((*KEEPERS, Role.HR_MANAGER), day))


def _open_to(people: Collection[uuid.UUID], keys: Collection[str], carriers: sa.Select[uuid.UUID]) -> sa.Select[Any]:
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
            sa.or_(reader.id.in_(carriers), above),
        )
    )


@dataclass(frozen=True)
class MyRotations:
    """What somebody has to change, to verify and to permit, oldest first."""

    to_change: list[Any]
    to_verify: list[Any]
    to_permit: list[Any]


def rotations_of(viewer: Person, day: date) -> MyRotations:
    """What this person has to change, to verify and to permit, oldest first, in one query."""
    changes, verifies, permits = mine_to_change(viewer, day), mine_to_verify(viewer, day), mine_to_permit(viewer, day)
    rows = list(
        db.session.execute(
            _rows()
            .add_columns(changes.label("changes"), verifies.label("verifies"), permits.label("permits"))
            .where(sa.or_(changes, verifies, permits))
            .order_by(CredentialRotation.due_on, Account.name, CredentialRotation.id)
            .limit(MOST)
        )
    )
    return MyRotations(
        [row for row in rows if row.changes],
        [row for row in rows if row.verifies],
        [row for row in rows if row.permits],
    )


def _rows() -> sa.Select[Any]:
    owner = aliased(Person)
    columns: list[Any] = [
        CredentialRotation.id, Account.name, Account.platform, CredentialRotation.status, CredentialRotation.due_on,
        CredentialRotation.verify_by, CredentialRotation.verified_at, CredentialRotation.opened_at,
        CredentialRotation.permit_by, owner.name.label("owner"),
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .join(Account, Account.id == CredentialRotation.account_id)
        .outerjoin(owner, owner.id == CredentialRotation.owner_id)
    )


@dataclass(frozen=True)
class RotationFilters:
    """What of all rotations is listed."""

    status: RotationStatus = RotationStatus.DUE
    text: str = ""
    platform: str = ""
    service_id: uuid.UUID | None = None
    owner: str = ""
    late: bool = False


def rotations_page(viewer: Person, filters: RotationFilters, cursor: Cursor, day: date) -> KeyPage:
    """Every rotation in a state, due first; complete ones by when they were verified, the latest first. Nobody finds those
    because of themselves.
    """
    query = _rows().where(CredentialRotation.status == filters.status, sa.not_(caused_by(viewer.id)))
    if filters.text:
        query = query.where(PlainLetters(Account.name).contains(plain_letters(filters.text), autoescape=True))
    if filters.platform:
        query = query.where(Account.platform == filters.platform)
    if filters.service_id:
        query = query.where(Account.service_id == filters.service_id)
    if filters.owner:
        owners = sa.select(Person.id).where(name_holds(filters.owner))
        query = query.where(CredentialRotation.owner_id.in_(owners))
    if filters.late:
        due, verify = CredentialRotation.due_on < day, CredentialRotation.verify_by < day
        query = query.where(due if filters.status is RotationStatus.DUE else verify)
    is_complete = filters.status is RotationStatus.COMPLETE
    order = CredentialRotation.verified_at if is_complete else CredentialRotation.due_on
    return key_page(query, [order], CredentialRotation.id, cursor, size=PAGE, descending=is_complete)


def history_of(account: Account, viewer: Person, cursor: Cursor) -> KeyPage:
    """Every change there was or is of an account's password, newest first, with all that its lines say of each; and with
    each, whether somebody may read why.
    """
    it = CredentialRotation
    page = key_page(
        sa.select(it.id).where(it.account_id == account.id), [it.opened_at], it.id, cursor, size=PAGE, descending=True
    )
    found = {
        one.id: (one, knows)
        for one, knows in db.session.execute(
            sa.select(it, knows_causes(viewer)).where(it.id.in_([row.id for row in page.rows])).options(*whole_rotation())
        ).unique()
    }
    return replace(page, rows=[found[row.id] for row in page.rows])


def passwords_to_change(viewer: Viewer, _today: date) -> sa.Select[int] | None:
    """How many passwords are still to be changed: a number for a keeper's first page."""
    if not viewer.holds(*KEEPERS):
        return None
    waits = sa.and_(CredentialRotation.status == RotationStatus.DUE, sa.not_(caused_by(viewer.id)))
    return sa.select(sa.func.count(CredentialRotation.id)).where(waits)


def open_rotations_of(account: Account) -> list[CredentialRotation]:
    """The rotations of an account that are not complete, with all that says who may see them."""
    rotation = CredentialRotation
    return list(
        db.session.execute(
            sa.select(rotation)
            .where(rotation.account_id == account.id, rotation.status.in_(OPEN_ROTATION))
            .options(*says_who_sees(rotation), joinedload(rotation.account).joinedload(Account.grants))
            .order_by(rotation.due_on, rotation.id)
        )
        .unique()
        .scalars()
    )


def says_who_sees(rotation: type[CredentialRotation]) -> tuple[ORMOption, ...]:
    """What `can_be_seen_by` of a rotation asks, besides who has access to its account."""
    return (joinedload(rotation.causes), joinedload(rotation.owner).joinedload(Person.service))
