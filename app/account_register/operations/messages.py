"""What people are told of in this room."""

from app.account_register.models import NoticeKind
from app.core.outbox import message_kind

ACCESS_GIVEN = message_kind("access_given", "You have been given access to an account", "account_register.index")
ACCESS_ENDED = message_kind(
    "access_ended", "Somebody’s access to an account has ended or was called off", "account_register.index"
)
ACCESS_WAITS = message_kind(
    "access_waits", "Access that you have waits until you agree to the policy", "account_register.index"
)
ACCESS_LAPSED = message_kind(
    "access_lapsed", "Your access to an account has ended, because you did not agree to the policy in time",
    "account_register.index",
)  # fmt: skip
ACCESS_LESS = message_kind("access_less", "You may do less with an account than before", "account_register.index")
APPROVAL_WRITTEN_DOWN = message_kind(
    "access_written_down", "It was written down who approved somebody’s access", "account_register.index"
)
ACCESS_TO_APPROVE = message_kind("access_approve", "Access waits for your approval", "account_register.access_requests")
ACCESS_ASKED_FOR = message_kind(
    "access_asked_for", "Access was asked for that you approve once it is advised on", "account_register.access_requests"
)
ACCESS_TO_ADVISE = message_kind("access_advise", "Access waits for your advice", "account_register.access_requests")
ACCESS_MOVED = message_kind(
    "access_moved", "There is news of access that was asked for", "account_register.access_requests"
)
FOR_KEEPER = {
    NoticeKind.PASSWORD_CHANGED: message_kind(
        "notice_password_changed", "A password was changed", "account_register.notices"
    ),
    NoticeKind.DEVICE_PERMISSION: message_kind(
        "notice_device_permission", "A device permission was given", "account_register.notices"
    ),
    NoticeKind.WORK_USE: message_kind(
        "notice_work_use", "Somebody told what they use for work", "account_register.notices"
    ),
}
STATE_CHANGED = message_kind(
    "account_state", "The state of an account that you use or answer for has changed", "account_register.index"
)
NOW_OWNER = message_kind("account_now_owner", "You answer for an account from now on", "account_register.index")
OWNER_NO_MORE = message_kind(
    "account_owner_no_more", "You do not answer for an account any more", "account_register.index"
)
PROPOSED = message_kind("proposal_made", "Somebody made a proposal about an account", "account_register.proposals")
PROPOSAL_TO_SUPPORT = message_kind("proposal_support", "A proposal waits for your support", "account_register.proposals")
PROPOSAL_TO_ADVISE = message_kind("proposal_advise", "A proposal waits for your advice", "account_register.proposals")
PROPOSAL_TO_ASSESS = message_kind(
    "proposal_assess", "A proposal waits for your risk assessment and plan", "account_register.proposals"
)
PROPOSAL_TO_APPROVE = message_kind("proposal_approve", "A proposal waits for your approval", "account_register.proposals")
PROPOSAL_TO_USE = message_kind("proposal_use", "A proposal can be carried out", "account_register.proposals")
PROPOSAL_QUESTION = message_kind("proposal_question", "You are asked about your proposal", "account_register.proposals")
PROPOSAL_MOVED = message_kind("proposal_moved", "There is news of your proposal", "account_register.proposals")
PROPOSAL_ABOUT_OWN = message_kind(
    "proposal_about_own", "There is news of a proposal about an account that you answer for", "account_register.proposals"
)
DISCOVERED = message_kind(
    "discovered_account", "Somebody told of an account that is not on the register", "account_register.discovered"
)
DISCOVERED_OVER = message_kind(
    "discovered_settled", "An account that you told of has been settled", "account_register.discovered"
)
ASKED_TO_PROPOSE = message_kind(
    "discovered_to_propose", "You are asked to propose an account that is in use", "account_register.proposals"
)
ASKED_NO_MORE = message_kind(
    "discovered_not_to_propose", "You need not propose an account any more: somebody else does, or it is settled",
    "account_register.discovered",
)  # fmt: skip
LOOK_ALIKE = message_kind("look_alike", "Somebody told of an account that looks like ours", "account_register.look_alikes")
LOOK_ALIKE_OVER = message_kind(
    "look_alike_over", "It is known what came of an account that you told of", "account_register.look_alikes"
)
