"""Devices in the simulated year: asked for, decided, confirmed by new managers, asked for again; and use that is told."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.demo.timeline import act_at
from app.device_permissions.models import (
    Declared,
    DeviceAnswers,
    DeviceKind,
    DevicePermissionRequest,
    Equipment,
    RequestStatus,
    SecurityCheck,
)
from app.device_permissions.operations import (
    answer_device_question,
    approve_device_request,
    change_device_request,
    confirm_device_permission,
    declare_use,
    end_use,
    give_manager,
    let_permission_end,
    refuse_device_request,
    return_device_request,
    revoke_device_permission,
    submit_device_request,
    take_question_back,
    withdraw_device_request,
)
from app.device_permissions.queries import request_by_reference, uses_of
from app.people.models import Person
from app.simulated_year.doing import MOST, NEARLY_ALL, Act, Doing, one_of, some_manager

ANSWERS = DeviceAnswers(
    device_kind=DeviceKind.PHONE, device_words="My own phone", account_ids=(), platforms=("Facebook",),
    reason="Floods do not keep office hours.", using_since=None, asks_for_working_hours=False,
    checks=frozenset(SecurityCheck), undertaken=True,
)  # fmt: skip


def ask_for_device(by: Person, at: datetime) -> None:
    """Somebody asks to use their own phone."""
    with act_at(at):
        submit_device_request(ANSWERS, by=by, at=at)


def tell_use(by: Person, chance: random.Random, at: datetime) -> None:
    """Somebody tells what they use for work, or that it is over."""
    told = uses_of(by)
    platform = chance.choice(("Facebook", "Instagram", "Mastodon"))
    with act_at(at):
        if told and chance.random() < MOST:
            end_use(told[0], by=by, at=at)
        else:
            equipment = frozenset({chance.choice(list(Equipment))})
            declare_use(Declared((), (platform,), equipment, clock.local_day(at)), by=by, at=at)


def give_up_or_end(chance: random.Random, at: datetime) -> None:
    """A permission is given up by its holder, or ended by their manager."""
    approved = DevicePermissionRequest.status == RequestStatus.APPROVED
    found = sa.select(DevicePermissionRequest).where(approved).order_by(DevicePermissionRequest.reference)
    held = one_of([one for one in db.session.execute(found).scalars() if one.in_force_on(clock.local_day(at))], chance)
    with act_at(at):
        manager = held.person.line_manager
        if manager is None or chance.random() < MOST:
            withdraw_device_request(held, by=held.person, at=at)
        else:
            revoke_device_permission(held, by=manager, at=at, reasons="The Council's own telephone has come.")


def _decide_device(doing: Doing) -> None:
    dice = doing.chance.random()
    with act_at(doing.at):
        asked = _asked(doing)
        if dice < MOST:
            until = clock.local_day(doing.at) + timedelta(days=doing.chance.randint(10, 300))
            last_day = asked.person.last_working_day
            approve_device_request(
                asked, by=doing.by, at=doing.at, expires_on=min(until, last_day) if last_day else until,
                conditions="Only when on call.",
            )  # fmt: skip
        elif dice < NEARLY_ALL:
            refuse_device_request(asked, by=doing.by, at=doing.at, reasons="Please use the Council's own telephone.")
        else:
            return_device_request(asked, by=doing.by, at=doing.at, question="Could you use the Council's own?")


def _go_on_unanswered(doing: Doing) -> None:
    with act_at(doing.at):
        asked = _asked(doing)
        if doing.chance.random() < MOST:
            take_question_back(asked, by=doing.by, at=doing.at)
        else:
            refuse_device_request(asked, by=doing.by, at=doing.at, reasons="I asked, and you did not say.")


def _give_manager(doing: Doing) -> None:
    manager = some_manager(_asked(doing).person_id, doing)
    with act_at(doing.at):
        give_manager(_asked(doing), manager, by=doing.by, at=doing.at)


def _answer_device(doing: Doing) -> None:
    with act_at(doing.at):
        asked = _asked(doing)
        if doing.chance.random() < MOST:
            answer_device_question(asked, by=doing.by, at=doing.at, answer="There is none at weekends.")
        else:
            change_device_request(asked, ANSWERS, by=doing.by, at=doing.at)


def _confirm(doing: Doing) -> None:
    with act_at(doing.at):
        held = _asked(doing)
        if doing.chance.random() < MOST:
            confirm_device_permission(held, by=doing.by, at=doing.at)
        else:
            revoke_device_permission(held, by=doing.by, at=doing.at, reasons="My team uses the Council's own telephone.")


def _renew(doing: Doing) -> None:
    with act_at(doing.at):
        held = _asked(doing)
        if doing.chance.random() < MOST:
            submit_device_request(ANSWERS, by=doing.by, at=doing.at, renews=held)
        else:
            let_permission_end(held, by=doing.by, at=doing.at)


def _asked(doing: Doing) -> DevicePermissionRequest:
    found = request_by_reference(doing.key)
    assert found is not None
    return found


DEVICE_ACTS: Mapping[str, Act] = {
    "device_decide": _decide_device,
    "device_unanswered": _go_on_unanswered,
    "device_manager": _give_manager,
    "device_answer": _answer_device,
    "device_confirm": _confirm,
    "device_renew": _renew,
}
