"""Reviewing who has access to an account: whoever does not need it any more loses it, and a password they know changes."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from app.account_register.models import AccessReview, Account, EndReason
from app.account_register.operations import record_access_review
from app.account_register.queries import grants_to_review
from app.core import clock
from app.credential_rotation.operations.rotating import end_shared_access
from app.people.models import Person


def review_access(account: Account, stays: Mapping[uuid.UUID, bool], *, by: Person, at: datetime) -> AccessReview:
    """Confirm or end everybody's access in one act (a local setting: once a quarter). `stays` is by id of the grant.

    Refuses (409) where the list has changed since it was shown. Access that has not begun ends on its first day.
    """
    # The owner's own access ends first: a password that changes because of them is then asked of somebody else.
    grants = sorted(grants_to_review(account), key=lambda grant: grant.person_id != account.owner_id)
    review = record_access_review(account, stays, by=by, at=at)
    day = clock.local_day(at)
    for grant in grants:
        if not stays[grant.id]:
            end_shared_access(
                grant, by=by, at=at, ends_on=max(day, grant.starts_on), reason=EndReason.NO_LONGER_NEEDED
            )
    return review
