"""Letters that say who deals with a case from now on, and that it has ended because its reader left. Why somebody was
replaced, and what HR wrote down of its reasons, is not the reader's business.
"""

from collections.abc import Mapping
from datetime import datetime

from app.hr_cases.models import Case, CaseStatus, Reappointment
from app.hr_cases.operations.letter_parts import allegation_parts, contact_of, write_letter
from app.matters.models import Capacity
from app.people.models import Person

_DOES: Mapping[Capacity, str] = {
    Capacity.CASE_OWNER: "looks after your case in Human Resources and answers your questions about it",
    Capacity.INVESTIGATOR: "looks into this",
    Capacity.DECISION_MAKER: "will hear you and decide",
    Capacity.APPEAL_OFFICER: "will hear your appeal, and was not involved in your case before",
}


def reappointment_letter(case: Case, change: Reappointment, *, by: Person, at: datetime) -> str:
    """The letter about a change of owner, investigator, decision maker or appeal officer (Acas Code, paragraph 4)."""
    name = change.successor.name
    return write_letter(
        case,
        "Somebody else deals with your case",
        (
            ("What changed", f"From now on {name} {_DOES[change.capacity]}, in place of {change.former.name}."),
            ("What happens next", _what_happens_next(case, change.capacity)),
            ("If you have a concern", f"If you think that {name} cannot be fair to you, tell us why."),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )


def _what_happens_next(case: Case, capacity: Capacity) -> str:
    if capacity is Capacity.DECISION_MAKER and case.status is CaseStatus.HEARING_SET_UP:
        return (
            "Nothing has been decided. Whoever decides must have heard you, so there will be a hearing with "
            "them. You will get a letter with its date, and the same rights as before."
        )
    if capacity is Capacity.DECISION_MAKER:
        return "The date and the place of your hearing stay as they are. Nothing has been decided."
    return "You do not have to do anything. The change does not count for or against you."


def ended_letter(case: Case, *, by: Person, at: datetime) -> str:
    """The letter that says the case was ended after its reader left, without an outcome (domain 3.6)."""
    return write_letter(
        case,
        "The case about you has ended",
        (
            (
                "What was decided",
                "You no longer work for us, and we have ended the case about you. No outcome was decided, and no penalty "
                "follows from this letter.",
            ),
            ("What was alleged", allegation_parts(case, case.allegations)),
            (
                "What happens next",
                "You do not have to do anything. The record is kept apart from your personnel file and is destroyed when "
                "its time is over. Where the law asks us to tell the Disclosure and Barring Service or a professional "
                "regulator, we do so all the same.",
            ),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )
