"""The list of cases: rows only, paged by key, each order with an index of its own.

Whoever takes part in cases sees two kinds: those they own, which stand in an index by owner, and those in which they
are appointed, which are few. Each kind is cut to one page before the two are put together, so that a page costs the
same with ten cases and with a hundred thousand.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
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
MOST_COUNTED = 200
_ME, _ON = sa.bindparam("me", type_=sa.Uuid(as_uuid=True)), sa.bindparam("on", type_=sa.Date())
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
    place = _place(status, after)
    page, counted = _statements(viewer.holds(Role.HR_MANAGER), status, place is not None)
    asked = {"me": viewer.id, "on": on}
    rows = [CaseRow(*row) for row in db.session.execute(page, {**asked, **(place or {})})]
    following = rows[PAGE - 1].key if len(rows) > PAGE else None
    count, late = db.session.execute(counted, asked).one()
    return CasePage(rows[:PAGE], following, min(count, MOST_COUNTED), late or 0, count > MOST_COUNTED)


@cache
def _statements(
    all_cases: bool, status: CaseStatus | None, is_later_page: bool
) -> tuple[sa.Select[Any], sa.Select[int, int | None]]:
    """The page and its count. Made once for each kind of list: putting them together costs more than asking them."""
    arms = [sa.and_(arm, *_shown(status), not_walled(_ME, _ON)) for arm in _arms(all_cases)]
    return _page_query(arms, status, is_later_page), _count_query(arms)


def _arms(all_cases: bool) -> list[sa.ColumnElement[bool]]:
    if all_cases:
        return [sa.true()]
    # Nobody is owner and appointed in one case (conflict rule 2), so the two kinds never hold the same row.
    appointed = sa.select(MatterParty.matter_id).where(
        MatterParty.person_id == _ME, MatterParty.capacity.in_(_APPOINTED), MatterParty.until.is_(None)
    )
    return [Case.owner_id == _ME, Case.matter_id.in_(appointed)]


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
    arms: Sequence[sa.ColumnElement[bool]], status: CaseStatus | None, is_later_page: bool
) -> sa.Select[Any]:
    beyond = [_beyond(status)] if is_later_page else []
    columns = (
        Case.id, Case.reference, Case.status, Case.opened_at, Case.step_due_on, Case.closed_at, Case.owner_id
    )  # fmt: skip
    cut = [
        sa.select(*columns)
        .where(arm, *beyond)
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


def _count_query(arms: Sequence[sa.ColumnElement[bool]]) -> sa.Select[int, int | None]:
    cut = [sa.select(Case.step_due_on).where(arm).limit(MOST_COUNTED + 1).subquery() for arm in arms]
    found = sa.union_all(*(sa.select(one) for one in cut)).subquery() if len(cut) > 1 else cut[0]
    return sa.select(sa.func.count(), sa.func.sum(sa.case((found.c.step_due_on < _ON, 1), else_=0))).select_from(found)


def open_cases_of(viewer: Viewer, on: date) -> sa.Select[int]:
    """How many open cases somebody's list holds, counted up to a limit: a number for their first page."""
    _, counted = _statements(viewer.holds(Role.HR_MANAGER), None, False)
    return counted.with_only_columns(sa.func.count()).params(me=viewer.id, on=on)


def _beyond(status: CaseStatus | None) -> sa.ColumnElement[bool]:
    last_id = sa.bindparam("last_id", type_=sa.Uuid(as_uuid=True))
    if status is CaseStatus.CLOSED:
        return sa.tuple_(Case.closed_at, Case.id) < sa.tuple_(sa.bindparam("last", type_=UtcDateTime()), last_id)
    return sa.tuple_(Case.step_due_on, Case.id) > sa.tuple_(sa.bindparam("last", type_=sa.Date()), last_id)


def _place(status: CaseStatus | None, after: str | None) -> dict[str, Any] | None:
    """Where a page begins; None for the first, and for a key that cannot be read."""
    when, _, id_text = (after or "").partition("_")
    try:
        if status is CaseStatus.CLOSED:
            last: date = datetime.strptime(when + "+0000", "%Y%m%dT%H%M%S%z")
        else:
            last = datetime.strptime(when, "%Y%m%d").date()
        return {"last": last, "last_id": uuid.UUID(hex=id_text)}
    except ValueError:
        return None
