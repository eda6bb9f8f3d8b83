"""How the day of the next review of access was worked out, for the pages of this room and of password changes."""

from app.account_register.models import Account
from app.core.clock import local_day
from app.core.worked_out import WorkedOut
from app.policy.explaining import months_from

REGISTERED = "It came onto the register"
REVIEW_MONTHS = "access_review_months"


def review_worked_out(account: Account) -> WorkedOut | None:
    """How the day came about by which somebody looks at who has access."""
    last, due = account.last_access_review_on, account.access_review_due_on
    if due is None:
        return None
    since = "Somebody last looked at who has access" if last else REGISTERED
    return months_from(REVIEW_MONTHS, last or local_day(account.registered_at), due, since=since)
