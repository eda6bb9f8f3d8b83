"""Declaring a connection without naming anybody, and what the manager and HR do."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.breach_reports.models import YesNoUnknown
from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere
from app.core.forms import ProbityForm, tried
from app.early_advice import blueprint, forms, operations, queries
from app.early_advice.models import (
    Connection,
    DeclarationAction,
    DeclarationAnswers,
    DeclarationOfInterest,
    DeclarationStatus,
    HrAnswer,
)
from app.early_advice.queries.worked_out import declaration_worked_out, hr_worked_out, lead_worked_out
from app.early_advice.routes.common import ROOM, me, needs, page_id
from app.people.models import Person
from app.people.queries import timeline
from app.policy.queries import marked, working_calendar


@blueprint.route("/declare", methods=["GET", "POST"])
def new_declaration() -> Any:
    """Who it is in general, where and how, without a name."""
    needs("declarations_of_interest")
    person, now = me(), clock.now()
    form = forms.DeclarationForm(data={"page": str(uuid.uuid4())})
    if not form.validate_on_submit():
        return _new_page(form), 422 if form.errors else 200
    begin_writing(person)  # one at a time for one person: the second click waits here for the first
    sent = operations.sent_with(DeclarationOfInterest, page_id(form), person)
    if sent is None:
        made = operations.free_id(DeclarationOfInterest, page_id(form))
        answers = DeclarationAnswers(
            connection=Connection(str(form.connection.data)), where=form.where.data, words=form.words.data,
            at_risk=YesNoUnknown(str(form.at_risk.data)), marker=form.marker.data,
        )  # fmt: skip
        if not tried(lambda: operations.declare_interest(answers, by=person, at=now, declaration_id=made), form):
            return _new_page(form), 422
        commit()
        sent = operations.sent_with(DeclarationOfInterest, made, me())
        flash("You declared it. Thank you for saying so.", "success")
    return redirect(url_for(".show_declaration", reference=sent.reference if sent else ""), 303)


def _new_page(form: ProbityForm) -> str:
    return render_template(f"{ROOM}/declaration_new.html", form=form)


def _declaration(reference: str) -> DeclarationOfInterest:
    found = queries.declaration_by_reference(reference)
    if found is None or not queries.may_read_declaration(found, me(), clock.today()):
        raise NothingHere(secret=True)
    return found


@blueprint.get("/declare/<reference>")
def show_declaration(reference: str) -> Any:
    """What was declared, what was agreed, and until when."""
    return _page(_declaration(reference))


def _page(declaration: DeclarationOfInterest, refused: ProbityForm | None = None) -> str:
    person, today = me(), clock.today()
    asked = _what_is_asked(declaration, person)
    reads_for_hr = _reads_for_hr(declaration, person)
    return render_template(
        f"{ROOM}/declaration.html", one=declaration, reader=person, today=today, calendar=working_calendar(),
        form=refused or (asked.form(formdata=None) if asked else None), asked=asked, statuses=DeclarationStatus,
        how=declaration_worked_out(declaration), for_hr=reads_for_hr, hr_how=hr_worked_out(declaration),
        lead_how=lead_worked_out(declaration),
        history=timeline([declaration.id], knows_causes=reads_for_hr),
        **marked(),
    )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the page asks of its reader: the form, where it is sent, and its button."""

    form: type[ProbityForm]
    endpoint: str
    button: str


def _what_is_asked(declaration: DeclarationOfInterest, person: Person) -> Asked | None:
    if declaration.can_be_reviewed_by(person):
        return Asked(forms.ReviewForm, ".review_declaration", "Record decision")
    if declaration.can_be_answered_by(person):
        return Asked(forms.HrForm, ".answer_for_hr", "Record what was done")
    if _can_take_over(declaration, person):
        return Asked(forms.TakeOverForm, ".take_over", "Take it over")
    return None


def _can_take_over(declaration: DeclarationOfInterest, person: Person) -> bool:
    if not declaration.is_passed_on or declaration.lead_at is not None:
        return False
    return declaration.can_be_taken_over_by(person, queries.leads_for(declaration, clock.today()))


def _reads_for_hr(declaration: DeclarationOfInterest, person: Person) -> bool:
    """Whether this reader also reads what HR did: HR does, and who was told in turn; neither the person nor the manager."""
    return declaration.hr_asked_at is not None and not declaration.has_a_part(person)


@blueprint.post("/declare/<reference>/review")
def review_declaration(reference: str) -> Any:
    """Decide as the manager."""
    declaration, person, now, form = _declaration(reference), me(), clock.now(), forms.ReviewForm()
    if declaration.can_be_reviewed_by(person) and not form.validate():
        return _page(declaration, form), 422
    begin_writing(declaration)
    chosen = form.action.data
    action = DeclarationAction(chosen) if chosen in set(DeclarationAction) else DeclarationAction.REFER
    operations.review_declaration(declaration, action, reasons=form.reasons.data or "", by=person, at=now)
    commit()
    whose = f"{declaration.person.name}’s declaration"
    referred = declaration.status is DeclarationStatus.WITH_HR
    flash(f"You took {whose} to Human Resources." if referred else f"You decided on {whose}.", "success")
    return redirect(url_for(".show_declaration", reference=reference), 303)


STEPS = {
    "done": (operations.end_connection, "You said that the connection online has ended."),
    "still-holds": (operations.still_holds, "You said that it still holds."),
    "over": (operations.end_declaration, "You said that it no longer holds."),
}


@blueprint.post("/declare/<reference>/<step>")
def declaration_step(reference: str, step: str) -> Any:
    """What whoever declared it says of it afterwards: the connection has ended, it still holds, it no longer does."""
    declaration, person, now = _declaration(reference), me(), clock.now()
    if step not in STEPS:
        raise NothingHere(secret=True)
    act, done = STEPS[step]
    begin_writing(declaration)
    act(declaration, by=person, at=now)
    commit()
    flash(done, "success")
    return redirect(url_for(".show_declaration", reference=reference), 303)


@blueprint.post("/declare/<reference>/hr")
def answer_for_hr(reference: str) -> Any:
    """Record what HR did."""
    declaration, person, now, form = _declaration(reference), me(), clock.now(), forms.HrForm()
    if declaration.can_be_answered_by(person) and not form.validate():
        return _page(declaration, form), 422
    answer = HrAnswer(form.answer.data) if form.answer.data in set(HrAnswer) else HrAnswer.NO_CONCERN

    def act() -> None:
        begin_writing(declaration)
        operations.answer_for_hr(
            declaration, answer, words=form.words.data or "", advice=form.advice.data or "", by=person, at=now
        )

    if not tried(act, form):
        return _page(_declaration(reference), form), 422
    commit()
    flash("You recorded what Human Resources did.", "success")
    return redirect(url_for(".show_declaration", reference=reference), 303)


@blueprint.post("/declare/<reference>/take-over")
def take_over(reference: str) -> Any:
    """Take it over as the safeguarding lead."""
    declaration, person, now, form = _declaration(reference), me(), clock.now(), forms.TakeOverForm()
    if _can_take_over(declaration, person) and not form.validate():
        return _page(declaration, form), 422
    begin_writing(declaration)
    operations.take_over_declaration(declaration, words=form.words.data or "", by=person, at=now)
    commit()
    flash("You took it over.", "success")
    return redirect(url_for(".show_declaration", reference=reference), 303)
