"""Several runners at once: each message is folded into one mail, and each mail leaves once."""

import threading
import uuid
from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock, mail
from app.core.db import begin_writing, commit, db
from app.core.jobs import Outcome, run_due_jobs
from app.core.mail import Mail
from app.core.mail_ways import Letter, Way
from app.core.outbox import OutboxMessage, message_kind, notify
from tests.conftest import NOW
from tests.factories import Factory

RUNNERS, PEOPLE, EACH = 4, 30, 3
SOMETHING = message_kind("tests:races", "Something for tests waits", "home.index")


def test_four_runners_send_each_mail_once(racing_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, lock, barrier = list[Letter](), threading.Lock(), threading.Barrier(RUNNERS)
    outcomes = list[Outcome]()

    def way(letter: Letter) -> None:
        with lock:
            sent.append(letter)

    monkeypatch.setattr(mail, "present_way", lambda: Way(way))
    monkeypatch.setattr(mail, "MOST_FOLDED", 20)
    monkeypatch.setattr(mail, "MOST_SENT", 5)
    with racing_app.app_context(), clock.set_to(NOW):
        people = [Factory().person().id for _ in range(PEOPLE)]
        begin_writing()
        for person_id in people * EACH:
            notify(person_id, SOMETHING, uuid.uuid4(), at=NOW)
        commit()
    job = racing_app.extensions["registries"].jobs["send-mail"]

    def run() -> None:
        with racing_app.app_context():
            barrier.wait(20)
            outcomes.extend(run_due_jobs([job]))

    with clock.set_to(NOW):
        threads = [threading.Thread(target=run, daemon=True) for _ in range(RUNNERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    with racing_app.app_context():
        mails = {one.id: one for one in db.session.execute(sa.select(Mail)).scalars()}
        messages = list(db.session.execute(sa.select(OutboxMessage)).scalars())
    assert set(Counter(letter.id for letter in sent).values()) == {1}
    assert {letter.id for letter in sent} == set(mails) == {message.mail_id for message in messages}
    assert {one.to_person_id for one in mails.values()} == set(people)
    assert all(one.sent_at == NOW for one in mails.values())
    assert len(messages) == PEOPLE * EACH
    for message in messages:
        assert mails[message.mail_id].to_person_id == message.to_person_id
