"""Reminding people of what is due, and telling those above them once it is late."""

from datetime import date, datetime

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.core.outbox import OutboxMessage, message_kind, notify_of_new
from app.duties.models import Reminder
from app.duties.queries.chasing import ToTell, duties_near, settled, to_tell
from app.policy.queries import working_calendar

BITE = 200

REMINDER = message_kind("reminder", "Something that waits for you is due or late", "duties.mine")
ESCALATED = message_kind("reminder_escalated", "Something is late with somebody else", "duties.mine")


def chase(at: datetime) -> int:
    """Send the reminders that have fallen due, some at a time; gives how many things it did, 0 when nothing is left.

    On working days only. What fell due while nothing ran is told once, by its latest step. Who is told of what and when
    are the rules of the pack. Source: domain 3.3 to 3.6; the days are local settings.
    """
    today = clock.local_day(at)
    if not working_calendar().estimating().is_working_day(today):
        return 0
    _forget_what_is_to_come(today)
    duties = duties_near(today)
    done = settled(duties)
    if done:
        db.session.execute(sa.update(Reminder).where(Reminder.id.in_(done)).values(settled_on=today))
    new = to_tell(duties, today)[:BITE] if duties else []
    for one in new:
        _remind(one, at=at)
    return len(new) + len(done)


def _forget_what_is_to_come(today: date) -> None:
    """What was told on a day still to come was told while the clock was ahead: once that day has come it is told.

    Its messages go as well; a mail that left has left.
    """
    ahead = sa.or_(Reminder.sent_on > today, Reminder.settled_on > today)
    if db.session.execute(sa.select(Reminder.id).where(ahead).limit(1)).first() is not None:
        told = sa.select(Reminder.id).where(Reminder.sent_on > today)
        db.session.execute(sa.delete(OutboxMessage).where(OutboxMessage.subject_id.in_(told)))
        db.session.execute(sa.delete(Reminder).where(Reminder.sent_on > today))
        db.session.execute(sa.update(Reminder).where(Reminder.settled_on > today).values(settled_on=None))


def _remind(one: ToTell, *, at: datetime) -> None:
    reminder = Reminder(
        kind=one.thing.kind, key=one.thing.key, due_on=one.thing.due_on, step=one.step, to_person_id=one.person_id,
        escalated=one.escalated, sent_on=clock.local_day(at), created_at=at,
    )  # fmt: skip
    db.session.add(reminder)
    kind = ESCALATED if one.escalated else REMINDER
    notify_of_new(one.person_id, kind, reminder.id, at=at, matter_id=one.matter_id)
