"""The acts of the register, in the policy's words."""

from app.account_register.operations.access import begin_access, change_level, end_access, give_access
from app.account_register.operations.accounts import (
    AccountDetails,
    AlreadyRegistered,
    change_account,
    change_status,
    close_account,
    details_of,
    register_account,
)
from app.account_register.operations.importing import import_register
from app.account_register.operations.notices import note_notice, tell_keeper
from app.account_register.operations.planning import REGISTER_HEADERS, RegisterPlan, plan_register_import
from app.account_register.operations.reviews import record_access_review

__all__ = [
    "REGISTER_HEADERS",
    "AccountDetails",
    "AlreadyRegistered",
    "RegisterPlan",
    "begin_access",
    "change_account",
    "change_level",
    "change_status",
    "close_account",
    "details_of",
    "end_access",
    "give_access",
    "import_register",
    "note_notice",
    "plan_register_import",
    "record_access_review",
    "register_account",
    "tell_keeper",
]
