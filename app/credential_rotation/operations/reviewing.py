"""Reviewing who has access to an account: whoever does not need it any more loses it, and a password they know changes."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from app.account_register.models import AccessReview, Account, EndReason
from app.account_register.operations import record_access_review
from app.account_register.queries import ends_to_review
from app.core import clock
from app.credential_rotation.operations.rotating import end_shared_access
from app.people.models import Person


def review_access(
    account: Account, stays: Mapping[uuid.UUID, bool], *, by: Person, at: datetime, seen: str = ""
) -> AccessReview:
    """Confirm or end everybody's access in one act (a local setting: once a quarter). `stays` is by id of the grant.

    Refuses (409) where the list has changed since it was shown, or somebody reviewed it since (`seen`). Access that has not
    begun is called off; what ends by then already is left as it is.
    """
    # The owner's own access ends first: a password that changes because of them is then asked of somebody else.
    grants = sorted(ends_to_review(account, by), key=lambda row: row[0].person_id != account.owner_id)
    review = record_access_review(account, stays, by=by, at=at, seen=seen)
    day = clock.local_day(at)
    for grant, known in grants:
        if not stays[grant.id] and (grant.is_to_come(day) or known is None or known > day):
            end_shared_access(grant, by=by, at=at, ends_on=day, reason=EndReason.NO_LONGER_NEEDED)
    return review
