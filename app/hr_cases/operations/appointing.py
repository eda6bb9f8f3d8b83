"""Who can be appointed to a part in a case, whichever act appoints them (domain 3.6; conflict rules 1 to 4 of 3.11)."""

from collections.abc import Mapping
from datetime import datetime

from app.core.errors import InvalidInput
from app.hr_cases.models import ROLE_FOR, Case
from app.matters.models import Capacity
from app.matters.operations import appoint_party
from app.people.models import Person
from app.policy.queries import pack

NOT_IN_THE_POOL: Mapping[Capacity, str] = {
    Capacity.CASE_OWNER: "cannot own cases. Select somebody with the role {title}.",
    Capacity.INVESTIGATOR: "is not in the pool of trained investigators. Select somebody who is.",
    Capacity.DECISION_MAKER: "is not one of the people who may decide cases. Select somebody else.",
    Capacity.APPEAL_OFFICER: "is not one of the people who may hear appeals. Select somebody else.",
}


def take_part(case: Case, person: Person, capacity: Capacity, *, by: Person, at: datetime, field: str) -> None:
    """Give somebody a part in a case from now on.

    Refuses (422, at `field`) whoever does not hold the role for it, whom a conflict rule keeps out, for an appeal whoever
    was involved before, and oneself: only to own a case may somebody appoint themselves, who answers for it then.
    """
    if person.id == by.id and capacity is not Capacity.CASE_OWNER:
        raise InvalidInput("You cannot appoint yourself. Select somebody else.", field=field)
    if not person.holds(ROLE_FOR[capacity]):
        title = pack().role_titles["hr_case_owner"].value
        raise InvalidInput(f"{person.name} {NOT_IN_THE_POOL[capacity].format(title=title)}", field=field)
    if capacity is Capacity.APPEAL_OFFICER and _was_involved(case, person):
        raise InvalidInput(f"{person.name} was involved in this case before. Select somebody else.", field=field)
    appoint_party(case.matter, person, capacity, at=at, field=field)


def _was_involved(case: Case, person: Person) -> bool:
    """Whether somebody had any part in the case or in the report behind it, now or earlier."""
    parties = (*case.matter.parties, *case.report.matter.parties)
    return person.id == case.opened_by_id or any(party.person_id == person.id for party in parties)
