"""What every letter is made of: its frame, the allegations, the companion's rights, whom the reader can ask."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from app.core import clock
from app.core.errors import InvalidInput
from app.core.presentation import count_words, uk_date, uk_datetime
from app.hr_cases.models import NOT_TAKEN_FURTHER, Allegation, Case, CaseToAnswerReason, CompanionKind
from app.people.models import Person
from app.policy.queries import installation, pack

T = TypeVar("T")
Section = tuple[str, str]

COMPANION_WORDS = {
    CompanionKind.FELLOW_WORKER: "somebody you work with",
    CompanionKind.UNION_REPRESENTATIVE: "a trade union representative whom the union has trained for this",
    CompanionKind.UNION_OFFICIAL: "an official employed by a trade union",
    CompanionKind.OTHER: "somebody else, if Human Resources agrees",
}


def write_letter(case: Case, title: str, sections: Iterable[Section], *, by: Person, at: datetime) -> str:
    """A whole letter: title, sender, date and reference, then its parts, none of which may be empty."""
    parts = [title, f"{installation().organisation_name}\n{uk_date(at)}\nReference {case.reference}"]
    parts.append(f"Dear {case.subject.name},")
    for heading, text in sections:
        if not text.strip():
            raise InvalidInput(f"The letter cannot be issued yet: the part “{heading}” is empty")
        parts.append(f"{heading}\n{text.strip()}")
    parts.append(f"Yours sincerely,\n{by.name}")
    return "\n\n".join(parts) + "\n"


def allegation_parts(case: Case, allegations: Iterable[Allegation]) -> str:
    """What is alleged, one paragraph for each allegation."""
    return "\n\n".join(allegation_part(case, allegation) for allegation in allegations)


def allegation_part(case: Case, allegation: Allegation) -> str:
    """One allegation with its day and the paragraphs of the policy that it relies on."""
    cites = [link.paragraph for link in allegation.paragraphs]
    cited = ", ".join(paragraph.cite for paragraph in sorted(cites, key=lambda paragraph: paragraph.position))
    source = "; ".join(part for part in (f"{case.policy_title}, {cited}" if cited else "", case.policy_note) if part)
    if case.relies_on_code_only:
        source = f"{case.policy_title}: {case.policy_note}"
    source = f" ({source}.)" if source else ""
    happened = f" This is said to have happened on {uk_date(allegation.happened_on)}."
    return f"Allegation {allegation.number}: {as_sentence(allegation.wording)}{happened}{source}"


def reasons_part(case: Case, reasons: Iterable[CaseToAnswerReason]) -> str:
    """Allegations, each with what was decided on it and why."""
    ordered = sorted(reasons, key=lambda reason: reason.allegation.number)
    return "\n\n".join(f"{allegation_part(case, reason.allegation)}\n{as_sentence(reason.words)}" for reason in ordered)


def not_taken_further(case: Case, dropped: Iterable[CaseToAnswerReason]) -> list[Section]:
    """The part of a letter that says on what there is no case to answer, and why; no part where there is nothing such.

    Whoever was told of an allegation is told in writing, too, that it is over (domain 3.6, row Accepted).
    """
    reasons = list(dropped)
    if not reasons:
        return []
    said = (
        "On what stands here it was decided that there is no case for you to answer. Nothing more will be done about it, "
        "and it plays no part in what follows."
    )
    return [(NOT_TAKEN_FURTHER, f"{said}\n\n{reasons_part(case, reasons)}")]


def companion_right() -> str:
    """Who may come along, what they may do, and the one postponement by right (Acas Code paragraphs 13 to 17)."""
    as_of_right = [words for kind, words in COMPANION_WORDS.items() if kind is not CompanionKind.OTHER]
    days = count_words(pack().periods["hearing_postponement_working_days"].value, "working day")
    return (
        f"You have a right to bring {', '.join(as_of_right[:-1])} or {as_of_right[-1]}. They can speak for you and talk "
        "with you, but not answer questions in your place. If you want to bring somebody else, name them and Human "
        f"Resources will decide. If your companion cannot come, propose another time within {days} of the day set, "
        "and the hearing will be moved."
    )


def contact_of(case: Case) -> str:
    """Whom the reader can ask: the owner of the case."""
    owner = known(case.owner)
    reached = f"{owner.name}, Human Resources" + (f" ({owner.email})" if owner.email else "")
    return f"{reached}. You can ask about anything in this letter, and about support while this goes on."


def write_to(case: Case) -> str:
    """The second way to answer or to appeal, for everybody: not all can sign in, or can any more."""
    role, organisation = pack().role_titles["hr_case_owner"].value, installation().organisation_name
    return (
        "If you cannot sign in, or would rather write, write to Human Resources, marked for the "
        f"{role}, {organisation}, with the reference {case.reference}"
    )


def weekday_and_time(moment: datetime) -> str:
    """A moment as "Friday 5 March 2027 at 2:05pm"."""
    return f"{clock.local_day(moment):%A} {uk_datetime(moment)}"


def as_sentence(text: str) -> str:
    """A text that begins with a capital and ends with a stop."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def known(thing: T | None) -> T:
    """Somebody or something without whom no letter can be written."""
    if thing is None:
        raise InvalidInput("The letter cannot be issued yet: the case has no owner, or nobody is appointed to decide")
    return thing
