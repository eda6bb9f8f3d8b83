"""The closing list of a case: what must be answered before it is closed.

Sources: domain 3.6, row Final; 3.9 for retention; 3.11 for what a reporter may learn.
"""

from datetime import datetime

from app.breach_reports.operations import mark_case_closed
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.hr_cases.models import CLOSING_ITEMS, REFERRAL, Case, CaseStatus, ClosingAnswer, ClosingItem, ClosingListItem
from app.hr_cases.operations.common import ask_officer
from app.hr_cases.operations.guards import need
from app.hr_cases.operations.step_dates import set_step
from app.hr_cases.queries import records
from app.hr_cases.queries.sending import letters_to_send
from app.people.models import Person
from app.policy.queries import pack

ITEM_ANSWERED = event_kind("case:closing-item-answered", "answered the closing list: {item}, {answer}")
CASE_CLOSED = event_kind("case:closed", "closed the case")

LONGEST_NOTE_TO_REPORTER = 300


_BY_CODE = {item.code: item for item in CLOSING_ITEMS}


def answer_closing_item(case: Case, *, code: str, answer: ClosingAnswer, note: str, by: Person, at: datetime) -> ClosingItem:
    """Answer one item of the closing list; the answer may be changed until the case is closed."""
    ask_officer(case, case.is_owned_by(by), case.can_close(by), by=by, at=at, whose="the case owner", act=CASE_CLOSED)
    if code not in _BY_CODE:
        raise InvalidInput("Select an item of the closing list", field="code")
    return _keep_answer(case, code, answer, note, by=by, at=at)


def answer_referral(case: Case, *, answer: ClosingAnswer | None, note: str, by: Person, at: datetime) -> None:
    """Answer, as a part of an act that ends the case without a closing list, whether somebody must be told of it.

    Where the safeguarding lead was asked or the person concerned has left, the case does not end without that answer
    (domain 3.6, row Any after leaving).
    """
    if not case.asks_for_referral(clock.local_day(at)):
        return
    if answer is None:
        raise InvalidInput(
            "Select whether it is decided if the Disclosure and Barring Service or a professional regulator must be told: "
            "the case cannot end before",
            field=f"answer_{REFERRAL}",
        )
    _keep_answer(case, REFERRAL, answer, note, by=by, at=at)


def _keep_answer(case: Case, code: str, answer: ClosingAnswer, note: str, *, by: Person, at: datetime) -> ClosingItem:
    note = _checked_note(case, _BY_CODE[code], answer, note)
    item = _answers(case).get(code)
    if item is None:
        item = ClosingItem(case=case, case_id=case.id, code=code)
        db.session.add(item)
    item.answer, item.answered_at, item.answered_by_id = answer, at, by.id
    item.note = note
    if code == "lessons":
        case.lessons = note
    record(ITEM_ANSWERED, case.id, by=by.id, at=at, facts={"item": code, "answer": answer})
    return item


def _checked_note(case: Case, item: ClosingListItem, answer: ClosingAnswer, note: str) -> str:
    note = note.strip()
    if answer == ClosingAnswer.NOT_APPLICABLE:
        if not item.may_be_left_out:
            raise InvalidInput(f"“{item.words}” must be done in every case", field=item.code)
        if item.code == REFERRAL and case.report.safeguarding_was_asked:
            raise InvalidInput(
                "The safeguarding lead was asked in this case. Decide about a referral, and write down who decided and why",
                field=item.code,
            )
        return need(note, f"Enter why this does not apply: “{item.words}”", item.code)
    if item.code in ("lessons", REFERRAL, "retention"):
        need(note, f"Enter what was decided: “{item.words}”", item.code)
    if item.code == "reporter":
        _check_note_to_reporter(case, note)
    return note


def _check_note_to_reporter(case: Case, note: str) -> None:
    """A reporter learns only that it was dealt with: neither who, nor what came of it (domain 3.11)."""
    kinds = pack().outcomes.get(case.subject.person_kind.value, ())
    hidden = [case.subject.name, *(words for kind in kinds for words in (kind.label, kind.words))]
    told = note.casefold()
    if any(words.casefold() in told for words in hidden if words.casefold() != "no action"):
        raise InvalidInput(
            "Whoever reported it may learn only that it was dealt with. Leave out who it was about and what was decided",
            field="reporter",
        )
    if len(note) > LONGEST_NOTE_TO_REPORTER:
        raise InvalidInput(
            f"Enter at most {LONGEST_NOTE_TO_REPORTER} characters: that it was dealt with is enough", field="reporter"
        )


def _answers(case: Case) -> dict[str, ClosingItem]:
    return {item.code: item for item in records.closing_items(case)}


def unanswered_items(case: Case) -> list[ClosingListItem]:
    """What still has to be answered before the case can be closed."""
    answers = _answers(case)
    return [item for item in CLOSING_ITEMS if item.code not in answers]


def close_case(case: Case, *, by: Person, at: datetime) -> None:
    """Close a case whose closing list is answered whole."""
    ask_officer(case, case.is_owned_by(by), case.can_close(by), by=by, at=at, whose="the case owner", act=CASE_CLOSED)
    if letters_to_send(case, clock.local_day(at)):
        raise AlreadyDone(
            "A letter has not been sent to the person concerned yet, and after the closing nobody would be asked to.",
            what_now="Send it another way, by post for example, and record that. Then close the case.",
        )
    missing = unanswered_items(case)
    if missing:
        raise InvalidInput(f"Answer first: {'; '.join(item.words for item in missing)}", field="items")
    case.move_to(CaseStatus.CLOSED)
    case.closed_at = at
    set_step(case, None)
    record(CASE_CLOSED, case.id, by=by.id, at=at)
    mark_case_closed(case.report, by=by, at=at)
