"""Whether the work that happens by itself happens: for the page about jobs and for the administrator's first page."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.jobs import Job
from app.core.registries import Viewer
from app.people.models import Role

RUNNER_IS_SILENT_AFTER = timedelta(minutes=15)
LOOK_AT_JOBS = "duties:jobs"


def is_overdue(next_run_at: datetime | None, now: datetime) -> bool:
    """Whether a job should have run by now; one that never ran should have, too."""
    return next_run_at is None or now - next_run_at > RUNNER_IS_SILENT_AFTER


def jobs_to_look_at(viewer: Viewer, _today: date) -> sa.Select[Any] | None:
    """For the administrator, one line while a job fails, or while nothing runs: then nobody is reminded of anything."""
    if not viewer.holds(Role.ADMINISTRATOR):
        return None
    columns: list[Any] = [
        sa.literal(LOOK_AT_JOBS).label("name"), sa.literal("jobs").label("key"),
        sa.cast(sa.null(), sa.String).label("who"), sa.cast(sa.null(), sa.Date).label("due_on"),
    ]  # fmt: skip
    fails = sa.exists().where(sa.or_(Job.failures > 0, Job.next_run_at < clock.now() - RUNNER_IS_SILENT_AFTER))
    never_ran = ~sa.exists().where(Job.name.is_not(None))
    return sa.select(*columns).where(sa.or_(fails, never_ran))
