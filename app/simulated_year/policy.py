"""Keeping the policy, in the simulated year: its guardian reviews it."""

from collections.abc import Mapping
from datetime import timedelta

from app.core import clock
from app.demo.timeline import act_at
from app.policy.operations import record_review
from app.policy.queries import document_called
from app.simulated_year.doing import Act, Doing

AGAIN = timedelta(days=120)


def _review(doing: Doing) -> None:
    """It stays as it is, and is looked at again within the year."""
    with act_at(doing.at):
        document = document_called(doing.key)
        assert document is not None
        next_on = clock.local_day(doing.at) + AGAIN
        record_review(document, words="Nothing has to change.", next_review_on=next_on, by=doing.by, at=doing.at)


POLICY_ACTS: Mapping[str, Act] = {"policy:review": _review}
