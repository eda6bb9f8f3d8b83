"""What becomes of access when it turns out that its holder never agreed to the policy, though that was recorded."""

from datetime import datetime

from app.account_register.operations import messages
from app.account_register.operations.approving import acknowledge_by
from app.account_register.queries.agreements import grants_that_wait_without
from app.core import clock
from app.core.audit import Actor, event_kind, record
from app.core.outbox import notify
from app.policy.models import Acknowledgement

_WORDS = "noted that the access of {about} waits until they agree to the policy, by {acknowledge_by}"
WAITS_ANEW = event_kind("access:waits-anew", _WORDS, neutral=_WORDS)


def wait_anew(agreement: Acknowledgement, *, by: Actor, at: datetime) -> None:
    """Let access that rested on an agreement which was taken back wait for another, with as many days for it as at first.

    Until now its holder could get in, and the register goes on saying so of each day until today. They are told.
    """
    today = clock.local_day(at)
    for grant in grants_that_wait_without(agreement, today):
        grant.acknowledge_by = acknowledge_by(today, grant.starts_on)
        facts = {"grant": grant.id, "acknowledge_by": grant.acknowledge_by}
        record(WAITS_ANEW, grant.account_id, by=by, at=at, about=grant.person_id, facts=facts)
        notify(grant.person_id, messages.ACCESS_WAITS, grant.id, at=at, number=today.toordinal())
