"""Mail: what waits behind somebody's bell is folded into one mail, which says only that something waits.

A message is settled once it is part of a mail, or once it is clear that it needs none: its reader left, has no address,
has read it, or may no longer see it. Mails leave in short steps of their own: claim one (commit), hand it over outside of
any transaction, note what came of it (commit). A runner that dies in between leaves a mail that is tried again after
`LEASE`, under the same id: a mail that had arrived already is then known to whoever receives it.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Base, Identified, UtcDateTime, ago, begin_writing, commit, db
from app.core.jobs import TURN
from app.core.mail_ways import AddressRefused, Letter, NotSent, ServerAway, Way, name_for_server, way_for
from app.core.outbox import NEUTRAL_TEXT, OutboxMessage, Wall, shown_to
from app.core.registries import TODAY
from app.core.trying_again import LONGEST_WAIT, wait_after

MOST_FOLDED = 500
MOST_SENT = 50
LEASE = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(hours=1)
"""What lies further ahead than this was written while the clock of this machine was ahead: it waits for nothing."""
GIVEN_UP_AFTER = timedelta(days=5)
SHOWN_FOR = timedelta(days=30)
NOBODY_TO_WRITE_TO = "nobody to write to"


class Mail(Identified, Base):
    """One mail to one person. Their address is not kept: it is looked up for each try.

    `next_try_at` is also until when a try has the mail for itself; `attempts` tells one try from the next. `maybe_sent`:
    a try ended without an answer, or is under way, so that it may have arrived; nothing more is folded into it then.
    """

    __tablename__ = "mail"
    __table_args__ = (
        sa.CheckConstraint("attempts >= 0", name="attempts_counted"),
        sa.CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="sent_or_given_up"),
        sa.Index("ix_mail_open", "next_try_at", sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
                 postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL")),
    )  # fmt: skip

    to_person_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    maybe_sent: Mapped[bool] = mapped_column(default=False)
    give_up_after: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.String(80))


_OPEN = (Mail.sent_at.is_(None), Mail.given_up_at.is_(None))


@dataclass(frozen=True)
class MailRules:
    """What mail needs to know from the rooms.

    `recipients(at, today, digest_at)` gives, for everybody, `person_id`, `address` (null: they get no mail) and
    `written_until`: messages written up to that moment go out now, later ones wait. Its arguments are parameters, since
    putting a question together each minute costs more than asking it. `digest_at(at)` is when the daily mail last left,
    `organisation()` the name under the mail.
    """

    recipients: Callable[[Any, Any, Any], sa.Select[Any]]
    digest_at: Callable[[datetime], datetime]
    organisation: Callable[[], str]
    walls: Sequence[Wall]

    def asked_at(self, at: datetime) -> dict[str, Any]:
        """The parameters of the questions below, for a moment."""
        return {
            "at": at, "today": clock.local_day(at), "digest_at": self.digest_at(at),
            "clocks_differ": at + CLOCKS_DIFFER, "too_long": at + LONGEST_WAIT + CLOCKS_DIFFER,
        }  # fmt: skip

    @cached_property
    def due_messages(self) -> sa.Select[uuid.UUID, uuid.UUID, bool]:
        """The messages to be settled, oldest first, each with whether it is to be part of a mail."""
        people = self._people()
        wanted = sa.and_(
            people.c.address.is_not(None),
            OutboxMessage.read_at.is_(None),
            shown_to(OutboxMessage.to_person_id, TODAY, self.walls),
        )
        return (
            sa.select(OutboxMessage.id, OutboxMessage.to_person_id, wanted.label("wanted"))
            .outerjoin(people, people.c.person_id == OutboxMessage.to_person_id)
            .where(
                OutboxMessage.settled_at.is_(None),
                sa.or_(
                    people.c.written_until.is_(None),
                    OutboxMessage.created_at <= people.c.written_until,
                    OutboxMessage.created_at > _moment("clocks_differ"),
                ),
            )
            .order_by(OutboxMessage.created_at, OutboxMessage.id)
            .limit(MOST_FOLDED)
            .with_for_update(of=OutboxMessage, skip_locked=True)
        )

    @cached_property
    def next_mails(self) -> sa.Select[Any]:
        """The mails whose time has come, each with the address of its reader; `most` of them."""
        people = self._people()
        address = sa.select(people.c.address).where(people.c.person_id == Mail.to_person_id).scalar_subquery()
        is_time = sa.or_(Mail.next_try_at <= _moment("at"), Mail.next_try_at > _moment("too_long"))
        return (
            sa.select(Mail, address.label("address"))
            .where(*_OPEN, is_time)
            .order_by(Mail.next_try_at, Mail.id)
            .limit(sa.bindparam("most", type_=sa.Integer()))
            .with_for_update(of=Mail, skip_locked=True)
        )

    def _people(self) -> sa.Subquery:
        return self.recipients(_moment("at"), TODAY, _moment("digest_at")).subquery()


def _moment(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=UtcDateTime())


def send_mail(at: datetime, rules: MailRules) -> int:
    """One bite of the job: fold messages into mails; once none is left, send some. Gives how many were dealt with."""
    return fold_messages(at, rules) or send_some(rules, present_way())


def present_way() -> Way:
    """The way that this installation's settings say."""
    settings = current_app.extensions["settings"]
    return way_for(settings.mail, instance=settings.instance, own_host=name_for_server(settings.own_host))


def fold_messages(at: datetime, rules: MailRules) -> int:
    """Settle messages that are due, in one transaction: all of a person's in one mail. Gives how many were settled."""
    begin_writing()
    due = db.session.execute(rules.due_messages, rules.asked_at(at)).all()
    mails = _mails_for({row.to_person_id for row in due if row.wanted}, at)
    if due:
        db.session.execute(
            sa.update(OutboxMessage),
            [
                {"id": row.id, "settled_at": at, "mail_id": mails[row.to_person_id].id if row.wanted else None}
                for row in due
            ],
        )
    commit()
    return len(due)


def _mails_for(people: set[uuid.UUID], at: datetime) -> dict[uuid.UUID, Mail]:
    """For each person the mail that waits for them and has not left for certain, or a new one."""
    if not people:
        return {}
    waiting = db.session.execute(
        sa.select(Mail)
        .where(*_OPEN, Mail.to_person_id.in_(people), Mail.maybe_sent.is_(False))
        .with_for_update(skip_locked=True)
    ).scalars()
    mails = {mail.to_person_id: mail for mail in waiting}
    for person_id in sorted(people - mails.keys()):
        mails[person_id] = Mail(to_person_id=person_id, created_at=at, next_try_at=at, attempts=0, maybe_sent=False)
    for mail in mails.values():
        mail.give_up_after = at + GIVEN_UP_AFTER
    db.session.add_all(mails.values())
    db.session.flush()
    return mails


@dataclass(frozen=True)
class _Claim:
    """A try that has its mail for itself until the lease ends."""

    letter: Letter
    attempt: int


def send_some(rules: MailRules, way: Way) -> int:
    """Send mails whose time has come, each claimed before; gives how many were tried, 0 once the server is away.

    No longer than a job's turn: a slow server holds up nothing else.
    """
    tried, began = 0, clock.stopwatch()
    begin_writing()
    claims = _claim(rules, way.at_once)
    commit()
    while claims:
        failures = {claim.letter.id: _hand_over(way, claim.letter) for claim in claims}
        tried += len(claims)
        is_away = any(isinstance(failure, ServerAway) for failure in failures.values())
        begin_writing()
        _note(claims, failures, clock.now())
        is_enough = tried >= MOST_SENT or clock.stopwatch() - began >= TURN
        claims = [] if is_away or is_enough else _claim(rules, way.at_once)
        commit()
        if is_away:
            return 0
    return tried


def _hand_over(way: Way, letter: Letter) -> NotSent | None:
    """Outside of any transaction: whoever receives may take as long as the timeouts let them."""
    try:
        way.send(letter)
    except NotSent as failure:
        return _logged(letter, failure)
    except Exception as error:  # whatever goes wrong with one mail must not stop the others
        return _logged(letter, NotSent(type(error).__name__, maybe=True))
    return None


def _logged(letter: Letter, failure: NotSent) -> NotSent:
    current_app.logger.warning("mail %s did not leave: %s", letter.id, failure.kind)
    return failure


def _claim(rules: MailRules, most: int) -> list[_Claim]:
    """Take the next mails for one try. Those whose reader left meanwhile, or lost their address, are given up."""
    while True:
        found = db.session.execute(rules.next_mails, {**rules.asked_at(clock.now()), "most": most}).all()
        claims = [claim for mail, to in found if (claim := _claimed(mail, to, rules)) is not None]
        db.session.flush()
        if claims or not found:
            return claims


def _claimed(mail: Mail, to: str | None, rules: MailRules) -> _Claim | None:
    at = clock.now()
    if to is None:
        mail.given_up_at, mail.last_error = at, NOBODY_TO_WRITE_TO
        return None
    letter = _letter(mail, to, rules.organisation())
    mail.attempts, mail.maybe_sent, mail.next_try_at = mail.attempts + 1, True, at + LEASE
    return _Claim(letter, mail.attempts)


def _letter(mail: Mail, address: str, organisation: str) -> Letter:
    settings = current_app.extensions["settings"]
    return Letter(
        id=mail.id,
        to=address,
        sender=settings.mail.sender or f"no-reply@{settings.own_host}",
        subject=NEUTRAL_TEXT,
        body=(
            f"{NEUTRAL_TEXT}.\n\nSign in to see it:\n{settings.public_url}/\n\n{organisation}\n\n"
            "This message was sent by itself. Nobody reads an answer to it.\n"
        ),
        message_id=f"<{mail.id}@{settings.own_host}>",
        written_at=mail.created_at,
        again=mail.maybe_sent,
    )


def _note(claims: list[_Claim], failures: Mapping[uuid.UUID, NotSent | None], at: datetime) -> None:
    """What came of some tries. One that outlived its lease only adds that the mail was sent after all."""
    tries = {claim.letter.id: claim for claim in claims}
    mails = db.session.execute(
        sa.select(Mail)
        .where(Mail.id.in_(tries), Mail.sent_at.is_(None))
        .order_by(Mail.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalars()
    for mail in mails:
        failure = failures[mail.id]
        if failure is None:
            mail.sent_at, mail.given_up_at, mail.last_error = at, None, None
        elif mail.attempts == tries[mail.id].attempt:
            mail.maybe_sent = failure.maybe or tries[mail.id].letter.again
            _put_off(mail, failure, at)


def _put_off(mail: Mail, failure: NotSent, at: datetime) -> None:
    """Try again after 1, 2, 4 ... minutes, at most six hours; give up after five days, or when the address is wrong."""
    mail.last_error = failure.kind[:80]
    mail.next_try_at = at + wait_after(mail.attempts)
    if isinstance(failure, AddressRefused) or at >= mail.give_up_after:
        mail.given_up_at = at


def needs_a_look(waited: timedelta, given_up: timedelta) -> sa.ColumnElement[bool]:
    """That a mail which failed waits longer than this, or was given up within that time though its reader is still here."""
    stuck = sa.and_(*_OPEN, Mail.last_error.is_not(None), Mail.created_at < ago(waited))
    lost = sa.and_(Mail.given_up_at > ago(given_up), Mail.last_error != NOBODY_TO_WRITE_TO)
    return sa.exists().where(Mail.sent_at.is_(None), sa.or_(stuck, lost))


@dataclass(frozen=True)
class MailState:
    """How the mail stands, for the administrator: counts and the kind of the last error, no person and no address."""

    waiting: int
    waiting_since: datetime | None
    given_up: int
    last_error: str | None


def mail_state(at: datetime) -> MailState:
    """How many mails wait where one could not leave, since when, why, and how many were given up in the last 30 days.

    All that wait are counted: where a server is away, only one is tried at a time.
    """
    failed = sa.and_(*_OPEN, Mail.last_error.is_not(None))
    why = sa.select(Mail.last_error).where(failed).order_by(Mail.next_try_at.desc(), Mail.id).limit(1).scalar_subquery()
    waiting = sa.and_(*_OPEN, why.is_not(None))
    row = db.session.execute(
        sa.select(
            sa.func.count().filter(waiting),
            sa.func.min(Mail.created_at).filter(waiting),
            sa.func.count().filter(Mail.given_up_at > at - SHOWN_FOR),
            why,
        ).where(Mail.sent_at.is_(None))
    ).one()
    return MailState(*row)
