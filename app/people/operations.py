"""Acts about people: adding and changing them, and appointing them to roles."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.core.addresses import why_unreachable
from app.core.audit import Actor, ActorKind, event_kind, record
from app.core.clock import local_day
from app.core.csv_files import Line, LineProblem, read_csv, read_date
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.presentation import uk_date
from app.core.typed_text import clean_line
from app.core.working_days import months_after
from app.people.leaving import tell_of_leaving
from app.people.models import MailChoice, Person, PersonKind, Role, RoleAssignment, Service
from app.people.other_roles import tell_of_role
from app.people.other_work import tell_of_other_work, work_of
from app.people.queries import former_addresses, hold_still, holders_of, last_act
from app.people.relating import keep_hr_for_everybody
from app.people.renaming import OnRecord, keep_former_name
from app.people.signing_in import end_every_session
from app.people.told_managers import ManagerGoes, ManagerStays, check_managers, managers_that_go, managers_that_stay

PERSON_ADDED = event_kind("person:added", "added {about}")
PERSON_CHANGED = event_kind("person:changed", "changed the record of {about}")
ROLE_GIVEN = event_kind("role:given", "appointed {about} as {role}")
ROLE_ENDED = event_kind("role:ended", "ended that {about} is {role}, after {last_day}")
LAST_DAY_SET = event_kind("person:last-day-set", "recorded when {about} leaves")
MAIL_CHOSEN = event_kind("person:mail-chosen", "chose how we write to them: {mail_choice}")

PEOPLE_HEADERS = (
    "email", "name", "post", "service", "person_kind", "manager_email", "started", "last_working_day",
)  # fmt: skip
OPTIONAL_PEOPLE_HEADERS = ("employing_body",)
MOST_MONTHS_AHEAD = 12
"""How long before their first day somebody may be announced; a later day is a slip of the hand."""
LONGEST = {"email": 254, "name": 120, "post": 120, "service": 120, "employing_body": 120}


def service_named(name: str) -> Service:
    """The service of this name, made if there is none."""
    service = db.session.execute(sa.select(Service).where(Service.name == name)).scalar_one_or_none()
    if service is None:
        service = Service(name=name)
        db.session.add(service)
        db.session.flush()
    return service


def appoint(person: Person, role: Role, *, by: Person | None, since: date, at: datetime) -> RoleAssignment:
    """Give a person a role from a day on. Nobody appoints themselves (domain 3.1); `by` None is the installation."""
    if by is not None and by.id == person.id:
        raise NotAllowed("You cannot appoint yourself.", what_now="Ask another administrator.")
    if person.has_left_on(since):
        raise InvalidInput(f"{person.name} will not work here then. Enter somebody who does", field="email")
    held = _not_over(person, role, since)
    if held:
        raise AlreadyDone(
            f"{person.name} holds this role already, since {uk_date(held[0].since)}.", what_now="You need do nothing."
        )
    assignment = RoleAssignment(
        person_id=person.id, role=role, since=since, appointed_by_id=by.id if by is not None else None
    )
    person.roles.append(assignment)
    db.session.add(assignment)
    actor: Actor = by.id if by is not None else ActorKind.INSTALLATION
    record(ROLE_GIVEN, person.id, by=actor, at=at, about=person.id, facts={"role": role})
    tell_of_role(role, by=actor, at=at)
    return assignment


def end_role(person: Person, role: Role, *, by: Person | None, last_day: date, at: datetime) -> None:
    """Take a role away after a last day; a last day in the past ends it at once, in every session they have.

    What they were given and did not carry for a single day is taken out; the record of acts tells of both. Nobody ends
    their own role; somebody has to stay who can appoint, an HR manager, and one for whoever is close to the others (domain
    3.11, rule 7). `by` None is the installation.
    """
    if by is not None and not by.may_give_roles_to(person):
        raise NotAllowed("Only another administrator can end this role.", what_now="Ask an administrator.")
    running = _not_over(person, role, last_day + timedelta(days=1))
    if not running:
        who, when = last_act(person.id, ROLE_ENDED)
        raise AlreadyDone(f"{person.name} no longer holds this role.", who=who, when=when, what_now="You need do nothing.")
    _keep_somebody_with(role, person, local_day(at))
    for assignment in running:
        if assignment.since > last_day:
            person.roles.remove(assignment)
            db.session.delete(assignment)
        else:
            assignment.until = last_day
    actor: Actor = by.id if by is not None else ActorKind.INSTALLATION
    record(ROLE_ENDED, person.id, by=actor, at=at, about=person.id, facts={"role": role, "last_day": last_day})
    tell_of_role(role, by=actor, at=at)


def _keep_somebody_with(role: Role, leaving: Person, day: date) -> None:
    if role is Role.ADMINISTRATOR:
        hold_still(role)
        if holders_of([role], day) == [leaving]:
            raise InvalidInput("Somebody has to be administrator. Appoint somebody else first", field="email")
    if role is Role.HR_MANAGER:
        keep_hr_for_everybody(leaving, day)


def _not_over(person: Person, role: Role, day: date) -> list[RoleAssignment]:
    """The appointments of somebody to a role that run on a day or begin later."""
    return sorted(
        (one for one in person.roles if one.role is role and (one.until is None or one.until >= day)),
        key=lambda one: one.since,
    )


def add_first_administrator(name: str, email: str, *, at: datetime) -> Person:
    """Add the first administrator of an installation, appointed by the installation itself."""
    if why_unreachable(email.strip()) or not name.strip():
        raise InvalidInput("Enter the administrator's name and work e-mail address")
    person = Person(name=clean_line(name), email=email.strip().lower(), person_kind=PersonKind.EMPLOYEE)
    db.session.add(person)
    db.session.flush()
    record(PERSON_ADDED, person.id, by=ActorKind.INSTALLATION, at=at, about=person.id)
    appoint(person, Role.ADMINISTRATOR, by=None, since=local_day(at), at=at)
    return person


def set_last_working_day(
    person: Person, day: date | None, *, by: Actor, at: datetime, at_once: bool = False
) -> None:
    """Note when somebody leaves, or that they do not. What follows for accounts belongs to the leaver act; the rooms above
    are told.

    Whoever is gone with it (the day is past, or they leave `at_once`) is signed out this moment and cannot sign in again.
    """
    if day is not None and person.started is not None and day < person.started:
        raise InvalidInput("The last working day must be on or after the day they started", field="last_working_day")
    person.last_working_day, person.left_at_once = day, day is not None and at_once
    if not person.is_here_on(local_day(at)):
        end_every_session(person, at=at)
    record(LAST_DAY_SET, person.id, by=by, at=at, about=person.id, facts={"last_working_day": day})
    tell_of_leaving(person, by=by, at=at)


def name_line_manager(person: Person, manager: Person, *, by: Person, at: datetime) -> None:
    """Note who manages somebody. Nobody names themselves, and nobody comes to manage whoever stands above them.

    They are here already: what waits for a manager does not wait for somebody who begins later, whom a file of people
    records from their first day.
    """
    if by.id in (person.id, manager.id):
        raise NotAllowed("Nobody names a manager for themselves, or themselves as one.", what_now="Ask another HR manager.")
    today = local_day(at)
    if manager.has_left_on(today):
        raise InvalidInput(f"{manager.name} does not work here. Enter somebody who does", field="manager")
    if not manager.has_begun_on(today):
        begins = uk_date(manager.started)
        raise InvalidInput(f"{manager.name} begins on {begins}. Enter who manages them until then", field="manager")
    if person == manager or person in manager.line_above():
        raise InvalidInput("The line of managers would come back to the same person", field="manager")
    person.line_manager, person.manager_recorded_on = manager, today
    facts = {"line_manager": manager.id}
    record(PERSON_CHANGED, person.id, by=by.id, at=at, about=person.id, facts=facts)


def choose_mail(person: Person, choice: MailChoice, *, by: Person, at: datetime) -> None:
    """Note how somebody wants to be written to; the same choice again changes nothing."""
    if not by.chooses_mail_of(person):
        raise NotAllowed("You can only choose this for yourself.", what_now="Ask them to choose on their own page.")
    if person.mail_choice is not choice:
        person.mail_choice = choice
        record(MAIL_CHOSEN, person.id, by=by.id, at=at, about=person.id, facts={"mail_choice": choice})


@dataclass(frozen=True)
class PersonRow:
    """One checked line of a people file; `employing_body` is null where the file has no such column."""

    line: int
    email: str
    name: str
    post: str
    service: str
    person_kind: PersonKind
    manager_email: str
    started: date | None
    last_working_day: date | None
    employing_body: str | None = None


@dataclass
class PeoplePlan:
    """What importing a file would do. Nothing is done while there are problems."""

    rows: list[PersonRow] = field(default_factory=list)
    added: list[PersonRow] = field(default_factory=list)
    changed: list[PersonRow] = field(default_factory=list)
    unchanged: int = 0
    problems: list[LineProblem] = field(default_factory=list)
    staying: dict[str, ManagerStays] = field(default_factory=dict)
    """Whose line manager stays though their line names another, by their addresses."""
    going: list[ManagerGoes] = field(default_factory=list)
    """Whose line manager, whom HR recorded, does not stay though their line names nobody who is here."""

    @property
    def about_managers(self) -> list[tuple[int, str]]:
        """What to say of line managers who stay or go otherwise than a line has it, by line."""
        told: list[ManagerStays | ManagerGoes] = [*self.staying.values(), *self.going]
        return sorted((one.line, one.sentence) for one in told)

    @property
    def leaving(self) -> list[PersonRow]:
        """The lines with a last working day, which go through the leaver act."""
        return [row for row in self.rows if row.last_working_day is not None]


def plan_people_import(content: bytes, *, today: date, new_people: Collection[str] = ()) -> PeoplePlan:
    """Check a people file line by line and say what would change. Raises InvalidInput if it is no such file.

    `new_people` are addresses of which somebody said that they mean nobody on record, however alike.
    """
    plan, seen, lines = PeoplePlan(), set[str](), read_csv(content, PEOPLE_HEADERS, OPTIONAL_PEOPLE_HEADERS)
    for line in lines:
        row = _checked_row(line, seen, plan.problems, today)
        if row:
            plan.rows.append(row)
    known = {person.email: person for person in db.session.execute(sa.select(Person)).scalars() if person.email}
    former = former_addresses()
    manager_of = check_managers(lines, known, former, plan.problems)
    first_days = _first_days(plan.rows, known)
    plan.staying = managers_that_stay(plan.rows, known, first_days, manager_of, today)
    plan.going = managers_that_go(plan.rows, known, first_days, plan.staying, today)
    by_id = {person.id: person for person in known.values()}
    on_record = OnRecord.besides(seen, known.values(), former, today)
    for row in plan.rows:
        person = known.get(row.email)
        if person is None and row.email not in new_people and (question := on_record.why_not_new(row)):
            plan.problems.append(LineProblem(row.line, question))
        if person is not None and (fault := _starts_after_leaving(person, row)):
            plan.problems.append(LineProblem(row.line, fault))
        if person is None:
            plan.added.append(row)
        elif _differs(person, row, by_id, keeps_manager=row.email in plan.staying):
            plan.changed.append(row)
        else:
            plan.unchanged += 1
    plan.problems.sort(key=lambda problem: problem.number)
    return plan


def _checked_row(line: Line, seen: set[str], problems: list[LineProblem], today: date) -> PersonRow | None:
    cells, faults = line.cells, list[str]()
    email = cells["email"].lower()
    if wrong := why_unreachable(email):
        faults.append(f"email must be an e-mail address: {wrong}")
    elif email in seen:
        faults.append(f"{email} is on an earlier line too")
    seen.add(email)
    if not cells["name"]:
        faults.append("name is missing")
    too_long = ((name, most) for name, most in LONGEST.items() if len(cells.get(name) or "") > most)
    faults += [f"{name} is longer than {most} characters" for name, most in too_long]
    kind = _kind(cells["person_kind"], faults)
    started, last = (_day(column, cells[column], faults) for column in ("started", "last_working_day"))
    if started and started > months_after(today, MOST_MONTHS_AHEAD):
        faults.append(
            f"started: {uk_date(started)} is more than {MOST_MONTHS_AHEAD} months ahead. Check the year; if it is right, "
            "take the line out until the day is nearer"
        )
    if started and last and last < started:
        faults.append("last_working_day is before started")
    problems += [LineProblem(line.number, fault) for fault in faults]
    if faults or kind is None:
        return None
    return PersonRow(
        line.number, email, cells["name"], cells["post"], cells["service"], kind, cells["manager_email"].lower(),
        started, last, cells.get("employing_body"),
    )  # fmt: skip


def _starts_after_leaving(person: Person, row: PersonRow) -> str:
    last = person.last_working_day
    if last is None or row.started is None or row.started <= last:
        return ""
    return (
        f"started: {uk_date(row.started)} is after the last working day recorded of {row.email}, {uk_date(last)}. If they "
        "came back, HR records that first, on their page under Leavers; else mend the day, or take the line out"
    )


def _day(column: str, text: str, faults: list[str]) -> date | None:
    try:
        return read_date(text)
    except ValueError as error:
        faults.append(f"{column}: {error}")
        return None


def _kind(text: str, faults: list[str]) -> PersonKind | None:
    try:
        return PersonKind(text.lower().replace(" ", "_") or PersonKind.EMPLOYEE)
    except ValueError:
        faults.append(f"person_kind “{text}” is not one of {', '.join(PersonKind)}")
        return None


def _differs(person: Person, row: PersonRow, by_id: Mapping[uuid.UUID, Person], *, keeps_manager: bool) -> bool:
    manager = by_id.get(person.line_manager_id) if person.line_manager_id else None
    present = (
        person.name, person.post, person.service.name if person.service else "", person.person_kind,
        row.manager_email if keeps_manager else (manager.email or "") if manager else "", person.started,
    )  # fmt: skip
    told = (row.name, row.post, row.service, row.person_kind, row.manager_email, _first_day(person, row))
    return present != told or row.employing_body not in (None, person.employing_body or "")


def _first_days(rows: Iterable[PersonRow], known: Mapping[str, Person]) -> dict[str, date | None]:
    """The first day of everybody on record and in a file, as it is once the file is imported."""
    told = {row.email: _first_day(known[row.email], row) if row.email in known else row.started for row in rows}
    return {email: person.started for email, person in known.items()} | told


def _first_day(person: Person, row: PersonRow) -> date | None:
    """The first day of somebody by a file. Of whoever came back it knows an earlier stay until it names a later day."""
    came_back, told, recorded = person.came_back_at is not None, row.started, person.started
    return recorded if came_back and recorded is not None and (told is None or told <= recorded) else told


def import_people(plan: PeoplePlan, *, by: Actor, at: datetime) -> None:
    """Carry out a plan without problems: add and change people, then their managers. Last working days are not set.

    Nor is the first day of somebody who came back put back to that of an earlier stay, and somebody who begins later takes
    nobody's place who manages here now: they do with the file that is imported on their first day or after. Whom HR
    recorded stays, as long as they are here, until a file names somebody who is, or tells of another post or service.
    """
    if plan.problems:
        raise InvalidInput("The file has lines that cannot be taken; mend them first.", field="file")
    people = {p.email: p for p in db.session.execute(sa.select(Person)).scalars() if p.email}
    services = {row.service: service_named(row.service) for row in plan.rows if row.service}
    for row in plan.added:
        people[row.email] = Person(name=row.name, email=row.email, person_kind=row.person_kind)
        db.session.add(people[row.email])
    before = {row.email: work_of(people[row.email]) for row in plan.changed}
    for row in [*plan.added, *plan.changed]:
        person = people[row.email]
        if person.name != row.name:
            keep_former_name(person, at=at)
        person.name, person.post, person.person_kind = row.name, row.post, row.person_kind
        person.started = _first_day(person, row)
        person.service = services.get(row.service)
        if row.employing_body is not None:
            person.employing_body = row.employing_body or None
    db.session.flush()
    _set_managers((row for row in plan.rows if row.email not in plan.staying), people)
    for kind, rows in ((PERSON_ADDED, plan.added), (PERSON_CHANGED, plan.changed)):
        for row in rows:
            record(kind, people[row.email].id, by=by, at=at, about=people[row.email].id)
    for email, work in before.items():
        tell_of_other_work(people[email], work, by=by, at=at)


def _set_managers(rows: Iterable[PersonRow], people: Mapping[str, Person]) -> None:
    """As the file has them: from then on they are the file's to change, too where it names the one whom HR recorded."""
    for row in rows:
        person, manager = people[row.email], people.get(row.manager_email)
        person.line_manager_id, person.manager_recorded_on = manager.id if manager else None, None
