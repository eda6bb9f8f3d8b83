"""The acts of the register, in the policy's words."""

from app.account_register.operations.access import WantedAccess, begin_access, give_access
from app.account_register.operations.accounts import (
    AccountDetails,
    AlreadyRegistered,
    change_account,
    change_status,
    close_account,
    details_of,
    register_account,
)
from app.account_register.operations.approvals import (
    accept_risk,
    advise_on_proposal,
    approve_proposal,
    carry_out_proposal,
    refuse_proposal,
    register_proposed_account,
    send_proposal_back,
    submit_assessment,
)
from app.account_register.operations.asking import (
    advise_on_access,
    approve_access,
    ask_for_access,
    ask_for_more,
    refuse_access,
    requests_go_on,
    withdraw_access_request,
)
from app.account_register.operations.ending import call_off_access, end_access, move_end_of_access
from app.account_register.operations.exporting import note_export
from app.account_register.operations.following import CHANGES_HANDS, end_access_of_own_login
from app.account_register.operations.importing import import_register
from app.account_register.operations.levels import change_level, correct_sign_in, lower_level
from app.account_register.operations.notices import note_notice, tell_keeper
from app.account_register.operations.planning import REGISTER_HEADERS, RegisterPlan, plan_register_import
from app.account_register.operations.proposals import (
    answer_proposal,
    decline_proposal,
    return_proposal,
    submit_proposal,
    support_proposal,
    withdraw_proposal,
)
from app.account_register.operations.reading import OPTIONAL_HEADERS
from app.account_register.operations.reviews import record_access_review
from app.account_register.operations.watch import (
    ask_for_proposal,
    close_discovered,
    close_look_alike,
    follow_changes,
    follow_proposal,
    note_look,
    record_discovered,
    record_look_alike,
    register_discovered,
    report_look_alike,
    settle_on_register,
    watch_horizon,
)

__all__ = [
    "CHANGES_HANDS",
    "OPTIONAL_HEADERS",
    "REGISTER_HEADERS",
    "AccountDetails",
    "AlreadyRegistered",
    "RegisterPlan",
    "WantedAccess",
    "accept_risk",
    "advise_on_access",
    "advise_on_proposal",
    "answer_proposal",
    "approve_access",
    "approve_proposal",
    "ask_for_access",
    "ask_for_more",
    "ask_for_proposal",
    "begin_access",
    "call_off_access",
    "carry_out_proposal",
    "change_account",
    "change_level",
    "change_status",
    "close_account",
    "close_discovered",
    "close_look_alike",
    "correct_sign_in",
    "decline_proposal",
    "details_of",
    "end_access",
    "end_access_of_own_login",
    "follow_changes",
    "follow_proposal",
    "give_access",
    "import_register",
    "lower_level",
    "move_end_of_access",
    "note_export",
    "note_look",
    "note_notice",
    "plan_register_import",
    "record_access_review",
    "record_discovered",
    "record_look_alike",
    "refuse_access",
    "refuse_proposal",
    "register_account",
    "register_discovered",
    "register_proposed_account",
    "report_look_alike",
    "requests_go_on",
    "return_proposal",
    "send_proposal_back",
    "settle_on_register",
    "submit_assessment",
    "submit_proposal",
    "support_proposal",
    "tell_keeper",
    "watch_horizon",
    "withdraw_access_request",
    "withdraw_proposal",
]
