"""Who manages somebody whose line manager is missing or still to begin: in words, and since when."""

from datetime import date, timedelta

from app.core.presentation import uk_date
from app.people.models import Person

MANAGER_HINT = (
    "Their work e-mail address or full name. Whoever begins later, or manages them later in place of the person you enter, "
    "is recorded by a file of people that is imported from then on."
)
RECORDED_OTHERWISE = (
    "You need do nothing. If somebody else manages them, ask whoever imports the files of people to record that."
)
"""What to do where HR is not asked any more: no page changes a line manager who is here."""


def missing_since(person: Person, day: date) -> date:
    """The last day on which somebody whom nobody manages, or for whom nobody decides, had somebody who did.

    The last working day of their line manager, or of the head of their service where that came later. Where no line manager
    is recorded who has left, one was taken off the record: it is looked at every morning, so they were there the day before.
    """
    manager, head = person.line_manager, person.service.head if person.service is not None else None
    if manager is None or not manager.has_left_on(day):
        return day - timedelta(days=1)
    gone = (one.last_working_day for one in (manager, head) if one is not None and one.has_left_on(day))
    return max(last for last in gone if last is not None)


def who_comes(person: Person, day: date) -> str:
    """For whoever records who manages somebody: that their line manager is recorded and begins later; else empty."""
    manager = person.manager_to_come_on(day)
    return f"{manager.name} manages them from {uk_date(manager.started)}." if manager is not None else ""


def until_then(person: Person, day: date) -> str:
    """`who_comes`, with what is asked because nobody is there to decide for them until that day."""
    comes = who_comes(person, day)
    return f"{comes} Enter who manages them until then." if comes else ""
