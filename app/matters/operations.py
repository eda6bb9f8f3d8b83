"""Adding people to a matter, and ending their part in it."""

from collections.abc import Iterable
from datetime import datetime

from app.core import clock
from app.core.db import db
from app.core.errors import InvalidInput
from app.matters.models import WALLED, Capacity, Matter, MatterParty
from app.matters.queries import Conflict, conflicts_of
from app.people.models import Person


def add_party(matter: Matter, person: Person, capacity: Capacity, *, at: datetime) -> MatterParty:
    """Note that somebody takes part in a capacity from now on; the same part twice is one part."""
    for party in matter.parties:
        if party.person_id == person.id and party.capacity == capacity and party.until is None:
            return party
    party = MatterParty(matter_id=matter.id, person_id=person.id, capacity=capacity, since=at, person=person)
    matter.parties.append(party)
    db.session.add(party)
    return party


def wall_off(person: Person, capacity: Capacity, *, from_all: Iterable[Matter], at: datetime) -> None:
    """Note in every one of these matters that somebody is walled off from it: what one is made of, the other holds too.

    Whoever is walled off from one of them already stays as they are there.
    """
    for matter in from_all:
        if not matter.has_party(person, *WALLED):
            add_party(matter, person, capacity, at=at)


def appoint_party(
    matter: Matter,
    person: Person,
    capacity: Capacity,
    *,
    at: datetime,
    field: str | None = None,
    also: Iterable[Conflict] = (),
) -> MatterParty:
    """Appoint somebody to a capacity after checking every conflict rule; refuses (422) naming the rules to HR.

    `also` are the conflicts that only the room knows, which the matter belongs to.
    """
    conflicts = [*conflicts_of(matter, person, capacity, clock.local_day(at)), *also]
    if conflicts:
        sentences = " ".join(conflict.sentence for conflict in conflicts)
        raise InvalidInput(f"{sentences} Select somebody else.", field=field)
    return add_party(matter, person, capacity, at=at)


def end_part(part: MatterParty, *, at: datetime) -> None:
    """End somebody's part. It stays on the list with its days: whoever had it may not take another in this matter."""
    part.until = at
