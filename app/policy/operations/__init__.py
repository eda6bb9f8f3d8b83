"""Setting up the organisation, keeping and publishing its policy, agreeing to it, and saying when it is closed."""

from app.policy.operations.acknowledging import AGREE_WITHIN, BITE, acknowledge, ask_to_acknowledge, attest
from app.policy.operations.closed_days import NOT_YOURS, record_closed_day, withdraw_closed_day
from app.policy.operations.correcting import dispute_agreement, take_back_agreement, uphold_agreement
from app.policy.operations.drafting import (
    DraftDetails,
    add_paragraph,
    begin_draft,
    change_paragraph,
    describe_draft,
    move_paragraph,
    must_be_in_approval,
    must_be_writable,
    record_approval,
    remove_paragraph,
    send_for_approval,
    take_back,
    withdraw_draft,
)
from app.policy.operations.fingerprints import text_fingerprint
from app.policy.operations.formats import SENT_WITHIN, ask_for_format, send_format, withdraw_format_request
from app.policy.operations.keeping import NOT_THE_GUARDIAN, record_adoption, record_reason, record_review
from app.policy.operations.publishing import must_be_to_come, publish_draft, withdraw_version
from app.policy.operations.reminding import REMIND_EVERY, TURNS_BITE, give_turns, remind_team
from app.policy.operations.setting_up import publish_pack_policy, set_up_installation
from app.policy.operations.switches import set_switch

__all__ = [
    "AGREE_WITHIN",
    "BITE",
    "NOT_THE_GUARDIAN",
    "NOT_YOURS",
    "REMIND_EVERY",
    "SENT_WITHIN",
    "TURNS_BITE",
    "DraftDetails",
    "acknowledge",
    "add_paragraph",
    "ask_for_format",
    "ask_to_acknowledge",
    "attest",
    "begin_draft",
    "change_paragraph",
    "describe_draft",
    "dispute_agreement",
    "give_turns",
    "move_paragraph",
    "must_be_in_approval",
    "must_be_to_come",
    "must_be_writable",
    "publish_draft",
    "publish_pack_policy",
    "record_adoption",
    "record_approval",
    "record_closed_day",
    "record_reason",
    "record_review",
    "remind_team",
    "remove_paragraph",
    "send_for_approval",
    "send_format",
    "set_switch",
    "set_up_installation",
    "take_back",
    "take_back_agreement",
    "text_fingerprint",
    "uphold_agreement",
    "withdraw_closed_day",
    "withdraw_draft",
    "withdraw_format_request",
    "withdraw_version",
]
