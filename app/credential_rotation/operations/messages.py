"""What people are told of in this room."""

from app.core.outbox import message_kind

TO_CHANGE = message_kind("rotation_due", "You have a password to change", "credential_rotation.index")
CHANGE_LATER = message_kind("rotation_later", "A password has more time to be changed", "credential_rotation.index")
NOT_YET = message_kind("rotation_not_yet", "A password need not be changed yet", "credential_rotation.index")
CALLED_OFF = message_kind("rotation_called_off", "A password need not be changed after all", "credential_rotation.index")
TO_VERIFY = message_kind("rotation_to_verify", "A new password waits to be verified", "credential_rotation.index")
NOT_MADE = message_kind("rotation_not_made", "A password still has to be changed", "credential_rotation.index")
TO_PERMIT = message_kind(
    "rotation_to_permit", "A new password waits for your permission", "credential_rotation.index"
)
PERMITTED = message_kind("rotation_permitted", "You may change a password", "credential_rotation.index")
NOT_PERMITTED = message_kind(
    "rotation_not_permitted", "Somebody judged a change that nobody had permitted", "credential_rotation.index"
)
HAND_OVER = message_kind(
    "leaver_hand_over", "Somebody leaves, and an account needs a new owner", "credential_rotation.leavers"
)
LEAVER = message_kind("leaver_recorded", "Somebody who holds access leaves", "credential_rotation.leavers")
LEAVER_CHANGED = message_kind(
    "leaver_changed", "What was recorded about somebody who leaves has changed", "credential_rotation.leavers"
)
TOLD_OTHERWISE = message_kind(
    "leaver_told_otherwise", "The staff directory, or a file from it, still says otherwise about somebody’s leaving",
    "credential_rotation.leavers",
)
GIVE_AGAIN = message_kind(
    "leaver_give_again", "Somebody stays after all, or for longer, and may need access again", "credential_rotation.leavers"
)
MOVED = message_kind(
    "move_recorded", "Somebody who holds access needs less of it", "credential_rotation.moves"
)
MOVE_HAND_OVER = message_kind(
    "move_hand_over", "Somebody needs less access, and an account needs a new owner", "credential_rotation.moves"
)
MOVE_CHANGED = message_kind(
    "move_changed", "What was recorded about somebody who needs less access has changed", "credential_rotation.moves"
)
MOVE_GIVE_AGAIN = message_kind(
    "move_give_again", "Somebody goes on as before, and may need access again", "credential_rotation.moves"
)
CAME_BACK = message_kind("leaver_came_back", "Somebody who had left works here again", "credential_rotation.leavers")
COMPLETE = message_kind("leaver_complete", "Everything is done for a leaver", "credential_rotation.leavers")
GONE_TO_CONFIRM = message_kind(
    "account_gone_to_confirm", "Somebody said that an account no longer exists or is lost", "home.index"
)
GONE = message_kind("account_gone", "An account no longer exists or is lost", "account_register.index")
NOT_GONE = message_kind("account_not_gone", "An account is not gone after all", "account_register.index")
INCIDENT = message_kind("account_incident", "Something happened to an account", "credential_rotation.incidents")
INCIDENT_HOLDER = message_kind(
    "account_incident_holder", "Something happened to an account that you use or answer for", "account_register.index"
)
SECURE_LOGIN = message_kind("own_login", "Secure your own login to an account", "home.index")
INCIDENT_OVER = message_kind(
    "account_incident_over", "What happened to an account has an outcome", "credential_rotation.incidents"
)
