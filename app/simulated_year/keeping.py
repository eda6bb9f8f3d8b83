"""A stretch without a keeper of the register: what waits for one is told to somebody and not taken for done.

The administrator appoints somebody in the end, which is an act of the year as any other.
"""

import uuid
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from flask import current_app

from app.account_register.models import KeeperNotice, LookAlike, LookAlikeStatus
from app.core import clock
from app.core.db import db
from app.core.registries import TODAY, Registries
from app.demo.timeline import act_at
from app.duties.models import Reminder
from app.people.everybody import Reader
from app.people.heading import name_head
from app.people.models import KEEPERS, Person, Role, Service
from app.people.operations import appoint
from app.policy.queries import pack
from app.simulated_year.doing import Act, Doing, one_of, some_manager
from app.simulated_year.known import Known
from app.simulated_year.reading import Ask

_PLAINLY_A_KEEPERS: tuple[tuple[Any, Any], ...] = (
    (KeeperNotice, KeeperNotice.noted_at.is_(None)),
    (LookAlike, LookAlike.status != LookAlikeStatus.CLOSED),
)
"""What nobody but a keeper ever does: how the records say that it is still open."""
_OPEN_WITH_OTHERS = sa.select(Reminder.kind, Reminder.key, Reminder.due_on, Reminder.to_person_id).where(
    Reminder.escalated, Reminder.settled_on.is_(None)
)


class Left(NamedTuple):
    """Something that waits for a keeper while nobody is one, as a row of what waits for whom."""

    kind: str
    key: str
    due_on: date
    person_id: None = None
    matter_id: None = None


def _appoint(doing: Doing) -> None:
    appoint_somebody(Role(doing.key), doing)


def appoint_somebody(role: Role, doing: Doing) -> None:
    """A manager who stays and holds no role yet takes it, or where every manager has one an officer."""
    free = sa.select(Person).where(Person.last_working_day.is_(None), Person.id != doing.by.id, ~Person.roles.any())
    somebody = one_of(
        list(db.session.execute(free.where(Person.post == "Manager").order_by(Person.email)).scalars())
        or list(db.session.execute(free.where(Person.post == "Officer").order_by(Person.email)).scalars()),
        doing.chance,
    )
    with act_at(doing.at):
        appoint(somebody, role, by=doing.by, since=clock.local_day(doing.at), at=doing.at)


def _name_head(doing: Doing) -> None:
    head = some_manager(doing.id, doing).id
    with act_at(doing.at):
        name_head(db.session.get_one(Service, doing.id), db.session.get_one(Person, head), by=doing.by, at=doing.at)


KEEPING_ACTS: Mapping[str, Act] = {
    "register_keeper": _appoint,
    "breach_reports:vacant-role": _appoint,
    "people:head-of-service": _name_head,
}


def left_by_keepers(known: Known, with_others: Collection[tuple[str, str, date]], ask: Ask) -> list[Left]:
    """What somebody would find who were made a keeper today, and nobody else has to do; nothing while there is a keeper."""
    if known.somebody_keeps:
        return []
    asked: sa.CompoundSelect[Any] | None = current_app.extensions.get("left by keepers in the simulated year")
    if asked is None:
        registries: Registries = current_app.extensions["registries"]
        keeper, rules = Reader(frozenset(KEEPERS), uuid.UUID(int=0)), pack().chases
        kinds = [kind for name, kind in registries.due.items() if name in rules and not rules[name].about_matters]
        made = [kind.select(keeper, cast(date, TODAY)) for kind in kinds]
        asked = sa.union_all(*(one for one in made if one is not None))
        current_app.extensions["left by keepers in the simulated year"] = asked
    found = {Left(name, key, due_on) for name, key, _, due_on in ask(asked, {"today": known.day})}
    return sorted(one for one in found if one[:3] not in with_others)


def told_to_nobody(known: Known, left: Collection[Left], to_know: Collection[Any]) -> Iterator[str]:
    """What waits for a keeper while nobody is one and whoever sees to it does not find on their first page, `to_know` being
    what each of them was to be told by now; and what stands in the records and was not even found to wait.
    """
    if known.somebody_keeps:
        return
    told = {tuple(row) for row in db.session.execute(_OPEN_WITH_OTHERS)}
    for one in to_know:
        if (one.kind, one.key, one.due_on, one.to) not in told:
            yield f"late with nobody, and those who see to it do not find it: {one}"
    found = {one.key.replace("-", "") for one in left}
    for model, still_open in _PLAINLY_A_KEEPERS:
        for id_ in db.session.execute(sa.select(model.id).where(still_open, model.due_on < known.day)).scalars():
            if id_.hex not in found:
                yield f"waits for a keeper and for nobody else, and is chased with nobody: {model.__name__} {id_}"
