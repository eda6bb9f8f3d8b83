"""Who may come to the pages of the account register."""

from app.account_register.models import SEES_EVERYTHING
from app.core.access import anybody, roles, signed_in
from app.people.models import KEEPERS

SEES_PROPOSAL = "AccountProposal.can_be_seen_by"

ACCESS = {
    "account_register.export_csv": roles(*SEES_EVERYTHING),
    "account_register.export_xlsx": roles(*SEES_EVERYTHING),
    "account_register.as_it_stood": roles(*SEES_EVERYTHING),
    "account_register.official": anybody("the switch official_accounts_page: off, it is no address of ours"),
    "account_register.official_json": anybody("the switch official_accounts_page"),
    "account_register.official_csv": anybody("the switch official_accounts_page"),
    "account_register.index": signed_in("queries.visible_to: keepers and auditors all, others their own and their team's"),
    "account_register.show": signed_in("queries.account_for, which narrows by visible_to"),
    "account_register.add_account": roles(*KEEPERS),
    "account_register.change_account": roles(*KEEPERS, then_asks="Account.can_be_changed_by"),
    "account_register.change_status": roles(*KEEPERS, then_asks="Account.can_be_changed_by"),
    "account_register.close_account": roles(*KEEPERS, then_asks="Account.can_be_changed_by, and what rooms above object"),
    "account_register.give_access": signed_in("queries.account_for, then Account.access_can_be_given_by"),
    "account_register.end_access": signed_in("queries.account_for, then AccessGrant.can_be_ended_by"),
    "account_register.choose_import": roles(*KEEPERS),
    "account_register.check_import": roles(*KEEPERS, then_asks="the reader's own draft only"),
    "account_register.proposals": signed_in("queries.proposals_page, which narrows by sees_proposal"),
    "account_register.show_proposal": signed_in(SEES_PROPOSAL),
    "account_register.propose": signed_in("everybody may propose; the reader's own draft only"),
    "account_register.propose_step": signed_in("the reader's own draft only"),
    "account_register.check_proposal": signed_in("the reader's own draft only"),
    "account_register.send_proposal": signed_in("the reader's own draft only"),
    "account_register.discard_proposal": signed_in("the reader's own draft only"),
    "account_register.proposal_sent": signed_in("only who made the proposal"),
    "account_register.change_proposal": signed_in(f"{SEES_PROPOSAL}, then can_be_answered_by"),
    "account_register.change_proposal_step": signed_in(f"{SEES_PROPOSAL}, then can_be_answered_by"),
    "account_register.answer_proposal": signed_in(f"{SEES_PROPOSAL}, then can_be_answered_by"),
    "account_register.support_proposal": signed_in(f"{SEES_PROPOSAL}, then can_be_supported_by"),
    "account_register.advise_on_proposal": signed_in(f"{SEES_PROPOSAL}, then can_be_advised_by"),
    "account_register.assess_proposal": signed_in(f"{SEES_PROPOSAL}, then can_be_assessed_by"),
    "account_register.add_risk": signed_in(f"{SEES_PROPOSAL}, then can_be_assessed_by"),
    "account_register.change_risk": signed_in(f"{SEES_PROPOSAL}, then can_be_assessed_by"),
    "account_register.remove_risk": signed_in(f"{SEES_PROPOSAL}, then can_be_assessed_by"),
    "account_register.write_plan": signed_in(f"{SEES_PROPOSAL}, then can_be_assessed_by"),
    "account_register.check_assessment": signed_in(f"{SEES_PROPOSAL}, then can_be_assessed_by"),
    "account_register.send_assessment": signed_in(f"{SEES_PROPOSAL}, then can_be_assessed_by"),
    "account_register.accept_proposal_risk": signed_in(f"{SEES_PROPOSAL}, then risk_can_be_accepted_by"),
    "account_register.decide_proposal": signed_in(f"{SEES_PROPOSAL}, then can_be_decided_by"),
    "account_register.withdraw_proposal": signed_in(f"{SEES_PROPOSAL}, then can_be_withdrawn_by"),
    "account_register.register_proposal": roles(*KEEPERS, then_asks="AccountProposal.can_be_carried_out_by"),
    "account_register.carry_out_proposal": roles(*KEEPERS, then_asks="AccountProposal.can_be_carried_out_by"),
    "account_register.notices": roles(*KEEPERS),
    "account_register.note_notice": roles(*KEEPERS, then_asks="KeeperNotice.can_be_noted_by"),
}
