"""Looking through one's own profile, once a year (policy 7.8; that it is once a year is local)."""

from collections.abc import Collection
from datetime import datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, demand
from app.core.sealing import new_data_key
from app.early_advice.models import ProfileCheck, ProfileLine
from app.early_advice.operations.declarations import in_a_year
from app.early_advice.queries import own_checks
from app.early_advice.queries.worked_out import PROFILE_YEARLY
from app.people.models import Person
from app.policy.queries import pack

# The chain of acts holds that there was an act, as of every act; no page shows it to anybody.
CHECKED = event_kind("early-profile:checked", "looked at something of their own")


def check_profile(fine: Collection[ProfileLine], *, note: str, by: Person, at: datetime) -> ProfileCheck:
    """Keep what somebody found on their own profile, for themselves alone, and remind them in a year."""
    demand(bool(pack().switches["linkedin_profile_rule"].value), "The policy of this organisation has no such rule.")
    _no_more_reminders(by)
    key = new_data_key(at)
    check = ProfileCheck(person_id=by.id, data_key_id=key.id, data_key=key, checked_at=at)
    check.again_on, check.again_from = in_a_year(PROFILE_YEARLY, clock.local_day(at))
    check.found = " ".join(line.value for line in ProfileLine if line in fine)
    check.note = note
    db.session.add_all([key, check])
    record(CHECKED, check.id, by=by.id, at=at)
    return check


def stop_reminders(*, by: Person, at: datetime) -> None:
    """Be reminded no more: there is no such profile any longer, or its owner remembers by themselves."""
    last = next((check for check in own_checks(by) if check.again_on is not None), None)
    if last is None:
        raise AlreadyDone("You are not reminded of your profile any more.")
    _no_more_reminders(by)
    record(CHECKED, last.id, by=by.id, at=at)


def _no_more_reminders(person: Person) -> None:
    for earlier in own_checks(person):
        earlier.again_on = earlier.again_from = None
