"""Agreeing to the policy."""

from datetime import datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone
from app.people.models import Person
from app.policy.models import Acknowledgement, PolicyVersion
from app.policy.queries import acknowledged_at, current_version

ACKNOWLEDGED = event_kind("policy:acknowledged", "read the policy and agreed to keep it")


def acknowledge(person: Person, version: PolicyVersion, *, at: datetime) -> Acknowledgement:
    """Note that somebody read a version and agreed to keep it. Refuses an old version, and a second time (409)."""
    if current_version(clock.local_day(at)).id != version.id:
        raise AlreadyDone("There is a newer version of the policy.", what_now="Open the policy and read that one.")
    before = acknowledged_at(person.id, version.id)
    if before is not None:
        raise AlreadyDone("You have already agreed to this version of the policy.", who=person.name, when=before)
    made = Acknowledgement(person_id=person.id, version_id=version.id, at=at)
    db.session.add(made)
    record(ACKNOWLEDGED, person.id, by=person.id, at=at, about=person.id, facts={"version": version.label})
    return made
