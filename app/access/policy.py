"""Who may come to the pages of the policy."""

from app.core.access import roles, signed_in
from app.policy.models import KEEP_CLOSED_DAYS, SET_THE_SWITCHES

ACCESS = {
    "policy.index": signed_in(),
    "policy.show": signed_in(),
    "policy.version": signed_in(),
    "policy.closed_days": signed_in("the days are the same for everybody; may_keep_closed_days shows the form"),
    "policy.record_closed_day": roles(*KEEP_CLOSED_DAYS, then_asks="may_keep_closed_days"),
    "policy.withdraw_closed_day": roles(*KEEP_CLOSED_DAYS, then_asks="ClosedDay.can_be_withdrawn_by"),
    "policy.show_switch": roles(*SET_THE_SWITCHES, then_asks="may_set_switches"),
    "policy.set_switch": roles(*SET_THE_SWITCHES, then_asks="may_set_switches"),
    "policy.acknowledge": signed_in("everybody acknowledges for themselves only"),
}
