"""Adding people to a matter, and ending their part in it."""

from collections.abc import Iterable
from datetime import datetime

from app.core import clock
from app.core.db import db
from app.core.errors import InvalidInput
from app.matters.models import CONCERNED, WALLED, WALLED_FOR_NOW, WHO_REPORTED, Capacity, Matter, MatterParty
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

    Whoever is walled off from one of them for good already stays as they are there.
    """
    for matter in from_all:
        if capacity in WALLED_FOR_NOW or not matter.has_party(person, *WALLED):
            add_party(matter, person, capacity, at=at)


def lift_wall(person: Person, capacity: Capacity, *, from_all: Iterable[Matter], at: datetime) -> None:
    """End a part that somebody has in all of these matters. What walls off for now does so no longer."""
    for matter in from_all:
        for part in matter.parties:
            if part.person_id == person.id and part.capacity is capacity and part.until is None:
                end_part(part, at=at)


def carry_wall(report: Matter, case: Matter, subject: Person, *, at: datetime) -> None:
    """Wall everybody off from a new case who is walled off from its report.

    Others whom the report is about were there: witnesses. Whoever was named once and is not any more has no part in the
    case, but stays walled off from it too.
    """
    add_party(case, subject, Capacity.SUBJECT, at=at)
    for capacity in (Capacity.REPORTER, Capacity.WITNESS, Capacity.COMPANION):
        for person in report.people_as(capacity):
            add_party(case, person, capacity, at=at)
    for other in report.people_as(Capacity.SUBJECT):
        if other.id != subject.id:
            add_party(case, other, Capacity.WITNESS, at=at)
    known = {party.person_id for party in case.parties}
    for former in report.parties:
        if former.capacity in WALLED and former.until is not None and former.person_id not in known:
            end_part(add_party(case, former.person, former.capacity, at=at), at=at)


def carry_reporters(repeat: Matter, to: Matter, *, at: datetime) -> None:
    """Count whoever reported something as having reported what their report repeats too, and its witnesses as witnesses.

    Never the person concerned, nor whoever may be: they told of themselves, and their name is no secret from themselves.
    Whoever told of themselves has reported all the same where it turned out to be about somebody else.
    """
    concerned = set(to.people_as(*CONCERNED))
    if not to.people_as(Capacity.SUBJECT):
        concerned.update(repeat.people_as(Capacity.SUBJECT))
    for person in repeat.people_as(*WHO_REPORTED):
        if person not in concerned and not to.has_party(person, *WHO_REPORTED):
            add_party(to, person, Capacity.ALSO_REPORTED, at=at)
    for person in repeat.people_as(Capacity.WITNESS):
        if person not in concerned:
            wall_off(person, Capacity.WITNESS, from_all=[to], at=at)


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
