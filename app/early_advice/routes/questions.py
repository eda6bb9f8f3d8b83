"""Asking before posting, and answering."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for

from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere
from app.core.forms import Choice, ProbityForm, tried
from app.early_advice import blueprint, forms, operations, queries
from app.early_advice.models import AdviceQuestion, QuestionAnswers, QuestionStatus, Seat, Verdict
from app.early_advice.queries.worked_out import question_worked_out
from app.early_advice.routes.common import ROOM, me, needs, page_id
from app.people.queries import timeline
from app.policy.queries import paragraphs_by_number, version_in_force, working_calendar


@blueprint.route("/ask", methods=["GET", "POST"])
def new_question() -> Any:
    """What is to be posted, what is not sure, and whom to ask."""
    needs("ask_first")
    person, now, form = me(), clock.now(), _question_form()
    if not form.validate_on_submit():
        return _new_page(form), 422 if form.errors else 200
    begin_writing(person)  # one at a time for one person: the second click waits here for the first
    sent = operations.sent_with(AdviceQuestion, page_id(form), person)
    if sent is None:
        made = operations.free_id(AdviceQuestion, page_id(form))
        answers = QuestionAnswers(Seat(str(form.seat.data)), form.post.data, form.doubt.data, form.where.data)
        if not tried(lambda: operations.ask_first(answers, by=person, at=now, question_id=made), form):
            return _new_page(form), 422
        commit()
        sent = operations.sent_with(AdviceQuestion, made, me())
        flash("You sent your question. Please wait for the answer before you post.", "success")
    return redirect(url_for(".show_question", reference=sent.reference if sent else ""), 303)


def _question_form() -> forms.QuestionForm:
    form, day = forms.QuestionForm(data={"page": str(uuid.uuid4())}), clock.today()
    offered = []
    for seat in queries.seats_of_chain(queries.QUESTIONS):
        names = [one.name for one in queries.who_hears(seat, me(), day)]
        if names:
            offered.append(Choice(seat, queries.seat_title(seat), hint=" or ".join(names)))
    form.seat.choices = offered
    return form


def _new_page(form: ProbityForm) -> str:
    version = version_in_force(clock.today())
    rules = paragraphs_by_number(version, ("6.3(8)", "7.10(7)")) if version else []
    return render_template(f"{ROOM}/question_new.html", form=form, version=version, rules=rules)


def _question(reference: str) -> AdviceQuestion:
    found = queries.question_by_reference(reference)
    if found is None or not found.can_be_seen_by(me()):
        raise NothingHere(secret=True)
    return found


@blueprint.get("/ask/<reference>")
def show_question(reference: str) -> Any:
    """The question and its answer."""
    return _page(_question(reference))


def _page(question: AdviceQuestion, refused: ProbityForm | None = None) -> str:
    person = me()
    form = refused or (forms.AnswerForm(formdata=None) if question.can_be_answered_by(person) else None)
    return render_template(
        f"{ROOM}/question.html", question=question, reader=person, form=form, today=clock.today(), statuses=QuestionStatus,
        calendar=working_calendar(), how=question_worked_out(question), seat_title=queries.seat_title,
        history=timeline([question.id]),
    )  # fmt: skip


@blueprint.post("/ask/<reference>/answer")
def answer_question(reference: str) -> Any:
    """Answer the question."""
    question, person, now, form = _question(reference), me(), clock.now(), forms.AnswerForm()
    if question.can_be_answered_by(person) and not form.validate():
        return _page(question, form), 422
    begin_writing(question)
    verdict = Verdict(form.verdict.data) if form.verdict.data in set(Verdict) else Verdict.GO_AHEAD
    if not tried(
        lambda: operations.answer_question(question, verdict, answer=form.answer.data or "", by=person, at=now), form
    ):
        return _page(_question(reference), form), 422
    commit()
    flash(f"You answered {question.author.name}.", "success")
    return redirect(url_for(".show_question", reference=reference), 303)


@blueprint.post("/ask/<reference>/withdraw")
def withdraw_question(reference: str) -> Any:
    """Take the question back."""
    question, person, now = _question(reference), me(), clock.now()
    begin_writing(question)
    operations.withdraw_question(question, by=person, at=now)
    commit()
    flash("You took your question back.", "success")
    return redirect(url_for(".show_question", reference=reference), 303)
