"""What people tell and ask early, for tests."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.breach_reports.models import YesNoUnknown
from app.core.clock import local_day
from app.core.db import begin_writing, commit, db
from app.duties.models import Reminder
from app.early_advice import operations
from app.early_advice.models import (
    AdviceQuestion,
    AlertAnswers,
    AlertOutcome,
    BreachAnswer,
    Connection,
    DeclarationAction,
    DeclarationAnswers,
    DeclarationOfInterest,
    HrAnswer,
    MistakeAlert,
    QuestionAnswers,
    Seat,
    Verdict,
)
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.factories import Factory

TODAY = NOW.date()
TOLD = AlertAnswers(
    what="I posted the picture of the wrong event.", noticed_on=TODAY, personal_data=YesNoUnknown.NO, platform="Facebook",
    done="I deleted it after ten minutes.", address="https://example.org/posts/1",
)  # fmt: skip
QUESTION = QuestionAnswers(Seat.MANAGER, post="We close on Friday.", doubt="Is that public already?", where="Facebook")
DECLARED = DeclarationAnswers(
    Connection.FORMER, where="Facebook", words="We were at school together.", at_risk=YesNoUnknown.NO, marker="R.T."
)


class People:
    """Somebody with a manager, the keepers of the register, HR in twos, and a data protection officer."""

    def __init__(self, make: Factory) -> None:
        self.head = make.person("Hedda Head")
        self.manager = make.person("Mary Manager", manager=self.head, service="Libraries")
        self.author = make.person("Alan Author", manager=self.manager, service="Libraries")
        self.sca = make.person("Sally Keeper", Role.SCA)
        self.deputy = make.person("Dan Deputy", Role.DEPUTY_SCA)
        self.hr = make.person("Ivo Intake", Role.HR_INTAKE, Role.HR_CASE_OWNER)
        self.hr_manager = make.person("Hana Personnel", Role.HR_MANAGER)
        self.dpo = make.person("Dora Data", Role.DPO)
        self.stranger = make.person("Stig Stranger")
        make.service("Libraries", head=self.head)

    @property
    def everybody(self) -> list[Person]:
        """All of them."""
        return [one for one in vars(self).values() if isinstance(one, Person)]


def told(by: Person, *, at: datetime = NOW, **changes: Any) -> MistakeAlert:
    """An alert that waits to be seen."""
    begin_writing(by)
    made = operations.send_alert(replace(TOLD, **{"noticed_on": local_day(at), **changes}), by=by, at=at)
    commit()
    return made


def seen(alert: MistakeAlert, *by: Person, at: datetime = NOW) -> MistakeAlert:
    """The same, ticked by these."""
    for person in by:
        begin_writing(alert)
        operations.mark_alert_seen(alert, by=person, at=at)
        commit()
    return alert


def settled(
    alert: MistakeAlert,
    by: Person,
    outcome: AlertOutcome = AlertOutcome.CORRECTED,
    words: str = "Thank you.",
    at: datetime = NOW,
    **officer: Any,
) -> MistakeAlert:
    """The same, with what comes of it and what is said about the data protection officer."""
    begin_writing(alert)
    operations.decide_alert(alert, outcome, words=words, by=by, at=at, **officer)
    commit()
    return alert


def opened_again(alert: MistakeAlert, by: Person, at: datetime = NOW, **changes: Any) -> MistakeAlert:
    """The same, settled before and to come down after all."""
    begin_writing(alert)
    operations.take_down_after_all(alert, words="It was shared. Please remove it.", by=by, at=at, **changes)
    commit()
    return alert


def sent_on(alert: MistakeAlert, by: Person, words: str = "", at: datetime = NOW) -> MistakeAlert:
    """The same, sent to the data protection officer."""
    begin_writing(alert)
    operations.send_to_officer(alert, words=words, by=by, at=at)
    commit()
    return alert


def judged(
    alert: MistakeAlert, by: Person, at: datetime = NOW, answer: BreachAnswer = BreachAnswer.NO_BREACH
) -> MistakeAlert:
    """The same, with what was found about personal data."""
    begin_writing(alert)
    operations.answer_breach(alert, answer, words="No names.", by=by, at=at)
    commit()
    return alert


def asked(by: Person, *, at: datetime = NOW, **changes: Any) -> AdviceQuestion:
    """A question that waits for its answer."""
    begin_writing(by)
    made = operations.ask_first(replace(QUESTION, **changes), by=by, at=at)
    commit()
    return made


def answered(
    question: AdviceQuestion, by: Person, verdict: Verdict = Verdict.GO_AHEAD, answer: str = "Fine."
) -> AdviceQuestion:
    """The same, answered."""
    begin_writing(question)
    operations.answer_question(question, verdict, answer=answer, by=by, at=NOW)
    commit()
    return question


def declared(by: Person, *, at: datetime = NOW, **changes: Any) -> DeclarationOfInterest:
    """A declaration that waits for the manager."""
    begin_writing(by)
    made = operations.declare_interest(replace(DECLARED, **changes), by=by, at=at)
    commit()
    return made


def reviewed(
    declaration: DeclarationOfInterest,
    by: Person,
    action: DeclarationAction = DeclarationAction.MAY_STAY,
    at: datetime = NOW,
) -> DeclarationOfInterest:
    """The same, decided on."""
    begin_writing(declaration)
    operations.review_declaration(declaration, action, reasons="It is long ago.", by=by, at=at)
    commit()
    return declaration


def passed_on(declaration: DeclarationOfInterest, by: Person, at: datetime = NOW) -> DeclarationOfInterest:
    """The same, taken to the safeguarding lead by HR."""
    begin_writing(declaration)
    operations.answer_for_hr(declaration, HrAnswer.PASSED_ON, words="Please look.", by=by, at=at)
    commit()
    return declaration


def gone(person: Person, last: date) -> None:
    """Somebody whose last working day was this."""
    begin_writing(person)
    person.last_working_day = last
    commit()


def reminded_on(person: Person, kind: str) -> list[tuple[date, bool]]:
    """When somebody was reminded of a kind of duty, and whether because it was late with somebody else."""
    rows = sa.select(Reminder.sent_on, Reminder.escalated).where(Reminder.to_person_id == person.id, Reminder.kind == kind)
    return [tuple(row) for row in db.session.execute(rows.order_by(Reminder.sent_on))]
