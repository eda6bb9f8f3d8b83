"""From the opening of a case to the start of the investigation: investigator, allegations, plan, telling the person."""

from typing import Any

from app.core.errors import InvalidInput, NothingHere
from app.hr_cases import blueprint, operations, queries
from app.hr_cases.forms.opening import (
    AllegationForm,
    AppointInvestigatorForm,
    ApprovePlanForm,
    TellSubjectForm,
    people_choices,
)
from app.hr_cases.models import Allegation, ConductCapacity
from app.hr_cases.operations import AllegationDraft, LetterWords
from app.hr_cases.operations.drafting import PolicyBasis, basis_of
from app.hr_cases.routes.choosing import category_choices, chosen_person, paragraphs_named, pool
from app.hr_cases.routes.common import Visit, act_page, ask, carried_out, done, visit, where_it_waits
from app.matters.models import Capacity
from app.policy.queries import installation

OWNER = "the HR officer who owns the case"
MANAGER = "an HR manager"
INVESTIGATOR = "the investigator"


@blueprint.route("/<reference>/appoint-investigator", methods=["GET", "POST"])
def appoint_investigator(reference: str) -> Any:
    """An HR manager appoints a trained investigator with terms of reference."""
    here = visit(reference)
    case, me = here.case, here.me
    can = case.can_appoint_investigator(me)
    ask(here, who=case.is_managed_by(me), can=can, whose=MANAGER, doing=operations.INVESTIGATOR_APPOINTED)
    people, left_out = pool(here, Capacity.INVESTIGATOR)
    form = AppointInvestigatorForm(choices={"investigator": people_choices(people)})
    form.investigator.description = f"{form.investigator.description} {left_out}".strip()
    if form.validate_on_submit():
        chosen = chosen_person(people, form.investigator.data)

        def act() -> None:
            operations.appoint_investigator(case, investigator=chosen, terms=form.terms.data, by=me, at=here.now)

        if carried_out(form, act, case):
            return done(f"You appointed {chosen.name} to investigate.", reference=here.reference)
    return act_page(
        here,
        form,
        "Appoint an investigator",
        "Appoint investigator",
        empty_pool=None if people else "investigators",
        lead="The investigator finds out what happened. They do not decide what follows from it.",
    )


def drafted(form: AllegationForm, basis: PolicyBasis) -> AllegationDraft:
    """What the form alleges, with paragraphs of what the case relies on."""
    return AllegationDraft(
        wording=form.wording.data,
        category=form.category.data or "",
        paragraph_ids=paragraphs_named(form, basis),
        happened_on=form.happened_on.data,  # type: ignore[arg-type]
        capacity=ConductCapacity(form.capacity.data or ""),
    )


def allegation_form(here_today: Any, allegation: Allegation | None = None, **kwargs: Any) -> AllegationForm:
    """The form of one allegation, filled with what is recorded."""
    recorded: dict[str, Any] = {}
    if allegation is not None:
        numbers = sorted((link.paragraph for link in allegation.paragraphs), key=lambda paragraph: paragraph.position)
        recorded = {
            "wording": allegation.wording,
            "category": allegation.category,
            "paragraphs": "; ".join(paragraph.number for paragraph in numbers),
            "happened_on": allegation.happened_on,
            "capacity": allegation.capacity.value,
        }
    form = AllegationForm(choices={"category": category_choices()}, data=recorded, **kwargs)
    form.happened_on.not_after = here_today
    return form


@blueprint.route("/<reference>/add-allegation", methods=["GET", "POST"])
def add_allegation(reference: str) -> Any:
    """The owner adds an allegation, before the person concerned has been told."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=case.can_change_allegations(me), whose=OWNER)
    form = allegation_form(here.today)
    if form.validate_on_submit():

        def act() -> None:
            operations.add_allegation(case, drafted(form, basis_of(case)), by=me, at=here.now)

        if carried_out(form, act, case):
            return done("You added an allegation.", "allegations", reference=here.reference)
    return act_page(
        here,
        form,
        "Add an allegation",
        "Add allegation",
        lead="Each allegation gets an answer of its own, so keep different things apart.",
    )


@blueprint.route("/<reference>/allegations/<int:number>/change", methods=["GET", "POST"])
def change_allegation(reference: str, number: int) -> Any:
    """The owner changes an allegation, before the person concerned has been told."""
    here = visit(reference)
    case, me = here.case, here.me
    allegation = allegation_numbered(here, number)
    ask(here, who=case.is_owned_by(me), can=case.can_change_allegations(me), whose=OWNER)
    form = allegation_form(here.today, allegation)
    if form.validate_on_submit():

        def act() -> None:
            operations.change_allegation(allegation, drafted(form, basis_of(case)), by=me, at=here.now)

        if carried_out(form, act, case, allegation):
            return done(f"You changed allegation {number}.", "allegations", reference=here.reference)
    return act_page(here, form, f"Change allegation {number}", "Save changes")


def allegation_numbered(here: Visit, number: int) -> Allegation:
    """The allegation with this number; the constant page where there is none."""
    found = next((one for one in here.case.allegations if one.number == number), None)
    if found is None:
        raise NothingHere(secret=True)
    return found


@blueprint.route("/<reference>/approve-plan", methods=["GET", "POST"])
def approve_plan(reference: str) -> Any:
    """The investigator writes down how they will investigate, and begins."""
    here = visit(reference)
    case, me = here.case, here.me
    can = case.can_approve_plan(me)
    ask(here, who=case.is_investigated_by(me), can=can, whose=INVESTIGATOR, doing=operations.PLAN_APPROVED)
    form = ApprovePlanForm()
    if form.validate_on_submit():

        def act() -> None:
            operations.approve_plan(case, plan=form.plan.data, by=me, at=here.now)

        if carried_out(form, act, case):
            return done("You wrote down the plan. The investigation has begun.", reference=here.reference)
    return act_page(
        here,
        form,
        "Write down the plan",
        "Start the investigation",
        recalled=("What you were asked to find out", case.terms),
    )


@blueprint.route("/<reference>/tell-subject", methods=["GET", "POST"])
def tell_subject(reference: str) -> Any:
    """The owner tells the person concerned, by a letter that can be read beside the form before it is issued."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=case.can_tell_subject(me), whose=OWNER, doing=operations.SUBJECT_TOLD)
    form = TellSubjectForm(data=_usual_words(here))
    if form.validate_on_submit() and not form.preview.data:

        def act() -> None:
            operations.tell_subject(case, letter_words=_words_of(form), by=me, at=here.now)

        if carried_out(form, act, case):
            return done(f"You issued the letter to {case.subject.name}. {where_it_waits(here)}", reference=here.reference)
    return act_page(
        here,
        form,
        "Tell the person concerned",
        "Issue the letter",
        template="act_with_letter",
        letter=_letter_so_far(here, form),
        lead=f"{_when_told(here)} The wording of the allegations cannot be changed from then on.",
    )


def _when_told(here: Visit) -> str:
    unreached = queries.why_not_reached(here.case.subject, here.today)
    if unreached is None:
        return "The letter is in their Probity as soon as you issue it."
    return f"{unreached} Issue the letter, then send it another way and record that: it tells them nothing before."


def _words_of(form: TellSubjectForm) -> LetterWords:
    return LetterWords(
        what_happens_next=form.what_happens_next.data,
        contact=form.contact.data,
        support=form.support.data,
        companion=form.companion.data,
        confidentiality=form.confidentiality.data,
    )


def _letter_so_far(here: Visit, form: TellSubjectForm) -> str:
    try:
        return operations.investigation_letter(here.case, _words_of(form), by=here.me, at=here.now)
    except InvalidInput as missing:
        return f"The letter can be shown when every part has its words. {missing.sentence}."


def _usual_words(here: Visit) -> dict[str, str]:
    investigator = here.case.investigator
    who = f"{investigator.name} looks into this" if investigator else "Somebody will be appointed to look into this"
    return {
        "what_happens_next": f"{who}, and will ask you to a meeting to hear your side. "
        "You will be told the day in good time. You do not have to prepare anything before you are asked.",
        "contact": f"{here.me.name}, Human Resources" + (f" ({here.me.email})" if here.me.email else ""),
        "support": "We know that a letter like this is hard to get. You can talk to your doctor or to your trade union, and "
        f"you can ask {installation().organisation_name} for support through Human Resources. "
        "Tell us if you need anything to be arranged differently, for example because of your health or a disability.",
        "companion": "You may bring a colleague or a trade union representative to every meeting about this.",
        "confidentiality": "Please do not talk about this with people at work, and do not contact anybody who may be a "
        "witness. You may of course talk to your companion, your family and anybody who advises you.",
    }
