"""What people say they use for work, and what the keepers of the register had not been told of before."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.account_register.models import KeeperNotice, NoticeKind
from app.core.db import db
from app.core.paging import Cursor, KeyPage, key_page
from app.device_permissions.models import (
    OVERSEERS,
    DeviceKind,
    DevicePermissionRequest,
    DeviceUse,
    PlaceKey,
    WorkPlace,
    WorkUse,
    place_key,
)
from app.device_permissions.queries.requests import is_in_force, kinds_to_ask_for
from app.people.models import Person
from app.people.queries import has_left
from app.policy.packs.shape import squeezed
from app.policy.queries import pack

PAGE = 20


class UsesShown(StrEnum):
    """Which part of the list of declared use is shown."""

    NEW = "new"
    KNOWN = "known"
    ENDED = "ended"


@dataclass(frozen=True)
class Missing:
    """What somebody uses on a device of their own, of one kind, without a permission for it there."""

    kind: DeviceKind
    places: tuple[str, ...]

    def words(self, whose: str) -> str:
        """What on which device; `whose` is "your" or "their"."""
        device = {
            "home_computer": f"{whose} own computer", "phone": f"{whose} own phone", "tablet": f"{whose} own tablet",
            "other": f"something else of {whose} own",
        }[self.kind.value]  # fmt: skip
        return f"{', '.join(self.places)} on {device}"


@dataclass(frozen=True)
class Signs:
    """What is to be looked at about a declared use."""

    not_registered: bool
    missing: tuple[Missing, ...]

    @property
    def labels(self) -> list[str]:
        """The signs in words, for the keepers of the register."""
        unknown = ["Not an account of the register"] if self.not_registered else []
        return unknown + [f"No permission for {one.words('their')}" for one in self.missing]


def is_use_notified() -> bool:
    """Whether the policy of this organisation asks to be told of what is used for work."""
    return bool(pack().switches["work_use_notified"].value)


def uses_of(person: Person) -> list[WorkUse]:
    """What somebody told of and still uses, newest first."""
    return list(
        db.session.execute(
            sa.select(WorkUse)
            .where(WorkUse.person_id == person.id, WorkUse.ended_at.is_(None))
            .options(selectinload(WorkUse.places).joinedload(WorkPlace.account))
            .order_by(WorkUse.declared_at.desc(), WorkUse.id)
            .limit(PAGE)
        ).scalars()
    )


def use_by_id(use_id: uuid.UUID) -> WorkUse | None:
    """A declared use with whom it is of."""
    return db.session.execute(
        sa.select(WorkUse).where(WorkUse.id == use_id).options(joinedload(WorkUse.person))
    ).scalar_one_or_none()


def uses_for(viewer: Person, shown: UsesShown, day: date, cursor: Cursor) -> KeyPage:
    """The declared uses this person may see, newest first: a manager's team's, everybody's for keepers and auditor.

    New is what no keeper has noted yet: use that she had not been told of. Over is also what somebody used who has left.
    """
    noted = sa.exists().where(
        KeeperNotice.kind == NoticeKind.WORK_USE, KeeperNotice.subject_id == WorkUse.id, KeeperNotice.noted_at.is_not(None)
    )
    is_over = sa.or_(WorkUse.ended_at.is_not(None), has_left(day))
    part = {
        UsesShown.NEW: sa.and_(sa.not_(is_over), sa.not_(noted)),
        UsesShown.KNOWN: sa.and_(sa.not_(is_over), noted),
        UsesShown.ENDED: is_over,
    }[shown]
    query = (
        sa.select(WorkUse, WorkUse.id.label("id"))
        .join(WorkUse.person)
        .where(part)
        .options(joinedload(WorkUse.person), selectinload(WorkUse.places).joinedload(WorkPlace.account))
    )
    if not viewer.holds(*OVERSEERS):
        query = query.where(sa.or_(Person.line_manager_id == viewer.id, WorkUse.person_id == viewer.id))
    page = key_page(query, [WorkUse.declared_at], WorkUse.id, cursor, size=PAGE, descending=True)
    return KeyPage([row.WorkUse for row in page.rows], page.next_after, page.previous_before)


def signs_of(uses: Sequence[WorkUse], day: date) -> Mapping[uuid.UUID, Signs]:
    """What is to be looked at about each of these, in one query.

    A permission is for the accounts and platforms named in it: one for a platform in words is for its accounts too, one for
    an account for no other. Of what is over no permission is missing.
    """
    request, asked_for = DevicePermissionRequest, set(kinds_to_ask_for())
    people = {use.person_id for use in uses if use.own_devices}
    permitted: dict[tuple[uuid.UUID, DeviceKind], set[PlaceKey]] = defaultdict(set)
    for row in db.session.execute(
        sa.select(request.person_id, request.device_kind, DeviceUse.account_id, DeviceUse.platform)
        .join(Person, Person.id == request.person_id)
        .join(DeviceUse, DeviceUse.request_id == request.id)
        .where(request.person_id.in_(people), is_in_force(day))
    ):
        permitted[row.person_id, row.device_kind].add(place_key(row.account_id, row.platform))
    return {
        use.id: Signs(
            any(place.account_id is None for place in use.places),
            tuple(
                Missing(kind, places)
                for kind in DeviceKind
                if kind in use.own_devices & asked_for and not use.is_over_on(day)
                and (places := _not_among(permitted[use.person_id, kind], use.places))
            ),
        )
        for use in uses
    }


def _not_among(permitted: set[PlaceKey], places: Sequence[WorkPlace]) -> tuple[str, ...]:
    return tuple(place.words for place in places if permitted.isdisjoint({place.key, squeezed(place.platform)}))
