"""Somebody is appointed where nobody holds a role that somebody should hold."""

from collections.abc import Mapping

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.demo.timeline import act_at
from app.people.models import Person, Role
from app.people.operations import appoint
from app.simulated_year.doing import Act, Doing, one_of


def _appoint(doing: Doing) -> None:
    """A manager who stays and holds no role yet takes it."""
    free = sa.select(Person).where(
        Person.post == "Manager", Person.last_working_day.is_(None), Person.id != doing.by.id, ~Person.roles.any()
    )
    somebody = one_of(list(db.session.execute(free.order_by(Person.email)).scalars()), doing.chance)
    with act_at(doing.at):
        appoint(somebody, Role(doing.key), by=doing.by, since=clock.local_day(doing.at), at=doing.at)


KEEPING_ACTS: Mapping[str, Act] = {"register_keeper": _appoint, "breach_reports:vacant-role": _appoint}
