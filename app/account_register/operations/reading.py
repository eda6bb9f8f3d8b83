"""Reading one line of a register file: every cell checked, every fault named in a sentence."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.account_register.addresses import OnAnotherPlatform, Place, with_what_the_address_says
from app.account_register.models import AccessLevel, AccountStatus, LoginMode, TwoStep, Upkeep
from app.account_register.naming import (
    OTHER,
    OTHER_PLATFORM,
    canonical_platform,
    clean_url,
    handle_key,
    platform_fields,
    platform_key,
)
from app.account_register.operations.details import IN_FEW_WORDS
from app.core.csv_files import Line, LineProblem, read_date
from app.core.errors import InvalidInput
from app.core.presentation import uk_date
from app.core.secrets_guard import BARE_REFUSAL, REFUSAL, holds_bare_password, looks_like_secret
from app.people.models import Person
from app.people.queries import AddressBook

REGISTER_HEADERS = ("platform", "handle", "url", "name", "service", "owner_email", "purpose", "status", "holders")
OPTIONAL_HEADERS = (
    "deputy_email", "brand", "emergency_contact", "target_group", "identification", "opened_on", "two_step", "alerts",
    "auto_acknowledgement", "login_mode",
)  # fmt: skip
LONGEST = {
    "brand": 120, "emergency_contact": 200, "target_group": 1000, "identification": 1000,
    "platform": 80, "handle": 120, "name": 160, "service": 120, "purpose": 2000,
}  # fmt: skip
WORDS_OF: dict[str, type[TwoStep] | type[Upkeep] | type[LoginMode]] = {
    "two_step": TwoStep, "alerts": Upkeep, "auto_acknowledgement": Upkeep, "login_mode": LoginMode,
}  # fmt: skip
STATUSES = (AccountStatus.LIVE, AccountStatus.PAUSED, AccountStatus.DORMANT)


@dataclass(frozen=True)
class RegisterRow:
    """One checked line of a register file."""

    line: int
    platform: str
    handle: str | None
    handle_is_derived: bool
    """Whether the address gave the handle, because the line has none."""
    url: str | None
    name: str
    service: str
    owner: Person | None
    deputy: Person | None
    purpose: str
    status: AccountStatus | None
    """None where the cell is empty: an account that is there stays as it is, and a new one is refused."""
    holders: tuple[tuple[Person, AccessLevel], ...]
    ways: Mapping[uuid.UUID, LoginMode]
    """How holders sign in of whom the line says that, by person; the others as the account."""
    more: Mapping[str, Any]
    """What the optional columns say, by the detail of the account; an empty cell says nothing."""

    @property
    def platform_key(self) -> str:
        """What makes the platform the same as another."""
        return platform_key(self.platform)

    @property
    def handle_key(self) -> str | None:
        """What makes the handle the same as another."""
        return handle_key(self.handle, self.platform)


def read_row(
    line: Line, people: AddressBook, services: Mapping[str, str], day: date, problems: list[LineProblem]
) -> RegisterRow | None:
    """The line as a row, or None with its faults added to the problems. `services` are known names, folded."""
    cells, faults = line.cells, list[str]()
    place = read_place(cells, faults)
    said = {**cells, "handle": place.handle}
    faults += [
        f"{name} is longer than {most} characters" for name, most in LONGEST.items() if len(said.get(name, "")) > most
    ]
    faults += [f"{name}: {REFUSAL}" for name, cell in cells.items() if name != "holders" and looks_like_secret(cell)]
    faults += [f"{name}: {BARE_REFUSAL}" for name in IN_FEW_WORDS if holds_bare_password(cells.get(name, ""))]
    if not cells["name"]:
        faults.append("name is missing")
    url = _url(place.url, faults)
    owner = _person("owner_email", cells["owner_email"], people, faults) if cells["owner_email"] else None
    status = _status(cells["status"], faults)
    ways = dict[uuid.UUID, LoginMode]()
    holders = _holders(cells["holders"], people, day, ways, faults)
    deputy = _person("deputy_email", cells["deputy_email"], people, faults) if cells.get("deputy_email") else None
    more = {**({"deputy_id": deputy.id} if deputy else {}), **_more(cells, day, faults)}
    if owner is not None and owner is deputy:
        faults.append("deputy_email: the deputy must be somebody other than the owner")
    problems += [LineProblem(line.number, fault) for fault in faults]
    if faults:
        return None
    service = services.get(cells["service"].casefold(), cells["service"])
    platform = kept_platform(place)
    handle = place.handle if handle_key(place.handle, platform) else None
    return RegisterRow(
        line.number, platform, handle, handle is not None and not cells["handle"], url, cells["name"], service, owner,
        deputy, cells["purpose"], status, holders, ways, more,
    )  # fmt: skip


def read_place(cells: Mapping[str, str], faults: list[str]) -> Place:
    """Platform, handle and address of a line, read as on the pages: an address says what the other cells leave out."""
    typed, platform = Place("", "", cells["handle"], cells["url"]), ""
    if cells["platform"]:
        platform = _platform(cells["platform"], faults)
        if not platform:
            return typed
        typed = Place(**platform_fields(platform), handle=typed.handle, url=typed.url)
    try:
        place = with_what_the_address_says(typed)
    except OnAnotherPlatform as refusal:
        faults.append(f"platform: the address is on {refusal.found}, and the line says {refusal.said}")
    except InvalidInput as refusal:
        if refusal.field != "url":  # that of the web address is told where it is read
            faults.append(f"{refusal.field}: {refusal.sentence}")
    else:
        typed = place
    if not typed.platform:
        faults.append("platform is missing")
    return typed


def kept_platform(place: Place) -> str:
    """The platform of a line as the register keeps it."""
    return OTHER + place.other_platform if place.platform == OTHER_PLATFORM else place.platform


def _more(cells: Mapping[str, str], day: date, faults: list[str]) -> dict[str, Any]:
    """The optional columns that are there and say something."""
    more: dict[str, Any] = {
        name: cells[name] for name in ("brand", "emergency_contact", "target_group", "identification") if cells.get(name)
    }
    if cells.get("opened_on"):
        more["opened_on"] = _opened_on(cells["opened_on"], day, faults)
    for name, words in WORDS_OF.items():
        typed = cells.get(name, "").casefold().replace(" ", "_")
        if typed and typed not in set(words):
            faults.append(f"{name} “{cells[name]}” is not one of {', '.join(one.replace('_', ' ') for one in words)}")
        elif typed:
            more[name] = words(typed)
    return more


def _opened_on(text: str, day: date, faults: list[str]) -> date | None:
    try:
        opened = read_date(text)
    except ValueError as problem:
        faults.append(f"opened_on: {problem}")
        return None
    if opened is not None and opened > day:
        faults.append("opened_on: the day it was opened must be today or earlier")
    return opened


def _platform(text: str, faults: list[str]) -> str:
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
    if not known:
        return None
    if known in set(AccountStatus):
        return AccountStatus(known)
    faults.append(f"status “{text}” is not one of {', '.join(STATUSES)}")
    return None


def _person(column: str, email: str, people: AddressBook, faults: list[str]) -> Person | None:
    person = people.get(email)
    if person is None:
        faults.append(f"{column}: {email} {people.why_nobody(email)}")
    return person


def _holders(
    text: str, people: AddressBook, day: date, ways: dict[uuid.UUID, LoginMode], faults: list[str]
) -> tuple[tuple[Person, AccessLevel], ...]:
    holders: list[tuple[Person, AccessLevel]] = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        email, level, way = ([side.strip() for side in part.split(":", 2)] + ["", ""])[:3]
        person = _person("holders", email, people, faults)
        if level.casefold() not in set(AccessLevel):
            faults.append(f"holders: “{part}” must be an e-mail address, a colon and one of {', '.join(AccessLevel)}")
        elif way and way.casefold() not in set(LoginMode):
            faults.append(f"holders: “{part}” says how they sign in, which must be one of {', '.join(LoginMode)}")
        elif person is not None and person.has_left_on(day):
            faults.append(f"holders: {email} left on {uk_date(person.last_working_day)}. Take them out of the line")
        elif person is not None and person.id in {holder.id for holder, _ in holders}:
            faults.append(f"holders: {email} stands there twice")
        elif person is not None:
            holders.append((person, AccessLevel(level.casefold())))
            if way:
                ways[person.id] = LoginMode(way.casefold())
    return tuple(holders)
