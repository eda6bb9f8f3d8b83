"""kill -9 in the middle of writes, fifty times: nothing that was confirmed is lost, nothing is half there."""

import random
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.account_register.models import Account
from app.core.audit import AuditEvent, verify_chain
from app.core.db import db
from app.people.models import Role
from tests.conftest import DIALECTS
from tests.databases import app_with_schema, database_url
from tests.factories import Factory
from tests.kills.servers import Browser, free_port, kill, nursery, start

KILLS = 50
WRITERS = 3


class Writer(threading.Thread):
    """Registers accounts one after the other as the register's keeper, and remembers which were confirmed."""

    def __init__(self, browser: Browser, prefix: str) -> None:
        super().__init__(daemon=True)
        self.browser, self.prefix, self.stop = browser, prefix, False
        self.confirmed, self.refused = list[str](), list[str]()

    def run(self) -> None:
        """Write until told to stop; a server that is gone is tried again."""
        number = 0
        while not self.stop:
            number += 1
            name = f"{self.prefix}-{number}"
            answer = self.browser.post("/account-register/new", {
                "name": name, "platform": "Facebook", "handle": name, "login_mode": "shared", "two_step": "on",
                "purpose": "Written while the server is being killed",
            })  # fmt: skip
            if answer is None:
                time.sleep(0.01)
            else:
                (self.confirmed if answer == 303 else self.refused).append(name)


def _wait_for_a_write(writers: list[Writer]) -> None:
    """Until the new server has confirmed something: it is then in the middle of the next writes."""
    before, deadline = sum(len(w.confirmed) for w in writers), time.monotonic() + 10
    while sum(len(w.confirmed) for w in writers) == before and time.monotonic() < deadline:
        time.sleep(0.002)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_killing_the_server_fifty_times_loses_and_halves_nothing(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """Every confirmed account is there, each with exactly one event, and the chain is whole."""
    chance, port = random.Random(7), free_port()
    with (
        database_url(dialect, f"probity_kill_{worker_id}", tmp_path) as url,
        app_with_schema(url, tmp_path) as app,
        nursery(url, tmp_path, port) as servers,
    ):
        with app.app_context():
            keeper = Factory().person("Keeper", Role.SCA)
            writers = [Writer(Browser(app, keeper, port), f"w{number}") for number in range(WRITERS)]
            db.session.remove()
        server = start(servers)
        for writer in writers:
            writer.start()
        for _ in range(KILLS):
            _wait_for_a_write(writers)
            time.sleep(chance.uniform(0.0, 0.06))
            kill(servers, server)
            server = start(servers)
        time.sleep(0.3)
        for writer in writers:
            writer.stop = True
        for writer in writers:
            writer.join(20)
        kill(servers, server)
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
