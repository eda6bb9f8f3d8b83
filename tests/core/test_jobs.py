"""Jobs: when they are due, that each bite is whole or nothing, and that a failure is put off and forgets no work."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.core import clock, jobs
from app.core.db import db
from app.core.jobs import Daily, Every, Job, JobKind, Outcome, run_due_jobs
from app.people.models import Service
from tests.conftest import NOW

SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)  # the days on which the clocks change


@pytest.mark.parametrize(
    ("schedule", "moment", "expected"),
    [
        (Every(5), datetime(2027, 3, 28, 0, 58, tzinfo=UTC), datetime(2027, 3, 28, 1, 3, tzinfo=UTC)),
        (Daily(7), datetime(2027, 3, 3, 6, 59, tzinfo=UTC), datetime(2027, 3, 3, 7, 0, tzinfo=UTC)),
        (Daily(7), datetime(2027, 3, 3, 7, 0, tzinfo=UTC), datetime(2027, 3, 4, 7, 0, tzinfo=UTC)),
        (Daily(7), datetime(2027, 3, 27, 7, 0, tzinfo=UTC), datetime(2027, 3, 28, 6, 0, tzinfo=UTC)),
        (Daily(7), datetime(2027, 10, 30, 6, 0, tzinfo=UTC), datetime(2027, 10, 31, 7, 0, tzinfo=UTC)),
        (Daily(0, 30), datetime(2027, 7, 1, 23, 0, tzinfo=UTC), datetime(2027, 7, 1, 23, 30, tzinfo=UTC)),
        (Daily(2, 15), datetime(2027, 3, 28, 0, 59, tzinfo=UTC), datetime(2027, 3, 28, 1, 15, tzinfo=UTC)),
    ],
)
def test_schedules_follow_the_clocks_of_london(schedule: Any, moment: datetime, expected: datetime) -> None:
    assert schedule.next_after(moment) == expected


@pytest.mark.parametrize("change", [SPRING, AUTUMN])
def test_a_daily_job_runs_once_on_the_days_on_which_the_clocks_change(change: date) -> None:
    schedule = Daily(7)
    moment = clock.at_local(change - timedelta(days=1), 7)
    assert [schedule.next_after(moment + timedelta(hours=hour)) for hour in range(23)] == [clock.at_local(change, 7)] * 23


def test_no_daily_job_in_the_hour_that_a_day_may_lack_or_have_twice() -> None:
    with pytest.raises(ValueError, match="no such time"):
        Daily(1, 30)


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Every(1), "every minute"), (Every(5), "every 5 minutes"), (Daily(7), "each day at 7:00am"),
        (Daily(0, 5), "each day at 12:05am"), (Daily(12), "each day at 12:00pm"), (Daily(18, 30), "each day at 6:30pm"),
    ],
)  # fmt: skip
def test_schedules_read_as_words(schedule: Any, words: str) -> None:
    assert schedule.words == words


class Work:
    """Work of so many bites, each of which names a service; fails in the bite that it is told to."""

    def __init__(self, *bites: int, fails: int | None = None) -> None:
        self.left, self.fails, self.called_at = list(bites), fails, list[datetime]()

    def __call__(self, at: datetime) -> int:
        self.called_at.append(at)
        if not self.left:
            return 0
        db.session.add(Service(name=f"bite {len(self.called_at)}"))
        db.session.flush()
        if len(self.called_at) == self.fails:
            raise RuntimeError("what Jo Bell wrote")
        return self.left.pop(0)


def bites_kept() -> list[str]:
    return [name for (name,) in db.session.query(Service.name).order_by(Service.name)]


def test_a_job_runs_bite_by_bite_and_then_waits_for_its_time(app: Flask) -> None:
    work = Work(200, 3)
    kind = JobKind("test", "Tests.", Daily(7), work)
    assert run_due_jobs([kind]) == [Outcome("test", 203)]
    assert bites_kept() == ["bite 1", "bite 2"]
    job = db.session.get(Job, "test")
    assert job is not None
    assert (job.last_finished_at, job.last_count, job.next_run_at) == (NOW, 203, datetime(2027, 3, 4, 7, tzinfo=UTC))
    assert run_due_jobs([kind]) == []
    with clock.set_to(datetime(2027, 3, 4, 7, tzinfo=UTC)):
        assert run_due_jobs([kind]) == [Outcome("test", 0)]


@pytest.mark.parametrize("alone", [True, False])
def test_a_bite_that_is_not_full_was_the_last(app: Flask, alone: bool) -> None:
    bites = Work(5, 3, 1)

    def work(at: datetime) -> int:
        done = bites(at)
        if not alone:
            db.session.commit()
        return done

    kind = JobKind("test", "Tests.", Daily(7), work, alone=alone, full_bite=5)
    assert run_due_jobs([kind]) == [Outcome("test", 8)]
    assert bites_kept() == ["bite 1", "bite 2"]
    job = db.session.get(Job, "test")
    assert job is not None
    assert (job.last_count, job.next_run_at) == (8, datetime(2027, 3, 4, 7, tzinfo=UTC))


def test_a_failure_undoes_its_bite_alone_and_is_tried_again_later_and_later(app: Flask) -> None:
    work = Work(1, 1, 1, fails=2)
    kind = JobKind("test", "Tests.", Every(5), work)
    (outcome,) = run_due_jobs([kind])
    assert outcome.count == 1
    assert outcome.error is not None
    assert outcome.error.startswith("RuntimeError at test_jobs.py:")
    assert bites_kept() == ["bite 1"]
    job = db.session.get(Job, "test")
    assert job is not None
    assert (job.failures, job.next_run_at, job.last_finished_at) == (1, NOW + timedelta(minutes=1), None)
    assert "Jo Bell" not in str(job.last_error)
    with clock.set_to(NOW + timedelta(seconds=59)):
        assert run_due_jobs([kind]) == []
    with clock.set_to(NOW + timedelta(seconds=60)):
        assert run_due_jobs([kind]) == [Outcome("test", 2)]
    assert job.failures == 0
    assert job.last_failed_at == NOW


def test_the_wait_between_tries_doubles_up_to_six_hours(app: Flask) -> None:
    def fails(at: datetime) -> int:
        raise OSError

    kind, waits, moment = JobKind("test", "Tests.", Every(5), fails), [], NOW
    for _ in range(12):
        with clock.set_to(moment):
            run_due_jobs([kind])
        job = db.session.get(Job, "test")
        assert job is not None
        waits.append(int((job.next_run_at - moment).total_seconds() / 60))
        moment = job.next_run_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]


def test_one_job_that_fails_does_not_stop_the_next(app: Flask) -> None:
    broken = JobKind("broken", "Tests.", Every(5), Work(1, fails=1))
    sound = JobKind("sound", "Tests.", Every(5), Work(1))
    assert [(outcome.name, outcome.error is None) for outcome in run_due_jobs([broken, sound])] == [
        ("broken", False), ("sound", True),
    ]  # fmt: skip


@pytest.mark.parametrize("order", [(True, False), (False, True)])
def test_what_writes_messages_runs_before_what_sends_them(app: Flask, order: tuple[bool, bool]) -> None:
    """Whichever was declared first: a reminder leaves with the mail of the same minute."""
    ran: list[bool] = []

    def work(alone: bool) -> Callable[[datetime], int]:
        return lambda _at: ran.append(alone) or 0  # type: ignore[func-returns-value]

    run_due_jobs([JobKind(f"alone {alone}", "Tests.", Every(5), work(alone), alone=alone) for alone in order])
    assert ran == [True, False]


@pytest.mark.parametrize("alone", [True, False])
def test_the_clock_is_read_anew_for_each_bite(app: Flask, alone: bool) -> None:
    work = Work(1, 1)
    holders: list[Callable[[], None]] = []

    def slow(at: datetime) -> int:
        holder = clock.set_to(at + timedelta(minutes=1))
        holder.__enter__()
        holders.append(lambda: holder.__exit__(None, None, None))
        return work(at) and (1 if alone else db.session.commit() or 1)

    run_due_jobs([JobKind("test", "Tests.", Every(5), slow, alone=alone)])
    for undo in reversed(holders):
        undo()
    assert work.called_at == [NOW, NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)]


def test_a_job_with_transactions_of_its_own_is_finished_like_any_other(app: Flask) -> None:
    calls: list[datetime] = []

    def work(at: datetime) -> int:
        assert not db.session.info.get("writing")
        calls.append(at)
        return 1 if len(calls) < 3 else 0

    assert run_due_jobs([JobKind("test", "Tests.", Every(1), work, alone=False)]) == [Outcome("test", 2)]
    job = db.session.get(Job, "test")
    assert job is not None
    assert job.next_run_at == NOW + timedelta(minutes=1)


@pytest.mark.parametrize("schedule", [Every(1), Daily(7)])
def test_a_clock_that_was_ahead_for_a_while_does_not_stop_the_work(app: Flask, schedule: Any) -> None:
    """One run with the clock of next autumn, then the right time again: the job runs today."""
    kind = JobKind("test", "Tests.", schedule, Work())
    with clock.set_to(NOW + timedelta(days=300)):
        run_due_jobs([kind])
    assert run_due_jobs([kind]) == [Outcome("test", 0)]
    job = db.session.get_one(Job, "test")
    assert job.next_run_at == schedule.next_after(NOW)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize(
    ("schedule", "late"),
    [(Every(1), timedelta(minutes=1)), (Every(30), timedelta(minutes=30)), (Daily(11), timedelta(hours=1))],
)
def test_a_job_is_due_little_later_than_its_schedule_says(
    app: Flask, alone: bool, schedule: Any, late: timedelta
) -> None:
    """Also after a clock that was ahead for a few hours only; clocks of several machines may differ by minutes."""
    kind = JobKind("test", "Tests.", schedule, Work(), alone=alone)
    for more, runs in ((timedelta(minutes=5), False), (timedelta(minutes=5, seconds=1), True)):
        db.session.merge(Job(name="test", next_run_at=NOW + late + more, last_count=0, failures=0))
        db.session.commit()
        assert bool(run_due_jobs([kind])) is runs


@pytest.mark.parametrize("alone", [True, False])
def test_a_job_that_takes_long_lets_the_others_have_their_turn(
    app: Flask, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    """It stays due and goes on with the next call, and nobody takes the runner for dead meanwhile."""
    seconds, ran = [0.0], list[str]()
    monkeypatch.setattr(clock, "stopwatch", lambda: seconds[0])

    def long(at: datetime) -> int:
        seconds[0] += 25
        ran.append("long")
        return 1 if len(ran) < 6 else 0

    def other(at: datetime) -> int:
        ran.append("other")
        return 0

    works = (("long", long), ("other", other))
    kinds = [JobKind(name, "Tests.", Every(1), work, alone=alone) for name, work in works]
    run_due_jobs(kinds)
    assert ran == ["long", "long", "long", "other"]
    job = db.session.get_one(Job, "long")
    later = NOW + timedelta(minutes=30)
    job.next_run_at, job.failures = NOW - timedelta(hours=1), 1
    db.session.commit()
    ran[:] = ["long"] * 2
    with clock.set_to(later):
        run_due_jobs(kinds)
        assert (job.next_run_at, job.failures, job.last_finished_at) == (later, 0, None)
        run_due_jobs(kinds)
    assert (job.next_run_at, job.last_finished_at) == (later + timedelta(minutes=1), later)


def test_a_job_without_end_is_left_due(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MOST_BITES", 3)
    assert run_due_jobs([JobKind("test", "Tests.", Every(1), lambda _at: 1)]) == [Outcome("test", 3)]
    assert db.session.get_one(Job, "test").next_run_at == NOW


def test_a_job_that_waits_after_failures_is_not_taken_for_one_of_a_wrong_clock(app: Flask) -> None:
    kind = JobKind("test", "Tests.", Every(1), Work(1, fails=1))
    run_due_jobs([kind])
    job = db.session.get_one(Job, "test")
    job.next_run_at = NOW + timedelta(hours=6)
    db.session.commit()
    assert run_due_jobs([kind]) == []
