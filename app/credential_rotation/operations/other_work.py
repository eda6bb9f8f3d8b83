"""Somebody has another post or service by the people file: whoever manages them is asked which access goes on.

As a move that is told by somebody, it is to start what follows from other work (domain 3.3, movers); but a post may only
have been named anew, so somebody is asked first.
"""

from datetime import datetime

from app.core import clock
from app.core.audit import Actor, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, demand
from app.credential_rotation.models import WorkChange
from app.credential_rotation.operations.moving import ONLY_HR_OR_MANAGER, TELL_HR
from app.credential_rotation.queries import may_record_leaver
from app.credential_rotation.queries.work_changes import move_told_before, needs_asking, open_work_change
from app.people.models import Person
from app.people.other_work import OtherWork
from app.policy.queries import due_at_once

WORK_CHANGE_PERIOD = "work_change_working_days"
TOLD = event_kind("work:changed", "told that {about} has another post or service")
GOES_ON = event_kind("work:goes-on", "said that all access of {about} goes on")


def hear_of_other_work(told: OtherWork, *, by: Actor, at: datetime) -> None:
    """Ask about the access of somebody who has another post or service; once, also where it changes again meanwhile."""
    person, today = told.person, clock.local_day(at)
    change = open_work_change(person)
    if change is None and (move_told_before(person, today) or not needs_asking(person, today)):
        return
    if change is None:
        change = WorkChange(
            person_id=person.id, told_on=today, due_on=due_at_once(WORK_CHANGE_PERIOD, today),
            old_post=told.before.post, old_service=told.before.service,
        )  # fmt: skip
        db.session.add(change)
    change.new_post, change.new_service = told.now.post, told.now.service
    if (change.new_post, change.new_service) == (change.old_post, change.old_service):
        change.settled_at = at
    db.session.flush()
    record(TOLD, change.id, by=by, at=at, about=person.id)


def say_all_goes_on(change: WorkChange, *, by: Person, at: datetime) -> None:
    """Say that all access of somebody goes on, since what they do has not changed or needs it all the same."""
    demand(may_record_leaver(by, change.person), ONLY_HR_OR_MANAGER, what_now=TELL_HR)
    if change.settled_at is not None:
        raise AlreadyDone(
            "This is settled already.", who=change.settled_by.name if change.settled_by else None,
            when=change.settled_at, what_now="You need do nothing.",
        )  # fmt: skip
    change.settled_at, change.settled_by = at, by
    record(GOES_ON, change.id, by=by.id, at=at, about=change.person_id)
