"""The acts of this room, in the policy's words."""

from app.device_permissions.operations.asking import (
    DECISION,
    DRAFT,
    change_device_request,
    draft_of,
    former_of,
    request_sent_from,
    submit_device_request,
    uses_asked_for,
)
from app.device_permissions.operations.deciding import (
    ANSWER,
    LONGEST,
    NOTHING_TO_PERMIT,
    answer_device_question,
    approve_device_request,
    give_manager,
    latest_end,
    refuse_device_request,
    return_device_request,
    take_question_back,
)
from app.device_permissions.operations.lapsing import record_lapses
from app.device_permissions.operations.lasting import (
    BITE,
    RECONFIRM,
    ask_new_managers,
    confirm_device_permission,
    let_permission_end,
    note_list_taken,
    note_slip_taken,
    revoke_device_permission,
    withdraw_device_request,
)
from app.device_permissions.operations.shared import ASK_MANAGER
from app.device_permissions.operations.uses import declare_use, end_use

__all__ = [
    "ANSWER",
    "ASK_MANAGER",
    "BITE",
    "DECISION",
    "DRAFT",
    "LONGEST",
    "NOTHING_TO_PERMIT",
    "RECONFIRM",
    "answer_device_question",
    "approve_device_request",
    "ask_new_managers",
    "change_device_request",
    "confirm_device_permission",
    "declare_use",
    "draft_of",
    "end_use",
    "former_of",
    "give_manager",
    "latest_end",
    "let_permission_end",
    "note_list_taken",
    "note_slip_taken",
    "record_lapses",
    "refuse_device_request",
    "request_sent_from",
    "return_device_request",
    "revoke_device_permission",
    "submit_device_request",
    "take_question_back",
    "uses_asked_for",
    "withdraw_device_request",
]
