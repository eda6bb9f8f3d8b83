"""Old mails are forgotten by two jobs; what waits to leave, and what stands behind the bell, stays."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.core import clock, mail_sweeping
from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.mail import Mail
from app.core.outbox import OutboxMessage, message_kind, notify
from app.policy.mailing import KEPT
from app.policy.queries import period
from tests.conftest import NOW
from tests.factories import Factory

SOMETHING = message_kind("tests:old-mail", "Something for tests waits", "home.index")
SECOND = timedelta(seconds=1)


def _run(app: Flask, name: str) -> int:
    with clock.set_to(NOW):
        (outcome,) = run_due_jobs([app.extensions["registries"].jobs[name]])
    assert outcome.error is None
    db.session.expire_all()
    return outcome.count


@pytest.mark.parametrize("by_the_job", [True, False])
def test_mails_that_left_or_were_given_up_are_forgotten(
    app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch, by_the_job: bool
) -> None:
    """To the second, by the job or bite by bite; messages stay, without their mail."""
    if not by_the_job:
        monkeypatch.setattr(mail_sweeping, "MOST_FORGOTTEN", 1)
    person, limit = make.person(), NOW - timedelta(days=period(KEPT).value)
    ends = {
        "sent long ago": {"sent_at": limit - SECOND}, "given up long ago": {"given_up_at": limit - SECOND},
        "sent just then": {"sent_at": limit}, "given up later": {"given_up_at": NOW}, "waits": {},
    }  # fmt: skip
    for ended in ends.values():
        made = make.keep(
            Mail(
                to_person_id=person.id, created_at=limit - 9 * SECOND, next_try_at=NOW, attempts=1, give_up_after=NOW,
                **ended,
            )
        )
        notify(person.id, SOMETHING, made.id, at=NOW)
        db.session.flush()
        db.session.query(OutboxMessage).filter_by(subject_id=made.id).one().mail_id = made.id
    db.session.commit()
    if by_the_job:
        assert _run(app, "sweep-mails") == 2
    while mail_sweeping.forget_mails(limit):
        db.session.commit()
    left = db.session.query(Mail).all()
    assert len(left) == 3
    assert all((one.sent_at or one.given_up_at or NOW) >= limit for one in left)
    messages = db.session.query(OutboxMessage).filter(OutboxMessage.subject_id.is_not(None)).all()
    assert len(messages) == 5
    assert sum(message.mail_id is None for message in messages) == 2


def test_old_files_go_and_new_ones_stay(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], instance=tmp_path))
    assert _run(app, "sweep-mail-files") == 0  # nothing was ever written
    (tmp_path / "mail").mkdir()
    limit = (NOW - timedelta(days=period(KEPT).value)).timestamp()
    for name, written in (("old.eml", limit - 1), ("half.4711", limit - 1), ("new.eml", limit + 1)):
        path = tmp_path / "mail" / name
        path.write_bytes(b"x")
        os.utime(path, (written, written))
    beside = tmp_path / "probity.sqlite"
    beside.write_bytes(b"x")
    os.utime(beside, (0, 0))
    assert mail_sweeping.delete_mail_files(NOW - timedelta(days=period(KEPT).value)) == 2
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["new.eml", "probity.sqlite"]


def test_the_jobs_page_names_every_sweep(app: Flask) -> None:
    kinds = app.extensions["registries"].jobs
    sweeps = {"sweep-mails", "sweep-mail-files", "sweep-sessions", "sweep-failed-tries", "sweep-files"}
    assert sweeps <= set(kinds)
    assert all(kinds[name].words.startswith("Deletes ") for name in sweeps)
