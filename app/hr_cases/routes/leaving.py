"""What becomes of a case whose person concerned leaves."""

from typing import Any

from app.core.presentation import uk_weekday_date
from app.hr_cases import blueprint, operations
from app.hr_cases.forms.leaving import after_leaving_form
from app.hr_cases.models import CaseLeaving, LeavingDecision
from app.hr_cases.routes.common import Visit, act_page, ask, carried_out, done, visit
from app.hr_cases.routes.deciding import early_end_said
from app.hr_cases.routes.opening import OWNER

GOES_ON = "You decided that the case goes on."
ENDED = "You ended the case."


@blueprint.route("/<reference>/after-leaving", methods=["GET", "POST"])
def after_leaving(reference: str) -> Any:
    """The owner decides with reasons whether a case goes on whose person concerned leaves."""
    here = visit(reference)
    case, me = here.case, here.me
    can = case.can_decide_after_leaving(me)
    ask(here, who=case.is_owned_by(me), can=can, whose=OWNER, doing=operations.LEAVING_DECIDED)
    leaving = case.leaving
    assert leaving is not None  # what `can` asked
    form = after_leaving_form(
        leaving,
        asks_referral=case.asks_for_referral(here.today),
        asks_no_finding=operations.asks_why_no_finding(case, here.today),
    )
    if form.validate_on_submit():
        decision = LeavingDecision(form.decision.data or "")

        def act() -> None:
            operations.decide_after_leaving(
                case, decision=decision, reasons=form.reasons.data, early_end=early_end_said(form), seen=form.seen, by=me,
                at=here.now,
            )  # fmt: skip

        if carried_out(form, act, case, leaving):
            return done(ENDED if decision is LeavingDecision.CLOSE else GOES_ON, reference=here.reference)
    recalled = ("It was decided that the case goes on", leaving.reasons or "") if leaving.decision else None
    return act_page(here, form, "Does the case go on?", "Record decision", lead=_lead(here, leaving), recalled=recalled)


def _lead(here: Visit, leaving: CaseLeaving) -> str:
    case = here.case
    verb = "left" if case.subject.has_left_on(here.today) else "leaves"
    lead = f"{case.subject.name} {verb}: the last working day is {uk_weekday_date(leaving.last_working_day)}."
    if case.report.safeguarding_was_asked:
        return (
            f"{lead} The safeguarding lead was asked in this case, so it goes on until the investigation has reached a "
            "finding and it is decided whether anybody must be told of it."
        )
    return f"{lead} That somebody leaves does not end a case by itself."
