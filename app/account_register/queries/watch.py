"""Accounts found in use, accounts that pretend to be ours, what is new: lists, single things, and what waits."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.account_register.models import SEES_EVERYTHING, Account, AccountProposal, ProposalStatus
from app.account_register.models.watch import (
    CAME_TO_NOTHING,
    DiscoveredAccount,
    DiscoveredStatus,
    HorizonItem,
    HorizonLook,
    LookAlike,
    LookAlikeStatus,
)
from app.account_register.naming import address_key, platform_key, url_key
from app.account_register.queries.same import registered_already
from app.core.db import db
from app.core.paging import Cursor, KeyPage, key_page
from app.core.registries import NO_DAY, Viewer
from app.people.everybody import carries
from app.people.models import KEEPERS, Person, Service

PAGE = 25


def discovered_by_id(discovered_id: uuid.UUID) -> DiscoveredAccount | None:
    """An account found in use with all that its page shows."""
    it = DiscoveredAccount
    return db.session.execute(
        sa.select(it)
        .where(it.id == discovered_id)
        .options(
            joinedload(it.service), joinedload(it.recorded_by), joinedload(it.asked), joinedload(it.settled_by),
            joinedload(it.proposal), joinedload(it.account),
        )
    ).scalar_one_or_none()  # fmt: skip


def discovered_of(proposal: AccountProposal) -> DiscoveredAccount | None:
    """The account found in use that a proposal is to bring in, while it is not settled."""
    it = DiscoveredAccount
    asked = sa.select(it).where(it.proposal_id == proposal.id, it.status == DiscoveredStatus.PROPOSED)
    return db.session.execute(asked).scalar_one_or_none()


def discovered_with_handle(platform: str, key: str) -> bool:
    """Whether an account with this platform and handle is told of and to be settled."""
    it = DiscoveredAccount
    found = sa.select(it.id).where(it.platform == platform, it.handle_key == key, it.status == DiscoveredStatus.FOUND)
    return db.session.execute(found).first() is not None


def address_is_found_in_use(platform: str, handle: str | None, url: str | None) -> bool:
    """Whether an account at this address is told of and to be settled, where one of the two has no handle."""
    it = DiscoveredAccount
    found = sa.select(it.url, it.handle_key).where(
        it.platform == platform, it.url.is_not(None), it.status == DiscoveredStatus.FOUND
    )
    rows = db.session.execute(found) if url else ()
    return any(url_key(row.url) == url_key(url) and not (handle and row.handle_key) for row in rows)


class Placed(Protocol):
    """What is said of where an account is: an account, or a line of a file."""

    @property
    def platform_key(self) -> str:
        """What makes two platforms the same."""

    @property
    def handle_key(self) -> str | None:
        """What makes two handles the same."""

    @property
    def url(self) -> str | None:
        """Its address."""


Placing = TypeVar("Placing", bound=Placed)


def found_in_use_among(those: Collection[Placing]) -> list[tuple[Placing, DiscoveredAccount]]:
    """Which of these accounts somebody told of as found in use, each with what they told and nobody has settled."""
    if not those:
        return []
    it = DiscoveredAccount
    open_states = (DiscoveredStatus.FOUND, DiscoveredStatus.PROPOSED)
    asked = sa.select(it).where(it.status.in_(open_states)).options(joinedload(it.recorded_by))
    waiting: dict[str, list[DiscoveredAccount]] = defaultdict(list)
    for found in db.session.execute(asked.order_by(it.recorded_at, it.id)).scalars():
        waiting[platform_key(found.platform)].append(found)
    return [(one, found) for one in those for found in waiting[one.platform_key] if _is_one(one, found)]


def _is_one(placed: Placed, found: DiscoveredAccount) -> bool:
    """By the handle; where one of the two has none, by the address."""
    if placed.handle_key is not None and found.handle_key is not None:
        return placed.handle_key == found.handle_key
    return found.url is not None and address_key(placed.url) == address_key(found.url)


def account_of_found(found: DiscoveredAccount) -> Account | None:
    """The account on the register that was found in use, where it has come there."""
    known = registered_already(found.platform, found.handle, found.url)
    return db.session.get(Account, known.account_id) if known else None


def settled_with(account: Account) -> DiscoveredAccount | None:
    """What somebody told of that this account settled as it came on the register."""
    it = DiscoveredAccount
    asked = sa.select(it).where(it.account_id == account.id).options(joinedload(it.recorded_by))
    return db.session.execute(asked.order_by(it.recorded_at, it.id).limit(1)).scalar_one_or_none()


def how_many_to_settle(keeper: Person, day: date) -> int:
    """How many accounts found in use a keeper is to bring in or to close."""
    waiting = discovered_to_settle(keeper, day)
    if waiting is None:
        return 0
    return db.session.execute(sa.select(sa.func.count()).select_from(waiting.subquery())).scalar_one()


def _waits(day: date) -> sa.ColumnElement[bool]:
    """`DiscoveredAccount.is_to_be_settled` as a condition of a query that joins the proposal, if there is one."""
    it, proposal = DiscoveredAccount, AccountProposal
    lapsed = sa.and_(proposal.status == ProposalStatus.APPROVED, proposal.lapses_on < day)
    came_to_nothing = sa.or_(proposal.status.in_(CAME_TO_NOTHING), lapsed)
    return sa.or_(
        it.status == DiscoveredStatus.FOUND, sa.and_(it.status == DiscoveredStatus.PROPOSED, came_to_nothing)
    )


def _sees_discovered(viewer: Viewer) -> sa.ColumnElement[bool]:
    """`DiscoveredAccount.can_be_seen_by` as a condition of a query that joins the service."""
    it = DiscoveredAccount
    concerned = (it.recorded_by_id == viewer.id, it.asked_id == viewer.id, Service.head_id == viewer.id)
    return sa.or_(carries(viewer, *SEES_EVERYTHING), *concerned)


def _sees_look_alike(viewer: Viewer) -> sa.ColumnElement[bool]:
    """`LookAlike.can_be_seen_by` as a condition."""
    return sa.or_(carries(viewer, *SEES_EVERYTHING), LookAlike.recorded_by_id == viewer.id)


def discovered_page(viewer: Person, day: date, *, waiting: bool, cursor: Cursor) -> KeyPage:
    """The accounts found in use of which somebody may know, newest first."""
    it = DiscoveredAccount
    select = (
        sa.select(it.id, it.name, it.platform, it.handle, it.status, it.recorded_at, it.found_on, it.due_on, it.settled_at)
        .outerjoin(Service, Service.id == it.service_id)
        .outerjoin(AccountProposal, AccountProposal.id == it.proposal_id)
        .where(sa.func.coalesce(_waits(day), sa.false()) == waiting, _sees_discovered(viewer))
    )
    return key_page(select, [it.recorded_at], it.id, cursor, size=PAGE, descending=True)


def look_alike_by_id(look_alike_id: uuid.UUID) -> LookAlike | None:
    """An account that pretends to be ours with all that its page shows."""
    it = LookAlike
    return db.session.execute(
        sa.select(it)
        .where(it.id == look_alike_id)
        .options(joinedload(it.recorded_by), joinedload(it.reported_by), joinedload(it.closed_by))
    ).scalar_one_or_none()


def look_alikes_page(viewer: Person, *, waiting: bool, cursor: Cursor) -> KeyPage:
    """The accounts that pretend to be ours of which somebody may know, newest first."""
    it = LookAlike
    closed = it.status == LookAlikeStatus.CLOSED
    select = sa.select(
        it.id, it.platform, it.handle, it.url, it.status, it.recorded_at, it.noticed_on, it.due_on, it.outcome, it.closed_at
    ).where(
        sa.not_(closed) if waiting else closed,
        _sees_look_alike(viewer),
    )
    return key_page(select, [it.recorded_at], it.id, cursor, size=PAGE, descending=True)


def horizon_item_by_id(item_id: uuid.UUID) -> HorizonItem | None:
    """What is watched, with everybody who looked at it."""
    it = HorizonItem
    return db.session.execute(
        sa.select(it)
        .where(it.id == item_id)
        .options(joinedload(it.recorded_by), selectinload(it.looks).joinedload(HorizonLook.looked_by))
    ).scalar_one_or_none()


def horizon_page(*, watched: bool, cursor: Cursor) -> KeyPage:
    """What is watched with its last result, newest first; or what is looked at no more."""
    it = HorizonItem
    last = (
        sa.select(HorizonLook.result)
        .where(HorizonLook.item_id == it.id)
        .order_by(HorizonLook.looked_at.desc(), HorizonLook.id)
        .limit(1)
        .scalar_subquery()
    )
    select = sa.select(it.id, it.name, it.recorded_at, it.next_look_on, last.label("result")).where(
        it.next_look_on.is_not(None) if watched else it.next_look_on.is_(None)
    )
    return key_page(select, [it.recorded_at], it.id, cursor, size=PAGE, descending=True)


# ---- what waits ----


def _waiting(name: str, key: Any, who: Any, due_on: Any) -> sa.Select[Any]:
    columns: list[Any] = [
        sa.literal(name).label("name"), sa.cast(key, sa.String).label("key"), who.label("who"), due_on.label("due_on")
    ]  # fmt: skip
    return sa.select(*columns)


def _named() -> Any:
    return DiscoveredAccount.name + " (" + DiscoveredAccount.platform + ")"


def discovered_to_settle(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """The accounts found in use that a keeper is to bring in or to close."""
    if not viewer.holds(*KEEPERS):
        return None
    it = DiscoveredAccount
    made = _waiting("discovered_settle", it.id, _named(), it.due_on)
    return made.outerjoin(AccountProposal, AccountProposal.id == it.proposal_id).where(_waits(today))


def discovered_to_propose(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """The accounts found in use that somebody is asked to propose. The day is the keepers', who may ask somebody else."""
    it = DiscoveredAccount
    return _waiting("discovered_propose", it.id, _named(), NO_DAY).where(
        it.status == DiscoveredStatus.FOUND, it.asked_id == viewer.id
    )


def look_alikes_to_see_to(viewer: Viewer, _today: date) -> sa.Select[Any] | None:
    """The accounts that pretend to be ours which a keeper is to report, or of which to note what came."""
    if not viewer.holds(*KEEPERS):
        return None
    it = LookAlike
    who = sa.func.coalesce(it.handle, it.url) + " (" + it.platform + ")"
    return _waiting("look_alike_settle", it.id, who, it.due_on).where(it.status != LookAlikeStatus.CLOSED)


def horizon_to_look_at(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """What a keeper is to look at again, once the day has come."""
    if not viewer.holds(*KEEPERS):
        return None
    it = HorizonItem
    return _waiting("horizon_look", it.id, it.name, it.next_look_on).where(it.next_look_on <= today)


# ---- what opens for whom ----


def _key(key: Any) -> sa.Select[Any]:
    return sa.select(sa.cast(key, sa.String).label("key"))


def discovered_seen(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """The accounts found in use of which somebody may know."""
    made = _key(DiscoveredAccount.id).outerjoin(Service, Service.id == DiscoveredAccount.service_id)
    return made.where(_sees_discovered(viewer))


def look_alikes_seen(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """The accounts that pretend to be ours of which somebody may know."""
    return _key(LookAlike.id).where(_sees_look_alike(viewer))


def horizon_seen(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """What is watched, for those who may read of it."""
    return _key(HorizonItem.id).where(carries(viewer, *SEES_EVERYTHING))
