"""Who may come to the pages about devices."""

from app.core.access import roles, signed_in
from app.people.models import Role

SEES = "DevicePermissionRequest.can_be_seen_by"

ACCESS = {
    "device_permissions.index": signed_in("requests_of selects the reader's own"),
    "device_permissions.team": signed_in("requests_for selects those the reader decides, or all for the register's keepers"),
    "device_permissions.export_csv": signed_in("requests_for's own condition: what the reader sees in the list"),
    "device_permissions.ask": signed_in("why_not_ask"),
    "device_permissions.question": signed_in("why_not_ask; everybody fills in their own draft only"),
    "device_permissions.check_answers": signed_in("why_not_ask; the reader's own draft only"),
    "device_permissions.send": signed_in("why_not_ask; the reader's own draft only"),
    "device_permissions.discard": signed_in("the reader's own draft only"),
    "device_permissions.sent": signed_in("only the person who asked"),
    "device_permissions.show": signed_in(SEES),
    "device_permissions.decide": signed_in(f"{SEES}, then is_decider and can_be_decided_by"),
    "device_permissions.settle_question": signed_in(f"{SEES}, then is_for and question_can_be_settled_by"),
    "device_permissions.answer": signed_in(f"{SEES}, then can_be_answered_by"),
    "device_permissions.withdraw": signed_in(f"{SEES}, then can_be_withdrawn_by"),
    "device_permissions.let_end": signed_in(f"{SEES}, then can_be_let_end_by"),
    "device_permissions.confirm": signed_in(f"{SEES}, then is_decider and can_be_confirmed_by"),
    "device_permissions.slip": signed_in(f"{SEES}, then in_force_on"),
    "device_permissions.declare_use": signed_in("is_use_notified; everybody for themselves"),
    "device_permissions.told": signed_in("only the person who told of it"),
    "device_permissions.end_use": signed_in("WorkUse.can_be_ended_by"),
    "device_permissions.my_uses": signed_in("uses_of selects the reader's own"),
    "device_permissions.uses": signed_in("uses_for: the reader's own and their team's, or all for the register's keepers"),
    "device_permissions.manager": roles(Role.HR_MANAGER, then_asks="is_mended_by, then can_be_given_a_manager_by"),
    "device_permissions.revoke": signed_in(f"{SEES}, then can_be_revoked_by"),
}
