"""Telling what one uses for work, on whatever equipment (policy 6.1, 6.2(1)), and that it is over."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.account_register.models import NoticeKind
from app.account_register.operations import tell_keeper
from app.core import clock
from app.core.audit import record
from app.core.db import db, new_id
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, demand
from app.core.presentation import uk_date
from app.device_permissions.models import Declared, Equipment, WorkPlace, WorkUse
from app.device_permissions.operations import messages
from app.device_permissions.operations.asking import chosen_places
from app.device_permissions.queries import is_use_notified
from app.people.models import Person


def declare_use(declared: Declared, *, by: Person, at: datetime) -> WorkUse:
    """Tell the keepers of the register what one uses for work. It is notice, not a request: nobody decides about it."""
    if not is_use_notified():
        raise NotAllowed("The policy of this organisation does not ask to be told of this.")
    places = chosen_places(declared.account_ids, declared.platforms, by, clock.local_day(at))
    if not places:
        raise InvalidInput("Select at least one account or platform", field="accounts")
    if not declared.equipment:
        raise InvalidInput("Select what you use it on", field="equipment")
    made = WorkUse(
        id=new_id(), person_id=by.id, using_since=declared.using_since, declared_at=at,
        **{one.value: one in declared.equipment for one in Equipment},
    )  # fmt: skip
    made.places = [
        WorkPlace(position=number, account=account, platform=name) for number, (account, name) in enumerate(places)
    ]
    _refuse_the_same(made, by)
    db.session.add(made)
    record(messages.USE_DECLARED, made.id, by=by.id, at=at, about=by.id)
    tell_keeper(NoticeKind.WORK_USE, made.id, about=by, account=None, at=at)
    return made


def _refuse_the_same(made: WorkUse, by: Person) -> None:
    """A second click, or somebody who forgot that they told already: the first stands."""
    with db.session.no_autoflush:
        told = db.session.execute(
            sa.select(WorkUse)
            .where(WorkUse.person_id == by.id, WorkUse.ended_at.is_(None))
            .options(selectinload(WorkUse.places))
            .order_by(WorkUse.declared_at, WorkUse.id)
        ).scalars()
        said = {(place.account.id if place.account else None, place.platform) for place in made.places}
        for first in told:
            before = {(place.account_id, place.platform) for place in first.places}
            if said <= before and set(made.equipment) <= set(first.equipment):
                raise AlreadyDone(
                    f"You told this already, on {uk_date(first.declared_at)}.", who=by.name, when=first.declared_at,
                    what_now="Open “My device permissions” to see it. There you can also say that you use it no longer.",
                )  # fmt: skip


def end_use(work_use: WorkUse, *, by: Person, at: datetime) -> None:
    """Say that one uses it no longer."""
    demand(work_use.person_id == by.id, "Only the person who told of it can say that it is over.")
    if not work_use.can_be_ended_by(by):
        raise AlreadyDone("You said already that you use this no longer.", who=by.name, when=work_use.ended_at)
    work_use.ended_at = at
    record(messages.USE_ENDED, work_use.id, by=by.id, at=at, about=by.id)
