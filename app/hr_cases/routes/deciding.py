"""After the report: who decides, whether there is a case to answer, and what is settled informally."""

from datetime import date
from typing import Any

from app.core.forms import ProbityForm
from app.hr_cases import blueprint, operations, queries
from app.hr_cases.forms.deciding import AppointDecisionMakerForm, case_to_answer_form, informal_form
from app.hr_cases.forms.opening import people_choices
from app.hr_cases.models import REFERRAL, CaseToAnswer, ClosingAnswer
from app.hr_cases.routes.choosing import chosen_person, pool
from app.hr_cases.routes.common import act_page, ask, carried_out, done, visit
from app.hr_cases.routes.opening import MANAGER, OWNER
from app.matters.models import Capacity

DECISION_MAKER = "the decision maker"
DO_NOT_NAME = (
    "Where somebody says who they think reported this, write “a colleague” and not the name: neither you nor the person "
    "concerned is told who it was."
)
"""Said to whoever decides, whatever they write: a warning that looked at their words would tell them."""


@blueprint.route("/<reference>/appoint-decision-maker", methods=["GET", "POST"])
def appoint_decision_maker(reference: str) -> Any:
    """An HR manager appoints who decides: somebody who neither investigated nor owns the case."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(
        here,
        who=case.is_managed_by(me),
        can=case.can_appoint_decision_maker(me),
        whose=MANAGER,
        doing=operations.DECISION_MAKER_APPOINTED,
    )
    people, left_out = pool(here, Capacity.DECISION_MAKER)
    form = AppointDecisionMakerForm(choices={"decision_maker": people_choices(people)})
    form.decision_maker.description = f"{form.decision_maker.description} {left_out}".strip()
    if form.validate_on_submit():
        chosen = chosen_person(people, form.decision_maker.data)

        def act() -> None:
            operations.appoint_decision_maker(case, decision_maker=chosen, by=me, at=here.now)

        if carried_out(form, act, case):
            return done(f"You appointed {chosen.name} to decide.", reference=here.reference)
    return act_page(
        here,
        form,
        "Appoint a decision maker",
        "Appoint decision maker",
        empty_pool=None if people else "decision makers",
        lead="They read the accepted report and decide whether there is a case to answer. If so, they hold the hearing.",
    )


@blueprint.route("/<reference>/decide-case-to-answer", methods=["GET", "POST"])
def decide_case_to_answer(reference: str) -> Any:
    """The decision maker decides on the report, with reasons for each allegation."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(
        here,
        who=case.is_decided_by(me),
        can=case.can_decide_case_to_answer(me),
        whose=DECISION_MAKER,
        doing=operations.CASE_TO_ANSWER_DECIDED,
    )
    form = case_to_answer_form(
        case.allegations,
        asks_referral=case.asks_for_referral(here.today),
        asks_no_finding=operations.asks_why_no_finding(case, here.today),
    )
    if form.validate_on_submit():
        reasons = {
            one.id: (form[f"answer_{one.number}"].data == "yes", form[f"reasons_{one.number}"].data)
            for one in case.allegations
        }

        def act() -> None:
            operations.decide_case_to_answer(
                case,
                decision=CaseToAnswer(form.decision.data or ""),
                reasons=reasons,
                equality=form.equality.data,
                early_end=early_end_said(form),
                by=me,
                at=here.now,
            )

        if carried_out(form, act, case):
            return done("You recorded your decision on the report.", reference=here.reference)
    return act_page(
        here,
        form,
        "Is there a case to answer?",
        "Record decision",
        template="case_to_answer",
        lead=DO_NOT_NAME,
        report=queries.accepted_report(case),
    )


@blueprint.route("/<reference>/complete-informal", methods=["GET", "POST"])
def complete_informal(reference: str) -> Any:
    """The owner records what was agreed informally; the case is closed with a note, which is no warning."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(
        here,
        who=case.is_owned_by(me),
        can=case.can_complete_informal(me),
        whose=OWNER,
        doing=operations.INFORMAL_COMPLETED,
    )
    form = informal_form(asks_referral=case.asks_for_referral(here.today))
    if form.validate_on_submit():

        def act() -> None:
            operations.complete_informal(
                case,
                note=form.note.data,
                review_on=day_of(form.review_on.data),
                early_end=early_end_said(form),
                by=me,
                at=here.now,
            )

        if carried_out(form, act, case):
            return done("You recorded what was agreed, and closed the case.", reference=here.reference)
    return act_page(here, form, "Record what was agreed", "Record and close the case")


def early_end_said(form: ProbityForm) -> operations.EarlyEnd:
    """What was said for a case to end early, as far as the form asked for it."""
    said = {name: form[name].data or "" for name in (f"answer_{REFERRAL}", REFERRAL, "no_finding") if name in form}
    answer = said.get(f"answer_{REFERRAL}")
    return operations.EarlyEnd(
        answer=ClosingAnswer(answer) if answer else None,
        note=said.get(REFERRAL, ""),
        no_finding=said.get("no_finding", ""),
    )


def day_of(day: date | None) -> date:
    """A day that the form has made sure of."""
    if day is None:
        raise ValueError("a required day is missing")
    return day
