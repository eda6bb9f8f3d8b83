"""Who may come to the pages about leavers and passwords."""

from app.core.access import roles, signed_in
from app.credential_rotation.models import HANDLERS
from app.people.models import HR_OFFICERS, KEEPERS, Role

SEES_INCIDENT = "AccountIncident.can_be_seen_by"
SEES = "CredentialRotation.can_be_seen_by"

ACCESS = {
    "credential_rotation.index": signed_in("rotations_of selects what the reader is to change or to verify"),
    "credential_rotation.change_together": signed_in("mine_to_change; of one leaver: notice_for, is_changer"),
    "credential_rotation.verify_together": signed_in("mine_to_verify, then is_verifier"),
    "credential_rotation.everything": roles(*KEEPERS, Role.AUDITOR),
    "credential_rotation.rotation": signed_in(SEES),
    "credential_rotation.mark_changed": signed_in(f"{SEES}, then is_changer"),
    "credential_rotation.verify": signed_in(f"{SEES}, then is_verifier"),
    "credential_rotation.ask_for_permission": signed_in(f"{SEES}, then is_changer"),
    "credential_rotation.permit": signed_in(f"{SEES}, then is_permitter"),
    "credential_rotation.refuse_permission": signed_in(f"{SEES}, then is_permitter"),
    "credential_rotation.correct_sign_in": roles(*KEEPERS, then_asks="AccessGrant.sign_in_can_be_corrected_by"),
    "credential_rotation.end_shared_access": signed_in("AccessGrant.can_be_ended_by"),
    "credential_rotation.review_access": signed_in("Account.access_can_be_reviewed_by"),
    "credential_rotation.password_changes": signed_in("HR, or queries.account_for and then Account.past_access_is_known_to"),
    "credential_rotation.who_could_get_in_on": signed_in("queries.account_for, then Account.past_access_is_known_to"),
    "credential_rotation.what_somebody_could_get_into": roles(*HR_OFFICERS, *KEEPERS, Role.AUDITOR),
    "credential_rotation.what_they_could_get_into": signed_in("past_access_is_known_to"),
    "credential_rotation.start": roles(*KEEPERS, then_asks="start_rotation asks again"),
    "credential_rotation.incidents": signed_in("incidents_page selects those the reader may know of"),
    "credential_rotation.find_account": roles(*HANDLERS),
    "credential_rotation.record_incident": roles(*HANDLERS, then_asks="record_incident asks again"),
    "credential_rotation.incident": signed_in(SEES_INCIDENT),
    "credential_rotation.incident_step": signed_in(f"{SEES_INCIDENT}, then is_worker"),
    "credential_rotation.add_note": signed_in(f"{SEES_INCIDENT}, then is_worker"),
    "credential_rotation.recover_account": signed_in(f"{SEES_INCIDENT}, then is_handler"),
    "credential_rotation.close_incident": signed_in(f"{SEES_INCIDENT}, then is_handler"),
    "credential_rotation.leavers": signed_in("leavers_page selects those the reader may know of"),
    "credential_rotation.new_leaver": signed_in("HR choose anybody, managers their own line: may_record_leaver"),
    "credential_rotation.preview": signed_in("may_record_leaver"),
    "credential_rotation.record": signed_in("may_record_leaver"),
    "credential_rotation.choose_leavers_file": roles(*HR_OFFICERS, then_asks="plan_leavers: may_record_leaver of each"),
    "credential_rotation.check_leavers_file": roles(*HR_OFFICERS, then_asks="plan_leavers: may_record_leaver of each"),
    "credential_rotation.change_leaver": signed_in("notice_for, then may_record_leaver"),
    "credential_rotation.preview_leaver_change": signed_in("notice_for, then may_record_leaver"),
    "credential_rotation.record_leaver_change": signed_in("notice_for, then may_record_leaver"),
    "credential_rotation.withdraw_leaver": signed_in("notice_for, then may_record_leaver"),
    "credential_rotation.come_back": signed_in("notice_for, then demand_may_take_back"),
    "credential_rotation.moves": signed_in("moves_page selects those the reader may know of"),
    "credential_rotation.new_move": signed_in("HR choose anybody, managers their own line: may_record_leaver"),
    "credential_rotation.decide_move": signed_in("may_record_leaver"),
    "credential_rotation.change_move": signed_in("move_for, then may_record_leaver"),
    "credential_rotation.withdraw_move": signed_in("move_for, then may_record_leaver"),
    "credential_rotation.move": signed_in("move_for selects what the reader may know of"),
    "credential_rotation.figures": roles(*HR_OFFICERS, *KEEPERS, Role.AUDITOR),
    "credential_rotation.figures_csv": roles(*HR_OFFICERS, *KEEPERS, Role.AUDITOR),
    "credential_rotation.certificate": signed_in("notice_for, then LeaverNotice.certificate_can_be_taken_by"),
    "credential_rotation.leaver": signed_in("notice_for selects what the reader may know of"),
}
