"""Who may come to the pages of the account register."""

from app.core.access import roles, signed_in
from app.people.models import KEEPERS

ACCESS = {
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
    "account_register.notices": roles(*KEEPERS),
    "account_register.note_notice": roles(*KEEPERS, then_asks="KeeperNotice.can_be_noted_by"),
}
