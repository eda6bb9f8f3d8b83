"""What waits for somebody because of who is who: close relationships to confirm, heads of service to record."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.registries import NO_DAY, DueKind, Viewer
from app.people.everybody import everybody_with
from app.people.heads import HEAD_DUTY, heads_to_record
from app.people.models import CONFIRM_TIES, DeclaredRelationship
from app.people.queries import waits_for

_NAME = "people:tie-to-confirm"


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


TIES_TO_CONFIRM = DueKind(
    _NAME, "Confirm a close relationship, or do not: a conflict may depend on it", "people.relationships", "tie", _to_confirm
)
NEXT_HEADS = DueKind(
    HEAD_DUTY, "Record who heads {who} next", "people.head_of_service", "service_id", heads_to_record,
    everybody=everybody_with(heads_to_record), unopened="about who heads which service",
)  # fmt: skip
