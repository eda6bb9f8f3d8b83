"""What must hold every morning after the jobs have run, worked out anew and as plainly as possible from the records."""

import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from app.breach_reports.models import BreachReport, ReportStatus
from app.core import clock
from app.core.db import db
from app.core.outbox import OutboxMessage
from app.core.registries import DueKind, Registries
from app.credential_rotation.models import CredentialRotation
from app.duties.models import Reminder
from app.hr_cases.models import Case, Letter
from app.matters.models import CLOSE_MATTERS_TO, WALLED, MatterParty
from app.people.models import DeclaredRelationship, Person, Role
from app.people.queries import holders_of
from app.policy.pack import ChaseRule
from app.policy.queries import pack, working_calendar

WITHHELD = (
    "case", "cases", "report", "reports", "investigation", "investigator", "disciplinary", "allegation", "allegations",
    "hearing", "appeal", "breach", "misconduct", "suspension", "suspended", "leaver", "password", "rotation", "device",
    "human resources", "HR", "whistleblowing", "safeguarding", "warning", "dismissal", "witness", "subject of", "late",
)  # fmt: skip
"""What no mail says, beside everybody's name: which kind of thing waits is seen in Probity only."""
LOOK_AT_PAGES_EVERY, SAMPLE = 21, 60
TO_THE_CONCERNED = ("case:letter", "case:companion-judged", "report:acknowledged", "report:closed")
TO_FORMER_OFFICERS = "case:part-ended"
"""It says nothing of a case, and whoever gets it may be walled off from it by now."""
ABOUT_ROTATIONS = ("rotation_due", "rotation_to_verify")


@dataclass(frozen=True)
class Expected:
    """That somebody is to be told this morning."""

    kind: str
    key: str
    due_on: date
    to: uuid.UUID


@dataclass
class Checks:
    """Looks at each morning; `faults` says what was wrong, `counted` how much was looked at."""

    faults: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    looked_until: datetime = field(default_factory=lambda: clock.now() - timedelta(days=1))
    mails_seen: set[Path] = field(default_factory=set)

    def morning(self, day: date) -> None:
        """Everything that is checked after the jobs of a morning."""
        for fault in (*self._reminders(day), *self._messages(), *self._mails(), *self._first_pages(day)):
            self.faults.append(f"{day:%a %d %b %Y}: {fault}")
        self.looked_until = clock.now()
        db.session.rollback()
        db.session.expunge_all()

    def _reminders(self, day: date) -> Iterator[str]:
        sent = list(db.session.execute(sa.select(Reminder).where(Reminder.sent_on == day)).scalars())
        self.counted["reminders"] += len(sent)
        twice = Counter((reminder.kind, reminder.key, reminder.to_person_id) for reminder in sent)
        yield from (f"{thing} was told {count} times" for thing, count in twice.items() if count > 1)
        told = {Expected(reminder.kind, reminder.key, reminder.due_on, reminder.to_person_id) for reminder in sent}
        if not working_calendar().is_working_day(day):
            if told:
                yield f"{len(told)} reminders on a day on which nobody works"
            return
        open_now: set[tuple[str, str]] = set()
        for kind, rule in _chased():
            for expected, is_open in _expected(kind, rule, day):
                open_now.add(is_open)
                if expected is not None:
                    self.counted["expected"] += 1
                    if expected not in told:
                        yield f"missed: {expected}"
        for one in told:
            if (one.kind, one.key) not in open_now:
                yield f"told of something that is done: {one}"
        yield from _waits_for_nobody(day, {key for _, key in open_now})

    def _first_pages(self, day: date) -> Iterator[str]:
        """Now and then: that what is chased is what stands on the first pages of those whose duty it is, and of nobody else.

        The other checks take `everybody` for the truth; this one asks each person's own query.
        """
        if day.toordinal() % LOOK_AT_PAGES_EVERY:
            return
        asked = {
            (row.person_id, kind.name, row.key)
            for kind, _ in _chased()
            if kind.everybody is not None
            for row in db.session.execute(kind.everybody(), {"today": day})
        }
        concerned = {person_id for person_id, _, _ in asked}
        here = sa.or_(Person.last_working_day.is_(None), Person.last_working_day >= day)
        people = list(db.session.execute(sa.select(Person).where(here).order_by(Person.email)).scalars())
        some = [one for number, one in enumerate(people) if one.id in concerned or number % SAMPLE == day.day % SAMPLE]
        shown = {found for person in some for found in _shown_to(person, day)}
        self.counted["pages"] += len(some)
        looked_at = {one.id for one in some}
        yield from (f"chased but not on a first page: {one}" for one in asked - shown)
        yield from (f"on a first page but not chased: {one}" for one in shown - asked if one[0] in looked_at)

    def _messages(self) -> Iterator[str]:
        new = list(
            db.session.execute(sa.select(OutboxMessage).where(OutboxMessage.created_at > self.looked_until)).scalars()
        )
        self.counted["messages"] += len(new)
        yield from _walled_off_but_told(new)
        yield from _told_as_the_person_concerned(new)
        yield from _told_of_what_they_caused(new)

    def _mails(self) -> Iterator[str]:
        folder = Path(current_app.extensions["settings"].instance) / "mail"
        new = set(folder.glob("*.eml")) - self.mails_seen if folder.exists() else set()
        self.mails_seen |= new
        self.counted["mails"] += len(new)
        forbidden = _forbidden_words()
        for path in sorted(new):
            found = forbidden.search(_without_its_address(path.read_text(encoding="utf-8")))
            if found:
                yield f"the mail {path.name} says “{found[0]}”"


def _chased() -> Iterator[tuple[DueKind, ChaseRule]]:
    registries: Registries = current_app.extensions["registries"]
    for kind in registries.due.values():
        if kind.everybody is not None:
            yield kind, pack().chases[kind.name]


def _shown_to(person: Person, day: date) -> Iterator[tuple[uuid.UUID, str, str]]:
    chased = {kind.name for kind, _ in _chased()}
    registries: Registries = current_app.extensions["registries"]
    for kind in registries.due.values():
        made = kind.select(person, day)
        if made is not None:
            yield from ((person.id, row[0], row[1]) for row in db.session.execute(made) if row[0] in chased)


def _expected(kind: DueKind, rule: ChaseRule, day: date) -> Iterator[tuple[Expected | None, tuple[str, str]]]:
    """Every open duty of a kind, with each person who is to be told of it on exactly this day."""
    assert kind.everybody is not None
    calendar = working_calendar()
    before = calendar.last_working_day_on_or_before(day - timedelta(days=1))
    for row in db.session.execute(kind.everybody(), {"today": day}).all():
        is_open = (kind.name, row.key)
        yield None, is_open
        today, yesterday = _elapsed(row.due_on, day), _elapsed(row.due_on, before)
        for step in rule.steps:
            if yesterday < step.after_working_days <= today:
                for person_id in _addressees(step.to, row.person_id, day):
                    if row.matter_id is None or not _is_walled_off(row.matter_id, person_id, day):
                        yield Expected(kind.name, row.key, row.due_on, person_id), is_open


def _elapsed(due_on: date, day: date) -> int:
    calendar = working_calendar()
    return calendar.between(due_on, day) if day >= due_on else -calendar.between(day, due_on)


def _addressees(to: str, doer_id: uuid.UUID, day: date) -> Iterable[uuid.UUID]:
    doer = db.session.get_one(Person, doer_id)
    if to == "doer":
        return [doer_id]
    if to in ("doers_manager", "head_of_service"):
        above = doer.line_manager_id if to == "doers_manager" else doer.service.head_id if doer.service else None
        found = db.session.get(Person, above) if above else None
        return [found.id] if found is not None and found.is_here_on(day) and found.id != doer_id else []
    return [person.id for person in holders_of([Role(to)], day)]


def _is_walled_off(matter_id: uuid.UUID, person_id: uuid.UUID, day: date) -> bool:
    """The wall, worked out in plain words: a party of the matter, or close to one who matters."""
    parties = list(db.session.execute(sa.select(MatterParty).where(MatterParty.matter_id == matter_id)).scalars())
    if any(party.person_id == person_id and party.capacity in WALLED for party in parties):
        return True
    near = {party.person_id for party in parties if party.capacity in CLOSE_MATTERS_TO}
    return any(
        {tie.person_id, tie.other_id} & near
        for tie in db.session.execute(
            sa.select(DeclaredRelationship).where(
                sa.or_(DeclaredRelationship.person_id == person_id, DeclaredRelationship.other_id == person_id)
            )
        ).scalars()
        if tie.since <= day and (tie.until is None or tie.until >= day)
        and ({tie.person_id, tie.other_id} - {person_id}) & near
    )  # fmt: skip


def _walled_off_but_told(messages: list[OutboxMessage]) -> Iterator[str]:
    for message in messages:
        about_a_matter = message.kind.name.startswith(("case:", "report:"))
        if message.matter_id is not None:
            if _is_walled_off(message.matter_id, message.to_person_id, clock.local_day(message.created_at)):
                yield f"{message.occasion} was told to somebody walled off"
        elif about_a_matter and message.kind.name not in (*TO_THE_CONCERNED, TO_FORMER_OFFICERS):
            yield f"{message.occasion} went out without the matter whose wall holds"


def _waits_for_nobody(day: date, waiting: Collection[str]) -> Iterator[str]:
    """Whatever became of the people who worked on them: a case or report that is late stands on somebody's first page."""
    late_cases = sa.select(Case.reference).where(Case.closed_at.is_(None), Case.step_due_on < day)
    late_reports = sa.select(BreachReport.reference).where(
        BreachReport.status.in_((ReportStatus.RECEIVED, ReportStatus.TRIAGE)), BreachReport.triage_by < day
    )
    for reference in db.session.execute(late_cases.union(late_reports)).scalars():
        if reference not in waiting:
            yield f"{reference} is late and waits for nobody"


def _told_as_the_person_concerned(messages: list[OutboxMessage]) -> Iterator[str]:
    letters = [message for message in messages if message.kind.name == "case:letter"]
    for message in letters:
        letter = db.session.get_one(Letter, message.subject_id)
        case = db.session.get_one(Case, letter.case_id)
        if letter.to_id != message.to_person_id or case.told_subject_at is None:
            yield "a letter was told to somebody else, or before the person concerned was told"


def _told_of_what_they_caused(messages: list[OutboxMessage]) -> Iterator[str]:
    causes: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for message in messages:
        if message.kind.name in ABOUT_ROTATIONS:
            rotation = db.session.get_one(CredentialRotation, message.subject_id)
            causes[rotation.id] = {cause.person_id for cause in rotation.causes if cause.person_id is not None}
            if message.to_person_id in causes[rotation.id]:
                yield f"{message.occasion} was told to the person who leaves"


def _without_its_address(mail: str) -> str:
    """A mail cannot be sent without saying to which address; everything else in it is looked at."""
    return re.sub(r"^To: .*(?:\r?\n[ \t].*)*", "", mail, flags=re.MULTILINE)


def _forbidden_words() -> re.Pattern[str]:
    """Withheld words, and every word of everybody's name: whole words, in any case."""
    kept: re.Pattern[str] | None = current_app.extensions.get("withheld_words")
    if kept is None:
        names = {part for (name,) in db.session.execute(sa.select(Person.name)) for part in re.split(r"[ ’]", name)}
        words = {*WITHHELD, *(part for part in names if len(part) > 2)}
        kept = re.compile(r"\b(?:" + "|".join(re.escape(word) for word in sorted(words)) + r")\b", re.IGNORECASE)
        current_app.extensions["withheld_words"] = kept
    return kept
