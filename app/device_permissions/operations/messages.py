"""What people are told of in this room, and what its acts are called in the audit."""

from app.core.audit import event_kind
from app.core.outbox import message_kind

SUBMITTED = event_kind("device:submitted", "asked to use a device")
CHANGED = event_kind("device:changed", "changed the request and sent it again")
APPROVED = event_kind("device:approved", "approved it until {expires_on}")
REFUSED = event_kind("device:refused", "refused it")
RETURNED = event_kind("device:returned", "asked a question")
TAKEN_BACK = event_kind("device:taken-back", "took the question back, which was not answered")
WRITTEN_DOWN = event_kind("device:answer-written-down", "wrote down the answer that they were told")
ANSWERED = event_kind("device:answered", "answered the question")
WITHDRAWN = event_kind("device:withdrawn", "withdrew it")
REVOKED = event_kind("device:revoked", "ended the permission")
RENEWED = event_kind("device:renewed", "approved another permission in its place")
LET_END = event_kind("device:let-end", "said that it is not needed after its last day")
CONFIRM_ASKED = event_kind("device:confirm-asked", "asked whoever manages them now to confirm it by {confirm_due_on}")
CONFIRMED = event_kind("device:confirmed", "confirmed it as the new manager")
LAPSED = event_kind("device:lapsed", "recorded that it does not hold any more since {lapsed_on} ({why})")
POST_TAKEN_OVER = event_kind("device:post-taken-over", "noted the post of {about}, which was not recorded before")
SLIP_TAKEN = event_kind("device:slip-taken", "took the permission away as a PDF")
LIST_TAKEN = event_kind("device:list-taken", "took the list of device permissions away as a table")
USE_DECLARED = event_kind("work-use:declared", "told what they use for work")
USE_ENDED = event_kind("work-use:ended", "said that they use it no longer")

TO_DECIDE = message_kind("device_decide", "A request to use a device waits for you", "device_permissions.team")
TO_DECIDE_ANSWERED = message_kind("device_answer", "Your question about a device is answered", "device_permissions.team")
TO_CONFIRM = message_kind("device_confirm", "A device permission waits to be confirmed", "device_permissions.team")
YOURS_DECIDED = message_kind("device_decided", "Your request to use a device is decided", "device_permissions.index")
YOURS_ASKED = message_kind("device_question", "There is a question about your device", "device_permissions.index")
YOURS_WRITTEN_DOWN = message_kind(
    "device_written_down", "What you said about your device was written down: see whether it is right",
    "device_permissions.index",
)  # fmt: skip
YOURS_REVOKED = message_kind("device_revoked", "Your device permission has ended", "device_permissions.index")
YOURS_TO_CONFIRM = message_kind(
    "device_to_confirm", "Your device permission has to be confirmed by your new manager", "device_permissions.index"
)
YOURS_LAPSED = message_kind("device_lapsed", "Your device permission does not hold any more", "device_permissions.index")
YOURS_CONFIRMED = message_kind("device_confirmed", "Your device permission is confirmed", "device_permissions.index")
