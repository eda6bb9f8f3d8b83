"""Mail from the outbox: folded, neutral, each once; a server that is away loses nothing and holds nobody up."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock, mail
from app.core.db import db
from app.core.jobs import Job, Outcome, run_due_jobs
from app.core.mail import GIVEN_UP_AFTER, LEASE, Mail, MailRules, mail_state, send_mail
from app.core.mail_setting import MailSetting, read_mail_url
from app.core.mail_ways import AddressRefused, Letter, NotSent, ServerAway, Way
from app.core.outbox import NEUTRAL_TEXT, OutboxMessage, message_kind, notify
from app.people.mailing import recipients
from app.people.models import MailChoice, Person
from app.policy.mailing import last_digest
from tests.conftest import NOW
from tests.factories import Factory
from tests.mail_servers import NOTIFY_KEY, free_port, notify_server, smtp_server
from tests.mail_text import said_in, withheld_words
from tests.pages import counted_queries

SOMETHING = message_kind("tests:mail", "Something for tests waits", "home.index")
LAZY = ("smtplib", "flask_mailman", "notifications_python_client", "icalendar")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Post:
    """A way for tests: keeps each letter, and fails as told, for all letters or for those to one address."""

    def __init__(self) -> None:
        self.sent = list[Letter]()
        self.tried = list[Letter]()
        self.fails: dict[str, Exception] = {}
        self.arrives_all_the_same = False

    def __call__(self, letter: Letter) -> None:
        assert not db.session.info.get("writing"), "a letter was handed over inside a transaction"
        self.tried.append(letter)
        failure = self.fails.get(letter.to) or self.fails.get("all")
        if failure is None or self.arrives_all_the_same:
            self.sent.append(letter)
        if failure is not None:
            raise failure

    @property
    def addresses(self) -> list[str]:
        return sorted(letter.to for letter in self.sent)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    monkeypatch.setattr(mail, "present_way", lambda: Way(made))
    return made


@pytest.fixture
def way(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Sets PROBITY_MAIL_URL, with an instance folder of the test's own."""

    def set_to(url: str) -> None:
        settings = replace(app.extensions["settings"], mail=read_mail_url(url), instance=tmp_path)
        monkeypatch.setitem(app.extensions, "settings", settings)

    return set_to


def run(app: Flask, at: datetime = NOW) -> Outcome:
    """Run the job as the runner does, when it is due again."""
    with clock.set_to(at):
        outcomes = run_due_jobs([app.extensions["registries"].jobs["send-mail"]])
    assert [outcome.error for outcome in outcomes] == [None]
    return outcomes[0]


def tell(*people: Person, at: datetime = NOW) -> None:
    for person in people:
        notify(person.id, SOMETHING, Factory.id(), at=at)
    db.session.commit()


def mails() -> list[Mail]:
    db.session.expire_all()
    return list(db.session.execute(sa.select(Mail).order_by(Mail.created_at, Mail.id)).scalars())


def unsettled() -> int:
    return db.session.query(OutboxMessage).filter(OutboxMessage.settled_at.is_(None)).count()


def test_everything_new_for_somebody_is_one_mail(app: Flask, make: Factory, post: Post) -> None:
    ada, bo = make.person("Ada"), make.person("Bo")
    tell(ada, ada, bo, ada)
    run(app)
    assert post.addresses == sorted([ada.email, bo.email])
    assert {m.to_person_id for m in mails() if m.sent_at == NOW} == {ada.id, bo.id}
    assert unsettled() == 0
    linked = db.session.query(OutboxMessage).filter(OutboxMessage.mail_id.is_not(None)).count()
    assert linked == 4
    run(app, NOW + MINUTE)
    assert len(post.tried) == 2


def test_what_comes_later_is_a_mail_of_its_own(app: Flask, make: Factory, post: Post) -> None:
    ada = make.person("Ada")
    tell(ada)
    run(app)
    tell(ada, at=NOW + MINUTE)
    run(app, NOW + MINUTE)
    assert len({letter.id for letter in post.sent}) == 2


def test_who_gets_no_mail_is_settled_without_one(app: Flask, make: Factory, post: Post) -> None:
    """Leavers from the day after their last, people without an address, and messages that were read already."""
    today = NOW.date()
    gone = make.person("Gone", last_working_day=today - DAY)
    last_day = make.person("Last", last_working_day=today)
    unnamed, read = make.person("Post"), make.person("Read")
    unnamed.email = None
    tell(gone, last_day, unnamed, read)
    db.session.query(OutboxMessage).filter_by(to_person_id=read.id).update({"read_at": NOW})
    db.session.commit()
    run(app)
    assert post.addresses == [last_day.email]
    assert unsettled() == 0


def test_a_message_of_a_matter_that_became_walled_off_sends_no_mail(app: Flask, make: Factory, post: Post) -> None:
    matter_id, ada, bo = make.id(), make.person("Ada"), make.person("Bo")

    def wall(matter: Any, person: Any, on: Any) -> sa.ColumnElement[bool]:
        return sa.and_(matter == matter_id, person == ada.id)

    for person in (ada, bo):
        notify(person.id, SOMETHING, make.id(), at=NOW, matter_id=matter_id)
    db.session.commit()
    rules = MailRules(recipients, last_digest, lambda: "Council", [wall])
    with clock.set_to(NOW):
        while send_mail(NOW, rules):
            pass
    assert post.addresses == [bo.email]
    assert unsettled() == 0


def test_somebody_who_leaves_while_their_mail_waits_gets_none(app: Flask, make: Factory, post: Post) -> None:
    ada, bo = make.person("Ada"), make.person("Bo")
    post.fails["all"] = ServerAway("no connection")
    tell(ada, bo)
    run(app)
    ada.last_working_day = NOW.date() - DAY
    db.session.commit()
    post.fails.clear()
    run(app, NOW + 5 * MINUTE)
    assert post.addresses == [bo.email]
    assert {m.to_person_id: m.last_error for m in mails() if m.given_up_at} == {ada.id: "nobody to write to"}


@pytest.mark.parametrize(
    ("first", "mornings"),
    [
        (date(2027, 3, 25), ["25 Mar", "30 Mar", "31 Mar", "01 Apr"]),  # Good Friday, Easter, and the clocks go forward
        (date(2027, 10, 30), ["01 Nov", "02 Nov", "03 Nov", "04 Nov", "05 Nov"]),  # the clocks go back
        (date(2027, 12, 24), ["24 Dec", "29 Dec", "30 Dec", "31 Dec"]),  # Christmas on a weekend, with substitutes
    ],
)
def test_the_daily_mail_leaves_at_eight_on_working_days(
    app: Flask, make: Factory, post: Post, first: date, mornings: list[str]
) -> None:
    ada = make.person("Ada", mail_choice=MailChoice.DAILY)
    left = list[str]()
    for day in (first + number * DAY for number in range(8)):
        for hour, minute in ((0, 0), (7, 59), (8, 0), (8, 1), (20, 0)):
            at = clock.at_local(day, hour, minute)
            tell(ada, at=at)
            before = len(post.sent)
            run(app, at)
            left += [f"{at.astimezone(clock.LONDON):%d %b %H:%M}"] * (len(post.sent) - before)
    assert left == [f"{morning} 08:00" for morning in mornings]


def test_the_last_digest_beyond_the_holiday_data_is_on_every_weekday(app: Flask) -> None:
    sunday = datetime(2040, 1, 1, 12, tzinfo=NOW.tzinfo)
    friday = datetime(2039, 12, 30, 8, tzinfo=NOW.tzinfo)
    assert last_digest(sunday) == last_digest(sunday - 5 * HOUR) == friday


def test_waiting_daily_messages_hold_nobody_up(
    app: Flask, make: Factory, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "MOST_FOLDED", 2)
    daily, prompt = make.person("Daily", mail_choice=MailChoice.DAILY), make.person("Prompt")
    tell(*[daily] * 5, prompt, *[daily] * 5)
    run(app)
    assert post.addresses == [prompt.email]
    run(app, clock.at_local(NOW.date() + DAY, 8))
    assert post.addresses == sorted([daily.email, prompt.email])


def test_a_server_that_is_away_is_asked_once_a_minute_and_nothing_is_lost(app: Flask, make: Factory, post: Post) -> None:
    people = [make.person() for _ in range(6)]
    post.fails["all"] = ServerAway("no connection")
    tell(*people)
    for minute in range(3):
        run(app, NOW + minute * MINUTE)
        assert len(post.tried) == minute + 1
    assert (mail_state(NOW).waiting, len(post.tried)) == (6, 3)
    post.fails.clear()
    run(app, NOW + 10 * MINUTE)
    assert post.addresses == sorted(str(person.email) for person in people)
    assert mail_state(NOW) == mail.MailState(0, None, 0, None)


def test_while_the_server_is_away_what_is_new_joins_the_mail_that_waits(app: Flask, make: Factory, post: Post) -> None:
    ada = make.person("Ada")
    post.fails["all"] = ServerAway("no connection")
    for number in range(4):
        tell(ada, at=NOW + number * HOUR)
        run(app, NOW + number * HOUR)
    (waiting,) = mails()
    assert waiting.give_up_after == NOW + 3 * HOUR + GIVEN_UP_AFTER
    post.fails.clear()
    run(app, NOW + 12 * HOUR)
    assert post.addresses == [ada.email]


def test_a_mail_that_may_have_arrived_takes_nothing_more_in(app: Flask, make: Factory, post: Post) -> None:
    """Else what is new would be part of a mail that the reader got before it was written."""
    ada = make.person("Ada")
    post.fails["all"], post.arrives_all_the_same = ServerAway("broke", maybe=True), True
    tell(ada)
    run(app)
    post.fails.clear()
    tell(ada, at=NOW + HOUR)
    run(app, NOW + HOUR)
    assert [letter.again for letter in post.sent] == [False, True, False]
    assert len({letter.message_id for letter in post.sent}) == 2


def test_a_mail_waits_longer_and_longer_and_is_given_up_after_five_days(app: Flask, make: Factory, post: Post) -> None:
    tell(make.person("Ada"))
    post.fails["all"] = NotSent("refused with 451")
    waits, at = [], NOW
    while not mails() or mails()[0].given_up_at is None:
        run(app, at)
        (waiting,) = mails()
        waits.append(int((waiting.next_try_at - at) / MINUTE))
        at = waiting.next_try_at
    assert waits[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]
    assert set(waits[9:]) == {360}
    (given_up,) = mails()
    assert given_up.given_up_at is not None
    assert GIVEN_UP_AFTER <= given_up.given_up_at - NOW < GIVEN_UP_AFTER + 6 * HOUR
    tried = len(post.tried)
    run(app, at + DAY)
    assert len(post.tried) == tried
    assert mail_state(at).given_up == 1
    assert mail_state(at + 31 * DAY).given_up == 0
    assert db.session.query(OutboxMessage).filter_by(read_at=None).count() == 1, "it still stands behind the bell"


def test_a_refused_address_is_given_up_at_once_and_blocks_nobody(app: Flask, make: Factory, post: Post) -> None:
    wrong, *others = [make.person() for _ in range(4)]
    post.fails[wrong.email] = AddressRefused("the address was refused with 550")
    tell(wrong, *others)
    run(app)
    assert post.addresses == sorted(person.email for person in others)
    assert [m.to_person_id for m in mails() if m.given_up_at] == [wrong.id]
    run(app, NOW + DAY)
    assert len(post.tried) == 4


def test_one_mail_that_cannot_be_written_blocks_nobody(app: Flask, make: Factory, post: Post) -> None:
    odd, *others = [make.person() for _ in range(4)]
    post.fails[odd.email] = ValueError("what Jo Bell wrote")
    tell(odd, *others)
    run(app)
    assert post.addresses == sorted(person.email for person in others)
    assert [m.last_error for m in mails() if m.last_error] == ["ValueError"]


def test_a_clock_that_was_ahead_for_a_while_holds_no_mail_back(app: Flask, make: Factory, post: Post) -> None:
    """Messages written then, and mails whose next try was put off then; also for those who want one e-mail a day."""
    ahead = NOW + timedelta(days=400)
    for number, choice in enumerate(MailChoice):
        tell(make.person(mail_choice=choice), at=ahead + timedelta(days=number))
    assert run(app).count == 2 * len(MailChoice)
    assert len(post.sent) == len(MailChoice)
    with clock.set_to(ahead):
        tell(make.person(), at=ahead)
    post.fails["all"] = ServerAway("no connection")
    run(app, ahead)
    post.fails.clear()
    run(app, NOW + timedelta(minutes=1))
    assert len(post.sent) == len(MailChoice) + 1


def test_mails_to_nobody_by_the_thousand_hold_nobody_up(app: Flask, make: Factory, post: Post) -> None:
    gone, reader = make.person(None, last_working_day=NOW.date() - timedelta(days=1)), make.person()
    times = {"created_at": NOW, "next_try_at": NOW - timedelta(minutes=1), "give_up_after": NOW + timedelta(days=1)}
    make.keep(*(Mail(to_person_id=gone.id, attempts=1, maybe_sent=True, **times) for _ in range(1100)))
    tell(reader)
    run(app)
    assert len(post.sent) == 1
    assert sum(mail.given_up_at is not None for mail in mails()) == 1100


def test_a_slow_server_takes_its_turn_and_no_more(
    app: Flask, make: Factory, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [0.0]

    def slow(letter: Letter) -> None:
        seconds[0] += 40
        post(letter)

    monkeypatch.setattr(clock, "stopwatch", lambda: seconds[0])
    monkeypatch.setattr(mail, "present_way", lambda: Way(slow))
    tell(*(make.person() for _ in range(5)))
    for sent in (2, 4, 5):
        run(app)
        assert len(post.sent) == sent
        job = db.session.get_one(Job, "send-mail")
        assert job.next_run_at == (NOW if sent < 5 else NOW + timedelta(minutes=1))


def test_a_bite_sends_no_more_than_its_share(app: Flask, make: Factory, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "MOST_SENT", 3)
    tell(*[make.person() for _ in range(7)])
    rules_seen: list[int] = []
    original = mail.send_some
    monkeypatch.setattr(mail, "send_some", lambda *given: rules_seen.append(original(*given)) or rules_seen[-1])
    run(app)
    assert rules_seen == [3, 3, 1, 0]
    assert len(post.sent) == 7


def test_a_runner_that_died_is_followed_by_a_repeat_under_the_same_id(app: Flask, make: Factory, post: Post) -> None:
    tell(make.person("Ada"))

    class Killed(BaseException):
        """Nothing catches this, as nothing catches SIGKILL."""

    post.fails["all"], post.arrives_all_the_same = Killed(), True  # type: ignore[assignment]
    with pytest.raises(Killed):
        run(app)
    db.session.rollback()
    post.fails.clear()
    run(app, NOW + LEASE - MINUTE)
    assert len(post.sent) == 1, "the try that died still has it for itself"
    run(app, NOW + LEASE)
    first, second = post.sent
    assert second == replace(first, again=True)
    assert [m.sent_at for m in mails()] == [NOW + LEASE]


def test_several_at_once_are_noted_each_for_itself(
    app: Flask, make: Factory, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As files are: one that fails is tried again alone, and one whose reader left is given up."""
    wrong, gone, *others = [make.person() for _ in range(6)]
    monkeypatch.setattr(mail, "present_way", lambda: Way(post, at_once=4))
    post.fails["all"] = NotSent("refused with 451")
    tell(wrong, gone, *others)
    run(app)
    post.fails.clear()
    post.fails[wrong.email] = NotSent("refused with 451")
    gone.last_working_day = NOW.date() - DAY
    db.session.commit()
    run(app, NOW + 5 * MINUTE)
    assert post.addresses == sorted(person.email for person in others)
    by_person = {one.to_person_id: one for one in mails()}
    assert [by_person[one.id].sent_at for one in others] == [NOW + 5 * MINUTE] * 4
    assert (by_person[wrong.id].attempts, by_person[wrong.id].sent_at) == (2, None)
    assert by_person[gone.id].given_up_at == NOW + 5 * MINUTE


def test_a_slow_try_that_lost_its_lease_does_not_undo_what_came_after(
    app: Flask, make: Factory, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(make.person("Ada"))

    def slow(letter: Letter) -> None:
        """While this one hangs, another runner finds the lease over, and sends."""
        monkeypatch.setattr(mail, "present_way", lambda: Way(post))
        run(app, NOW + LEASE)
        raise ServerAway("timeout", maybe=True)

    monkeypatch.setattr(mail, "present_way", lambda: Way(slow))
    run(app)
    (sent,) = mails()
    assert (sent.sent_at, sent.last_error, len(post.sent)) == (NOW + LEASE, None, 1)


def test_the_number_of_queries_does_not_grow_with_the_messages(app: Flask, make: Factory, post: Post) -> None:
    def queries_for(count: int, at: datetime) -> int:
        ada = make.person()
        tell(*[ada] * count, at=at)
        with counted_queries() as queries:
            run(app, at)
        return len(queries)

    queries_for(1, NOW)
    assert queries_for(3, NOW + HOUR) == queries_for(60, NOW + 2 * HOUR)


@pytest.fixture
def organisation(make: Factory) -> list[Person]:
    """People whose names are words that would be found."""
    return [make.person(name) for name in ("Ada Quill", "Bo Larkspur", "Dr Cleo Wintergreen")]


def test_no_mail_says_what_must_not_be_said(
    app: Flask, organisation: list[Person], way: Callable[[str], None], tmp_path: Path
) -> None:
    """By all three ways, in raw bytes and decoded: no name, no word about reports, cases, accounts or lateness."""
    found = list[bytes]()
    with smtp_server() as (box, port), notify_server() as (fake, address):
        for number, url in enumerate(("file:", f"smtp://127.0.0.1:{port}", f"notify://{NOTIFY_KEY}?template=t&at={address}")):
            way(url)
            tell(*organisation, at=NOW + number * HOUR)
            run(app, NOW + number * HOUR)
        found += [file.read_bytes() for file in sorted((tmp_path / "mail").iterdir())]
        found += box.received
        notified = fake.raw
    words = withheld_words()
    assert {"Quill", "hearing"} <= words
    assert (len(found), len(notified)) == (6, 3)
    for raw in found:
        assert said_in(raw, words) == []
        assert f"Subject: {NEUTRAL_TEXT}".encode() in raw
        assert b"\n\nSign in to see it:" in raw.replace(b"\r", b"")
        links = [line for line in raw.replace(b"\r", b"").split(b"\n") if b"://" in line]
        assert links == [b"http://127.0.0.1/"]
    for raw in notified:
        assert said_in(b"To: x\n\n" + raw.replace(b"email_address", b"").replace(b"personalisation", b""), words) == []


def test_a_down_server_comes_up_again(app: Flask, make: Factory, way: Callable[[str], None]) -> None:
    people, port = [make.person() for _ in range(3)], free_port()
    way(f"smtp://127.0.0.1:{port}")
    tell(*people)
    run(app)
    assert mail_state(NOW).last_error == "no connection: ConnectionRefusedError"
    with smtp_server(port) as (box, _):
        run(app, NOW + 10 * MINUTE)
        assert sorted(to for _, (to,) in box.envelopes) == sorted(str(person.email) for person in people)
        assert len(set(box.message_ids())) == 3


def test_the_default_is_files(app: Flask, make: Factory) -> None:
    assert app.extensions["settings"].mail == MailSetting()
    tell(ada := make.person("Ada"))
    run(app)
    (sent,) = mails()
    file = app.extensions["settings"].instance / "mail" / f"{sent.id}.eml"
    assert f"To: {ada.email}" in file.read_text()


def test_starting_the_service_loads_nothing_that_speaks_to_the_outside() -> None:
    """Mail and calendar files are rare: what they need is loaded with the first of them."""
    code = f"import sys; from app.rooms import ROOMS; print(*({set(LAZY)!r} & set(sys.modules)))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert made.stdout.strip() == ""
