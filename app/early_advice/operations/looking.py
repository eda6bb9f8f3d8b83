"""What HR and the safeguarding lead do about a declaration: asked by who declared it or by the manager, however often."""

from datetime import date, datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.outbox import notify
from app.early_advice.models import (
    DeclarationOfInterest,
    DeclarationStatus,
    EarlierStep,
    HrAnswer,
    Seat,
    StepOf,
)
from app.early_advice.operations import messages
from app.early_advice.queries import hr_for, leads_for, may_read_declaration, who_hears
from app.early_advice.queries.worked_out import DECISION, HR_LOOK
from app.people.models import Person, Role
from app.people.queries import holders_of
from app.policy.queries import due_after_receipt, due_at_once

_TOOK = "took it to Human Resources"
TO_HR = event_kind("early-declaration:to-hr", _TOOK, neutral=_TOOK)
# Neither the person nor their manager reads what HR did: whoever may have to be protected comes first.
HR_ANSWERED = event_kind("early-declaration:hr-answered", "recorded what Human Resources did: {answer}")
_LOOKED = "looked at it for Human Resources: the manager decides next"
LOOKED_AT = event_kind("early-declaration:looked-at", _LOOKED, neutral=_LOOKED, unnamed=True)
TAKEN_OVER = event_kind("early-declaration:taken-over", "took it over")
NO_LEAD = (
    "{why} Ask your administrator to appoint one. If somebody may be at risk now, tell the children’s or adult services "
    "of your local authority yourself, and record here what you did"
)


def take_to_hr(declaration: DeclarationOfInterest, by: Person, at: datetime) -> None:
    """HR looks at it within the time of a safeguarding referral, which counts from the day it came, whatever the hour.

    Where HR answered before it looks again, and the former answer stays. Where HR looks at it already, its date stays, and
    it is told that it was asked once more. A safeguarding lead to whom HR took it is told that there is something new.
    """
    day = clock.local_day(at)
    record(TO_HR, declaration.id, by=by.id, at=at, about=declaration.person_id)
    if declaration.waits_for_hr:
        kind, number = messages.TO_HR_TOO, times_before(declaration, StepOf.MANAGER)
    else:
        _keep_answer(declaration)
        declaration.hr_asked_at, declaration.hr_due_on = at, due_at_once(HR_LOOK, day)
        kind, number = messages.TO_HR, times_before(declaration, StepOf.HR)
    for officer in hr_for(declaration, day):
        notify(officer.id, kind, declaration.id, at=at, number=number)
    again = times_before(declaration, StepOf.MANAGER)
    for lead in leads_for(declaration, day) if declaration.is_passed_on else ():
        notify(lead.id, messages.TO_LEAD_AGAIN, declaration.id, at=at, number=again)


def times_before(declaration: DeclarationOfInterest, step_of: StepOf) -> int | None:
    """How often this was done before, as the number of a message; nothing for the first time."""
    return len(declaration.before(step_of)) or None


def _keep(declaration: DeclarationOfInterest, step: EarlierStep, words: str, advice: str = "") -> None:
    step.data_key_id, step.data_key = declaration.data_key_id, declaration.data_key
    step.words, step.advice = words, advice
    declaration.earlier.append(step)


def keep_decision(declaration: DeclarationOfInterest) -> None:
    """Keep what the manager decided, or took to HR, and with what reasons, before they decide anew."""
    if declaration.action is not None:
        step = EarlierStep(
            step_of=StepOf.MANAGER, action=declaration.action, by_id=declaration.reviewed_by_id,
            at=declaration.reviewed_at,
        )  # fmt: skip
        _keep(declaration, step, declaration.reasons)


def _keep_answer(declaration: DeclarationOfInterest) -> None:
    """Keep what HR answered, before it is asked anew."""
    if declaration.hr_answer is not None:
        step = EarlierStep(
            step_of=StepOf.HR, answer=declaration.hr_answer, by_id=declaration.hr_by_id, at=declaration.hr_at
        )
        _keep(declaration, step, declaration.hr_words, declaration.advice)
    declaration.hr_answer = declaration.hr_by = declaration.hr_by_id = declaration.hr_at = None
    declaration.hr_words = declaration.advice = ""


def answer_for_hr(
    declaration: DeclarationOfInterest, answer: HrAnswer, *, words: str, by: Person, at: datetime, advice: str = ""
) -> None:
    """Record what HR did about what may bear on somebody's safety; `advice` is what HR writes for the manager.

    What the manager took to HR is theirs to decide from now on; advice on what they had decided meanwhile opens that again,
    since nobody else could act on it. What is passed on is told to the safeguarding lead, who has
    as long to take it over as HR had. Refused where nobody is there to take it over, since it would then be with nobody.
    """
    must_be_known(declaration, by)
    demand(declaration.is_for_hr(by), "Only Human Resources can record this.")
    if not declaration.can_be_answered_by(by):
        raise AlreadyDone(
            "Human Resources has answered this already.", who=declaration.hr_by.name if declaration.hr_by else None,
            when=declaration.hr_at,
        )  # fmt: skip
    if not words:
        raise InvalidInput("Enter what you did, and why", field="words")
    if answer is HrAnswer.ADVICE and not advice:
        raise InvalidInput("Enter your words for the manager", field="advice")
    leads = _leads_to_tell(declaration, clock.local_day(at)) if answer is HrAnswer.PASSED_ON else []
    if leads:
        _pass_on(declaration, at)
    declaration.hr_answer, declaration.hr_by, declaration.hr_by_id = answer, by, by.id
    declaration.hr_at, declaration.hr_words, declaration.advice = at, words, advice
    record(HR_ANSWERED, declaration.id, by=by.id, at=at, about=declaration.person_id, facts={"answer": answer.label})
    for lead in leads:
        notify(lead.id, messages.TO_LEAD, declaration.id, at=at, number=times_before(declaration, StepOf.HR))
    _tell_the_manager(declaration, by, at)


def _pass_on(declaration: DeclarationOfInterest, at: datetime) -> None:
    """To the safeguarding lead. What they have not taken over yet keeps its date; what they have is asked of them anew."""
    due_on = due_at_once(HR_LOOK, clock.local_day(at))
    if declaration.lead_at is not None:
        step = EarlierStep(step_of=StepOf.LEAD, by_id=declaration.lead_by_id, at=declaration.lead_at)
        _keep(declaration, step, declaration.lead_words)
        declaration.lead_due_on = declaration.lead_at = declaration.lead_by = declaration.lead_by_id = None
        declaration.lead_words = ""
    if declaration.lead_due_on is None:
        declaration.lead_asked_at, declaration.lead_due_on = at, due_on


def _tell_the_manager(declaration: DeclarationOfInterest, by: Person, at: datetime) -> None:
    """What they took to HR, or decided before HR advised, comes to them with a date; else they are told what HR wrote."""
    number = len(declaration.before(StepOf.MANAGER)) + 1
    advised = bool(declaration.advice) and declaration.hr_answer is not HrAnswer.NO_CONCERN
    comes_back = declaration.status is DeclarationStatus.WITH_HR or (advised and declaration.is_decided)
    if comes_back:
        if declaration.is_decided:
            _open_again(declaration)
        declaration.move_to(DeclarationStatus.DECLARED)
        declaration.review_since, declaration.review_by = at, due_after_receipt(DECISION, at)
        record(LOOKED_AT, declaration.id, by=by.id, at=at, about=declaration.person_id)
    if comes_back or declaration.advice:
        kind = messages.DECLARED if comes_back else messages.ADVICE
        for manager in who_hears(Seat.MANAGER, declaration.person, clock.local_day(at)):
            notify(manager.id, kind, declaration.id, at=at, number=number)


def _open_again(declaration: DeclarationOfInterest) -> None:
    """Keep what the manager had decided; none of it holds until they decide anew."""
    keep_decision(declaration)
    declaration.action = declaration.reviewed_by = declaration.reviewed_by_id = declaration.reviewed_at = None
    declaration.reasons = ""
    declaration.act_by = declaration.agreed_at = declaration.again_on = declaration.again_from = None


def _leads_to_tell(declaration: DeclarationOfInterest, day: date) -> list[Person]:
    leads = leads_for(declaration, day)
    if not leads:
        is_held = bool(holders_of([Role.SAFEGUARDING_LEAD], day))
        why = "Every safeguarding lead has a part in this." if is_held else "Nobody is the safeguarding lead."
        raise InvalidInput(NO_LEAD.format(why=why), field="answer")
    return leads


def take_over_declaration(declaration: DeclarationOfInterest, *, words: str, by: Person, at: datetime) -> None:
    """Take over what HR brought, as the safeguarding lead, and say what is done about it; where no lead is left, HR does."""
    must_be_known(declaration, by)
    day = clock.local_day(at)
    leads = leads_for(declaration, day)
    is_theirs = declaration.is_for_lead(by) or (not leads and declaration.is_for_hr(by))
    demand(is_theirs, "Only the safeguarding lead can take this over.")
    if not declaration.can_be_taken_over_by(by, leads):
        raise AlreadyDone(
            "This has been taken over already.", who=declaration.lead_by.name if declaration.lead_by else None,
            when=declaration.lead_at,
        )  # fmt: skip
    if not words:
        raise InvalidInput("Enter what you do about it", field="words")
    declaration.lead_by, declaration.lead_by_id = by, by.id
    declaration.lead_at, declaration.lead_words = at, words
    record(TAKEN_OVER, declaration.id, by=by.id, at=at, about=declaration.person_id)
    passed_on_by = _who_passed_it_on(declaration)
    if passed_on_by is not None and passed_on_by.id != by.id and may_read_declaration(declaration, passed_on_by, day):
        number = times_before(declaration, StepOf.LEAD)
        notify(passed_on_by.id, messages.TAKEN_OVER, declaration.id, at=at, number=number)


def _who_passed_it_on(declaration: DeclarationOfInterest) -> Person | None:
    """The officer who last took it to the safeguarding lead, also where HR was asked again since."""
    if declaration.hr_answer is HrAnswer.PASSED_ON:
        return declaration.hr_by
    earlier = [step.by for step in declaration.before(StepOf.HR) if step.answer is HrAnswer.PASSED_ON]
    return earlier[-1] if earlier else None


def must_be_known(declaration: DeclarationOfInterest, by: Person) -> None:
    """Refuse whoever may not know that there is one, as if there were none."""
    if not may_read_declaration(declaration, by, clock.today()):
        raise NothingHere(secret=True)
