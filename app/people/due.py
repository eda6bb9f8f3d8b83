"""What waits for somebody because of who is who: close relationships to confirm, heads of service, HR managers to name."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.registries import NO_DAY, DueKind, Viewer
from app.people import vacancies
from app.people.everybody import everybody_with
from app.people.heads import HEAD_DUTY, heads_to_record
from app.people.models import CONFIRM_TIES, DeclaredRelationship, Role
from app.people.queries import waits_for

_NAME = "people:tie-to-confirm"
_NO_HR_MANAGER = "people:no-hr-manager"


def _to_confirm(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    if not viewer.holds(*CONFIRM_TIES):
        return None
    columns: list[Any] = [
        sa.literal(_NAME).label("name"),
        sa.cast(DeclaredRelationship.id, sa.String).label("key"),
        sa.cast(sa.null(), sa.String).label("who"),
        NO_DAY.label("due_on"),
    ]
    return sa.select(*columns).where(waits_for(viewer.id, today))


def without_hr_manager(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """For the administrator: nobody is an HR manager, to whom records to mend, cases and the policy's review go."""
    if not viewer.holds(Role.ADMINISTRATOR):
        return None
    return vacancies.vacancy(_NO_HR_MANAGER, (Role.HR_MANAGER,), Role.HR_MANAGER.label, today)


TIES_TO_CONFIRM = DueKind(
    _NAME, "Confirm a close relationship, or do not: a conflict may depend on it", "people.relationships", "tie", _to_confirm
)
NEXT_HEADS = DueKind(
    HEAD_DUTY, "Record who heads {who} next", "people.head_of_service", "service_id", heads_to_record,
    everybody=everybody_with(heads_to_record), unopened="about who heads which service",
)  # fmt: skip
NEXT_HR_MANAGER = DueKind(
    _NO_HR_MANAGER, vacancies.APPOINT, vacancies.WHERE_ROLES_ARE_GIVEN, "role", without_hr_manager,
    everybody=everybody_with(without_hr_manager), unopened=vacancies.ABOUT_ROLES,
)  # fmt: skip
