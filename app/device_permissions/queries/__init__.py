"""Whose requests stand where, what people use for work, and what their pages show."""

from app.device_permissions.queries.lists import (
    HEADERS,
    DeviceFilters,
    Shown,
    requests_for,
    rows_to_take_away,
)
from app.device_permissions.queries.requests import (
    due_rows,
    has_renewal,
    is_ending,
    is_in_force,
    kinds_to_ask_for,
    lacks_a_manager,
    notice_of,
    open_to_stand_ins,
    request_by_reference,
    requests_of,
    who_decides,
    why_not_ask,
)
from app.device_permissions.queries.uses import (
    Sign,
    UsesShown,
    is_use_notified,
    signs_of,
    use_by_id,
    uses_for,
    uses_of,
)

__all__ = [
    "HEADERS",
    "DeviceFilters",
    "Shown",
    "Sign",
    "UsesShown",
    "due_rows",
    "has_renewal",
    "is_ending",
    "is_in_force",
    "is_use_notified",
    "kinds_to_ask_for",
    "lacks_a_manager",
    "notice_of",
    "open_to_stand_ins",
    "request_by_reference",
    "requests_for",
    "requests_of",
    "rows_to_take_away",
    "signs_of",
    "use_by_id",
    "uses_for",
    "uses_of",
    "who_decides",
    "why_not_ask",
]
