"""Kinds of duties of our own, and a rule for them, so that chasing is tested apart from the rooms that bring duties."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.registries import TODAY, DueKind, Viewer
from app.duties import operations
from app.duties.models import Reminder
from app.duties.queries import chasing, desk
from app.people.models import Person
from app.policy.pack import LOCAL_SETTING, ChaseRule, ChaseStep
from app.policy.queries import pack

KIND = "sweep"


@dataclass
class Duties:
    """Duties that a test puts there and takes away."""

    rows: list[tuple[uuid.UUID, str, date, uuid.UUID | None]] = field(default_factory=list)

    def add(self, doer: Person, due_on: date, *, key: str = "hall", matter_id: uuid.UUID | None = None) -> None:
        """Give somebody a duty."""
        self.rows.append((doer.id, key, due_on, matter_id))

    def everybody(self) -> sa.Select[Any]:
        """The rows as a room would select them: of people who still work here (see people/everybody.py)."""
        made = [_row(*row) for row in self.rows] or [_row(None, "", None, None).where(sa.false())]
        rows = sa.union_all(*made).subquery()
        last_day = Person.last_working_day
        return sa.select(rows).join(Person, Person.id == rows.c.person_id).where(
            sa.or_(last_day.is_(None), last_day >= TODAY)
        )

    def select(self, viewer: Viewer, today: date) -> sa.Select[Any]:
        """The rows of one person, for their first page."""
        rows = self.everybody().params(today=today).subquery().c
        return sa.select(sa.literal(KIND).label("name"), rows.key, rows.who, rows.due_on).where(
            rows.person_id == viewer.id
        )

    def kind(self, opens: Callable[..., sa.Select[Any]] | None = None, unopened: str = "") -> DueKind:
        """The kind of these duties."""
        return DueKind(
            KIND, "Sweep the {who}", "policy.show", "slug", self.select,
            everybody=self.everybody, opens=opens, unopened=unopened,
        )  # fmt: skip


def _row(doer_id: uuid.UUID | None, key: str, due_on: date | None, matter_id: uuid.UUID | None) -> sa.Select[Any]:
    is_id = sa.Uuid(as_uuid=True)
    columns: list[Any] = [
        sa.literal(KIND).label("name"),
        sa.literal(doer_id, is_id).label("person_id"), sa.literal(key).label("key"),
        sa.literal(key).label("who"), sa.literal(due_on, sa.Date).label("due_on"),
        sa.literal(matter_id, is_id).label("matter_id"),
    ]  # fmt: skip
    return sa.select(*columns)


def rule(*steps: tuple[str, int], repeat: int | None = None, about_matters: bool = False) -> ChaseRule:
    """A rule for these duties."""
    local = (LOCAL_SETTING,)
    made = tuple(ChaseStep(to, day) for to, day in steps)
    return ChaseRule(KIND, "Sweep", made, repeat, about_matters, local, local, "")


USUAL = rule(("doer", -1), ("doer", 0), ("sca", 1), ("head_of_service", 3), repeat=5)


def use(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    chase_rule: ChaseRule = USUAL,
    opens: Callable[..., sa.Select[Any]] | None = None,
    unopened: str | None = None,
) -> Duties:
    """Let these be the only duties there are, with this rule; those for whom they do not open are told where they are."""
    duties = Duties()
    where = ("" if opens else "about sweeping") if unopened is None else unopened
    monkeypatch.setattr(app.extensions["registries"], "due", {KIND: duties.kind(opens, where)})
    for module in (chasing, desk):
        monkeypatch.setattr(module, "pack", lambda: replace(pack(), chases={KIND: chase_rule}))
    return duties


def morning(day: date, hour: int = 7) -> int:
    """Chase on a day until nothing is left, as the runner does; gives how many things were done."""
    at, total = clock.at_local(day, hour), 0
    with clock.set_to(at):
        while True:
            begin_writing()
            done = operations.chase(at)
            commit()
            total += done
            if not done:
                return total


def sent(person: Person | None = None) -> list[tuple[date, int]]:
    """When somebody (or anybody) was reminded, and of which step."""
    query = sa.select(Reminder.sent_on, Reminder.step).order_by(Reminder.sent_on, Reminder.step)
    if person is not None:
        query = query.where(Reminder.to_person_id == person.id)
    return [tuple(row) for row in db.session.execute(query)]


@contextmanager
def on(day: date) -> Iterator[None]:
    """Hold the clock at ten in the morning of a day."""
    with clock.set_to(clock.at_local(day, 10)):
        yield
