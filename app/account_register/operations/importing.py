"""Carrying out a register file that was checked: accounts added and changed, and the access found in use recorded."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.account_register.models import AccessLevel, Account, LoginMode, TwoStep
from app.account_register.operations.access import begin_access, change_level, overtake_request
from app.account_register.operations.accounts import (
    ASK_A_KEEPER,
    NOT_A_KEEPER,
    add_account,
    set_status,
)
from app.account_register.operations.details import AccountDetails, changed_fields, details_of, write_changes
from app.account_register.operations.following import let_rooms_follow
from app.account_register.operations.planning import PlannedChange, RegisterPlan
from app.account_register.operations.reading import RegisterRow
from app.account_register.queries.imports import THE_REGISTER
from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.errors import InvalidInput, demand
from app.people.models import KEEPERS, Person
from app.people.operations import service_named

IMPORTED = event_kind("register:imported", "imported a file: {added} added, {changed} changed")


def import_register(plan: RegisterPlan, *, by: Person | None, at: datetime) -> None:
    """Carry out a plan without problems, whole. `by` None: by command, with no person.

    Access in the file was found in use, so it starts on the day of the import and asks for no acknowledgement. Access
    that the register has and the file has not goes on: leaving a name out of a file ends nothing.
    """
    if by is not None:
        demand(by.holds(*KEEPERS), NOT_A_KEEPER, what_now=ASK_A_KEEPER)
    if plan.problems:
        raise InvalidInput("The file has lines that cannot be taken; mend them first.", field="file")
    actor = by.id if by is not None else ActorKind.INSTALLATION
    rows = [*plan.added, *(change.row for change in plan.changed)]
    services = {name: service_named(name).id for name in {row.service for row in rows} if name}
    for row in plan.added:
        account = add_account(_details_of(row, services), row.status, by=actor, at=at)
        _record_holders(account, row.holders, by=by, at=at)
        let_rooms_follow(account, by=actor, at=at)
    for change in plan.changed:
        _carry_out(change, services, by=by, at=at)
    facts = {"added": len(plan.added), "changed": len(plan.changed)}
    record(IMPORTED, THE_REGISTER, by=actor, at=at, facts=facts)


def _carry_out(change: PlannedChange, services: Mapping[str, uuid.UUID], *, by: Person | None, at: datetime) -> None:
    account, actor = change.account, by.id if by is not None else ActorKind.INSTALLATION
    details = _details_after(account, change, services)
    changed = changed_fields(account, details)
    if changed:
        write_changes(account, details, changed, by=actor, at=at)
    if change.new_status is not None:
        set_status(account, change.new_status, by=actor, at=at)
    for grant, level in change.new_levels:
        change_level(grant, level, by=by, at=at)
    _record_holders(account, change.new_holders, by=by, at=at)
    let_rooms_follow(account, by=actor, at=at)


def _record_holders(
    account: Account, holders: tuple[tuple[Person, AccessLevel], ...], *, by: Person | None, at: datetime
) -> None:
    for person, level in holders:
        grant = begin_access(
            account, person, level=level, login_mode=account.login_mode, starts_on=clock.local_day(at),
            required_version_id=None, by=by, at=at, found_in_use=True,
        )  # fmt: skip
        overtake_request(grant, by=by.id if by is not None else None, at=at)


def _details_of(row: RegisterRow, services: Mapping[str, uuid.UUID]) -> AccountDetails:
    least = AccountDetails(
        name=row.name,
        platform=row.platform,
        handle=row.handle,
        url=row.url,
        service_id=services.get(row.service),
        owner_id=row.owner.id if row.owner else None,
        purpose=row.purpose,
        login_mode=LoginMode.SHARED,
        two_step=TwoStep.NOT_RECORDED,
    )
    return replace(least, **row.more)


def _details_after(account: Account, change: PlannedChange, services: Mapping[str, uuid.UUID]) -> AccountDetails:
    """What the account is to say: what the line changes, and else what it says now."""
    row, changes = change.row, {part.what for part in change.differences}
    after: dict[str, object] = {
        "name": row.name,
        "handle": row.handle,
        "web address": row.url,
        "service": services.get(row.service),
        "owner": row.owner.id if row.owner else account.owner_id,
        "purpose": row.purpose,
    }
    columns = {"web address": "url", "service": "service_id", "owner": "owner_id"}
    changed: dict[str, Any] = {columns.get(what, what): value for what, value in after.items() if what in changes}
    return replace(details_of(account), **changed, **row.more)
