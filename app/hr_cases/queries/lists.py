"""The list of cases: rows only, paged by key, each order with an index of its own.

Whoever takes part in cases sees three kinds: those they own, which stand in an index by owner; those in which they are
appointed, which are few; and those they investigated and handed over, whose rows say nothing of what followed (domain
3.11): no stage, no date, no closing, and no place in the order that would tell. Each kind is cut to one page before they
are put together, so that a page costs the same with ten cases and with a hundred thousand.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.db import UtcDateTime, db
from app.core.registries import ME, TODAY, Viewer
from app.hr_cases.models import Case, CaseLeaving, CaseStatus, LeavingDecision
from app.hr_cases.models.sections import HANDED_OVER
from app.hr_cases.queries.sight import not_kept
from app.hr_cases.queries.steps import STEPS
from app.matters.models import Capacity, MatterParty
from app.people.models import Person, Role

PAGE = 25
MOST_COUNTED = 200
_DECIDING = (Capacity.DECISION_MAKER, Capacity.APPEAL_OFFICER)
_NO_DAY = date.max
"""Stands for the day of the next step in the rows that have none, so that they come last, in the order of their ids."""


class _Arm(NamedTuple):
    """One kind of case in somebody's list: which, and what its rows say."""

    where: sa.ColumnElement[bool]
    status: Any = Case.status
    step_due_on: Any = Case.step_due_on
    closed_at: Any = Case.closed_at


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
        """What the case waits for, in words; empty once it is closed, and for whoever handed it over."""
        step = STEPS.get(self.status) if self.step_due_on else None
        return step.words if step else ""

    @property
    def key(self) -> str:
        """Where the next page begins: after this row."""
        when = f"{self.closed_at:%Y%m%dT%H%M%S}" if self.closed_at else f"{self.step_due_on or _NO_DAY:%Y%m%d}"
        return f"{when}_{self.id.hex}"


@dataclass(frozen=True)
class CasePage:
    """One page of the list; how many cases the list holds and how many are late, counted up to a limit."""

    rows: list[CaseRow]
    following: str | None
    count: int
    late: int
    is_capped: bool


def case_list(viewer: Viewer, *, on: date, status: CaseStatus | None = None, after: str | None = None) -> CasePage:
    """Open cases that somebody may see, by when their step is due; or those of one stage. Closed ones: newest first.

    Two SELECTs. A key that cannot be read begins at the top.
    """
    place = _place(status, after)
    page, counted = _statements(viewer.holds(Role.HR_MANAGER), status, place is not None)
    asked = {"me": viewer.id, "today": on}
    rows = [_row(row) for row in db.session.execute(page, {**asked, **(place or {})})]
    following = rows[PAGE - 1].key if len(rows) > PAGE else None
    count, late = db.session.execute(counted, asked).one()
    return CasePage(rows[:PAGE], following, min(count, MOST_COUNTED), late or 0, count > MOST_COUNTED)


def _row(found: sa.Row[Any]) -> CaseRow:
    values = found._asdict()
    due_on = values.pop("step_due_on")
    return CaseRow(**values, step_due_on=None if due_on == _NO_DAY else due_on)


@cache
def _statements(
    all_cases: bool, status: CaseStatus | None, is_later_page: bool
) -> tuple[sa.Select[Any], sa.Select[int, int | None]]:
    """The page and its count. Made once for each kind of list: putting them together costs more than asking them."""
    arms = [arm._replace(where=sa.and_(arm.where, not_kept(ME, TODAY))) for arm in _arms(all_cases, status)]
    return _page_query(arms, status, is_later_page), _count_query(arms)


def _arms(all_cases: bool, status: CaseStatus | None) -> list[_Arm]:
    shown = sa.and_(*_shown(status))
    if all_cases:
        return [_Arm(shown)]
    # Nobody is two of the four in one case (conflict rule 2), so the kinds never hold the same row.
    works_on = sa.and_(Case.matter_id.in_(_mine(Capacity.INVESTIGATOR)), ~was_handed_over())
    appointed = sa.or_(Case.matter_id.in_(_mine(*_DECIDING)), works_on)
    arms = [_Arm(sa.and_(Case.owner_id == ME, shown)), _Arm(sa.and_(appointed, shown))]
    return [*arms, _handed_over()] if status in (None, CaseStatus.ACCEPTED) else arms


def _mine(*capacities: Capacity) -> sa.Select[uuid.UUID]:
    return sa.select(MatterParty.matter_id).where(
        MatterParty.person_id == ME, MatterParty.capacity.in_(capacities), MatterParty.until.is_(None)
    )


def was_handed_over() -> sa.ColumnElement[bool]:
    """`Case.was_handed_over` as a condition on Case."""
    ended_before = sa.select(CaseLeaving.case_id).where(
        CaseLeaving.decision == LeavingDecision.CLOSE, CaseLeaving.stage.not_in(HANDED_OVER), CaseLeaving.ended_at.is_(None)
    )
    return sa.and_(Case.status.in_(HANDED_OVER), Case.id.not_in(ended_before))


def _handed_over() -> _Arm:
    return _Arm(
        sa.and_(Case.matter_id.in_(_mine(Capacity.INVESTIGATOR)), was_handed_over()),
        sa.literal(CaseStatus.ACCEPTED, Case.status.type),
        sa.literal(_NO_DAY, sa.Date()),
        sa.cast(sa.null(), UtcDateTime()),
    )


def _shown(status: CaseStatus | None) -> list[sa.ColumnElement[bool]]:
    if status is CaseStatus.CLOSED:
        return [Case.closed_at.is_not(None)]
    of_stage = [] if status is None else [Case.status == status]
    return [Case.closed_at.is_(None), *of_stage]


def _order(status: CaseStatus | None, table: Any) -> tuple[sa.ColumnElement[Any], ...]:
    if status is CaseStatus.CLOSED:
        return table.closed_at.desc(), table.id.desc()
    return table.step_due_on, table.id


def _page_query(arms: Sequence[_Arm], status: CaseStatus | None, is_later_page: bool) -> sa.Select[Any]:
    cut = [_cut(arm, status, is_later_page) for arm in arms]
    found = sa.union_all(*(sa.select(one) for one in cut)).subquery() if len(cut) > 1 else cut[0]
    return (
        sa.select(*list(found.c)[:-1], Person.name.label("owner_name"))
        .join(Person, Person.id == found.c.owner_id)
        .order_by(*_order(status, found.c))
        .limit(PAGE + 1)
    )


def _cut(arm: _Arm, status: CaseStatus | None, is_later_page: bool) -> sa.Subquery:
    """One page of one kind of case."""
    columns = (
        Case.id,
        Case.reference,
        arm.status.label("status"),
        Case.opened_at,
        arm.step_due_on.label("step_due_on"),
        arm.closed_at.label("closed_at"),
        Case.owner_id,
    )
    beyond = [_beyond(status, arm)] if is_later_page else []
    order = (Case.id,) if arm.status is not Case.status else _order(status, Case)
    return sa.select(*columns).where(arm.where, *beyond).order_by(*order).limit(PAGE + 1).subquery()


def _count_query(arms: Sequence[_Arm]) -> sa.Select[int, int | None]:
    cut = [
        sa.select(arm.step_due_on.label("step_due_on")).where(arm.where).limit(MOST_COUNTED + 1).subquery() for arm in arms
    ]
    found = sa.union_all(*(sa.select(one) for one in cut)).subquery() if len(cut) > 1 else cut[0]
    return sa.select(sa.func.count(), sa.func.sum(sa.case((found.c.step_due_on < TODAY, 1), else_=0))).select_from(found)


def open_cases_of(viewer: Viewer) -> sa.Select[int]:
    """How many open cases somebody's list holds, counted up to a limit: for a first page, asked with `ME` and `TODAY`."""
    _, counted = _statements(viewer.holds(Role.HR_MANAGER), None, False)
    return counted.with_only_columns(sa.func.count())


def _beyond(status: CaseStatus | None, arm: _Arm) -> sa.ColumnElement[bool]:
    last_id = sa.bindparam("last_id", type_=sa.Uuid(as_uuid=True))
    if status is CaseStatus.CLOSED:
        return sa.tuple_(Case.closed_at, Case.id) < sa.tuple_(sa.bindparam("last", type_=UtcDateTime()), last_id)
    return sa.tuple_(arm.step_due_on, Case.id) > sa.tuple_(sa.bindparam("last", type_=sa.Date()), last_id)


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
