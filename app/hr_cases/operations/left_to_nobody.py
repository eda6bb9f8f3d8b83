"""Telling the administrator that work of HR waits which is closed to everybody who could do it."""

from datetime import datetime

from app.core.clock import local_day
from app.core.jobs import Every, JobKind
from app.core.outbox import notify
from app.hr_cases.queries.left_to_nobody import AT_ONCE, LEFT_TO_NOBODY, administrators_to_tell


def tell_of_work_left_to_nobody(at: datetime) -> int:
    """Tell each administrator once while anything waits; the number of those told."""
    to_tell = administrators_to_tell(local_day(at))
    for person_id, thing_id, is_matter in to_tell:
        notify(person_id, LEFT_TO_NOBODY, thing_id, at=at, matter_id=thing_id if is_matter else None)
    return len(to_tell)


TELL_OF_IT = JobKind(
    "tell-left-to-nobody", "Tells the administrator of HR work that nobody may see", Every(60), tell_of_work_left_to_nobody,
    full_bite=AT_ONCE, says_how_many=False,
)  # fmt: skip
