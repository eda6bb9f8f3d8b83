"""Who may come to the pages of the policy."""

from app.core.access import roles, signed_in
from app.people.models import Role
from app.policy.models import GUARDIANS, KEEP_CLOSED_DAYS, SEES_KEEPING, SEES_REMINDERS, SET_THE_SWITCHES

_DRAFTS = (
    "draft", "draft_section", "draft_details", "draft_paragraph", "add_paragraph", "move_paragraph", "remove_paragraph",
    "send_draft", "take_draft_back", "draft_approval", "publish_draft", "withdraw_draft",
)  # fmt: skip

ACCESS = {
    "policy.index": signed_in(),
    "policy.show": signed_in(),
    "policy.version": signed_in(),
    "policy.search": signed_in(),
    "policy.paragraph": signed_in(),
    "policy.pdf": signed_in(),
    "policy.versions": signed_in("everybody reads every version; document.keeping_seen_by shows the link"),
    "policy.keeping": roles(*SEES_KEEPING, then_asks="document.keeping_seen_by"),
    "policy.schools": roles(*SEES_KEEPING, then_asks="document.keeping_seen_by"),
    "policy.record_school": roles(*GUARDIANS, then_asks="document.is_kept_by"),
    "policy.new_reason": roles(*GUARDIANS, then_asks="document.is_kept_by"),
    "policy.review": roles(*GUARDIANS, then_asks="document.is_kept_by"),
    "policy.withdraw_version": roles(*GUARDIANS, then_asks="document.is_kept_by, then version.can_be_withdrawn_by"),
    "policy.begin_draft": roles(*GUARDIANS, then_asks="document.is_kept_by"),
    **{f"policy.{name}": roles(*GUARDIANS, then_asks="draft.is_kept_by, then can_be_written_by") for name in _DRAFTS},
    "policy.closed_days": signed_in("the days are the same for everybody; may_keep_closed_days shows the form"),
    "policy.record_closed_day": roles(*KEEP_CLOSED_DAYS, then_asks="may_keep_closed_days"),
    "policy.withdraw_closed_day": roles(*KEEP_CLOSED_DAYS, then_asks="ClosedDay.can_be_withdrawn_by"),
    "policy.show_switch": roles(*SET_THE_SWITCHES, then_asks="may_set_switches"),
    "policy.set_switch": roles(*SET_THE_SWITCHES, then_asks="may_set_switches"),
    "policy.acknowledge": signed_in("everybody acknowledges for themselves only"),
    "policy.asked": signed_in("PolicyAsk.can_be_seen_by, then may_attest"),
    "policy.attested": signed_in("attested_seen_by selects what the reader attested; an HR manager sees all"),
    "policy.attestation": signed_in("Acknowledgement.can_be_seen_by"),
    "policy.dispute_agreement": signed_in("Acknowledgement.can_be_seen_by, then can_be_disputed_by"),
    "policy.uphold_agreement": signed_in("Acknowledgement.can_be_seen_by, then can_be_upheld_by"),
    "policy.take_back_agreement": signed_in("Acknowledgement.can_be_seen_by, then can_be_taken_back_by"),
    "policy.team": signed_in("team_of selects those whom the reader manages; may_attest"),
    "policy.remind": signed_in("team_to_remind selects the reader's own team"),
    "policy.turn": signed_in("ReminderTurn.can_be_seen_by"),
    "policy.managers": roles(*SEES_REMINDERS, then_asks="everybody with one of these roles sees all"),
    "policy.reminders_received": signed_in("only what the reader was reminded of"),
    "policy.formats": signed_in("the reader's own; everybody's for those who send it"),
    "policy.format_request": signed_in("FormatRequest.can_be_seen_by, then can_be_sent_by"),
    "policy.withdraw_format": signed_in("FormatRequest.can_be_seen_by, then can_be_withdrawn_by"),
    "policy.coverage_csv": signed_in("SEES_KEEPING; heads their services, line managers nothing else; small counts hidden"),
    "policy.managers_csv": roles(*SEES_REMINDERS, then_asks="everybody with one of these roles sees all"),
    "policy.coverage": signed_in("SEES_KEEPING; heads their services, line managers their team; small counts hidden"),
    "policy.not_agreed_csv": roles(Role.HR_MANAGER, then_asks="an HR manager sees everybody, and can attest for them"),
    "policy.not_agreed": roles(Role.HR_MANAGER, then_asks="an HR manager sees everybody, and can attest for them"),
}
