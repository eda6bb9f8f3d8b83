"""Roles that nobody holds and somebody should: since when, and how that day is explained where somebody is appointed."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.db import db, named
from app.core.presentation import uk_weekday_date
from app.core.registries import Panel, Viewer
from app.core.worked_out import WorkedOut
from app.people.models import Person, Role, RoleAssignment
from app.people.queries import has_begun, role_without_holder

WHERE_ROLES_ARE_GIVEN = "people.roles"
ABOUT_ROLES = "about who holds which role"
APPOINT = "Appoint somebody: nobody holds the role of {who}"
Select = Callable[[Viewer, date], sa.Select[Any] | None]


class Vacancy(NamedTuple):
    """A role that nobody holds, in words, with the day by which somebody was to be appointed and how it came about."""

    title: str
    day: date
    how: WorkedOut


def vacancy(name: str, roles: Sequence[Role], title: str, today: Any) -> sa.Select[Any]:
    """A duty to appoint somebody (the columns of `DueKind.select`), where nobody who works here holds any of these roles.

    It is due by the last day on which somebody held one of them, so that no day is left without; where nobody ever did, by
    the day on which the first role was given here: that of the administrator, when the service was set up.
    """
    columns: list[Any] = [
        sa.literal(name).label("name"), sa.literal(roles[0].value).label("key"), sa.literal(title).label("who"),
        sa.func.coalesce(_last_held(roles, today), _first_appointment()).label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).where(*(role_without_holder(role, today) for role in roles))


def _last_held(roles: Sequence[Role], today: Any) -> sa.ScalarSelect[Any]:
    """The last day on which any of these roles was held by somebody who was still here; of use where nobody holds one."""
    held, holder = named(RoleAssignment, "role_once_held"), named(Person, "once_holder")
    ended, left = held.until, holder.last_working_day
    last = sa.case((left.is_(None), ended), (ended.is_(None), left), (left < ended, left), else_=ended)
    return (
        sa.select(sa.func.max(last))
        .join_from(held, holder, holder.id == held.person_id)
        .where(held.role.in_(list(roles)), held.since <= today, last >= held.since, has_begun(today, holder))
        .correlate(None)
        .scalar_subquery()
    )


def _first_appointment() -> sa.ScalarSelect[Any]:
    first = named(RoleAssignment, "first_role_given")
    return sa.select(sa.func.min(first.since)).correlate(None).scalar_subquery()


def explained(select: Select) -> Callable[[date, Viewer], Panel | None]:
    """A panel of the page on which roles are given: the vacancies that `select` gives the reader, each with its day."""

    def panel(today: date, viewer: Viewer) -> Panel | None:
        made = select(viewer, today)
        if made is None:
            return None
        rows = db.session.execute(sa.select(made.subquery(), _first_appointment().label("first"))).all()
        return Panel("people/vacancies.html", {"vacancies": [_explained(row) for row in rows]}) if rows else None

    return panel


def _explained(row: Any) -> Vacancy:
    since = f"Somebody who works here held it, or stood in for it, until {uk_weekday_date(row.due_on)}."
    if row.due_on == row.first:
        since = f"The first role was given here on {uk_weekday_date(row.first)}. Nobody has held this one since then."
    sentences = (since, "Whoever comes next is to be appointed by the last day of whoever held it before (local setting).")
    return Vacancy(row.who, row.due_on, WorkedOut(sentences, (), f"So it is {uk_weekday_date(row.due_on)}."))
