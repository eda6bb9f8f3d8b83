"""Several runners at once: each bite of a job is done by exactly one of them, and none is lost or doubled."""

import threading
from datetime import datetime

from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.jobs import Every, Job, JobKind, Outcome, run_due_jobs
from app.people.models import Service
from tests.conftest import NOW

RUNNERS, BITES = 4, 25


def _one_more(_at: datetime) -> int:
    """A bite whose number depends on how many there were: two runners inside at once would make the same one twice."""
    made = db.session.query(Service).filter(Service.name.like("turn %")).count()
    if made >= BITES:
        return 0
    db.session.add(Service(name=f"turn {made + 1}"))
    db.session.flush()
    return 1


def test_four_runners_share_a_job_and_do_each_bite_once(racing_app: Flask) -> None:
    kind = JobKind("share", "Tests.", Every(60), _one_more)
    outcomes: list[Outcome] = []
    barrier = threading.Barrier(RUNNERS)

    def run() -> None:
        with racing_app.app_context():
            barrier.wait(20)
            outcomes.extend(run_due_jobs([kind]))

    with clock.set_to(NOW):
        threads = [threading.Thread(target=run, daemon=True) for _ in range(RUNNERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    with racing_app.app_context():
        made = {name for (name,) in db.session.query(Service.name).filter(Service.name.like("turn %"))}
        job = db.session.get(Job, "share")
    assert made == {f"turn {number}" for number in range(1, BITES + 1)}
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert sum(outcome.count for outcome in outcomes) == BITES
    assert job is not None
    assert job.failures == 0
    assert job.next_run_at > NOW
