"""Requests to use a device, one in each state, so that everybody finds something to look at; and use for work, told."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.account_register.models import KeeperNotice, NoticeKind
from app.account_register.operations import note_notice
from app.core.clock import local_day
from app.core.db import db
from app.demo.timeline import act_at
from app.device_permissions.models import (
    Declared,
    DeviceAnswers,
    DeviceKind,
    DevicePermissionRequest,
    Equipment,
    SecurityCheck,
)
from app.device_permissions.operations import (
    approve_device_request,
    ask_new_managers,
    declare_use,
    end_use,
    record_lapses,
    refuse_device_request,
    return_device_request,
    revoke_device_permission,
    submit_device_request,
    withdraw_device_request,
)
from app.people.models import Person
from app.people.operations import name_line_manager
from app.people.queries import person_by_email

DAY = timedelta(days=1)
PHONE = DeviceAnswers(
    device_kind=DeviceKind.PHONE, device_words="My own phone", account_ids=(), platforms=("Facebook",), reason="",
    using_since=None, asks_for_working_hours=False, checks=frozenset(SecurityCheck), undertaken=True,
)  # fmt: skip
LAPTOP = replace(PHONE, device_kind=DeviceKind.HOME_COMPUTER, device_words="The laptop at home")
TABLET = replace(PHONE, device_kind=DeviceKind.TABLET, device_words="An old tablet")


def fill_devices(cast: Mapping[str, Person], at: datetime, late: datetime, lately: datetime) -> None:
    """What was asked, decided and told since a moment; what is late with somebody; and what came lately."""
    _in_force(cast, at, lately)
    _over(cast, at, lately)
    _waiting(cast, at, late, lately)
    _to_be_confirmed(cast, at, lately)
    _use_told(cast, at, lately)


def _in_force(cast: Mapping[str, Person], at: datetime, lately: datetime) -> None:
    """One with conditions, one that ends soon, one in the place of another."""
    held = _ask(cast["colleague"], replace(LAPTOP, reason="I post at weekends during events."), at)
    _approve(
        held, at + DAY, local_day(at) + timedelta(days=200),
        conditions="Only for event weekends, and never on a shared family profile.",
    )  # fmt: skip
    wanted = replace(PHONE, reason="Pictures from openings go up at once.", asks_for_working_hours=True)
    held = _ask(cast["employee"], wanted, at)
    _approve(held, at + 2 * DAY, local_day(lately) + timedelta(days=14), hours=True)
    agency = _known("highways-agency")
    reason = "Roads are closed at night, and nobody is in the office then."
    held = _ask(agency, replace(PHONE, reason=reason), at)
    _approve(held, at + DAY, local_day(at) + timedelta(days=40))
    again = _ask(agency, replace(PHONE, reason=reason, using_since=local_day(at)), at + 14 * DAY, renews=held)
    _approve(again, at + 15 * DAY, local_day(at) + timedelta(days=300))


def _over(cast: Mapping[str, Person], at: datetime, lately: datetime) -> None:
    """Refused, withdrawn, ended by the manager, and lapsed."""
    asked = _ask(cast["deputy-sca"], replace(TABLET, reason="To look at comments in the evening."), at + 2 * DAY)
    with act_at(at + 3 * DAY) as now:
        refuse_device_request(
            _again(asked), by=cast["head"], at=now,
            reasons="The tablet no longer gets security updates. Please use the Council's phone.",
        )  # fmt: skip
    asked = _ask(_known("library-volunteer"), replace(PHONE, reason="Story time is announced from the room."), at)
    with act_at(at + DAY) as now:
        withdraw_device_request(_again(asked), by=_known("library-volunteer"), at=now)
    held = _ask(_known("waste-officer"), replace(PHONE, reason="Questions about missed bins come in the evening."), at)
    _approve(held, at + DAY, local_day(at) + timedelta(days=250))
    with act_at(lately) as now:
        reasons = "The team has a phone of its own by now."
        revoke_device_permission(_again(held), by=_manager(_known("waste-officer")), at=now, reasons=reasons)
    held = _ask(_known("museum-volunteer"), replace(LAPTOP, reason="The exhibition has its own page."), at)
    _approve(held, at + DAY, local_day(at) + timedelta(days=20))
    with act_at(lately) as now:
        record_lapses(now)


def _waiting(cast: Mapping[str, Person], at: datetime, late: datetime, lately: datetime) -> None:
    """With a question, late with the manager, in use already, and without a manager on record."""
    room = replace(PHONE, reason="Children's events are posted from the room.")
    asked = _ask(_known("library-officer"), room, at + 4 * DAY)
    with act_at(at + 5 * DAY) as now:
        question = "Could you use the library's own phone at events instead?"
        return_device_request(_again(asked), by=_manager(_known("library-officer")), at=now, question=question)
    _ask(cast["colleague"], replace(TABLET, device_words="", reason="Comments at events are answered on the spot."), late)
    computer = replace(
        LAPTOP, device_words="The computer at home", reason="To finish the newsletter on Fridays.",
        using_since=local_day(at), asks_for_working_hours=True,
    )  # fmt: skip
    _ask(cast["leaver"], computer, lately)
    _ask(cast["independent"], replace(LAPTOP, reason="I have no computer of the Council's."), lately)


def _to_be_confirmed(cast: Mapping[str, Person], at: datetime, lately: datetime) -> None:
    """Somebody came to another team while their permission ran."""
    officer = _known("leisure-officer")
    held = _ask(officer, replace(PHONE, reason="Offers of the day go out from the pool."), at)
    _approve(held, at + DAY, local_day(at) + timedelta(days=300))
    with act_at(lately - DAY) as now:
        name_line_manager(_known("leisure-officer"), _known("manager"), by=cast["hr2"], at=now)
    with act_at(lately - DAY + timedelta(hours=1)) as now:
        ask_new_managers(now)


def _use_told(cast: Mapping[str, Person], at: datetime, lately: datetime) -> None:
    """Known to the keeper of the register, new to her, and over."""
    since, work = local_day(at) - timedelta(days=90), frozenset({Equipment.COUNCIL})
    known = _tell(cast["employee"], Declared((), ("Instagram",), work, since), at)
    with act_at(at + DAY) as now:
        told = sa.select(KeeperNotice).where(KeeperNotice.kind == NoticeKind.WORK_USE, KeeperNotice.subject_id == known)
        note_notice(db.session.execute(told).scalar_one(), by=cast["sca"], at=now)
    _tell(_known("youth-worker"), Declared((), ("Mastodon", "Facebook"), frozenset({Equipment.PHONE}), since), lately)
    _tell(_known("museum-officer"), Declared((), ("YouTube",), work, since), at, ended=lately)


def _tell(person: Person, declared: Declared, at: datetime, ended: datetime | None = None) -> uuid.UUID:
    with act_at(at) as now:
        made = declare_use(declared, by=person, at=now)
    if ended is not None:
        with act_at(ended) as now:
            end_use(made, by=person, at=now)
    return made.id


def _ask(person: Person, answers: DeviceAnswers, at: datetime, renews: uuid.UUID | None = None) -> uuid.UUID:
    with act_at(at) as now:
        former = _again(renews) if renews is not None else None
        made = submit_device_request(answers, by=person, at=now, renews=former)
    return made.id


def _approve(asked: uuid.UUID, at: datetime, until: date, conditions: str = "", *, hours: bool = False) -> None:
    with act_at(at) as now:
        found = _again(asked)
        approve_device_request(
            found, by=_manager(found.person), at=now, expires_on=until, conditions=conditions, covers_working_hours=hours
        )


def _again(request_id: uuid.UUID) -> DevicePermissionRequest:
    return db.session.get_one(DevicePermissionRequest, request_id)


def _known(name: str) -> Person:
    person = person_by_email(f"{name}@demo.example")
    assert person is not None
    return person


def _manager(person: Person) -> Person:
    assert person.line_manager is not None
    return person.line_manager
