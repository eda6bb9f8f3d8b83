"""The policy in the simulated year: it is reviewed, managers remind their teams, and somebody needs another format."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.core import clock
from app.core.db import db
from app.demo.timeline import act_at
from app.people.models import Person
from app.policy.models import Format, FormatRequest, RemindedBy
from app.policy.operations import ask_for_format, record_review, remind_team, send_format
from app.policy.queries import document_called, team_to_remind
from app.simulated_year.doing import MOST, Act, Doing

AGAIN = timedelta(days=120)


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


POLICY_ACTS: Mapping[str, Act] = {"policy:review": _review, "policy:remind": _remind, "policy:format": _send}
