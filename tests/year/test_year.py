"""A year in the life of an invented council: nothing missed, nobody told twice, nobody told what they may not know.

`make test` lives six weeks on both databases, over Easter and the change to summer time. `make year`, which `.ci/run` calls
first, lives the whole year of 600 people on PostgreSQL, by PROBITY_WHOLE_YEAR=1.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy import event

from app import create_app
from app.account_register.models import KeeperNotice, NoticeKind
from app.breach_reports.models import BreachReport, ReportStatus
from app.core import clock
from app.core.audit import verify_chain
from app.core.db import db, new_id
from app.core.jobs import run_due_jobs
from app.core.outbox import OutboxMessage, notify
from app.core.registries import Registries
from app.credential_rotation.operations import record_leaver
from app.demo.timeline import act_at
from app.duties.models import Reminder
from app.duties.operations import chase
from app.duties.queries import chasing
from app.hr_cases.models import Case
from app.hr_cases.operations import messages
from app.matters.models import Capacity, Matter, MatterKind, MatterParty
from app.people.models import KEEPERS, Person, Role, RoleAssignment
from app.people.queries import holders_of
from app.policy.pack import ChaseRule
from app.policy.queries import pack
from app.simulated_year import Year, checks, live, morning
from app.simulated_year.acts import ACTS
from app.simulated_year.checks import WITHHELD, Checks
from app.simulated_year.opening import PAGES
from app.simulated_year.organisation import officer_address
from tests.conftest import DIALECTS
from tests.databases import create_schema, database_url, settings_for
from tests.duties.told import kinds_told_to_others
from tests.year.quick import QUICK, keep_plans

WHOLE = bool(os.environ.get("PROBITY_WHOLE_YEAR"))
EASTER = date(2027, 3, 8)
NOTHING_TO_DO_BY_HAND = {"policy:bank-holidays"}


@contextmanager
def empty(dialect: str, folder: Path, worker_id: str) -> Iterator[Flask]:
    """An application with the schema and nothing in it."""
    with database_url(dialect, f"probity_year_{worker_id}", folder) as url:
        app = create_app(settings_for(url + (QUICK if dialect == "postgresql" else ""), folder))
        with app.app_context():
            create_schema()
            if dialect == "postgresql":
                db.engine.dispose()
                event.listen(db.engine, "connect", keep_plans)
                db.engine.pool._pre_ping = False  # the server is there as long as the test; a private name of the pool
            yield app
            db.session.remove()
            db.engine.dispose()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_year_without_a_fault(dialect: str, tmp_path: Path, worker_id: str) -> None:
    whole = WHOLE and dialect == "postgresql"
    with empty(dialect, tmp_path, worker_id):
        year = (
            live(people=600, first=date(2027, 1, 4), days=365, seed=1)
            if whole
            else live(people=150, first=EASTER, days=42, seed=2)
        )
        assert year.checks.faults == []
        _looked_at_enough(year, 10 if whole else 1)
        assert verify_chain().broken_at is None
        yesterday = clock.at_local(date(2028, 1, 2) if whole else EASTER + timedelta(days=40))
        assert db.session.query(OutboxMessage).filter(
            OutboxMessage.settled_at.is_(None), OutboxMessage.created_at < yesterday
        ).count() == 0  # fmt: skip


THEY_LEAVE, SOMEBODY_COMES = EASTER + timedelta(days=9), EASTER + timedelta(days=23)


def _keepers_leave(day: date, year: Year) -> None:
    """Both on one day, and it takes the administrator two weeks to find somebody."""
    year.life.likely["register_keeper", Role.SCA] = float(day >= SOMEBODY_COMES)
    if day == THEY_LEAVE - timedelta(days=1):
        at = clock.at_local(day, 8)
        for keeper_id in [keeper.id for keeper in holders_of(KEEPERS, day)]:
            with act_at(at):
                keeper = db.session.get_one(Person, keeper_id)
                assert keeper.line_manager is not None
                record_leaver(keeper, last_working_day=THEY_LEAVE, immediate=False, by=keeper.line_manager, at=at)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_two_weeks_without_a_keeper(
    dialect: str, tmp_path: Path, worker_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HR is told of what waits meanwhile, and whoever comes is reminded of all that waits."""
    monkeypatch.setattr("app.simulated_year.life.SECOND_THOUGHTS", 0.0)  # no keeper stays after all
    with empty(dialect, tmp_path, worker_id):
        year = live(people=60, first=EASTER, days=30, seed=4, happens=_keepers_leave)
        assert year.checks.faults == []
        assert year.life.done["register_keeper"] >= 1
        held = RoleAssignment
        came = sa.select(held.person_id).where(held.role.in_(KEEPERS), held.since >= SOMEBODY_COMES)
        of_keepers = ("notice_password", "notice_device", "discovered_settle", "look_alike_settle", "early_alert_see")
        sent = sa.select(Reminder).where(Reminder.kind.in_(of_keepers), Reminder.sent_on.between(THEY_LEAVE, SOMEBODY_COMES))
        told = db.session.execute(sent.where(Reminder.escalated)).scalars().all()
        assert len({one.sent_on for one in told if one.sent_on > THEY_LEAVE}) > 1
        at_first = sa.select(sa.func.count()).where(Reminder.to_person_id.in_(came), ~Reminder.escalated)
        assert db.session.execute(at_first.where(Reminder.sent_on > SOMEBODY_COMES)).scalar_one() > 1


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("breaks", [False, True])
def test_what_is_found_on_each_morning_is_told(
    dialect: str, breaks: bool, tmp_path: Path, worker_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a second process looks, which sees the morning and not what people do meanwhile; and if it cannot look."""

    def finds(_checks: Checks) -> Iterator[str]:
        if breaks:
            raise RuntimeError("no folder")
        yield f"{db.session.query(BreachReport).count()} reports"

    monkeypatch.setattr(Checks, "_mails", finds)
    with empty(dialect, tmp_path, worker_id):
        if breaks and dialect == "sqlite":
            with pytest.raises(RuntimeError):
                live(people=60, first=EASTER, days=1, seed=1)
            return
        faults = live(people=60, first=EASTER, days=3, seed=1).checks.faults
    if breaks:
        assert ["could not be looked at" in one and "no folder" in one for one in faults] == [True] * 3
    else:
        assert faults == [
            "Mon 08 Mar 2027: 0 reports", "Tue 09 Mar 2027: 1 reports", "Wed 10 Mar 2027: 2 reports"
        ]  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_command_says_what_it_checked_and_lives_in_an_empty_database_only(
    dialect: str, tmp_path: Path, worker_id: str
) -> None:
    with empty(dialect, tmp_path, worker_id) as app:
        lives = ["simulate-year", "--people", "60", "--days", "3"]
        lived, again = (app.test_cli_runner().invoke(args=lives) for _ in range(2))
    assert lived.exit_code == 0, lived.output
    assert ", 0 faults." in lived.output
    assert "in an empty database" in again.output


def _looked_at_enough(year: Year, times: int) -> None:
    """A year in which nothing happens proves nothing."""
    for what, least in (("expected", 40), ("reminders", 40), ("messages", 120), ("mails", 80)):
        assert year.checks.counted[what] >= least * times, year.checks.counted
    for kind in ("rotation_change", "rotation_verify", "device_decide", "notice_device", "case-appoint-investigator"):
        assert year.life.done[kind] > 0, dict(year.life.done)


def test_every_chased_kind_of_duty_is_lived(app: Flask) -> None:
    registries: Registries = app.extensions["registries"]
    chased = {name for name, kind in registries.due.items() if kind.everybody is not None}
    assert chased - NOTHING_TO_DO_BY_HAND == set(ACTS)


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of a small council after three weeks without a fault, on SQLite."""
    folder = tmp_path_factory.mktemp("council")
    with empty("sqlite", folder, worker_id):
        assert live(people=60, first=EASTER, days=21, seed=3).checks.faults == []
    return folder


@pytest.fixture
def lived(council: Path, tmp_path: Path, worker_id: str) -> Iterator[Checks]:
    """A copy of that council, and what has been looked at so far."""
    shutil.copytree(council, tmp_path, dirs_exist_ok=True)
    app = create_app(settings_for(f"sqlite:///{tmp_path / f'probity_year_{worker_id}.sqlite'}", tmp_path))
    with app.app_context():
        yield Checks(looked_until=clock.at_local(LAST_DAY, 23))
        db.session.remove()
        db.engine.dispose()


LAST_DAY = EASTER + timedelta(days=20)  # Easter Sunday, on which the clocks change too
DAY_OFF = LAST_DAY + timedelta(days=1)
WORKING_DAY = LAST_DAY + timedelta(days=2)


def _faults(checks: Checks, day: date = WORKING_DAY) -> str:
    with clock.set_to(clock.at_local(day, 7)):
        checks.morning(day)
    return "\n".join(checks.faults)


def _somebody(*others_than: Person) -> Person:
    others = Person.id.not_in([person.id for person in others_than])
    return db.session.query(Person).filter_by(post="Officer").filter(others).order_by(Person.email).limit(1).one()


def test_what_was_not_told_is_found(lived: Checks) -> None:
    """The jobs did not run on the morning of the day on which something is due."""
    sent_at = clock.at_local(LAST_DAY, 12)
    db.session.add(KeeperNotice(kind=NoticeKind.PASSWORD_CHANGED, subject_id=new_id(), sent_at=sent_at, due_on=WORKING_DAY))
    db.session.commit()
    assert "missed: Expected(kind='notice_password'" in _faults(lived)


def test_what_is_told_on_a_day_off_is_found(lived: Checks) -> None:
    db.session.add(
        Reminder(
            kind="rotation_change", key="x", due_on=EASTER, step=0, to_person_id=_somebody().id, escalated=False,
            sent_on=DAY_OFF, created_at=clock.at_local(DAY_OFF, 7),
        )
    )  # fmt: skip
    db.session.commit()
    assert "1 reminders on a day on which nobody works" in _faults(lived, DAY_OFF)


def test_being_told_of_what_is_done_is_found(lived: Checks) -> None:
    db.session.add(
        Reminder(
            kind="rotation_change", key="x", due_on=EASTER, step=0, to_person_id=_somebody().id, escalated=False,
            sent_on=WORKING_DAY, created_at=clock.at_local(WORKING_DAY, 7),
        )
    )  # fmt: skip
    db.session.commit()
    assert "told of something that is done" in _faults(lived)


def test_being_told_by_a_day_that_the_rule_does_not_name_is_found(
    lived: Checks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that tells everybody again every day."""
    sent_at, due_on = clock.at_local(LAST_DAY - timedelta(days=20), 12), LAST_DAY - timedelta(days=10)
    db.session.add(KeeperNotice(kind=NoticeKind.PASSWORD_CHANGED, subject_id=new_id(), sent_at=sent_at, due_on=due_on))
    db.session.commit()
    monkeypatch.setattr(
        ChaseRule, "step_for", lambda self, to, elapsed: elapsed if to in {step.to for step in self.steps} else None
    )
    chase(clock.at_local(WORKING_DAY, 7))
    assert "told by a day that the rule does not name" in _faults(lived)


@pytest.mark.parametrize("forgotten", [True, False])
def test_what_waits_for_a_keeper_and_is_told_to_nobody_is_found(
    lived: Checks, monkeypatch: pytest.MonkeyPatch, forgotten: bool
) -> None:
    """The keepers have gone; whoever sees to it is not told, and what they were told before is taken for done."""
    registries: Registries = current_app.extensions["registries"]
    for keeper in holders_of(KEEPERS, LAST_DAY):
        keeper.last_working_day = LAST_DAY
    sent_at = clock.at_local(LAST_DAY - timedelta(days=20), 12)
    due_on = LAST_DAY - timedelta(days=10)
    db.session.add(KeeperNotice(kind=NoticeKind.WORK_USE, subject_id=new_id(), sent_at=sent_at, due_on=due_on))
    db.session.commit()
    if forgotten:
        monkeypatch.setattr(chasing, "left_by_keepers", lambda *_: [])
    with clock.set_to(clock.at_local(WORKING_DAY, 7)):
        run_due_jobs(registries.jobs.values())
    faults = _faults(lived)
    late = "late with nobody, and those who see to it do not find it: Expected(kind='notice_use'"
    assert (late in faults) is forgotten
    assert forgotten or faults == ""


def test_what_only_a_keeper_does_and_no_query_finds_is_found(lived: Checks, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind of duty asks for nothing any more while there is no keeper: what stands in the records shows it."""
    registries: Registries = current_app.extensions["registries"]
    for keeper in holders_of(KEEPERS, LAST_DAY):
        keeper.last_working_day = LAST_DAY
    sent_at = clock.at_local(EASTER, 12)
    db.session.add(KeeperNotice(kind=NoticeKind.WORK_USE, subject_id=new_id(), sent_at=sent_at, due_on=EASTER))
    db.session.commit()
    monkeypatch.setitem(registries.due, "notice_use", replace(registries.due["notice_use"], select=lambda *_: None))
    assert "waits for a keeper and for nobody else, and is chased with nobody: KeeperNotice" in _faults(lived)


def test_what_is_late_and_nobodys_is_found(lived: Checks) -> None:
    """All who could take it in have lost their roles."""
    report = db.session.query(BreachReport).order_by(BreachReport.reference).limit(1).one()
    report.status, report.triage_by = ReportStatus.TRIAGE, LAST_DAY
    db.session.query(RoleAssignment).update({RoleAssignment.until: LAST_DAY})
    db.session.commit()
    assert f"{report.reference} is late and waits for nobody" in _faults(lived)


@pytest.mark.parametrize("known", [True, False])
def test_telling_somebody_who_is_walled_off_is_found(lived: Checks, known: bool) -> None:
    """Also where the message does not say whose wall holds for it."""
    at, person = clock.at_local(WORKING_DAY, 6), _somebody()
    matter = Matter.new(MatterKind.CASE, at=at)
    party = MatterParty(matter=matter, person=person, capacity=Capacity.WITNESS, since=at)
    db.session.add_all([matter.data_key, matter, party])
    notify(person.id, messages.OPENED, matter.id, at=at, matter_id=matter.id if known else None)
    db.session.commit()
    words = "told to somebody whom the matter is closed to" if known else "without the matter whose wall holds"
    assert words in _faults(lived)


def _reader(role: Role) -> Person:
    """The second one of a role: nobody of theirs is close to anybody."""
    return db.session.query(Person).filter_by(email=officer_address(role, 2)).one()


@pytest.mark.parametrize("stands", ["manages", "above", "below", "beside"])
def test_telling_or_showing_it_to_the_line_of_the_person_concerned_is_found(
    lived: Checks, monkeypatch: pytest.MonkeyPatch, stands: str
) -> None:
    """Their line manager, whoever stands above, and whoever reports to them; worked out without the query that it checks."""
    monkeypatch.setattr("app.hr_cases.queries.sight.kept_from", lambda *_: sa.false())
    case = db.session.query(Case).order_by(Case.reference).limit(1).one()
    at, reader, subject = clock.at_local(WORKING_DAY, 6), _reader(Role.HR_MANAGER), case.subject
    between = _somebody(subject, reader)
    if stands == "manages":
        subject.line_manager_id = reader.id
    elif stands == "above":
        subject.line_manager_id, between.line_manager_id = between.id, reader.id
    elif stands == "below":
        reader.line_manager_id, between.line_manager_id = between.id, subject.id
    notify(reader.id, messages.ACCEPTED, new_id(), at=at, matter_id=case.matter_id)
    sees = f"{reader.email} sees what is closed to them: the matter {case.matter_id}"
    db.session.commit()
    found = _faults(lived)
    assert ("told to somebody whom the matter is closed to" in found) is (stands != "beside")
    assert (sees in found) is (stands != "beside")


@pytest.mark.parametrize("says", ["case", WITHHELD[5], "Llewelyn"])
def test_a_mail_that_says_too_much_is_found(lived: Checks, tmp_path: Path, says: str) -> None:
    mail = tmp_path / "mail" / "one.eml"
    mail.write_text(f"To: case-worker@simulated.example\nSubject: About {says}\n\nHello", encoding="utf-8")
    assert f"the mail one.eml says “{says}”" in _faults(lived)


def test_a_mail_may_say_to_which_address_it_goes(lived: Checks, tmp_path: Path) -> None:
    with clock.set_to(clock.at_local(WORKING_DAY, 7)):
        morning(WORKING_DAY, lived)
    mail = tmp_path / "mail" / "one.eml"
    mail.write_text("To: hearing-llewelyn@simulated.example\nSubject: Hello\n\nHello", encoding="utf-8")
    assert _faults(lived) == ""


def test_every_kind_of_which_others_are_told_is_asked_for_its_page(app: Flask) -> None:
    matters = {name for name, rule in pack().chases.items() if rule.about_matters}
    assert set(PAGES) == kinds_told_to_others(app) - matters


@pytest.mark.parametrize("leads", [True, False])
def test_leading_somebody_to_a_page_that_refuses_them_is_found(
    lived: Checks, monkeypatch: pytest.MonkeyPatch, leads: bool
) -> None:
    """A manager of a keeper who is told of a notice, and by whom it may not be read."""
    monkeypatch.setattr(checks, "LOOK_AT_PAGES_EVERY", 1)
    registries: Registries = current_app.extensions["registries"]
    above, sca = _somebody(), db.session.query(Person).filter_by(email=officer_address(Role.SCA, 1)).one()
    sca.line_manager_id = above.id
    at = clock.at_local(LAST_DAY, 12)
    notice = KeeperNotice(kind=NoticeKind.PASSWORD_CHANGED, subject_id=new_id(), sent_at=at, due_on=EASTER)
    db.session.add(notice)
    db.session.commit()
    reminder = Reminder(
        kind="notice_password", key=notice.id.hex, due_on=EASTER, step=5, to_person_id=above.id, escalated=True,
        sent_on=LAST_DAY - timedelta(days=2), created_at=at,
    )  # fmt: skip
    db.session.add(reminder)
    db.session.commit()

    def opens(people: list[object], keys: list[str], _today: date) -> sa.Select[tuple[str, object]]:
        return sa.select(sa.literal(keys[0]).label("key"), Person.id.label("person_id")).where(Person.id.in_(people))

    if leads:
        kind = registries.due["notice_password"]
        monkeypatch.setitem(registries.due, "notice_password", replace(kind, opens=opens))
    assert (f"{above.email} is led to a page that does not open" in _faults(lived)) is leads
