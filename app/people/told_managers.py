"""What a file of people tells of line managers: that no line runs in a ring, and whose manager stays for now."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.core.csv_files import Line, LineProblem
from app.core.db import db
from app.core.presentation import uk_date
from app.people.models import FormerName, Person


class ManagerTold(Protocol):
    """What a line tells of somebody and of who manages them."""

    @property
    def line(self) -> int: ...
    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def post(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def manager_email(self) -> str: ...


@dataclass(frozen=True)
class ManagerStays:
    """That whoever manages somebody here stays their line manager, whatever a line says, and why."""

    line: int
    manager: str
    why: str

    @property
    def sentence(self) -> str:
        """What becomes of the line, for whoever imports the file."""
        return f"manager stays {self.manager}{self.why}"


@dataclass(frozen=True)
class ManagerGoes:
    """That whom HR recorded as somebody's manager, and who is here, does not stay, though a line names nobody in their
    place who is here, and why.
    """

    line: int
    manager: str
    recorded_on: date
    why: str

    @property
    def sentence(self) -> str:
        """What becomes of the line, for whoever imports the file."""
        recorded = f"recorded by HR on {uk_date(self.recorded_on)}"
        return f"manager {self.manager}, {recorded}, does not stay: {self.why}. Name there who manages them now"


def check_managers(
    lines: Sequence[Line], known: Mapping[str, Person], former: Mapping[str, FormerName], problems: list[LineProblem]
) -> dict[str, str]:
    """Every fault of a line is told at once, so managers are looked at where the rest of a line is wrong, too. Gives who
    would manage whom, by their addresses.
    """
    emails_by_id: dict[uuid.UUID, str] = {person.id: email for email, person in known.items()}
    manager_of = {
        email: emails_by_id.get(person.line_manager_id, "") for email, person in known.items() if person.line_manager_id
    }
    told = {line.cells["email"].lower(): line.cells["manager_email"].lower() for line in reversed(lines)}
    manager_of |= told
    for line in lines:
        email, manager = line.cells["email"].lower(), line.cells["manager_email"].lower()
        if manager and manager not in told and manager not in known:
            now = f"{manager} is {former[manager].person.email} now" if manager in former else f"{manager} is nobody we know"
            problems.append(LineProblem(line.number, f"manager_email {now}"))
        elif email and _in_a_cycle(email, manager_of):
            problems.append(LineProblem(line.number, "the line of managers comes back to the same person"))
    return manager_of


def managers_that_stay(
    rows: Iterable[ManagerTold],
    known: Mapping[str, Person],
    started: Mapping[str, date | None],
    manager_of: Mapping[str, str],
    today: date,
) -> dict[str, ManagerStays]:
    """Whose line manager stays, by their addresses: who manages them is here, and a line names somebody who begins later, or
    names nobody or somebody who has left, and so says nothing against whom HR recorded for the work that they still do.

    `started` is the first day of everybody, by what the file tells too. Nobody stays where the line of managers would come
    back to the same person with them.
    """
    rows, line_up = list(rows), dict(manager_of)
    names = _names(rows, known)
    found: dict[str, ManagerStays] = {}
    for row, person, now in _managed_here(rows, known, started, today):
        begins, named = started.get(row.manager_email), names.get(row.manager_email, "")
        moves = person.has_other_work_than(row.post, row.service)
        why = _why_they_stay(person, named, begins, known.get(row.manager_email), today, moves=moves)
        if not why:
            continue
        line_up[row.email] = now.email or ""
        if _in_a_cycle(row.email, line_up):
            line_up[row.email] = row.manager_email
        else:
            manager = names.get(now.email or "", now.name)
            found[row.email] = ManagerStays(row.line, manager, why)
    return found


def managers_that_go(
    rows: Sequence[ManagerTold],
    known: Mapping[str, Person],
    started: Mapping[str, date | None],
    staying: Mapping[str, ManagerStays],
    today: date,
) -> list[ManagerGoes]:
    """Of whom HR recorded a manager who is here and, as they are not among those `staying`, goes with their line, which
    names nobody in that place who is here: for other work HR is asked anew, and no line of managers runs in a ring.
    """
    names, found = _names(rows, known), list[ManagerGoes]()
    for row, person, now in _managed_here(rows, known, started, today):
        if person.manager_recorded_on is None or row.email in staying or _names_somebody_here(row, known, started, today):
            continue
        why = "with them the line of managers would come back to the same person"
        if person.has_other_work_than(row.post, row.service):
            why = "the work is another, and the line names nobody who is here"
        manager = names.get(now.email or "", now.name)
        found.append(ManagerGoes(row.line, manager, person.manager_recorded_on, why))
    return found


def _managed_here(
    rows: Iterable[ManagerTold], known: Mapping[str, Person], started: Mapping[str, date | None], today: date
) -> Iterator[tuple[ManagerTold, Person, Person]]:
    """Each line about somebody on record whose line manager is here, with both of them."""
    for row in rows:
        person = known.get(row.email)
        now = _manager_now(person)
        if person is not None and now is not None and _is_here(now, started, today):
            yield row, person, now


def _names_somebody_here(
    row: ManagerTold, known: Mapping[str, Person], started: Mapping[str, date | None], today: date
) -> bool:
    named, begins = known.get(row.manager_email), started.get(row.manager_email)
    has_left = named is not None and named.has_left_on(today)
    return bool(row.manager_email) and not has_left and (begins is None or begins <= today)


def _names(rows: Iterable[ManagerTold], known: Mapping[str, Person]) -> dict[str, str]:
    return {email: person.name for email, person in known.items()} | {row.email: row.name for row in rows}


def _why_they_stay(
    person: Person, named: str, begins: date | None, on_record: Person | None, today: date, *, moves: bool
) -> str:
    if begins is not None and begins > today:
        return f" until {named} begins on {uk_date(begins)}; import again from then"
    if moves or person.manager_recorded_on is None or (on_record is not None and not on_record.has_left_on(today)):
        return ""
    if not named:
        return f", recorded by HR on {uk_date(person.manager_recorded_on)}, since the line names nobody"
    if on_record is None:
        return ""
    return f", recorded by HR on {uk_date(person.manager_recorded_on)}, since {named} has left"


def _manager_now(person: Person | None) -> Person | None:
    manager_id = person.line_manager_id if person is not None else None
    return db.session.get(Person, manager_id) if manager_id is not None else None


def _is_here(manager: Person, started: Mapping[str, date | None], today: date) -> bool:
    first_day = started.get(manager.email or "", manager.started)
    return not manager.has_left_on(today) and (first_day is None or first_day <= today)


def _in_a_cycle(email: str, manager_of: Mapping[str, str]) -> bool:
    seen, above = {email}, manager_of.get(email, "")
    while above:
        if above in seen:
            return above == email
        seen.add(above)
        above = manager_of.get(above, "")
    return False
