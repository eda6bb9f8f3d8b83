"""Managers remind their teams of the policy from time to time (policy 6.1(4)); how often is a local setting."""

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
from app.policy.queries import (
    current_version,
    managers_without_turn,
    open_turn,
    pack,
    period,
    same_reminder,
    team_to_remind,
    working_calendar,
)

REMINDED = event_kind("policy:reminded", "reminded the team of the policy ({method})")
FROM_MANAGER = message_kind("policy_from_manager", "Your manager reminds you of something", "policy.reminders_received")

REMIND_EVERY, REMIND_NOTICE = "manager_reminder_months", "manager_reminder_notice_working_days"
TURNS_BITE = 200


def give_turns(at: datetime) -> int:
    """Say by when each manager with a team is to remind it; gives for how many that was new."""
    today = local_day(at)
    if not pack().switches["manager_reminders"].value:
        return 0
    managers = managers_without_turn(today, most=TURNS_BITE)
    for manager_id in managers:
        db.session.add(_turn(manager_id, today))
    return len(managers)


def remind_team(
    manager: Person, *, method: RemindedBy, words: str, given_on: date, people: Collection[Person], at: datetime
) -> TeamReminder:
    """Record that a manager reminds people in their team; a message goes out in their name, now that they confirm it.

    The next reminder is due a period after this one (a local setting). The same once more is the one there is.
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
    version = current_version(today)
    if given_on > today or given_on < version.effective_on:
        raise InvalidInput("The briefing must have been today or earlier, under the policy in force", field="given_on")
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
    _next_turn(manager, made, given_on)
    facts = {"method": method, "given_on": given_on, "people": len(reminded)}
    record(REMINDED, made.id, by=manager.id, at=at, about=manager.id, facts=facts)
    return made


def _next_turn(manager: Person, made: TeamReminder, given_on: date) -> None:
    """What was due is done, unless an earlier briefing is only written down now."""
    before = open_turn(manager.id)
    if before is not None:
        if given_on < before.counted_from:
            return
        before.done_by_id = made.id
        db.session.flush()
    db.session.add(_turn(manager.id, given_on))


def _turn(manager_id: object, counted_from: date) -> ReminderTurn:
    due_on = months_after(counted_from, period(REMIND_EVERY).value)
    shown_from = working_calendar().estimating().before(period(REMIND_NOTICE).value, due_on).due
    return ReminderTurn(manager_id=manager_id, counted_from=counted_from, due_on=due_on, shown_from=shown_from)
