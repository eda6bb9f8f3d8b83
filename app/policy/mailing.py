"""The job that sends mail, with what it must know: who gets it, whose name is under it, and when the daily one leaves."""

from datetime import datetime, timedelta

from app.core import clock
from app.core.jobs import Daily, Every, JobKind
from app.core.mail import MailRules, send_mail
from app.core.mail_sweeping import MOST_FORGOTTEN, delete_mail_files, forget_mails
from app.core.registries import Registries
from app.people.mailing import recipients
from app.policy.queries import installation, period, working_calendar

DIGEST_HOUR = 8
KEPT = "mails_kept_days"


def last_digest(at: datetime) -> datetime:
    """When the daily mail last left: at 8:00am on a working day."""
    day = clock.local_day(at)
    if clock.at_local(day, DIGEST_HOUR) > at:
        day -= timedelta(days=1)
    day = working_calendar().estimating().last_working_day_on_or_before(day)
    return clock.at_local(day, DIGEST_HOUR)


def register_mail(registries: Registries) -> None:
    """Let mail leave, every minute, and be forgotten once it is old."""
    rules = MailRules(recipients, last_digest, lambda: installation().organisation_name, registries.message_walls)
    words = "Folds what is new for each person into one e-mail and sends it. An e-mail that cannot leave is tried again."
    registries.add_job(JobKind("send-mail", words, Every(1), lambda at: send_mail(at, rules), alone=False))
    forgets = "Deletes what is kept of e-mails that left or were given up long ago. Messages in Probity stay"
    registries.add_job(
        JobKind("sweep-mails", forgets, Daily(3, 20), lambda at: forget_mails(_kept_since(at)), full_bite=MOST_FORGOTTEN)
    )
    registries.add_job(
        JobKind(
            "sweep-mail-files", "Deletes old files of e-mails in the instance folder", Daily(3, 25),
            lambda at: delete_mail_files(_kept_since(at)),
        )
    )  # fmt: skip


def _kept_since(at: datetime) -> datetime:
    return at - timedelta(days=period(KEPT).value)
