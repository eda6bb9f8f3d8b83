"""Who may come to the pages on which people tell and ask early. Whether somebody did is secret."""

from app.core.access import roles, signed_in
from app.people.models import HR_OFFICERS, Role

ALERT = "MistakeAlert.can_be_seen_by, else the same as for none"
QUESTION = "AdviceQuestion.can_be_seen_by, else the same as for none"
DECLARATION = "may_read_declaration, else the same as for none"
OWN = "the reader's own only"

ACCESS = {
    "early_advice.index": signed_in("own_alerts, own_questions, own_declarations: the reader's own"),
    "early_advice.for_me": signed_in("alerts_for, questions_for, declarations_for: what the reader hears of"),
    "early_advice.new_alert": signed_in("everybody may tell of a mistake of their own"),
    "early_advice.alert_sent": signed_in(f"{ALERT}; then only who sent it", secret=True),
    "early_advice.show_alert": signed_in(ALERT, secret=True),
    "early_advice.see_alert": signed_in(f"{ALERT}; then is_receiver and can_be_ticked_by", secret=True),
    "early_advice.decide_alert": signed_in(f"{ALERT}; then is_receiver and can_be_decided_by", secret=True),
    "early_advice.send_to_officer": signed_in(f"{ALERT}; then can_be_sent_to_officer_by", secret=True),
    "early_advice.take_down_after_all": signed_in(
        f"{ALERT}; then is_opened_again_by and can_be_taken_down_after_all_by", secret=True
    ),
    "early_advice.taken_down": signed_in(f"{ALERT}; then can_be_confirmed_by", secret=True),
    "early_advice.answer_breach": signed_in(f"{ALERT}; then is_officer and can_be_answered_by", secret=True),
    "early_advice.correct_finding": signed_in(f"{ALERT}; then is_officer and can_be_corrected_by", secret=True),
    "early_advice.report_alert": signed_in(f"{ALERT}; then can_be_reported_by", secret=True),
    "early_advice.count_early": roles(*HR_OFFICERS, then_asks="visible_to, then can_count", secret=True),
    "early_advice.new_question": signed_in("everybody may ask"),
    "early_advice.show_question": signed_in(QUESTION, secret=True),
    "early_advice.answer_question": signed_in(f"{QUESTION}; then can_be_answered_by", secret=True),
    "early_advice.withdraw_question": signed_in(f"{QUESTION}; then can_be_withdrawn_by", secret=True),
    "early_advice.new_declaration": signed_in("everybody may declare a connection of their own"),
    "early_advice.show_declaration": signed_in(DECLARATION, secret=True),
    "early_advice.review_declaration": signed_in(f"{DECLARATION}; then can_be_reviewed_by", secret=True),
    "early_advice.declaration_step": signed_in(f"{DECLARATION}; then the predicate of the step", secret=True),
    "early_advice.answer_for_hr": signed_in(f"{DECLARATION}; then can_be_answered_by", secret=True),
    "early_advice.take_over": signed_in(f"{DECLARATION}; then can_be_taken_over_by", secret=True),
    "early_advice.profile": signed_in(f"own_checks: {OWN}"),
    "early_advice.stop_profile": signed_in(f"own_checks: {OWN}"),
    "early_advice.manager": roles(Role.HR_MANAGER, then_asks="waits_for_a_manager"),
}
