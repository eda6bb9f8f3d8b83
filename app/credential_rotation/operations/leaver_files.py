"""Leavers from a file or a feed: each line is checked and shown as one notice would be, and all are recorded or none."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.account_register.queries import person_to_choose
from app.core import clock
from app.core.csv_files import Line, LineProblem, read_csv, read_date
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, demand
from app.core.presentation import uk_datetime
from app.credential_rotation.models import LeaverNotice, NoticeSource
from app.credential_rotation.operations.leaver_plans import LeaverPlan, Leaving
from app.credential_rotation.operations.leaving import preview_leaver, record_leaver
from app.people.models import HR_OFFICERS, Person
from app.people.queries import roles_only_of

LEAVER_HEADERS = ("email", "last_working_day")
OPTIONAL_LEAVER_HEADERS = ("leaving",)
PLANNED, AT_ONCE = "planned", "at once"
MOST_LEAVERS = 200
ONLY_HR = "Only HR can record leavers from a file."


@dataclass
class LeaversPlan:
    """What recording a file of leavers would do. Nothing is done while there are problems."""

    told: list[Leaving] = field(default_factory=list)
    plans: list[LeaverPlan] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)
    left_empty: dict[str, list[str]] = field(default_factory=dict)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """What the preview shows of each leaver, as a draft keeps it."""
        return [
            {
                "person": str(plan.person.id), "name": plan.person.name, "post": plan.person.post,
                "day": plan.last_working_day.isoformat(), "immediate": plan.leaving.immediate,
                "accesses": plan.accesses_ended + plan.accesses_called_off, "passwords": plan.passwords_to_change,
                "hand_overs": [holding.account.name for holding in plan.hand_overs],
            }
            for plan in self.plans
        ]  # fmt: skip

    @property
    def fingerprint(self) -> str:
        """Equal for two plans that do the same: by it a confirmed plan is known to be the one that was shown."""
        return hashlib.sha256(json.dumps([self.shown, self.left_empty]).encode()).hexdigest()


def plan_leavers(content: bytes, *, by: Person, at: datetime) -> LeaversPlan:
    """Check a file of leavers line by line and say what would follow. Raises InvalidInput if it is no such file.

    Refused by line: people nobody knows, who left already or of whom it is recorded, a last day before the first, two
    lines about the same person.
    """
    demand(by.holds(*HR_OFFICERS), ONLY_HR, what_now="Tell HR when somebody leaves.")
    lines = read_csv(content, LEAVER_HEADERS, OPTIONAL_LEAVER_HEADERS)
    if len(lines) > MOST_LEAVERS:
        raise InvalidInput(f"The selected file must have at most {MOST_LEAVERS} leavers", field="file")
    plan, read = LeaversPlan(), dict[Any, tuple[Line, Leaving]]()
    for line in lines:
        try:
            leaving = _read(line, at)
            if leaving.person.id in read:
                raise InvalidInput(f"{leaving.person.name} is on line {read[leaving.person.id][0].number} already")
            read[leaving.person.id] = line, leaving
        except (InvalidInput, AlreadyDone, NotAllowed) as refusal:
            plan.problems.append(LineProblem(line.number, _why(refusal)))
    also = [leaving for _line, leaving in read.values()]
    for line, leaving in read.values():
        person, day, immediate = leaving.person, leaving.last_working_day, leaving.immediate
        try:
            follows = preview_leaver(person, last_working_day=day, immediate=immediate, by=by, at=at, also=also)
        except (InvalidInput, AlreadyDone, NotAllowed) as refusal:
            plan.problems.append(LineProblem(line.number, _why(refusal)))
            continue
        plan.told.append(leaving)
        plan.plans.append(follows)
    plan.problems.sort(key=lambda problem: problem.number)
    plan.left_empty = roles_left_empty([one.person for one in plan.told], clock.local_day(at))
    return plan


def roles_left_empty(people: Sequence[Person], today: date) -> dict[str, list[str]]:
    """The roles that nobody but these people holds today, with their names: others are to be appointed before they leave."""
    return {role.value: [person.name for person in only] for role, only in roles_only_of(people, today).items()}


def record_leavers(told: Sequence[Leaving], *, by: Person, at: datetime) -> list[LeaverNotice]:
    """Record the leavers of a file of HR that was looked at, in one act: one that is refused refuses all.

    It is no feed: whoever confirms what they were shown means it, also of somebody whose leaving was withdrawn before, and
    whatever was told until then.
    """
    return [
        record_leaver(
            one.person, last_working_day=one.last_working_day, immediate=one.immediate, by=by, at=at,
            source=NoticeSource.FILE,
        )
        for one in told
    ]  # fmt: skip


def _read(line: Line, at: datetime) -> Leaving:
    email, how = line.cells["email"], line.cells.get("leaving", "").casefold() or PLANNED
    if not email or "@" not in email:
        raise InvalidInput("Enter their work e-mail address under email")
    if how not in (PLANNED, AT_ONCE):
        raise InvalidInput(f"Under leaving, write {PLANNED} or {AT_ONCE}, not “{line.cells['leaving']}”")
    try:
        day = read_date(line.cells["last_working_day"])
    except ValueError as error:
        raise InvalidInput(f"The last working day {error}") from error
    if day is None:
        raise InvalidInput("Enter the last working day")
    return Leaving(person_to_choose(email, clock.local_day(at), field="email"), day, how == AT_ONCE, at)


def _why(refusal: InvalidInput | AlreadyDone | NotAllowed) -> str:
    sentence = refusal.sentence.rstrip(".")
    if isinstance(refusal, AlreadyDone) and refusal.who and refusal.when:
        return f"{sentence}. {refusal.who} recorded it on {uk_datetime(refusal.when)}"
    return sentence
