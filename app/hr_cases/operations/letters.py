"""Letters to the person concerned: what each says, written from the record, and how one is issued.

Every letter is plain text for somebody worried: what this is about, what happens next and when, what they may do, whom
they can ask. A letter with an empty part cannot be issued (Acas Code paragraphs 4, 9, 10, 13, 18, 21 and 29).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from app.core.audit import event_kind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.outbox import notify
from app.core.presentation import uk_weekday_date
from app.hr_cases.models import (
    Allegation,
    Case,
    CaseToAnswerDecision,
    CaseToAnswerReason,
    HearingNotice,
    Letter,
    LetterKind,
)
from app.hr_cases.operations import messages
from app.hr_cases.operations.letter_parts import (
    Section,
    allegation_parts,
    as_sentence,
    companion_right,
    contact_of,
    known,
    not_taken_further,
    reasons_part,
    weekday_and_time,
    write_letter,
    write_to,
)
from app.hr_cases.operations.step_dates import LETTER_SENDING
from app.hr_cases.queries.reaching import why_not_reached
from app.people.models import Person
from app.policy.pack import OutcomeKind
from app.policy.queries import due_within

LETTER_ISSUED = event_kind("case:letter-issued", "issued the letter to {about}: {kind}")


@dataclass(frozen=True)
class LetterWords:
    """What HR writes itself in the letter that tells somebody of an investigation; no part may be empty."""

    what_happens_next: str
    contact: str
    support: str
    companion: str
    confidentiality: str


EMPTY_WORDS = {
    "what_happens_next": "Enter what happens next",
    "contact": "Enter whom they can contact",
    "support": "Enter what support they can have",
    "companion": "Enter who may come with them to a meeting",
    "confidentiality": "Enter what they may talk about and with whom",
}


def issue_letter(case: Case, *, kind: LetterKind, words: str, by: Person, at: datetime) -> Letter:
    """Issue a letter to the person concerned. It never changes, and from its issue on they have been told of the case.

    What is alleged is frozen with the first letter. They get a neutral message that something waits for them. Whoever
    cannot sign in is told only once the letter was sent another way, which is due from now on.
    """
    if not words.strip():
        raise InvalidInput("Enter the words of the letter", field="words")
    subject, today = case.subject, local_day(at)
    unreached = why_not_reached(subject, today) is not None
    letter = Letter(
        case=case,
        case_id=case.id,
        kind=kind,
        to=subject,
        to_id=subject.id,
        issued_at=at,
        issued_by_id=by.id,
        fingerprint=hashlib.sha256(words.encode()).hexdigest(),
        send_by=due_within(LETTER_SENDING, today) if unreached else None,
        words=words,
    )
    db.session.add(letter)
    record(LETTER_ISSUED, case.id, by=by.id, at=at, about=subject.id, facts={"kind": kind, "letter": letter.id})
    notify(subject.id, messages.YOURS_LETTER, letter.id, at=at)
    return letter


def investigation_letter(case: Case, words: LetterWords, *, by: Person, at: datetime) -> str:
    """The letter that tells somebody of an investigation (Acas Code paragraphs 4 to 7; domain 3.6)."""
    for part in fields(words):
        if not getattr(words, part.name).strip():
            raise InvalidInput(EMPTY_WORDS[part.name], field=part.name)
    return write_letter(
        case,
        "We are looking into something that was reported to us",
        (
            (
                "Why we are writing",
                "We have been told about the use of social media set out below, and we have started to look into it. "
                "Nothing has been decided. This letter does not mean that you did anything wrong.",
            ),
            ("What is alleged", allegation_parts(case, case.allegations)),
            ("What happens next", words.what_happens_next),
            (
                "Your side",
                "You will be asked for your account before any report is written. "
                "You can tell us about anything, or anybody, that you think we should look at. "
                f"{write_to(case)}.",
            ),
            ("Who may come with you", words.companion),
            ("Support", words.support),
            ("Keeping this private", words.confidentiality),
            ("Whom you can ask", words.contact),
        ),
        by=by,
        at=at,
    )


def no_case_letter(case: Case, decision: CaseToAnswerDecision, *, by: Person, at: datetime) -> str:
    """The letter that says there is no case to answer, with the reason for each allegation."""
    return write_letter(
        case,
        "There is no case for you to answer",
        (
            (
                "What was decided",
                "The investigation has ended. There is no case for you to answer, and nothing more will be done.",
            ),
            ("What was alleged, and why there is no case", reasons_part(case, decision.reasons)),
            (
                "What happens next",
                "You do not have to do anything. This is not a warning and no penalty follows from it. "
                "The record is kept apart from your personnel file and is destroyed when its time is over.",
            ),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )


def informal_letter(case: Case, decision: CaseToAnswerDecision, *, by: Person, at: datetime) -> str:
    """The letter that says the matter will be dealt with informally: a conversation, no hearing, no warning."""
    return write_letter(
        case,
        "This will be dealt with informally",
        (
            (
                "What was decided",
                "The investigation has ended. There will be no hearing. "
                "The matter will be settled in a conversation with you. This is not a warning.",
            ),
            *_informally(case, decision.reasons),
            (
                "What happens next",
                "Somebody will talk with you about what should be different and what would help you. "
                "What you agree will be written down, with a date to look at it again, and you will get a copy.",
            ),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )


def informal_note_letter(case: Case, note: str, review_on: date, *, by: Person, at: datetime) -> str:
    """The letter that repeats what was agreed informally and when it will be looked at again."""
    return write_letter(
        case,
        "What we agreed",
        (
            ("What we agreed with you", note),
            (
                "What happens next",
                f"We will look at this with you again on {uk_weekday_date(review_on)}. The case is closed. "
                "This is a note of what was agreed. It is not a warning.",
            ),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )


def hearing_letter(
    case: Case,
    notice: HearingNotice,
    *,
    allegations: Sequence[Allegation],
    dropped: Sequence[CaseToAnswerReason],
    outcomes: Sequence[OutcomeKind],
    papers: Sequence[str],
    by: Person,
    at: datetime,
) -> str:
    """The notice of a hearing with everything that Acas Code paragraphs 9 and 10 ask for."""
    decision_maker = known(case.decision_maker).name
    return write_letter(
        case,
        "You are asked to come to a hearing",
        (
            (
                "Why we are writing",
                "The investigation has ended and it was decided that there is a case for you to answer. "
                "Nothing has been proved. At the hearing you can answer, before anything is decided.",
            ),
            ("What is alleged", allegation_parts(case, allegations)),
            *not_taken_further(case, dropped),
            ("When", as_sentence(weekday_and_time(notice.hearing_at))),
            ("Where", as_sentence(notice.place)),
            ("Who will hear you", f"{decision_maker}, who took no part in the investigation."),
            ("What the hearing can lead to", _possible(outcomes, notice.dismissal_possible)),
            (
                "The evidence",
                f"You can read everything that will be relied on in Probity: {', '.join(papers)}. "
                f"If you want to show papers of your own or bring witnesses, let us have them by the end of "
                f"{uk_weekday_date(notice.papers_by)}.",
            ),
            ("Who may come with you", companion_right()),
            (
                "What happens next",
                f"Sign in to Probity and tell us whether somebody comes with you. {write_to(case)}. "
                "If you need the hearing arranged differently, for example because of your health or a disability, tell us. "
                "If you do not come, without a good reason, a hearing that has already been rearranged can go ahead without "
                "you.",
            ),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )


def postponed_letter(case: Case, notice: HearingNotice, *, by: Person, at: datetime) -> str:
    """The letter that says the hearing will not take place as set, and that a new notice will come."""
    if notice.proposed_day is not None:
        next_step = (
            f"The hearing will now be on {uk_weekday_date(notice.proposed_day)}, the day you proposed. "
            "You will get a new letter with the time and the place."
        )
    else:
        next_step = "You will get a new letter with the new date, the time and the place, in good time."
    return write_letter(
        case,
        "Your hearing has been put off",
        (
            ("What changed", f"The hearing set for {weekday_and_time(notice.hearing_at)} will not take place then."),
            ("Why", notice.postponed_reason),
            ("What happens next", f"{next_step} Nothing has been decided."),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )


def _informally(case: Case, reasons: Sequence[CaseToAnswerReason]) -> list[Section]:
    """What is settled informally, and apart from it what is not taken further; all together where nothing is to answer."""
    dropped = [reason for reason in reasons if not reason.to_answer]
    if len(dropped) == len(reasons):
        dropped = []
    settled = [reason for reason in reasons if reason not in dropped]
    return [("What was alleged, and the reasons", reasons_part(case, settled)), *not_taken_further(case, dropped)]


def _possible(outcomes: Sequence[OutcomeKind], dismissal_possible: bool) -> str:
    listed = "\n".join(f"- {kind.words}" for kind in outcomes)
    dismissal = "\nOne of the possible outcomes is that you are dismissed." if dismissal_possible else ""
    return f"If something is proved, the hearing can lead to one of these:\n{listed}{dismissal}"
