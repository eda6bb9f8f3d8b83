"""Which pack and which working days hold here."""

import uuid
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.core.db import db
from app.core.registries import Viewer
from app.core.working_days import Receipt, WorkingCalendar, calendar_for
from app.people.models import Role
from app.policy.models import ClosedDay, Installation
from app.policy.pack import Pack, Setting, load_pack

CLOSED_DAYS_KEPT_FOR = 60
"""In seconds, by a clock that nobody sets."""
HOLIDAYS_END = "policy:bank-holidays"
NOT_SET_UP = Installation(id=1, organisation_name="Probity", pack_name="council")


class _InstallationOfThisProcess:
    """The installation's one row, read once in the life of a process: every page shows its name."""

    def __call__(self) -> Installation:
        kept: Installation | None = current_app.extensions.get("installation")
        if kept is None:
            with Session(db.engine, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
                kept = session.get(Installation, 1)
            if kept is None:
                return NOT_SET_UP
            current_app.extensions["installation"] = kept
        return kept

    def forget(self) -> None:
        """Read the row again next time."""
        current_app.extensions.pop("installation", None)


installation = _InstallationOfThisProcess()


def pack() -> Pack:
    """The policy pack of this installation."""
    return load_pack(installation().pack_name)


def outcome_label(code: str) -> str:
    """An outcome as the pack names it; a code that today's pack no longer has is printed as it is."""
    kinds = (kind for kinds in pack().outcomes.values() for kind in kinds)
    return next((kind.label for kind in kinds if kind.code == code), code)


def knows_warnings(person_kind: str) -> bool:
    """Whether the procedure for a kind of person has warnings: outcomes that count for some months. Volunteers' has none."""
    return any(kind.months is not None for kind in pack().outcomes.get(person_kind, ()))


def marked() -> dict[str, str]:
    """The marking that stands on every page with content about people in reports and cases, and how to handle it."""
    return {"marking": pack().marking.value, "handling": pack().handling_line.value}


def period(name: str) -> Setting[int]:
    """A period of the pack by its key, which names its unit (`..._working_days`, `..._months`)."""
    return pack().periods[name]


ClosedDays = tuple[tuple[date, str], ...]


class _ClosedDaysOfThisProcess:
    """The organisation's closed days, read at most once a minute: every page counts with them.

    A change is known at once in the process that made it, and in the others within the minute.
    """

    def __call__(self) -> ClosedDays:
        return self._kept()[0]

    def known_at(self, at: datetime) -> ClosedDays:
        """Those that had been recorded by a moment, and not been withdrawn."""
        return tuple(
            (day, reason)
            for day, reason, recorded_at, withdrawn_at in self._kept()[1]
            if recorded_at <= at and (withdrawn_at is None or withdrawn_at > at)
        )

    def _kept(self) -> tuple[ClosedDays, tuple[Any, ...]]:
        now = clock.stopwatch()
        read_at, days = current_app.extensions.get("closed_days", (None, ()))
        if read_at is None or now - read_at >= CLOSED_DAYS_KEPT_FOR:
            days = self._read()
            current_app.extensions["closed_days"] = (now, days)
        return cast(tuple[ClosedDays, tuple[Any, ...]], days)

    def _read(self) -> tuple[ClosedDays, tuple[Any, ...]]:
        with Session(db.engine, join_transaction_mode="create_savepoint") as session:
            query = sa.select(ClosedDay.day, ClosedDay.reason, ClosedDay.recorded_at, ClosedDay.withdrawn_at)
            rows = session.execute(query.order_by(ClosedDay.day, ClosedDay.id)).all()
        return tuple((row.day, row.reason) for row in rows if row.withdrawn_at is None), tuple(rows)

    def forget(self) -> None:
        """Read them again next time."""
        current_app.extensions.pop("closed_days", None)

    def forget_after_commit(self) -> None:
        """Read them again once what this session is about to change stands."""
        event.listen(db.session(), "after_commit", lambda _session: self.forget(), once=True)


closed_days = _ClosedDaysOfThisProcess()


def working_calendar() -> WorkingCalendar:
    """The working days that deadlines of this organisation count: those of the pack's division less its closed days."""
    return calendar_for(pack().holiday_division.value, closed_days())


def calendar_then(at: datetime) -> WorkingCalendar:
    """The working days as they were known at a moment: without the closed days that were recorded or withdrawn since."""
    return calendar_for(pack().holiday_division.value, closed_days.known_at(at))


def due_within(period_name: str, start: date) -> date:
    """The due date that a period of working days of the pack gives when counted from a day."""
    return working_calendar().add(start, period(period_name).value)


def notice_before(period_name: str, day: date) -> date:
    """The last day that gives a period of working days of the pack as notice before a day: counted backwards from it."""
    return working_calendar().before(period(period_name).value, day).due


def ask_from(period_name: str, day: date) -> date:
    """`notice_before` for when to begin asking, which need not be exact and so waits for no bank holidays."""
    return working_calendar().estimating().before(period(period_name).value, day).due


def extended_by(period_name: str, due: date) -> date:
    """The date to which a period of working days of the pack puts off a date that was set."""
    return working_calendar().extended(due, period(period_name).value).due


def received(at: datetime, calendar: WorkingCalendar | None = None) -> Receipt:
    """The day from which something counts that came at a moment: after hours it is the next working day (local setting).

    By the working days of today, unless others are given.
    """
    settings = pack()
    after_hours = settings.switches["received_after_hours_counts_from_next_working_day"].value
    hour = settings.numbers["close_of_business_hour"].value if after_hours else None
    return (calendar or working_calendar()).estimating().received(at, hour)


def due_after_receipt(period_name: str, at: datetime) -> date:
    """The due date that a period of working days of the pack gives for something that came at a moment.

    What somebody sends in is never refused because bank holidays are not known yet: the date is then an estimate.
    """
    return due_at_once(period_name, received(at).day)


def due_at_once(period_name: str, start: date) -> date:
    """`due_within` for what must be taken in whatever is known of bank holidays."""
    return working_calendar().estimating().add(start, period(period_name).value)


def due_anew(period_name: str, since: date, due_on: date) -> date:
    """`due_at_once` for whoever comes to have a thing on a day: never sooner than it was due before."""
    return max(due_on, due_at_once(period_name, since))


def standing_closed_days() -> list[ClosedDay]:
    """The closed days that stand, with who recorded them."""
    return list(
        db.session.execute(
            sa.select(ClosedDay)
            .where(ClosedDay.withdrawn_at.is_(None))
            .options(joinedload(ClosedDay.recorded_by))
            .order_by(ClosedDay.day, ClosedDay.id)
        ).scalars()
    )


def closed_day_by_id(closed_day_id: uuid.UUID) -> ClosedDay | None:
    """One closed day, whether it stands or was withdrawn."""
    return db.session.get(ClosedDay, closed_day_id)


def closed_day_on(day: date) -> ClosedDay | None:
    """The closed day that stands on a day."""
    return db.session.execute(
        sa.select(ClosedDay)
        .where(ClosedDay.day == day, ClosedDay.withdrawn_at.is_(None))
        .options(joinedload(ClosedDay.recorded_by))
    ).scalar_one_or_none()


def holidays_to_update(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """For the administrator, in the last half year of the bank holidays known here: a newer Probity is to be installed."""
    if not viewer.holds(Role.ADMINISTRATOR):
        return None
    calendar = working_calendar()
    columns: list[Any] = [
        sa.literal(HOLIDAYS_END).label("name"), sa.literal("bank-holidays").label("key"),
        sa.cast(sa.null(), sa.String).label("who"), sa.literal(calendar.update_by, sa.Date()).label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).where(sa.literal(calendar.warns_from, sa.Date()) <= today)
