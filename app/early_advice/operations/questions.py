"""Asking before posting, and the answer that is kept (policy 6.3, 7.10)."""

import uuid
from datetime import datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.outbox import notify
from app.core.references import new_reference
from app.core.sealing import new_data_key
from app.early_advice.models import AdviceQuestion, QuestionAnswers, QuestionStatus, Verdict
from app.early_advice.operations import messages
from app.early_advice.queries import QUESTIONS, seats_of_chain, who_hears
from app.early_advice.queries.worked_out import QUESTION_DUE
from app.people.models import Person
from app.policy.queries import due_after_receipt, pack

ASKED = event_kind("early-question:asked", "asked before posting")
ANSWERED = event_kind("early-question:answered", "answered: {verdict}")
WITHDRAWN = event_kind("early-question:withdrawn", "took the question back")


def ask_first(
    answers: QuestionAnswers, *, by: Person, at: datetime, question_id: uuid.UUID | None = None
) -> AdviceQuestion:
    """Ask somebody whom the pack names before posting. Refuses a place where nobody is there to answer."""
    demand(bool(pack().switches["ask_first"].value), "The policy of this organisation has nobody to ask first.")
    readers = who_hears(answers.seat, by, clock.local_day(at)) if answers.seat in seats_of_chain(QUESTIONS) else []
    if not readers:
        raise InvalidInput("Nobody is there to answer as this. Select somebody else", field="seat")
    if not answers.post:
        raise InvalidInput("Enter what you want to post", field="post")
    if not answers.doubt:
        raise InvalidInput("Enter what you are not sure about", field="doubt")
    key = new_data_key(at)
    question = AdviceQuestion(
        id=question_id or uuid.uuid4(), reference=new_reference(), author_id=by.id, author=by, data_key_id=key.id,
        data_key=key, seat=answers.seat, asked_at=at, due_on=due_after_receipt(QUESTION_DUE, at),
    )  # fmt: skip
    question.post, question.doubt, question.where = answers.post, answers.doubt, answers.where
    db.session.add_all([key, question])
    for reader in readers:
        notify(reader.id, messages.ASKED, question.id, at=at)
    record(ASKED, question.id, by=by.id, at=at)
    return question


def answer_question(question: AdviceQuestion, verdict: Verdict, *, answer: str, by: Person, at: datetime) -> None:
    """Answer; the answer is kept with the question, as it was asked."""
    if not question.can_be_seen_by(by):
        raise NothingHere(secret=True)
    demand(question.author_id != by.id, "Only the person who was asked can answer.")
    if question.waits_for_nothing:
        raise AlreadyDone(f"{question.author.name} does not work here any more.", what_now="You need not answer.")
    if not question.can_be_answered_by(by):
        raise _settled(question)
    if verdict is not Verdict.GO_AHEAD and not answer:
        raise InvalidInput("Enter what should change, or why it should not be posted", field="answer")
    question.move_to(QuestionStatus.ANSWERED)
    question.verdict, question.answer, question.answered_at = verdict, answer, at
    question.answered_by, question.answered_by_id = by, by.id
    record(ANSWERED, question.id, by=by.id, at=at, about=question.author_id, facts={"verdict": verdict.label})
    notify(question.author_id, messages.YOURS, question.id, at=at)


def withdraw_question(question: AdviceQuestion, *, by: Person, at: datetime) -> None:
    """Take a question back: it is not needed any more, or somebody else is to be asked."""
    if not question.can_be_seen_by(by):
        raise NothingHere(secret=True)
    demand(question.author_id == by.id, "Only the person who asked can take the question back.")
    if not question.can_be_withdrawn_by(by):
        raise _settled(question)
    question.move_to(QuestionStatus.WITHDRAWN)
    question.withdrawn_at = at
    record(WITHDRAWN, question.id, by=by.id, at=at)


def _settled(question: AdviceQuestion) -> AlreadyDone:
    who = question.answered_by or question.author
    return AlreadyDone(
        f"This question is {question.status.label.lower()} already.", who=who.name,
        when=question.answered_at or question.withdrawn_at,
        did="answered it" if question.answered_at else "took it back", what_now="Open it to see how it stands.",
    )  # fmt: skip
