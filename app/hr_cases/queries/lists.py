"""The list of cases: rows only, paged by key, each order with an index of its own.

Whoever takes part in cases sees two kinds: those they own, which stand in an index by owner, and those in which they
are appointed, which are few. Each kind is cut to one page before the two are put together, so that a page costs the
same with ten cases and with a hundred thousand.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.core.db import UtcDateTime, db
from app.core.registries import Viewer
from app.hr_cases.models import Case, CaseStatus
from app.hr_cases.models.permissions import OFFICERS
from app.hr_cases.queries.sight import not_walled
from app.hr_cases.queries.steps import STEPS
from app.matters.models import Capacity, MatterParty
from app.people.models import Person, Role

PAGE = 25
MOST_COUNTED = 1000
_APPOINTED = tuple(capacity for capacity in OFFICERS if capacity is not Capacity.CASE_OWNER)


@dataclass(frozen=True)
class CaseRow:
    """One line of the list. Nothing of what is alleged, and nobody's name but the owner's."""

    id: uuid.UUID
    reference: str
    status: CaseStatus
    opened_at: datetime
    step_due_on: date | None
    closed_at: datetime | None
    owner_name: str

    @property
    def next_step(self) -> str:
        """What the case waits for, in words; empty once it is closed."""
        step = STEPS.get(self.status)
        return step.words if step else ""

    @property
    def key(self) -> str:
        """Where the next page begins: after this row."""
        when = f"{self.closed_at:%Y%m%dT%H%M%S}" if self.closed_at else f"{self.step_due_on:%Y%m%d}"
        return f"{when}_{self.id.hex}"


@dataclass(frozen=True)
class CasePage:
    """One page of the list; how many cases the list holds and how many are late, counted up to a limit."""

    rows: list[CaseRow]
    following: str | None
    count: int
    late: int
    is_capped: bool


def case_list(
    viewer: Viewer, *, on: date, status: CaseStatus | None = None, after: str | None = None
) -> CasePage:
    """Open cases that somebody may see, by when their step is due; or those of one stage. Closed ones: newest first.

    Two SELECTs. A key that cannot be read begins at the top.
    """
    arms = [
        sa.and_(arm, *_shown(status), not_walled(viewer.id, on)) for arm in _arms(viewer)
    ]
    rows = [CaseRow(*row) for row in db.session.execute(_page_query(arms, status, after))]
    following = rows[PAGE - 1].key if len(rows) > PAGE else None
    count, late = db.session.execute(_count_query(arms, on)).one()
    return CasePage(rows[:PAGE], following, min(count, MOST_COUNTED), late or 0, count > MOST_COUNTED)


def _arms(viewer: Viewer) -> list[sa.ColumnElement[bool]]:
    if viewer.holds(Role.HR_MANAGER):
        return [sa.true()]
    # Nobody is owner and appointed in one case (conflict rule 2), so the two kinds never hold the same row.
    appointed = sa.select(MatterParty.matter_id).where(
        MatterParty.person_id == viewer.id, MatterParty.capacity.in_(_APPOINTED), MatterParty.until.is_(None)
    )
    return [Case.owner_id == viewer.id, Case.matter_id.in_(appointed)]


def _shown(status: CaseStatus | None) -> list[sa.ColumnElement[bool]]:
    if status is CaseStatus.CLOSED:
        return [Case.closed_at.is_not(None)]
    of_stage = [] if status is None else [Case.status == status]
    return [Case.closed_at.is_(None), *of_stage]


def _order(status: CaseStatus | None, table: Any) -> tuple[sa.ColumnElement[Any], ...]:
    if status is CaseStatus.CLOSED:
        return table.closed_at.desc(), table.id.desc()
    return table.step_due_on, table.id


def _page_query(
    arms: Sequence[sa.ColumnElement[bool]], status: CaseStatus | None, after: str | None
) -> sa.Select[Any]:
    beyond = _beyond(status, after)
    columns = (
        Case.id, Case.reference, Case.status, Case.opened_at, Case.step_due_on, Case.closed_at, Case.owner_id
    )  # fmt: skip
    cut = [
        sa.select(*columns)
        .where(arm, *([] if beyond is None else [beyond]))
        .order_by(*_order(status, Case))
        .limit(PAGE + 1)
        .subquery()
        for arm in arms
    ]
    found = sa.union_all(*(sa.select(one) for one in cut)).subquery() if len(cut) > 1 else cut[0]
    return (
        sa.select(*list(found.c)[:-1], Person.name)
        .join(Person, Person.id == found.c.owner_id)
        .order_by(*_order(status, found.c))
        .limit(PAGE + 1)
    )


def _count_query(arms: Sequence[sa.ColumnElement[bool]], on: date) -> sa.Select[int, int | None]:
    cut = [sa.select(Case.step_due_on).where(arm).limit(MOST_COUNTED + 1).subquery() for arm in arms]
    found = sa.union_all(*(sa.select(one) for one in cut)).subquery() if len(cut) > 1 else cut[0]
    return sa.select(sa.func.count(), sa.func.sum(sa.case((found.c.step_due_on < on, 1), else_=0))).select_from(found)


def _beyond(status: CaseStatus | None, after: str | None) -> sa.ColumnElement[bool] | None:
    if not after:
        return None
    when, _, id_text = after.partition("_")
    try:
        last_id = sa.literal(uuid.UUID(hex=id_text), sa.Uuid(as_uuid=True))
        if status is CaseStatus.CLOSED:
            moment = sa.literal(datetime.strptime(when + "+0000", "%Y%m%dT%H%M%S%z"), UtcDateTime())
            return sa.tuple_(Case.closed_at, Case.id) < sa.tuple_(moment, last_id)
        day = sa.literal(datetime.strptime(when, "%Y%m%d").date(), sa.Date())
        return sa.tuple_(Case.step_due_on, Case.id) > sa.tuple_(day, last_id)
    except ValueError:
        return None
