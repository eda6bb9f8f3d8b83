"""What must hold every morning after the jobs have run, worked out anew and as plainly as possible from the records."""

import email
import re
import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.header import decode_header, make_header
from itertools import chain
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app

from app.account_register.models import AccessRequest, AccessRequestStatus, AccountProposal, ProposalStatus
from app.account_register.queries.requests import NO_MORE_HOLDERS
from app.breach_reports.models import BreachReport, ReportStatus
from app.breach_reports.queries import visible_to
from app.breach_reports.queries.naming import READERS
from app.core import clock
from app.core.db import db
from app.core.outbox import OutboxMessage
from app.core.registries import TODAY, DueKind, Registries
from app.credential_rotation.models import CredentialRotation, LeaverNotice, Move, RotationCause, RotationStatus
from app.device_permissions.models import OPEN_STATUSES, DevicePermissionRequest
from app.duties.models import Reminder
from app.duties.queries import first_page_rows
from app.hr_cases.models import ROLE_FOR, Case, Letter
from app.hr_cases.queries import visible_case
from app.people.everybody import Reader
from app.people.models import Person
from app.people.queries import has_left, is_here
from app.policy.pack import ChaseRule
from app.policy.queries import pack, working_calendar
from app.simulated_year.keeping import left_by_keepers, told_to_nobody
from app.simulated_year.known import Known
from app.simulated_year.leavers import known_to_the_gone
from app.simulated_year.opening import led_to_what_is_closed, may_be_told
from app.simulated_year.reading import Ask, ask_in_session
from app.simulated_year.starters import told_while_not_here

WITHHELD = (
    "case", "cases", "report", "reports", "investigation", "investigator", "disciplinary", "allegation", "allegations",
    "hearing", "appeal", "breach", "misconduct", "suspension", "suspended", "leaver", "password", "rotation", "device",
    "human resources", "HR", "whistleblowing", "safeguarding", "warning", "dismissal", "witness", "subject of", "late",
)  # fmt: skip
"""What no mail says, beside everybody's name: which kind of thing waits is seen in Probity only."""
LOOK_AT_PAGES_EVERY, SAMPLE = 21, 60
TO_THE_CONCERNED = ("case:letter", "case:companion-judged", "report:acknowledged", "report:closed")
TO_THE_PERSON_THEMSELVES = "case-about-you"
TO_FORMER_OFFICERS = "case:part-ended"
"""It says nothing of a case, and it may be closed to whoever gets it by now."""
_READERS = {*READERS, *ROLE_FOR.values()}
ABOUT_ROTATIONS = ("rotation_due", "rotation_to_verify", "rotation_to_permit")
ABOUT_PASSWORDS = (
    "rotation_change", "rotation_no_changer", "rotation_verify", "rotation_no_verifier", "rotation_permit",
)  # fmt: skip
HANDED_OVER: Mapping[str, Any] = {"leaver_hand_over": LeaverNotice, "move_hand_over": Move}
"""Duties to find somebody who takes over, with what says who goes."""
_SENT_ON = sa.select(
    Reminder.kind, Reminder.key, Reminder.due_on, Reminder.to_person_id, Reminder.escalated, Reminder.step
).where(Reminder.sent_on == sa.bindparam("day"))
_WRITTEN_SINCE = sa.select(OutboxMessage).where(OutboxMessage.created_at > sa.bindparam("looked"))


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
    ask: Ask = ask_in_session
    statements: dict[Reader, sa.CompoundSelect[Any]] = field(default_factory=dict)

    def morning(self, day: date) -> None:
        """Everything that is checked after the jobs of a morning."""
        known = Known(day)
        reminded, told = self._reminders(known), self._messages(known)
        seen = chain(self._first_pages(known), self._sight(known), known_to_the_gone(day))
        for fault in chain(reminded, told, self._mails(), seen):
            self.faults.append(f"{day:%a %d %b %Y}: {fault}")
        self.looked_until = clock.now()
        db.session.commit()  # nothing was written; the driver keeps what PostgreSQL planned, as after no rollback
        db.session.expunge_all()

    def _reminders(self, known: Known) -> Iterator[str]:
        day, rules = known.day, pack().chases
        sent = db.session.execute(_SENT_ON, {"day": day}).all()
        self.counted["reminders"] += len(sent)
        yield from told_while_not_here(known, sent, self.looked_until)
        twice = Counter((reminder.kind, reminder.key, reminder.to_person_id) for reminder in sent)
        yield from (f"{thing} was told {count} times" for thing, count in twice.items() if count > 1)
        told = {Expected(one.kind, one.key, one.due_on, one.to_person_id): one.step for one in sent}
        if not working_calendar().is_working_day(day):
            if told:
                yield f"{len(told)} reminders on a day on which nobody works"
            return
        told_of = {(one.kind, one.key, one.to) for one in told}
        open_now: set[tuple[str, str]] = set()
        theirs: dict[Expected, set[int]] = {}
        waiting, of_keepers = self._waiting(day), list[Expected]()
        left = left_by_keepers(known, {(row.kind, row.key, row.due_on) for row in waiting}, self.ask)
        for row in (*waiting, *left):
            open_now.add((row.kind, row.key))
            things = list(_to_be_told(row, rules[row.kind], known))
            of_keepers += [thing for thing, _, _ in things if row.person_id is None and _may_know(thing, known)]
            for thing, marks, _ in things:
                theirs.setdefault(thing, set()).update(marks)
            yield from self._missed(row, [thing for thing, _, is_new in things if is_new], told_of, known)
        for one, step in told.items():
            if (one.kind, one.key) not in open_now:
                yield f"told of something that is done: {one}"
            elif one not in theirs:
                yield f"told to somebody whom the rule does not name: {one}"
            elif step not in theirs[one]:
                yield f"told by a day that the rule does not name, {step} working days from the due day: {one}"
        yield from _waits_for_nobody(day, {key for _, key in open_now})
        yield from told_to_nobody(known, left, of_keepers)
        escalated = {Expected(one.kind, one.key, one.due_on, one.to_person_id) for one in sent if one.escalated}
        named = escalated & theirs.keys()
        yield from (f"told to somebody who may not know: {one}" for one in named if not _may_know(one, known))
        yield from _told_of_their_own_leaving([one for one in sent if (one.kind, one.key) in open_now])

    def _missed(self, row: Any, due: list[Expected], told_of: Collection[Any], known: Known) -> Iterator[str]:
        """Who was not told of one duty this morning; and where it is no matter, that nobody at all may be told.

        Accounts that one leaver hands over share a key, each with a day of its own: one message a day tells of them all.
        """
        self.counted["expected"] += len(due)
        may_know = [thing for thing in due if thing.to == row.person_id or _may_know(thing, known)]
        yield from (f"missed: {thing}" for thing in may_know if (thing.kind, thing.key, thing.to) not in told_of)
        if due and not may_know and row.matter_id is None:
            yield f"late and told to nobody: {row.kind} {row.key}"

    def _first_pages(self, known: Known) -> Iterator[str]:
        """Now and then: that what is chased is what stands on the first pages of those whose duty it is, and of nobody else;
        and that nobody is led from there to what does not open for them.

        The other checks take `everybody` for the truth; this one asks each person's own query.
        """
        day = known.day
        if day.toordinal() % LOOK_AT_PAGES_EVERY:
            return
        asked = {(row.person_id, row.kind, row.key) for row in self._waiting(day)}
        concerned = {person_id for person_id, _, _ in asked}
        people = list(db.session.execute(sa.select(Person).where(is_here(day)).order_by(Person.email)).scalars())
        some = [one for number, one in enumerate(people) if one.id in concerned or number % SAMPLE == day.day % SAMPLE]
        shown = {found for person in some for found in _shown_to(person, day)}
        self.counted["pages"] += len(some)
        looked_at = {one.id for one in some}
        yield from (f"chased but not on a first page: {one}" for one in asked - shown)
        yield from (f"on a first page but not chased: {one}" for one in shown - asked if one[0] in looked_at)
        yield from led_to_what_is_closed(known)

    def _messages(self, known: Known) -> Iterator[str]:
        new = list(db.session.execute(_WRITTEN_SINCE, {"looked": self.looked_until}).scalars())
        self.counted["messages"] += len(new)
        yield from _closed_but_told(new, known)
        yield from _told_as_the_person_concerned(new)
        yield from _told_of_what_they_caused(new)

    def _sight(self, known: Known) -> Iterator[str]:
        """That nobody who reads reports or cases by a role sees one that is closed to them."""
        for person_id, roles in known.roles_of_all.items():
            if roles.isdisjoint(_READERS):
                continue
            for (matter_id,) in self.ask(self._seen_by(Reader(roles)), {"me": person_id, "today": known.day}):
                self.counted["seen"] += 1
                if known.is_kept_from(matter_id, person_id):
                    email = db.session.get_one(Person, person_id).email
                    yield f"{email} sees what is closed to them: the matter {matter_id}"

    def _seen_by(self, reader: Reader) -> sa.CompoundSelect[Any]:
        """The matters whose case or report somebody with these roles sees. Put together once, as their own pages do."""
        if reader not in self.statements:
            today = cast(date, TODAY)
            self.statements[reader] = sa.union_all(
                sa.select(Case.matter_id).where(visible_case(reader, today)),
                sa.select(BreachReport.matter_id).where(visible_to(reader, today)),
            )
        return self.statements[reader]

    def _waiting(self, day: date) -> Sequence[Any]:
        """What waits for whom, of every chased kind. The statement is put together once: that costs more than asking."""
        kept: sa.CompoundSelect[Any] | None = current_app.extensions.get("waits in the simulated year")
        if kept is None:
            registries: Registries = current_app.extensions["registries"]
            kept = sa.union_all(*(_with_what_is_checked(ask()) for ask in registries.asked_of_everybody()))
            current_app.extensions["waits in the simulated year"] = kept
        return self.ask(kept, {"today": day})

    def _mails(self) -> Iterator[str]:
        folder = Path(current_app.extensions["settings"].instance) / "mail"
        forbidden = _forbidden_words()
        for mail in sorted(folder.glob("*.eml")):
            self.counted["mails"] += 1
            found = forbidden.search(_words_of(mail.read_bytes()))
            if found:
                yield f"the mail {mail.name} says “{found[0]}”"
            mail.unlink()  # read once, it is in nobody's way on later mornings


def _chased() -> Iterator[DueKind]:
    registries: Registries = current_app.extensions["registries"]
    return (kind for kind in registries.due.values() if kind.everybody is not None)


def _with_what_is_checked(everybody: sa.Select[Any]) -> sa.Select[Any]:
    has = everybody.selected_columns
    columns: list[Any] = [has.name.label("kind"), has.key, has.due_on, has.person_id, has.matter_id]
    return everybody.with_only_columns(*columns, maintain_column_froms=True)


def _shown_to(person: Person, day: date) -> Iterator[tuple[uuid.UUID, str, str]]:
    chased = {kind.name for kind in _chased()}
    yield from ((person.id, row[0], row[1]) for row in first_page_rows(person, day) if row[0] in chased)


def _to_be_told(row: Any, rule: ChaseRule, known: Known) -> Iterator[tuple[Expected, list[int], bool]]:
    """Each person who may be told of an open duty by now, on which days of the rule, and whether one is exactly today.

    Of what is nobody's they are told once it is late.
    """
    before = working_calendar().last_working_day_on_or_before(known.day - timedelta(days=1))
    today, yesterday = _elapsed(row.due_on, known.day), _elapsed(row.due_on, before)
    for to in {step.to for step in rule.steps}:
        reached = [mark for mark in _days_of(rule, to, today) if mark <= today and (row.person_id is not None or mark > 0)]
        if reached:
            for person_id in known.addressees(to, row.person_id):
                if row.matter_id is None or not known.is_kept_from(row.matter_id, person_id):
                    yield Expected(row.kind, row.key, row.due_on, person_id), reached, max(reached) > yesterday


def _days_of(rule: ChaseRule, to: str, until: int) -> list[int]:
    """The days, counted from the due day, on which these are told: the rule's own, and from the last again and again."""
    days = [step.after_working_days for step in rule.steps if step.to == to]
    told_last = max(days) == max(step.after_working_days for step in rule.steps)
    if rule.repeat_working_days is None or not (told_last or to == "doer"):
        return days
    return days + list(range(max(days) + rule.repeat_working_days, until + 1, rule.repeat_working_days))


def _elapsed(due_on: date, day: date) -> int:
    calendar = working_calendar()
    return calendar.between(due_on, day) if day >= due_on else -calendar.between(day, due_on)


def _closed_but_told(messages: list[OutboxMessage], known: Known) -> Iterator[str]:
    reminders = _rows_by_id(Reminder.kind, of=[one.subject_id for one in messages if _is_reminder(one)])
    for message in messages:
        about_a_matter = message.kind.name.startswith(("case:", "report:"))
        if message.matter_id is not None:
            if known.is_kept_from(message.matter_id, message.to_person_id, message.created_at):
                yield f"{message.occasion} was told to somebody whom the matter is closed to"
        elif _is_reminder(message):
            kind = reminders[message.subject_id].kind
            if pack().chases[kind].about_matters and not kind.startswith(TO_THE_PERSON_THEMSELVES):
                yield f"{message.occasion} went out without the matter whose wall holds"
        elif about_a_matter and message.kind.name not in (*TO_THE_CONCERNED, TO_FORMER_OFFICERS):
            yield f"{message.occasion} went out without the matter whose wall holds"


def _is_reminder(message: OutboxMessage) -> bool:
    return message.kind.name.startswith("reminder")


def _waits_for_nobody(day: date, waiting: Collection[str]) -> Iterator[str]:
    """Whatever became of those who worked on it: what is late stands on somebody's first page."""
    late_cases = sa.select(Case.reference).where(Case.closed_at.is_(None), Case.step_due_on < day)
    late_reports = sa.select(BreachReport.reference).where(
        BreachReport.status.in_((ReportStatus.RECEIVED, ReportStatus.TRIAGE)), BreachReport.triage_by < day
    )
    late_rotations = sa.select(sa.cast(CredentialRotation.id, sa.String)).where(
        CredentialRotation.status == RotationStatus.DUE, CredentialRotation.due_on < day
    )
    late_devices = sa.select(DevicePermissionRequest.reference).join(DevicePermissionRequest.person).where(
        DevicePermissionRequest.status.in_(OPEN_STATUSES), DevicePermissionRequest.due_on < day, ~has_left(day)
    )
    late = late_cases.union(late_reports, late_rotations, late_devices)
    for key in (*db.session.execute(late).scalars(), *_late_access(day), *_late_proposals(day, waiting)):
        if key not in waiting:
            yield f"{key} is late and waits for nobody"


def _late_access(day: date) -> Iterator[str]:
    """Requests for access that are late and go on, by the key of their duties."""
    it = AccessRequest
    key = sa.cast(it.id, sa.String).label("known_as")
    late = sa.select(it, key).where(it.status == AccessRequestStatus.ASKED, it.due_on < day)
    for asked, known_as in db.session.execute(late):
        if asked.is_open and asked.account.status not in NO_MORE_HOLDERS:
            yield known_as


def _late_proposals(day: date, waiting: Collection[str]) -> Iterator[str]:
    """Proposals that are late with others than who made them, unless HR is asked to record who manages those."""
    it, with_others = AccountProposal, (ProposalStatus.PROPOSED, ProposalStatus.WITH_SCA, ProposalStatus.APPROVAL)
    late = db.session.execute(sa.select(it).where(it.status.in_(with_others), it.due_on < day)).scalars()
    yield from (one.reference for one in late if one.proposer_id.hex not in waiting and not one.ended_by_itself)


def _told_as_the_person_concerned(messages: list[OutboxMessage]) -> Iterator[str]:
    told = [message for message in messages if message.kind.name == "case:letter"]
    letters = _rows_by_id(Letter.to_id, Letter.case_id, of=[message.subject_id for message in told])
    cases = _rows_by_id(Case.told_subject_at, of=[letter.case_id for letter in letters.values()])
    for message in told:
        letter = letters[message.subject_id]
        if letter.to_id != message.to_person_id or cases[letter.case_id].told_subject_at is None:
            yield "a letter was told to somebody else, or before the person concerned was told"


def _told_of_what_they_caused(messages: list[OutboxMessage]) -> Iterator[str]:
    told = [message for message in messages if message.kind.name in ABOUT_ROTATIONS]
    causes = _causes({message.subject_id for message in told})
    for message in told:
        if (message.subject_id, message.to_person_id) in causes:
            yield f"{message.occasion} was told to the person who leaves"


def _may_know(thing: Expected, known: Known) -> bool:
    return may_be_told(thing.kind, thing.key, db.session.get_one(Person, thing.to), known)


def _told_of_their_own_leaving(sent: Sequence[Any]) -> Iterator[str]:
    """Nobody is reminded of a password that changes because of them, nor of what is to be handed over when they go."""
    passwords = [one for one in sent if one.kind in ABOUT_PASSWORDS and not one.escalated]  # others read no account
    causes = _causes({uuid.UUID(one.key) for one in passwords})
    handed = [one for one in sent if one.kind in HANDED_OVER and one.escalated]
    keys = [uuid.UUID(one.key) for one in handed]
    going = [row for model in HANDED_OVER.values() for row in _rows_by_id(model.person_id, of=keys).items()]
    who_go = {(about_id, about.person_id) for about_id, about in going}
    for one in (*passwords, *handed):
        if (uuid.UUID(one.key), one.to_person_id) in causes | who_go:
            yield f"{one.kind} was told to the person who goes"


def _causes(rotations: Collection[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID | None]]:
    """The rotations with each person who is a cause of them."""
    if not rotations:
        return set()
    causes = sa.select(RotationCause.rotation_id, RotationCause.person_id)
    known = causes.where(RotationCause.rotation_id.in_(rotations), RotationCause.person_id.is_not(None))
    return {(rotation_id, person_id) for rotation_id, person_id in db.session.execute(known)}


def _rows_by_id(*columns: Any, of: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Any]:
    """These columns of the rows with these ids; an id without its row is not among them."""
    if not of:
        return {}
    model = columns[0].class_
    return {row.id: row for row in db.session.execute(sa.select(model.id, *columns).where(model.id.in_(of)))}


def _words_of(mail: bytes) -> str:
    """All that a mail says as its reader sees it, headers and body, but for the address without which it could not go."""
    read = email.message_from_bytes(mail)
    headers = [f"{name}: {_unfolded(value)}" for name, value in read.items() if name.casefold() != "to"]
    bodies = [
        cast(bytes, part.get_payload(decode=True)).decode(part.get_content_charset("utf-8"))
        for part in read.walk()
        if part.get_content_maintype() == "text"
    ]
    return "\n".join([*headers, *bodies])


def _unfolded(header: str) -> str:
    return " ".join(str(make_header(decode_header(header))).split())


def _forbidden_words() -> re.Pattern[str]:
    """Withheld words, and every word of everybody's name: whole words, in any case."""
    kept: re.Pattern[str] | None = current_app.extensions.get("withheld_words")
    if kept is None:
        names = {part for (name,) in db.session.execute(sa.select(Person.name)) for part in re.split(r"[ ’]", name)}
        words = {*WITHHELD, *(part for part in names if len(part) > 2)}
        kept = re.compile(r"\b(?:" + "|".join(re.escape(word) for word in sorted(words)) + r")\b", re.IGNORECASE)
        current_app.extensions["withheld_words"] = kept
    return kept
