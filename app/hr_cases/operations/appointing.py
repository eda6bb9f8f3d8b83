"""Who can be appointed to a part in a case, whichever act appoints them (domain 3.6; conflict rules 1 to 4 of 3.11)."""

from collections.abc import Mapping
from datetime import datetime

from app.core.errors import InvalidInput
from app.hr_cases.models import ROLE_FOR, Case
from app.hr_cases.operations.authority import MAY_NOT_DISMISS, lacks_authority
from app.matters.models import CANNOT_ALSO_BE, DECIDES_OR_INVESTIGATES, Capacity
from app.matters.operations import appoint_party
from app.matters.queries import Conflict
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

    Refuses (422, at `field`) whoever does not hold the role for it, whom a conflict rule keeps out, and oneself: only to
    own a case may somebody appoint themselves, who answers for it then. Whoever dealt with the report before it was a case
    neither investigates nor decides, and nobody hears an appeal who had any part before.
    """
    if person.id == by.id and capacity is not Capacity.CASE_OWNER:
        raise InvalidInput("You cannot appoint yourself. Select somebody else.", field=field)
    if not person.holds(ROLE_FOR[capacity]):
        title = pack().role_titles["hr_case_owner"].value
        raise InvalidInput(f"{person.name} {NOT_IN_THE_POOL[capacity].format(title=title)}", field=field)
    if capacity is Capacity.DECISION_MAKER and lacks_authority(case, person):
        raise InvalidInput(
            f"{person.name} {MAY_NOT_DISMISS}. Select somebody who may dismiss. If nobody may, ask an administrator to give "
            "somebody the authority",
            field=field,
        )
    if capacity is Capacity.APPEAL_OFFICER and _had_a_part(case, person):
        raise InvalidInput(f"{person.name} was involved in this case before. Select somebody else.", field=field)
    dealt = capacity in DECIDES_OR_INVESTIGATES and _dealt_with_report(case, person)
    also = [Conflict(4, f"{person.name} dealt with the report before there was a case.")] if dealt else []
    appoint_party(case.matter, person, capacity, at=at, field=field, also=also)


def why_not_offered(case: Case, person: Person, capacity: Capacity, *, by: Person) -> str | None:
    """What keeps somebody of the pool from a part because of this case, as the end of a sentence; None if nothing does.

    A list to choose from asks it, so that it offers nobody whom the act refuses; the act asks everything again.
    """
    if person.id == by.id and capacity is not Capacity.CASE_OWNER:
        return "cannot appoint themselves"
    if capacity is Capacity.APPEAL_OFFICER and _had_a_part(case, person):
        return "was involved in this case before"
    if capacity is Capacity.DECISION_MAKER and lacks_authority(case, person):
        return MAY_NOT_DISMISS
    others = CANNOT_ALSO_BE[capacity]
    if any(party.person_id == person.id and party.capacity in others for party in case.matter.parties):
        return "has or had another part in this case"
    if capacity in DECIDES_OR_INVESTIGATES and _dealt_with_report(case, person):
        return "dealt with the report before there was a case"
    return None


def _had_a_part(case: Case, person: Person) -> bool:
    """Whether somebody had any part in the case or in the report behind it, now or earlier."""
    parties = (*case.matter.parties, *case.report.matter.parties)
    return any(party.person_id == person.id for party in parties)


def _dealt_with_report(case: Case, person: Person) -> bool:
    """Whether somebody opened the case, or confirmed the report behind it, decided where it belongs or answered that."""
    report = case.report
    decided = {who for decision in report.decisions for who in (decision.decided_by_id, decision.second_by_id)}
    return person.id in {case.opened_by_id, report.acknowledged_by_id, *decided}
