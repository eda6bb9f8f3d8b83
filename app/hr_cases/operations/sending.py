"""Letters that went another way than through Probity, recorded by the owner.

Whoever cannot sign in is told by a letter only once it has gone to them; until then nobody may rely on it. What runs from a
letter runs from the day on which it was sent (Acas Code paragraphs 4, 9, 21 and 26; domain 3.6).
"""

from datetime import date, datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.presentation import uk_date
from app.hr_cases.models import Case, CaseStatus, Letter, LetterKind, LetterSending, SentBy
from app.hr_cases.operations.common import outcome_of
from app.hr_cases.operations.guards import ask_who, need
from app.hr_cases.operations.step_dates import APPEAL_WINDOW, MAKING_FINAL, count_step
from app.hr_cases.queries.sending import letters_to_send, sendings, waits_to_be_sent
from app.people.models import Person
from app.policy.queries import due_within

LETTER_SENT = event_kind(
    "case:letter-sent", "recorded that a letter was sent to {about} another way ({sent_by}) on {sent_on}"
)
ASK_TO_SEND = "Ask the owner of the case to send it another way, by post for example, and to record that."
SEND_FIRST = "Send it another way first, by post for example, and record how and when you did."


def ask_sent(case: Case, kind: LetterKind, sentence: str, *, at: datetime, what_now: str = ASK_TO_SEND) -> None:
    """Refuse (409) what relies on a letter that waits to be sent another way; `sentence` says what cannot be done."""
    if waits_to_be_sent(case, kind, clock.local_day(at)):
        raise AlreadyDone(sentence, what_now=what_now)


def ask_outcome_sent(case: Case, *, at: datetime) -> None:
    """Refuse (409) the owner who makes an outcome final that has not been sent to the person concerned yet."""
    sentence = "The letter about the outcome has not been sent to the person concerned, so their time to appeal has not run."
    ask_sent(case, LetterKind.OUTCOME, sentence, at=at, what_now=SEND_FIRST)


def told_from(case: Case) -> date | None:
    """The day from which the person concerned knows what is alleged: on which they were told, or the letter went to them."""
    if case.told_subject_at is None:
        return None
    sent = [one.sent_on for one in sendings(case) if one.letter.kind is LetterKind.INVESTIGATION]
    return sent[0] if sent else clock.local_day(case.told_subject_at)


def letter_to_send(case: Case, at: datetime) -> Letter | None:
    """The letter that is to be sent first."""
    waiting = letters_to_send(case, clock.local_day(at))
    return waiting[0] if waiting else None


def record_sending(letter: Letter, *, sent_on: date, sent_by: SentBy, note: str, by: Person, at: datetime) -> LetterSending:
    """Record how and on which day a letter was sent another way. From that day on it counts as told.

    Refuses (409) a letter whose sending is recorded, and one that its reader can read in Probity.
    """
    case = letter.case
    ask_who(case, case.can_send_letters(by), by=by, at=at, whose="the case owner")
    _ask_waiting(letter, at)
    _check_day(letter, sent_on, at=at)
    note = need(note, "Enter where it was sent, or who handed it over, and what proof there is", "note")
    sending = LetterSending(
        letter=letter, letter_id=letter.id, sent_on=sent_on, sent_by=sent_by, recorded_at=at, recorded_by_id=by.id, note=note
    )
    db.session.add(sending)
    if letter.kind is LetterKind.OUTCOME and case.status is CaseStatus.DECIDED:
        _open_time_to_appeal(case, sent_on)
    facts = {"letter": letter.id, "kind": letter.kind, "sent_by": sent_by.words, "sent_on": sent_on}
    record(LETTER_SENT, case.id, by=by.id, at=at, about=letter.to_id, facts=facts)
    return sending


def _ask_waiting(letter: Letter, at: datetime) -> None:
    if letter.sending is not None:
        raise AlreadyDone(
            "It is recorded already how this letter was sent.",
            who=letter.sending.recorded_by.name,
            when=letter.sending.recorded_at,
            did=f"recorded that it was sent {letter.sending.words}",
            what_now="Open the letters of the case to see which still wait.",
        )
    if letter not in letters_to_send(letter.case, clock.local_day(at)):
        raise AlreadyDone(
            f"{letter.to.name} can sign in, or has read this letter in Probity, so it does not wait to be sent.",
            what_now="Open the letters of the case to see which still wait.",
        )


def _check_day(letter: Letter, sent_on: date, *, at: datetime) -> None:
    issued_on = clock.local_day(letter.issued_at)
    if sent_on > clock.local_day(at):
        raise InvalidInput("The day on which it was sent must be today or in the past", field="sent_on")
    if sent_on < issued_on:
        raise InvalidInput(f"Enter {uk_date(issued_on)} or a later day: it was issued on that day", field="sent_on")


def _open_time_to_appeal(case: Case, sent_on: date) -> None:
    """The whole time to appeal from the day on which the letter was sent; never less than what the letter named."""
    outcome = outcome_of(case)
    outcome.told_on = sent_on
    outcome.appeal_by = max(outcome.appeal_by, due_within(APPEAL_WINDOW, sent_on))
    if not case.late_appeal_waits:
        count_step(case, MAKING_FINAL, outcome.appeal_by)
