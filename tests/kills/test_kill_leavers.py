"""kill -9 in the middle of recording one leaver, or of confirming a file of them: all of it is recorded, or nothing."""

import threading
import time
from pathlib import Path
from subprocess import Popen

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant
from app.core import clock
from app.core.audit import AuditEvent, verify_chain
from app.core.db import db
from app.core.drafts import find_draft
from app.core.outbox import OutboxMessage
from app.credential_rotation.models import LeaverHolding, LeaverNotice, RotationCause
from app.credential_rotation.operations import plan_leavers
from app.credential_rotation.routes.leaver_files import DRAFT
from app.people.models import Person, Role
from tests.conftest import DIALECTS
from tests.credential_rotation.factories import account, grant
from tests.databases import app_with_schema, database_url
from tests.factories import Factory
from tests.kills.servers import Browser, free_port, kill, nursery, start

LEAVERS, ACCOUNTS, KILLS = 3, 2, 6
Servers = Popen[str]
SEND = "/credential-rotation/leavers/from-file"
CONFIRM = f"{SEND}/check"
RECORD = "/credential-rotation/leavers"


class Told:
    """People who leave, each with accounts, and what is sent to record it."""

    def __init__(self, make: Factory, number: int, leavers: int) -> None:
        owner = make.person(f"Owner {number}")
        self.people = [make.person(f"Leaver {number}-{one}") for one in range(leavers)]
        for person in self.people:
            for which in range(ACCOUNTS):
                grant(make, account(make, f"{person.name}-{which}", owner), person)
        self.ids = [person.id for person in self.people]
        self.path, self.data = "", dict[str, str]()

    def kept(self) -> dict[str, int]:
        """What is used up with it, by name: of how many."""
        return {}

    def is_recorded(self) -> bool:
        """Whether all of it was recorded; whatever is there is there of everybody, or of nobody."""
        db.session.rollback()
        db.session.expire_all()
        found = {
            "notices": self._count(LeaverNotice.person_id),
            "last days": self._count(Person.id, Person.last_working_day.is_not(None)),
            "access": self._count(AccessGrant.person_id, AccessGrant.ends_on.is_not(None)) / ACCOUNTS,
            "passwords": self._count(RotationCause.person_id) / ACCOUNTS,
            "audit": self._count(AuditEvent.about_id, AuditEvent.act == "leaver:recorded"),
            "asked for": self._count(AuditEvent.about_id, AuditEvent.act == "rotation:opened") / ACCOUNTS,
            "chain": self._of_notices(LeaverHolding.notice_id) / ACCOUNTS,
            "told": self._of_notices(OutboxMessage.subject_id),
            **self.kept(),
        }
        assert set(found.values()) in ({0}, {len(self.ids)}), found
        return found["notices"] == len(self.ids)

    def _count(self, person_id: object, *conditions: object) -> int:
        asked = sa.select(sa.func.count()).where(person_id.in_(self.ids), *conditions)  # type: ignore[attr-defined, arg-type]
        return db.session.execute(asked).scalar_one()

    def _of_notices(self, notice_id: object) -> int:
        notices = sa.select(LeaverNotice.id).where(LeaverNotice.person_id.in_(self.ids))
        asked = sa.select(sa.func.count()).where(notice_id.in_(notices))  # type: ignore[attr-defined]
        return db.session.execute(asked).scalar_one()


class File(Told):
    """A file of leavers, checked and waiting to be confirmed."""

    def __init__(self, make: Factory, hr: Person, browser: Browser, number: int) -> None:
        super().__init__(make, number, LEAVERS)
        now = clock.now()
        lines = [f"{person.email},{clock.local_day(now):%-d/%-m/%Y}" for person in self.people]
        content = "\n".join(["email,last_working_day", *lines]).encode()
        plan = plan_leavers(content, by=hr, at=now)
        assert plan.problems == []
        self.hr_id, self.path, self.data = hr.id, CONFIRM, {"plan": plan.fingerprint}
        assert browser.send_file(SEND, content) == 303

    def kept(self) -> dict[str, int]:
        """The draft that waits for the confirmation."""
        return {"drafts": 0 if find_draft(self.hr_id, DRAFT) else len(self.ids)}


class Notice(Told):
    """One leaver, whose consequences were shown and wait to be recorded."""

    def __init__(self, make: Factory, _hr: Person, _browser: Browser, number: int) -> None:
        super().__init__(make, number, 1)
        today = clock.local_day(clock.now()).isoformat()
        self.path, self.data = RECORD, {"person": str(self.ids[0]), "day": today, "immediate": "yes"}


@pytest.mark.parametrize("told", [File, Notice])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_killing_the_server_while_leavers_are_recorded(
    dialect: str, told: type[File] | type[Notice], tmp_path: Path, worker_id: str
) -> None:
    """At moments spread over how long it takes; what was not recorded is confirmed again and then is there whole."""
    port = free_port()
    with (
        database_url(dialect, f"probity_kill_leavers_{worker_id}", tmp_path) as url,
        app_with_schema(url, tmp_path) as app,
        nursery(url, tmp_path, port) as servers,
        app.app_context(),
    ):
        make = Factory()
        hr = make.person("Hana", Role.HR_MANAGER)
        make.person("Cleo", Role.SCA)
        browser, running = Browser(app, hr, port), [start(servers)]
        try:
            nothing = _kill_while_confirming(told, make, hr, browser, servers, running)
        finally:
            kill(servers, running.pop())
        assert nothing
        assert verify_chain().broken_at is None


def _kill_while_confirming(
    told: type[File] | type[Notice], make: Factory, hr: Person, browser: Browser, servers: Servers, running: list[int]
) -> int:
    """How often nothing of it was recorded."""
    nothing = 0
    for number in range(3):  # the first loads what the others find loaded
        first, begun = told(make, hr, browser, number), time.monotonic()
        assert _confirmed(browser, first) == 303
        took = time.monotonic() - begun
        assert first.is_recorded()
    for number in range(KILLS):
        one, answers = told(make, hr, browser, 10 + number), list[int | None]()
        clicking = threading.Thread(target=lambda one=one, answers=answers: answers.append(_confirmed(browser, one)))
        clicking.start()
        time.sleep(took * (number + 0.5) / KILLS)
        kill(servers, running.pop())
        clicking.join(30)
        recorded = one.is_recorded()
        assert recorded or answers == [None]
        running.append(start(servers))
        if not recorded:
            # A database server may still finish what it was told to commit, after whoever told it was killed.
            answer = _confirmed(browser, one)
            nothing += answer == 303
            assert answer in (303, 409)
            assert one.is_recorded()
    return nothing


def _confirmed(browser: Browser, one: Told) -> int | None:
    return browser.post(one.path, one.data)
