"""Who manages somebody whose line manager is missing or still to begin: in words, and since when."""

from datetime import date, timedelta

from app.core.db import db
from app.core.presentation import uk_date
from app.people.models import Person, decider_of


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


def is_asked_until_then(person: Person, day: date) -> bool:
    """Whether their line manager begins later and nobody is there to decide until then."""
    return person.manager_to_come_on(day) is not None and decider_of(person, day) is None


def what_was_recorded(person: Person, manager: Person, day: date) -> str:
    """What HR recorded of who manages somebody: who decides now, and who from when; a sentence without its full stop."""
    to_come, decider_id = person.manager_to_come_on(day), decider_of(person, day)
    if to_come is None:
        return f"You recorded that {manager.name} manages {person.name}"
    begins = uk_date(to_come.started)
    if to_come != manager:
        return f"You recorded that {manager.name} manages {person.name} until {to_come.name} begins on {begins}"
    said = f"You recorded that {manager.name} manages {person.name} from {begins}"
    if decider_id is None:
        return f"{said}. Nobody decides for them until then: enter who manages them until then"
    return f"{said}. Until then {db.session.get_one(Person, decider_id).name}, the head of their service, decides"
