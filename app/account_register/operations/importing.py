"""Carrying out a register file that was checked: accounts added and changed, and the access found in use recorded."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy.exc import IntegrityError

from app.account_register.models import Account, AccountStatus, LoginMode, TwoStep
from app.account_register.operations.access import begin_access
from app.account_register.operations.accounts import (
    ASK_A_KEEPER,
    NOT_A_KEEPER,
    first_dates,
    new_account,
    set_status,
)
from app.account_register.operations.details import AccountDetails, changed_fields, details_of, write_changes
from app.account_register.operations.following import let_rooms_follow
from app.account_register.operations.levels import change_level
from app.account_register.operations.planning import PlannedChange, RegisterPlan, details_said
from app.account_register.operations.reading import RegisterRow
from app.account_register.operations.settling import settle_found
from app.account_register.operations.telling import tell_of_owner
from app.account_register.queries.imports import THE_REGISTER
from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.people.models import KEEPERS, Person
from app.people.operations import service_named

IMPORTED = event_kind("register:imported", "imported a file: {added} added, {changed} changed")


def import_register(plan: RegisterPlan, *, by: Person | None, at: datetime) -> None:
    """Carry out a plan without problems, whole. `by` None: by command, with no person.

    Access of accounts that it adds was found in use, so it starts on the day of the import and asks for no acknowledgement;
    to an account that is there already a file gives nobody access. Access that the register has and the file has not goes
    on: leaving a name out of a file ends nothing. What was told of as found in use is settled with it.
    """
    if by is not None:
        demand(by.holds(*KEEPERS), NOT_A_KEEPER, what_now=ASK_A_KEEPER)
    if plan.problems:
        raise InvalidInput("The file has lines that cannot be taken; mend them first.", field="file")
    actor = by.id if by is not None else ActorKind.INSTALLATION
    rows = [*plan.added, *(change.row for change in plan.changed)]
    services = {name: service_named(name).id for name in {row.service for row in rows} if name}
    dates = first_dates(clock.local_day(at)) if plan.added else {}
    added = [_add(row, services, dates, by=by, at=at) for row in plan.added]
    try:
        db.session.flush()
    except IntegrityError as error:  # the one account of a handle is the database's too
        raise AlreadyDone(
            "An account of this file was put on the register at the same moment.", what_now="Select the file again."
        ) from error
    if by is not None:  # who settles what was found is a person: after a command, a keeper does so on its page
        settle_found(added, by=by, at=at)
    for account, row in zip(added, plan.added, strict=True):
        if _somebody_leaves(row):
            let_rooms_follow(account, by=actor, at=at)
    for change in plan.changed:
        _carry_out(change, services, by=by, at=at)
    facts = {"added": len(plan.added), "changed": len(plan.changed)}
    record(IMPORTED, THE_REGISTER, by=actor, at=at, facts=facts)


def _carry_out(change: PlannedChange, services: Mapping[str, uuid.UUID], *, by: Person | None, at: datetime) -> None:
    account, actor = change.account, by.id if by is not None else ActorKind.INSTALLATION
    details, was_owner = _details_after(account, change, services), account.owner_id
    changed = changed_fields(account, details)
    if changed:
        write_changes(account, details, changed, by=actor, at=at)
    if change.new_status is not None:
        set_status(account, change.new_status, by=actor, at=at)
    for grant, level in change.new_levels:
        change_level(grant, level, by=by, at=at)
    if "owner_id" in changed:
        tell_of_owner(account, was_owner, by=actor, at=at)
    if "owner_id" in changed or change.new_levels:
        let_rooms_follow(account, by=actor, at=at)


def _add(
    row: RegisterRow, services: Mapping[str, uuid.UUID], dates: Mapping[str, date | None], *, by: Person | None, at: datetime
) -> Account:
    """One account with those who have access to it, as the organisation has them."""
    actor = by.id if by is not None else ActorKind.INSTALLATION
    status = cast(AccountStatus, row.status)  # a plan refuses new accounts without one
    account = new_account(_details_of(row, services), status, by=actor, at=at, dates=dates)
    for person, level in row.holders:
        begin_access(
            account, person, level=level, login_mode=row.ways.get(person.id, account.login_mode),
            starts_on=clock.local_day(at),
            required_version_id=None, by=by, at=at, found_in_use=True,
        )  # fmt: skip
    return account


def _somebody_leaves(row: RegisterRow) -> bool:
    """Whether rooms higher up have something to do: for whoever leaves, whether they hold the account or own it."""
    people = [person for person, _ in row.holders] + ([row.owner] if row.owner else [])
    return any(person.last_working_day is not None for person in people)


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
    return replace(details_of(account), **changed, **details_said(row, account))
