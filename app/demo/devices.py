"""Requests to use a device, one in each state, so that everybody finds something to look at."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.core.clock import local_day
from app.core.db import db
from app.demo.timeline import act_at
from app.device_permissions.models import DeviceAnswers, DeviceKind, DevicePermissionRequest, SecurityCheck
from app.device_permissions.operations import (
    approve_device_request,
    refuse_device_request,
    return_device_request,
    submit_device_request,
)
from app.people.models import Person
from app.people.queries import person_by_email


def fill_devices(cast: Mapping[str, Person], at: datetime, lately: datetime) -> None:
    """One in force, one refused, one sent back with a question, one that waits for the line manager."""
    manager = cast["manager"]
    approved = _ask(cast["colleague"], "The laptop at home", "I post at weekends during events.", at)
    with act_at(at + timedelta(days=1)) as now:
        approve_device_request(
            db.session.get_one(DevicePermissionRequest, approved),
            by=manager,
            at=now,
            expires_on=local_day(now) + timedelta(days=200),
            conditions="Only for event weekends, and never on a shared family profile.",
        )
    refused = _ask(cast["deputy-sca"], "An old tablet", "To look at comments in the evening.", at + timedelta(days=2))
    with act_at(at + timedelta(days=3)) as now:
        refuse_device_request(
            db.session.get_one(DevicePermissionRequest, refused),
            by=cast["head"],
            at=now,
            reasons="The tablet no longer gets security updates. Please use the Council's phone.",
        )
    officer = person_by_email("library-officer@demo.example")
    assert officer is not None
    assert officer.line_manager is not None
    asked = _ask(officer, "My own phone", "Children's events are posted from the room.", at + timedelta(days=4))
    with act_at(at + timedelta(days=5)) as now:
        return_device_request(
            db.session.get_one(DevicePermissionRequest, asked),
            by=officer.line_manager,
            at=now,
            question="Could you use the library's own phone at events instead?",
        )
    _ask(cast["leaver"], "The computer at home", "To finish the newsletter on Fridays.", lately)


def _ask(person: Person, words: str, reason: str, at: datetime) -> object:
    with act_at(at) as now:
        made = submit_device_request(
            DeviceAnswers(
                device_kind=DeviceKind.HOME_COMPUTER if "computer" in words or "laptop" in words else DeviceKind.PHONE,
                device_words=words,
                account_ids=(),
                other_platform="Facebook",
                reason=reason,
                using_since=None,
                asks_for_working_hours=False,
                checks=frozenset(SecurityCheck),
                undertaken=True,
            ),
            by=person,
            at=now,
        )
    return made.id
