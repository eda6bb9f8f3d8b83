"""What happened to accounts of the demo council: a compromise that is over, one under way, and interest of the media."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.account_register.models import Account, AccountStatus
from app.core.clock import local_day
from app.core.db import db
from app.credential_rotation.models import (
    AccountIncident,
    Ending,
    IncidentKind,
    IncidentReport,
    PlanStep,
    Sighting,
    StepAnswered,
    StepOutcome,
)
from app.credential_rotation.operations import (
    add_note,
    answer_step,
    mark_changed,
    record_incident,
    record_lessons,
    recover_account,
    verify_rotation,
)
from app.demo.leavers import DONE
from app.demo.timeline import act_at
from app.people.models import Person

STEP_DONE = StepAnswered(StepOutcome.DONE)
NOTHING_OF_THAT = StepAnswered(StepOutcome.NOT_APPLICABLE, "There is none on this account.")
LOGGED = StepAnswered(StepOutcome.DONE, reference="INC-2207")
HOW = {
    PlanStep.FORWARDING: NOTHING_OF_THAT,
    PlanStep.POLICE: StepAnswered(StepOutcome.NOT_APPLICABLE, "Nothing was taken, and nobody was defrauded."),
    PlanStep.REFERENCE: LOGGED,
}
"""How steps are answered that are not simply done."""


def fill_incidents(cast: Mapping[str, Person], over: datetime, asked: datetime, now: datetime) -> None:
    """The one that is `over` began two weeks ago; the media `asked` last week; the last was noticed `now`."""
    _compromise_that_is_over(cast, over)
    _media_interest(cast, asked)
    _compromise_under_way(cast, now)


def _happened(account: Account, kind: IncidentKind, by: Person, at: datetime, words: str, said: str = "") -> object:
    with act_at(at) as now:
        whom = "The Northmere Echo" if kind is IncidentKind.MEDIA_INTEREST else ""
        report = IncidentReport(local_day(now), words, by_whom=whom, what_was_said=said)
        return record_incident(db.session.get_one(Account, account.id), kind, report, by=by, at=now).id


def _found(incident_id: object) -> AccountIncident:
    return db.session.get_one(AccountIncident, incident_id)


def _an_account(number: int) -> Account:
    """One that is live, has an owner and is not about to change its password anyway, by name."""
    return db.session.execute(
        sa.select(Account)
        .where(Account.status == AccountStatus.LIVE, Account.owner_id.is_not(None))
        .order_by(Account.name, Account.platform, Account.id)
        .offset(number)
        .limit(1)
    ).scalar_one()


def _steps(incident_id: object, by: Person, at: datetime, *steps: PlanStep) -> None:
    for number, step in enumerate(steps):
        with act_at(at + timedelta(minutes=7 * number)) as now:
            answer_step(_found(incident_id), step, HOW.get(step, STEP_DONE), by=by, at=now)


def _compromise_that_is_over(cast: Mapping[str, Person], at: datetime) -> None:
    made = _happened(
        _an_account(2), IncidentKind.COMPROMISE, cast["sca"], at,
        "Three posts that advertise sunglasses. Nobody here wrote them, and the password had been used elsewhere.",
    )  # fmt: skip
    for rotation in _found(made).rotations:
        with act_at(at + timedelta(hours=1)) as now:
            assert rotation.owner is not None
            mark_changed(rotation, by=rotation.owner, at=now, changed_at=now - timedelta(minutes=5), steps=DONE)
        with act_at(at + timedelta(hours=2)) as now:
            verifier = cast["deputy-sca"] if rotation.done_by_id == cast["sca"].id else cast["sca"]
            verify_rotation(rotation, by=verifier, at=now, saw=Sighting.NO_SESSIONS)
    left = [step for step in _found(made).unanswered if step is not PlanStep.LESSONS]
    _steps(made, cast["ict"], at + timedelta(hours=3), *left)
    with act_at(at + timedelta(days=1)) as now:
        ending = Ending(
            "The password had been taken from another service. The posts stood for forty minutes.",
            "Each account has a password of its own, kept in the vault. 2-step verification is on everywhere.",
        )
        record_lessons(_found(made), ending, by=cast["sca"], at=now)
        recover_account(_found(made), by=cast["sca"], at=now)


def _media_interest(cast: Mapping[str, Person], at: datetime) -> None:
    made = _happened(
        _an_account(5), IncidentKind.MEDIA_INTEREST, cast["deputy-sca"], at,
        "A journalist asks why comments under the post about parking were hidden.",
        "That offensive comments are hidden, as our house rules say, and that others stay.",
    )  # fmt: skip
    with act_at(at + timedelta(hours=5)) as now:
        add_note(_found(made), "Sent the house rules and the number of hidden comments.", by=cast["deputy-sca"], at=now)


def _compromise_under_way(cast: Mapping[str, Person], at: datetime) -> None:
    made = _happened(
        _an_account(8), IncidentKind.COMPROMISE, cast["ict"], at,
        "The account sends messages with a link to everybody who follows it. Two residents told us.",
    )  # fmt: skip
    _steps(made, cast["ict"], at + timedelta(minutes=12), PlanStep.PLATFORM, PlanStep.EVIDENCE, PlanStep.CONTENT)
    with act_at(at + timedelta(minutes=40)) as now:
        add_note(_found(made), "The platform answered: case 77-3141. It looks at the messages.", by=cast["ict"], at=now)
