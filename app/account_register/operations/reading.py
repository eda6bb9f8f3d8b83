"""Reading one line of a register file: every cell checked, every fault named in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.account_register.models import AccessLevel, AccountStatus
from app.account_register.naming import canonical_platform, clean_url, handle_key
from app.core.csv_files import Line, LineProblem
from app.core.errors import InvalidInput
from app.core.presentation import uk_date
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.people.models import Person

REGISTER_HEADERS = ("platform", "handle", "url", "name", "service", "owner_email", "purpose", "status", "holders")
LONGEST = {"platform": 80, "handle": 120, "name": 160, "service": 120, "purpose": 2000}
STATUSES = (AccountStatus.LIVE, AccountStatus.PAUSED, AccountStatus.DORMANT)


@dataclass(frozen=True)
class RegisterRow:
    """One checked line of a register file."""

    line: int
    platform: str
    handle: str | None
    url: str | None
    name: str
    service: str
    owner: Person | None
    purpose: str
    status: AccountStatus
    holders: tuple[tuple[Person, AccessLevel], ...]

    @property
    def handle_key(self) -> str | None:
        """What makes the handle the same as another."""
        return handle_key(self.handle)


def read_row(
    line: Line, people: Mapping[str, Person], services: Mapping[str, str], day: date, problems: list[LineProblem]
) -> RegisterRow | None:
    """The line as a row, or None with its faults added to the problems. `services` are known names, folded."""
    cells, faults = line.cells, list[str]()
    faults += [f"{name} is longer than {most} characters" for name, most in LONGEST.items() if len(cells[name]) > most]
    faults += [f"{name}: {REFUSAL}" for name, cell in cells.items() if name != "holders" and looks_like_secret(cell)]
    if not cells["name"]:
        faults.append("name is missing")
    platform = _platform(cells["platform"], faults)
    url = _url(cells["url"], faults)
    owner = _person("owner_email", cells["owner_email"], people, faults) if cells["owner_email"] else None
    status = _status(cells["status"], faults)
    holders = _holders(cells["holders"], people, day, faults)
    problems += [LineProblem(line.number, fault) for fault in faults]
    if faults or status is None:
        return None
    service = services.get(cells["service"].casefold(), cells["service"])
    handle = cells["handle"] if handle_key(cells["handle"]) else None
    return RegisterRow(
        line.number, platform, handle, url, cells["name"], service, owner, cells["purpose"], status, holders
    )


def _platform(text: str, faults: list[str]) -> str:
    if not text:
        faults.append("platform is missing")
        return ""
    try:
        return canonical_platform(text)
    except InvalidInput as refusal:
        faults.append(f"platform: {refusal.sentence}")
        return ""


def _url(text: str, faults: list[str]) -> str | None:
    try:
        return clean_url(text)
    except InvalidInput as refusal:
        faults.append(f"url: {refusal.sentence}")
        return None


def _status(text: str, faults: list[str]) -> AccountStatus | None:
    known = text.casefold()
    if known in set(AccountStatus) and known != AccountStatus.CLOSED:
        return AccountStatus(known)
    faults.append(f"status “{text}” is not one of {', '.join(STATUSES)}")
    return None


def _person(column: str, email: str, people: Mapping[str, Person], faults: list[str]) -> Person | None:
    person = people.get(email.casefold())
    if person is None:
        faults.append(f"{column}: {email} is nobody we know. Import or add the person first")
    return person


def _holders(
    text: str, people: Mapping[str, Person], day: date, faults: list[str]
) -> tuple[tuple[Person, AccessLevel], ...]:
    holders: list[tuple[Person, AccessLevel]] = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        email, _, level = (side.strip() for side in part.partition(":"))
        person = _person("holders", email, people, faults)
        if level.casefold() not in set(AccessLevel):
            faults.append(f"holders: “{part}” must be an e-mail address, a colon and one of {', '.join(AccessLevel)}")
        elif person is not None and not person.is_here_on(day):
            faults.append(f"holders: {email} left on {uk_date(person.last_working_day)}. Take them out of the line")
        elif person is not None and person.id in {holder.id for holder, _ in holders}:
            faults.append(f"holders: {email} stands there twice")
        elif person is not None:
            holders.append((person, AccessLevel(level.casefold())))
    return tuple(holders)
