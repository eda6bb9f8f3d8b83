"""The lists: HR's queue, and what somebody reported. Rows only, paged by key, each filter with its index."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.breach_reports.models import BreachReport, ReportStatus, Route
from app.breach_reports.queries.sight import visible_to
from app.core.db import db
from app.matters.models import Capacity
from app.matters.queries import takes_part
from app.people.models import Person

QUEUE_PAGE = 25
MOST_COUNTED = 1000


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
    some = (
        sa.select(BreachReport.next_due)
        .where(*which.conditions(), visible_to(person, day))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    late = sa.func.coalesce(sa.func.sum(sa.case((some.c.next_due < day, 1), else_=0)), 0)
    row = db.session.execute(sa.select(sa.func.count().label("all"), late.label("late")).select_from(some)).one()
    return QueueCount(row.all, int(row.late))


def queue_page(person: Person, day: date, which: QueueFilter, *, after: str = "") -> tuple[list[QueueRow], str | None]:
    """One page of the queue, late and new first, and the key after which the next begins (None on the last)."""
    has_it = aliased(Person)
    query = (
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
        .where(*which.conditions(), visible_to(person, day))
        .limit(QUEUE_PAGE + 1)
    )
    if which.dealt_with:
        query = query.order_by(BreachReport.received_at.desc(), BreachReport.id.desc())
    else:
        query = query.order_by(BreachReport.next_due, BreachReport.received_at, BreachReport.id)
    beyond = _beyond(after, which)
    rows = [QueueRow(*row) for row in db.session.execute(query if beyond is None else query.where(beyond))]
    following = rows[QUEUE_PAGE - 1].key if len(rows) > QUEUE_PAGE else None
    return rows[:QUEUE_PAGE], following


def _beyond(after: str, which: QueueFilter) -> sa.ColumnElement[bool] | None:
    """What comes after a key. A key that cannot be read begins at the top."""
    day_text, _, rest = after.partition("_")
    moment_text, _, id_text = rest.partition("_")
    try:
        moment = datetime.strptime(moment_text + "+0000", "%Y%m%dT%H%M%S%z")
        last_id, day = uuid.UUID(hex=id_text), date.fromisoformat(day_text) if day_text else None
    except ValueError:
        return None
    columns: list[Any] = [BreachReport.received_at, BreachReport.id]
    values: list[Any] = [moment, last_id]
    if which.dealt_with:
        return sa.tuple_(*columns) < sa.tuple_(*_literals(columns, values))
    if day is None:
        return None
    columns, values = [BreachReport.next_due, *columns], [day, *values]
    return sa.tuple_(*columns) > sa.tuple_(*_literals(columns, values))


def _literals(columns: Sequence[Any], values: Sequence[Any]) -> list[sa.BindParameter[Any]]:
    return [sa.literal(value, column.type) for column, value in zip(columns, values, strict=True)]


def reports_of(person: Person) -> Sequence[Any]:
    """What somebody reported, newest first: reference, when received, when closed. Nothing about anybody else."""
    return db.session.execute(
        sa.select(BreachReport.reference, BreachReport.received_at, BreachReport.closed_at)
        .where(takes_part(BreachReport.matter_id, person.id, (Capacity.REPORTER,)))
        .order_by(BreachReport.received_at.desc(), BreachReport.id)
        .limit(200)
    ).all()
