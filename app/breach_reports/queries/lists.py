"""The lists: HR's queue, and what somebody reported. Rows only, paged by key, each filter with its index."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.breach_reports.models import REFERRED_TO, TRIAGE_ROLES, BreachReport, ReportStatus, Route
from app.breach_reports.queries.sight import stand_in_roles, visible_to
from app.core.db import UtcDateTime, db
from app.core.registries import TODAY, Viewer
from app.matters.models import Capacity
from app.matters.queries import among_own_parts
from app.people.everybody import Reader
from app.people.models import Person, Role

QUEUE_PAGE = 25
MOST_COUNTED = 200


@dataclass(frozen=True)
class QueueFilter:
    """Which reports a list shows: open ones by their next date, or dealt-with ones by when they came."""

    dealt_with: bool = False
    status: ReportStatus | None = None
    category: str | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """As conditions on BreachReport."""
        found: list[sa.ColumnElement[bool]] = [
            BreachReport.next_due.is_(None) if self.dealt_with else BreachReport.next_due.is_not(None)
        ]
        if self.status is not None:
            found.append(BreachReport.status == self.status)
        if self.category is not None:
            found.append(BreachReport.category == self.category)
        return found


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue. Nothing of what was said."""

    id: uuid.UUID
    reference: str
    received_at: datetime
    status: ReportStatus
    route: Route | None
    category: str
    next_due: date | None
    person_at_risk: str
    has_it: str | None

    @property
    def key(self) -> str:
        """Where the next page begins: after this row."""
        day = self.next_due.isoformat() if self.next_due else ""
        return f"{day}_{self.received_at:%Y%m%dT%H%M%S}_{self.id.hex}"


@dataclass(frozen=True)
class QueueCount:
    """How many reports a list holds and how many of them are late, counted up to a limit."""

    all: int
    late: int

    @property
    def words(self) -> str:
        """The number, or that there are more than were counted."""
        return f"more than {MOST_COUNTED:,}" if self.all > MOST_COUNTED else f"{self.all:,}"


def count_queue(person: Person, day: date, which: QueueFilter) -> QueueCount:
    """How many reports this person's list holds; what they may not know is not even in the count."""
    _, counted = _statements(_sight_of(person), stand_in_roles(), which, is_later_page=False)
    row = db.session.execute(counted, {"me": person.id, "today": day}).one()
    return QueueCount(row.all, int(row.late))


def open_reports_of(viewer: Viewer) -> sa.Select[int]:
    """How many open reports an officer's queue holds, counted up to a limit; asked with `ME` and `TODAY`."""
    _, counted = _statements(_sight_of(viewer), stand_in_roles(), QueueFilter(), is_later_page=False)
    return counted.with_only_columns(sa.func.count())


def queue_page(person: Person, day: date, which: QueueFilter, *, after: str = "") -> tuple[list[QueueRow], str | None]:
    """One page of the queue, late and new first, and the key after which the next begins (None on the last)."""
    place = _place(after, which)
    page, _ = _statements(_sight_of(person), stand_in_roles(), which, is_later_page=place is not None)
    asked = {"me": person.id, "today": day, **(place or {})}
    rows = [QueueRow(*row) for row in db.session.execute(page, asked)]
    following = rows[QUEUE_PAGE - 1].key if len(rows) > QUEUE_PAGE else None
    return rows[:QUEUE_PAGE], following


def _sight_of(person: Viewer) -> Reader:
    return Reader.like(person, *TRIAGE_ROLES, *stand_in_roles(), *REFERRED_TO.values())


@lru_cache(maxsize=256)
def _statements(
    reader: Reader, _stand_ins: tuple[Role, ...], which: QueueFilter, *, is_later_page: bool
) -> tuple[sa.Select[*tuple[Any, ...]], sa.Select[*tuple[Any, ...]]]:
    """The page and its count. Made once for each kind of list: putting them together costs more than asking them.

    The stand-ins are the pack's, which `visible_to` reads for itself; here they tell one pack's statements from another's.
    """
    shown = sa.and_(*which.conditions(), visible_to(reader, TODAY))
    some = sa.select(BreachReport.next_due).where(shown).limit(MOST_COUNTED + 1).subquery()
    late = sa.func.coalesce(sa.func.sum(sa.case((some.c.next_due < TODAY, 1), else_=0)), 0)
    counted = sa.select(sa.func.count().label("all"), late.label("late")).select_from(some)
    has_it = aliased(Person)
    page = (
        sa.select(
            BreachReport.id,
            BreachReport.reference,
            BreachReport.received_at,
            BreachReport.status,
            BreachReport.route,
            BreachReport.category,
            BreachReport.next_due,
            BreachReport.person_at_risk,
            has_it.name.label("has_it"),
        )
        .outerjoin(has_it, has_it.id == BreachReport.acknowledged_by_id)
        .where(shown, *([_beyond(which)] if is_later_page else []))
        .limit(QUEUE_PAGE + 1)
    )
    if which.dealt_with:
        return page.order_by(BreachReport.received_at.desc(), BreachReport.id.desc()), counted
    return page.order_by(BreachReport.next_due, BreachReport.received_at, BreachReport.id), counted


def _beyond(which: QueueFilter) -> sa.ColumnElement[bool]:
    last: list[Any] = [
        sa.bindparam("last", type_=UtcDateTime()), sa.bindparam("last_id", type_=sa.Uuid(as_uuid=True))
    ]  # fmt: skip
    if which.dealt_with:
        return sa.tuple_(BreachReport.received_at, BreachReport.id) < sa.tuple_(*last)
    last.insert(0, sa.bindparam("last_day", type_=sa.Date()))
    return sa.tuple_(BreachReport.next_due, BreachReport.received_at, BreachReport.id) > sa.tuple_(*last)


def _place(after: str, which: QueueFilter) -> dict[str, Any] | None:
    """Where a page begins; None for the first, and for a key that cannot be read."""
    day_text, _, rest = after.partition("_")
    moment_text, _, id_text = rest.partition("_")
    try:
        place = {
            "last": datetime.strptime(moment_text + "+0000", "%Y%m%dT%H%M%S%z"), "last_id": uuid.UUID(hex=id_text)
        }  # fmt: skip
        day = date.fromisoformat(day_text) if day_text or not which.dealt_with else None
        return place if which.dealt_with else {**place, "last_day": day}
    except ValueError:
        return None


def reports_of(person: Person) -> Sequence[Any]:
    """What somebody reported, newest first: reference, when received, when closed. Nothing about anybody else."""
    return db.session.execute(
        sa.select(BreachReport.reference, BreachReport.received_at, BreachReport.closed_at)
        .where(among_own_parts(BreachReport.matter_id, person.id, (Capacity.REPORTER,)))
        .order_by(BreachReport.received_at.desc(), BreachReport.id)
        .limit(200)
    ).all()
