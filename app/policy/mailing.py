"""The job that sends mail, with what it must know: who gets it, whose name is under it, and when the daily one leaves."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.jobs import Every, JobKind
from app.core.mail import MailRules, send_mail
from app.core.registries import Registries
from app.people import mailing
from app.policy.queries import installation, working_calendar

DIGEST_HOUR = 8


def last_digest(at: datetime) -> datetime:
    """When the daily mail last left: at 8:00am on a working day."""
    day = clock.local_day(at)
    if clock.at_local(day, DIGEST_HOUR) > at:
        day -= timedelta(days=1)
    day = working_calendar().estimating().last_working_day_on_or_before(day)
    return clock.at_local(day, DIGEST_HOUR)


def recipients(at: datetime) -> sa.Select[Any]:
    """Everybody with their address, and up to when what was written for them goes out now."""
    return mailing.recipients(at, digest_at=last_digest(at))


def register_mail(registries: Registries) -> None:
    """Let mail leave, every minute."""
    rules = MailRules(recipients, lambda: installation().organisation_name, registries.message_walls)
    words = "Folds what is new for each person into one e-mail and sends it. An e-mail that cannot leave is tried again."
    registries.add_job(JobKind("send-mail", words, Every(1), lambda at: send_mail(at, rules), alone=False))
