"""What importing a register file would do: worked out before anything is done, shown, and worked out again.

A line is about the account with its platform and handle, which an address says too; else, where one of the two has no
handle, with its platform and address; else, where one of the two has no address either, with its platform and name. An
empty cell leaves what the register says.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.account_register.models import ACCOUNT_TRANSITIONS, AccessGrant, AccessLevel, Account, AccountStatus
from app.account_register.naming import handle_key, look_alike_key, platform_key, url_key
from app.account_register.operations.details import OF_SECOND_STEP, details_of, in_words, of_one_piece, words_for
from app.account_register.operations.present import Present, own_key
from app.account_register.operations.reading import (
    OPTIONAL_HEADERS,
    REGISTER_HEADERS,
    STATUSES,
    RegisterRow,
    kept_platform,
    read_place,
    read_row,
)
from app.account_register.queries.access import platform_list_refusal
from app.core.csv_files import Line, LineProblem, read_csv
from app.core.db import db
from app.core.presentation import status_words, uk_date
from app.people.models import Person, Service
from app.people.queries import AddressBook

__all__ = ["REGISTER_HEADERS", "Difference", "PlannedChange", "RegisterPlan", "plan_register_import"]


SAME_ACCOUNT = "this is the same account as on line {}"


@dataclass(frozen=True)
class Difference:
    """One thing that a line changes, as the preview shows it."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class PlannedChange:
    """What one line changes of an account that is on the register."""

    account: Account
    row: RegisterRow
    differences: tuple[Difference, ...]
    new_status: AccountStatus | None
    new_levels: tuple[tuple[AccessGrant, AccessLevel], ...]


@dataclass(frozen=True)
class KeptHolder:
    """Somebody whom a line does not name, and whose access goes on all the same."""

    account: Account
    grant: AccessGrant


@dataclass
class RegisterPlan:
    """What importing a file would do. Nothing is done while there are problems."""

    added: list[RegisterRow] = field(default_factory=list)
    changed: list[PlannedChange] = field(default_factory=list)
    unchanged: int = 0
    new_services: list[str] = field(default_factory=list)
    kept_holders: list[KeptHolder] = field(default_factory=list)
    alike: list[tuple[RegisterRow, str]] = field(default_factory=list)
    """New lines whose handle could be taken for that of another account, with the name and handle of that."""
    not_listed: list[tuple[RegisterRow, Person, str]] = field(default_factory=list)
    """Holders on new lines whom a closed list does not let in, each with the list's sentence."""
    problems: list[LineProblem] = field(default_factory=list)

    def added_with(self, person: Person) -> list[RegisterRow]:
        """The new accounts to which somebody is said to have access: whoever imports their own is shown it."""
        return [row for row in self.added if person.id in {holder.id for holder, _ in row.holders}]

    @property
    def changes_nothing(self) -> bool:
        """Whether the register says all this already."""
        return not self.added and not self.changed

    @property
    def fingerprint(self) -> str:
        """Equal for two plans that do the same: by it a confirmed plan is known to be the one that was shown."""
        added = [
            [row.line, row.platform, row.handle, row.url, row.name, row.service, str(row.owner.id if row.owner else ""),
             row.purpose, row.status, _as_text(row),
             [[str(person.id), level, row.ways.get(person.id, "")] for person, level in row.holders]]
            for row in self.added
        ]  # fmt: skip
        changed = [
            [str(change.account.id), [[part.what, part.old, part.new] for part in change.differences],
             str(change.row.owner.id if change.row.owner else ""), _as_text(change.row)]
            for change in self.changed
        ]  # fmt: skip
        return hashlib.sha256(json.dumps([added, changed, self.unchanged]).encode()).hexdigest()


def plan_register_import(content: bytes, *, day: date) -> RegisterPlan:
    """Check a register file line by line and say what would change. Raises InvalidInput if it is no such file."""
    plan = RegisterPlan()
    lines = read_csv(content, REGISTER_HEADERS, OPTIONAL_HEADERS)
    people = AddressBook()
    services = {name.casefold(): name for name in db.session.execute(sa.select(Service.name)).scalars()}
    rows = [(line, read_row(line, people, services, day, plan.problems)) for line in lines]
    present, taken = Present(day), dict[object, int]()
    for line, row in rows:
        if row is None:
            _note_twice(plan, line, taken)
            continue
        _plan_row(plan, row, present, taken)
        if row.service and row.service.casefold() not in services:
            services[row.service.casefold()] = row.service
            plan.new_services.append(row.service)
    plan.problems.sort(key=lambda problem: problem.number)
    return plan


def _note_twice(plan: RegisterPlan, line: Line, taken: dict[object, int]) -> None:
    """A line with other faults is told too that its handle stands on another line, so that one look mends all."""
    place = read_place(line.cells, [])
    handle = handle_key(place.handle, kept_platform(place)) if place.platform else None
    if handle is None:
        return
    earlier = taken.setdefault(own_key(platform_key(kept_platform(place)), handle, None, ""), line.number)
    if earlier != line.number:
        plan.problems.append(LineProblem(line.number, SAME_ACCOUNT.format(earlier)))


def _plan_row(plan: RegisterPlan, row: RegisterRow, present: Present, taken: dict[object, int]) -> None:
    if present.has_closed(row):
        plan.unchanged += 1
        return
    found = present.about(row)
    if len(found) > 1 and _is_said_of_one(plan, row, found, present):
        return
    own_keys: list[object] = [own_key(row.platform_key, row.handle_key, row.url, row.name)]
    own_keys += [account.id for account in found]
    place = (row.platform_key, url_key(row.url)) if row.url else None
    others = [("url", *place) if row.handle_key else ("held", *place)] if place else []
    earlier = next((taken[key] for key in (*own_keys, *others) if key in taken), None)
    if earlier is not None:
        plan.problems.append(LineProblem(row.line, SAME_ACCOUNT.format(earlier)))
        return
    taken.update(dict.fromkeys([*own_keys, *([("held", *place)] if place and row.handle_key else [])], row.line))
    if len(found) > 1:
        plan.problems.append(LineProblem(
            row.line, f"{len(found)} accounts on the register could be meant. Add the handle or the address to the line, or "
            "change them on their pages",
        ))  # fmt: skip
    elif not found and row.status not in STATUSES:
        instead = f", not {row.status}" if row.status else ". Enter its status"
        plan.problems.append(LineProblem(row.line, f"a new account is one of {', '.join(STATUSES)}{instead}"))
    elif not found and (closed := present.closed_before(row)) is not None:
        plan.problems.append(LineProblem(row.line, _was_closed(closed)))
    elif not found:
        plan.added.append(row)
        _note_look(plan, row, present)
        _note_closed_lists(plan, row)
    else:
        _plan_change(plan, row, found[0], present.day)


def _was_closed(account: Account) -> str:
    """A file opens no closed account again, with those who had access then: a file is kept longer than an account."""
    return (
        f"{account.name} was closed on {uk_date(account.closed_on)}, and a file does not open it again. Leave the line out. "
        "If it is really a new account, propose it, or add it on the page of the register"
    )


def _is_said_of_one(plan: RegisterPlan, row: RegisterRow, found: list[Account], present: Present) -> bool:
    """Whether a line that may mean several accounts says of one of them all that the register does, each line of another.

    So what was taken out of the register can be imported again though two of its accounts cannot be told apart.
    """
    same: list[tuple[int, uuid.UUID, RegisterPlan]] = []
    for account in found:
        trial = RegisterPlan()
        _plan_change(trial, row, account, present.day)
        if trial.unchanged and account.id not in present.matched and not _leaves_something_out(row, account):
            same.append((len(trial.kept_holders), account.id, trial))
    if not same:
        return False
    _kept, account_id, trial = min(same, key=lambda one: one[:2])
    present.matched.add(account_id)
    plan.unchanged += 1
    plan.kept_holders += trial.kept_holders
    return True


def _leaves_something_out(row: RegisterRow, account: Account) -> bool:
    """Whether the register says something of an account that a line has no word of, though a file could."""
    pairs = [
        (account.handle, row.handle), (account.url, row.url), (account.service, row.service), (account.purpose, row.purpose),
        (account.owner and account.owner.email, row.owner), (account.deputy and account.deputy.email, row.deputy),
        *((getattr(account, name), row.more.get(name)) for name in OPTIONAL_HEADERS if name != "deputy_email"),
    ]  # fmt: skip
    return any(known not in (None, "", "not_recorded") and not said for known, said in pairs)


def _note_look(plan: RegisterPlan, row: RegisterRow, present: Present) -> None:
    """A new handle that looks like one of the register, or of an earlier line, is shown and not refused."""
    look = (row.platform_key, look_alike_key(row.handle))
    if row.handle_key is None:
        return
    if look in present.by_look:
        plan.alike.append((row, present.by_look[look]))
    present.by_look.setdefault(look, f"{row.name}, {row.handle}")


def _note_closed_lists(plan: RegisterPlan, row: RegisterRow) -> None:
    """Access that is in use though a closed list of the policy does not allow it is recorded as it is, and shown."""
    for person, _level in row.holders:
        if refusal := platform_list_refusal(row.platform, person):
            plan.not_listed.append((row, person, refusal))


def _plan_change(plan: RegisterPlan, row: RegisterRow, account: Account, day: date) -> None:
    new_status = row.status if row.status != account.status else None  # an empty cell says nothing of it
    by_a_file = account.status is not AccountStatus.COMPROMISED and account.gone is None  # the one ends with its steps
    if new_status is not None and not (
        by_a_file and new_status in STATUSES and ACCOUNT_TRANSITIONS.allows(account.status, new_status)
    ):
        was = status_words(account.status).lower()
        plan.problems.append(
            LineProblem(row.line, f"the account is {was} and cannot become {new_status} by a file. Change it on its page")
        )
        return
    owner_id = row.owner.id if row.owner else account.owner_id
    if owner_id is not None and row.more.get("deputy_id", account.deputy_id) == owner_id:
        plan.problems.append(LineProblem(row.line, "the deputy must be somebody other than the owner"))
        return
    grants = {grant.person_id: grant for grant in account.grants}
    if refused := _refused_people(row, account, day) + _refused_access(row, account, grants):
        plan.problems += refused
        return
    in_file = {person.id for person, _ in row.holders}
    plan.kept_holders += [KeptHolder(account, grant) for key, grant in grants.items() if key not in in_file]
    new_levels = tuple(
        (grants[person.id], level)
        for person, level in row.holders
        if person.id in grants and grants[person.id].level != level
    )
    differences = (
        *_details_that_differ(row, account),
        *([Difference("status", status_words(account.status), status_words(new_status))] if new_status else []),
        *(
            Difference("access", f"{grant.person.named_with_post} as {grant.level}", str(level))
            for grant, level in new_levels
        ),
    )
    if differences:
        plan.changed.append(PlannedChange(account, row, differences, new_status, new_levels))
    else:
        plan.unchanged += 1


def _refused_people(row: RegisterRow, account: Account, day: date) -> list[LineProblem]:
    """Who has left comes to answer for no account by a change, nor as deputy; what the register says already stays."""
    named = {"owner_email": (row.owner, account.owner_id), "deputy_email": (row.deputy, account.deputy_id)}
    return [
        LineProblem(row.line, f"{column}: {person.name} has left. Enter somebody who works here")
        for column, (person, known_id) in named.items()
        if person is not None and person.id != known_id and person.has_left_on(day)
    ]


def _refused_access(
    row: RegisterRow, account: Account, grants: Mapping[uuid.UUID, AccessGrant]
) -> list[LineProblem]:
    """A file lets nobody into an account that is on the register, nor do more there: somebody approves that."""
    told = []
    for person, level in row.holders:
        grant = grants.get(person.id)
        if grant is None and not account.takes_holders:
            told.append(f"{person.named_with_post} has no access to {account.name}, which is being closed and takes nobody")
        elif grant is None:
            told.append(
                f"{person.named_with_post} has no access to {account.name} yet, and a file gives none to an account that is "
                "on the register. Take them out of the line, and ask for it on the page of the account"
            )
        elif level.is_more_than(grant.level):
            told.append(
                f"{person.named_with_post} has access to {account.name} as {grant.level}, and a file lets nobody do more. "
                f"Write {grant.level}, and ask for more on the page of the account: “Change what they may do”"
            )
        if grant is not None and row.ways.get(person.id, grant.login_mode) is not grant.login_mode:
            told.append(
                f"{person.named_with_post} signs in otherwise by the register ({grant.login_mode}), and a file does not "
                "change that. Take it out of the line; on the page of the account choose “Correct how somebody signs in”"
            )
    return [LineProblem(row.line, f"holders: {words}") for words in told]


def _details_that_differ(row: RegisterRow, account: Account) -> list[Difference]:
    service = account.service.name if account.service else ""
    owner = account.owner.email or account.owner.name if account.owner else ""
    owner_in_file = row.owner.email or "" if row.owner else ""
    same_url = url_key(row.url) == url_key(account.url)
    is_no_news = row.handle_is_derived and same_url  # the cell is empty, and the register has the address that says it
    pairs = (
        ("handle", account.handle or "", row.handle or "", row.handle_key == account.handle_key or is_no_news),
        ("web address", account.url or "", row.url or "", same_url),
        ("name", account.name, row.name, account.name == row.name),
        ("service", service, row.service, service == row.service),
        ("owner", owner, owner_in_file, row.owner is not None and row.owner.id == account.owner_id),
        ("purpose", account.purpose, row.purpose, account.purpose == row.purpose),
    )
    found = [Difference(what, old, new) for what, old, new, is_same in pairs if new and not is_same]
    differing = {name: value for name, value in details_said(row, account).items() if getattr(account, name) != value}
    return found + [
        Difference(words_for(name), in_words(name, getattr(account, name)), in_words(name, value))
        for name, value in differing.items()
    ]


def details_said(row: RegisterRow, account: Account) -> dict[str, Any]:
    """What the optional columns say of an account, with what follows: without a second step there is no way to do it."""
    if "two_step" not in row.more:
        return dict(row.more)
    after = of_one_piece(replace(details_of(account), **row.more))
    return {**row.more, **{name: getattr(after, name) for name in OF_SECOND_STEP}}


def _as_text(row: RegisterRow) -> list[list[str]]:
    return [[name, str(value)] for name, value in row.more.items()]
