"""kill -9 in the middle of reminding and mailing: no message is lost, and none is doubled; but a mail server may get one
twice, under the same Message-ID."""

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.jobs import Job
from app.core.mail import Mail
from app.core.outbox import OutboxMessage, message_kind, notify
from app.duties.models import Reminder
from app.people.models import Person
from tests.conftest import DIALECTS, NOW
from tests.databases import app_with_schema, database_url
from tests.device_permissions.factories import submitted
from tests.factories import Factory
from tests.mail_servers import NOTIFY_KEY, MailBox, notify_server, smtp_server

KILLS = 24
MOST_KILLS = 8 * KILLS  # how long to go on where by chance no kill has hit a mail
SOMETHING = message_kind("tests:kills", "Something for tests waits", "home.index")
FIRST_MORNING = NOW.date() + timedelta(days=1)
MORNING, EVENING = 8, 17
HOURS = (MORNING, 11, 14, EVENING)
"""When runners start. Several times a day, so that however many there are, no mail is old enough to be forgotten."""
SOMETIMES_LATE = 1.3


class Runners:
    """The process that forks runners."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def start(self, day: date, hour: int = MORNING) -> int:
        """Begin `flask jobs run` on a morning; gives its process id."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{clock.at_local(day, hour, 30).isoformat()}\n")
        self.process.stdin.flush()
        return int(self._line())

    def ended(self) -> tuple[int, float]:
        """Wait until it is gone; gives its wait status, and how many seconds it lived."""
        word, status, seconds = self._line().split()
        assert word == "ended"
        return int(status), float(seconds)

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@contextmanager
def _runners(url: str, instance: Path, mail_url: str) -> Iterator[Runners]:
    arguments = [url, str(instance), mail_url]
    command = [sys.executable, "-W", "ignore", "-m", "tests.kills.runners", *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield Runners(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)


def _tell(app: Flask, people: list[uuid.UUID]) -> None:
    """A message of the test's own for everybody, so that there is something to send every day."""
    with app.app_context():
        begin_writing()
        for person_id in people:
            notify(person_id, SOMETHING, uuid.uuid4(), at=NOW)
        commit()


Received = Counter[tuple[uuid.UUID, str]]
"""How often each mail, as its id and address, reached whoever receives: the same mail to the byte."""


@contextmanager
def _mail_server(_folder: Path) -> Iterator[tuple[str, Callable[[], Received]]]:
    with smtp_server() as (box, port):
        yield f"smtp://127.0.0.1:{port}", lambda: _in_the_box(box)


@contextmanager
def _notify(_folder: Path) -> Iterator[tuple[str, Callable[[], Received]]]:
    with notify_server() as (notify, address):

        def sent() -> Received:
            return Counter((uuid.UUID(one["reference"]), one["email_address"]) for one in notify.sent)

        yield f"notify://{NOTIFY_KEY}?template=t&at={address}", sent


@contextmanager
def _files(folder: Path) -> Iterator[tuple[str, Callable[[], Received]]]:
    yield "file:", lambda: Counter(_in_a_file(path) for path in (folder / "mail").glob("*.eml"))


def _in_the_box(box: MailBox) -> Received:
    forms = defaultdict(set)
    for message_id, raw in zip(box.message_ids(), box.received, strict=True):
        forms[message_id].add(raw)
    assert {len(same) for same in forms.values()} == {1}
    return Counter((_id_of(one), to) for one, (_, (to,)) in zip(box.message_ids(), box.envelopes, strict=True))


def _in_a_file(path: Path) -> tuple[uuid.UUID, str]:
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert _id_of(str(mail["Message-ID"])) == uuid.UUID(path.stem)
    assert mail.get_content().rstrip().endswith("Nobody reads an answer to it.")  # there whole, or not at all
    return uuid.UUID(path.stem), str(mail["To"])


def _id_of(message_id: str) -> uuid.UUID:
    return uuid.UUID(message_id.strip("<>").split("@")[0])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(("way", "repeats"), [(_mail_server, True), (_notify, False), (_files, False)])
def test_killing_the_runner_loses_and_doubles_nothing(
    dialect: str, way: Callable[..., Any], repeats: bool, tmp_path: Path, worker_id: str
) -> None:
    """Whoever receives by SMTP may get a mail again; at Notify and as a file each is there exactly once."""
    chance = random.Random(11)
    with (
        database_url(dialect, f"probity_kill_jobs_{worker_id}", tmp_path) as url,
        app_with_schema(url, tmp_path) as app,
        way(tmp_path) as (mail_url, received),
        _runners(url, tmp_path, mail_url) as runners,
    ):
        with app.app_context(), clock.set_to(NOW):
            make = Factory()
            managers = [make.person() for _ in range(4)]
            for number in range(12):
                submitted(make.person(manager=managers[number % 4]))
            people = list(db.session.execute(sa.select(Person.id)).scalars())
            db.session.remove()
        _run_whole(runners, FIRST_MORNING)  # this one is not forked, see runners.py
        _tell(app, people)
        day = FIRST_MORNING + timedelta(days=1)
        takes = dict.fromkeys(HOURS, _run_whole(runners, day))
        killed, hit, hours = 0, False, cycle(HOURS)
        while killed < KILLS or (not hit and killed < MOST_KILLS):
            hour = next(hours)
            if hour == MORNING:  # the kill comes while people are reminded
                day += timedelta(days=1)
            else:
                _tell(app, people)
            runner = runners.start(day, hour)
            time.sleep(chance.uniform(0.0, SOMETIMES_LATE * takes[hour]))
            with suppress(ProcessLookupError):
                os.kill(runner, signal.SIGKILL)
            status, seconds = runners.ended()
            if status == signal.SIGKILL:
                killed += 1
            else:
                takes[hour] = seconds
            hit = hit or _is_on_its_way(app)
        for later in range(1, 15):  # long enough to come to a working day, whatever is closed
            _run_whole(runners, day + timedelta(days=later))
        _run_whole(runners, day + timedelta(days=14), EVENING)  # the last reminders are mailed later that day
        with app.app_context():
            _check_mail(received(), repeats=repeats)
            _check_reminders()


def _run_whole(runners: Runners, day: date, hour: int = MORNING) -> float:
    """Let a runner do its work to the end; gives how many seconds it took."""
    runners.start(day, hour)
    status, seconds = runners.ended()
    assert status == 0
    return seconds


def _is_on_its_way(app: Flask) -> bool:
    """Whether a mail stands there that somebody began to send and nobody has finished."""
    with app.app_context():
        begun = sa.select(Mail.id).where(Mail.attempts > 0, Mail.sent_at.is_(None)).limit(1)
        found = db.session.execute(begun).first() is not None
        db.session.remove()
        return found


def _check_mail(received: Received, *, repeats: bool) -> None:
    """Each message is in one mail, and each mail reached its person: once, or again where a repeat cannot be known."""
    messages = list(db.session.execute(sa.select(OutboxMessage)).scalars())
    mails = {mail.id: mail for mail in db.session.execute(sa.select(Mail)).scalars()}
    address = {person.id: person.email for person in db.session.execute(sa.select(Person)).scalars()}
    for message in messages:
        assert message.settled_at is not None
        assert message.mail_id is not None
        assert mails[message.mail_id].to_person_id == message.to_person_id
    assert {mail_id for mail_id, _ in received} == set(mails)
    assert repeats or set(received.values()) == {1}
    for mail_id, to in received:
        assert to == address[mails[mail_id].to_person_id]
        assert mails[mail_id].sent_at is not None
        assert mails[mail_id].given_up_at is None
    assert set(mails) == {message.mail_id for message in messages}
    assert any(mail.attempts > 1 for mail in mails.values()), "no kill hit a mail on its way"


def _check_reminders() -> None:
    """One message for each reminder, no reminder twice on one day, and none without its message."""
    reminders = list(db.session.execute(sa.select(Reminder)).scalars())
    assert len(reminders) >= 12
    told = Counter((one.kind, one.key, one.to_person_id, one.sent_on) for one in reminders)
    assert set(told.values()) == {1}
    about = db.session.execute(
        sa.select(OutboxMessage.subject_id).where(OutboxMessage.occasion.like("reminder%"))
    ).scalars()
    assert Counter(about) == Counter(one.id for one in reminders)
    assert {job.failures for job in db.session.execute(sa.select(Job)).scalars()} == {0}
