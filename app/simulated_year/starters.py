"""New line managers in the simulated year, announced weeks ahead; and that nobody is told who is not here."""

import csv
import io
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.audit import ActorKind
from app.core.db import db
from app.core.mail import Mail
from app.demo.timeline import act_at
from app.people.models import Person
from app.people.operations import PEOPLE_HEADERS, import_people, plan_people_import
from app.people.queries import is_here
from app.policy.queries import working_calendar
from app.simulated_year.doing import one_of
from app.simulated_year.known import Known

SOONEST, LATEST = 12, 20
"""In how many working days the new manager begins."""


@dataclass(frozen=True)
class Announced:
    """A manager who begins on a day, and the addresses of those who report to them from then."""

    email: str
    begins: date
    team: tuple[str, ...]


def announce_manager(chance: random.Random, at: datetime) -> Announced:
    """The people file names somebody who begins weeks later, and says already that a team reports to them: until then it
    stays with whoever manages it.
    """
    today = clock.local_day(at)
    managers = sa.select(Person).where(Person.post == "Manager", Person.line_manager_id.is_not(None), is_here(today))
    before = one_of(list(db.session.execute(managers.order_by(Person.email)).scalars()), chance)
    team = db.session.execute(sa.select(Person).where(Person.line_manager_id == before.id).order_by(Person.email)).scalars()
    starts_on = working_calendar().add(today, chance.randint(SOONEST, LATEST))
    email = f"starter-{at:%y%m%d}@simulated.example"
    above = before.line_manager
    rows = [_row(before, email, above, starts_on) | {"name": f"Newcomer {at:%y%m%d}"}]
    announced = Announced(email, starts_on, tuple(str(one.email) for one in team))
    _import([*rows, *_team_rows(announced)], email, at)
    return announced


def begin_managing(announced: Announced, at: datetime) -> None:
    """The people file again, on the first day of the new manager or after: now they take over."""
    _import(list(_team_rows(announced)), announced.email, at)


def _team_rows(announced: Announced) -> Iterator[dict[str, Any]]:
    team = sa.select(Person).where(Person.email.in_(announced.team), Person.last_working_day.is_(None))
    for one in db.session.execute(team.order_by(Person.email)).scalars():
        yield _row(one, str(one.email), None, one.started) | {"manager_email": announced.email}


def _import(rows: Iterable[dict[str, Any]], new: str, at: datetime) -> None:
    with act_at(at):
        plan = plan_people_import(_file(rows), today=clock.local_day(at), new_people={new})
        import_people(plan, by=ActorKind.INSTALLATION, at=at)


def _row(person: Person, email: str, manager: Person | None, started: date | None) -> dict[str, Any]:
    return {
        "email": email, "name": person.name, "post": person.post, "service": person.service.name if person.service else "",
        "person_kind": person.person_kind.value, "manager_email": manager.email if manager else "",
        "started": started.isoformat() if started else "", "last_working_day": "",
    }  # fmt: skip


def _file(rows: Iterable[dict[str, Any]]) -> bytes:
    target = io.StringIO()
    writer = csv.DictWriter(target, list(PEOPLE_HEADERS))
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


def told_while_not_here(known: Known, reminded: Iterable[Any], looked_until: datetime) -> Iterator[str]:
    """Whoever was reminded or written to this morning though their first day has not come, or they have left."""
    yield from (f"told to somebody who is not here: {one}" for one in reminded if not known.is_here(one.to_person_id))
    written = sa.select(Mail.to_person_id).where(Mail.created_at > looked_until).distinct()
    for person_id in db.session.execute(written).scalars():
        if not known.has_begun(person_id):
            yield f"a mail was written to somebody who has not begun: {person_id}"
