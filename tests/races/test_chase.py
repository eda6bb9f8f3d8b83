"""Runners at once, and runners that die: nobody is reminded twice, and nobody is forgotten."""

import threading

import pytest
from flask import Flask

from app.core import clock
from app.core.db import begin_writing, db
from app.core.jobs import Daily, Job, JobKind, Outcome, run_due_jobs
from app.core.outbox import OutboxMessage
from app.duties import operations
from app.duties.models import Reminder
from app.people.models import Person
from tests.conftest import NOW
from tests.duties.factories import rule, use
from tests.factories import Factory

RUNNERS, DUTIES = 4, 40
KIND = JobKind("chase", "Tests.", Daily(7), operations.chase)


def _run_together(app: Flask) -> list[Outcome]:
    outcomes: list[Outcome] = []
    barrier = threading.Barrier(RUNNERS)

    def run() -> None:
        with app.app_context():
            barrier.wait(20)
            outcomes.extend(run_due_jobs([KIND]))

    threads = [threading.Thread(target=run, daemon=True) for _ in range(RUNNERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_four_runners_after_one_died_remind_everybody_once(racing_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "BITE", 7)
    duties = use(racing_app, monkeypatch, rule(("doer", 0)))
    with racing_app.app_context():
        doer: Person = Factory().person("Jo Bell")
        for number in range(DUTIES):
            duties.add(doer, NOW.date(), key=f"hall {number}")
        begin_writing()
        assert operations.chase(NOW) == 7
        db.session.rollback()  # this runner died in the middle of a bite
        db.session.remove()
    with clock.set_to(NOW):
        outcomes = _run_together(racing_app) + _run_together(racing_app)
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert sum(outcome.count for outcome in outcomes) == DUTIES
    with racing_app.app_context():
        reminders = db.session.query(Reminder.id, Reminder.key).all()
        assert sorted(key for _, key in reminders) == sorted(f"hall {number}" for number in range(DUTIES))
        told = [message.subject_id for message in db.session.query(OutboxMessage).filter_by(occasion="reminder")]
        assert sorted(told) == sorted(reminder_id for reminder_id, _ in reminders)
        job = db.session.get(Job, "chase")
        assert job is not None
        assert job.next_run_at > NOW
