"""How every act of a case asks: whom it is closed to first, then who, then the stage.

The predicates of the case know a person's own part in it; that somebody is close to a party, or in the reporting line of
the person concerned, only the database knows, so each act asks it once more. Whoever may not know of the case gets the
constant answer, whoever comes late is told who acted and when.
"""

from datetime import datetime

from app.core import clock
from app.core.audit import EventKind
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.core.presentation import uk_weekday_date
from app.hr_cases.models import Case
from app.hr_cases.queries.sight import last_act
from app.hr_cases.queries.steps import next_step
from app.matters.queries import is_kept_from
from app.people.models import Person


def ask_who(case: Case, rightful: bool, *, by: Person, at: datetime, whose: str) -> None:
    """Refuse whoever this act does not belong to. `whose` finishes the sentence "Only ... can do this."

    Those who may not read the case learn nothing (404); its other readers are told whose act it is (403).
    """
    if is_kept_from(case.matter, by, clock.local_day(at)):
        raise NothingHere(secret=True)
    if rightful:
        return
    if not case.can_be_read_by(by):
        raise NothingHere(secret=True)
    raise NotAllowed(f"Only {whose} can do this.", what_now="You can read the case, and ask them about it.")


def ask_stage(case: Case, allowed: bool, *, doing: EventKind | None = None, sentence: str = "") -> None:
    """Refuse (409) where the stage does not allow the act: `too_late`."""
    if not allowed:
        raise too_late(case, doing=doing, sentence=sentence)


def too_late(
    case: Case, *, doing: EventKind | None = None, sentence: str = "", until: datetime | None = None
) -> AlreadyDone:
    """Why an act cannot be done now: who did it already and when, or what was done last; and what comes next.

    `doing` is the event of the act itself, where it is one that is done once. `until` is the moment up to which the reader
    is told of the case; None: of all of it.
    """
    done = last_act(case, doing, until=until) if doing is not None else None
    last = done or last_act(case, until=until)
    return AlreadyDone(
        sentence or ("This has been done already." if done else "This cannot be done now."),
        who=last.actor if last else None,
        when=last.at if last else None,
        did=last.words if last else "",
        what_now=what_comes_next(case) if until is None else "Open the case again to read what is told of it.",
    )


def what_comes_next(case: Case) -> str:
    """The next step of a case with who takes it and by when, as a sentence for whoever came late."""
    step = next_step(case)
    if step is None:
        return "The case is closed. Open it to read how it ended."
    by_then = f" by {uk_weekday_date(step.due_on)}" if step.due_on else ""
    return f"The next step is to {step.words}{by_then}. It is with {step.who}. Open the case again to go on."


def need(text: str, sentence: str, field: str) -> str:
    """The text without its margins; refuses (422) an empty one."""
    text = text.strip()
    if not text:
        raise InvalidInput(sentence, field=field)
    return text
