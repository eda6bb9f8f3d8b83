"""The work that happens by itself: which kinds there are, when each is due next, and how the runner runs them.

A job works in bites. Each bite is one transaction that also holds the job's own row, so of several runners exactly one
works at a job (SKIP LOCKED on PostgreSQL, the one writer on SQLite), and a runner that dies leaves nothing half done.
A job that has to wait for the outside world (mail) brings its own short transactions instead.
"""

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Base, UtcDateTime, begin_writing, commit, db, insert_if_missing
from app.core.trying_again import LONGEST_WAIT, wait_after

MOST_BITES = 1000
TURN = 60.0
"""For how many seconds one job may go on before the others get their turn."""
CLOCKS_DIFFER = timedelta(minutes=5)


class Schedule(Protocol):
    """When a job is due again."""

    def next_after(self, moment: datetime) -> datetime:
        """The first moment later than this one at which the job is due."""
        ...

    @property
    def words(self) -> str:
        """The schedule as a person reads it: "every 5 minutes", "each day at 7:00am"."""
        ...


@dataclass(frozen=True)
class Every:
    """Again and again, so many minutes after it last ended."""

    minutes: int

    def next_after(self, moment: datetime) -> datetime:
        """That many elapsed minutes later."""
        return moment + timedelta(minutes=self.minutes)

    @property
    def words(self) -> str:
        """For example "every 5 minutes"."""
        return "every minute" if self.minutes == 1 else f"every {self.minutes} minutes"


@dataclass(frozen=True)
class Daily:
    """Once a day, when the clocks of Europe/London show this hour; also on the two days on which they change.

    Choose no time from 1:00 to 1:59: in spring there is none, in autumn there are two.
    """

    hour: int
    minute: int = 0

    def __post_init__(self) -> None:
        if self.hour == 1:
            raise ValueError("between 1:00 and 1:59 a day may have no such time, or two")

    def next_after(self, moment: datetime) -> datetime:
        """That time today if it is still to come, else tomorrow."""
        day = clock.local_day(moment)
        today = clock.at_local(day, self.hour, self.minute)
        return today if today > moment else clock.at_local(day + timedelta(days=1), self.hour, self.minute)

    @property
    def words(self) -> str:
        """For example "each day at 7:00am"."""
        hour = self.hour % 12 or 12
        return f"each day at {hour}:{self.minute:02}{'am' if self.hour < 12 else 'pm'}"


@dataclass(frozen=True)
class JobKind:
    """One kind of job. `words` says what it does, for the administrator.

    `work(at)` does one bite and gives how many things it did; 0 when nothing is left. `alone`: it runs inside the
    runner's transaction and must not commit. Not `alone`: it brings its own transactions and its own claims.
    `full_bite`: a bite of fewer things was the last one, so that nobody looks again only to find nothing.
    `says_how_many`: the administrator may learn how many things it did; else that is neither kept nor shown.
    """

    name: str
    words: str
    schedule: Schedule
    work: Callable[[datetime], int]
    alone: bool = True
    full_bite: int = 1
    says_how_many: bool = True


class Job(Base):
    """When a job ran, when it is due next, and how it failed. Errors are kept as kind and place, never with content."""

    __tablename__ = "job"
    __table_args__ = (sa.CheckConstraint("failures >= 0", name="failures_counted"),)

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    next_run_at: Mapped[datetime]
    last_finished_at: Mapped[datetime | None]
    last_count: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    last_failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.String(200))


_DUE = (
    sa.select(Job.name)
    .where(Job.name == sa.bindparam("kind"), Job.next_run_at <= sa.bindparam("at", type_=UtcDateTime()))
    .with_for_update(skip_locked=True)
)


def jobs_by_name() -> dict[str, Job]:
    """What is known of each job that ever was due."""
    return {job.name: job for job in db.session.execute(sa.select(Job).order_by(Job.name)).scalars()}


@dataclass(frozen=True)
class Outcome:
    """How a job went: how many things it did, or what kind of error stopped it and where."""

    name: str
    count: int
    error: str | None = None


def run_due_jobs(kinds: Iterable[JobKind]) -> list[Outcome]:
    """Run every job that is due, each to its end or for a minute, and tell how those went that were ours to run.

    What takes longer stays due and goes on with the next call, so that a slow server holds up nothing but its own job.

    Safe to repeat and to run in several processes. A job that fails is tried again later, the others run all the same.
    While the database is away nothing runs and nothing is lost: the next call finds the same work.
    """
    # Those that bring transactions of their own come last: mail then carries what the others have just written.
    kinds = sorted(kinds, key=lambda kind: not kind.alone)
    _make_known(kinds)
    return [outcome for kind in kinds if (outcome := _run(kind)) is not None]


def _too_far(kind: JobKind, job: Job, now: datetime) -> bool:
    """Whether a job is due later than it can be: the clock of this machine was ahead for a while, and is right again."""
    latest = kind.schedule.next_after(now)
    return job.next_run_at > (max(latest, now + LONGEST_WAIT) if job.failures else latest) + CLOCKS_DIFFER


def _make_known(kinds: list[JobKind]) -> None:
    known, now = jobs_by_name(), clock.now()
    missing = {kind.name for kind in kinds} - known.keys()
    ahead = [kind.name for kind in kinds if kind.name in known and _too_far(kind, known[kind.name], now)]
    if missing or ahead:
        begin_writing()
        db.session.execute(sa.update(Job).where(Job.name.in_(ahead)).values(next_run_at=now))
        for name in sorted(missing):
            first = {"name": name, "next_run_at": clock.now(), "last_count": 0, "failures": 0}
            insert_if_missing(db.session(), Job, first, key="name")
        commit()


def _run(kind: JobKind) -> Outcome | None:
    """Bite after bite until nothing is left or its turn is over; None if it is not due, or another runner has it."""
    total, mine, began = 0, False, clock.stopwatch()
    try:
        for _ in range(MOST_BITES):
            done = _bite(kind, total) if kind.alone else _bite_outside(kind, total)
            mine = mine or done is not None
            total += done or 0
            if done is None or done < kind.full_bite:
                break
            if clock.stopwatch() - began >= TURN:
                _leave_due(kind)
                break
        else:
            _leave_due(kind)
    except Exception as error:  # whatever a job raises must not stop the others
        db.session.rollback()
        where = _kind_and_place(error)
        _note_failure(kind, where)
        return Outcome(kind.name, total, where)
    return Outcome(kind.name, total) if mine else None


def _bite(kind: JobKind, total: int) -> int | None:
    """One bite in one transaction with the job's row; None if the job is not due, or another runner has it."""
    begin_writing()
    at = clock.now()
    if not _is_ours(kind, at):
        db.session.rollback()
        return None
    done = kind.work(at)
    if done < kind.full_bite:
        _finish(kind, total + done, at)
    commit()
    return done


def _bite_outside(kind: JobKind, total: int) -> int | None:
    at = clock.now()
    due = sa.select(Job.name).where(Job.name == kind.name, Job.next_run_at <= at)
    is_due = db.session.execute(due).first() is not None
    db.session.rollback()
    if not is_due:
        return None
    done = kind.work(at)
    if done < kind.full_bite:
        begin_writing()
        if _is_ours(kind, at):
            _finish(kind, total + done, at)
        commit()
    return done


def _is_ours(kind: JobKind, at: datetime) -> bool:
    """Whether a job is due and no other runner has it; from here on none takes it before the transaction ends."""
    return db.session.execute(_DUE, {"kind": kind.name, "at": at}).first() is not None


def _leave_due(kind: JobKind) -> None:
    """There is more to do: due from now on, not since it began, so that nobody takes the runner for dead meanwhile."""
    at = clock.now()
    begin_writing()
    if _is_ours(kind, at):
        _note(kind, next_run_at=at, failures=0)
    commit()


def _finish(kind: JobKind, total: int, at: datetime) -> None:
    count = total if kind.says_how_many else 0
    _note(kind, next_run_at=kind.schedule.next_after(at), last_finished_at=at, last_count=count, failures=0)


def _note(kind: JobKind, **values: datetime | int) -> None:
    """Twenty jobs note each morning that they ran: the row is changed without being read."""
    change = sa.update(Job).where(Job.name == kind.name).values(**values)
    db.session.execute(change, execution_options={"synchronize_session": False})


def _note_failure(kind: JobKind, where: str) -> None:
    """Put the next try off, longer each time: 1, 2, 4 ... minutes, at most six hours."""
    current_app.logger.error("job %s failed: %s", kind.name, where)
    at = clock.now()
    begin_writing()
    job = db.session.get(Job, kind.name, with_for_update=True, populate_existing=True)
    if job is not None:
        job.failures += 1
        job.last_failed_at, job.last_error = at, where
        job.next_run_at = at + wait_after(job.failures)
    commit()


def _kind_and_place(error: Exception) -> str:
    """What went wrong without any content: messages of errors may quote what people wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"
    return f"{type(error).__name__} at {place}"[:200]
