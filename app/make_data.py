"""Many rows for benchmarks: `flask make-data --cases N`. Never for an installation that serves anybody.

Rows are whole (keys wrapped, texts sealed, audit chained), so that every page works on them; they are only written in
bulk instead of act by act.
"""

import random
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.account_register.models import AccessGrant, AccessLevel, Account, AccountStatus, AccountWord, LoginMode
from app.account_register.naming import words_of_account
from app.breach_reports.models import BreachReport, Capacity, ReportStatus, Route, YesNoUnknown
from app.core import clock
from app.core.audit import ActorKind, AuditEvent, AuditHead, chain_hash
from app.core.db import begin_writing, commit, db, new_id
from app.core.errors import InvalidInput
from app.core.references import new_reference
from app.core.sealing import DataKey, new_data_key, seal
from app.hr_cases.models import Case, CaseStatus, HearingNotice
from app.matters.models import Capacity as PartyCapacity
from app.matters.models import Matter, MatterKind, MatterParty
from app.people.models import Person, PersonKind, Role
from app.people.queries import holders_of
from app.policy.queries import current_version

CHUNK = 2_000
EVENTS_FOR_EACH_CASE = 10
SUBJECTS = 400
"""How many people the cases are about: each is one subject's, and nobody who works on cases is among them."""
STARTED = date(2020, 1, 6)
PLATFORMS = ("Facebook", "X", "Instagram")
WAITING = (ReportStatus.RECEIVED, ReportStatus.TRIAGE)
Rows = dict[type[Any], list[dict[str, Any]]]


def make_data(cases: int, seed: int = 1) -> None:
    """Add this many cases with their reports, a tenth as many open reports, as many accounts, and ten audit events for
    each case. Somebody must be able to own a case already.
    """
    chance, at = random.Random(seed), clock.now()
    begin_writing()
    owners = [person.id for person in holders_of([Role.HR_CASE_OWNER], clock.local_day(at))]
    if not owners:
        raise InvalidInput("Give somebody the role of case owner first: flask demo does.")
    subjects = _people(chance)
    for start in range(0, cases, CHUNK):
        count = min(CHUNK, cases - start)
        _insert_matters(count, subjects, owners, chance, at)
        _insert_accounts(max(1, count // 10), start, subjects, chance, at)
        _insert_events(count * EVENTS_FOR_EACH_CASE, subjects, at)
    commit()


def _people(chance: random.Random) -> list[uuid.UUID]:
    names = [f"{chance.choice('ABCDEFGHJKLMNPRSTW')}{number:03} Benchmark" for number in range(SUBJECTS)]
    rows = [
        {"id": new_id(), "name": name, "person_kind": PersonKind.EMPLOYEE, "post": "", "version": 1, "started": STARTED}
        for name in names
    ]
    _insert(Person, rows)
    return [uuid.UUID(str(row["id"])) for row in rows]


def _insert_matters(
    count: int, subjects: list[uuid.UUID], owners: list[uuid.UUID], chance: random.Random, at: datetime
) -> None:
    rows: Rows = {DataKey: [], Matter: [], MatterParty: [], BreachReport: [], Case: [], HearingNotice: []}
    version = current_version(clock.local_day(at))
    for number in range(count):
        moment = at - timedelta(minutes=chance.randrange(60 * 24 * 700))
        subject, reporter = chance.sample(subjects, 2)
        parts = {PartyCapacity.SUBJECT: subject, PartyCapacity.REPORTER: reporter}
        if number % 10 == 0:
            waiting = _report_row(rows, moment, chance.choice(WAITING), owners[0])
            _insert_parties(rows, waiting["matter_id"], parts, moment)
        report = _report_row(rows, moment, ReportStatus.CASE_OPENED, owners[0])
        matter, owner = _matter_row(rows, MatterKind.CASE, moment), chance.choice(owners)
        _insert_parties(rows, report["matter_id"], parts, moment)
        _insert_parties(rows, matter["id"], {**parts, PartyCapacity.CASE_OWNER: owner}, moment)
        case = _case_row(report["id"], matter["id"], version.id, moment, chance, owner, at)
        rows[Case].append(case)
        if case["status"] is CaseStatus.NOTIFIED:
            rows[HearingNotice].append(_notice_row(case, matter["key"]))
    for table, made in rows.items():
        _insert(table, made)


def _insert(table: type[Any], rows: list[dict[str, Any]]) -> None:
    """Rows straight into a table, past the mapped class, in one statement."""
    if rows:
        db.session.execute(sa.insert(table.__table__), rows)


def _matter_row(rows: Rows, kind: MatterKind, at: datetime) -> dict[str, Any]:
    key = new_data_key(at)
    rows[DataKey].append({"id": key.id, "wrapped": key.wrapped, "wrapped_by": key.wrapped_by, "created_at": at})
    matter = {"id": new_id(), "kind": kind, "data_key_id": key.id}
    rows[Matter].append(matter)
    return {**matter, "key": key}


def _insert_parties(rows: Rows, matter_id: Any, parts: dict[PartyCapacity, uuid.UUID], at: datetime) -> None:
    rows[MatterParty] += [
        {"id": new_id(), "matter_id": matter_id, "person_id": person, "capacity": capacity, "since": at}
        for capacity, person in parts.items()
    ]


def _report_row(rows: Rows, at: datetime, status: ReportStatus, officer: uuid.UUID) -> dict[str, Any]:
    matter, report_id = _matter_row(rows, MatterKind.REPORT, at), new_id()
    is_new, is_open = status is ReportStatus.RECEIVED, status in WAITING
    day = clock.local_day(at)
    what = seal(matter["key"], b"Made for a benchmark.", f"breach_report:{report_id}:what_happened_sealed")
    row = {
        "id": report_id, "version": 1, "reference": new_reference(), "matter_id": matter["id"], "status": status,
        "category": "DISREPUTE-OTHER", "platform": "Facebook", "happened_on": day, "capacity": Capacity.PERSONAL,
        "in_working_hours": YesNoUnknown.NO, "malpractice": YesNoUnknown.NO, "person_at_risk": YesNoUnknown.NO,
        "personal_data_exposed": YesNoUnknown.NO, "reporter_harmed": YesNoUnknown.NO, "received_at": at,
        "acknowledge_by": day + timedelta(days=2), "triage_by": day + timedelta(days=7), "what_happened_sealed": what,
        "next_due": day + timedelta(days=2 if is_new else 7) if is_open else None,
        "route": None if is_open else Route.CASE, "acknowledged_at": None if is_new else at,
        "acknowledged_by_id": None if is_new else officer,
    }  # fmt: skip
    rows[BreachReport].append(row)
    return row


def _case_row(
    report_id: Any, matter_id: Any, version_id: uuid.UUID, at: datetime, chance: random.Random, owner: uuid.UUID,
    now: datetime,
) -> dict[str, Any]:
    status = chance.choices(list(CaseStatus), weights=[1] * (len(CaseStatus) - 1) + [40])[0]
    closed = min(at + timedelta(days=90), now) if status == CaseStatus.CLOSED else None
    return {
        "id": new_id(), "version": 1, "reference": new_reference(), "matter_id": matter_id, "report_id": report_id,
        "policy_version_id": version_id, "status": status, "opened_at": at, "opened_by_id": owner, "owner_id": owner,
        "closed_at": closed,
        "step_due_on": None if closed else clock.local_day(at) + timedelta(days=chance.randrange(60)),
    }  # fmt: skip


def _notice_row(case: dict[str, Any], key: DataKey) -> dict[str, Any]:
    """The notice of a case that waits for its hearing, which is on the day when its step is due."""
    notice_id, day = new_id(), case["step_due_on"]
    return {
        "id": notice_id, "version": 1, "case_id": case["id"], "number": 1, "issued_at": case["opened_at"],
        "issued_by_id": case["owner_id"], "hearing_at": clock.at_local(day, 14), "papers_by": day,
        "dismissal_possible": False, "pack_fingerprint": "",
        "place_sealed": seal(key, b"Made for a benchmark.", f"hearing_notice:{notice_id}:place_sealed"),
    }  # fmt: skip


def _insert_accounts(count: int, start: int, people: list[uuid.UUID], chance: random.Random, at: datetime) -> None:
    accounts, grants, words = [], [], []
    for number in range(count):
        handle = f"benchmark{start}x{number}{chance.randrange(10**6)}"
        account = {
            "id": new_id(), "version": 1, "name": f"Benchmark {handle}", "platform": chance.choice(PLATFORMS),
            "handle": handle, "handle_key": handle, "kind": "social", "purpose": "", "status": AccountStatus.LIVE,
            "login_mode": LoginMode.SHARED, "two_step": chance.choice(["on", "off", "not_recorded"]), "registered_at": at,
            "owner_id": chance.choice(people), "status_since": clock.local_day(at),
        }  # fmt: skip
        accounts.append(account)
        words += [
            {"account_id": account["id"], "word": word}
            for word in words_of_account(f"Benchmark {handle}", str(account["platform"]), handle)
        ]
        grants += [
            {"id": new_id(), "version": 1, "account_id": account["id"], "person_id": person, "level": AccessLevel.EDITOR,
             "login_mode": LoginMode.SHARED, "starts_on": clock.local_day(at), "approved_at": at}
            for person in chance.sample(people, 5)
        ]  # fmt: skip
    _insert(Account, accounts)
    _insert(AccessGrant, grants)
    _insert(AccountWord, words)


def _insert_events(count: int, subjects: list[uuid.UUID], at: datetime) -> None:
    db.session.flush()
    head = db.session.execute(sa.select(AuditHead).where(AuditHead.id == 1).with_for_update()).scalar_one()
    number, previous = head.number, head.hash
    for rows in _chunks(count, number, previous, subjects, at):
        _insert(AuditEvent, rows)
        number, previous = rows[-1]["number"], rows[-1]["hash"]
    head.number, head.hash = number, previous
    db.session.flush()


def _chunks(
    count: int, number: int, previous: bytes, subjects: list[uuid.UUID], at: datetime
) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    for _ in range(count):
        number += 1
        row: dict[str, Any] = {
            "number": number, "at": at, "actor_kind": ActorKind.SYSTEM, "actor_id": None, "act": "person:signed-in",
            "subject_id": subjects[number % len(subjects)], "about_id": None, "facts": "{}", "previous_hash": previous,
        }  # fmt: skip
        previous = row["hash"] = chain_hash(previous, row)
        rows.append(row)
        if len(rows) == CHUNK:
            yield rows
            rows = []
    if rows:
        yield rows
