"""Which managers have reminded their teams of the policy, and by when the next reminder is due."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db, named
from app.core.paging import Cursor, KeyPage, key_page
from app.core.registries import Viewer
from app.people.everybody import carries, opening
from app.people.models import Person
from app.people.queries import is_here
from app.policy.models import SEES_REMINDERS, PolicyVersion, RemindedBy, ReminderTo, ReminderTurn, TeamReminder
from app.policy.queries.daily import asked_of_a_day

REMIND = "policy:remind"
MOST = sa.bindparam("most", type_=sa.Integer())
"""How many are asked for at once."""
PAGE = 25


def has_team(person_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """That somebody who works here reports to a person, as a condition."""
    member = named(Person, "member_of_team")
    reports = sa.and_(member.line_manager_id == person_id, is_here(day, member))
    return sa.exists().where(reports).correlate_except(member)


def reminds(manager: Any, day: Any) -> sa.ColumnElement[bool]:
    """That a person works here and somebody who works here reports to them, as a condition."""
    return sa.and_(is_here(day, manager), has_team(manager.id, day))


def team_to_remind(manager: Person, day: date) -> list[Person]:
    """Everybody here who reports to a manager, by name."""
    return list(
        db.session.execute(
            sa.select(Person)
            .where(Person.line_manager_id == manager.id, is_here(day))
            .order_by(Person.name, Person.id)
        ).scalars()
    )


@asked_of_a_day
def managers_without_turn(day: Any) -> sa.Select[Any]:
    """The ids of managers of whom nobody has said yet by when they are to remind their team; `most` of them."""
    has_turn = sa.exists().where(ReminderTurn.manager_id == Person.id, ReminderTurn.done_by_id.is_(None))
    without = reminds(Person, day), Person.email.is_not(None), ~has_turn
    return sa.select(Person.id).where(*without).order_by(Person.id).limit(MOST)


@asked_of_a_day
def turns_without_team(day: Any) -> sa.Select[Any]:
    """Open turns that would be shown by now, of managers who have nobody to remind or have left themselves; `most`."""
    turn = ReminderTurn
    would_show = sa.and_(turn.done_by_id.is_(None), turn.waits_since.is_(None), turn.shown_from <= day)
    return _turns_where(would_show, ~reminds(Person, day))


@asked_of_a_day
def turns_with_team_again(day: Any) -> sa.Select[Any]:
    """Turns that waited, of managers who have somebody to remind again; `most` of them."""
    waits = sa.and_(ReminderTurn.done_by_id.is_(None), ReminderTurn.waits_since.is_not(None))
    return _turns_where(waits, reminds(Person, day))


def _turns_where(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    query = sa.select(ReminderTurn).join(Person, Person.id == ReminderTurn.manager_id).where(*conditions)
    return query.order_by(ReminderTurn.id).limit(MOST)


def open_turn(manager_id: uuid.UUID) -> ReminderTurn | None:
    """By when a manager is to remind the team next."""
    return db.session.execute(
        sa.select(ReminderTurn).where(ReminderTurn.manager_id == manager_id, ReminderTurn.done_by_id.is_(None))
    ).scalar_one_or_none()


def _of_turn(turn: Any = ReminderTurn) -> sa.ColumnElement[bool]:
    """That a reminder counts for a turn: given since that was counted, and not written down for one that is done already."""
    done, done_by = named(ReminderTurn, "turn_before"), named(TeamReminder, "reminder_before")
    done_at = (
        sa.select(sa.func.max(done_by.at))
        .join(done, done.done_by_id == done_by.id)
        .where(done.manager_id == TeamReminder.manager_id)
        .correlate(TeamReminder)
        .scalar_subquery()
    )
    is_new = sa.or_(done_at.is_(None), TeamReminder.at > done_at)
    return sa.and_(TeamReminder.manager_id == turn.manager_id, TeamReminder.given_on >= turn.counted_from, is_new)


def _was_reminded(person_id: Any) -> sa.ColumnElement[bool]:
    """That somebody was reminded in a turn, as a condition of a query of turns."""
    to_them = sa.and_(ReminderTo.reminder_id == TeamReminder.id, ReminderTo.person_id == person_id)
    return sa.exists().where(to_them, _of_turn()).correlate_except(ReminderTo, TeamReminder)


def reminders_of_turn(turn: ReminderTurn) -> list[TeamReminder]:
    """What was given in a turn that is not done, in the order in which it was written down."""
    query = sa.select(TeamReminder).where(_of_turn(turn)).order_by(TeamReminder.at, TeamReminder.id)
    return list(db.session.execute(query).scalars())


def reminded_in(turn: ReminderTurn) -> set[uuid.UUID]:
    """Who was reminded in a turn that is not done, whether or not they are in the team still."""
    query = sa.select(ReminderTo.person_id).join(TeamReminder, TeamReminder.id == ReminderTo.reminder_id)
    return set(db.session.execute(query.where(_of_turn(turn))).scalars())


@asked_of_a_day
def turns_with_all_reminded(day: Any) -> sa.Select[Any]:
    """Open turns in which everybody was reminded who still reports to the manager: those who were left have gone; `most`."""
    member = named(Person, "member_to_remind")
    theirs = sa.and_(member.line_manager_id == ReminderTurn.manager_id, is_here(day, member))
    is_left = sa.exists().where(theirs, ~_was_reminded(member.id)).correlate_except(member)
    open_still = ReminderTurn.done_by_id.is_(None), has_team(ReminderTurn.manager_id, day), ~is_left
    return sa.select(ReminderTurn).where(*open_still).order_by(ReminderTurn.id).limit(MOST)


def turn_by_id(turn_id: uuid.UUID) -> ReminderTurn | None:
    """A turn with its manager."""
    return db.session.execute(
        sa.select(ReminderTurn).where(ReminderTurn.id == turn_id).options(joinedload(ReminderTurn.manager))
    ).scalar_one_or_none()


def to_remind(viewer: Viewer, today: date) -> sa.Select[Any]:
    """For managers: by when they are to remind their team, as a due item."""
    columns: list[Any] = [
        sa.literal(REMIND).label("name"), sa.cast(ReminderTurn.id, sa.String).label("key"),
        sa.cast(sa.null(), sa.String).label("who"), ReminderTurn.due_on.label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).where(
        ReminderTurn.manager_id == viewer.id, ReminderTurn.done_by_id.is_(None), ReminderTurn.waits_since.is_(None),
        ReminderTurn.shown_from <= today, has_team(viewer.id, today),
    )  # fmt: skip


def _seen(viewer: Viewer, _today: date) -> sa.Select[Any]:
    manager = named(Person, "manager_to_remind")
    key: Any = sa.cast(ReminderTurn.id, sa.String).label("key")
    sees = sa.or_(manager.id == viewer.id, manager.line_manager_id == viewer.id, carries(viewer, *SEES_REMINDERS))
    return sa.select(key).join(manager, manager.id == ReminderTurn.manager_id).where(sees)


turns_open_to = opening(_seen)


def reminders_given_by(manager_id: uuid.UUID, *, most: int = 20) -> list[TeamReminder]:
    """What a manager reminded the team of, newest first, with to how many."""
    return list(
        db.session.execute(
            sa.select(TeamReminder)
            .where(TeamReminder.manager_id == manager_id)
            .options(selectinload(TeamReminder.audience), joinedload(TeamReminder.version))
            .order_by(TeamReminder.given_on.desc(), TeamReminder.at.desc(), TeamReminder.id)
            .limit(most)
        ).scalars()
    )


def same_reminder(
    manager_id: uuid.UUID, method: RemindedBy, given_on: date, words: str, people: Collection[uuid.UUID]
) -> TeamReminder | None:
    """What a manager gave already on this day in these words to just these people: the same page sent once more."""
    found = db.session.execute(
        sa.select(TeamReminder)
        .where(TeamReminder.manager_id == manager_id, TeamReminder.given_on == given_on)
        .where(TeamReminder.method == method, TeamReminder.words == words)
        .options(selectinload(TeamReminder.audience))
    ).scalars()
    return next((one for one in found if {line.person_id for line in one.audience} == set(people)), None)


def reminders_received(person_id: uuid.UUID, *, most: int = 50) -> list[TeamReminder]:
    """What somebody was reminded of by their managers, newest first."""
    return list(
        db.session.execute(
            sa.select(TeamReminder)
            .join(ReminderTo, ReminderTo.reminder_id == TeamReminder.id)
            .where(ReminderTo.person_id == person_id)
            .options(joinedload(TeamReminder.manager), joinedload(TeamReminder.version))
            .order_by(TeamReminder.given_on.desc(), TeamReminder.at.desc(), TeamReminder.id)
            .limit(most)
        ).scalars()
    )


def managers_page(day: date, cursor: Cursor) -> KeyPage:
    """Every manager with a team, with the last reminder, by when the next is due and how many of the team were reminded
    since that was counted; the most urgent first.
    """
    turn = ReminderTurn
    last = (
        sa.select(sa.func.max(TeamReminder.given_on)).where(TeamReminder.manager_id == turn.manager_id).correlate(turn)
    ).scalar_subquery()
    select = _managers(day, turn.id.label("id"), last.label("last"), *_progress(day))
    return key_page(select, [turn.due_on], turn.id, cursor, size=PAGE)


def reminder_log(day: date) -> list[tuple[str | int, ...]]:
    """Every manager with a team, the most urgent first, with each reminder they gave, as lines of text and numbers.

    Manager, when the next is due, how many of the team were reminded for that already, when it was given, how, to how
    many, of which version; the last four empty where there is none. How many people a manager has is no secret from those
    who read it.
    """
    given, told = TeamReminder, sa.select(sa.func.count()).where(ReminderTo.reminder_id == TeamReminder.id)
    select = (
        _managers(
            day, given.given_on, given.method, PolicyVersion.label, told.scalar_subquery().label("people"), *_progress(day)
        )
        .outerjoin(given, given.manager_id == ReminderTurn.manager_id)
        .outerjoin(PolicyVersion, PolicyVersion.id == given.version_id)
        .order_by(ReminderTurn.due_on, ReminderTurn.id, given.given_on.desc(), given.id)
    )
    return [
        (
            row.name, row.due_on.isoformat(), f"{row.reminded} of {row.team}",
            *((row.given_on.isoformat(), row.method.label, row.people, row.label) if row.given_on else ("", "", "", "")),
        )
        for row in db.session.execute(select)
    ]  # fmt: skip


def _progress(day: date) -> tuple[Any, Any]:
    """How many are in the team of a turn's manager, and how many of them were reminded in it, as columns."""
    member = named(Person, "member_counted")
    team = (
        sa.select(sa.func.count())
        .select_from(member)
        .where(member.line_manager_id == ReminderTurn.manager_id, is_here(day, member))
        .correlate(ReminderTurn)
    )
    reminded = team.where(_was_reminded(member.id))
    return team.scalar_subquery().label("team"), reminded.scalar_subquery().label("reminded")


def _managers(day: date, *columns: Any) -> sa.Select[Any]:
    """Every manager here who has a team, with when the next reminder is due."""
    manager, turn = named(Person, "manager_with_team"), ReminderTurn
    return (
        sa.select(manager.name, turn.due_on, *columns)
        .select_from(turn)
        .join(manager, manager.id == turn.manager_id)
        .where(turn.done_by_id.is_(None), turn.waits_since.is_(None), reminds(manager, day))
    )
