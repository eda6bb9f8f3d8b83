"""kill -9 in the middle of reminding and mailing: no message is lost, and none is doubled but under the same Message-ID."""

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

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
from tests.mail_servers import MailBox, smtp_server

KILLS = 24
SOMETHING = message_kind("tests:kills", "Something for tests waits", "home.index")
FIRST_MORNING = NOW.date() + timedelta(days=1)


class Runners:
    """The process that forks runners."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def start(self, day: date, hour: int = 8) -> int:
        """Begin `flask jobs run` on a morning; gives its process id."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{clock.at_local(day, hour, 30).isoformat()}\n")
        self.process.stdin.flush()
        return int(self._line())

    def ended(self) -> int:
        """Wait until it is gone; gives its wait status."""
        word, status = self._line().split()
        assert word == "ended"
        return int(status)

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@contextmanager
def _runners(url: str, instance: Path, port: int) -> Iterator[Runners]:
    arguments = [url, str(instance), f"smtp://127.0.0.1:{port}"]
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


@pytest.mark.parametrize("dialect", DIALECTS)
def test_killing_the_runner_loses_and_doubles_nothing(dialect: str, tmp_path: Path, worker_id: str) -> None:
    chance = random.Random(11)
    with (
        database_url(dialect, f"probity_kill_jobs_{worker_id}", tmp_path) as url,
        app_with_schema(url, tmp_path) as app,
        smtp_server() as (box, port),
        _runners(url, tmp_path, port) as runners,
    ):
        with app.app_context(), clock.set_to(NOW):
            make = Factory()
            managers = [make.person() for _ in range(4)]
            for number in range(12):
                submitted(make.person(manager=managers[number % 4]))
            people = list(db.session.execute(sa.select(Person.id)).scalars())
            db.session.remove()
        runners.start(FIRST_MORNING)  # this one is not forked, see runners.py
        assert runners.ended() == 0
        _tell(app, people)
        began = time.monotonic()
        runners.start(FIRST_MORNING + timedelta(days=1))
        assert runners.ended() == 0
        takes, killed, day = time.monotonic() - began, 0, FIRST_MORNING + timedelta(days=1)
        while killed < KILLS:
            day += timedelta(days=1)
            much_to_send = day.day % 2 == 0  # on the other days the kill comes while people are reminded
            if much_to_send:
                _tell(app, people)
            runner = runners.start(day)
            time.sleep(chance.uniform(0.0, takes))
            with suppress(ProcessLookupError):
                os.kill(runner, signal.SIGKILL)
            killed += runners.ended() == signal.SIGKILL
        for later, hour in ((7, 8), (8, 8), (9, 8), (9, 9)):  # the last reminders are mailed an hour later
            runners.start(day + timedelta(days=later), hour)
            assert runners.ended() == 0
        with app.app_context():
            _check_mail(box)
            _check_reminders()


def _check_mail(box: MailBox) -> None:
    """Each message is in one mail, each mail reached its person, and a repeat is the same mail to the byte."""
    messages = list(db.session.execute(sa.select(OutboxMessage)).scalars())
    mails = {mail.id: mail for mail in db.session.execute(sa.select(Mail)).scalars()}
    address = {person.id: person.email for person in db.session.execute(sa.select(Person)).scalars()}
    received = defaultdict(set)
    for message_id, raw, (_, to) in zip(box.message_ids(), box.received, box.envelopes, strict=True):
        received[uuid.UUID(message_id.strip("<>").split("@")[0])].add((raw, *to))
    for message in messages:
        assert message.settled_at is not None
        assert message.mail_id is not None
        assert mails[message.mail_id].to_person_id == message.to_person_id
    assert set(received) == set(mails)
    for mail_id, forms in received.items():
        ((_, to),) = forms
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
