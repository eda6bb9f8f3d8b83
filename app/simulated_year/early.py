"""What people tell and ask early in the simulated year, and what those do who hear of it."""

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.breach_reports.models import YesNoUnknown as Answer
from app.core import clock
from app.core.db import db
from app.demo.timeline import act_at
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
    ProfileLine,
    QuestionAnswers,
    Seat,
    Verdict,
)
from app.early_advice.operations import (
    answer_breach,
    answer_for_hr,
    answer_question,
    ask_first,
    check_profile,
    confirm_taken_down,
    correct_finding,
    decide_alert,
    declare_interest,
    end_connection,
    end_declaration,
    mark_alert_seen,
    record_manager,
    report_alert,
    review_declaration,
    send_alert,
    send_to_officer,
    still_holds,
    take_over_declaration,
)
from app.early_advice.queries import leads_for
from app.people.models import Person
from app.simulated_year.doing import MOST, Act, Doing, some_manager


def tell_or_ask(somebody: Person, chance: random.Random, at: datetime) -> None:
    """Somebody tells of a mistake, asks first, declares a connection, or looks at their own profile."""
    what = chance.choice((_tell, _tell, _ask, _ask, _declare, _look))
    with act_at(at):
        what(somebody, chance, at)


def _any_answer(chance: random.Random) -> Answer:
    return chance.choice((Answer.NO, Answer.NO, Answer.YES, Answer.UNKNOWN))


def _tell(somebody: Person, chance: random.Random, at: datetime) -> None:
    told = AlertAnswers(
        what="I posted to the wrong account.", noticed_on=clock.local_day(at), personal_data=_any_answer(chance),
        platform="Facebook", done="I deleted it.",
    )  # fmt: skip
    send_alert(told, by=somebody, at=at)


def _ask(somebody: Person, chance: random.Random, at: datetime) -> None:
    seat = chance.choice((Seat.MANAGER, Seat.SCA))
    ask_first(QuestionAnswers(seat, "The pool opens on Friday.", "Is that public yet?"), by=somebody, at=at)


def _declare(somebody: Person, chance: random.Random, at: datetime) -> None:
    declared = DeclarationAnswers(Connection.FORMER, "Facebook", "We were at school together.", _any_answer(chance))
    declare_interest(declared, by=somebody, at=at)


def _look(somebody: Person, _chance: random.Random, at: datetime) -> None:
    check_profile([ProfileLine.ACCURATE], note="", by=somebody, at=at)


def _found(model: type[Any], doing: Doing) -> Any:
    return db.session.execute(sa.select(model).where(model.reference == doing.key)).unique().scalar_one()


def _see(doing: Doing) -> None:
    with act_at(doing.at):
        mark_alert_seen(_found(MistakeAlert, doing), by=doing.by, at=doing.at)


def _decide(doing: Doing) -> None:
    """With every outcome the data protection officer may be asked, also after a "no" and where nothing was said of others'
    details, and told something new once they have answered. Now and then it is reported to HR as well, of which the alert
    shows nothing.
    """
    outcome, asks = doing.chance.choice(list(AlertOutcome)), doing.chance.choice((True, False))
    with act_at(doing.at):
        alert = _found(MistakeAlert, doing)
        says_no = not asks and alert.leaves_officer_open  # who may have been asked by somebody else by now
        decide_alert(
            alert, outcome, words="Thank you for telling us.", by=doing.by, at=doing.at,
            to_officer=False if says_no else asks or None, why_not="It showed an empty room.",
        )  # fmt: skip
        if not asks and doing.chance.random() > MOST:
            send_to_officer(alert, words="A name could be read.", by=doing.by, at=doing.at)
        if doing.chance.random() > MOST:
            report_alert(_found(MistakeAlert, doing), why="It named a child.", at_risk=Answer.NO, by=doing.by, at=doing.at)


def _take_down(doing: Doing) -> None:
    with act_at(doing.at):
        confirm_taken_down(_found(MistakeAlert, doing), by=doing.by, at=doing.at)


def _judge(doing: Doing) -> None:
    """Whoever does it in the place of a missing officer ticks first; now and then it is corrected."""
    answer = doing.chance.choice(list(BreachAnswer))
    with act_at(doing.at):
        alert = _found(MistakeAlert, doing)
        if alert.can_be_ticked_by(doing.by):
            mark_alert_seen(alert, by=doing.by, at=doing.at)
        answer_breach(alert, answer, words="Looked at it.", by=doing.by, at=doing.at)
        if doing.chance.random() > MOST:
            correct_finding(alert, BreachAnswer.NOT_REPORTABLE, words="Two names after all.", by=doing.by, at=doing.at)


def _answer(doing: Doing) -> None:
    with act_at(doing.at):
        verdict = doing.chance.choice(list(Verdict))
        answer_question(_found(AdviceQuestion, doing), verdict, answer="On Friday.", by=doing.by, at=doing.at)


def _review(doing: Doing) -> None:
    action = doing.chance.choice(list(DeclarationAction))
    with act_at(doing.at):
        review_declaration(_found(DeclarationOfInterest, doing), action, reasons="We talked.", by=doing.by, at=doing.at)


def _end_it(doing: Doing) -> None:
    with act_at(doing.at):
        end_connection(_found(DeclarationOfInterest, doing), by=doing.by, at=doing.at)


def _look_again(doing: Doing) -> None:
    act = still_holds if doing.chance.random() < MOST else end_declaration
    with act_at(doing.at):
        act(_found(DeclarationOfInterest, doing), by=doing.by, at=doing.at)


def _for_hr(doing: Doing) -> None:
    """Taken to the safeguarding lead only where one is there who has no part in it."""
    chosen = doing.chance.choice(list(HrAnswer))
    with act_at(doing.at):
        declaration = _found(DeclarationOfInterest, doing)
        has_lead = bool(leads_for(declaration, clock.local_day(doing.at)))
        answer = chosen if has_lead or chosen is not HrAnswer.PASSED_ON else HrAnswer.ADVICE
        advice = "Talk to them." if answer is HrAnswer.ADVICE else ""
        answer_for_hr(declaration, answer, words="Asked the manager.", advice=advice, by=doing.by, at=doing.at)


def _take_over(doing: Doing) -> None:
    with act_at(doing.at):
        take_over_declaration(_found(DeclarationOfInterest, doing), words="We look after it.", by=doing.by, at=doing.at)


def _look_at_profile(doing: Doing) -> None:
    with act_at(doing.at):
        check_profile(list(ProfileLine), note="", by=doing.by, at=doing.at)


def _give_manager(doing: Doing) -> None:
    manager = some_manager(doing.id, doing).id  # an act has read nothing before it begins
    with act_at(doing.at):
        record_manager(
            db.session.get_one(Person, doing.id), db.session.get_one(Person, manager), by=doing.by, at=doing.at
        )


EARLY_ACTS: Mapping[str, Act] = {
    "early_alert_see": _see,
    "early_alert_decide": _decide,
    "early_alert_take_down": _take_down,
    "early_alert_breach": _judge,
    "early_question": _answer,
    "early_manager": _give_manager,
    "early_declaration_review": _review,
    "early_declaration_act": _end_it,
    "early_declaration_hr": _for_hr,
    "early_declaration_lead": _take_over,
    "early_declaration_again": _look_again,
    "early_profile": _look_at_profile,
}
