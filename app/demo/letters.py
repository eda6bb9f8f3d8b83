"""Letters to people concerned who have no password: in the demo and the simulated year they go by post."""

from datetime import datetime
from typing import Any

from app.core import clock
from app.demo.timeline import act_at
from app.hr_cases.models import SentBy
from app.hr_cases.operations import record_sending
from app.hr_cases.queries import letters_to_send


def send_what_waits(scene: Any, at: datetime) -> None:
    """Record that every letter of a case that waits was posted on this day."""
    with act_at(at):
        for letter in letters_to_send(scene.case, clock.local_day(at)):
            record_sending(
                letter, sent_on=clock.local_day(at), sent_by=SentBy.POST, by=scene.case.owner, at=at,
                note="To the home address on record, recorded delivery. The receipt is in the HR safe.",
            )  # fmt: skip
