"""Telling the administrator that work of HR waits which is closed to everybody who could do it."""

from datetime import datetime

from app.core.clock import local_day
from app.core.jobs import Every, JobKind
from app.core.outbox import notify
from app.hr_cases.queries.left_to_nobody import AT_ONCE, LEFT_TO_NOBODY, administrators_to_tell


def tell_of_work_left_to_nobody(at: datetime) -> int:
    """Tell each administrator once of each matter; the number of those told."""
    rows = list(administrators_to_tell(local_day(at)))
    for row in rows:
        notify(row.person_id, LEFT_TO_NOBODY, row.matter_id, at=at, matter_id=row.matter_id)
    return len(rows)


TELL_OF_IT = JobKind(
    "tell-left-to-nobody", "Tells the administrator of HR work that nobody may see", Every(60), tell_of_work_left_to_nobody,
    full_bite=AT_ONCE,
)  # fmt: skip
