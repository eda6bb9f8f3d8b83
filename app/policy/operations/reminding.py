"""Managers remind their teams of the policy from time to time (policy 6.1(4)); how often is a local setting."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from app.core.audit import event_kind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import InvalidInput, NotAllowed
from app.core.outbox import message_kind, notify
from app.core.working_days import months_after
from app.people.models import Person
from app.policy.models import RemindedBy, ReminderTo, ReminderTurn, TeamReminder
from app.policy.operations.acknowledging import must_have_begun
from app.policy.queries import (
    ask_from,
    managers_without_turn,
    open_turn,
    pack,
    period,
    reminded_in,
    reminders_of_turn,
    same_reminder,
    team_to_remind,
    turns_with_all_reminded,
    turns_with_team_again,
    turns_without_team,
    version_in_force,
)

REMINDED = event_kind("policy:reminded", "reminded the team of the policy ({method})")
FROM_MANAGER = message_kind("policy_from_manager", "Your manager reminds you of something", "policy.reminders_received")

REMIND_EVERY, REMIND_NOTICE = "manager_reminder_months", "manager_reminder_notice_working_days"
TURNS_BITE = 200


def give_turns(at: datetime) -> int:
    """Say by when each manager with a team is to remind it; gives for how many that was new.

    A turn in which only those were left who have left themselves, or report to somebody else, is done too. Whoever had
    nobody to remind when it was to be shown has the whole period from the day on which they have a team again.
    """
    today = local_day(at)
    if not pack().switches["manager_reminders"].value:
        return 0
    moved = _let_wait(today) + _count_anew(today)
    finished = turns_with_all_reminded(today, most=TURNS_BITE).scalars().all()
    for turn in finished:
        _finish(turn)
    db.session.flush()
    managers = managers_without_turn(today, most=TURNS_BITE).scalars().all()
    for manager_id in managers:
        db.session.add(_turn(manager_id, today))
    return moved + len(finished) + len(managers)


def _let_wait(today: date) -> int:
    turns = turns_without_team(today, most=TURNS_BITE).scalars().all()
    for turn in turns:
        turn.waits_since = today
    db.session.flush()
    return len(turns)


def _count_anew(today: date) -> int:
    turns = turns_with_team_again(today, most=TURNS_BITE).scalars().all()
    for turn in turns:
        turn.waits_since, turn.counted_from = None, today
        turn.due_on, turn.shown_from = _due(today)
    db.session.flush()
    return len(turns)


def remind_team(
    manager: Person, *, method: RemindedBy, words: str, given_on: date, people: Collection[Person], at: datetime
) -> TeamReminder:
    """Record that a manager reminds people in their team; a message goes out in their name, now that they confirm it.

    It is of the version that held on that day. Once everybody in the team was reminded, the next is due a period after
    that (a local setting). The same once more is the one there is.
    """
    today = local_day(at)
    team = {person.id: person for person in team_to_remind(manager, today)}
    if not team:
        raise NotAllowed("Only somebody with a team can remind it.", what_now="Ask HR to record who reports to you.")
    reminded = [team[person.id] for person in people if person.id in team]
    if not reminded or len(reminded) != len(people):
        raise InvalidInput("Select who in your team you remind", field="people")
    if not words:
        raise InvalidInput("Enter what you remind them of", field="words")
    if method is RemindedBy.MESSAGE and given_on != today:
        raise InvalidInput("A message leaves today", field="given_on")
    must_have_begun(reminded, given_on, field="given_on")
    version = version_in_force(given_on) if given_on <= today else None
    if version is None:
        raise InvalidInput("The briefing must have been today or earlier, while the policy was in force", field="given_on")
    before = same_reminder(manager.id, method, given_on, words, [person.id for person in reminded])
    if before is not None:
        return before
    made = TeamReminder(
        manager_id=manager.id, version_id=version.id, method=method, given_on=given_on, words=words, at=at
    )
    db.session.add(made)
    db.session.flush()
    for person in reminded:
        db.session.add(ReminderTo(reminder_id=made.id, person_id=person.id))
        if method is RemindedBy.MESSAGE:
            notify(person.id, FROM_MANAGER, made.id, at=at)
    db.session.flush()
    _next_turn(manager, set(team), given_on)
    facts = {"method": method, "given_on": given_on, "people": len(reminded)}
    record(REMINDED, made.id, by=manager.id, at=at, about=manager.id, facts=facts)
    return made


def _next_turn(manager: Person, team: set[uuid.UUID], given_on: date) -> None:
    """What was due is done once everybody who reports to the manager was reminded since that was counted."""
    before = open_turn(manager.id)
    if before is None:
        db.session.add(_turn(manager.id, given_on))
    elif team <= reminded_in(before):
        _finish(before)


def _finish(turn: ReminderTurn) -> None:
    """The turn is done with the last reminder in it; the next one is counted from the last day on which one was given."""
    given = reminders_of_turn(turn)
    turn.done_by_id = given[-1].id
    db.session.flush()
    db.session.add(_turn(turn.manager_id, max(one.given_on for one in given)))


def _turn(manager_id: object, counted_from: date) -> ReminderTurn:
    due_on, shown_from = _due(counted_from)
    return ReminderTurn(manager_id=manager_id, counted_from=counted_from, due_on=due_on, shown_from=shown_from)


def _due(counted_from: date) -> tuple[date, date]:
    """By when the next one is due, and from when that is shown."""
    due_on = months_after(counted_from, period(REMIND_EVERY).value)
    return due_on, ask_from(REMIND_NOTICE, due_on)
