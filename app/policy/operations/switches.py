"""Turning switches of the pack on and off."""

from datetime import datetime

from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.people.models import Person
from app.policy.models import SET_HERE, LocalSetting, may_set_switches
from app.policy.queries import is_switched_on, last_setting

SWITCHED = event_kind("local-setting:changed", "turned {switch} {state}", neutral="turned {switch} {state}")
NOT_YOUR_SWITCH = "Only the system administrator or a keeper of the register can change this."


def set_switch(switch: str, is_on: bool, *, reason: str, by: Person, at: datetime) -> LocalSetting:
    """Turn a switch of the pack on or off from now on, with the reason. Refuses (409) what somebody did already."""
    demand(may_set_switches(by), NOT_YOUR_SWITCH)
    last = last_setting(switch)
    if is_switched_on(switch) is is_on:
        raise AlreadyDone(
            f"{SET_HERE[switch]} is {'on' if is_on else 'off'} already.", who=last.set_by.name if last else None,
            when=last.set_at if last else None,
        )  # fmt: skip
    if not reason.strip():
        raise InvalidInput("Enter why you change this", field="reason")
    number = last.number + 1 if last else 1
    made = LocalSetting(
        switch=switch, number=number, is_on=is_on, reason=reason.strip(), set_by=by, set_by_id=by.id, set_at=at
    )
    db.session.add(made)
    facts = {"switch": SET_HERE[switch], "state": "on" if is_on else "off"}
    record(SWITCHED, made.id, by=by.id, at=at, facts=facts)
    return made
