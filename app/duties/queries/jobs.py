"""Whether the work that happens by itself happens: for the page about jobs and for the administrator's first page."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.core.db import ago
from app.core.jobs import Job
from app.core.mail import needs_a_look
from app.core.registries import NO_DAY, Registries, Viewer
from app.people.models import Role

RUNNER_IS_SILENT_AFTER = timedelta(minutes=15)
MAIL_WAITS_TOO_LONG, TOLD_FOR = timedelta(hours=4), timedelta(days=7)
LOOK_AT_JOBS, LOOK_AT_MAIL = "duties:jobs", "duties:mail"


def is_overdue(next_run_at: datetime | None, now: datetime) -> bool:
    """Whether a job should have run by now; one that never ran should have, too."""
    return next_run_at is None or now - next_run_at > RUNNER_IS_SILENT_AFTER


def jobs_to_look_at(viewer: Viewer, _today: date) -> sa.Select[Any] | None:
    """For the administrator, one line while a job fails, or while nothing runs: then nobody is reminded of anything.

    What is on record of a job that there is no more, since the service was upgraded, says nothing.
    """
    registries: Registries = current_app.extensions["registries"]
    is_one = Job.name.in_(sorted(registries.jobs))
    fails = sa.exists().where(is_one, sa.or_(Job.failures > 0, Job.next_run_at < ago(RUNNER_IS_SILENT_AFTER)))
    never_ran = ~sa.exists().where(is_one)
    return _line(viewer, LOOK_AT_JOBS, "jobs", sa.or_(fails, never_ran))


def mail_to_look_at(viewer: Viewer, _today: date) -> sa.Select[Any] | None:
    """For the administrator, one line while mail waits for hours after a try that failed, and for days after it was given
    up: the job that sends it did not fail, so nothing else would tell.
    """
    return _line(viewer, LOOK_AT_MAIL, "mail", needs_a_look(MAIL_WAITS_TOO_LONG, TOLD_FOR))


def _line(viewer: Viewer, name: str, key: str, condition: sa.ColumnElement[bool]) -> sa.Select[Any] | None:
    if not viewer.holds(Role.ADMINISTRATOR):
        return None
    columns: list[Any] = [
        sa.literal(name).label("name"), sa.literal(key).label("key"),
        sa.cast(sa.null(), sa.String).label("who"), NO_DAY.label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).where(condition)
