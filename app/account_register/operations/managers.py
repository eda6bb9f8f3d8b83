"""Recording who manages somebody whose proposal waits for nobody, and keeping by when HR does."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from app.account_register.models import MissingManager
from app.account_register.operations.proposals import PERIODS
from app.account_register.queries.managers import DUTY, first_for_a_manager, proposals_without_manager
from app.core.audit import Actor
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import AlreadyDone, demand
from app.people.managing import RECORDED_OTHERWISE, missing_since
from app.people.models import Person, Role
from app.people.operations import name_line_manager
from app.policy.queries import due_anew


class Waits(NamedTuple):
    """That something of somebody waits for whoever manages them, by when, and by which period that was counted."""

    person_id: UUID
    due_on: date
    period: str


def keep_by_when(duty: str, waiting: Iterable[Waits], today: date) -> int:
    """Keep by when HR records who manages each person for whom something waits that nobody is there to do, and forget those
    of whom nothing does any more; gives of how many it is kept now that was not before.

    Whoever decides would have had a period of time. HR has it anew from when somebody was last there, where that came after
    the thing was sent: before that nobody had to ask HR. Of several things, the first of their days.
    """
    things: dict[UUID, list[Waits]] = defaultdict(list)
    for one in waiting:
        things[one.person_id].append(one)
    for kept in db.session.execute(sa.select(MissingManager).where(MissingManager.duty == duty)).scalars():
        if things.pop(kept.person_id, None) is None:
            db.session.delete(kept)
    for person_id, theirs in things.items():
        since = missing_since(db.session.get_one(Person, person_id), today)
        due_on, was = min((due_anew(one.period, since, one.due_on), one.due_on) for one in theirs)
        counted = since if due_on != was else None
        db.session.add(MissingManager(duty=duty, person_id=person_id, missing_since=counted, due_on=due_on))
    return len(things)


def keep_since_when_managers_are_missing(at: datetime) -> int:
    """`keep_by_when`, of what people proposed."""
    rows = db.session.execute(proposals_without_manager(today := local_day(at)))
    return keep_by_when(DUTY, [Waits(row.person_id, row.due_on, PERIODS[row.status]) for row in rows], today)


def follow_leaving(person: Person, *, by: Actor, at: datetime) -> None:  # noqa: ARG001 - every follower is told who acts
    """Whoever is gone with that leaves what waits for them to nobody from this day, not from the next morning."""
    if not person.is_here_on(local_day(at)):
        keep_since_when_managers_are_missing(at)


def record_manager(person: Person, manager: Person, *, by: Person, at: datetime) -> None:
    """Say who manages somebody whose proposal nobody could support or approve; it waits for that manager then."""
    demand(by.holds(Role.HR_MANAGER), "Only an HR manager can say who manages somebody.")
    demand(by.id != person.id, "You cannot say who manages you.", what_now="Ask another HR manager.")
    if first_for_a_manager(person, local_day(at)) is None:
        raise AlreadyDone("There is somebody who decides about what they proposed by now.", what_now=RECORDED_OTHERWISE)
    name_line_manager(person, manager, by=by, at=at)
