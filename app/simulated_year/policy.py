"""The policy in the simulated year: it is reviewed, managers remind their teams, and somebody needs another format."""

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.db import db
from app.demo.timeline import act_at
from app.people.models import Person
from app.people.queries import has_begun, is_here
from app.policy.models import AgreedBy, Format, FormatRequest, RemindedBy
from app.policy.operations import (
    ask_for_format,
    attest,
    dispute_agreement,
    record_review,
    remind_team,
    send_format,
    take_back_agreement,
    uphold_agreement,
)
from app.policy.queries import agreement_by_id, agreement_to, current_version, document_called, team_to_remind
from app.simulated_year.doing import MOST, Act, Doing

AGAIN = timedelta(days=120)
ASKED_AT_MOST = 20


def _review(doing: Doing) -> None:
    """It stays as it is, and is looked at again within the year."""
    with act_at(doing.at):
        document = document_called(doing.key)
        assert document is not None
        next_on = clock.local_day(doing.at) + AGAIN
        record_review(document, words="Nothing has to change.", next_review_on=next_on, by=doing.by, at=doing.at)


def _remind(doing: Doing) -> None:
    """Most send the prepared words, the others held a briefing."""
    with act_at(doing.at):
        today = clock.local_day(doing.at)
        method = RemindedBy.MESSAGE if doing.chance.random() < MOST else RemindedBy.BRIEFING
        team = team_to_remind(doing.by, today)
        remind_team(doing.by, method=method, words="Keep the policy in mind.", given_on=today, people=team, at=doing.at)


def _send(doing: Doing) -> None:
    with act_at(doing.at):
        send_format(db.session.get_one(FormatRequest, doing.id), "By internal post.", by=doing.by, at=doing.at)


def need_format(by: Person, chance: random.Random, at: datetime) -> None:
    """Somebody needs the policy in another format."""
    with act_at(at):
        ask_for_format(chance.choice([Format.LARGE_PRINT, Format.AUDIO, Format.EASY_READ]), "", by=by, at=at)


def dispute(chance: random.Random, at: datetime) -> None:
    """A manager records that somebody agreed on paper, who says that they did not."""
    with act_at(at):
        today = clock.local_day(at)
        found = _without_an_agreement(chance, today)
        if found is None or found.line_manager is None:
            return
        (made,) = attest(
            [found], current_version(today), method=AgreedBy.PAPER, agreed_on=today, by=found.line_manager, at=at
        )
        dispute_agreement(made, by=found, at=at)


def _without_an_agreement(chance: random.Random, today: date) -> Person | None:
    """Somebody who has begun, has a manager who is there, and has not agreed to the version in force, among some of them."""
    boss = aliased(Person)
    version = current_version(today)
    query = sa.select(Person).join(boss, boss.id == Person.line_manager_id).where(is_here(today), is_here(today, boss))
    query = query.where(has_begun(today), Person.email.is_not(None)).order_by(Person.name, Person.id)
    people = list(db.session.execute(query).scalars())
    some = chance.sample(people, min(ASKED_AT_MOST, len(people)))
    return next((one for one in some if agreement_to(version, one.id) is None), None)


def _settle(doing: Doing) -> None:
    """Some were recorded by mistake, the others were right."""
    with act_at(doing.at):
        agreement = agreement_by_id(doing.id)
        assert agreement is not None
        settle = uphold_agreement if doing.chance.random() < MOST else take_back_agreement
        settle(agreement, reason="We looked at the form together.", by=doing.by, at=doing.at)


POLICY_ACTS: Mapping[str, Act] = {
    "policy:review": _review, "policy:remind": _remind, "policy:format": _send, "policy:disputed": _settle,
}  # fmt: skip
