"""kill -9 in the middle of writes, fifty times: nothing that was confirmed is lost, nothing is half there."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from app.account_register.models import Account
from app.core.audit import AuditEvent, verify_chain
from app.core.db import db
from app.people.models import Role
from tests.conftest import DIALECTS
from tests.databases import app_with_schema, database_url
from tests.factories import Factory, sign_in

KILLS = 50
WRITERS = 3


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _nursery(url: str, instance: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.kills.nursery", url, str(instance), str(port)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)


def _start(nursery: subprocess.Popen[str]) -> int:
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write("start\n")
    nursery.stdin.flush()
    return int(nursery.stdout.readline())


def _kill(nursery: subprocess.Popen[str], server: int) -> None:
    os.kill(server, signal.SIGKILL)
    assert nursery.stdout is not None
    assert nursery.stdout.readline() == "dead\n"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Shows the answer itself instead of following it."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


class Writer(threading.Thread):
    """Registers accounts one after the other as the register's keeper, and remembers which were confirmed."""

    def __init__(self, app: Flask, keeper: object, port: int, prefix: str) -> None:
        super().__init__(daemon=True)
        browser = app.test_client()
        sign_in(browser, keeper)
        with browser.session_transaction() as session:
            session["csrf_token"] = "0" * 40
        cookie = browser.get_cookie("probity")
        assert cookie is not None
        self.cookie = f"probity={cookie.value}"
        self.token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps("0" * 40)
        self.address = f"http://127.0.0.1:{port}/account-register/new"
        self.prefix, self.stop = prefix, False
        self.confirmed, self.refused = list[str](), list[str]()
        self.opener = urllib.request.build_opener(NoRedirect)

    def run(self) -> None:
        """Write until told to stop; a server that is gone is tried again."""
        number = 0
        while not self.stop:
            number += 1
            name = f"{self.prefix}-{number}"
            fields = {
                "csrf_token": self.token, "name": name, "platform": "Facebook", "handle": name,
                "login_mode": "shared", "two_step": "on", "purpose": "Written while the server is being killed",
            }  # fmt: skip
            try:
                self.opener.open(
                    urllib.request.Request(
                        self.address, urllib.parse.urlencode(fields).encode(), {"Cookie": self.cookie}
                    ),
                    timeout=10,
                )
            except urllib.error.HTTPError as answer:
                (self.confirmed if answer.code == 303 else self.refused).append(name)
            except OSError:
                time.sleep(0.01)


def _wait_for_a_write(writers: list[Writer]) -> None:
    """Until the new server has confirmed something: it is then in the middle of the next writes."""
    before, deadline = sum(len(w.confirmed) for w in writers), time.monotonic() + 10
    while sum(len(w.confirmed) for w in writers) == before and time.monotonic() < deadline:
        time.sleep(0.002)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_killing_the_server_fifty_times_loses_and_halves_nothing(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """Every confirmed account is there, each with exactly one event, and the chain is whole."""
    chance, port = random.Random(7), _free_port()
    with (
        database_url(dialect, f"probity_kill_{worker_id}", tmp_path) as url,
        app_with_schema(url, tmp_path) as app,
        _nursery(url, tmp_path, port) as nursery,
    ):
        with app.app_context():
            keeper = Factory().person("Keeper", Role.SCA)
            writers = [Writer(app, keeper, port, f"w{number}") for number in range(WRITERS)]
            db.session.remove()
        server = _start(nursery)
        for writer in writers:
            writer.start()
        for _ in range(KILLS):
            _wait_for_a_write(writers)
            time.sleep(chance.uniform(0.0, 0.06))
            _kill(nursery, server)
            server = _start(nursery)
        time.sleep(0.3)
        for writer in writers:
            writer.stop = True
        for writer in writers:
            writer.join(20)
        _kill(nursery, server)
        confirmed = {name for writer in writers for name in writer.confirmed}
        assert len(confirmed) > KILLS
        assert not [name for writer in writers for name in writer.refused]
        with app.app_context():
            stored = {row.name: row.id for row in db.session.execute(sa.select(Account.name, Account.id))}
            assert confirmed <= set(stored)
            added = db.session.execute(
                sa.select(AuditEvent.subject_id).where(AuditEvent.act == "account:registered")
            ).scalars().all()
            assert sorted(added) == sorted(stored.values())
            assert verify_chain().broken_at is None
