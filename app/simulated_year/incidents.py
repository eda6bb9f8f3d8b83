"""What happens to accounts in the simulated year, and what those who handle it do."""

import random
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from app.account_register.models import Account, AccountStatus
from app.core import clock
from app.core.db import db
from app.credential_rotation.models import (
    HANDLERS,
    AccountIncident,
    Ending,
    IncidentKind,
    IncidentReport,
    LoginToSecure,
    PlanStep,
    StepAnswered,
    StepOutcome,
)
from app.credential_rotation.operations import (
    answer_step,
    close_incident,
    record_incident,
    record_lessons,
    recover_account,
    secure_login,
)
from app.credential_rotation.queries import open_incident_of
from app.demo.timeline import act_at
from app.people.queries import holders_of
from app.simulated_year.doing import MOST, NEARLY_ALL, Act, Doing, one_of
from app.simulated_year.gone import say_gone

ENDING = Ending("It came to nothing.", "An own password for each account.", "INC-1")


def happen(chance: random.Random, at: datetime) -> None:
    """Somebody gets into an account, attacks it, or asks about it; one of those who handle that records it. Where the
    same is being seen to already, a keeper of the register finds the account gone.
    """
    live = sa.select(Account).where(Account.status == AccountStatus.LIVE).order_by(Account.platform, Account.name)
    account, kind = one_of(list(db.session.execute(live).scalars()), chance), one_of(list(IncidentKind), chance)
    by = one_of(holders_of(HANDLERS, clock.local_day(at)), chance)
    if open_incident_of(account, kind) is not None:
        say_gone(account.id, chance, at)
        return
    whom = "The Echo" if kind is IncidentKind.MEDIA_INTEREST else ""
    with act_at(at):
        report = IncidentReport(clock.local_day(at), "Strange posts.", by_whom=whom)
        record_incident(db.session.get_one(Account, account.id), kind, report, by=by, at=at)


def _take_steps(doing: Doing) -> None:
    """Some steps wait for another day, and the end for the password that somebody else changes and verifies, and for logins
    that others secure.
    """
    with act_at(doing.at):
        incident, day = db.session.get_one(AccountIncident, doing.id), clock.local_day(doing.at)
        waits = bool(incident.to_change or incident.to_secure_on(day))
        for step in incident.unanswered:
            if step is PlanStep.LESSONS:
                record_lessons(incident, ENDING, by=doing.by, at=doing.at)
            elif not (step is PlanStep.CREDENTIALS and waits) and doing.chance.random() < NEARLY_ALL:
                applies = step in (PlanStep.CREDENTIALS, PlanStep.REFERENCE) or doing.chance.random() < MOST
                answered = (
                    StepAnswered(StepOutcome.DONE, reference="INC-1")
                    if applies
                    else StepAnswered(StepOutcome.NOT_APPLICABLE, "There is none.")
                )
                answer_step(incident, step, answered, by=doing.by, at=doing.at)
        if not incident.left_on(day):
            recover_account(incident, by=doing.by, at=doing.at)


def _close(doing: Doing) -> None:
    with act_at(doing.at):
        close_incident(db.session.get_one(AccountIncident, doing.id), ENDING, by=doing.by, at=doing.at)


def _secure(doing: Doing) -> None:
    with act_at(doing.at):
        secure_login(db.session.get_one(LoginToSecure, doing.id), by=doing.by, at=doing.at)


INCIDENT_ACTS: Mapping[str, Act] = {"incident_steps": _take_steps, "incident_close": _close, "own_login": _secure}
