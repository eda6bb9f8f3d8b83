"""Somebody who had left works here again: what they were given before stays over."""

from datetime import date, datetime

from app.core.audit import event_kind, record
from app.core.db import db
from app.people.leaving import tell_of_leaving
from app.people.models import Person
from app.people.operations import ROLE_ENDED

CAME_BACK = event_kind("person:came-back", "recorded that {about} came back on {started}")


def take_back(person: Person, started: date, *, by: Person, at: datetime) -> None:
    """Let somebody who had left work here again since a day. Roles that they carried ended with their last day; whether
    they may come back belongs to the act about leavers.
    """
    if person.last_working_day is not None:
        _end_roles(person, person.last_working_day, by=by, at=at)
    person.started, person.last_working_day, person.left_at_once, person.came_back_at = started, None, False, at
    record(CAME_BACK, person.id, by=by.id, at=at, about=person.id, facts={"started": started})
    tell_of_leaving(person, by=by.id, at=at)


def _end_roles(person: Person, last_day: date, *, by: Person, at: datetime) -> None:
    for assignment in [one for one in person.roles if one.until is None or one.until > last_day]:
        if assignment.since > last_day:
            person.roles.remove(assignment)
            db.session.delete(assignment)
        else:
            assignment.until = last_day
        facts = {"role": assignment.role, "last_day": last_day}
        record(ROLE_ENDED, person.id, by=by.id, at=at, about=person.id, facts=facts)
