"""The acts of this room, in the policy's words."""

from app.credential_rotation.operations.certifying import note_certificate_taken
from app.credential_rotation.operations.coming_back import come_back, demand_may_take_back
from app.credential_rotation.operations.completing import complete_leavers
from app.credential_rotation.operations.feeding import FeedOutcome, LeaverTold, days_taken_out, hear_of_leavers
from app.credential_rotation.operations.gone import (
    confirm_gone,
    demand_may_say_gone,
    record_gone,
    take_back_gone,
)
from app.credential_rotation.operations.incidents import (
    NotRecovered,
    add_note,
    answer_step,
    close_incident,
    declare_compromise,
    record_incident,
    record_lessons,
    recover_account,
)
from app.credential_rotation.operations.leaver_files import (
    LEAVER_HEADERS,
    OPTIONAL_LEAVER_HEADERS,
    LeaversPlan,
    plan_leavers,
    record_leavers,
    roles_left_empty,
)
from app.credential_rotation.operations.leaver_plans import LeaverPlan
from app.credential_rotation.operations.leaving import (
    change_leaving,
    follow_account,
    preview_change,
    preview_leaver,
    record_leaver,
    withdraw_leaver,
)
from app.credential_rotation.operations.move_changes import change_move, withdraw_move
from app.credential_rotation.operations.moving import Moving, preview_move, record_move
from app.credential_rotation.operations.not_made import say_not_made
from app.credential_rotation.operations.own_logins import secure_login
from app.credential_rotation.operations.permitting import ask_for_permission, permit_rotation, refuse_permission
from app.credential_rotation.operations.reviewing import review_access
from app.credential_rotation.operations.rotating import (
    change_what_they_knew,
    end_shared_access,
    mark_changed,
    verify_rotation,
)
from app.credential_rotation.operations.routine import renew_old_passwords
from app.credential_rotation.operations.seeing_to_it import settle_owners
from app.credential_rotation.operations.signing_in import correct_ways_of_signing_in
from app.credential_rotation.operations.starting import demand_may_start, start_rotation
from app.credential_rotation.operations.still_known import change_what_is_still_known
from app.credential_rotation.operations.together import (
    Change,
    SeveralRefused,
    in_one_sentence,
    mark_several_changed,
    verify_several,
)

__all__ = [
    "LEAVER_HEADERS",
    "OPTIONAL_LEAVER_HEADERS",
    "Change",
    "FeedOutcome",
    "LeaverPlan",
    "LeaverTold",
    "LeaversPlan",
    "Moving",
    "NotRecovered",
    "SeveralRefused",
    "add_note",
    "answer_step",
    "ask_for_permission",
    "change_leaving",
    "change_move",
    "change_what_is_still_known",
    "change_what_they_knew",
    "close_incident",
    "come_back",
    "complete_leavers",
    "confirm_gone",
    "correct_ways_of_signing_in",
    "days_taken_out",
    "declare_compromise",
    "demand_may_say_gone",
    "demand_may_start",
    "demand_may_take_back",
    "end_shared_access",
    "follow_account",
    "hear_of_leavers",
    "in_one_sentence",
    "mark_changed",
    "mark_several_changed",
    "note_certificate_taken",
    "permit_rotation",
    "plan_leavers",
    "preview_change",
    "preview_leaver",
    "preview_move",
    "record_gone",
    "record_incident",
    "record_leaver",
    "record_leavers",
    "record_lessons",
    "record_move",
    "recover_account",
    "refuse_permission",
    "renew_old_passwords",
    "review_access",
    "roles_left_empty",
    "say_not_made",
    "secure_login",
    "settle_owners",
    "start_rotation",
    "take_back_gone",
    "verify_rotation",
    "verify_several",
    "withdraw_leaver",
    "withdraw_move",
]
