"""Who is meant by the companion that the person concerned names, and the wall around whoever works here.

A companion has a part in the matter from the answer on, and so has no officer's view of it as long as they are the
companion. Whom to bring, and to bring somebody else instead, is for the person concerned to say, and HR refuses nobody who
comes as of right for being in HR. So that nobody loses their work on a case by being named alone, the part ends, and the
case is open to them again, once somebody else is to come: being named tells them nothing here. Who came along to a hearing
heard what was said at it, and keeps the part for good. Where the last HR manager is named, the case page tells its owner
what to do. Only officers of the case, whom its letters name, are refused: a reporter or witness is taken like anybody else,
as a refusal would tell the person concerned who they are.
Sources: domain 3.11, rules 1, 6 and 7; Acas Code paragraphs 13 to 17; Employment Relations Act 1999, section 10.
"""

from datetime import date, datetime

from app.breach_reports.queries import people_named
from app.core import clock
from app.core.errors import InvalidInput
from app.hr_cases.models import Case, CompanionKind, HearingNotice
from app.hr_cases.queries.records import last_hearing_at
from app.matters.models import SEPARATE, Capacity, MatterParty
from app.matters.operations import lift_wall, wall_off
from app.people.models import Person


def name_companion(notice: HearingNotice, kind: CompanionKind | None, typed: str, *, by: Person, at: datetime) -> str:
    """Give the companion their part and end that of a former one; the name to keep. Nobody comes where `kind` is None.

    A colleague must be found in the directory. Others are kept as typed, unless that is an address or the whole name of
    somebody who works here. Refuses (422, at `companion`) a name that is nobody's or several people's, oneself, and
    whoever works on the case.
    """
    case = notice.case
    person = None
    if kind is not None:
        person = _still_coming(notice, kind, typed) or _person_meant(kind, typed, clock.local_day(at))
    if person is not None:
        _refuse_officer(case, person, by)
    change_companion(case, person, at=at)
    return person.name if person is not None else typed


def _still_coming(notice: HearingNotice, kind: CompanionKind, typed: str) -> Person | None:
    """Whoever was named before, if the answer about them is the same: then nothing is asked again."""
    if (kind, typed) != (notice.companion_kind, notice.companion):
        return None
    # Whoever is to come is one person, whatever they are called by now; those who heard what was said go by their names.
    known = notice.case.matter.people_as(Capacity.COMPANION)
    coming = [part.person for part in _to_come(notice.case)]
    return next(iter(coming or [person for person in known if typed in person.names]), None)


def _person_meant(kind: CompanionKind, typed: str, day: date) -> Person | None:
    is_colleague = kind is CompanionKind.FELLOW_WORKER
    found = people_named(typed, day, in_full=not is_colleague)
    if len(found) == 1:
        return found[0]
    if found and is_colleague:
        raise InvalidInput(
            "More than one person who works here has this name. Enter their work e-mail address", field="companion"
        )
    if found:
        raise InvalidInput(
            "More than one person who works here has this name. Enter their work e-mail address, or, if the companion does "
            "not work here, enter after the name where they come from",
            field="companion",
        )
    if is_colleague:
        raise InvalidInput(
            "Nobody with this name works here. Enter their work e-mail address, or, if they do not work here, select who "
            "else the companion is",
            field="companion",
        )
    return None


def _refuse_officer(case: Case, person: Person, by: Person) -> None:
    if person.id == case.subject.id:
        raise InvalidInput(
            "Nobody can be their own companion. Enter somebody else, or select that nobody comes along", field="companion"
        )
    # Whoever has or had one of the four parts deals with the case, and comes with nobody to its hearing.
    if any(party.person_id == person.id and party.capacity in SEPARATE for party in case.matter.parties):
        raise InvalidInput(
            f"{person.name} works on this case or has done so, and cannot be the companion. {_ask_on(case, by)}",
            field="companion",
        )


def _ask_on(case: Case, by: Person) -> str:
    if by.id == case.subject.id:
        return "Enter somebody else, or ask your contact, who is named on the page “Something about you”"
    return "Ask the person concerned whom they want to bring instead"


def change_companion(case: Case, person: Person | None, *, at: datetime) -> None:
    """The case and the report behind it are closed to the companion alike, and open again to whoever does not come."""
    matters = (case.matter, case.report.matter)
    for part in _to_come(case):
        if person is None or part.person_id != person.id:
            lift_wall(part.person, Capacity.COMPANION, from_all=matters, at=at)
    if person is not None:
        wall_off(person, Capacity.COMPANION, from_all=matters, at=at)


def _to_come(case: Case) -> list[MatterParty]:
    """The parts of companions who came along to no hearing yet: whoever did heard what was said, and keeps theirs."""
    heard_at = last_hearing_at(case)
    return [
        part for part in case.matter.parties
        if part.capacity is Capacity.COMPANION and part.until is None and (heard_at is None or part.since > heard_at)
    ]  # fmt: skip
