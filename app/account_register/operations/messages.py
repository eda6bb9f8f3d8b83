"""What people are told of in this room."""

from app.account_register.models import NoticeKind
from app.core.outbox import message_kind

ACCESS_GIVEN = message_kind("access_given", "You have been given access to an account", "account_register.index")
ACCESS_ENDED = message_kind("access_ended", "Somebody’s access to an account has ended", "account_register.index")
FOR_KEEPER = {
    NoticeKind.PASSWORD_CHANGED: message_kind(
        "notice_password_changed", "A password was changed", "account_register.notices"
    ),
    NoticeKind.DEVICE_PERMISSION: message_kind(
        "notice_device_permission", "A device permission was given", "account_register.notices"
    ),
}
