"""What people told and asked early in the demo, at each stage, and one alert that HR counts in a case."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.breach_reports.models import BreachReport, YesNoUnknown
from app.core.clock import local_day
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
    count_as_told_early,
    decide_alert,
    declare_interest,
    end_connection,
    mark_alert_seen,
    review_declaration,
    send_alert,
)
from app.early_advice.queries import told_before
from app.matters.models import Capacity, MatterParty
from app.people.models import Person

Cast = Mapping[str, Person]
HOUR = timedelta(hours=1)


def fill_early(cast: Cast, at: datetime, lately: datetime) -> None:
    """Alerts, questions and declarations that were settled some weeks ago, and some that wait."""
    _settled_alerts(cast, at)
    _questions(cast, at + 3 * HOUR, lately)
    _declarations(cast, at + 4 * HOUR, lately)
    with act_at(at + 5 * HOUR) as now:
        fine = (ProfileLine.ACCURATE, ProfileLine.RESPECTFUL)
        check_profile(fine, note="Take the old project out.", by=cast["employee"], at=now)
    waiting = _tell(
        cast["employee"], "I answered a resident from the Council’s page instead of sending it to the team.", lately,
        done="I deleted the answer after a quarter of an hour.", personal_data=YesNoUnknown.UNKNOWN,
    )  # fmt: skip
    _tick(waiting, cast["manager"], lately + HOUR)


def _tell(
    by: Person, what: str, at: datetime, *, done: str = "", personal_data: YesNoUnknown = YesNoUnknown.NO
) -> object:
    with act_at(at) as now:
        told = AlertAnswers(what, local_day(now), personal_data, done=done, platform="Facebook")
        return send_alert(told, by=by, at=now).id


def _tick(alert_id: object, by: Person, at: datetime) -> None:
    with act_at(at) as now:
        mark_alert_seen(db.session.get_one(MistakeAlert, alert_id), by=by, at=now)


def _decide(
    alert_id: object, outcome: AlertOutcome, words: str, by: Person, at: datetime, to_officer: bool | None = None
) -> None:
    with act_at(at) as now:
        alert = db.session.get_one(MistakeAlert, alert_id)
        decide_alert(alert, outcome, words=words, by=by, at=now, to_officer=to_officer)


def _settled_alerts(cast: Cast, at: datetime) -> None:
    """One put right by advice, one taken down, one taken down that the data protection officer also looked at."""
    advised = _tell(cast["leaver"], "I posted next week’s opening times a week too soon.", at, done="I corrected the post.")
    removed = _tell(cast["colleague"], "I used a photograph that we may not use.", at)
    exposed = _tell(
        cast["employee"], "A list of names could be read in the background of a picture.", at, personal_data=YesNoUnknown.YES
    )
    for number, alert in enumerate((advised, removed, exposed)):
        _tick(alert, cast["manager"], at + HOUR / 6 * (number + 1))
        _tick(alert, cast["sca"], at + HOUR + HOUR / 6 * (number + 1))
    then = at + 2 * HOUR
    _decide(advised, AlertOutcome.ADVICE, "Thank you for saying so at once. Plan posts in the calendar.", cast["sca"], then)
    words = "Please keep a picture of the post, then remove it."
    _decide(removed, AlertOutcome.TAKE_DOWN, words, cast["manager"], then + HOUR / 6)
    with act_at(then + HOUR / 2) as now:
        alert = db.session.get_one(MistakeAlert, removed)
        confirm_taken_down(alert, by=cast["colleague"], at=now, words="Nobody shared it.")
    words = "The picture showed the names of six people. Please keep a copy for us, then remove it."
    _decide(exposed, AlertOutcome.TAKE_DOWN, words, cast["manager"], then + HOUR / 3, to_officer=True)
    with act_at(then + HOUR / 2) as now:
        confirm_taken_down(db.session.get_one(MistakeAlert, exposed), by=cast["employee"], at=now)
    with act_at(then + HOUR) as now:
        found = "Six names without anything else, for twelve minutes: recorded, and no risk that must be reported."
        alert = db.session.get_one(MistakeAlert, exposed)
        answer_breach(alert, BreachAnswer.NOT_REPORTABLE, words=found, by=cast["dpo"], at=now)


def _questions(cast: Cast, at: datetime, lately: datetime) -> None:
    with act_at(at) as now:
        wanted = QuestionAnswers(
            Seat.MANAGER, "We won a prize for the new library app.", "Has the prize been announced?", "My own LinkedIn"
        )
        answered = ask_first(wanted, by=cast["employee"], at=now).id
    with act_at(at + HOUR / 2) as now:
        words = "It is announced on Thursday. Post it after that, and name the team."
        question = db.session.get_one(AdviceQuestion, answered)
        answer_question(question, Verdict.CHANGE_FIRST, answer=words, by=cast["manager"], at=now)
    with act_at(lately) as now:
        doubt = "One of the children can be recognised."
        wanted = QuestionAnswers(Seat.SCA, "A picture of the summer reading party.", doubt, "The library’s page")
        ask_first(wanted, by=cast["colleague"], at=now)


def _declarations(cast: Cast, at: datetime, lately: datetime) -> None:
    """One that may stay, one whose connection has ended, one that waits for the manager and for HR, one that HR took to the
    safeguarding lead, and what the manager took to HR: one that HR looks at, one that is back with the manager.
    """
    for name, action, reasons in (
        ("colleague", DeclarationAction.MAY_STAY, "You were neighbours long before, and your work does not touch theirs."),
        ("employee", DeclarationAction.UNLINK, "You may meet them at events that you organise."),
    ):
        with act_at(at) as now:
            words = "We live in the same street and write to each other about the allotments."
            made = declare_interest(
                DeclarationAnswers(Connection.FORMER, "Facebook", words, YesNoUnknown.NO), by=cast[name], at=now
            ).id
        with act_at(at + HOUR / 6) as now:
            declaration = db.session.get_one(DeclarationOfInterest, made)
            review_declaration(declaration, action, reasons=reasons, by=cast["manager"], at=now)
        if action is DeclarationAction.UNLINK:
            with act_at(at + HOUR / 3) as now:
                end_connection(db.session.get_one(DeclarationOfInterest, made), by=cast[name], at=now)
        at += HOUR / 2
    with act_at(lately) as now:
        words = "My sister looks after them, and they found me there."
        waiting = DeclarationAnswers(Connection.FAMILY, "Instagram", words, YesNoUnknown.UNKNOWN, marker="K.")
        declare_interest(waiting, by=cast["leaver"], at=now)
    with act_at(lately) as now:
        words = "I help at a swimming club, and some of the children write to me there."
        declared = DeclarationAnswers(Connection.CURRENT, "Instagram", words, YesNoUnknown.YES)
        taken = declare_interest(declared, by=cast["colleague"], at=now).id
    with act_at(lately + HOUR) as now:
        declaration = db.session.get_one(DeclarationOfInterest, taken)
        words = "Children write to a member of staff. Please say what the club has to do."
        answer_for_hr(declaration, HrAnswer.PASSED_ON, words=words, by=cast["hr"], at=now)
    _taken_to_hr(cast, "employee", "Families whom I met at the library follow me there.", lately)
    back = _taken_to_hr(cast, "colleague", "A volunteer’s mother asked me to be her friend there.", lately)
    with act_at(lately + HOUR) as now:
        declaration = db.session.get_one(DeclarationOfInterest, back)
        advice = "Nothing speaks against it as long as they do not write to each other about the library."
        words = "I spoke to the manager. No child is involved."
        answer_for_hr(declaration, HrAnswer.ADVICE, words=words, advice=advice, by=cast["hr"], at=now)


def _taken_to_hr(cast: Cast, who: str, words: str, at: datetime) -> uuid.UUID:
    with act_at(at) as now:
        declared = DeclarationAnswers(Connection.CURRENT, "Facebook", words, YesNoUnknown.NO)
        made = declare_interest(declared, by=cast[who], at=now).id
    with act_at(at + HOUR / 2) as now:
        declaration = db.session.get_one(DeclarationOfInterest, made)
        reasons = "I do not know whether that is all right. Please look at it."
        review_declaration(declaration, DeclarationAction.REFER, reasons=reasons, by=cast["manager"], at=now)
    return made


def count_early(cast: Cast, lately: datetime) -> None:
    """The colleague had told of what was then reported, an hour before; HR counts it in the case."""
    report = db.session.execute(
        sa.select(BreachReport)
        .join(MatterParty, MatterParty.matter_id == BreachReport.matter_id)
        .where(MatterParty.person_id == cast["colleague"].id, MatterParty.capacity == Capacity.SUBJECT)
        .order_by(BreachReport.received_at, BreachReport.id)
        .limit(1)
    ).scalar_one()
    report_id, at = report.id, report.received_at - HOUR / 2
    words = "I wrote about a contract what I should have kept to myself."
    told = _tell(cast["colleague"], words, at, done="I deleted it in the evening.")
    _tick(told, cast["manager"], at + HOUR / 12)
    _tick(told, cast["sca"], at + HOUR / 6)
    _decide(told, AlertOutcome.SETTLED, "", cast["sca"], at + HOUR / 4)
    with act_at(lately + 2 * HOUR) as now:
        report = db.session.get_one(BreachReport, report_id)
        (one,) = told_before(report, report.subject)[:1]
        count_as_told_early(report, one, by=cast["hr"], at=now)
