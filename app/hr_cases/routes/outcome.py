"""After the hearing: the outcome, the appeal, the closing."""

from collections.abc import Sequence
from typing import Any

from app.core.errors import InvalidInput, NothingHere
from app.core.forms import ProbityForm
from app.hr_cases import blueprint, operations, queries
from app.hr_cases.forms.another_way import make_final_form
from app.hr_cases.forms.closing import closing_form
from app.hr_cases.forms.deciding import (
    AppealDecisionForm,
    AppointAppealOfficerForm,
    LateAppealForm,
    OutcomeForm,
    outcome_form,
)
from app.hr_cases.forms.opening import people_choices
from app.hr_cases.forms.relying import chosen_warnings
from app.hr_cases.models import CLOSING_ITEMS, Allegation, Appeal, AppealResult, ClosingAnswer, EarlierWarning, Proof
from app.hr_cases.operations import OutcomeWords
from app.hr_cases.routes.acts import BY_ENDPOINT
from app.hr_cases.routes.choosing import chosen_person, pool
from app.hr_cases.routes.common import Visit, act_page, as_its_writer_reads, ask, carried_out, done, visit, where_it_waits
from app.hr_cases.routes.deciding import DECISION_MAKER, DO_NOT_NAME
from app.hr_cases.routes.masked_view import LeftAlone, page_of
from app.hr_cases.routes.opening import OWNER
from app.hr_cases.routes.warnings import record_looked_up
from app.matters.models import Capacity
from app.policy.queries import knows_warnings


@blueprint.route("/<reference>/decide-outcome", methods=["GET", "POST"])
def decide_outcome(reference: str) -> Any:
    """The decision maker finds on each allegation and decides what follows; the letter can be read before it is issued."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(
        here,
        who=case.is_decided_by(me),
        can=case.can_decide_outcome(me),
        whose=DECISION_MAKER,
        doing=operations.OUTCOME_DECIDED,
    )
    heard = operations.allegations_to_answer(case)
    form = outcome_form(heard, operations.outcomes_to_choose(case))
    warnings = _live_warnings(here, form)
    form.asks_reliance(warnings)
    letter = ""
    if not form.show_warnings.data and form.validate_on_submit():
        if form.preview.data:
            letter = as_its_writer_reads(here, _preview(here, form, heard))
        else:

            def act() -> None:
                said = _words(form)
                operations.decide_outcome(case, **_decided(form, heard), **vars(said), by=me, at=here.now)

            if carried_out(form, act, case, stands_at=_places(form, heard)):
                return done(f"You decided the outcome. {where_it_waits(here)}", reference=here.reference)
    if warnings is not None:
        record_looked_up(here)
    return act_page(
        here,
        form,
        "Decide the outcome",
        "Issue the outcome",
        template="act_with_letter",
        letter=letter,
        first=[*form.of_findings, *(["relies_on"] if "relies_on" in form else [])],
        looks_up=warnings is None and knows_warnings(case.subject.person_kind),
        none_live=not warnings and knows_warnings(case.subject.person_kind),
        lead="Decide each allegation first, on the balance of probabilities, and then what follows from all of them. "
        f"Warnings that are no longer live may not be relied on. {DO_NOT_NAME}",
        recalled=("What was alleged", "\n\n".join(f"{one.number}. {one.wording}" for one in heard)),
    )


def _live_warnings(here: Visit, form: OutcomeForm) -> Sequence[EarlierWarning] | None:
    """What is live, once something is found on every allegation; None before: a finding is about what happened now."""
    has_found = form.is_submitted() and form.has_findings()
    asks = knows_warnings(here.case.subject.person_kind) and here.case.can_see_live_warnings(here.me, has_found=has_found)
    return queries.live_warnings(here.case, here.me, here.today) if asks else None


def _decided(form: OutcomeForm, heard: list[Allegation]) -> dict[str, Any]:
    months, ends_on = f"months_{form.kind.data}", f"ends_on_{form.kind.data}"
    return {
        "kind": form.kind.data or "",
        "months": form[months].data if months in form else None,
        "ends_on": form[ends_on].data if ends_on in form else None,
        "findings": {
            one.id: (Proof(form[f"proof_{one.number}"].data), form[f"finding_reasons_{one.number}"].data)
            for one in heard
        },
        "relies_on": chosen_warnings(form.relies_on.data) if "relies_on" in form else (),
    }


def _words(form: OutcomeForm) -> OutcomeWords:
    length_reasons, notice = f"length_reasons_{form.kind.data}", f"notice_{form.kind.data}"
    return OutcomeWords(
        reasons=form.reasons.data,
        mitigation=form.mitigation.data,
        change_required=form.change_required.data,
        equality=form.equality.data,
        length_reasons=form[length_reasons].data if length_reasons in form else "",
        notice=form[notice].data if notice in form else "",
    )


def _places(form: OutcomeForm, heard: list[Allegation]) -> dict[str, str]:
    first = heard[0].number if heard else 1
    return {
        "months": f"months_{form.kind.data}",
        "length_reasons": f"length_reasons_{form.kind.data}",
        "ends_on": f"ends_on_{form.kind.data}",
        "notice": f"notice_{form.kind.data}",
        "findings": f"finding_reasons_{first}",
    }


def _preview(here: Visit, form: OutcomeForm, heard: list[Allegation]) -> str:
    try:
        return operations.preview_outcome(
            here.case, **_decided(form, heard), words=_words(form), by=here.me, at=here.now
        )
    except InvalidInput as refusal:
        field = _places(form, heard).get(refusal.field or "", refusal.field)
        form.add_refusal(InvalidInput(refusal.sentence, field=field))
        return ""


def _appeal(here: Visit) -> Appeal:
    """The appeal; the constant page where there is none."""
    found = queries.appeal(here.case)
    if found is None:
        raise NothingHere(secret=True)
    return found


@blueprint.route("/<reference>/judge-late-appeal", methods=["GET", "POST"])
def judge_late_appeal(reference: str) -> Any:
    """The owner decides with reasons whether an appeal that came late is heard."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=True, whose=OWNER)
    appeal = _appeal(here)
    ask(here, who=case.is_owned_by(me), can=case.can_judge_late_appeal(me), whose=OWNER, doing=operations.LATE_APPEAL_JUDGED)
    form = LateAppealForm()
    if form.validate_on_submit():

        def act() -> None:
            operations.judge_late_appeal(
                appeal, accepted=form.accepted.data == "yes", reasons=form.reasons.data, by=me, at=here.now
            )

        if carried_out(form, act, case, appeal):
            return done("You recorded whether the late appeal is heard.", reference=here.reference)
    return act_page(
        here, form, "Decide about the late appeal", "Record decision", recalled=("The appeal", appeal.grounds)
    )


@blueprint.route("/<reference>/appoint-appeal-officer", methods=["GET", "POST"])
def appoint_appeal_officer(reference: str) -> Any:
    """The owner appoints who hears the appeal: somebody who took no part before."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(
        here,
        who=case.is_owned_by(me),
        can=case.can_appoint_appeal_officer(me),
        whose=OWNER,
        doing=operations.APPEAL_OFFICER_APPOINTED,
    )
    people, left_out = pool(here, Capacity.APPEAL_OFFICER)
    form = AppointAppealOfficerForm(choices={"officer": people_choices(people)})
    form.officer.description = f"{form.officer.description} {left_out}".strip()
    if form.validate_on_submit():
        chosen = chosen_person(people, form.officer.data)

        def act() -> None:
            operations.appoint_appeal_officer(case, officer=chosen, by=me, at=here.now)

        if carried_out(form, act, case):
            return done(f"You appointed {chosen.name} to hear the appeal.", reference=here.reference)
    return act_page(
        here,
        form,
        "Appoint an appeal officer",
        "Appoint appeal officer",
        empty_pool=None if people else "appeal officers",
    )


@blueprint.route("/<reference>/decide-appeal", methods=["GET", "POST"])
def decide_appeal(reference: str) -> Any:
    """The appeal officer decides with reasons; the decision is final and never makes the outcome harder."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(
        here,
        who=case.is_appeal_heard_by(me),
        can=case.can_decide_appeal(me),
        whose="whoever hears the appeal",
        doing=operations.APPEAL_DECIDED,
    )
    appeal = _appeal(here)
    lighter = operations.lighter_outcomes(case, operations.outcome_of(case))
    form = AppealDecisionForm(choices={"kind": [(kind.code, kind.label) for kind in lighter]})
    if form.validate_on_submit():
        result = AppealResult(form.result.data or "")
        in_part = result is AppealResult.ALLOWED_IN_PART

        def act() -> None:
            operations.decide_appeal(
                appeal,
                result=result,
                reasons=form.reasons.data,
                kind=form.kind.data if in_part else None,
                months=form.months.data if in_part else None,
                ends_on=form.ends_on.data if in_part else None,
                notice=form.notice.data if in_part else "",
                by=me,
                at=here.now,
            )

        if carried_out(form, act, case, appeal):
            return done(f"You decided the appeal. {where_it_waits(here)}", reference=here.reference)
    return act_page(
        here,
        form,
        "Decide the appeal",
        "Issue the decision",
        recalled=("Why they appeal", LeftAlone(appeal.grounds)),
        lead=DO_NOT_NAME,
    )


NO_APPEAL_HERE = "The time to appeal has passed and no appeal came through Probity."
RECORD_FIRST = "If one came another way, by letter for example, record it first. After this the case can be closed."


@blueprint.route("/<reference>/make-final", methods=["GET", "POST"])
def make_final(reference: str) -> Any:
    """The owner notes that nobody appealed in time."""
    here = visit(reference)
    case, me = here.case, here.me
    can = case.can_make_final(me, here.today)
    ask(here, who=case.is_owned_by(me), can=can, whose=OWNER, doing=operations.MADE_FINAL)
    operations.ask_outcome_sent(case, at=here.now)
    unreached = queries.why_not_reached(case.subject, here.today)
    form = make_final_form(unreached is not None)

    def act() -> None:
        ticked = "none_came" in form and bool(form["none_came"].data)
        operations.make_final(case, by=me, at=here.now, none_came=ticked)

    if form.validate_on_submit() and carried_out(form, act, case):
        return done("You made the outcome final.", reference=here.reference)
    return act_page(
        here,
        form,
        "Make the outcome final",
        "Make the outcome final",
        lead=f"{NO_APPEAL_HERE} {unreached or ''} {RECORD_FIRST}".replace("  ", " "),
        look_at=(BY_ENDPOINT["record_appeal"].button, page_of("hr_cases.record_appeal", reference=here.reference)),
    )


@blueprint.route("/<reference>/closing", methods=["GET", "POST"])
def closing(reference: str) -> Any:
    """The owner answers the closing list, item by item, and closes the case when nothing is left open."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=case.can_close(me), whose=OWNER, doing=operations.CASE_CLOSED)
    form = closing_form(((item.code, item.words) for item in CLOSING_ITEMS), data=_answered(here))
    if form.validate_on_submit():

        def act() -> None:
            for item in CLOSING_ITEMS:
                chosen = form[f"answer_{item.code}"].data
                if chosen:
                    operations.answer_closing_item(
                        case,
                        code=item.code,
                        answer=ClosingAnswer(chosen),
                        note=form[item.code].data,
                        by=me,
                        at=here.now,
                    )

        if carried_out(form, act, case):
            return done("You saved your answers.", "closing", reference=here.reference)
    return _closing_page(here, form)


def _answered(here: Visit) -> dict[str, Any]:
    answered: dict[str, Any] = {}
    for item in queries.closing_items(here.case):
        answered |= {f"answer_{item.code}": item.answer.value, item.code: item.note}
    return answered


def _closing_page(here: Visit, form: ProbityForm) -> Any:
    return act_page(
        here,
        form,
        "Close the case",
        "Save answers",
        template="closing",
        items=CLOSING_ITEMS,
        open_items=operations.unanswered_items(here.case),
    )


@blueprint.post("/<reference>/close")
def close(reference: str) -> Any:
    """The owner closes a case whose closing list is answered whole; else what is missing is listed."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=case.can_close(me), whose=OWNER, doing=operations.CASE_CLOSED)
    items = ((item.code, item.words) for item in CLOSING_ITEMS)
    form = closing_form(items, data=_answered(here), formdata=None)
    form.leaves_name.data = True  # nothing was typed now: what stands was asked about when it was saved
    if carried_out(form, lambda: operations.close_case(case, by=me, at=here.now), case):
        return done("You closed the case.", reference=here.reference)
    form.leaves_name.data = False
    return _closing_page(here, form)
